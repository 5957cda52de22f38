"""The drills notice when the law is bent: each wrong edition fails a drill that the right one passes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from engine.drills import run_drills
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


BENT = {
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
}


@pytest.mark.parametrize(("drill", "bend"), BENT.values(), ids=list(BENT))
def test_a_bent_edition_fails(library: Library, drill: str, bend: Callable[[Library], Library]) -> None:
    [feature] = FEATURES.glob(f"{drill}_*.feature")
    report = run_drills(bend(library), [feature])
    assert report.count("failed") > 0
