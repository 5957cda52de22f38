"""What a step is for is read from the acts that it does, and from what duties and clocks say of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from engine.library import Library
from engine.questions.purpose import Purpose
from engine.questions.work_list import what_ends_first
from engine.views import ClockView
from tests.walk import shipped


def serves(element: str, library: Library | None = None) -> set[str]:
    return {duty for step, duty in Purpose(library or shipped()).duties if step == element}


def test_urgent_are_the_steps_that_say_so() -> None:
    diagrams = shipped().pathway.diagrams.values()
    said = {step for one in diagrams for step in one.elements if f'id="{step}"'.encode() in one.xml}
    lines = [line for one in diagrams for line in one.xml.decode().splitlines() if 'care:urgent="true"' in line]

    assert {"save_life", "chase_report", "chase_welfare", "decide_waiting"} <= Purpose(shipped()).urgent <= said
    assert len(Purpose(shipped()).urgent) == len(lines)


def test_no_more_than_one_step_in_five_is_urgent() -> None:
    steps = [e for one in shipped().pathway.diagrams.values() for e in one.elements.values() if e.kind == "user"]

    assert len(Purpose(shipped()).urgent) * 5 <= len(steps)


@pytest.mark.parametrize(
    ("element", "duty"),
    [
        ("file_report", "minor-report"),
        ("offer_pep", "pep-offered"),
        ("seal_evidence", "evidence-sealed"),
        ("receive_survivor", "handover-confirmed"),
    ],
)
def test_a_step_serves_the_duty_whose_act_it_does(element: str, duty: str) -> None:
    assert duty in serves(element)


@pytest.mark.parametrize("element", ["tell_child", "plan_before_contact"])
def test_what_must_be_done_before_the_act_in_the_same_diagram_serves_the_duty_too(element: str) -> None:
    assert "minor-report" in serves(element)


def test_what_another_diagram_does_before_the_act_does_not() -> None:
    assert "minor-report" not in serves("plan_for_home")
    assert "evidence-sealed" not in serves("examine")


def test_a_role_that_may_not_know_of_a_duty_serves_none() -> None:
    library = shipped()
    closed = replace(library.duties["minor-report"], group="clinical", holder="psychosocial")
    without = replace(library, duties={**library.duties, closed.id: closed})
    holding = replace(library, duties={**library.duties, closed.id: replace(closed, holder="medical")})

    assert library.pathway.lanes[library.pathway.diagrams["mandatory_report"].elements["tell_child"].lane] == "medical"
    assert "minor-report" in serves("tell_child", without)  # medical sees what is clinical
    secret = replace(closed, group="psychosocial")
    assert "minor-report" not in serves("tell_child", replace(library, duties={**library.duties, closed.id: secret}))
    assert "minor-report" in serves("tell_child", holding)


def test_a_step_answers_the_clocks_that_its_acts_stop() -> None:
    clocks = Purpose(shipped()).clocks

    assert {clock for step, clock in clocks if step == "offer_pep"} == {"pep"}
    assert {clock for step, clock in clocks if step == "collect_evidence"} == {"evidence"}
    assert {clock for step, clock in clocks if step == "examine"} == set()


def test_pressing_are_the_clocks_that_a_duty_wants_answered_within_a_limit() -> None:
    duties = shipped().duties
    unlimited = replace(shipped(), duties={**duties, "pep-offered": replace(duties["pep-offered"], within=None)})

    assert Purpose(shipped()).pressing == {"pep", "ec"}
    assert Purpose(unlimited).pressing == {"ec"}


NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def running(rule: str, hours: float, latest: float) -> ClockView:
    ends, at_last = NOON + timedelta(hours=hours), NOON + timedelta(hours=latest)
    return ClockView(rule, {"en": rule}, "open", ends, at_last, "a source", verified=False)


@pytest.mark.parametrize(
    ("element", "shown"), [("offer_ec", "ec"), ("examine", "tetanus"), ("collect_evidence", "evidence")]
)
def test_a_row_shows_the_clock_that_its_step_answers_or_else_what_ends_next(element: str, shown: str) -> None:
    clocks = [running("evidence", -9, 30), running("pep", 8, 9), running("ec", 56, 57), running("tetanus", 2, 3)]
    found = what_ends_first(element, clocks, Purpose(shipped()).clocks, NOON)

    assert found is not None
    assert found.rule == shown
    assert what_ends_first(element, [], Purpose(shipped()).clocks, NOON) is None
