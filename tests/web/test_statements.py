"""What a page asks of the database does not grow with what it shows, and sending a form asks little."""

from __future__ import annotations

import re
import statistics
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from engine import clock
from engine.model import Task
from engine.questions.task_view import as_before
from tests.survivors import ADULT, CHILD
from tests.walk import ROOT, Walk
from tests.web.running import CENTRE, PASSWORD, Hands, House, house_at
from tests.web.statements import counted
from web.staff import forms
from web.staff.app import create_staff_app
from web.staff.show import Show
from web.words import Words

MOST = 15
"""Statements of the dearest form: it decides, changes duties, clocks and timers, or replaces what was known."""
USUAL = 13
A_TASK_TAKES = timedelta(seconds=9)
At = Callable[[str], FlaskClient]


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def house(database_url: str, hands: Hands) -> Iterator[House]:
    with house_at(database_url, str(ROOT), hands) as built, clock.using(hands):
        yield built


@pytest.fixture
def at(house: House) -> At:
    """Opens a browser for a role, signed in anew."""
    app = create_staff_app(house.desk, house.people, house.settings)

    def open_one(role: str) -> FlaskClient:
        browser = app.test_client()
        assert browser.post("/sign-in", data={"login": role, "password": PASSWORD}).status_code == 303
        return browser

    return open_one


def arrived(house: House, hands: Hands, told: dict[str, object]) -> Walk:
    walk = Walk(house.desk, house.store, house.store.centres()[CENTRE], hands.moment)
    walk.tell(told)  # type: ignore[arg-type]
    walk.arrive("reception", "reception")
    return walk


def sent(browser: FlaskClient, house: House, walk: Walk, task: Task) -> list[str]:
    """The statements of completing this task at its page."""
    page = browser.get(f"/tasks/{task.id}").text
    hidden = dict(re.findall(r'name="(csrf|version|command)" value="([^"]+)"', page))
    view = house.desk.task(walk.person(task.role), task.id)
    raw = forms.raw_of(walk.filled(view.form, as_before(view)), view.form, Show(Words("en", "Africa/Kigali"), walk.now))
    with counted(house.store) as statements:
        answer = browser.post(f"/tasks/{task.id}", data={**raw, **hidden})
    assert answer.status_code == 303, f"{task.element}: {answer.text[:2000]}"
    return list(statements)


@pytest.mark.parametrize("told", [CHILD, ADULT], ids=["a child", "an adult"])
def test_sending_a_form_asks_little_of_the_database(
    told: dict[str, object], house: House, hands: Hands, at: At
) -> None:
    walk = arrived(house, hands, told)
    browsers: dict[str, FlaskClient] = {}
    numbers: dict[str, int] = {}
    for _ in range(12):
        hands.move(A_TASK_TAKES)
        walk.now = hands.moment
        task = walk.possible()[0]
        browser = browsers.setdefault(task.role, at(task.role))
        numbers[task.element] = len(sent(browser, house, walk, task))

    assert max(numbers.values()) <= MOST, numbers
    assert statistics.median(numbers.values()) <= USUAL, numbers


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # pages ask the same of both
def test_no_page_asks_more_when_it_shows_more(house: House, hands: Hands, at: At) -> None:
    walk = arrived(house, hands, ADULT)
    for _ in range(5):
        walk.complete(walk.possible()[0])
    (task, *_) = walk.possible()
    paths = ["/work", "/board", "/rota", "/find", "/arrival", "/help", "/account"]
    of_a_case = [f"/cases/{walk.case_id}{more}" for more in ("", "?show=steps", "?show=reads", "/way/case_main")]
    asked = [*((role, path) for role in ("reception", "coordinator") for path in paths + of_a_case)]
    asked += [(task.role, f"/tasks/{task.id}"), ("administrator", "/admin/people"), ("administrator", "/admin/centres")]
    browsers = {role: at(role) for role, _ in asked}

    def numbers() -> dict[tuple[str, str], int]:
        found = {}
        for role, path in asked:
            with counted(house.store) as statements:
                assert browsers[role].get(path).status_code in (200, 303, 403), path
            found[role, path] = len(statements)
        return found

    few = numbers()
    for number in range(12):
        arrived(house, hands, (CHILD, ADULT)[number % 2])
        house.accounts.add_with_password(
            f"person-{number}", f"Person {number}", PASSWORD, {CENTRE: frozenset({"medical"})}, demo=True
        )
    walk.complete(walk.possible()[-1])

    more = {asked: (few[asked], number) for asked, number in numbers().items() if number > few[asked]}
    assert more == {}
