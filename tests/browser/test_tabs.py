"""Two tabs of one browser at a shared computer: whoever turns away from one leaves nothing in the other."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from engine import clock
from tests.browser.conftest import SEVERAL_TABS, Chromium, Watched, watched_window
from tests.browser.staff import fill, send, sign_in
from tests.browser.ways import POINTER
from tests.web.running import CENTRE, PASSWORD, Hands, House

pytestmark = SEVERAL_TABS
ARRIVAL = f"/arrival/{CENTRE}/reception"
BROUGHT_TO_THE_FRONT = """([away]) => {
const before = Date.now;
let hidden = true;
Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
document.dispatchEvent(new Event("visibilitychange"));
Date.now = () => before() + away * 1000;
hidden = false;
document.dispatchEvent(new Event("visibilitychange"));
const blank = document.documentElement.classList.contains("blank");
Date.now = before;
return blank;
}"""
"""Somebody looks at another tab for so many seconds and comes back; whether nothing is to be seen at that moment."""


@dataclass
class Tabs:
    """The one in which somebody works, the one behind it with a case on it, and a sign-in page open since before."""

    front: Page
    behind: Page
    before: Page


@pytest.fixture(autouse=True)
def _by_these_hands(hands: Hands) -> Iterator[None]:
    with clock.using(hands):
        yield


@pytest.fixture
def seen(chromium: Chromium, site: str) -> Iterator[Watched]:
    with watched_window(chromium, site, javascript=True) as watched:
        yield watched
    assert watched.wrong == []


@pytest.fixture
def tabs(seen: Watched) -> Tabs:
    front, behind, before = seen.page, *(seen.page.context.new_page() for _ in range(2))
    before.goto("/sign-in")
    front.bring_to_front()  # what lies behind is drawn once a second, and each click waits for that
    front.clock.install()
    behind.add_init_script("setInterval = () => 0")  # browsers let the timers of a tab behind wait
    sign_in(front, "reception")
    front.goto(ARRIVAL)
    fill(front, {"life_threat": "no", "able_to_express": "yes"})
    send(front)
    expect(front.locator(".after")).to_be_visible()
    behind.goto(front.locator(".over a.code").get_attribute("href") or "")
    front.goto("/work")
    for page in (front, behind):
        page.wait_for_load_state()  # its scripts have run: from here on it hears the other
    return Tabs(front, behind, before)


def is_at(page: Page, path: str) -> None:
    """Or comes there: the work list may be led there twice, by its form and because it renews itself."""
    expect(page).to_have_url(re.compile(f"{path}([?].*)?$"))


def f9(page: Page) -> None:
    page.keyboard.press("F9")


def left_alone(page: Page) -> None:
    page.clock.fast_forward("05:10")


def signed_out(page: Page) -> None:
    page.click("#leave-screen")


@pytest.mark.parametrize(("turn_away", "to"), [(f9, "/locked"), (left_alone, "/locked"), (signed_out, "/sign-in")])
def test_whoever_turns_away_from_one_tab_leaves_nothing_in_the_other(
    tabs: Tabs, turn_away: Callable[[Page], None], to: str
) -> None:
    turn_away(tabs.front)

    is_at(tabs.front, to)
    is_at(tabs.behind, to)
    expect(tabs.behind.locator("#password")).to_be_visible()


def test_the_other_tab_is_blank_before_any_server_answers(tabs: Tabs) -> None:
    for page in (tabs.front, tabs.behind):
        page.evaluate("addEventListener('submit', (event) => event.preventDefault(), { capture: true })")
    f9(tabs.front)

    for page in (tabs.front, tabs.behind):
        expect(page.locator("main")).to_be_hidden()
        assert "/locked" not in page.url


def test_who_ends_the_shift_leaves_nothing_in_the_other_tab(tabs: Tabs) -> None:
    POINTER.press(tabs.front.get_by_role("button", name="I am on shift"))
    tabs.front.get_by_role("button", name="I leave").click()

    is_at(tabs.front, "/sign-in")
    is_at(tabs.behind, "/sign-in")


@pytest.mark.parametrize("turn_away", [f9, left_alone, signed_out])
def test_what_was_written_in_the_other_tab_is_kept_for_its_writer(
    tabs: Tabs, turn_away: Callable[[Page], None]
) -> None:
    tabs.behind.goto(ARRIVAL)
    tabs.behind.wait_for_load_state()
    fill(tabs.behind, {"life_threat": "no"})
    turn_away(tabs.front)

    if turn_away is signed_out:
        is_at(tabs.behind, "/sign-in")
        sign_in(tabs.behind, "reception")
        tabs.behind.goto(ARRIVAL)
    else:
        is_at(tabs.behind, "/locked")
        expect(tabs.behind.locator("main")).to_contain_text("What you were writing is kept for you")
        tabs.behind.fill("#password", PASSWORD)
        tabs.behind.keyboard.press("Enter")
        is_at(tabs.behind, ARRIVAL)
    expect(tabs.behind.locator("[name=life_threat][value=no]")).to_be_checked()


def test_somebody_else_who_signs_in_finds_nothing_in_the_other_tab(tabs: Tabs) -> None:
    tabs.before.fill("#login", "police")
    tabs.before.fill("#password", PASSWORD)
    tabs.before.keyboard.press("Enter")

    for page in (tabs.before, tabs.front, tabs.behind):
        is_at(page, "/work")
        expect(page.locator(".site__who")).to_contain_text("Police")


def away(page: Page, seconds: int) -> bool:
    return bool(page.evaluate(BROUGHT_TO_THE_FRONT, [seconds]))


def test_a_tab_that_comes_back_after_long_shows_nothing_until_the_server_says_that_its_session_lives(
    tabs: Tabs,
) -> None:
    asked = "**/alive"
    with tabs.behind.expect_response(asked) as answer:
        assert away(tabs.behind, 60)
    assert answer.value.status == 204
    assert answer.value.request.headers["x-isange-quiet"] == "1"
    expect(tabs.behind.locator("main")).to_be_visible()

    with tabs.behind.expect_response(asked):
        assert not away(tabs.behind, 1)


@pytest.mark.parametrize("seconds", [1, 60])
def test_a_tab_that_comes_back_after_its_session_ended_elsewhere_shows_it_no_more(
    tabs: Tabs, house: House, hands: Hands, seconds: int
) -> None:
    person = house.accounts.by_login("reception").id
    house.people.end_sessions(person, [one.token_hash for one in house.store.sessions_of(person)], "boss", hands())

    away(tabs.behind, seconds)

    is_at(tabs.behind, "/sign-in")


def test_a_tab_that_comes_back_after_the_screen_locked_asks_the_password(tabs: Tabs, hands: Hands) -> None:
    case = tabs.behind.url
    hands.move(timedelta(minutes=6))

    tabs.behind.evaluate("dispatchEvent(new Event('focus'))")

    is_at(tabs.behind, "/locked")
    tabs.behind.fill("#password", PASSWORD)
    tabs.behind.keyboard.press("Enter")
    is_at(tabs.behind, case)


def somebody_else_is_there(tabs: Tabs, site: str, house: House, hands: Hands) -> str:
    """Without the tabs of the browser hearing of it; the token of their session."""
    token, _ = house.people.sign_in("police", PASSWORD, "10.0.0.9", hands())
    tabs.front.context.clear_cookies()
    tabs.front.context.add_cookies([{"name": "isange", "value": token, "url": site}])
    return token


def test_a_tab_that_comes_back_when_somebody_else_is_there_shows_it_no_more(
    tabs: Tabs, site: str, house: House, hands: Hands
) -> None:
    somebody_else_is_there(tabs, site, house, hands)

    assert away(tabs.behind, 60)

    is_at(tabs.behind, "/work")
    expect(tabs.behind.locator(".site__who")).to_contain_text("Police")


def test_hiding_a_tab_that_somebody_else_left_behind_hides_for_whoever_is_there(
    tabs: Tabs, site: str, house: House, hands: Hands
) -> None:
    token = somebody_else_is_there(tabs, site, house, hands)

    f9(tabs.behind)

    is_at(tabs.behind, "/locked")
    expect(tabs.behind.locator("main")).to_contain_text("Signed in as police")
    there = house.people.session(token, hands())
    assert there is not None
    assert there.locked


def test_nobody_is_locked_out_by_a_tab_behind_the_one_they_use(tabs: Tabs) -> None:
    tabs.front.clock.fast_forward("04:30")
    expect(tabs.front.locator("#idle")).to_be_visible()

    tabs.behind.mouse.move(5, 5)
    tabs.behind.keyboard.press("Shift")

    expect(tabs.front.locator("#idle")).to_be_hidden()
