"""Two tabs of one browser with the same form half filled: neither loses its text, nor shows that of the other."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from engine import clock
from tests.browser.conftest import SEVERAL_TABS, Chromium, Watched, watched_window
from tests.browser.staff import fill, sign_in
from tests.web.running import CENTRE, PASSWORD, Hands

pytestmark = SEVERAL_TABS
ARRIVAL = f"/arrival/{CENTRE}/reception"


@pytest.fixture(autouse=True)
def _by_these_hands(hands: Hands) -> Iterator[None]:
    with clock.using(hands):
        yield


@pytest.fixture
def seen(chromium: Chromium, site: str) -> Iterator[Watched]:
    with watched_window(chromium, site, javascript=True) as watched:
        yield watched
    assert watched.wrong == []


def arriving(page: Page, life_threat: str) -> None:
    page.goto(ARRIVAL)
    page.wait_for_load_state()  # its scripts have run: from here on it hears the others
    fill(page, {"life_threat": life_threat})


def is_answered(page: Page, life_threat: str) -> None:
    expect(page.locator(f"[name=life_threat][value={life_threat}]")).to_be_checked()


def come_back(page: Page) -> None:
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")


def test_two_arrivals_come_back_each_in_its_own_tab_after_one_was_hidden(seen: Watched) -> None:
    first, second = seen.page, seen.page.context.new_page()
    sign_in(first, "reception")
    arriving(first, "no")
    arriving(second, "yes")

    first.keyboard.press("F9")

    for tab in (first, second):
        expect(tab.locator("main")).to_contain_text("What you were writing is kept for you")
    for tab, answer in ((second, "yes"), (first, "no")):
        come_back(tab)
        expect(tab).to_have_url(re.compile(f"{ARRIVAL}[?]draft=[0-9a-f]+$"))
        is_answered(tab, answer)


def test_what_is_half_written_is_kept_for_its_writer_when_a_colleague_signs_in_from_a_page_that_was_open_before(
    seen: Watched,
) -> None:
    before, first = seen.page, seen.page.context.new_page()
    before.goto("/sign-in")
    sign_in(first, "reception")
    arriving(first, "no")

    for password, to in (("wrong", "/sign-in"), (PASSWORD, "/work")):
        before.fill("#login", "police")
        before.fill("#password", password)
        with before.expect_navigation():
            before.keyboard.press("Enter")
        expect(before).to_have_url(re.compile(f"{to}$"))
        if password == "wrong":
            is_answered(first, "no")  # nobody has come
    expect(first.locator(".site__who")).to_contain_text("Police")

    before.click("#leave-screen")
    expect(first).to_have_url(re.compile("/sign-in"))
    first.goto("/sign-in")
    sign_in(first, "reception")
    first.goto(ARRIVAL)
    first.get_by_role("button", name="Go on with it").click()
    is_answered(first, "no")
