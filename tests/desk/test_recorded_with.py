"""A duty that no open step does says where it is recorded once it is done."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from engine.drills.vocabulary import Answer
from engine.model import CASE_SCOPE
from engine.store.store import SqlStore
from engine.views import RecordedWith
from tests.survivors import ADULT
from tests.walk import Walk, published, walk_on

ANOTHER_DAY: dict[str, Answer] = {**ADULT, "another_session": "yes"}


@pytest.fixture
def walk(store: SqlStore) -> Iterator[Walk]:
    with walk_on(store, published(store), ANOTHER_DAY) as walk:
        yield walk


def until_listened(walk: Walk) -> None:
    walk.arrive("reception", "reception")
    for _ in walk.on():
        if ("suicide_risk", CASE_SCOPE) in walk.file().facts:
            return


def recorded_with(walk: Walk, role: str, duty: str) -> tuple[RecordedWith, ...]:
    case = walk.desk.case(walk.person(role), walk.case_id)
    (found,) = [one for one in case.duties if one.rule == duty and one.status == "owed"]
    assert found in walk.desk.duties(walk.person(role), walk.case_id)
    return found.record_with


def test_what_is_learnt_by_a_correction_says_to_whoever_may_where_it_is_recorded(walk: Walk) -> None:
    until_listened(walk)
    fact = walk.file().facts["suicide_risk", CASE_SCOPE]
    change = (fact.recorded_at, "yes", "She said so at the door")
    walk.desk.correct_fact(walk.person("psychosocial"), walk.case_id, fact.name, CASE_SCOPE, *change)

    (theirs,) = recorded_with(walk, "psychosocial", "suicide-answered")
    (told,) = recorded_with(walk, "coordinator", "suicide-answered")

    assert (theirs.id, theirs.yours, told.id, told.yours) == ("record_crisis", True, "record_crisis", False)
    assert "Psychosocial" in [role["en"] for role in told.roles]


def test_what_a_step_does_that_is_open_is_done_there(walk: Walk) -> None:
    walk.tell({"suicide_risk": "yes"})
    until_listened(walk)

    assert recorded_with(walk, "psychosocial", "suicide-answered") == ()
