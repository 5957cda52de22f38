"""Somebody of the centre at a browser: signs in, receives survivors, fills in whatever form stands on the page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from playwright.sync_api import Page

from tests.browser.ways import POINTER, Way
from tests.web.running import PASSWORD

ZONE = ZoneInfo("Africa/Kigali")
_SHOWN = """(names) => Object.fromEntries(names.flatMap((name) => {
const day = document.querySelector(`[name="${name}-day"]`);
const one = day || document.querySelector(`#answers [name="${name}"]`);
const box = one && one.checkVisibility({ visibilityProperty: true }) && one.getBoundingClientRect();
return box && box.width && box.height ? [[name, day ? "date" : one.type]] : [];
}))"""
"""Of these questions, those that stand on the page and can be seen: what kind of control each is."""
_BOXES = "(all) => all.map((one) => [one.value, one.checked])"


def sign_in(page: Page, role: str, by: Way = POINTER) -> None:
    if not page.url.endswith("/sign-in"):
        page.goto("/sign-in")
    by.write(page.locator("#login"), role)
    by.write(page.locator("#password"), PASSWORD)
    by.press(page.locator("main form button"))
    assert page.url.endswith("/work"), f"{role} could not sign in"


def sign_out(page: Page, by: Way = POINTER) -> None:
    by.press(page.locator("#leave-screen, form[action='/sign-out'] button").first)
    assert page.url.endswith("/sign-in")


def fill(page: Page, answers: Mapping[str, object], by: Way = POINTER) -> None:
    """Answers what the page asks and shows; an answer may bring another question, so it looks again."""
    page.wait_for_load_state()  # one look at a page that is half there would miss what follows
    left = dict(answers)
    while shown := page.evaluate(_SHOWN, list(left)):
        for name, kind in shown.items():
            _answer(page, name, kind, left.pop(name), by)


def send(page: Page, by: Way = POINTER) -> None:
    """Presses the button that names the act."""
    by.press(page.locator("#answers .govuk-button-group button").first)


def _answer(page: Page, name: str, kind: str, answer: object, by: Way) -> None:
    asked = page.locator(f'#answers [name="{name}"]')
    match kind:
        case "date":
            _fill_date(page, name, str(answer), by)
        case "radio":
            by.check(page.locator(f'#answers [name="{name}"][value="{_word(answer)}"]'))
        case "checkbox":
            wanted = answer if isinstance(answer, list | tuple) else [answer]
            for number, (value, checked) in enumerate(asked.evaluate_all(_BOXES)):
                if checked != (value in wanted):
                    by.check(asked.nth(number), value in wanted)
        case "select-one":
            by.choose(asked.first, _word(answer))
        case _:
            by.write(asked.first, _word(answer))


def _fill_date(page: Page, name: str, answer: str, by: Way) -> None:
    moment = datetime.fromisoformat(answer).astimezone(ZONE) if "T" in answer else None
    day = moment.date() if moment else date.fromisoformat(answer)
    for part, number in (("day", day.day), ("month", day.month), ("year", day.year)):
        by.write(page.locator(f'[name="{name}-{part}"]'), str(number))
    if moment:
        by.write(page.locator(f'[name="{name}-time"]'), f"{moment:%H:%M}")


def _word(answer: object) -> str:
    return str(answer).lower() if isinstance(answer, bool) else str(answer)
