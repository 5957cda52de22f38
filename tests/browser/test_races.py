"""Two people have one task open in their browsers: the slower one is told, and finds what they wrote."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

from engine import clock
from tests.browser.conftest import Watched
from tests.browser.staff import fill, send, sign_in
from tests.web.running import CENTRE, PASSWORD, Hands, House

ARRIVAL = {"life_threat": "no", "able_to_express": "yes"}


@pytest.fixture(autouse=True)
def _by_these_hands(hands: Hands) -> Iterator[None]:
    with clock.using(hands):
        yield


def checked(seen: Watched) -> set[str]:
    boxes = seen.page.locator("main input:checked")
    return set(boxes.evaluate_all("all => all.map((one) => one.name + one.value)"))


def test_the_slower_of_two_people_is_told_who_and_when_and_finds_what_they_wrote(
    house: House, window: Callable[..., Watched]
) -> None:
    house.people.add("ana", "Ana", PASSWORD, {CENTRE: frozenset({"reception"})}, demo=True)
    quick, slow = window(), window()
    for seen, login in ((quick, "reception"), (slow, "ana")):
        sign_in(seen.page, login)
    quick.page.goto(f"/arrival/{CENTRE}/reception")
    fill(quick.page, ARRIVAL)
    send(quick.page)
    task = quick.page.url.split("?")[0]
    for seen in (quick, slow):
        seen.page.goto(task)
        boxes = seen.page.locator("#answers input[type=checkbox]")
        for box in boxes.all():
            box.check()
        seen.page.check("[name=rights_understood]")
    slow.page.check("[name=language]")
    slow.page.check("[name=interpreter]")
    written = checked(slow)

    send(quick.page)
    send(slow.page)

    main = slow.page.locator("main")
    expect(main).to_contain_text("Reception has already dealt with this task (10:00 today).")
    expect(main).to_contain_text("What changed")
    expect(main).to_contain_text("What is recorded now")
    assert main.locator("#recorded dd").count() > 0
    assert len(written) > 1
    assert checked(slow) == written
    expect(main.get_by_role("link", name="See how the case stands now")).to_be_visible()
    slow.check_access()

    expect(main.locator("form [name=language]:checked")).to_have_count(1)  # left out by the quicker one
    expect(main.locator("form [name=rights_understood]")).to_have_count(0)
    slow.page.keyboard.press("F9")  # the screen is hidden, and comes back with what is not recorded yet
    expect(main).to_contain_text("What you were writing is kept for you")
    slow.page.fill("#password", PASSWORD)
    slow.page.press("#password", "Enter")
    expect(main.locator("form [name=language]:checked")).to_have_count(1)
    slow.check_access()
    send(slow.page)
    expect(main).to_contain_text("Ana added what was left out")
    expect(main.locator("#left-out")).not_to_contain_text("Interpreter")
