"""What is sent while no server answers stays on its page, which says so; sent again, it is recorded once."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, Route, expect

from engine import clock
from tests.browser.conftest import Watched
from tests.browser.layout import misplaced
from tests.browser.staff import fill, sign_in
from tests.survivors import ADULT
from tests.walk import Walk
from tests.web.running import CENTRE, Hands, House
from web.accounts import person_of

Window = Callable[..., Watched]
ARRIVAL = f"/arrival/{CENTRE}/reception"
ASKED = "**/static/first.js"
"""What a page asks, without a query, before it lets a form go."""
READY = "**/api/v1/ready"
"""And before it empties the screen."""
WRITTEN = "() => JSON.stringify([...new FormData(document.getElementById('answers'))])"
PRESSED_TWICE = "() => { for (const time of [1, 2]) document.getElementById('answers').requestSubmit(); }"


@pytest.fixture(autouse=True)
def _by_these_hands(hands: Hands) -> Iterator[None]:
    with clock.using(hands):
        yield


@pytest.fixture
def seen(window: Window) -> Watched:
    seen = window()
    seen.page.clock.install()
    sign_in(seen.page, "reception")
    return seen


@pytest.fixture
def page(seen: Watched) -> Page:
    return seen.page


def arriving(page: Page, walk: Walk | None = None) -> None:
    page.goto(ARRIVAL)
    fill(page, {"life_threat": "no", "able_to_express": "yes"})


def calling(page: Page, walk: Walk) -> None:
    page.goto(f"/arrival/{CENTRE}/hotline")
    fill(page, walk.filled(walk.desk.library().forms["arrival_hotline"]))


def at_a_task(page: Page, walk: Walk) -> None:
    task = walk.possible()[0]
    page.goto(f"/tasks/{task.id}")
    fill(page, walk.answers(task))


def at_any_time(page: Page, walk: Walk) -> None:
    page.goto(f"/cases/{walk.case_id}/forms/record_incident_time")
    fill(page, {"incident_at": walk.now.isoformat()})


def correcting(page: Page, walk: Walk) -> None:
    page.goto(f"/cases/{walk.case_id}/facts/language/case")
    fill(page, {"language": "fr", "reason": "Misheard"})


def press(page: Page) -> None:
    """The button that names the act, later than any press before: a second one at once counts for none."""
    page.clock.fast_forward("00:02")
    page.locator("#answers .govuk-button-group button").first.click()


def is_told(page: Page, what: str) -> None:
    told = page.get_by_role("alert")
    expect(told.get_by_role("heading")).to_have_text(what)
    expect(told).to_contain_text("stay on this page, and press again when the network is back")
    expect(told).to_be_focused()


def recorded(house: House) -> int:
    """How often something was recorded: cases that were opened, and what was done in them."""
    return sum(1 + row.case.version for row in house.store.open_cases([CENTRE]))


@pytest.mark.parametrize("writing", [arriving, calling, at_a_task, at_any_time, correcting])
def test_what_is_sent_without_a_network_stands_on_its_page_and_is_recorded_once_when_it_is_back(
    seen: Watched, house: House, hands: Hands, writing: Callable[[Page, Walk], None]
) -> None:
    page, walk = seen.page, Walk(house.desk, house.store, house.store.centres()[CENTRE], hands.moment)
    walk.tell(ADULT)
    walk.arrive("reception", "reception")
    writing(page, walk)
    written, address, before = page.evaluate(WRITTEN), page.url, recorded(house)
    page.context.set_offline(True)
    for _ in range(2):
        press(page)
        is_told(page, "This was not recorded")
        assert (page.evaluate(WRITTEN), page.url, recorded(house)) == (written, address, before)
    seen.check_access()
    seen.check_storage()
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 740})
        assert misplaced(page) == []

    page.context.set_offline(False)
    press(page)

    expect(page.locator(".after")).to_be_visible()
    assert recorded(house) == before + 1


def test_a_press_on_the_work_list_stays_there_too(page: Page, house: House, hands: Hands) -> None:
    Walk(house.desk, house.store, house.store.centres()[CENTRE], hands.moment).arrive("reception", "reception")
    page.goto("/work")
    page.context.set_offline(True)
    page.get_by_role("button", name="Take it").click()
    is_told(page, "This was not recorded")

    page.context.set_offline(False)
    page.clock.fast_forward("00:02")
    page.get_by_role("button", name="Take it").click()
    expect(page.locator("main")).to_contain_text("You hold this")


def no_answer(route: Route) -> None:
    """The network is there, and leads nowhere."""


def not_isange(route: Route) -> None:
    route.fulfill(status=503, body="upstream")


@pytest.mark.parametrize("answer", [no_answer, not_isange])
def test_a_server_that_does_not_answer_is_none(page: Page, house: House, answer: Callable[[Route], None]) -> None:
    arriving(page)
    page.route(ASKED, answer)
    press(page)
    page.clock.fast_forward("00:11")

    is_told(page, "This was not recorded")
    assert recorded(house) == 0


def test_whoever_presses_twice_sends_once(page: Page, house: House) -> None:
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    arriving(page)
    sent.clear()
    page.evaluate(PRESSED_TWICE)

    expect(page.locator(".after")).to_be_visible()
    assert (sent.count("HEAD"), sent.count("POST"), recorded(house)) == (1, 1, 1)


def test_hiding_the_screen_comes_before_what_is_being_sent(page: Page, house: House) -> None:
    held: list[Route] = []
    arriving(page)
    page.route(ASKED, lambda route: held.append(route))
    with page.expect_request(ASKED):
        press(page)
    with page.expect_request(READY):
        page.keyboard.press("F9")
    expect(page.locator("main")).to_be_hidden()
    for route in held:
        route.continue_()

    page.wait_for_url("**/locked?**")
    expect(page.locator("main")).to_contain_text("What you were writing is kept for you")
    assert recorded(house) == 0


def test_what_left_its_page_and_was_not_answered_is_not_said_to_be_unrecorded(page: Page) -> None:
    arriving(page)
    page.route(f"**{ARRIVAL}*", lambda route: route.abort("aborted"))  # whoever waits for long stops it
    with page.expect_request(lambda request: request.method == "POST"):
        press(page)
    page.route(ASKED, lambda route: route.abort())
    press(page)

    is_told(page, "It is not certain that this was saved")


def test_what_is_hidden_while_nothing_can_be_kept_stays_blank_until_it_can(page: Page, house: House) -> None:
    arriving(page)
    page.route(READY, lambda route: route.fulfill(status=503, headers={"Content-Security-Policy": "default-src"}))
    for _ in range(2):
        with page.expect_response(READY):
            page.keyboard.press("F9")
            page.clock.fast_forward("00:04")
        expect(page.locator("main")).to_be_hidden()
    page.unroute(READY)
    page.clock.fast_forward("00:04")

    page.wait_for_url("**/locked?**")
    expect(page.locator("main")).to_contain_text("What you were writing is kept for you")


def leave(page: Page) -> None:
    page.locator("#leave-screen, form[action='/sign-out'] button").first.click()


@pytest.mark.parametrize("turn_away", [lambda page: page.keyboard.press("F9"), leave], ids=["hidden", "left"])
def test_no_page_is_shown_once_the_screen_is_hidden_however_long_the_answer_takes(
    turn_away: Callable[[Page], None], seen: Watched, page: Page
) -> None:
    arriving(page)
    page.route(READY, lambda route: None)  # a database that is held answers late
    with page.expect_request(READY):
        turn_away(page)
    expect(page.locator("main")).to_be_hidden()
    page.reload()
    assert "/locked" in page.url
    other = seen.page.context.new_page()
    other.goto("/work")
    assert "/locked" in other.url


def test_a_hidden_screen_that_has_to_wait_says_so(page: Page) -> None:
    arriving(page)
    page.route(READY, lambda route: None)
    with page.expect_request(READY):
        page.keyboard.press("F9")
    said = "getComputedStyle(document.documentElement, '::after').content"
    assert "This screen is hidden" in page.evaluate(f"() => {said}")


def test_a_list_that_renews_itself_leads_nobody_away_who_is_about_to_leave(page: Page, house: House) -> None:
    page.goto("/work")
    page.locator("form[action='/shift/start'] button").first.click()
    page.wait_for_load_state()
    page.route(READY, lambda route: route.abort())
    with page.expect_request(READY):
        page.locator("form[action='/shift/end'] button").first.click()
        page.clock.fast_forward("00:01")
    expect(page.locator("main")).to_be_hidden()
    lists: list[str] = []
    page.on("request", lambda request: lists.append(request.url) if request.url.endswith("/work") else None)
    for _ in range(3):
        with page.expect_request(READY):
            page.clock.fast_forward("00:20")
    assert lists == []
    page.unroute(READY)
    page.clock.fast_forward("00:04")
    page.wait_for_url("**/sign-in?shift=ended")
    reception = house.accounts.by_login("reception")
    assert not house.desk.is_on_shift(person_of(reception))
