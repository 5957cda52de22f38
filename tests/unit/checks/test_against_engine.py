"""The checks promise that no case gets stuck: random cases on the real engine hold them to it, both ways."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from engine.checks import check
from engine.flow import Flows
from engine.forms.answers import read_answers
from engine.library import Form, Library
from engine.model import CaseFile, Refusal, Value
from engine.moves.complete_task import complete_task
from engine.moves.fire_timer import fire_timer
from engine.moves.open_case import open_case
from engine.moves.record_facts import record_facts
from engine.witness.memory import after
from tests.unit.checks.drawn import drawn
from tests.unit.checks.edition import library
from tests.unit.keeping import ZONE
from tests.walk import shipped

ROOT = Path(__file__).parents[3]
BEGIN = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
STEPS = 60


class Chance:
    """A case in which people answer anything that the forms allow, in any order."""

    def __init__(self, library: Library, flows: Flows, seed: int) -> None:
        self.library, self.flows, self.random, self.now = library, flows, Random(seed), BEGIN  # noqa: S311
        door = self.random.choice(list(library.pathway.doors.values()))
        move = open_case(
            library, flows, door, self.answers(library.forms[door.form]),
            centre="kigali", zone="Africa/Kigali", code="ABC-DEF", person="ana", now=self.now,
        )  # fmt: skip
        self.file: CaseFile = after(None, move, ZONE)

    def answers(self, form: Form) -> dict[str, Value]:
        """Valid answers: some of the optional questions, and whatever is required then."""
        given = {name: self.answer(schema) for name, schema in form.properties.items() if self.random.random() < 0.6}
        for _ in range(10):
            try:
                return read_answers(form, self.library.facts, given)
            except Refusal as refusal:
                for problem in refusal.problems:
                    given[problem.field] = self.answer(form.properties[problem.field])
        raise AssertionError(f"No valid answers to {form.id} were found")

    def answer(self, schema: Any) -> object:
        match dict(schema):
            case {"enum": values}:
                return self.random.choice(values)
            case {"items": {"enum": values}}:
                return [value for value in values if self.random.random() < 0.5] or [values[0]]
            case {"format": "date"}:
                return (self.now - timedelta(days=self.random.randint(1, 365 * 60))).date().isoformat()
            case {"format": "date-time"}:
                return (self.now - timedelta(hours=self.random.randint(0, 200))).isoformat()
            case {"type": "boolean"}:
                return self.random.random() < 0.5
            case {"type": "string"}:
                return "words"
        return self.random.randint(int(schema.get("minimum", 0)), int(schema.get("maximum", 100)))

    def step(self) -> bool:
        """Something happens: a task, a form at any time, or time passes. False when nothing can."""
        tasks = sorted(self.file.tasks, key=lambda task: (task.element, task.scope))  # their ids are random
        timers = sorted(self.file.timers, key=lambda timer: (timer.due_at, timer.element, timer.process_id))
        happening = tasks * 4 + [*self.library.pathway.anytime.values()] + timers
        self.random.shuffle(happening)
        return any(self.happens(item) for item in happening)

    def happens(self, item: Any) -> bool:
        library, flows, forms = self.library, self.flows, self.library.forms
        try:
            if hasattr(item, "due_at") and not hasattr(item, "role"):
                self.now = max(self.now, item.due_at + timedelta(seconds=1))
                move = fire_timer(library, flows, self.file, item.id, now=self.now)
            elif hasattr(item, "element"):
                said = self.answers(forms[item.form])
                move = complete_task(library, flows, self.file, item, said, person="ana", now=self.now)
            else:
                said = self.answers(forms[item.form])
                move = record_facts(library, flows, self.file, item, said, person="ana", now=self.now)
        except Refusal:
            return False
        if move is not None:
            self.file = after(self.file, move, ZONE)
        return move is not None

    def stuck(self) -> list[tuple[str, str]]:
        """(code, element) of what the case is stuck on after some time."""
        for _ in range(STEPS):
            if self.file.stuck or self.file.case.status == "closed" or not self.step():
                break
        return [(one.code, one.element) for one in self.file.stuck]


def stuck_cases(library: Library, seeds: range) -> dict[int, list[tuple[str, str]]]:
    flows = Flows(library)
    return {seed: found for seed in seeds if (found := Chance(library, flows, seed).stuck())}


def test_no_case_of_the_shipped_content_gets_stuck():
    content = shipped()
    assert check(content).count("error") == 0
    assert stuck_cases(content, range(15)) == {}


WAYS = """
    begin: start
    ask: user %s
    way: exclusive
    one: user arrival
    other: user arrival
    a: end
    b: end
    begin -> ask
    ask -> way
    way -> one when %s
    way -> other %s
    one -> a
    other -> b
"""


@pytest.mark.parametrize(
    ("form", "one", "other", "code", "said"),
    [
        ("arrival", "age < 18", "otherwise", "guard_unknown", "definite-assignment"),
        ("ask_age", "age < 40", "when age > 80", "no_way_on", "guards-complete"),
        ("ask_age", "age < 80", "when age > 40", "ways_overlap", "guards-disjoint"),
    ],
)
def test_what_a_check_complains_of_does_get_a_case_stuck(form: str, one: str, other: str, code: str, said: str):
    wrong = library(drawn(WAYS % (form, one, other)))
    assert {item.code for item in check(wrong).findings if item.severity == "error"} == {said}
    stuck = stuck_cases(wrong, range(60))
    assert {found for cases in stuck.values() for found in cases} == {(code, "way")}


@pytest.mark.parametrize(("form", "one", "other"), [
    ("ask_age", "age < 18", "when age >= 18"),
    ("arrival", "age is not unset and age < 18", "otherwise"),
    ("arrival", "wants_police == 'yes' or age is unset", "when age is not unset and wants_police == 'no'"),
])  # fmt: skip
def test_what_no_check_complains_of_gets_no_case_stuck(form: str, one: str, other: str):
    right = library(drawn(WAYS % (form, one, other)))
    assert check(right).count("error") == 0
    assert stuck_cases(right, range(30)) == {}
