"""What people and programs send at once over HTTP: one of two colleagues wins and the other keeps what they wrote;
a command sent many times at once is carried out once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import httpx
import pytest
from lxml import html

from engine.store.store import SqlStore
from tests.faults.amounts import DUPLICATES, RACES_OF_PAGES
from tests.faults.visitor import ANSWERS, Visitors, at_once, form_on, said
from tests.unit.content_samples import sample_files
from tests.waiting import waiting
from tests.web.running import CENTRE, PASSWORD, Hands, House, house_at, served, write_content

COLLEAGUES = {"reception": "41", "ana": "42"}
"""Who are at the reception, and the age that each of them would record."""


@pytest.fixture
def house(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    content = write_content(tmp_path_factory.mktemp("content"), sample_files())
    with house_at(database_url, content, Hands()) as built:
        built.accounts.add_with_password("ana", "Ana", PASSWORD, {CENTRE: frozenset({"reception"})}, demo=True)
        yield built


@pytest.fixture
def site(house: House) -> Iterator[str]:
    with served(house) as address:
        yield address.url


def ages(store: SqlStore, case_id: str) -> list[object]:
    return [fact.value for fact in store.facts_history(case_id) if fact.name == "age_stated"]


def test_the_page_of_the_slower_colleague_says_what_changed_and_keeps_what_they_wrote(
    house: House, site: str, visitors: Visitors, did: Callable[[str], None]
) -> None:
    browsers = {login: visitors.browser(site, login) for login in COLLEAGUES}
    won = dict.fromkeys(COLLEAGUES, 0)
    for _ in range(RACES_OF_PAGES):
        path = browsers["reception"].receive()
        forms = {login: browsers[login].form_of(path, **ANSWERS, age_stated=age) for login, age in COLLEAGUES.items()}
        (case_id,) = {row.task.case_id for row in waiting(house.store, [CENTRE], ["reception"]) if row.task.id in path}

        answers = at_once([partial(browsers[login].http.post, path, data=forms[login]) for login in COLLEAGUES])

        results = dict(zip(COLLEAGUES, answers, strict=True))
        winner, loser = sorted(results, key=lambda login: results[login].status_code)
        assert [results[login].status_code for login in (winner, loser)] == [303, 409]
        check_the_loser(results[loser], {"reception": "Reception", "ana": "Ana"}[winner], winner, loser)
        assert ages(house.store, case_id) == [int(COLLEAGUES[winner])]
        won[winner] += 1
    assert house.store.verify_trail() == []
    did(f"{RACES_OF_PAGES} races of two pages, won by {won}")


def check_the_loser(answer: httpx.Response, name: str, winner: str, loser: str) -> None:
    page = html.fromstring(answer.text)
    assert f"{name} has already dealt with this task (10:00 today)." in said(answer)
    assert "What changed" in said(answer)
    assert page.xpath("//dl[@id='recorded']//dt[.='Age stated']/../dd/text()") == [COLLEAGUES[winner]]
    assert page.xpath("//input[@name='age_stated']/@value") == [COLLEAGUES[loser]]
    assert [text.text_content() for text in page.xpath("//dl[@id='written']//dd")] == [COLLEAGUES[loser]]
    assert page.xpath("//form[@id='answers']//button[not(@hidden)]") == []


def test_a_command_sent_many_times_at_once_is_carried_out_once(
    house: House, site: str, visitors: Visitors, did: Callable[[str], None]
) -> None:
    program, other = visitors.program(site, "reception"), visitors.program(site, "reception")
    for number in DUPLICATES:
        task = program.receive(f"case-{number}", age_stated=number).json()["opened"][0]
        answers = at_once([partial(program.complete, task, f"task-{number}", age_stated=50)] * number)

        assert [answer.status_code for answer in answers] == [200] * number
        bodies = [answer.json() for answer in answers]
        assert sorted(body.pop("replayed") for body in bodies) == [False] + [True] * (number - 1)
        assert bodies == [bodies[0]] * number
        assert ages(house.store, bodies[0]["case_id"]) == [number, 50]
        reused = other.complete(task, f"task-{number}", age_stated=51)
        assert (reused.status_code, reused.json()["code"]) == (409, "command_reused")
        assert ages(house.store, bodies[0]["case_id"]) == [number, 50]
    assert house.store.verify_trail() == []
    did(f"one command of a program {', '.join(map(str, DUPLICATES))} times at once")


def test_a_form_sent_many_times_at_once_is_recorded_once_and_leads_on(
    house: House, site: str, visitors: Visitors, did: Callable[[str], None]
) -> None:
    browser = visitors.browser(site, "reception")
    for number in DUPLICATES:
        path = browser.receive()
        form = browser.form_of(path, **ANSWERS, age_stated=str(number))
        (case_id,) = {row.task.case_id for row in waiting(house.store, [CENTRE], ["reception"]) if row.task.id in path}

        answers = at_once([partial(browser.http.post, path, data=form)] * number)

        assert [(answer.status_code, answer.headers.get("location")) for answer in answers] == [
            (303, answers[0].headers["location"])
        ] * number
        assert ages(house.store, case_id) == [number]
        reused = browser.http.post(path, data=form | {"age_stated": "99"})
        assert reused.status_code == 409
        assert html.fromstring(reused.text).xpath("//input[@name='age_stated']/@value") == ["99"]
        assert ages(house.store, case_id) == [number]
    assert house.store.verify_trail() == []
    did(f"one form {', '.join(map(str, DUPLICATES))} times at once")


def test_a_page_sent_before_with_other_words_shows_them_on_the_form_that_is_still_open(
    house: House, site: str, visitors: Visitors
) -> None:
    browser = visitors.browser(site, "reception")
    first, second = browser.receive(), browser.receive()
    form = browser.form_of(first, **ANSWERS)
    assert browser.http.post(first, data=form).status_code == 303

    answer = browser.http.post(second, data=browser.form_of(second, **ANSWERS) | {"command": form["command"]})

    assert answer.status_code == 409
    assert form_on(html.fromstring(answer.text))["wants_medical"] == "later"
    assert form_on(html.fromstring(answer.text))["command"] != form["command"]
