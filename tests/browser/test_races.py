"""Two people have one task open in their browsers: the slower one is told, and finds what they wrote."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from engine import clock
from engine.model import CASE_SCOPE
from tests.browser.conftest import Watched
from tests.browser.layout import misplaced
from tests.browser.staff import fill, send, sign_in
from tests.survivors import ADULT, CHILD
from tests.walk import Walk
from tests.web.running import CENTRE, PASSWORD, Hands, House


@pytest.fixture(autouse=True)
def _by_these_hands(hands: Hands) -> Iterator[None]:
    with clock.using(hands):
        yield


def test_the_slower_of_two_people_is_told_who_and_when_and_finds_what_they_wrote(
    house: House, hands: Hands, window: Callable[..., Watched]
) -> None:
    house.accounts.add_with_password("ana", "Ana", PASSWORD, {CENTRE: frozenset({"reception"})}, demo=True)
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


def test_a_form_that_lay_open_shows_what_a_colleague_recorded_and_is_sent_once_that_was_seen(
    house: House, hands: Hands, window: Callable[..., Watched]
) -> None:
    walk = Walk(house.desk, house.store, house.store.centres()[CENTRE], hands.moment)
    walk.tell(CHILD)
    walk.arrive("reception", "reception")
    task = next(task for task in walk.on() if task.form == "open_file")
    hands.moment = walk.now
    slow = window()
    sign_in(slow.page, "reception")
    slow.page.goto(f"/tasks/{task.id}")
    fill(slow.page, walk.answers(task))
    slow.page.fill("[name=phone]", "0788000000")
    hands.move(timedelta(minutes=1))
    heard = walk.file().facts["incident_at", CASE_SCOPE]
    earlier = (heard.value - timedelta(days=2)).isoformat()
    reason = "She remembers it better"
    medical = walk.person("medical")
    house.desk.correct_fact(medical, walk.case_id, heard.name, CASE_SCOPE, heard.recorded_at, earlier, reason)

    send(slow.page)

    main = slow.page.locator("main")
    expect(main.locator("#meanwhile")).to_contain_text("Recorded while you were writing")
    expect(main.locator("#incident_at-day")).to_have_value("21")
    expect(main.locator("[name=phone]")).to_have_value("0788000000")
    slow.check_access()
    for width in (360, 1280):
        slow.page.set_viewport_size({"width": width, "height": 740})
        assert misplaced(slow.page) == []
    send(slow.page)
    expect(main).to_contain_text("Recorded")
    assert walk.file().facts["incident_at", CASE_SCOPE].value == heard.value - timedelta(days=2)
