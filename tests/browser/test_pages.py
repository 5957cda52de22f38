"""The pages as people at a shared computer meet them: the keyboard, hiding, locking, a calm list, paper.

(Every page in every language and state: tests/browser/test_sights.py.)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from engine import clock
from tests.browser.conftest import Watched
from tests.browser.layout import misplaced
from tests.browser.staff import fill, send, sign_in, sign_out
from tests.browser.ways import POINTER
from tests.web.running import CENTRE, PASSWORD, Hands, House
from web.accounts import Wanted

ARRIVAL = {"life_threat": "no", "able_to_express": "yes"}

Window = Callable[..., Watched]


@pytest.fixture(autouse=True)
def _by_these_hands(hands: Hands) -> Iterator[None]:
    with clock.using(hands):
        yield


def arrive(page: Page) -> None:
    """Receives a survivor; the page then shows the next task."""
    page.goto(f"/arrival/{CENTRE}/reception")
    fill(page, ARRIVAL)
    send(page)
    expect(page.locator(".after")).to_be_visible()


STOPPED = """
    event.preventDefault();
    const here = document.documentElement.dataset;
    here.asked = 1 + Number(here.asked || 0);
"""
"""What a page does that counts the forms which are about to leave it, and holds them back."""


def test_f9_blanks_at_once_and_coming_back_finds_the_draft(window: Window) -> None:
    page = window().page
    sign_in(page, "reception")
    arrive(page)
    task = page.url.split("?")[0]
    box = page.locator("#answers input[type=checkbox], #answers input[type=radio]").first
    box.check()
    page.evaluate(f"addEventListener('submit', event => {{ {STOPPED} }}, {{ once: true }})")

    page.keyboard.press("F9")
    expect(page.locator("main")).to_be_hidden()  # before any server answered
    expect(page.locator("html")).to_have_attribute("data-asked", "1")
    page.keyboard.press("F9")
    page.wait_for_url("**/locked**")
    page.go_back()
    expect(page.locator("#password")).to_be_visible()
    page.goto(task)
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(task)

    assert page.locator("#answers input[type=checkbox], #answers input[type=radio]").first.is_checked()


def test_what_is_sent_after_an_administrator_changed_the_roles_is_found_again(
    house: House, hands: Hands, window: Window
) -> None:
    page = window().page
    sign_in(page, "reception")
    page.goto(f"/arrival/{CENTRE}/reception")
    fill(page, ARRIVAL)
    account = house.accounts.by_login("reception")
    roles = {CENTRE: frozenset({"reception", "medical"})}
    wanted = Wanted(account.login, account.name, account.language, roles)
    house.accounts.change("boss", account, account.version, wanted, hands())

    send(page)
    page.wait_for_url("**/sign-in?kept=1")
    expect(page.locator("main")).to_contain_text("nothing was recorded. What you wrote is kept for you")
    page.goto("/sign-in")
    sign_in(page, "reception")
    page.goto(f"/arrival/{CENTRE}/reception")

    for name, answer in ARRIVAL.items():
        expect(page.locator(f"[name={name}][value={answer}]")).to_be_checked()


def test_a_screen_that_nobody_uses_warns_and_then_hides(window: Window) -> None:
    page = window().page
    page.clock.install()
    sign_in(page, "reception")
    page.wait_for_load_state()  # its scripts have run: from here on they count

    page.clock.fast_forward("03:50")
    expect(page.locator("#idle")).to_be_hidden()
    page.clock.fast_forward("00:30")
    expect(page.locator("#idle-stay")).to_be_focused()
    page.click("#idle-stay")
    expect(page.locator("#idle")).to_be_hidden()
    page.clock.fast_forward("04:50")
    expect(page.locator("#idle-stay")).to_be_focused()
    page.clock.fast_forward("00:30")
    expect(page).to_have_url(re.compile("/locked"))


def test_a_slow_answer_to_the_hiding_of_a_screen_is_waited_for_and_none_is_asked_for_again(window: Window) -> None:
    page = window().page
    page.clock.install()
    sign_in(page, "reception")
    page.wait_for_load_state()
    page.evaluate(f"addEventListener('submit', event => {{ {STOPPED} }})")

    def after(time: str) -> int:
        page.clock.fast_forward(time)
        return int(page.evaluate("document.documentElement.dataset.asked"))

    page.clock.fast_forward("05:10")
    expect(page.locator("html")).to_have_attribute("data-asked", "1")  # the server was found
    assert [after(time) for time in ("00:06", "00:06", "00:30")] == [1, 1, 2]


def test_enter_in_a_field_of_a_task_records_it_and_does_not_hide_the_screen(window: Window) -> None:
    page = window().page
    sign_in(page, "reception")
    arrive(page)
    page.locator(".happened summary").click()
    page.focus("#happened_at-day")
    page.keyboard.press("Enter")

    expect(page.locator(".govuk-error-summary")).to_be_visible()
    assert "/locked" not in page.url


def test_a_moment_today_needs_one_press_and_the_hour(window: Window, hands: Hands) -> None:
    page = window().page
    sign_in(page, "reception")
    page.goto(f"/arrival/{CENTRE}/reception")
    page.locator(".ask", has=page.locator("#incident_at-day")).get_by_role("button", name="yesterday").click()

    expect(page.locator("#incident_at-time")).to_be_focused()
    assert page.input_value("#incident_at-day") == str(hands.moment.day - 1)


def test_follow_up_questions_open_with_their_answer_and_stand_open_without_scripts(
    window: Window, house: House
) -> None:
    form = next(
        (door.id, option)
        for door in house.editions.current().pathway.doors.values()
        if "reception" in door.roles and (option := _follow_up(house, door.form))
    )
    door, (name, asked_after, value) = form
    scripted, plain = window().page, window(javascript=False).page
    for page in (scripted, plain):
        sign_in(page, "reception")
        page.goto(f"/arrival/{CENTRE}/{door}")
    question = f"[name^='{name}']"

    expect(scripted.locator(question).first).to_be_hidden()
    expect(plain.locator(question).first).to_be_visible()
    scripted.check(f"[name='{asked_after}'][value='{value}']")
    expect(scripted.locator(question).first).to_be_visible()


def _follow_up(house: House, form: str) -> tuple[str, str, str] | None:
    """(question, the one it follows, the answer that brings it) of a form, if it has one."""
    for control in house.editions.current().forms[form].uischema["elements"]:
        if "rule" in control:
            condition = control["rule"]["condition"]
            value = condition["schema"].get("const") or condition["schema"]["enum"][0]
            return control["scope"].rsplit("/", 1)[1], condition["scope"].rsplit("/", 1)[1], value
    return None


def test_the_list_renews_itself_but_never_under_a_finger(window: Window) -> None:
    seen, colleague = window(), window()
    page = seen.page
    sign_in(colleague.page, "reception")
    arrive(colleague.page)
    page.clock.install()
    sign_in(page, "reception")
    page.wait_for_load_state()  # its scripts have run: from here on they count
    page.set_viewport_size({"width": 1280, "height": 900})
    rows = page.locator(".row")
    before = rows.count()

    page.hover(".row__title")
    arrive(colleague.page)
    with page.expect_response(lambda answer: answer.request.headers.get("x-isange-quiet") == "1"):
        page.clock.fast_forward("00:21")
    expect(page.locator("#list-changed")).to_be_visible()
    assert rows.count() == before
    page.mouse.move(640, 5)
    with page.expect_response(lambda answer: answer.request.headers.get("x-isange-quiet") == "1"):
        page.clock.fast_forward("00:21")
    expect(rows).to_have_count(before + 1)
    expect(page.locator("#list-changed")).to_be_hidden()


def test_after_signing_out_the_back_button_shows_nobody_anything(window: Window) -> None:
    page = window().page
    sign_in(page, "reception")
    arrive(page)
    sign_out(page)
    page.wait_for_load_state()  # the browser has cleared what it kept: from here on it can go back
    page.go_back()
    page.wait_for_url("**/sign-in")


def test_a_long_name_without_a_break_stays_within_a_narrow_page(window: Window, house: House) -> None:
    name = "W" * 60
    for role in ("reception", "coordinator"):
        roles = {CENTRE: frozenset({role})}
        house.accounts.add_with_password(f"{role}-{'w' * 40}", f"{name} {role}", PASSWORD, roles, demo=True)
    page = window().page
    sign_in(page, f"reception-{'w' * 40}")
    arrive(page)
    case = page.locator(".over a.code").get_attribute("href") or ""
    page.goto("/work")
    POINTER.press(page.get_by_role("button", name="I am on shift"))
    pages = {"reception": ["/work", "/rota", case], "coordinator": ["/rota", "/board"]}
    wrong = [fault for path in pages["reception"] for fault in misplaced_at(page, path)]
    for login in (f"coordinator-{'w' * 40}", "administrator"):
        other = window().page
        sign_in_as(other, login)
        paths = ["/admin/people"] if login == "administrator" else pages["coordinator"]
        wrong += [fault for path in paths for fault in misplaced_at(other, path)]

    assert wrong == []


def misplaced_at(page: Page, path: str) -> list[str]:
    page.goto(path)
    return [f"{path}: {fault}" for fault in misplaced(page)]


def sign_in_as(page: Page, login: str) -> None:
    """Of any role: not everybody begins with the work list."""
    page.goto("/sign-in")
    page.fill("#login", login)
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("#leave-screen")).to_be_visible()


def test_on_paper_there_are_no_buttons(window: Window) -> None:
    page = window().page
    sign_in(page, "reception")
    arrive(page)
    page.goto(page.locator(".over a.code").get_attribute("href") or "")
    page.emulate_media(media="print")

    expect(page.locator("#hide-screen")).to_be_hidden()
    expect(page.locator("#duties")).to_be_visible()


def test_on_paper_a_diagram_is_whole(window: Window) -> None:
    page = window().page
    sign_in(page, "reception")
    arrive(page)
    page.goto(page.locator(".over a.code").get_attribute("href") or "")
    page.locator("a.service__way").first.click()
    page.set_viewport_size({"width": 700, "height": 900})

    cut = "frame => frame.scrollWidth > frame.clientWidth || frame.scrollHeight > frame.clientHeight"
    for zoom in page.locator(".filters a").evaluate_all("all => all.map((one) => one.href)"):
        page.goto(zoom)
        page.emulate_media(media="print")
        assert not page.locator(".way__frame").evaluate(cut), zoom
        page.emulate_media(media="screen")


def test_on_paper_a_case_has_its_answers_and_not_the_ways_to_record_more(window: Window) -> None:
    page = window().page
    sign_in(page, "reception")
    arrive(page)
    page.goto(page.locator(".over a.code").get_attribute("href") or "")
    answer, links = page.locator(".facts dd").first, page.locator(".anytime")
    expect(answer).to_be_hidden()
    expect(links).to_be_visible()
    page.emulate_media(media="print")

    expect(answer).to_be_visible()
    assert page.locator(".facts dd").count() == page.locator(".facts dd:visible").count()
    expect(links).to_be_hidden()
    for folded in page.locator("details:has(form), #left-out").all():
        expect(folded).to_be_hidden()


def test_a_screen_that_was_hidden_without_a_network_stays_hidden_when_it_is_back(window: Window) -> None:
    page = window().page
    page.clock.install()
    sign_in(page, "reception")
    page.goto(f"/arrival/{CENTRE}/reception")
    fill(page, {"life_threat": "no"})
    page.context.set_offline(True)
    with page.expect_event("requestfailed"):
        page.keyboard.press("F9")
    expect(page.locator("main")).to_be_hidden()
    page.wait_for_function("document.cookie.includes('isange-hide')")

    page.context.set_offline(False)
    other = page.context.request.get("/work")  # whoever presses Back, or asks for any page
    assert other.url.endswith("/locked?back=/work")
    page.clock.fast_forward("00:04")

    page.wait_for_url("**/locked?**")
    expect(page.locator("main")).to_contain_text("What you were writing is kept for you")
    assert [cookie["name"] for cookie in page.context.cookies()] == ["isange"]
