"""The administrator's pages and one's own account in Chromium: every page in every state, and the story by keyboard
alone on a narrow screen without scripts."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page

from engine import clock
from tests.browser.conftest import Watched
from tests.browser.ways import POINTER
from tests.web.running import CENTRE, PASSWORD, Hands, House
from web.people import FRESH

OWN = "four green lamps on a hill"
MOST_TABS = 60
LANGUAGE = "rw"
"""The one with the longest words; the pages as they first stand are looked at in all three (sights.py)."""
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
WIDTHS = (360, 1280)

Window = Callable[..., Watched]


@pytest.fixture(autouse=True)
def _by_these_hands(hands: Hands) -> Iterator[None]:
    with clock.using(hands):
        yield


def check(seen: Watched) -> None:
    """The page, wide and narrow, is usable with assistive technology and needs no sideways scrolling."""
    seen.check_access()
    for width in WIDTHS:
        seen.page.set_viewport_size({"width": width, "height": 740})
        assert seen.page.evaluate(OVERFLOW) <= 0, f"{seen.page.url} is wider than {width}"
    seen.check_storage()


@pytest.fixture
def boss(house: House) -> str:
    """The login of the one who runs accounts."""
    return next(role.id for role in house.editions.current().roles.values() if "people.manage" in role.may)


def press(page: Page, selector: str) -> None:
    POINTER.press(page.locator(selector).first)


def come_in(page: Page, login: str, password: str = PASSWORD) -> None:
    page.goto("/sign-in")
    page.fill("#login", login)
    page.fill("#password", password)
    press(page, "main form button")


def test_every_page_about_people_is_usable_narrow_and_wide_whatever_state_it_is_in(
    window: Window, boss: str, hands: Hands
) -> None:
    seen = window()
    page = seen.page
    come_in(page, boss)
    press(page, f"button[name=screen_language][value={LANGUAGE}]")
    for path in ("/admin/people", "/admin/centres", f"/admin/centres/{CENTRE}", "/account"):
        page.goto(path)
        check(seen)
    page.goto("/admin/people/new")
    press(page, "#answers .govuk-button-group button")
    check(seen)  # with errors
    page.fill("#name", "Uwase Diane")
    page.fill("#new_login", "uwase")
    page.check(f"input[name=language][value={LANGUAGE}]")
    page.check(f"input[name=role][value='{CENTRE}:medical']")
    press(page, "#answers .govuk-button-group button")
    check(seen)  # the start password
    given = page.locator(".start__word").nth(1).inner_text()
    press(page, "main p a")
    person = page.url
    check(seen)
    hers = window()
    come_in(hers.page, "uwase", given)
    check(hers)  # her own password
    page.goto(f"{person}/password")
    check(seen)
    hands.move(FRESH * 0.6)
    page.goto(f"{person}/disable")
    check(seen)
    hands.move(FRESH * 0.6)
    press(page, "main form button")
    check(seen)  # the password, asked again
    page.fill("#password", PASSWORD)
    press(page, "main form button")
    page.goto("/account")


def to(page: Page, selector: str) -> None:
    """Goes with the Tab key until it stands there."""
    wanted = page.locator(selector).first
    for _ in range(MOST_TABS):
        if wanted.evaluate("one => one === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"No way to {selector} with the Tab key on {page.url}")


def write(page: Page, selector: str, text: str) -> None:
    to(page, selector)
    page.keyboard.type(text)


def enter(page: Page, selector: str, there: str) -> None:
    to(page, selector)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{there}")


def test_by_keyboard_alone_a_person_is_added_comes_in_and_is_switched_off(window: Window, boss: str) -> None:
    page, hers = (window(javascript=False).page for _ in range(2))
    sign_in_by_keyboard(page, boss, PASSWORD, "/admin/people")
    enter(page, "nav a[href='/admin/centres']", "/admin/centres")
    enter(page, "main a[href='/admin/centres/new']", "/admin/centres/new")
    write(page, "#name", "Musanze")
    write(page, "#id", "musanze")
    enter(page, "#answers .govuk-button-group button", "/admin/centres?done=added")
    enter(page, "nav a[href='/admin/people']", "/admin/people")
    enter(page, "main a[href='/admin/people/new']", "/admin/people/new")
    write(page, "#name", "Uwase Diane")
    write(page, "#new_login", "d.uwase")
    to(page, "input[value='musanze:reception']")
    page.keyboard.press("Space")
    enter(page, "#answers .govuk-button-group button", "/admin/people/new")
    given = page.locator(".start__word").nth(1).inner_text()
    person = page.locator("main p a").get_attribute("href") or ""
    enter(page, "main p a", person)

    sign_in_by_keyboard(hers, "d.uwase", given, "/account/password")
    write(hers, "#new_password", OWN)
    write(hers, "#again", OWN)
    hers.keyboard.press("Enter")
    hers.wait_for_url("**/work")
    enter(hers, "nav a[href='/arrival']", "/arrival")
    page.goto(person)
    enter(page, f"main a[href='{person}/disable']", f"{person}/disable")
    enter(page, "main form button", "?done=disabled")
    enter(hers, "nav a[href='/work']", "/sign-in")


def sign_in_by_keyboard(page: Page, login: str, password: str, there: str) -> None:
    page.goto("/sign-in")
    write(page, "#login", login)
    write(page, "#password", password)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{there}")
