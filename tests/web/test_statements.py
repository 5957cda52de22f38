"""What a page asks of the database does not grow with what it shows, and sending a form asks little."""

from __future__ import annotations

import re
import statistics
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from flask.testing import FlaskClient

from engine import clock
from engine.model import CASE_SCOPE, Task
from engine.questions.task_view import as_before
from tests.survivors import ADULT, CHILD
from tests.walk import ROOT, Walk
from tests.web.running import CENTRE, PASSWORD, Hands, House, another_centre, house_at, served
from tests.web.statements import counted
from web.accounts import person_of
from web.api.app import PREFIX, create_api
from web.people import TOUCH
from web.staff import forms
from web.staff.app import create_staff_app
from web.staff.show import Show
from web.words import Words

MOST = 15
"""Statements of the dearest form: it decides, changes duties, clocks and timers, or replaces what was known."""
USUAL = 13
A_FORM_TAKES = TOUCH + timedelta(seconds=1)
"""To fill: so long that it is noted again that somebody is there."""
SIGN_OF_LIFE = "UPDATE session SET seen_at"
"""Noted by whichever page is read first after a while."""
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


def arrived(house: House, hands: Hands, told: dict[str, object], centre: str = CENTRE) -> Walk:
    walk = Walk(house.desk, house.store, house.store.centres()[centre], hands.moment)
    walk.tell(told)  # type: ignore[arg-type]
    walk.arrive("reception", "reception")
    return walk


def sent(browser: FlaskClient, house: House, hands: Hands, walk: Walk, task: Task) -> list[str]:
    """The statements of completing this task at its page."""
    page = browser.get(f"/tasks/{task.id}").text
    hidden = dict(re.findall(r'name="(csrf|version|command)" value="([^"]+)"', page))
    view = house.desk.task(walk.person(task.role), task.id)
    raw = forms.raw_of(walk.filled(view.form, as_before(view)), view.form, Show(Words("en", "Africa/Kigali"), walk.now))
    hands.move(A_FORM_TAKES)
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
        walk.now = hands.moment
        task = walk.possible()[0]
        browser = browsers.setdefault(task.role, at(task.role))
        numbers[task.element] = len(sent(browser, house, hands, walk, task))

    assert max(numbers.values()) <= MOST, numbers
    assert statistics.median(numbers.values()) <= USUAL, numbers


ELSEWHERE = {"home": "leads to the first page", "static": "files, without the database"}
"""Pages of no content -> why."""


def shown_by(walk: Walk, task: Task) -> dict[str, list[tuple[str, str]]]:
    """Endpoint of every page -> (role, address) of those who open it."""
    case, known = f"/cases/{walk.case_id}", f"facts/birth_date/{CASE_SCOPE}"
    everybody = ("reception", "coordinator")
    of_a_case = [case, f"{case}?show=steps", f"{case}?show=reads"]
    return {
        "account.show_account": [("reception", "/account")],
        "account.change_password": [("reception", "/account/password")],
        "arrival.choose_door": [("reception", "/arrival")],
        "arrival.receive": [("reception", f"/arrival/{CENTRE}/reception")],
        "board.show_board": [("coordinator", "/board")],
        "case.anytime_form": [("reception", f"{case}/forms/record_age")],
        "case.find": [("reception", "/find")],
        "case.show_case": [(role, path) for role in everybody for path in of_a_case],
        "case.way": [(role, f"{case}/way/case_main") for role in everybody],
        "centres.add_centre": [("administrator", "/admin/centres/new")],
        "centres.list_centres": [("administrator", "/admin/centres")],
        "centres.show_centre": [("administrator", f"/admin/centres/{CENTRE}")],
        "correct.correct_fact": [("reception", f"{case}/{known}?why=correct")],
        "duties.list_duties": [("coordinator", "/duties")],
        "help.show_help": [(role, "/help") for role in everybody],
        "left_out.answer": [("reception", f"{case}/left-out/open_file")],
        "people.add_person": [("administrator", "/admin/people/new")],
        "people.disable": [("administrator", "/admin/people/who-medical/disable")],
        "people.list_people": [("administrator", "/admin/people")],
        "people.reset_password": [("administrator", "/admin/people/who-medical/password")],
        "people.show_person": [("administrator", "/admin/people/who-medical")],
        "rota.show_rota": [(role, "/rota") for role in everybody],
        "signin.locked": [("reception", "/locked")],
        "signin.sign_in": [("reception", "/sign-in")],
        "task.show_task": [(task.role, f"/tasks/{task.id}")],
        "work.work_list": [(role, "/work") for role in everybody],
    }


def fill_the_house(house: House, hands: Hands, walk: Walk, at: At, numbers: range) -> None:
    """So many more of what a page can show: cases, people on shift and signed in, centres at which whoever reads it
    works, and what was known."""
    desk, medical = house.desk, walk.person("medical")
    for number in numbers:
        centre, told = f"nyanza-{number}", (CHILD, ADULT)[number % 2]
        another_centre(house, centre)
        arrived(house, hands, told)
        arrived(house, hands, told, centre)
        roles = {at: frozenset({"medical"}) for at in (CENTRE, centre)}
        login, name = f"person-{number}", f"Person {number}"
        account = house.accounts.add_with_password(login, name, PASSWORD, roles, demo=True)
        for at_centre in roles:
            desk.start_shift(person_of(account), at_centre, timedelta(hours=8))
        hands.move(timedelta(milliseconds=1))
        fact = walk.file().facts["birth_date", CASE_SCOPE]
        day = f"1980-01-{number + 1:02}"
        desk.correct_fact(
            replace(medical, id=account.id), walk.case_id, fact.name, CASE_SCOPE, fact.recorded_at, day, "Misheard"
        )
        at("reception")
    walk.now = hands.moment
    walk.complete(walk.possible()[-1])


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # pages ask the same of both
def test_no_page_asks_more_when_it_shows_more(house: House, hands: Hands, at: At) -> None:
    walk = arrived(house, hands, ADULT)
    for _ in range(5):
        walk.complete(walk.possible()[0])
    (task, *_) = walk.possible()
    pages = shown_by(walk, task)
    browsers = {role: at(role) for opened in pages.values() for role, _ in opened}

    def numbers() -> dict[tuple[str, str], int]:
        found = {}
        for role, path in [one for opened in pages.values() for one in opened]:
            with counted(house.store) as statements:
                assert browsers[role].get(path).status_code in (200, 303), path
            found[role, path] = sum(not one.startswith(SIGN_OF_LIFE) for one in statements)
        return found

    fill_the_house(house, hands, walk, at, range(1))
    numbers()  # what is read once
    few = numbers()
    fill_the_house(house, hands, walk, at, range(1, 8))

    more = {asked: (few[asked], number) for asked, number in numbers().items() if number > few[asked]}
    assert more == {}


def test_every_page_that_shows_something_is_counted(house: House, hands: Hands) -> None:
    walk = arrived(house, hands, ADULT)
    app = create_staff_app(house.desk, house.people, house.settings)
    opened = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}

    assert opened - shown_by(walk, walk.possible()[0]).keys() == ELSEWHERE.keys(), "give it a line in `shown_by`"


OF_NO_CASE = {"/health": "asks nothing", "/ready": "tries the database"}
"""Operations of the API that read but show nothing -> why."""


def read_by_programs(house: House, walk: Walk, task: Task) -> dict[str, tuple[str, str]]:
    """Every path of the API that is read -> (role, address)."""
    case, edition = f"/cases/{walk.case_id}", house.editions.current().digest
    return {
        "/doors": ("reception", f"/doors?centre={CENTRE}"),
        "/cases": ("coordinator", "/cases"),
        "/cases/{id}": ("coordinator", case),
        "/cases/{id}/duties": ("coordinator", f"{case}/duties"),
        "/cases/{id}/trail": ("coordinator", f"{case}/trail"),
        "/tasks": (task.role, "/tasks"),
        "/tasks/{id}": (task.role, f"/tasks/{task.id}"),
        "/editions": ("coordinator", "/editions"),
        "/editions/{edition}/proof": ("coordinator", f"/editions/{edition}/proof"),
    }


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_nothing_that_a_program_reads_asks_more_when_there_is_more(house: House, hands: Hands, at: At) -> None:
    walk = arrived(house, hands, ADULT)
    for _ in range(5):
        walk.complete(walk.possible()[0])
    read = read_by_programs(house, walk, walk.possible()[0])
    paths = create_api(house.desk, house.people, house.store, house.runs).openapi()["paths"]
    assert {path for path, methods in paths.items() if "get" in methods} - read.keys() == OF_NO_CASE.keys()
    with served(house) as address, httpx.Client(base_url=address.url + PREFIX) as api:

        def token(role: str) -> str:
            answer = api.post("/sessions", json={"login": role, "password": PASSWORD})
            return f"Bearer {answer.json()['token']}"

        tokens = {role: token(role) for role, _ in read.values()}

        def numbers() -> dict[str, int]:
            found = {}
            for path, (role, asked) in read.items():
                with counted(house.store) as statements:
                    answer = api.get(asked, headers={"Authorization": tokens[role]})
                assert answer.status_code == 200 or path.endswith("/proof"), (path, answer.text)
                found[path] = sum(not one.startswith(SIGN_OF_LIFE) for one in statements)
            return found

        fill_the_house(house, hands, walk, at, range(1))
        numbers()  # what is read once
        few = numbers()
        fill_the_house(house, hands, walk, at, range(1, 8))

        more = {path: (few[path], number) for path, number in numbers().items() if number > few[path]}
    assert more == {}
