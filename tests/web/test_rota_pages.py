"""Who is here, as people meet it without scripts: come on shift, leave, plan who is on call, see who holds what."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from flask import Flask

from engine import clock
from engine.model import Centre
from tests.web.running import CENTRE, PASSWORD, Hands, served
from tests.web.screen import Screen, case_of, receive
from web.api.app import PREFIX
from web.house import House
from web.staff.rota import Asked
from web.staff.show import Show
from web.words import NAMES, Words

NOBODY = "Nobody awake holds this now"
NIGHT = datetime(2026, 11, 23, 14, 5, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _another_morning(hands: Hands) -> Iterator[None]:
    """Ten o'clock at the centre, on a day of the test's own: every turn of another test is over."""
    hands.moment = hands.moment.replace(hour=8, minute=0, microsecond=0) + timedelta(days=30)
    with clock.using(hands):
        yield


def night(**other: str) -> dict[str, str]:
    """The form that plans tonight."""
    return {"day": clock.now().date().isoformat(), "from": "18:00", "until": "07:00", "days": "1"} | other


def id_of(house: House, login: str) -> str:
    account = house.store.account(login=login)
    assert account is not None
    return account.id


def test_a_plan_that_changed_meanwhile_leads_back_to_the_plan(as_: Callable[[str], Screen]) -> None:
    screen = as_("coordinator").open("/rota")

    screen.send("/rota/remove", {"csrf": screen.hidden("csrf"), "turn": "gone"})

    assert screen.answer.status_code == 404
    assert "It may have changed meanwhile" in screen.said
    assert "work list" not in screen.said
    assert screen.page.xpath("//main//a/@href")[-1] == "/rota"


def test_one_press_at_the_start_and_one_at_the_end(as_: Callable[[str], Screen]) -> None:
    screen = as_("reception")
    assert "You are not on shift." in screen.said
    case = case_of(receive(screen))
    assert NOBODY in screen.said
    assert "Reception social worker: nobody awake" in screen.open(case).said

    screen.open("/work").press("I am on shift")

    assert "You are on shift until 22:00 today." in screen.said
    assert "On shift: Reception" in screen.open(case).said
    assert "Reception social worker: Reception, on shift" in screen.said
    assert NOBODY not in screen.said
    assert "Reception social worker: Reception, until 22:00 today" in screen.open("/rota").said

    screen.press("Sign out")
    assert "You are signed out, and still on shift." in screen.said
    screen.press("Sign in", login="reception", password=PASSWORD).press("I leave")
    assert (screen.path, "Your shift has ended" in screen.said) == ("/sign-in", True)
    assert screen.open("/work").path == "/sign-in"
    assert "Nobody is on shift." in as_("medical").open("/rota").said


def test_signing_out_says_nothing_of_a_shift_to_whoever_is_not_on_one(as_: Callable[[str], Screen]) -> None:
    screen = as_("reception").press("Sign out")

    assert "shift" not in screen.said
    assert "ZZ" not in screen.open("/sign-in?shift=ZZ").said


def test_who_works_at_two_centres_reads_at_which_they_are_on_shift(app: Flask, house: House) -> None:
    house.store.add_centre(Centre("huye", "Huye", "Africa/Kigali"))
    both = dict.fromkeys((CENTRE, "huye"), frozenset({"reception"}))
    house.accounts.add_with_password("two.centres", "Two Centres", PASSWORD, both, demo=True)
    screen = Screen(app).open("/sign-in").press("Sign in", login="two.centres", password=PASSWORD)

    screen.press("I am on shift at Kacyiru")

    assert "At Kacyiru you are on shift until 22:00 today." in screen.said
    assert "At Huye you are not on shift." in screen.said
    assert "You are" not in screen.said


def test_a_shift_ends_by_itself(as_: Callable[[str], Screen], hands: Hands) -> None:
    as_("reception").press("I am on shift")
    hands.move(timedelta(hours=12, microseconds=-1))
    assert "You are on shift" in as_("reception").said
    hands.move(timedelta(microseconds=1))
    assert "You are not on shift." in as_("reception").said


def test_the_coordinator_plans_and_changes_the_plan_and_everybody_sees_it(
    house: House, as_: Callable[[str], Screen], hands: Hands
) -> None:
    boss = as_("coordinator").open("/rota")
    assert "Medical: nobody from 10:00 today until 10:00 tomorrow" in boss.said
    who = f"{id_of(house, 'medical')} medical"

    for _ in range(2):  # sent twice, it is planned once
        boss.open("/rota").press("Put on call", who=who, **night())
    assert "It is planned." in boss.said
    assert boss.said.count("18:00–07:00 Medical: Medical") == 1
    assert "Medical: nobody from 07:00 tomorrow until 10:00 tomorrow" in boss.said

    nurse = as_("medical").open("/rota")
    assert "18:00–07:00 Medical: Medical" in nurse.said
    assert [b.text_content() for b in nurse.page.find(".//main").iter("button")] == []
    hands.move(timedelta(hours=8))
    board = as_("coordinator").open("/board")
    assert "Medical: Medical, until 07:00 tomorrow" in board.said

    boss = as_("coordinator").open("/rota").press("Take off")
    assert "The plan has changed." in boss.said
    assert "Nobody is planned to be on call." in boss.said


def test_nights_in_a_row_are_planned_at_once(house: House, as_: Callable[[str], Screen]) -> None:
    boss = as_("coordinator").open("/rota")
    boss.press("Put on call", who=f"{id_of(house, 'medical')} medical", **night(days="3"))

    turns = [row.turn for row in house.store.rota([CENTRE], clock.now(), clock.now() + timedelta(days=9))]
    hours = [((turn.starts_at - clock.now()), (turn.ends_at - clock.now())) for turn in turns]
    assert hours == [(timedelta(days=day, hours=8), timedelta(days=day, hours=21)) for day in range(3)]


WRONG = {
    "Answer this: Who, and in which role": {"who": ""},
    "Give a time such as 18:00": {"from": "25:00"},
    "Choose one of the answers offered: Day": {"day": "1999-01-01"},
    "Choose one of the answers offered: How many days in a row": {"days": "99"},
    "Give a beginning and an end that lie ahead": {"from": "03:00", "until": "04:00"},
    "This person does not have this role here.": {"who": "nobody medical"},
}


def test_what_cannot_be_planned_is_named_beside_the_field_and_what_was_written_stays(
    house: House, as_: Callable[[str], Screen]
) -> None:
    boss = as_("coordinator")
    for said, filled in WRONG.items():
        form = {"who": f"{id_of(house, 'medical')} medical", **night(until="04:00"), **filled}
        boss.open("/rota").press("Put on call", **form)

        assert boss.answer.status_code == 422
        assert boss.said.count(said) == 2
        (link,) = boss.page.xpath("//div[contains(@class, 'error-summary')]//a/@href")
        assert boss.page.get_element_by_id(link[1:]) is not None
        assert boss.page.get_element_by_id(f"until-{CENTRE}").get("value") == "04:00"
    assert house.store.rota([CENTRE], clock.now(), clock.now() + timedelta(days=9)) == []


def test_only_the_coordinator_plans_and_only_at_centres_of_theirs(house: House, as_: Callable[[str], Screen]) -> None:
    nurse, boss = as_("medical").open("/rota"), as_("coordinator").open("/rota")
    form = {"csrf": nurse.hidden("csrf"), "centre": CENTRE, "who": "x medical", **night()}

    assert nurse.client.post("/rota", data=form).status_code == 403
    assert nurse.client.post("/rota/remove", data={**form, "turn": "x"}).status_code == 403
    form["csrf"] = boss.hidden("csrf")
    assert boss.client.post("/rota", data={**form, "centre": "elsewhere"}).status_code == 400
    assert boss.client.post("/rota/remove", data={**form, "turn": "x"}).status_code == 404
    assert boss.client.post("/shift/start", data={**form, "centre": "elsewhere"}).status_code == 403


def test_what_nobody_awake_holds_stands_first_on_the_board_and_never_among_the_held(
    as_: Callable[[str], Screen],
) -> None:
    case = case_of(receive(as_("reception")))
    boss = as_("coordinator")

    def groups() -> list[str]:
        """The headings of the board under which the case's duty stands."""
        boss.open("/board")
        return boss.page.xpath(f"//main//section[.//li//a[@href='{case}']]/h2/@id")

    assert groups() == ["unheld"]
    assert boss.page.xpath("//main//h2/@id")[0] == "unheld"
    other = as_("psychosocial").press("I am on shift")
    assert groups() == ["owed"]
    assert "Psychosocial holds it meanwhile: Psychosocial, on shift" in boss.said
    other.open("/work")
    assert "You hold these for others meanwhile" in other.said
    assert other.page.xpath(f"//section[h2/@id='meanwhile']//a[@href='{case}']")


def test_a_board_that_lists_what_nobody_holds_never_says_that_nothing_is_owed(as_: Callable[[str], Screen]) -> None:
    receive(as_("reception"))
    boss = as_("coordinator").open("/board")
    (owed,) = boss.page.xpath("//section[@aria-labelledby='owed']")
    said = " ".join(owed.text_content().split())

    assert boss.page.xpath("//section[@aria-labelledby='unheld']//li")
    assert said.startswith("What else the centre owes, most urgent first 0 Nothing else is owed now.")
    assert "Nothing is owed now." not in boss.said


def test_a_gap_says_of_which_role_nobody_is_there(as_: Callable[[str], Screen]) -> None:
    as_("reception").press("I am on shift")
    boss = as_("coordinator").open("/rota")
    (gaps,) = boss.page.xpath("//div[contains(@class, 'blocked')]")

    assert "nobody is on shift or on call here" not in boss.said
    said = [" ".join(gap.text_content().split()) for gap in gaps.iter("li")]
    assert all(re.match(r"[A-Z][\w -]+: nobody from ", gap) for gap in said)
    assert "Reception social worker: nobody from 22:00 today until 10:00 tomorrow" in said


@pytest.mark.parametrize("starts", [timedelta(hours=1), timedelta(days=1), timedelta(days=3)])
def test_a_gap_in_french_elides_nothing_whatever_day_it_begins(starts: timedelta) -> None:
    words = Words("fr", "Africa/Kigali")
    show = Show(words, NIGHT)
    start, until = show.moment(NIGHT + starts), show.moment(NIGHT + starts + timedelta(hours=8))

    gap = words("rota.gap", role="Accueil", start=start, until=until)

    assert f" entre {start} et {until}" in gap
    assert not re.search(r"\b(?:de|que|jusque) [aeiouyh]", gap)


def test_the_pages_speak_every_language(house: House, as_: Callable[[str], Screen]) -> None:
    boss = as_("coordinator").press("I am on shift")
    for language, name in NAMES.items():
        words = Words(language)
        boss.press(name).open("/rota")
        assert words("rota.here") in boss.said
        assert words("rota.gaps.text") in boss.said
        assert words("shift.leave.hint") in boss.open("/work").said
    boss.press("English")


def test_nights_follow_the_clock_on_the_wall_when_it_is_put_back() -> None:
    paris = Show(Words("en", "Europe/Paris"), datetime(2026, 10, 20, 8, 0, tzinfo=UTC))
    raw = {"who": "a medical", "day": "2026-10-24", "from": "18:00", "until": "7.00", "days": "2"}
    asked = Asked("x", raw, paris)

    assert asked.problems() == ()
    assert [(starts.isoformat()[5:16], ends.isoformat()[5:16]) for starts, ends in asked.times()] == [
        ("10-24T16:00", "10-25T06:00"),
        ("10-25T17:00", "10-26T06:00"),
    ]
    whole_day = Asked("x", raw | {"until": "18h00", "days": "1"}, paris)
    assert [ends - starts for starts, ends in whole_day.times()] == [timedelta(hours=25)]


def test_what_lies_in_an_hour_that_the_clocks_leave_out_is_refused_and_says_so() -> None:
    paris = Show(Words("en", "Europe/Paris"), datetime(2027, 3, 25, 8, 0, tzinfo=UTC))
    raw = {"who": "a medical", "day": "2027-03-27", "from": "02:00", "until": "03:00", "days": "2"}

    assert [(problem.field, problem.code) for problem in Asked("x", raw, paris).problems()] == [
        ("until", "time_skipped")
    ]
    assert Words("en").has("problem.time_skipped")
    assert Asked("x", raw | {"days": "1"}, paris).problems() == ()
    assert Asked("x", raw | {"until": "03:30"}, paris).problems() == ()


def test_programs_read_who_holds_a_duty(house: House, as_: Callable[[str], Screen]) -> None:
    case = case_of(receive(as_("reception"))).rsplit("/", 1)[1]
    with served(house) as address, httpx.Client(base_url=address.url + PREFIX) as api:
        token = api.post("/sessions", json={"login": "reception", "password": PASSWORD}).json()["token"]
        api.headers["Authorization"] = f"Bearer {token}"

        def held() -> list[object]:
            return [duty["held_by"] for duty in api.get(f"/cases/{case}/duties").json()["duties"]]

        assert held() == [None]
        as_("psychosocial").press("I am on shift")
        (by,) = held()
    assert by == {
        "role": "psychosocial",
        "role_title": by["role_title"],  # type: ignore[index]
        "kind": "shift",
        "people": ["Psychosocial"],
        "meanwhile": True,
    }
