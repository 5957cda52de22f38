"""The staff pages over a real house: who may come in, what a page says, what is kept, and what others cannot do."""

from __future__ import annotations

import gzip
import re
import sqlite3
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest
import structlog
from flask import Flask
from lxml import html
from sqlalchemy import delete, event

from engine.library import LANGUAGES
from engine.model import Person
from engine.store.errors import DoesNotOpen, StoreBusy, StoreDamaged
from engine.store.records import Account
from engine.store.store import SqlStore
from engine.store.tables import unsent
from tests.web.running import CENTRE, PASSWORD, Hands
from tests.web.screen import ARRIVAL, Screen, case_of, receive
from web.headers import SECURITY_HEADERS
from web.house import House
from web.staff.app import create_staff_app
from web.staff.guard import LEAVING, OPEN_VIEWS, QUIET
from web.throttle import CODE
from web.words import NAMES, Words, times

LARGEST_PAGE = 50_000
"""Bytes sent, with everything that a first visit loads."""
pytestmark = pytest.mark.usefixtures("by_these_hands", "nothing_half_filled")


@pytest.fixture
def nothing_half_filled(house: House) -> None:
    """No test finds what another left on its pages."""
    with house.store.writing() as connection:
        connection.execute(delete(unsent))


# coming in


def test_nobody_sees_anything_before_signing_in(app: Flask) -> None:
    client = app.test_client()
    for rule in app.url_map.iter_rules():
        if rule.endpoint not in OPEN_VIEWS:
            path = rule.rule
            for name in rule.arguments:
                path = re.sub(rf"<(path:)?{name}>", "x", path)
            method = client.get if "GET" in (rule.methods or ()) else client.post
            answer = method(path)
            assert (answer.status_code, urlsplit(answer.headers["Location"]).path) == (303, "/sign-in"), path


def test_a_wrong_password_is_refused_with_what_to_do_and_without_what_was_typed(app: Flask) -> None:
    screen = Screen(app).open("/sign-in").press("Sign in", login="medical", password="not the password")

    assert screen.answer.status_code == 401
    assert "your administrator can give you a new password" in screen.said
    assert "not the password" not in screen.answer.text


def test_the_cookie_is_for_this_browser_and_these_pages_alone(app: Flask) -> None:
    client = app.test_client()
    form = {"login": "medical", "password": PASSWORD}

    plain = client.post("/sign-in", data=form).headers["Set-Cookie"]
    secure = client.post("/sign-in", data=form, base_url="https://localhost").headers["Set-Cookie"]

    assert re.fullmatch(r"isange=\S{40,}; HttpOnly; Path=/; SameSite=Lax", plain)
    assert re.fullmatch(r"__Host-isange=\S{40,}; Secure; HttpOnly; Path=/; SameSite=Lax", secure)


def test_signing_out_ends_it_and_clears_what_the_browser_keeps(as_: Callable[[str], Screen]) -> None:
    screen = as_("medical")
    out = screen.client.post("/sign-out", data={"csrf": screen.hidden("csrf")})

    assert out.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert screen.open("/work").path == "/sign-in"


def test_a_colleague_who_signs_in_on_the_same_computer_ends_the_former_session(as_: Callable[[str], Screen]) -> None:
    screen = as_("medical")
    former = screen.client.get_cookie("isange")
    screen.client.post("/sign-in", data={"login": "police", "password": PASSWORD})

    assert former is not None
    screen.client.set_cookie("isange", former.value)
    assert screen.open("/work").path == "/sign-in"


# requests of other sites


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, 400),
        ({"Sec-Fetch-Site": "same-site"}, 400),
        ({"Origin": "https://elsewhere.example"}, 400),
        ({"Origin": "null"}, 400),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"}, 303),
        ({}, 303),
    ],
)
@pytest.mark.parametrize("path", ["/sign-in", "/sign-out", "/hide", "/language"])
def test_a_change_that_another_sites_page_asks_for_is_refused(
    path: str, headers: dict[str, str], status: int, as_: Callable[[str], Screen]
) -> None:
    screen = as_("medical")
    form = {"csrf": screen.hidden("csrf"), "login": "police", "password": PASSWORD, "screen_language": "en"}

    assert screen.client.post(path, data=form, headers=headers).status_code == status


def test_every_change_needs_the_token_of_this_session(app: Flask, as_: Callable[[str], Screen]) -> None:
    screen, other = as_("reception"), as_("reception")
    for rule in app.url_map.iter_rules():
        if "POST" in (rule.methods or ()) and rule.endpoint != "signin.sign_in":
            path = rule.rule
            for name in rule.arguments:
                path = re.sub(rf"<(path:)?{name}>", "x", path)
            if rule.endpoint in LEAVING:
                continue
            for form in ({}, {"csrf": "wrong"}, {"csrf": other.hidden("csrf")}):
                assert screen.client.post(path, data=form).status_code == 400, (path, form)


@pytest.mark.parametrize("path", ["/hide", "/sign-out"])
def test_a_tab_that_a_colleague_left_behind_hides_for_whoever_is_there_and_keeps_nothing_for_them(
    path: str, as_: Callable[[str], Screen]
) -> None:
    left, arrival = as_("reception"), f"/arrival/{CENTRE}/reception"
    former = left.hidden("csrf")
    screen = as_("reception")

    screen.send(path, {"csrf": former, "back": arrival, "incident_at-day": "31"})
    assert screen.path == "/locked"
    assert screen.open("/work").path == "/locked"

    screen.press("Come back", password=PASSWORD).open(arrival)
    assert screen.page.xpath("//input[@name='incident_at-day']/@value") == [""]


def test_a_tab_that_asks_whether_its_session_lives_does_not_keep_it_awake(
    as_: Callable[[str], Screen], hands: Hands
) -> None:
    screen = as_("reception")
    asked = {"X-CSRF": screen.hidden("csrf"), "X-Isange-Quiet": "1"}

    for _ in range(4):
        assert screen.client.post("/alive", headers=asked).status_code == 204
        hands.move(timedelta(seconds=80))

    assert screen.client.post("/alive", headers=asked).headers["Location"].startswith("/locked")


def test_what_stands_on_another_tab_is_kept_before_its_writer_signs_out(as_: Callable[[str], Screen]) -> None:
    screen, arrival = as_("reception"), f"/arrival/{CENTRE}/reception"
    form = {"csrf": screen.hidden("csrf"), "back": arrival, "incident_at-day": "31"}

    assert screen.client.post("/keep", data=form).status_code == 204
    screen.press("Sign out")

    assert as_("reception").open(arrival).page.xpath("//input[@name='incident_at-day']/@value") == ["31"]


def test_a_page_can_come_back_only_to_a_page_of_ours(as_: Callable[[str], Screen]) -> None:
    screen = as_("medical")
    for back in ("https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example", "/nowhere", "work", ""):
        form = {"csrf": screen.hidden("csrf"), "screen_language": "en", "back": back}
        assert screen.client.post("/language", data=form).headers["Location"] == "/work", back
    assert screen.client.post("/language", data={**form, "back": "/help"}).headers["Location"] == "/help"


# every answer


def test_every_answer_carries_the_headers_of_the_house(app: Flask, as_: Callable[[str], Screen]) -> None:
    screen = as_("reception")
    shown = [screen.client.get(path) for path in ("/work", "/nothing", "/board", "/cases/x", "/static/nothing")]
    shown += [app.test_client().get("/work"), screen.client.post("/alive"), screen.client.get("/sign-out")]

    assert {answer.status_code for answer in shown} == {200, 303, 400, 403, 404, 405}
    for answer in shown:
        assert {name: answer.headers.get(name) for name in SECURITY_HEADERS} == SECURITY_HEADERS


def test_an_unchanging_file_may_be_kept_because_its_address_names_its_content(as_: Callable[[str], Screen]) -> None:
    screen = as_("reception").open("/help")

    assert screen.files()
    for url in screen.files():
        assert re.search(r"\?v=[0-9a-f]{12}$", url)
        answer = screen.file(url)
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "public, max-age=31536000, immutable")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_first_visit_to_any_page_is_at_most_fifty_kilobytes(language: str, as_: Callable[[str], Screen]) -> None:
    screen = receive(as_("reception"))
    screen.press({"en": "English", "fr": "Français", "rw": "Ikinyarwanda"}[language])
    task = screen.path
    case = case_of(screen)
    way = str(screen.open(case).page.xpath("//a[@class='service__way']/@href")[0])
    assert gzip.decompress(screen.file(case, **{"Accept-Encoding": "gzip"}).data)[:15] == b"<!DOCTYPE html>"
    for path in ("/work", task, case, way, f"/arrival/{CENTRE}/reception", "/help", "/find"):
        screen.open(path)
        sent = [screen.file(url, **{"Accept-Encoding": "gzip"}).data for url in (path, *screen.files())]
        assert sum(map(len, sent)) <= LARGEST_PAGE, path


def test_titles_and_addresses_say_nothing_of_anyone(as_: Callable[[str], Screen]) -> None:
    screen = receive(as_("reception"))
    task, case = screen.path, case_of(screen)
    code = str(screen.page.xpath("//p[@class='over']/a/text()")[0])
    titles = {path: screen.open(path).page.findtext(".//title") for path in ("/work", task, case, "/find", "/help")}

    assert list(titles.values()) == ["Work list", "Task", "Case", "Find a case", "Help"]
    assert code not in task + case
    screen.open("/find").press("Find a case", code=code.lower().replace("-", " "))
    assert screen.path == case
    screen.open("/find").press("Find a case", code="AAA-AAA")
    assert "No case was found" in screen.said
    assert screen.page.xpath("//input[@name='code']/@value") == ["AAA-AAA"]


def test_a_case_that_is_not_theirs_is_answered_like_a_code_that_nobody_has(as_: Callable[[str], Screen]) -> None:
    receptionist = receive(as_("reception"))
    code, case = str(receptionist.page.xpath("//p[@class='over']/a/text()")[0]), case_of(receptionist)
    screen = as_("police")
    said = []
    for typed in (code, "AAA-AAA"):
        screen.open("/find").press("Find a case", code=typed)
        said.append((screen.answer.status_code, screen.said))

    assert said[0] == said[1]
    assert screen.open(case).answer.status_code == 404
    assert code not in screen.said


def test_codes_that_lead_to_no_case_slow_whoever_tries_many_and_nobody_else(
    as_: Callable[[str], Screen], hands: Hands
) -> None:
    receptionist = receive(as_("reception"))
    code, case = str(receptionist.page.xpath("//p[@class='over']/a/text()")[0]), case_of(receptionist)
    screen = as_("psychosocial").open("/find").press("Find a case", code=code)

    def looked(typed: str) -> int:
        return screen.open("/find").press("Find a case", code=typed).answer.status_code

    for _ in range(CODE.free):
        assert looked("AAA-AAA") == 404
        assert looked(code) in (200, 429)
    assert looked(code) == 429  # the right one, too: waiting tells nothing
    assert screen.page.xpath("//input[@name='code']/@value") == [code]
    later = f"{(hands.moment + timedelta(minutes=1)).astimezone(ZoneInfo('Africa/Kigali')):%H:%M}"
    for language, sentence in (
        ("English", f"You can look again from {later} today"),
        ("Français", f"Vous pourrez chercher de nouveau : aujourd’hui à {later}"),
        ("Ikinyarwanda", f"Wongera gushakisha guhera uyu munsi {later}"),
    ):
        screen.press(language)
        screen.send("/find", {"csrf": screen.hidden("csrf"), "code": code})
        assert (screen.answer.status_code, sentence in screen.said) == (429, True), screen.said
    assert as_("medical").open("/find").press("Find a case", code=code).path == case

    hands.move(timedelta(seconds=2))
    screen.press("English")
    assert looked(code) == 200
    assert looked("AAA-AAA") == 404
    hands.move(timedelta(seconds=1))
    assert looked(code) == 429  # a hit forgives nothing: each miss doubles the wait


def test_the_task_of_a_case_that_is_not_theirs_to_open_is_told_like_one_that_is_not_there(
    as_: Callable[[str], Screen],
) -> None:
    task = receive(as_("reception")).path
    screen = as_("safe_room")
    told = [(screen.open(path).answer.status_code, screen.said) for path in (task, f"/tasks/{uuid.uuid4()}")]

    assert told[0] == told[1]
    assert told[0][0] == 404
    assert as_("coordinator").open(task).answer.status_code == 403


def test_reading_changes_nothing(house: House, as_: Callable[[str], Screen]) -> None:
    screen = receive(as_("reception"))
    paths = ["/work", screen.path, case_of(screen), f"/arrival/{CENTRE}/reception", "/find", "/help", "/arrival"]
    case_id = case_of(screen).rsplit("/", 1)[1]
    before = house.store.read_file(case_id)

    for path in paths * 2:
        screen.open(path)

    assert house.store.read_file(case_id) == before


# the work list


def test_an_unchanged_list_answers_with_nothing_and_a_changed_one_with_itself(as_: Callable[[str], Screen]) -> None:
    screen = receive(as_("reception")).open("/work")
    seen = re.search(r'"If-None-Match": "([^"]+)"', screen.answer.text)
    asking = {"HX-Request": "true", QUIET: "1", "If-None-Match": seen[1] if seen else ""}

    assert screen.client.get("/work", headers=asking).status_code == 204
    receive(as_("reception"))
    changed = screen.client.get("/work", headers=asking)
    assert changed.status_code == 200
    assert "<html" not in changed.text
    assert 'id="list"' in changed.text


def test_a_list_that_renews_itself_keeps_nobody_signed_in(as_: Callable[[str], Screen], hands: Hands) -> None:
    screen = as_("reception")
    for _ in range(10):
        hands.move(timedelta(minutes=1))
        screen.client.get("/work", headers={"HX-Request": "true", QUIET: "1"})

    renewed = screen.client.get("/work", headers={"HX-Request": "true", QUIET: "1"})

    assert (renewed.status_code, renewed.headers["HX-Redirect"]) == (204, "/locked?back=/work")


def test_a_task_is_taken_and_given_back_and_a_colleague_sees_it(as_: Callable[[str], Screen]) -> None:
    screen = receive(as_("reception"))
    task = screen.path
    colleague = as_("reception")
    screen.press("Take it")

    assert (screen.path, "Give it back" in screen.said) == (task, True)
    assert "Held by Reception" not in colleague.open("/work").said  # the same account holds it
    screen.press("Give it back")
    assert "Take it" in screen.said


def test_a_long_list_says_how_long_it_is_and_ends_where_it_ends(
    as_: Callable[[str], Screen], monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = as_("reception")
    for _ in range(3):
        receive(screen)
    assert screen.open("/work").page.xpath("//h2[@class='group__name']/span/text()")
    monkeypatch.setattr("engine.questions.work_list.LISTED", 2)

    total = int(screen.open("/work").said.rsplit("Tasks in all: ")[1].split()[0])
    pages = (total + 1) // 2
    assert f"Page 1 of {pages}" in screen.said
    assert not screen.page.xpath(
        "//h2[@class='group__name'][starts-with(@id, 'group')]/span"
    )  # it would count the page

    screen.open("/work?page=999")
    assert f"Page {pages} of {pages}" in screen.said
    assert "Nothing waits for you" not in screen.said
    assert screen.page.xpath("//a[@class='row__title']")


def test_an_empty_list_says_what_happens_next(as_: Callable[[str], Screen]) -> None:
    assert "New work appears here by itself" in as_("safe_room").said


# a task


def test_after_an_arrival_stands_what_happened_and_the_next_task(as_: Callable[[str], Screen]) -> None:
    screen = receive(as_("reception"))

    assert screen.path.startswith("/tasks/")
    assert screen.answer.history[0].status_code == 303
    assert "Recorded" in screen.said
    assert "Now waiting" in screen.said


def test_what_is_missing_is_said_with_everything_kept(as_: Callable[[str], Screen]) -> None:
    screen = as_("reception").open(f"/arrival/{CENTRE}/reception")
    screen.press("Welcome the survivor", life_threat="no", **{"incident_at-day": "31", "incident_at-month": "2"})

    assert screen.answer.status_code == 422
    assert str(screen.page.findtext(".//title")).startswith("Error: ")
    assert screen.page.xpath("//input[@name='life_threat'][@checked]/@value") == ["no"]
    assert screen.page.xpath("//input[@name='incident_at-day']/@value") == ["31"]
    links = screen.page.xpath("//div[contains(@class,'govuk-error-summary')]//a/@href")
    assert links
    for link in links:
        assert screen.page.get_element_by_id(link[1:]).tag == "input"


def test_sending_twice_does_it_once(house: House, as_: Callable[[str], Screen]) -> None:
    screen = as_("reception").open(f"/arrival/{CENTRE}/reception")
    form = {"csrf": screen.hidden("csrf"), "command": screen.hidden("command"), **ARRIVAL}
    before = len(house.store.open_cases([CENTRE]))

    first, second = (screen.send(f"/arrival/{CENTRE}/reception", dict(form)).path for _ in range(2))

    assert first == second
    assert len(house.store.open_cases([CENTRE])) == before + 1


def test_half_filled_answers_are_kept_and_come_back(as_: Callable[[str], Screen]) -> None:
    screen = receive(as_("reception"))
    task = screen.path
    name = next(i.get("name") for i in screen.page.iter("input") if i.get("type") in ("radio", "checkbox"))
    value = next(i.get("value") for i in screen.page.iter("input") if i.get("name") == name)

    screen.press("Save and come back", **{name: value})

    assert screen.path == "/work"
    assert "Your answers are kept" in screen.said
    assert value in screen.open(task).page.xpath(f"//input[@name='{name}'][@checked]/@value")


def test_a_task_that_a_colleague_has_finished_gives_back_what_was_written(as_: Callable[[str], Screen]) -> None:
    screen, colleague = receive(as_("reception")), as_("reception")
    late = screen.path
    colleague.open(late)
    finish(colleague)

    screen.press("Record", **{"happened_at-day": "17"})

    assert screen.answer.status_code == 409
    assert "has already dealt with this task" in screen.said
    assert [text.text_content() for text in screen.page.xpath("//dl[@id='written']//dd")] == ["17"]


def test_a_task_that_changed_meanwhile_keeps_what_was_written_and_can_be_sent_again(
    as_: Callable[[str], Screen],
) -> None:
    screen, colleague = receive(as_("reception")), as_("reception")
    colleague.open(screen.path).press("Take it")

    finish(screen)

    assert screen.answer.status_code == 409
    assert "changed since you opened it" in screen.said
    finish(screen)
    assert screen.answer.status_code == 200
    assert "Recorded" in screen.said


def finish(screen: Screen) -> None:
    """Answers the first of everything that the form of the task asks, and records it."""
    answers: dict[str, object] = {}
    for one in screen.page.get_element_by_id("answers").iter("input"):
        if one.get("type") in ("radio", "checkbox"):
            answers.setdefault(one.get("name"), one.get("value"))
    button = screen.page.xpath("//form[@id='answers']//div[@class='govuk-button-group']/button[1]")[0]
    screen.press(button.text_content(), **answers)


def parts_of(name: str, at: datetime) -> dict[str, str]:
    """A moment as a form's fields at the centre take it."""
    local = at.astimezone(ZoneInfo("Africa/Kigali"))
    return {
        f"{name}-day": str(local.day),
        f"{name}-month": str(local.month),
        f"{name}-year": str(local.year),
        f"{name}-time": f"{local:%H:%M}",
    }


def test_a_clock_of_a_case_without_a_task_says_both_its_ends_as_the_page_of_the_case_does(
    as_: Callable[[str], Screen], hands: Hands
) -> None:
    earliest, latest = (hands.moment - timedelta(hours=hours) for hours in (73, 60))
    receptionist = receive(as_("reception"), **parts_of("incident_at", earliest), **parts_of("incident_until", latest))
    case = case_of(receptionist)
    listed = (
        as_("medical")
        .open("/work")
        .page.xpath(f"//section[@aria-labelledby='elsewhere']//li[.//a[@href='{case}']]//p[contains(., 'PEP')]")
    )
    ends = [f"{(at + timedelta(hours=72)).astimezone(ZoneInfo('Africa/Kigali')):%H:%M}" for at in (earliest, latest)]
    (said,) = [one.text_content().strip() for one in listed]

    assert f"the time may be over since {ends[0]}" in said
    assert f"still possible until {ends[1]}" in said
    assert said in as_("medical").open(case).said


def test_another_roles_task_is_not_shown(as_: Callable[[str], Screen]) -> None:
    task = receive(as_("reception")).path
    screen = as_("psychosocial").open(task)

    assert screen.answer.status_code == 403
    assert screen.said.count("belongs to another role") == 1


def test_when_it_happened_can_be_earlier_but_not_later_than_now(as_: Callable[[str], Screen], hands: Hands) -> None:
    screen = receive(as_("reception"))
    later = hands.moment + timedelta(days=2)
    parts = {"happened_at-day": later.day, "happened_at-month": later.month, "happened_at-year": later.year}
    for one in screen.page.get_element_by_id("answers").iter("input"):
        if one.get("type") in ("radio", "checkbox"):
            parts.setdefault(one.get("name"), one.get("value"))

    screen.press("Record", **parts, **{"happened_at-time": "10:00"})

    assert screen.answer.status_code == 422
    assert "This lies in the future" in screen.said


# hiding the screen


def test_hiding_the_screen_keeps_the_draft_and_asks_the_password(as_: Callable[[str], Screen]) -> None:
    screen = receive(as_("reception"))
    task = screen.path
    name = next(i.get("name") for i in screen.page.iter("input") if i.get("type") in ("radio", "checkbox"))
    value = next(i.get("value") for i in screen.page.iter("input") if i.get("name") == name)

    screen.press("Hide screen", **{name: value})
    assert (screen.path, "Screen hidden" in screen.said) == ("/locked", True)
    assert screen.open("/work").path == "/locked"
    screen.press("Come back", password="wrong", back=task)
    assert screen.answer.status_code == 401
    assert "This is not your password" in screen.said
    assert "The login or the password" not in screen.said
    screen.press("Come back", password=PASSWORD, back=task)

    assert screen.path == task
    assert value in screen.page.xpath(f"//input[@name='{name}'][@checked]/@value")


@pytest.mark.parametrize("buttons", [("Take it", "Give it back"), ("Français", "English")])
def test_other_buttons_of_a_task_keep_what_is_being_written(
    as_: Callable[[str], Screen], buttons: tuple[str, str]
) -> None:
    screen = receive(as_("reception"))
    task = screen.path
    name = next(i.get("name") for i in screen.page.iter("input") if i.get("type") in ("radio", "checkbox"))
    value = next(i.get("value") for i in screen.page.iter("input") if i.get("name") == name)

    filled = {name: value}
    for button in buttons:
        screen.press(button, **filled)
        assert screen.path == task
        assert value in screen.page.xpath(f"//input[@name='{name}'][@checked]/@value"), button
        filled = {}
    finish(screen)
    assert screen.answer.status_code == 200


def test_another_language_in_the_midst_of_an_arrival_keeps_it(as_: Callable[[str], Screen]) -> None:
    screen = as_("reception").open(f"/arrival/{CENTRE}/reception")
    screen.press("Français", life_threat="no", **{"incident_at-day": "31", "incident_at-month": "2"})
    assert screen.page.get("lang") == "fr"
    assert screen.page.xpath("//input[@name='life_threat'][@checked]/@value") == ["no"]
    screen.press("English")
    assert screen.page.xpath("//input[@name='incident_at-day']/@value") == ["31"]


def test_whoever_signs_out_in_the_midst_of_a_form_finds_it_again(as_: Callable[[str], Screen]) -> None:
    screen = as_("reception").open(f"/arrival/{CENTRE}/reception")
    arrival = screen.path
    screen.press("Sign out", life_threat="no", **{"incident_at-day": "31"})
    assert screen.path == "/sign-in"
    colleague = as_("medical")
    assert not colleague.open(arrival).page.xpath("//input[@name='incident_at-day'][@value='31']")
    assert as_("reception").open(arrival).page.xpath("//input[@name='incident_at-day']/@value") == ["31"]


def test_what_a_colleague_holds_is_taken_over_on_its_page_with_what_was_written(
    as_: Callable[[str], Screen], house: House
) -> None:
    screen = receive(as_("reception"))
    task = screen.path
    screen.press("Take it")
    second = Person("second", "Second", {CENTRE: frozenset({"reception"})})
    house.store.add_account(Account(second.id, second.id, second.name, "-", "en", second.roles))
    row = house.store.task(task.rsplit("/", 1)[1])
    assert row is not None
    house.desk.claim_task(second, row.task.id, row.task.version, over=True)

    screen.open(task)
    assert "you have spoken with each other" in screen.said
    name = next(i.get("name") for i in screen.page.iter("input") if i.get("type") in ("radio", "checkbox"))
    value = next(i.get("value") for i in screen.page.iter("input") if i.get("name") == name)
    screen.press("Take it over", **{name: value})
    assert screen.path == task
    assert "Give it back" in screen.said
    assert value in screen.page.xpath(f"//input[@name='{name}'][@checked]/@value")
    assert "took over from Second" in screen.open(f"{case_of(screen)}?show=steps").said


@pytest.mark.parametrize("language", LANGUAGES)
def test_whoever_takes_a_task_too_late_is_led_to_it_and_told_that_what_they_wrote_is_kept(
    as_: Callable[[str], Screen], house: House, language: str
) -> None:
    words = Words(language)
    screen = receive(as_("reception"))
    screen.client.post("/language", data={"csrf": screen.hidden("csrf"), "screen_language": language})
    task = screen.open(screen.path).path
    second = Person(f"second-{language}", "Second", {CENTRE: frozenset({"reception"})})
    house.store.add_account(Account(second.id, second.id, second.name, "-", "en", second.roles))
    row = house.store.task(task.rsplit("/", 1)[1])
    assert row is not None
    house.desk.claim_task(second, row.task.id, row.task.version)
    name = next(i.get("name") for i in screen.page.iter("input") if i.get("type") in ("radio", "checkbox"))
    value = next(i.get("value") for i in screen.page.iter("input") if i.get("name") == name)

    screen.press(words("work.take"), **{name: value, "happened_at-day": "23"})

    assert (screen.answer.status_code, words("refusal.claimed_by_other", by="Second") in screen.said) == (409, True)
    assert (words("error.kept") in screen.said, words("error.written.text") in screen.said) == (True, False)
    assert screen.page.xpath(f"//main//a[starts-with(@href, '{task}')]/text()") == [words("error.to_task")]
    screen.open(task)
    assert words("work.take_over") in screen.said
    assert value in screen.page.xpath(f"//input[@name='{name}'][@checked]/@value")


def test_a_task_that_is_taken_too_late_from_the_list_leads_to_it_and_speaks_of_nothing_kept(
    as_: Callable[[str], Screen], house: House
) -> None:
    screen = receive(as_("reception"))
    task = screen.path
    fields = {"csrf": screen.hidden("csrf"), "version": screen.hidden("version")}
    screen.press("Take it")

    screen.send(f"{task}/take", fields)

    assert screen.answer.status_code == 409
    assert "To the task" in screen.said
    assert "is kept" not in screen.said


def test_what_is_sent_from_a_screen_that_locked_meanwhile_is_kept_for_its_writer(
    as_: Callable[[str], Screen], hands: Hands
) -> None:
    screen = receive(as_("reception"))
    task = screen.path
    name = next(i.get("name") for i in screen.page.iter("input") if i.get("type") in ("radio", "checkbox"))
    value = next(i.get("value") for i in screen.page.iter("input") if i.get("name") == name)
    hands.move(timedelta(minutes=6))

    screen.press("Record", **{name: value})
    assert screen.path == "/locked"
    screen.press("Come back", password=PASSWORD)

    assert value in screen.open(task).page.xpath(f"//input[@name='{name}'][@checked]/@value")


def test_hiding_the_page_that_says_nothing_could_be_saved_keeps_what_was_written(
    as_: Callable[[str], Screen], monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = receive(as_("reception"))
    task = screen.path
    name = next(i.get("name") for i in screen.page.iter("input") if i.get("type") in ("radio", "checkbox"))
    value = next(i.get("value") for i in screen.page.iter("input") if i.get("name") == name)

    def busy(*_: object, **__: object) -> None:
        raise StoreBusy("disk full")

    with monkeypatch.context() as outage:
        outage.setattr(SqlStore, "keep", busy)
        finish(screen)
    assert screen.answer.status_code == 503
    screen.press("Hide screen")
    assert screen.path == "/locked"
    screen.press("Come back", password=PASSWORD)

    assert screen.path == task
    assert value in screen.page.xpath(f"//input[@name='{name}'][@checked]/@value")


def test_whoever_hides_a_page_while_nothing_can_be_kept_is_told_that_it_is_lost(
    as_: Callable[[str], Screen], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a script the page waits until it can be kept, and shows nothing meanwhile."""

    def busy(*_: object, **__: object) -> None:
        raise StoreBusy("disk full")

    for written, told in (({"happened_at-day": "17"}, True), ({}, False)):
        screen = receive(as_("reception"))
        with monkeypatch.context() as outage:
            outage.setattr(SqlStore, "touch_session", busy)
            screen.press("Hide screen", **written)
        assert screen.path.partition("?")[0] == "/sign-in"
        assert ("nothing of it is kept" in screen.said) == told


def test_hiding_an_arrival_keeps_it_half_typed_dates_included_and_gives_it_back_once(
    as_: Callable[[str], Screen],
) -> None:
    screen = as_("reception").open(f"/arrival/{CENTRE}/reception")
    arrival = screen.path

    screen.press("Hide screen", life_threat="no", **{"incident_at-day": "31", "incident_at-month": "2"})
    screen.press("Come back", password=PASSWORD)

    assert screen.path == arrival
    assert "What you wrote here is not recorded yet and stands here again" in screen.said
    assert screen.page.xpath("//input[@name='life_threat'][@checked]/@value") == ["no"]
    assert screen.page.xpath("//input[@name='incident_at-day']/@value") == ["31"]
    assert not screen.open(arrival).page.xpath("//input[@name='incident_at-day'][@value='31']")  # another survivor's


def test_hiding_a_correction_keeps_its_reason_until_it_is_sent(as_: Callable[[str], Screen]) -> None:
    screen = receive(as_("reception"), language="fr")
    link = correction_of(screen.open(case_of(screen)))

    screen.open(link).press("Hide screen", reason="Misheard")
    screen.press("Come back", password=PASSWORD)
    assert screen.page.xpath("//input[@name='reason']/@value") == ["Misheard"]
    screen.press("Correct it", language="en")

    assert screen.open(link).page.xpath("//input[@name='reason']/@value") in ([], [""])


@pytest.mark.parametrize("away", [timedelta(minutes=31), timedelta(hours=12)], ids=["left alone", "shift over"])
def test_what_is_sent_from_a_session_that_ended_meanwhile_is_kept_for_its_writer_alone(
    as_: Callable[[str], Screen], hands: Hands, away: timedelta
) -> None:
    screen, other = as_("reception"), as_("coordinator")
    screen.open(f"/arrival/{CENTRE}/reception")
    arrival = screen.path
    forged = {"csrf": "wrong", "back": arrival, "incident_at-day": "30"}
    hands.move(away)

    assert other.send(arrival, {"back": arrival, "incident_at-day": "29"}).path == "/sign-in"
    screen.press("Welcome the survivor", **{"incident_at-day": "31"})
    assert screen.path.startswith("/sign-in")
    assert "nothing was recorded. What you wrote is kept" in screen.said
    screen.send(arrival, dict(forged))
    assert "What you wrote" not in screen.said

    assert as_("reception").open(arrival).page.xpath("//input[@name='incident_at-day']/@value") == ["31"]


def test_whoever_sits_at_a_locked_screen_cannot_replace_what_its_owner_wrote(
    as_: Callable[[str], Screen], hands: Hands
) -> None:
    screen = as_("reception").open(f"/arrival/{CENTRE}/reception")
    arrival, csrf = screen.path, screen.hidden("csrf")
    mine = str(screen.page.xpath("//form[@id='answers']//input[@name='back']/@value")[0])
    screen.press("Hide screen", **{"incident_at-day": "31"})

    another = f"{arrival}?draft={'0' * 32}"
    for path, back in ((mine, mine), ("/hide", mine), ("/hide", arrival), ("/hide", another), ("/hide", mine)):
        hands.move(timedelta(seconds=1))
        form = {"csrf": csrf, "back": back, "after_page": mine, "incident_at-day": "1"}
        assert screen.send(path, form).path == "/locked"
    assert screen.send("/hide", {"csrf": csrf, "back": mine, "after_page": mine}).path == "/locked"
    screen.open(f"/locked?back={mine}").press("Come back", password=PASSWORD)

    assert screen.page.xpath("//input[@name='incident_at-day']/@value") == ["31"]


# what no page of ours sends


def test_a_form_that_is_no_text_is_refused(app: Flask, as_: Callable[[str], Screen]) -> None:
    screen = as_("reception").open(f"/arrival/{CENTRE}/reception")
    form = {"csrf": screen.hidden("csrf"), "command": screen.hidden("command"), **ARRIVAL}

    for letter in ("\x00", "\x1b"):
        assert screen.client.post(screen.path, data={**form, "life_threat": letter}).status_code == 400
        assert screen.client.post(screen.path, data={**form, f"x{letter}": "x"}).status_code == 400
        sent = {"login": f"recep{letter}tion", "password": PASSWORD}
        assert app.test_client().post("/sign-in", data=sent).status_code == 400
    assert screen.client.post(screen.path, data={**form, "command": "x" * 36}).status_code == 400


def test_what_is_too_long_is_shown_to_its_writer_with_what_is_allowed(as_: Callable[[str], Screen]) -> None:
    screen = as_("reception").open(f"/arrival/{CENTRE}/reception")
    long = "a" * 260_000 + " end of the first"

    screen.press("Welcome the survivor", **{"incident_at-day": long, "incident_at-year": long})

    assert (screen.answer.status_code, "This is too long" in screen.said) == (413, True)
    assert "At most 500 kB can be sent at once. Nothing was recorded." in screen.said
    assert [dd.text for dd in screen.page.iterfind(".//dl[@class='told']//dd")] == [long, long]
    other = Screen(screen.client.application)  # nobody is signed in there
    assert "end of the first" not in other.send(screen.path, {"incident_at-day": long * 2}).answer.text


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"&a=b" * 1001, "application/x-www-form-urlencoded"),
        (
            b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n' * 1001 + b"--x--\r\n",
            "multipart/form-data; boundary=x",
        ),
    ],
)
def test_a_small_form_with_too_many_fields_is_told_so_and_not_that_it_is_too_long(
    data: bytes, kind: str, as_: Callable[[str], Screen]
) -> None:
    screen = as_("reception").open(f"/arrival/{CENTRE}/reception")

    screen.answer = screen.client.post(screen.path, data=data, content_type=kind)

    assert (screen.answer.status_code, "This has too many fields" in screen.said) == (413, True)
    assert "more than can be sent at once (fields at most: 1000). Nothing was recorded." in screen.said
    assert "kB" not in screen.said


@pytest.mark.parametrize(("typed", "shown"), [("30%BD", "30\ufffd"), ("n\xe9e", "n\ufffde")])
def test_what_cannot_be_read_is_shown_as_such_and_asked_again_at_its_field(
    typed: str, shown: str, as_: Callable[[str], Screen]
) -> None:
    screen = receive(as_("reception"))
    screen.open(f"{case_of(screen)}/forms/record_age")
    form = f"csrf={screen.hidden('csrf')}&command={screen.hidden('command')}&age_known=unknown"
    sent = f"{form}&age_estimate={typed}&birth_date-year={typed}".encode("latin-1")

    screen.answer = screen.client.post(screen.path, data=sent, content_type="application/x-www-form-urlencoded")

    assert screen.answer.status_code == 422
    assert screen.page.xpath("//*[@name='age_estimate']/@value | //textarea[@name='age_estimate']/text()") == [shown]
    assert screen.page.xpath("//input[@name='birth_date-year']/@value") == [shown]
    told = screen.page.get_element_by_id("age_estimate-error").text_content()
    assert "Take out the characters that cannot be read" in told


@pytest.mark.parametrize("version", ["abc", "", "-1", "9" * 30, "²"])
def test_a_version_that_is_no_number_is_refused(version: str, as_: Callable[[str], Screen]) -> None:
    screen = receive(as_("reception"))
    form = {"csrf": screen.hidden("csrf"), "version": version}
    for one in screen.page.get_element_by_id("answers").iter("input"):
        if one.get("type") in ("radio", "checkbox"):
            form.setdefault(str(one.get("name")), str(one.get("value")))

    for path in (screen.path, f"{screen.path}/take", f"{screen.path}/give-back"):
        assert screen.client.post(path, data=form).status_code == 400


def test_no_line_end_gets_into_the_address_that_a_page_comes_back_to(as_: Callable[[str], Screen]) -> None:
    screen = as_("reception")
    for back in ("/work\r\nX: y", "/\t/elsewhere.example", "/locked\n"):
        form = {"csrf": screen.hidden("csrf"), "screen_language": "en", "back": back}
        assert screen.client.post("/language", data=form).headers["Location"] == "/work"
        assert screen.client.get("/locked", query_string={"back": back}).headers["Location"] == "/work"


@pytest.mark.parametrize("host", ["localhost:abc", "evil.example", "localhost:99999"])
def test_a_host_that_is_not_ours_gets_an_answer_of_ours(app: Flask, host: str) -> None:
    answer = app.test_client().get("/work", headers={"Host": host})

    assert answer.status_code == 400
    assert html.fromstring(answer.text).findtext(".//h1") == "This page could not be used"


def test_an_origin_that_is_no_address_is_foreign(as_: Callable[[str], Screen]) -> None:
    screen = as_("reception")
    form = {"csrf": screen.hidden("csrf"), "language": "en"}

    assert screen.client.post("/language", data=form, headers={"Origin": "http://["}).status_code == 400


def test_production_never_gives_a_cookie_that_travels_without_tls(house: House) -> None:
    real = create_staff_app(house.desk, house.people, replace(house.settings, mode="production"))
    answer = real.test_client().post("/sign-in", data={"login": "medical", "password": PASSWORD})

    assert re.fullmatch(r"__Host-isange=\S{40,}; Secure; HttpOnly; Path=/; SameSite=Lax", answer.headers["Set-Cookie"])


def test_an_api_token_opens_no_page(app: Flask, house: House, hands: Hands) -> None:
    token, _ = house.people.sign_in("medical", PASSWORD, "127.0.0.1", hands.moment, kind="api")
    screen = Screen(app)
    screen.client.set_cookie("isange", token)

    assert screen.open("/work").path == "/sign-in"


# a database that cannot be written


@pytest.fixture
def full(house: House) -> Iterator[Callable[[], None]]:
    """Called, it lets the database be read only, as a full disk does."""

    def read_only(connection: sqlite3.Connection, *_: object) -> None:
        connection.execute("PRAGMA query_only = ON")

    def writable(connection: sqlite3.Connection, *_: object) -> None:
        connection.execute("PRAGMA query_only = OFF")

    yield lambda: event.listen(house.store.engine, "checkout", read_only)
    event.remove(house.store.engine, "checkout", read_only)
    event.listen(house.store.engine, "checkout", writable)
    with ExitStack() as held:
        for _ in range(10):
            held.enter_context(house.store.engine.connect())
    event.remove(house.store.engine, "checkout", writable)


@pytest.mark.parametrize("path", ["/hide", "/sign-out"])
def test_a_screen_is_emptied_even_when_nothing_can_be_written(
    path: str, as_: Callable[[str], Screen], full: Callable[[], None]
) -> None:
    screen = as_("reception").open(f"/arrival/{CENTRE}/reception")
    form = {"csrf": screen.hidden("csrf"), "back": screen.path, "incident_at-day": "31"}
    full()

    answer = screen.client.post(path, data=form)

    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in?kept=0")  # and it says so
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert screen.client.get_cookie("isange") is None
    assert screen.open("/work").path == "/sign-in"


def test_what_could_not_be_recorded_is_given_back_and_the_log_says_where(
    as_: Callable[[str], Screen], full: Callable[[], None]
) -> None:
    screen = as_("reception").open(f"/arrival/{CENTRE}/reception")
    fields = {"csrf": screen.hidden("csrf"), "command": screen.hidden("command"), **ARRIVAL, "language": "rw"}
    fields |= {"of_an_older_form": "kept"}
    full()

    with structlog.testing.capture_logs() as logged:
        screen.send(f"/arrival/{CENTRE}/reception", fields)

    assert screen.answer.status_code == 503
    assert "What you wrote" in screen.said
    assert "rw" in screen.said
    assert "An answerkept" in screen.said
    assert "of_an_older_form" not in screen.said
    assert fields["csrf"] not in screen.page.find(".//main").text_content()
    assert "Traceback" not in screen.answer.text
    assert all("rw" not in line.values() for line in logged)


def test_a_house_that_cannot_write_is_not_ready(house: House, full: Callable[[], None]) -> None:
    assert house.store.ready()
    full()
    assert not house.store.ready()


def test_what_no_longer_opens_gives_a_page_that_says_so(
    house: House, as_: Callable[[str], Screen], monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = as_("reception")
    monkeypatch.setattr(type(house.desk), "work_list", _does_not_open)

    assert screen.open("/work").answer.status_code == 500
    assert "cannot be opened: its key is missing or was erased" in screen.said
    assert "a survivor's secret" not in screen.answer.text


def _does_not_open(*_: object, **__: object) -> None:
    raise DoesNotOpen("a survivor's secret")


@pytest.mark.parametrize("met", ["open_case", "work_list", "session_or_writer", "current"])
def test_a_damaged_database_is_told_in_words_whenever_it_is_met_and_the_log_says_what_to_do(
    house: House, as_: Callable[[str], Screen], monkeypatch: pytest.MonkeyPatch, met: str
) -> None:
    words = Words("en", "Africa/Kigali")
    screen = as_("reception").open(f"/arrival/{CENTRE}/reception")
    fields = {"csrf": screen.hidden("csrf"), "command": screen.hidden("command"), **ARRIVAL}
    whose = {"session_or_writer": house.people, "current": house.editions}.get(met, house.desk)
    monkeypatch.setattr(type(whose), met, _is_damaged)

    with structlog.testing.capture_logs() as logged:
        if met == "open_case":
            screen.send(screen.path, fields)
        else:
            screen.open("/work")

    assert screen.answer.status_code == 500
    assert words("error.damaged") in screen.said
    assert words("error.damaged.do") in screen.said
    assert words("error.again") not in screen.said
    assert [one["said"] for one in logged if one["event"] == "damaged"] == [str(StoreDamaged("a page"))]


def test_who_leaves_while_the_database_is_damaged_leaves_an_empty_screen(
    house: House, as_: Callable[[str], Screen], monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = as_("reception")
    monkeypatch.setattr(type(house.people), "session_or_writer", _is_damaged)

    screen.press("Sign out")

    assert screen.path == "/sign-in"
    assert screen.client.get_cookie("isange") is None


def _is_damaged(*_: object, **__: object) -> None:
    raise StoreDamaged("a page")


# a case


def test_a_case_shows_what_is_owed_its_services_and_its_story(as_: Callable[[str], Screen]) -> None:
    screen = receive(as_("reception"))
    screen.open(case_of(screen))

    assert [h.text for h in screen.page.iter("h2")][:3] == ["What the centre owes", "Services", "What is known"]
    assert "received the person. Door: Reception." in screen.said
    assert "looked at the case" not in screen.said
    looked = screen.page.xpath("//nav[@aria-label='Show in the timeline']//a[contains(., 'Who looked')]/@href")[0]
    assert "looked at the case" in screen.open(looked.split("#")[0]).said


def test_a_task_of_another_role_is_named_without_a_way_into_it(as_: Callable[[str], Screen]) -> None:
    screen = receive(as_("reception"))
    task, case = screen.path, case_of(screen)

    overseen = as_("coordinator").open(case)

    assert "a task of Reception" in overseen.said
    assert not overseen.page.xpath(f"//a[@href='{task}']")
    assert screen.open(case).page.xpath(f"//a[@href='{task}']")


def test_a_case_of_another_centre_is_as_if_it_were_not_there(house: House, as_: Callable[[str], Screen]) -> None:
    case = case_of(receive(as_("reception")))
    house.accounts.add_with_password("far", "Far", PASSWORD, {"elsewhere": frozenset({"medical"})}, demo=True)

    assert as_("far").open(case).answer.status_code == 404
    assert as_("far").open("/cases/nothing").answer.status_code == 404


def test_who_the_survivor_is_is_asked_for_noted_and_gone_after_half_a_minute(as_: Callable[[str], Screen]) -> None:
    screen = receive(as_("reception"))
    case = case_of(screen)
    while "Open the file" not in screen.page.findtext(".//h1"):
        finish(screen)
    screen.press(
        screen.page.xpath("//form[@id='answers']//div[@class='govuk-button-group']/button[1]")[0].text_content(),
        full_name="Zzcanary Uwase",
        age_known="unknown",
        child_then="unknown",
    )

    assert "Zzcanary" not in screen.open(case).said
    screen.press("Show it for half a minute", why="contact")
    assert "Zzcanary Uwase" in screen.said
    assert "Zzcanary" not in screen.path
    assert screen.answer.headers["Refresh"] == f"30; url={case}"
    assert "looked at who the survivor is" in screen.open(f"{case}?show=reads").said
    assert as_("safe_room").send(f"{case}/identity", {"why": "care"}).answer.status_code in (400, 403)


def test_a_correction_needs_a_reason_and_stands_in_the_history(as_: Callable[[str], Screen]) -> None:
    screen = receive(as_("reception"), language="fr")
    case = case_of(screen)
    link = correction_of(screen.open(case))

    screen.open(link).press("Correct it", language="en")
    assert screen.answer.status_code == 422
    assert "Say why it is corrected" in screen.said
    screen.press("Correct it", reason="Misheard")

    assert screen.answer.status_code == 200
    screen.open(link)
    assert "corrected: Misheard" in screen.said
    history = screen.page.xpath("//ul[contains(@class,'history')]")[0].text_content()
    assert "English" in history
    assert history.count(screen.page.xpath("//a[@href='/account']/text()")[0]) == 2
    assert "English·corrected:" in screen.open(case).said.replace(" ", "")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_correction_to_what_stands_already_is_refused_at_its_field(
    language: str, as_: Callable[[str], Screen]
) -> None:
    screen = receive(as_("reception"), language="fr")
    link = correction_of(screen.open(case_of(screen)))
    screen.press(NAMES[language]).open(link)

    screen.press(Words(language)("correct.submit"), language="fr", reason="Misheard")

    assert screen.answer.status_code == 422
    said = Words(language)("problem.unchanged", label="").strip()
    (summary,) = screen.page.xpath("//div[contains(@class, 'govuk-error-summary')]//li/a")
    assert summary.text_content().startswith(said)
    assert screen.page.get_element_by_id(summary.get("href")[1:]).get("name") == "language"
    assert screen.page.xpath("//input[@name='reason']/@value") == ["Misheard"]
    assert len(screen.page.xpath("//ul[contains(@class,'history')]/li")) == 1
    screen.press(NAMES["en"])


def test_what_is_recorded_on_a_case_leads_back_to_it_and_opens_no_task(
    house: House, as_: Callable[[str], Screen]
) -> None:
    screen = receive(as_("reception"), language="fr")
    case = case_of(screen)
    other = case_of(receive(as_("reception")))
    corrects = correction_of(screen.open(case))
    (anytime,) = screen.page.xpath("//a[contains(@href, '/forms/record_incident_time')]/@href")
    before = [len(reads_of_tasks(house, one)) for one in (case, other)]

    screen.open(corrects).press("Correct it", language="en", reason="Misheard")

    assert (screen.path, screen.answer.history[0].status_code) == (case, 303)
    (said,) = screen.page.xpath("//div[@class='after']")
    assert "Recorded" in said.text_content()
    assert "Reception corrected: " in said.text_content()
    assert "another case" not in said.text_content()
    finish(screen.open(anytime))
    assert (screen.path, screen.answer.history[0].status_code) == (case, 303)
    assert screen.page.xpath("//div[@class='after']")
    assert [len(reads_of_tasks(house, one)) for one in (case, other)] == before


def correction_of(screen: Screen) -> str:
    """Where the case of the page lets its language be corrected."""
    (link,) = screen.page.xpath("//a[@class='correct' and contains(@href, '/language/')]/@href")
    return str(link)


def reads_of_tasks(house: House, case: str) -> list[str]:
    """Who looked at a task of this case."""
    trail = house.store.trail(case.rsplit("/", 1)[1])
    return [row.entry.person for row in trail if row.entry.kind == "task.read"]


def test_a_correction_that_is_sent_twice_leads_twice_to_its_case(house: House, as_: Callable[[str], Screen]) -> None:
    screen = receive(as_("reception"), language="fr")
    case = case_of(screen)
    link = correction_of(screen.open(case))
    screen.open(link)
    form = {name: screen.hidden(name) for name in ("csrf", "command", "shown_at")}
    form |= {"language": "en", "reason": "Misheard"}

    first, second = (screen.send(link, dict(form)).path for _ in range(2))
    over_htmx = screen.client.post(link, data=form, headers={"HX-Request": "true"})

    assert (first, second) == (case, case)
    assert (over_htmx.status_code, over_htmx.headers["HX-Redirect"]) == (204, f"{case}?after=1")
    kinds = [row.entry.kind for row in house.store.trail(case.rsplit("/", 1)[1])]
    assert kinds.count("fact.corrected") == 1


def test_a_task_that_follows_in_another_case_says_so(as_: Callable[[str], Screen]) -> None:
    screen = receive(as_("reception"))
    done = case_of(screen)
    done_code = screen.page.xpath("//p[@class='over']/a")[0].text
    assert "another case" not in screen.said
    receive(screen)
    code = screen.page.xpath("//p[@class='over']/a")[0].text

    screen.open(f"{screen.path}?after={done.rsplit('/', 1)[1]}")

    (said,) = screen.page.xpath("//div[@class='after']")
    assert f"Recorded in case {done_code}" in said.text_content()
    assert f"Now another case: {code}" in said.text_content()


def test_two_who_correct_one_fact_at_once_hear_of_each_other(as_: Callable[[str], Screen], hands: Hands) -> None:
    screen, colleague = receive(as_("reception"), language="fr"), as_("reception")
    link = correction_of(screen.open(case_of(screen)))
    screen.open(link)
    hands.move(timedelta(minutes=1))
    colleague.open(link).press("Correct it", language="en", reason="She said so")

    screen.press("Correct it", language="rw", reason="Misheard")

    assert screen.answer.status_code == 409
    assert "Reception recorded this anew" in screen.said
    assert "corrected: She said so" in screen.said
    assert screen.page.xpath("//input[@name='reason']/@value") == ["Misheard"]
    assert screen.page.xpath("//input[@name='language'][@checked]/@value") == ["rw"]
    screen.press("Correct it")
    assert screen.answer.status_code == 200
    assert "corrected: Misheard" in screen.open(link).said


def test_a_reason_that_was_forgotten_hides_no_colleague(as_: Callable[[str], Screen], hands: Hands) -> None:
    """The page that asks for the reason says nothing of who was faster: sending it again must."""
    screen, colleague = receive(as_("reception"), language="fr"), as_("reception")
    link = correction_of(screen.open(case_of(screen)))
    screen.open(link)
    hands.move(timedelta(minutes=1))
    colleague.open(link).press("Correct it", language="en", reason="She said so")

    screen.press("Correct it", language="rw")
    assert screen.answer.status_code == 422
    screen.press("Correct it", reason="Misheard")

    assert screen.answer.status_code == 409
    assert "Reception recorded this anew" in screen.said


def test_a_fact_is_corrected_only_where_it_was_recorded(as_: Callable[[str], Screen]) -> None:
    screen = receive(as_("reception"), language="fr")
    link = correction_of(screen.open(case_of(screen)))

    assert screen.open(link.removesuffix("case") + "visit 1").answer.status_code == 404
    assert screen.open(link).answer.status_code == 200
    assert screen.send(link, {"csrf": screen.hidden("csrf"), "seen": "yesterday"}).answer.status_code == 400


def test_a_form_for_any_time_is_recorded_on_the_case(as_: Callable[[str], Screen]) -> None:
    screen = receive(as_("reception"))
    case = case_of(screen)
    offered = screen.open(case).page.xpath("//a[contains(@href, '/forms/')]/@href")

    assert offered
    screen.open(offered[0])
    assert screen.page.get_element_by_id("answers") is not None
    assert screen.open(f"{case}/forms/none").answer.status_code == 404


def test_the_board_is_the_coordinators_and_shows_what_is_owed(as_: Callable[[str], Screen]) -> None:
    receive(as_("reception"))

    assert as_("reception").open("/board").answer.status_code == 403
    board = as_("coordinator").open("/board")
    assert "What else the centre owes, most urgent first" in board.said
    assert board.page.xpath("//table//a[contains(@href, '/cases/')]")


def test_a_page_that_is_not_there_says_what_to_do(as_: Callable[[str], Screen]) -> None:
    screen = as_("medical").open("/nowhere")

    assert screen.answer.status_code == 404
    assert "Look in your work list" in screen.said


def test_a_fault_of_ours_gives_a_number_and_tells_nothing(app: Flask, house: House, as_: Callable[[str], Screen], monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip # noqa: E501
    screen = as_("medical")

    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("a survivor's secret")

    monkeypatch.setattr(type(house.desk), "work_list", broken)
    screen.open("/work")

    assert screen.answer.status_code == 500
    assert re.search(r"Number of the fault: [0-9a-f]{8}", screen.said)
    assert "secret" not in screen.answer.text
    assert "Traceback" not in screen.answer.text


# languages


@pytest.mark.parametrize(("language", "title"), [("fr", "Liste de travail"), ("rw", "Urutonde rw’imirimo")])
def test_the_language_is_the_persons_own_and_unreviewed_words_say_so(
    language: str, title: str, as_: Callable[[str], Screen]
) -> None:
    screen = as_("psychosocial")
    screen.send("/language", {"csrf": screen.hidden("csrf"), "screen_language": language, "back": "/work"})

    assert screen.page.get("lang") == language
    assert screen.page.findtext(".//title") == title
    assert screen.page.xpath("//p[@class='foot__note']")
    screen.send("/language", {"csrf": screen.hidden("csrf"), "screen_language": "en", "back": "/work"})
    assert not screen.page.xpath("//p[@class='foot__note']")


def test_the_sign_in_page_speaks_the_chosen_language_too(app: Flask) -> None:
    screen = Screen(app).open("/sign-in").press("Français")

    assert (screen.path, screen.page.findtext(".//h1")) == ("/sign-in", "Se connecter")


def test_a_demo_says_so_on_every_page(as_: Callable[[str], Screen]) -> None:
    screen = receive(as_("reception"))
    for path in (screen.path, case_of(screen), "/work", "/find", "/nowhere"):
        assert "Never enter a real person here" in screen.open(path).answer.text


def test_a_real_house_wears_no_band(house: House) -> None:
    real = create_staff_app(house.desk, house.people, replace(house.settings, mode="production"))

    assert "band" not in Screen(real).open("/sign-in").answer.text


# the duties of the rules


def test_duties_are_read_by_those_who_may_check_content_and_by_no_others(as_: Callable[[str], Screen]) -> None:
    assert as_("medical").open("/duties").answer.status_code == 403
    assert "Duties" not in [link.text_content() for link in as_("medical").open("/work").page.iter("a")]
    page = as_("coordinator").open("/duties")
    assert page.answer.status_code == 200
    assert "the centre must seal the evidence before it may close the case" in page.said


def test_the_page_of_duties_says_of_which_edition_they_are_and_which_are_proposals(
    house: House, as_: Callable[[str], Screen], hands: Hands
) -> None:
    screen = as_("coordinator").open("/duties")
    published = times.moment(Words("en", "Africa/Kigali"), house.store.editions()[0][-1], hands.moment)
    library = house.editions.current()
    proposals = {duty.id for duty in library.duties.values() if duty.source.status != "verified"}
    marked = "//main//li[@class='duty'][.//strong[@class='unverified'][.='Proposal']]/@id"

    assert screen.page.findtext(".//h1") == "What the rules in force demand"
    assert f"Edition {library.digest[:12]}, in force since {published}." in screen.said
    assert set(screen.page.xpath(marked)) == proposals
    assert 0 < len(proposals) < len(library.duties)
    assert f"Marked as proposal: {len(proposals)} / {len(library.duties)}." in screen.said
    assert set(screen.open("/duties?find=proposal+law").page.xpath(marked)) <= proposals


def test_duties_are_found_by_words_without_scripts_whatever_the_accents(as_: Callable[[str], Screen]) -> None:
    screen = as_("coordinator")
    every = len(screen.open("/duties").page.xpath("//main//li[@class='duty']"))
    found = screen.open("/duties?find=EVIDENCE+sealed").page.xpath("//main//li[@class='duty']/@id")

    assert every > 30
    assert found == ["evidence-sealed"]
    assert "Duties shown: 0" in screen.open("/duties?find=xyzzy").said
