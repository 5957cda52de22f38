"""The page and the API offer to go on past a duty to whoever may, ask for a reason, and keep it with the duty."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from flask import Flask

from engine import clock
from engine.model import Person
from tests.unit.test_overrides import MAY, WHY, with_law
from tests.web.running import CENTRE, PASSWORD, Hands, house_at, served, write_content
from tests.web.screen import Screen
from web.api.app import PREFIX
from web.house import House
from web.staff.app import create_staff_app

LATER = {"wants_medical": "later", "care_accepted": ["examination"]}
CHILD = LATER | {"age_stated": 12, "incident_at": "2026-11-23T05:00:00+02:00"}
OFFERED = "Why you go on all the same"
STAFF = Person("who", "who", {CENTRE: frozenset({"reception", "medical"})})


@pytest.fixture(params=[MAY, MAY.replace("roles: [reception]", "roles: [medical]")], ids=["may", "may not"])
def house(request: pytest.FixtureRequest, sqlite_url: str, tmp_path: Path) -> Iterator[House]:
    hands = Hands()
    content = write_content(tmp_path / "content", with_law(request.param))
    with house_at(sqlite_url, content, hands) as house, clock.using(hands):
        yield house


@pytest.fixture
def may(request: pytest.FixtureRequest) -> bool:
    return "may not" not in request.node.callspec.id


@pytest.fixture
def closing(house: House) -> str:
    """The last task of a child's case, for which a report is owed that nobody made."""
    case = house.desk.open_case(STAFF, CENTRE, "reception", CHILD).case_id
    for _ in range(2):
        (task,) = house.store.tasks_of_case(case)
        house.desk.complete_task(STAFF, task.task.id, 1, CHILD)
    (task,) = house.store.tasks_of_case(case)
    return task.task.id


def at_the_desk(house: House) -> Screen:
    app: Flask = create_staff_app(house.desk, house.people, house.settings)
    screen = Screen(app)
    screen.open("/sign-in").press("Sign in", login="reception", password=PASSWORD)
    return screen


def test_the_page_of_a_refused_step_offers_it_to_those_who_may_and_to_no_others(
    house: House, closing: str, may: bool
) -> None:
    screen = at_the_desk(house)
    answers = {"wants_medical": "later", "care_accepted": "examination"}
    assert OFFERED not in screen.open(f"/tasks/{closing}").said

    screen.press("Record the choice", **answers)

    assert screen.answer.status_code == 422
    assert "A child’s case is reported" in screen.said.replace("'", "’")
    assert (OFFERED in screen.said) is may
    assert (len(screen.page.xpath("//textarea[@name='override']")) == 1) is may
    assert (screen.page.xpath("//a[@href='#override']") != []) is may


def test_a_reason_that_cannot_be_kept_is_asked_again_at_its_field(house: House, closing: str) -> None:
    screen = at_the_desk(house)
    screen.open(f"/tasks/{closing}").press("Record the choice", override="x" * 501, wants_medical="later")

    assert screen.answer.status_code == 422
    assert "Too long" in screen.page.get_element_by_id("override-error").text_content()
    assert "x" * 501 in screen.page.get_element_by_id("override").text


def test_a_word_is_no_reason_and_what_was_shown_need_not_be_shown_again(house: House, closing: str, may: bool) -> None:
    screen = at_the_desk(house)
    answers = {"wants_medical": "later", "care_accepted": "examination"}
    screen.open(f"/tasks/{closing}").press("Record the choice", **answers)
    screen.press("Record the choice", **answers, override="Late ...")

    assert screen.answer.status_code == 422
    assert "Say why in a whole sentence" in screen.page.get_element_by_id("override-error").text_content()
    screen.press("Record the choice", **answers, override=WHY)
    assert (screen.answer.status_code == 200) is may


def test_a_reason_that_was_written_before_anything_stood_in_the_way_is_asked_to_be_sent_again(
    house: House, closing: str, may: bool
) -> None:
    screen = at_the_desk(house)
    answers = {"wants_medical": "later", "care_accepted": "examination"}
    screen.open(f"/tasks/{closing}").press("Record the choice", **answers, override=WHY)

    assert screen.answer.status_code == 422
    assert "A child’s case is reported" in screen.said.replace("'", "’")
    assert screen.page.get_element_by_id("override").text == WHY
    screen.press("Record the choice", **answers, override=WHY)
    assert (screen.answer.status_code == 200) is may


def test_with_a_reason_the_case_goes_on_where_the_role_may_and_the_duty_tells_why(
    house: House, closing: str, may: bool
) -> None:
    screen = at_the_desk(house)
    answers = {"wants_medical": "later", "care_accepted": "examination"}
    screen.open(f"/tasks/{closing}").press("Record the choice", **answers)
    screen.press("Record the choice", **answers, override=WHY)

    assert (screen.answer.status_code == 200) is may
    if may:
        assert "went on past it, with a reason" in screen.said
        assert WHY in screen.said
        assert "passed over, with a reason" in screen.said
    else:
        assert "A duty of the centre stands in the way" in screen.said


def test_the_api_says_whether_it_may_be_overridden_and_takes_the_reason(house: House, closing: str, may: bool) -> None:
    with served(house) as address, httpx.Client(base_url=address.url + PREFIX) as api:
        token = api.post("/sessions", json={"login": "reception", "password": PASSWORD}).json()["token"]
        api.headers["Authorization"] = f"Bearer {token}"
        body = {"version": 1, "answers": LATER}

        problem = api.post(f"/tasks/{closing}/complete", json=body, headers={"Idempotency-Key": "k1"})
        assert (problem.status_code, problem.json()["code"]) == (422, "duty_blocks")
        assert problem.json()["duties"] == ["minor-report"]
        assert problem.json()["overridable"] is may

        for unknowing in ({"duties": ["another"], "reason": WHY}, {"duties": ["minor-report"], "reason": "Late"}):
            sent = body | {"override": unknowing}
            answer = api.post(f"/tasks/{closing}/complete", json=sent, headers={"Idempotency-Key": "k1"})
            assert answer.status_code == 422

        going_on = body | {"override": {"duties": problem.json()["duties"], "reason": WHY}}
        again = api.post(f"/tasks/{closing}/complete", json=going_on, headers={"Idempotency-Key": "k1"})
        assert (again.status_code == 200) is may
        if may:
            duties = api.get(f"/cases/{again.json()['case_id']}/duties").json()["duties"]
            assert [(one["status"], one["because"], one["reason"]) for one in duties] == [("broken", "overridden", WHY)]


def test_a_reason_stands_there_again_when_its_writer_comes_back_to_the_saved_step(
    house: House, closing: str, may: bool
) -> None:
    screen = at_the_desk(house)
    answers = {"wants_medical": "later", "care_accepted": "examination"}
    screen.open(f"/tasks/{closing}").press("Record the choice", **answers)
    screen.press("Save and come back", **answers, override=WHY)
    assert "Your answers are kept" in screen.said

    screen.open(f"/tasks/{closing}")
    assert screen.page.get_element_by_id("override").text == WHY
    screen.press("Record the choice").press("Record the choice")  # what stands in the way is shown once more
    assert (screen.answer.status_code == 200) is may
