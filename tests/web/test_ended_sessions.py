"""A session that somebody ended from elsewhere shows nothing more, and what is sent from it is kept for its writer."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from flask import Flask

from tests.walk import ROOT
from tests.web.running import CENTRE, PASSWORD, Hands, House, house_at
from tests.web.screen import Screen, case_of, receive
from web.accounts import Wanted
from web.staff.app import create_staff_app

pytestmark = pytest.mark.usefixtures("by_these_hands")
KEPT = "nothing was recorded. What you wrote is kept for you"
RECEPTION = frozenset({"reception"})


@dataclass
class Desk:
    """Two colleagues at the reception of a centre, at one computer, and whoever runs their accounts."""

    house: House
    app: Flask
    hands: Hands

    def sign_in(self, screen: Screen, login: str = "reception", password: str = PASSWORD) -> Screen:
        return screen.open("/sign-in").press("Sign in", login=login, password=password)

    def give_roles(self, *roles: str) -> None:
        account = self.house.accounts.by_login("reception")
        wanted = Wanted(account.login, account.name, account.language, {CENTRE: frozenset(roles)})
        self.house.accounts.change("boss", account, account.version, wanted, self.hands())

    def end_all(self, login: str = "reception") -> None:
        person = self.house.accounts.by_login(login).id
        hashes = [one.token_hash for one in self.house.store.sessions_of(person)]
        self.house.people.end_sessions(person, hashes, "boss", self.hands())

    def change_password_elsewhere(self) -> None:
        token, _ = self.house.people.sign_in("reception", PASSWORD, "10.0.0.9", self.hands())
        self.house.people.change_password(token, PASSWORD, PASSWORD + " again", self.hands())

    def disable(self) -> None:
        account = self.house.accounts.by_login("reception")
        self.house.accounts.disable("boss", account, account.version, self.hands())

    def enable(self) -> None:
        account = self.house.accounts.by_login("reception")
        self.house.accounts.enable("boss", account, account.version, self.hands())


@pytest.fixture
def desk(sqlite_url: str, hands: Hands) -> Iterator[Desk]:
    with house_at(sqlite_url, str(ROOT), hands) as house:
        house.accounts.add_with_password("ana", "Ana", PASSWORD, {CENTRE: RECEPTION}, demo=True)
        yield Desk(house, create_staff_app(house.desk, house.people, house.settings), hands)


def days(screen: Screen) -> list[str]:
    """What stands in the field for the day of an event."""
    return [str(day) for day in screen.page.xpath("//input[@name='incident_at-day']/@value")]


@pytest.mark.parametrize(
    ("end", "password"),
    [
        (lambda desk: desk.give_roles("reception", "medical"), PASSWORD),
        (Desk.end_all, PASSWORD),
        (Desk.change_password_elsewhere, PASSWORD + " again"),
    ],
    ids=["other roles", "ended by somebody", "another password"],
)
def test_what_is_sent_after_a_session_was_ended_is_kept_for_its_writer_alone(
    desk: Desk, end: Callable[[Desk], None], password: str
) -> None:
    screen = desk.sign_in(Screen(desk.app)).open(f"/arrival/{CENTRE}/reception")
    arrival = screen.path
    forged = {"csrf": "wrong", "back": arrival, "incident_at-day": "30"}
    end(desk)

    screen.press("Welcome the survivor", **{"incident_at-day": "31"})
    assert (screen.path, KEPT in screen.said) == ("/sign-in", True)
    assert screen.open("/work").path == "/sign-in"
    assert KEPT not in screen.send(arrival, forged).said
    assert desk.house.store.number_of_cases([CENTRE]) == 0

    desk.sign_in(screen, "ana").open(arrival)
    assert (screen.path, days(screen)) == (arrival, [""])
    screen.press("Sign out")
    desk.sign_in(screen, password=password).open(arrival)
    assert days(screen) == ["31"]
    assert "is not recorded yet and stands here again" in screen.said
    assert "hidden" not in screen.said


def test_what_was_written_stays_unseen_while_its_writer_has_another_role(desk: Desk) -> None:
    screen = receive(desk.sign_in(Screen(desk.app)))
    task = screen.path
    desk.end_all()
    screen.press("Record", **{"happened_at-day": "17"})
    assert KEPT in screen.said

    desk.give_roles("safe_room")
    assert desk.sign_in(screen).open(task).answer.status_code == 404
    assert "17" not in screen.said

    desk.give_roles("reception")
    desk.sign_in(screen).open(task)
    assert screen.page.xpath("//input[@name='happened_at-day']/@value") == ["17"]


def test_nothing_is_kept_for_a_page_that_is_not_there_or_not_its_writers(desk: Desk) -> None:
    other = receive(desk.sign_in(Screen(desk.app), "ana"))
    task, case = other.path, case_of(other)
    screen = desk.sign_in(Screen(desk.app)).open(f"/arrival/{CENTRE}/reception")
    arrival, csrf = screen.path, screen.hidden("csrf")
    desk.give_roles("safe_room")
    elsewhere = [
        arrival,
        f"/arrival/{CENTRE}/nowhere",
        task,
        "/admin/people/new",
        "/admin/centres/new",
        f"{case}/forms/nothing",
        f"{case}/facts/incident_at/case",
        f"{case}/facts/nothing/case",
        *(f"/tasks/{uuid.uuid4()}" for _ in range(3)),
        f"/cases/{uuid.uuid4()}/facts/incident_at/case",
    ]

    for page in elsewhere:
        assert KEPT not in screen.send(page, {"csrf": csrf, "back": page, "incident_at-day": "31"}).said, page
        assert screen.path == "/sign-in"

    desk.give_roles("reception")
    token = screen.client.get_cookie("isange")
    assert token is not None
    former = desk.house.people.session_or_writer(token.value, desk.hands(), active=False)[1]
    assert former is not None
    assert not former.unsent
    assert KEPT in screen.send(arrival, {"csrf": csrf, "back": arrival, "incident_at-day": "31"}).said


def test_of_every_page_with_a_long_form_what_is_sent_is_kept_for_whoever_could_open_it(desk: Desk) -> None:
    screen = receive(desk.sign_in(Screen(desk.app)))
    task, case = screen.path, case_of(screen)
    fact = screen.open(case).page.xpath("//a[contains(@href, '/facts/')]/@href")[0]
    admin = desk.sign_in(Screen(desk.app), "administrator")
    for who, pages in (
        (screen, [task, f"{case}/forms/record_age", fact]),
        (admin, ["/admin/people/new", "/admin/centres/new"]),
    ):
        csrf = who.hidden("csrf")
        desk.end_all("reception" if who is screen else "administrator")
        for page in pages:
            sent = who.send(page, {"csrf": csrf, "back": page, "note": "some words"})
            assert (sent.path, KEPT in sent.said) == ("/sign-in", True), page


def test_of_a_disabled_account_nothing_is_kept_and_its_sessions_stay_ended(desk: Desk) -> None:
    screen = desk.sign_in(Screen(desk.app)).open(f"/arrival/{CENTRE}/reception")
    arrival = screen.path
    desk.disable()

    screen.press("Welcome the survivor", **{"incident_at-day": "31"})
    assert (screen.path, KEPT in screen.said) == ("/sign-in", False)
    assert "was not recorded, and nothing of it is kept" in screen.said
    desk.enable()

    assert screen.open("/work").path == "/sign-in"
    assert days(desk.sign_in(screen).open(arrival)) == [""]


def test_who_signed_out_leaves_nothing_behind_and_a_cookie_that_was_never_given_keeps_nothing(desk: Desk) -> None:
    screen = desk.sign_in(Screen(desk.app)).open(f"/arrival/{CENTRE}/reception")
    arrival, csrf, cookie = screen.path, screen.hidden("csrf"), screen.client.get_cookie("isange")
    assert cookie is not None
    screen.press("Sign out")

    for token in (cookie.value, "x" * 43):
        screen.client.set_cookie("isange", token)
        assert KEPT not in screen.send(arrival, {"csrf": csrf, "incident_at-day": "31"}).said

    assert days(desk.sign_in(screen).open(arrival)) == [""]


def test_what_is_longer_than_a_request_may_be_is_not_kept_and_the_page_says_how_much_is_allowed(desk: Desk) -> None:
    screen = desk.sign_in(Screen(desk.app)).open(f"/arrival/{CENTRE}/reception")
    arrival = screen.path
    desk.end_all()

    screen.press("Welcome the survivor", **{"incident_at-day": "31", "note": "a" * 500 * 1024})
    assert screen.answer.status_code == 413
    assert "At most 500 kB" in screen.said
    assert days(desk.sign_in(screen).open(arrival)) == [""]


@pytest.mark.parametrize(("button", "told"), [("Come back", True), ("Not you?", False)])
def test_whoever_comes_back_to_a_locked_screen_too_late_is_not_told_that_something_is_lost(
    desk: Desk, button: str, told: bool
) -> None:
    screen = desk.sign_in(Screen(desk.app)).open(f"/arrival/{CENTRE}/reception")
    screen.press("Hide screen", **{"incident_at-day": "31"})
    assert "kept for you" in screen.said
    desk.end_all()

    screen.press(button, password=PASSWORD)

    assert (screen.path, KEPT in screen.said) == ("/sign-in", told)
    assert "nothing of it is kept" not in screen.said
    assert "Begun by you and not sent" in desk.sign_in(screen).open(f"/arrival/{CENTRE}/reception").said
