"""What is read and written on a page is of the day and hour at the centre of its case, wherever else somebody works."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.model import CASE_SCOPE, Centre, Person
from tests.survivors import ADULT
from tests.walk import Walk
from tests.web.running import CENTRE, Hands
from tests.web.screen import ARRIVAL, Screen, case_of
from web.house import House

pytestmark = pytest.mark.usefixtures("by_these_hands")
BEFORE_THE_FIRST = {"a-east": "Africa/Nairobi", "a-west": "Africa/Kinshasa"}
"""Centres that come first on everybody's lists, an hour before and after that of the cases."""
HALF_PAST_NINE = {
    "incident_known": "exact",
    "incident_at-day": "23",
    "incident_at-month": "11",
    "incident_at-year": "2026",
    "incident_at-time": "09:30",
}
IN_UTC = "2026-11-23T07:30:00+00:00"


@pytest.fixture(params=BEFORE_THE_FIRST)
def elsewhere(request: pytest.FixtureRequest, house: House) -> None:
    house.store.add_centre(Centre(request.param, request.param, BEFORE_THE_FIRST[request.param]))
    for account in house.store.accounts():
        roles = {**account.roles, request.param: account.roles[CENTRE]}
        house.store.change_account(account.id, account.version, {"roles": roles}, [])


def arrived(house: House, hands: Hands) -> Walk:
    walk = Walk(house.desk, house.store, house.store.centres()[CENTRE], hands.moment)
    walk.tell(ADULT)
    walk.arrive("reception", "reception")
    return walk


def happened(house: House, case: str) -> str:
    file = house.store.read_file(case)
    assert file is not None
    value = file.facts["incident_at", CASE_SCOPE].value
    return value.isoformat()  # type: ignore[union-attr]  # a moment


@pytest.mark.usefixtures("elsewhere")
def test_whoever_arrives_says_when_by_the_clock_on_that_wall(house: House, as_: Callable[[str], Screen]) -> None:
    screen = as_("reception").open(f"/arrival/{CENTRE}/reception")
    own = {name: screen.hidden(name) for name in ("csrf", "command")}
    screen.send(screen.path, {**own, **ARRIVAL, **HALF_PAST_NINE})

    case = case_of(screen).rsplit("/", 1)[1]
    assert happened(house, case) == IN_UTC
    assert "09:30" in screen.open(f"/cases/{case}").said


@pytest.mark.usefixtures("elsewhere")
def test_so_does_a_form_of_any_time_and_a_correction(house: House, hands: Hands, as_: Callable[[str], Screen]) -> None:
    case, screen = arrived(house, hands).case_id, as_("reception")
    for path in (f"/cases/{case}/forms/record_incident_time", f"/cases/{case}/facts/incident_at/case?why=correct"):
        screen.open(path)
        given = {name: text for name, text in HALF_PAST_NINE.items() if f'name="{name}"' in screen.answer.text}
        own = {name: screen.hidden(name) for name in ("csrf", "command", "shown_at")}
        screen.send(path, {**own, **given, "reason": "Misheard"})

        assert happened(house, case) == IN_UTC, screen.said
        screen.open(path)
        assert "09:30" in screen.answer.text


@pytest.mark.usefixtures("elsewhere")
def test_so_does_a_step_and_what_is_kept_of_it(house: House, hands: Hands, as_: Callable[[str], Screen]) -> None:
    walk = arrived(house, hands)
    while not (asking := [task for task in walk.possible() if "incident_at" in form_of(house, task.form)]):
        walk.complete(walk.possible()[0])
    hands.moment = walk.now
    path, screen = f"/tasks/{asking[0].id}", as_(asking[0].role)
    opening = screen.open(path).hidden("back")
    own = {name: screen.hidden(name) for name in ("csrf", "command")}
    screen.send("/keep", {**own, "back": opening, **HALF_PAST_NINE})

    saved = house.store.saved_answers(asking[0].id, house.accounts.by_login(asking[0].role).id)
    assert saved is not None
    assert str(saved["incident_at"]).startswith(("2026-11-23T07:30", "2026-11-23T09:30:00+02"))


def form_of(house: House, form: str) -> set[str]:
    return set(house.desk.library().forms[form].properties)


def test_whoever_may_not_come_there_learns_no_centre(house: House, hands: Hands) -> None:
    walk = arrived(house, hands)
    far = Person("far", "Far", {"huye": frozenset({"reception"})})

    assert house.desk.centre_of(walk.person("reception"), walk.case_id) == CENTRE
    assert house.desk.centre_of(far, walk.case_id) is None
