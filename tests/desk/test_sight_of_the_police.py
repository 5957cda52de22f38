"""The shipped pathway: how far the police, who work under the same roof, see into a case that is not theirs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from engine.drills.vocabulary import Answer
from engine.model import Refusal
from engine.store.store import SqlStore
from engine.views import CaseView
from tests.survivors import ADULT, REPORTING
from tests.walk import Walk, published, shipped, walk_on

CALLER: dict[str, Answer] = {
    **ADULT,
    "caller": "survivor",
    "call_agreement": "yes",
    "call_plan": "mornings",
    "survivor_arrived": "not_yet",
    "call_result": "no_answer",
}
NO_MORE = {"police_consent": "no", "wants_police": "no"}


@pytest.fixture
def store(sqlite_url: str, opened: Callable[..., SqlStore]) -> SqlStore:
    """Of one kind: what is asked here, the content answers."""
    return opened(sqlite_url)


@pytest.fixture
def walk(store: SqlStore) -> Iterator[Walk]:
    with walk_on(store, published(store), ADULT) as begun:
        yield begun


def page(walk: Walk, role: str = "police") -> CaseView:
    return walk.desk.case(walk.person(role), walk.case_id)


def steps_told(view: CaseView) -> set[str]:
    return {line.params["element"] for line in view.timeline if "element" in line.params}


def work_until(walk: Walk, element: str) -> None:
    for _ in range(30):
        if any(task.element == element for task in walk.file().tasks):
            return
        walk.pass_time(timedelta(minutes=1))
        walk.complete(walk.possible()[0])
    raise AssertionError(f"{element} never opened")


def names_told(view: CaseView) -> set[str]:
    return {told.name for _, facts in view.facts for told in facts}


def refusals(walk: Walk) -> list[tuple[str, int, str]]:
    """What the police hear who look for this case, and for one that is not there."""
    heard = []
    for code in (walk.file().case.code, "ZZZ-999"):
        with pytest.raises(Refusal) as refused:
            walk.desk.find_case(walk.person("police"), code)
        heard.append((refused.value.code, refused.value.status, refused.value.message))
    return heard


def test_the_case_of_an_adult_who_said_no_to_the_police_is_not_there_for_them(walk: Walk) -> None:
    walk.arrive("reception", "reception")
    work_until(walk, "ask_about_danger")

    assert walk.file().facts["wants_police", "case"].value == "no"
    same, as_none = refusals(walk)
    assert same == as_none
    with pytest.raises(Refusal, check=lambda refused: refused.status == 404):
        page(walk)


def test_whoever_only_called_and_how_often_they_were_called_back_is_not_told_to_the_police(walk: Walk) -> None:
    walk.tell(CALLER)
    walk.arrive("hotline", "reception")
    walk.complete(walk.possible()[0])
    same, as_none = refusals(walk)

    assert same == as_none
    assert {"record_arrival", "make_safe_call"} & steps_told(page(walk, "reception"))


def test_asked_for_advice_without_a_name_they_see_their_own_part_and_neither_door_nor_hour(walk: Walk) -> None:
    walk.arrive("reception", "reception")
    work_until(walk, "police_advise_unnamed")
    police = walk.person("police")
    seen, known = page(walk), page(walk, "psychosocial")
    (listed,) = walk.desk.work_list(police).items
    (own,) = [service for service in seen.services if service.tasks]

    assert (seen.case.door, seen.case.opened_at) == (None, None)
    assert (listed.door, walk.desk.task(police, listed.id).item.door) == (None, None)
    assert (own.started_at, own.ended_at) == (None, None)
    assert {told.name for _, facts in seen.facts for told in facts} <= {"danger_level", "safety_summary"}
    assert known.case.opened_at is not None
    assert known.case.opened_at not in {line.at for line in seen.timeline}
    walk.complete(next(task for task in walk.possible() if task.role == "police"))
    assert steps_told(page(walk)) == {"police_advise_unnamed"}
    work_until(walk, "plan_follow_up")
    assert steps_told(page(walk)) == {"police_advise_unnamed"}


def test_that_others_look_at_a_case_is_told_to_those_who_may_know_of_its_course(walk: Walk) -> None:
    walk.arrive("reception", "reception")
    work_until(walk, "police_advise_unnamed")
    page(walk, "medical")
    looks = {role: walk.desk.case(walk.person(role), walk.case_id, {"case.read"}) for role in ("police", "reception")}

    assert looks["police"].timeline == ()
    assert walk.person("medical").id in {line.person for line in looks["reception"].timeline}


def test_once_the_survivor_consents_they_see_when_and_how_she_came_and_what_she_allows(walk: Walk) -> None:
    walk.tell(REPORTING)
    walk.arrive("reception", "reception")
    work_until(walk, "take_report_unnamed")
    seen = page(walk)

    assert seen.case.door == shipped().pathway.doors["reception"].title
    assert seen.case.opened_at is not None
    assert "police_consent" in names_told(seen)


@pytest.mark.parametrize("scope", [["account"], ["identity"], ["account", "identity"]], ids=" and ".join)
def test_age_and_needs_are_told_only_where_the_consent_covers_who_she_is(walk: Walk, scope: list[str]) -> None:
    walk.tell({**REPORTING, "consent_scope": scope})
    walk.arrive("reception", "reception")
    work_until(walk, "take_report" if "identity" in scope else "take_report_unnamed")
    assert ("birth_date" in names_told(page(walk))) == ("identity" in scope)


def test_who_withdraws_consent_after_the_report_shows_nothing_more_of_when_it_was(walk: Walk) -> None:
    walk.tell({**REPORTING, "consent_scope": ["account", "identity"]})
    walk.arrive("reception", "reception")
    work_until(walk, "take_report")
    before = names_told(page(walk))
    walk.complete(next(task for task in walk.possible() if task.element == "take_report"))
    assert {"birth_date", "incident_at"} <= before

    walk.desk.record_facts(walk.person("reception"), walk.case_id, "change_consent", NO_MORE)

    after = names_told(page(walk))
    assert {"birth_date", "incident_at"} & after == set()
    assert "police_consent" in after


def test_whose_step_is_taken_back_with_the_consent_is_led_to_no_case_that_is_not_there_for_them(walk: Walk) -> None:
    walk.tell({**REPORTING, "consent_scope": ["account", "identity"]})
    walk.arrive("reception", "reception")
    work_until(walk, "take_report")
    step = next(task for task in walk.file().tasks if task.element == "take_report")
    assert walk.desk.task_form(walk.person("police"), step.id).opens

    walk.desk.record_facts(walk.person("reception"), walk.case_id, "change_consent", NO_MORE)

    assert not walk.desk.task_form(walk.person("police"), step.id).opens


@pytest.mark.parametrize("door", ["reception", "medical", "police", "hotline"])
def test_whoever_receives_somebody_may_open_their_case(walk: Walk, door: str) -> None:
    (role,) = shipped().pathway.doors[door].roles
    if door == "hotline":
        walk.tell(CALLER)
    walk.arrive(door, role)

    assert page(walk, role).case.door == shipped().pathway.doors[door].title


def test_the_safe_room_opens_no_case_that_does_not_come_there(walk: Walk) -> None:
    walk.arrive("reception", "reception")
    work_until(walk, "plan_follow_up")

    with pytest.raises(Refusal, check=lambda refused: refused.status == 404):
        page(walk, "safe_room")
