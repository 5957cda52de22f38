"""The manual of drills lists every sentence with what it is for, and none that is not there; its example holds."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine.drills.reading import read_feature
from engine.drills.run import play
from engine.drills.sentences import Sentences
from engine.drills.steps import STEPS
from engine.drills.vocabulary import Vocabulary
from engine.library import Library

MANUAL = (Path(__file__).parents[2] / "docs" / "drills.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("kind", "heading"), [("given", "### Given: "), ("when", "### When: "), ("then", "### Then: ")]
)
def test_the_manual_lists_exactly_the_sentences_of_the_registry(kind: str, heading: str) -> None:
    section = MANUAL.split(heading)[1].split("\n#")[0]
    listed = re.findall(r"^- .*$", section, re.MULTILINE)
    assert listed == [f"- `{step.sentence}`: {step.about}" for step in STEPS.steps if step.kind == kind]


def test_the_example_of_the_manual_holds(library: Library, vocabulary: Vocabulary, sentences: Sentences) -> None:
    [drill] = read_feature("docs/drills.md", MANUAL.split("```gherkin\n")[1].split("```")[0])
    assert play(library, vocabulary, sentences, drill).message == ""
