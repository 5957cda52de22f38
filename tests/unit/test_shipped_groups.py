"""The shipped content: what the police and the safe room cannot read as a fact they cannot infer from a step."""

from __future__ import annotations

import pytest

from engine.model import Duty
from engine.questions.need import Need
from tests.walk import shipped

LIBRARY = shipped()
SECRET = {"clinical", "evidence", "psychosocial"}


def need(role: str, also: frozenset[str] = frozenset()) -> Need:
    known = LIBRARY.roles[role]
    return Need(LIBRARY, frozenset({role}), known.sees | also, "board.read" in known.may)


def test_every_duty_and_every_process_says_what_it_tells_of() -> None:
    pathway = LIBRARY.pathway
    untold = [duty.id for duty in LIBRARY.duties.values() if duty.group is None]
    untold += [diagram.key for diagram in pathway.diagrams.values() if diagram.group is None]

    assert untold == []


@pytest.mark.parametrize("role", ["police", "safe_room"])
def test_neither_the_police_nor_the_safe_room_learn_of_care_by_its_steps_and_duties(role: str) -> None:
    asker = need(role)
    diagrams = [one for one in LIBRARY.pathway.diagrams.values() if one.group in SECRET]
    duties = [one for one in LIBRARY.duties.values() if one.group in SECRET]

    assert len(diagrams) >= 4
    assert [one.key for one in diagrams if asker.process(one.key)] == []
    assert [step for one in diagrams for step in one.elements if asker.element(step)] == []
    assert len(duties) >= 6
    assert [one.id for one in duties if asker.duty(Duty("c", one.id, "case", "owed", (), one.holder))] == []
    assert [clock.id for clock in LIBRARY.clocks.values() if clock.shown_to & asker.roles] == []


def test_whoever_does_a_step_may_open_the_case_afterwards() -> None:
    """As long as they may know of the process that it stands in, when that hangs on a condition."""
    shut_out = [
        step.id
        for diagram in LIBRARY.pathway.diagrams.values()
        for step in diagram.elements.values()
        if step.form and not _is_left_with_something(LIBRARY.pathway.lanes[step.lane], step.form, diagram.group)
    ]

    assert shut_out == []


def _is_left_with_something(role: str, form: str, process: str | None) -> bool:
    conditions = LIBRARY.roles[role].sees_when
    known = conditions.get(str(process))
    asker = need(role, frozenset(group for group, when in conditions.items() if when == known))
    return asker.oversees or any(asker.fact(name) for name in LIBRARY.forms[form].properties)


def test_the_coordinator_oversees_every_step_and_duty() -> None:
    assert all(need("coordinator").process(key) for key in LIBRARY.pathway.diagrams)
