"""A vocabulary says what its words mean in the content, and names the line where it does not know."""

from __future__ import annotations

import pytest

from engine.drills.problems import Undefined, Unreadable
from engine.drills.run import sentences_for
from engine.drills.stage import Stage
from engine.drills.vocabulary import read_vocabulary
from engine.library import Library

TEXT = """centre: {id: training, name: Training centre, zone: Africa/Kigali}
begins: "2026-03-02T09:00:00+02:00"
survivor: {born: birth_date, with: {age_known: documented}}
words:
  role: {nurse: medical}
statements:
  alone: {accompanied_by: alone}
sentences:
  then:
    all is said: [all is done]
    all is done: [all is said]
    "{role} rests": ["{role} has no task"]
defaults: {wants_medical: yes}
"""


def test_a_sentence_may_stand_for_others_with_the_same_blanks(library: Library, stage: Stage) -> None:
    sentences = sentences_for(library, read_vocabulary("v.yaml", TEXT.encode(), library))
    sentences.perform(stage, "when", "reception receives her alone")
    sentences.perform(stage, "then", "the nurse rests")


def test_sentences_that_explain_each_other_in_a_circle_are_undefined(library: Library, stage: Stage) -> None:
    sentences = sentences_for(library, read_vocabulary("v.yaml", TEXT.encode(), library))
    with pytest.raises(Undefined, match="explained by itself"):
        sentences.perform(stage, "then", "all is said")


@pytest.mark.parametrize(
    ("right", "wrong", "line", "said"),
    [
        ("nurse: medical", "nurse: medica", 5, 'Did you mean "medical"'),
        ("role: {", "rule: {", 5, "Expected clock, deed, door"),
        ("accompanied_by: alone", "accompanied: alone", 7, "no 'accompanied'"),
        ("born: birth_date", "born: birthday", 3, "no 'birthday'"),
        ("Africa/Kigali", "Africa/Kigal", 1, "time zone"),
        ("+02:00", "", 2, "offset"),
        ("2026-03-02T09:00:00+02:00", "on Monday", 2, "Expected a moment"),
        ("[all is done]", "all is done", 10, "Expected a list"),
        ("  then:", "  finally:", 10, "Expected given, then or when"),
        ("wants_medical: yes", "wants_medical: {}", 13, "Expected an answer"),
        ("defaults:", "default:", 13, "found 'default'"),
        ("defaults: {wants_medical: yes}\n", "", 1, "'defaults'"),
        ("alone: {accompanied_by: alone}", "alone: here", 7, "Expected a mapping"),
        ("  role: {nurse: medical}", "  role: {nurse: medical, nurse: police}", 5, ""),
    ],
)
def test_what_it_does_not_know_is_named_with_its_line(
    library: Library, right: str, wrong: str, line: int, said: str
) -> None:
    assert TEXT.count(right) == 1
    with pytest.raises(Unreadable) as caught:
        read_vocabulary("v.yaml", TEXT.replace(right, wrong).encode(), library)
    assert (caught.value.file, caught.value.line) == ("v.yaml", line)
    assert said in caught.value.message
