"""The drills notice when the law is bent: each wrong edition fails a drill that the right one passes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from engine.drills.reading import read_feature
from engine.drills.run import play, sentences_for, text_of
from engine.drills.vocabulary import Vocabulary
from engine.expressions import And, Expression, Literal_, parse
from engine.library import Library, StartRule
from engine.model import Value

FEATURES = Path(__file__).parents[2] / "features"


def parameter(name: str, value: Value) -> Callable[[Library], Library]:
    """The edition with another value of a parameter."""

    def bend(library: Library) -> Library:
        right = library.parameters[name]
        wrong = replace(right, values=tuple(replace(dated, value=value) for dated in right.values))
        return replace(library, parameters={**library.parameters, name: wrong})

    return bend


def start(process: str, change: Callable[[StartRule], StartRule]) -> Callable[[Library], Library]:
    """The edition with another start rule of a process."""

    def bend(library: Library) -> Library:
        assert process in [rule.process for rule in library.starts]
        rules = tuple(change(rule) if rule.process == process else rule for rule in library.starts)
        return replace(library, starts=rules)

    return bend


def outcome(table: str, right: str, wrong: str) -> Callable[[Library], Library]:
    """The edition with another outcome in a table."""

    def bend(library: Library) -> Library:
        found = library.tables[table]
        assert right in [row.then for row in found.rows]
        rows = tuple(replace(row, then=wrong) if row.then == right else row for row in found.rows)
        return replace(library, tables={**library.tables, table: replace(found, rows=rows)})

    return bend


def duty(name: str, also: Expression) -> Callable[[Library], Library]:
    """The edition with a duty that holds under one condition more."""

    def bend(library: Library) -> Library:
        right = library.duties[name]
        assert right.when is not None
        wrong = replace(right, when=And((right.when, also)))
        return replace(library, duties={**library.duties, name: wrong})

    return bend


def filled_in(form: str, instead: str) -> Callable[[Library], Library]:
    """The edition in which another form stands for a form."""

    def bend(library: Library) -> Library:
        assert form in library.forms
        return replace(library, forms={**library.forms, form: replace(library.forms[instead], id=form)})

    return bend


BENT = {  # what is bent -> the drill, or one of its scenarios by the beginning of its name, and how
    "a child's report may take an hour longer": ("d03", parameter("minor_report_hours", 25)),
    "a warning comes too late": ("d03", parameter("minor_report_hours", 20)),
    "whoever is 17 counts as adult": ("d04", parameter("majority_age", 17)),
    "an unknown age counts as adult": ("d06", outcome("protection", "unestablished", "adult")),
    "a report goes on that is not owed": ("d06", start("mandatory_report", lambda r: replace(r, cancel_when=None))),
    "a child's no ends the duty": (
        "d08",
        duty("minor-report", parse("child_objects is unset or child_objects != 'yes'")),
    ),
    "nothing ever has to be reported": ("d03", duty("minor-report", Literal_(False))),
    "PEP ends an hour early": ("d20", parameter("pep_window_hours", 71)),
    "an adult's choice starts nothing": ("d02", start("adult_report", lambda r: replace(r, when=Literal_(False)))),
    "every adult is reported": ("d01", outcome("protection", "adult", "child")),
    "advice is awaited for days": ("d40", parameter("safety_escalation_hours", 48)),
    "nobody is asked again on coming of age": (
        "d05: At midnight",
        start("coming_of_age", lambda r: replace(r, when=Literal_(False))),
    ),
    "coming of age ends the duty": (
        "d05: At midnight",
        duty("minor-report", parse("process.coming_of_age == 'none'")),
    ),
    "nobody watches the birthday": (
        "d05: At midnight",
        start("majority_watch", lambda r: replace(r, when=Literal_(False))),
    ),
    "the last second of PEP is outside": ("d21: 72 hours after", parameter("pep_window_hours", 71.99)),
    "what is too late is offered": ("d22: What still works", outcome("pep_way", "late", "offer")),
    "nobody explains that PEP is late": ("d22: What still works", duty("pep-late-explained", Literal_(False))),
    "contraception ends with PEP": ("d23: Half an hour", parameter("ec_window_hours", 72)),
    "what is not certain is closed": ("d24: The latest", outcome("pep_way", "judge", "late")),
    "whoever brings a letter is interviewed": ("d35: Her report", filled_in("adult_report_letter", "adult_report")),
    "a full room may wait until tomorrow": ("d39: Nobody finds", parameter("full_room_minutes", 1440)),
    "a child finds a place alone": ("d39: A child", outcome("consent_by", "child", "adult")),
    "two attempts are enough": ("d44: Three times", parameter("missed_visit_attempts", 2)),
    "a lost child is let go": ("d44: A child", outcome("consent_by", "child", "adult")),
    "somebody is sent to a lost adult": ("d44: Three times", outcome("consent_by", "adult", "child")),
}


@pytest.mark.parametrize(("drill", "bend"), BENT.values(), ids=list(BENT))
def test_a_bent_edition_fails(
    library: Library, vocabulary: Vocabulary, drill: str, bend: Callable[[Library], Library]
) -> None:
    number, _, name = drill.partition(": ")
    [feature] = FEATURES.glob(f"{number}_*.feature")
    bent = bend(library)
    sentences = sentences_for(bent, vocabulary)
    scenarios = [
        one
        for one in read_feature(str(feature), text_of(str(feature), feature.read_bytes()))
        if one.name.startswith(name)
    ]
    assert any(play(bent, vocabulary, sentences, scenario).status == "failed" for scenario in scenarios)
