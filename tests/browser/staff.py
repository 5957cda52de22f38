"""Somebody of the centre at a browser: signs in, receives survivors, fills in whatever form stands on the page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from playwright.sync_api import Page

from tests.web.running import PASSWORD

ZONE = ZoneInfo("Africa/Kigali")


def sign_in(page: Page, role: str) -> None:
    if not page.url.endswith("/sign-in"):
        page.goto("/sign-in")
    page.fill("#login", role)
    page.fill("#password", PASSWORD)
    page.click("main form button")
    assert page.url.endswith("/work"), f"{role} could not sign in"


def sign_out(page: Page) -> None:
    page.click("form[action='/sign-out'] button")
    assert page.url.endswith("/sign-in")


def fill(page: Page, answers: Mapping[str, object]) -> None:
    """Answers what the page asks and shows; an answer may bring another question, so it looks twice."""
    left = dict(answers)
    for _ in range(2):
        left = {name: answer for name, answer in left.items() if not _answered(page, name, answer)}


def send(page: Page) -> None:
    """Presses the button that names the act."""
    page.click("#answers .govuk-button-group button:first-child")


def _answered(page: Page, name: str, answer: object) -> bool:
    """True when the question stands on the page and is answered now."""
    if page.locator(f'[name="{name}-day"]').count():
        return page.locator(f'[name="{name}-day"]').is_visible() and _fill_date(page, name, str(answer))
    asked = page.locator(f'#answers [name="{name}"]')
    if not asked.count() or not asked.first.is_visible():
        return False
    match asked.first.get_attribute("type"):
        case "radio":
            page.check(f'[name="{name}"][value="{_word(answer)}"]')
        case "checkbox":
            wanted = answer if isinstance(answer, list | tuple) else [answer]
            for box in asked.all():
                box.set_checked(box.get_attribute("value") in wanted)
        case None if asked.first.evaluate("one => one.tagName") == "SELECT":
            asked.first.select_option(_word(answer))
        case _:
            asked.first.fill(_word(answer))
    return True


def _fill_date(page: Page, name: str, answer: str) -> bool:
    moment = datetime.fromisoformat(answer).astimezone(ZONE) if "T" in answer else None
    day = moment.date() if moment else date.fromisoformat(answer)
    for part, number in (("day", day.day), ("month", day.month), ("year", day.year)):
        page.fill(f'[name="{name}-{part}"]', str(number))
    if moment:
        page.fill(f'[name="{name}-time"]', f"{moment:%H:%M}")
    return True


def _word(answer: object) -> str:
    return str(answer).lower() if isinstance(answer, bool) else str(answer)
