"""Two people have one task open in their browsers: the slower one is told, and finds what they wrote."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

from engine import clock
from tests.browser.conftest import Watched
from tests.browser.staff import fill, send, sign_in
from tests.survivors import ADULT
from tests.walk import Walk
from tests.web.running import CENTRE, PASSWORD, Hands, House


@pytest.fixture(autouse=True)
def _by_these_hands(hands: Hands) -> Iterator[None]:
    with clock.using(hands):
        yield


def test_the_slower_of_two_people_is_told_who_and_when_and_finds_what_they_wrote(
    house: House, hands: Hands, window: Callable[..., Watched]
) -> None:
    house.people.add("ana", "Ana", PASSWORD, {CENTRE: frozenset({"reception"})}, demo=True)
    walk = Walk(house.desk, house.store, house.store.centres()[CENTRE], hands.moment)
    walk.tell(ADULT)
    walk.arrive("reception", "reception")
    task = next(task for task in walk.on() if task.form == "open_file")
    hands.moment = walk.now
    quick, slow = window(), window()
    for seen, login in ((quick, "reception"), (slow, "ana")):
        sign_in(seen.page, login)
        seen.page.goto(f"/tasks/{task.id}")
        fill(seen.page, walk.answers(task))
    slow.page.fill("[name=phone]", "0788000000")
    slow.page.check("[name=sex][value=other]", force=True)

    send(quick.page)
    send(slow.page)

    main = slow.page.locator("main")
    expect(main).to_contain_text("Reception has already dealt with this task (")
    expect(main).to_contain_text("What changed")
    expect(main).to_contain_text("What is recorded now")
    assert main.locator("#recorded dd").count() > 1
    expect(main.locator("#written dd")).to_have_text("Other")  # all else is recorded as it was written
    expect(main.get_by_role("link", name="See how the case stands now")).to_be_visible()
    slow.check_access()

    expect(main.locator("form [name=phone]")).to_have_value("0788000000")  # left out by the quicker one
    expect(main.locator("form [name=sex]")).to_have_count(0)
    slow.page.keyboard.press("F9")
    expect(main).to_contain_text("What you were writing is kept for you")
    slow.page.fill("#password", PASSWORD)
    slow.page.press("#password", "Enter")
    expect(main.locator("form [name=phone]")).to_have_value("0788000000")
    expect(main.locator("#written dd")).to_have_text("Other")
    slow.check_access()
    send(slow.page)
    expect(main).to_contain_text("Ana added what was left out")
    expect(main.locator("#left-out")).not_to_contain_text("Safe phone number")
