"""The page for what a form left out: what is wrong is told at its field, and a collision loses nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.survivors import ADULT
from tests.walk import Walk
from tests.web.running import CENTRE, PASSWORD, Hands, House
from tests.web.screen import Screen

pytestmark = pytest.mark.usefixtures("by_these_hands")


@pytest.fixture
def late(house: House, hands: Hands, as_: Callable[[str], Screen]) -> Callable[[], Screen]:
    """Somebody at the reception before what one and the same file of a survivor left out."""
    walk = Walk(house.desk, house.store, house.store.centres()[CENTRE], hands.moment)
    walk.tell(ADULT)
    walk.arrive("reception", "reception")
    opened = False
    for task in walk.on():
        hands.moment = max(hands.moment, walk.now)
        if opened:
            break
        opened = task.form == "open_file"

    def open_it() -> Screen:
        screen = as_("reception").open(f"/cases/{walk.case_id}")
        links = screen.page.xpath("//details[@id='left-out']//a/@href")
        return screen.open(next(link for link in links if link.endswith("/open_file")))

    return open_it


def test_a_moment_that_cannot_be_is_told_at_its_field_and_nothing_is_recorded(late: Callable[[], Screen]) -> None:
    screen = late()
    when = {"happened_at-day": "1", "happened_at-month": "1", "happened_at-year": "2099", "happened_at-time": "08:00"}
    screen.press("Record it", phone="0788000000", **when)
    assert screen.answer.status_code == 422
    (error,) = screen.page.xpath("//ul[contains(@class, 'govuk-error-summary__list')]//a")
    assert screen.page.get_element_by_id(error.get("href").lstrip("#")).get("name") == "happened_at-day"
    assert screen.page.get_element_by_id("happened_at-day").get("value") == "1"
    screen.press("Record it", **dict.fromkeys(when, ""))
    assert "added what was left out: Open the file" in screen.said


def test_what_a_colleague_answered_meanwhile_is_told_and_the_rest_stays_filled_in(late: Callable[[], Screen]) -> None:
    quick, slow = late(), late()
    quick.press("Record it", phone="0788000000")

    slow.press("Record it", phone="0788999999", home_area="Near the market")

    assert slow.answer.status_code == 409
    assert "Reception has answered this meanwhile" in slow.said
    (form,) = slow.page.xpath("//form[@id='answers']")
    assert form.xpath(".//*[@name='home_area']")[0].value == "Near the market"
    assert not form.xpath(".//*[@name='phone']")
    assert [one.value for one in slow.page.xpath("//main//*[@name='phone']")] == ["0788999999"]

    slow.press("Hide screen").press("Come back", password=PASSWORD)

    assert [one.value for one in slow.page.xpath("//main//*[@name='phone']")] == ["0788999999"]
    slow.press("Record it")
    assert slow.answer.status_code == 200
    assert "added what was left out" in slow.said


def test_a_form_of_which_nothing_is_left_out_says_so(late: Callable[[], Screen]) -> None:
    screen = late()
    path = screen.path
    names = {str(one.get("name")) for one in screen.page.xpath("//form[@id='answers']//input[@type='text']")}
    wanted = {name for name in names if "happened_at" not in name}
    screen.press("Record it", **dict.fromkeys(wanted, "said later"))
    screen.open(path)
    assert "Nothing of this form is left out any more" in screen.said
    assert not screen.page.xpath("//form[@id='answers']")
