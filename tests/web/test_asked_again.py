"""What is asked again on purpose is not answered already: what was said before is told beside the question."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from engine.model import Task
from tests.survivors import ADULT
from tests.walk import Walk
from tests.web.running import CENTRE, PASSWORD, Hands, House, served
from tests.web.screen import Screen

pytestmark = pytest.mark.usefixtures("by_these_hands")
ASKED_AGAIN = "life_threat"
SAID_BEFORE = {"en": "Said before: No.", "fr": "Dit auparavant\xa0: Non.", "rw": "Byavuzwe mbere: Oya."}


@pytest.fixture
def task(house: House, hands: Hands) -> Task:
    """The arrival of somebody who has called before, and was in no danger then."""
    walk = Walk(house.desk, house.store, house.store.centres()[CENTRE], hands.moment)
    walk.tell({**ADULT, ASKED_AGAIN: "no"})
    walk.arrive("hotline", "reception")
    form = house.editions.current().forms
    arrival = next(task for task in walk.on() if form[task.form].asks_again(ASKED_AGAIN))
    hands.moment = max(hands.moment, walk.now)
    return arrival


def chosen(screen: Screen) -> list[str]:
    return [str(value) for value in screen.page.xpath(f"//input[@name='{ASKED_AGAIN}'][@checked]/@value")]


def test_the_page_tells_what_was_said_before_and_has_it_answered_anew(task: Task, as_: Callable[[str], Screen]) -> None:
    screen = as_("reception").open(f"/tasks/{task.id}")
    for language, words in SAID_BEFORE.items():
        screen.send("/language", {"csrf": screen.hidden("csrf"), "screen_language": language, "back": screen.path})
        hint = screen.page.get_element_by_id(f"{ASKED_AGAIN}-hint").text_content()
        assert words in hint
        assert chosen(screen) == []
    screen.send("/language", {"csrf": screen.hidden("csrf"), "screen_language": "en", "back": screen.path})

    screen.press("Record", survivor_arrived="yes")
    assert (screen.answer.status_code, chosen(screen)) == (422, [])
    assert SAID_BEFORE["en"] in screen.said
    screen.press("Save and come back", survivor_arrived="yes", life_threat="yes")

    assert chosen(screen.open(f"/tasks/{task.id}")) == ["yes"]  # the answer to this very question
    assert SAID_BEFORE["en"] in screen.said


def test_over_the_api_it_is_no_answer_to_send_back(task: Task, house: House) -> None:
    with served(house) as address, httpx.Client(base_url=f"{address.url}/api/v1") as api:
        token = api.post("/sessions", json={"login": "reception", "password": PASSWORD}).json()["token"]
        view = api.get(f"/tasks/{task.id}", headers={"Authorization": f"Bearer {token}"}).json()

    assert ASKED_AGAIN not in view["saved"]
    assert {told["name"]: told["value"] for told in view["before"]}[ASKED_AGAIN] == "no"


@pytest.mark.parametrize("language", SAID_BEFORE)
def test_a_form_of_any_time_tells_what_was_said_before(task: Task, as_: Callable[[str], Screen], language: str) -> None:
    screen = as_("reception").open(f"/cases/{task.case_id}/forms/record_incident_time")

    screen.send("/language", {"csrf": screen.hidden("csrf"), "screen_language": language, "back": screen.path})

    assert " ".join(SAID_BEFORE[language].partition(":")[0].split()) in screen.said
