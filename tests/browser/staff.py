"""Somebody of the centre at a browser: signs in, receives survivors, fills in whatever form stands on the page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from playwright.sync_api import Page

from tests.browser.ways import POINTER, Way
from tests.web.running import PASSWORD

ZONE = ZoneInfo("Africa/Kigali")


def sign_in(page: Page, role: str, by: Way = POINTER) -> None:
    if not page.url.endswith("/sign-in"):
        page.goto("/sign-in")
    by.write(page.locator("#login"), role)
    by.write(page.locator("#password"), PASSWORD)
    by.press(page.locator("main form button"))
    assert page.url.endswith("/work"), f"{role} could not sign in"


def sign_out(page: Page, by: Way = POINTER) -> None:
    by.press(page.locator("form[action='/sign-out'] button").first)
    assert page.url.endswith("/sign-in")


def fill(page: Page, answers: Mapping[str, object], by: Way = POINTER) -> None:
    """Answers what the page asks and shows; an answer may bring another question, so it looks twice."""
    left = dict(answers)
    for _ in range(2):
        left = {name: answer for name, answer in left.items() if not _answered(page, name, answer, by)}


def send(page: Page, by: Way = POINTER) -> None:
    """Presses the button that names the act."""
    by.press(page.locator("#answers .govuk-button-group button").first)


def _answered(page: Page, name: str, answer: object, by: Way) -> bool:
    """True when the question stands on the page and is answered now."""
    if page.locator(f'[name="{name}-day"]').count():
        return page.locator(f'[name="{name}-day"]').is_visible() and _fill_date(page, name, str(answer), by)
    asked = page.locator(f'#answers [name="{name}"]')
    if not asked.count() or not asked.first.is_visible():
        return False
    match asked.first.get_attribute("type"):
        case "radio":
            by.check(page.locator(f'#answers [name="{name}"][value="{_word(answer)}"]'))
        case "checkbox":
            wanted = answer if isinstance(answer, list | tuple) else [answer]
            for box in asked.all():
                by.check(box, box.get_attribute("value") in wanted)
        case None if asked.first.evaluate("one => one.tagName") == "SELECT":
            by.choose(asked.first, _word(answer))
        case _:
            by.write(asked.first, _word(answer))
    return True


def _fill_date(page: Page, name: str, answer: str, by: Way) -> bool:
    moment = datetime.fromisoformat(answer).astimezone(ZONE) if "T" in answer else None
    day = moment.date() if moment else date.fromisoformat(answer)
    for part, number in (("day", day.day), ("month", day.month), ("year", day.year)):
        by.write(page.locator(f'[name="{name}-{part}"]'), str(number))
    if moment:
        by.write(page.locator(f'[name="{name}-time"]'), f"{moment:%H:%M}")
    return True


def _word(answer: object) -> str:
    return str(answer).lower() if isinstance(answer, bool) else str(answer)
