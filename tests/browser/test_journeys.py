"""What staff do every day, one way after another on a screen of 360 px: by keyboard alone, and without scripts.

(With a pointer and scripts: tests/browser/test_walks.py walks whole cases.)
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Locator, Page, expect

from engine.library import Library
from tests.browser.conftest import Chromium, watched_window
from tests.browser.scene import Scene, scene_at, stuck_case, walking
from tests.browser.staff import fill, send, sign_in, sign_out
from tests.browser.ways import KEYBOARD, POINTER, Way
from tests.survivors import CHILD
from tests.walk import ROOT
from tests.web.running import PASSWORD
from web.words import CATALOGUE

DOORS = [("reception", "reception"), ("hotline", "reception"), ("medical", "medical"), ("police", "police")]


@dataclass
class Somebody:
    """At the browser, using it in one way."""

    scene: Scene
    page: Page
    by: Way

    def sits_down(self, login: str) -> None:
        self.scene.sit_down(self.page.context, login)
        self.page.goto("/work")

    def goes_to(self, name: str) -> None:
        """By the links at the top of every page."""
        self.by.press(self.page.locator(f".site__nav a[href='/{name}']"))

    def presses(self, what: str | Locator) -> None:
        self.by.press(self.page.locator(what).first if isinstance(what, str) else what)

    def opens(self, what: str) -> None:
        """The part of the page in which it stands."""
        part = self.page.locator("details", has=self.page.locator(what)).first
        if part.get_attribute("open") is None:
            self.presses(part.locator("summary").first)

    def is_told(self, what: str) -> None:
        """The page says so, and with scripts the keyboard goes on from there."""
        told = self.page.locator(what).first
        expect(told).to_be_visible()
        if self.by is KEYBOARD:
            expect(told).to_be_focused()

    def fills_in(self, form: str) -> None:
        """As anyone would answer, and sends it."""
        walk = walking(self.scene.house, self.scene.hands)
        walk.tell(CHILD)
        fill(self.page, walk.filled(self.library.forms[form]), self.by)
        send(self.page, self.by)

    @property
    def library(self) -> Library:
        return self.scene.house.editions.current()


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    with scene_at(tmp_path_factory.mktemp("journeys"), str(ROOT)) as made:
        yield made


@pytest.fixture(
    scope="module",
    params=[(KEYBOARD, True), (POINTER, False)],
    ids=["by keyboard alone", "without scripts"],
)
def somebody(request: pytest.FixtureRequest, chromium: Chromium, scene: Scene) -> Iterator[Somebody]:
    by, javascript = request.param
    with watched_window(chromium, scene.address, javascript) as seen:
        yield Somebody(scene, seen.page, by)
    assert seen.wrong == []


def test_signing_in_is_refused_then_done_and_left(somebody: Somebody) -> None:
    page = somebody.page
    page.context.clear_cookies()
    page.goto("/sign-in")
    somebody.by.write(page.locator("#login"), "reception")
    somebody.by.write(page.locator("#password"), "not my password")
    somebody.presses("main form button")
    somebody.is_told(".govuk-error-summary")
    sign_in(page, "reception", somebody.by)
    sign_out(page, somebody.by)


@pytest.mark.parametrize(("door", "role"), DOORS)
def test_a_survivor_is_received_by_each_door(door: str, role: str, somebody: Somebody) -> None:
    page, by = somebody.page, somebody.by
    somebody.sits_down(role)
    somebody.goes_to("arrival")
    if page.locator(".doors").count():
        somebody.presses(f".doors a[href$='/{door}']")
    send(page, by)
    somebody.is_told(".govuk-error-summary")
    asked = (page.locator(".govuk-error-summary__list a").first.get_attribute("href") or "").removeprefix("#")
    somebody.presses(".govuk-error-summary__list a")
    expect(page.locator(f"[id='{asked}']")).to_be_focused()
    somebody.fills_in(somebody.library.pathway.doors[door].form)

    somebody.is_told(".after")


def test_a_task_is_taken_given_back_kept_half_filled_and_found_again(somebody: Somebody) -> None:
    page = somebody.page
    somebody.sits_down("psychosocial")
    title = page.locator(".row__title").first.inner_text()
    row = page.locator(".row", has=page.get_by_text(title)).first
    somebody.presses(row.locator(".row__who button"))
    expect(row.locator(".row__who")).to_contain_text("You hold this")
    somebody.presses(row.locator(".row__who button"))
    expect(row.locator(".row__who")).to_contain_text("Nobody has taken it yet")
    somebody.presses(row.locator(".row__title"))
    box = page.locator("#answers input[type=checkbox], #answers input[type=radio]").first
    somebody.by.check(box, wanted=not box.is_checked() or box.get_attribute("type") == "radio")
    kept = box.is_checked()
    somebody.presses("#answers .govuk-button--secondary")
    somebody.is_told(".note")
    somebody.presses(row.locator(".row__title"))

    assert box.is_checked() == kept


def test_a_form_of_any_time_is_filled(somebody: Somebody) -> None:
    somebody.sits_down("medical")
    somebody.presses(".row__title")
    somebody.presses(".over a.code")
    somebody.presses("a[href$='/forms/record_prevention']")
    somebody.fills_in(somebody.library.pathway.anytime["record_prevention"].form)

    somebody.is_told(".after")


def test_what_a_form_left_out_is_answered_later_once_something_is_said(somebody: Somebody) -> None:
    page, by = somebody.page, somebody.by
    somebody.sits_down("reception")
    page.goto(f"/cases/{somebody.scene.case}")
    somebody.opens("a[href*='/left-out/open_file']")
    somebody.presses("a[href*='/left-out/open_file']")
    field = page.locator("#answers input[type=text]").first
    asked = page.locator("#answers input[type=text]").count()
    send(page, by)
    somebody.is_told(".govuk-error-summary")
    by.write(field, "Aline")
    send(page, by)
    somebody.is_told(".after")
    expect(page.locator(".timeline").first).to_contain_text("added what was left out")
    assert asked > 0


def test_a_fact_is_corrected_once_a_reason_is_given(somebody: Somebody) -> None:
    page, by = somebody.page, somebody.by
    file = somebody.scene.house.store.read_file(somebody.scene.case)
    assert file is not None
    stands = file.facts[("interpreter", "case")].value
    other = next(value for value in somebody.library.facts["interpreter"].values if value != stands)
    somebody.sits_down("medical")
    page.goto(f"/cases/{somebody.scene.case}")
    somebody.opens("a[href*='/facts/interpreter/']")
    somebody.presses("a[href*='/facts/interpreter/']")
    by.check(page.locator(f"[name=interpreter][value={other}]"))
    send(page, by)
    somebody.is_told(".govuk-error-summary")
    by.write(page.locator("#reason"), "Somebody came along")
    send(page, by)

    somebody.is_told(".after")
    assert page.url.endswith(f"/cases/{somebody.scene.case}?after=1")


def test_who_the_survivor_is_shows_after_a_reason_and_is_hidden(somebody: Somebody) -> None:
    page = somebody.page
    somebody.sits_down("reception")
    page.goto(f"/cases/{somebody.scene.case}")
    somebody.opens("#why-care")
    somebody.by.check(page.locator("#why-contact"))
    somebody.presses("form[action$='/identity'] button")
    expect(page.locator("h1")).to_have_text("Who the survivor is")
    somebody.presses("main a.govuk-button")
    expect(page.locator("h1")).to_contain_text("Case")


def test_a_case_is_found_by_its_code_and_its_timeline_and_diagram_read(somebody: Somebody) -> None:
    page = somebody.page
    file = somebody.scene.house.store.read_file(somebody.scene.case)
    assert file is not None
    somebody.sits_down("medical")
    somebody.goes_to("find")
    somebody.by.write(page.locator("#code"), "KMT-000")
    somebody.presses("main form button")
    somebody.is_told(".govuk-error-summary")
    somebody.by.write(page.locator("#code"), file.case.code.lower())
    somebody.presses("main form button")
    expect(page.locator("h1")).to_contain_text(file.case.code)
    somebody.presses("#timeline ~ nav a[href*='show=steps']")
    expect(page.locator("#timeline ~ nav [aria-current]")).to_have_text("Steps")
    somebody.presses(".service__way")
    somebody.presses(".filters a[href*='zoom=whole']")
    expect(page.locator(".steps li").first).to_be_visible()


def test_the_board_leads_to_a_case_and_frees_one_that_was_stuck(somebody: Somebody) -> None:
    page = somebody.page
    stuck_case(somebody.scene.house, somebody.scene.hands)
    somebody.sits_down("coordinator")
    somebody.goes_to("board")
    somebody.presses("form[action$='/free'] button")
    somebody.is_told(".note")
    somebody.presses("table a.code")
    expect(page.locator("h1")).to_contain_text("Case")


def test_the_screen_is_hidden_and_comes_back_with_what_was_written(somebody: Somebody) -> None:
    page = somebody.page
    somebody.sits_down("reception")
    somebody.goes_to("arrival")
    somebody.presses(".doors a[href$='/reception']")
    arriving = page.url
    somebody.by.check(page.locator("#life_threat-2"))
    if somebody.by is KEYBOARD:
        page.keyboard.press("F9")
        page.wait_for_url("**/locked**")
    else:
        somebody.presses("#hide-screen")
    somebody.by.write(page.locator("#password"), PASSWORD)
    somebody.presses("main form button")

    assert page.url.partition("?")[0] == arriving
    assert page.locator("#life_threat-2").is_checked()


def test_the_language_is_changed_and_changed_back_and_help_is_read(somebody: Somebody) -> None:
    page = somebody.page
    somebody.sits_down("police")
    somebody.goes_to("help")
    for language in ("rw", "en"):
        somebody.presses(f"button[name=screen_language][value={language}]")
        expect(page.locator("html")).to_have_attribute("lang", language)
        expect(page.locator("h1")).to_have_text(CATALOGUE[language]["nav.help"])
    assert re.search(r"/help$", page.url)
