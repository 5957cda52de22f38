"""Which planned visits the page of a case tells of: a visit for a treatment tells of the treatment."""

from __future__ import annotations

import pytest

from engine.expressions import names
from tests.survivors import ADULT
from tests.walk import Walk, shipped
from tests.web.running import CENTRE, Hands, House

pytestmark = pytest.mark.usefixtures("by_these_hands")


@pytest.fixture(scope="module")
def walk(house: House, hands: Hands) -> Walk:
    """An adult who takes medicines that a later visit asks after, home with a plan."""
    walk = Walk(house.desk, house.store, house.store.centres()[CENTRE], hands.moment)
    walk.tell(ADULT)
    walk.arrive("reception", "reception")
    for _ in walk.on():
        if len(planned(walk)) > 4:
            return walk
    raise AssertionError("Not enough visits were planned")


def planned(walk: Walk) -> set[str]:
    return {str(fact.value) for (name, _), fact in walk.file().facts.items() if name == "visit_id"}


def shown(walk: Walk, role: str) -> set[str]:
    return {visit.id for visit in walk.desk.case(walk.person(role), walk.case_id).visits}


def test_a_visit_is_told_to_whom_it_is_for_and_to_those_who_see_the_answers_that_it_hangs_on(walk: Walk) -> None:
    library = shipped()
    visits = [(schedule, one) for schedule in library.schedules.values() for one in schedule.visits]
    hidden = 0
    for role in ("reception", "medical", "psychosocial"):
        sees = library.roles[role].sees
        for schedule, visit in visits:
            if visit.id in planned(walk):
                read = names(schedule.when) | (names(visit.when) if visit.when else frozenset())
                theirs = visit.role == role or {library.facts[name].group for name in read} <= sees
                assert (visit.id in shown(walk, role)) == theirs, (visit.id, role)
                hidden += not theirs
    assert hidden
    assert shown(walk, "coordinator") == planned(walk)
    assert shown(walk, "police") == set()
