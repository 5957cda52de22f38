"""The page for what a form left out: what is wrong is told at its field, and a collision loses nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.web.screen import Screen, case_of, receive

pytestmark = pytest.mark.usefixtures("by_these_hands")


@pytest.fixture
def late(as_: Callable[[str], Screen]) -> Callable[[], Screen]:
    """Somebody at the reception before what the arrival of one and the same survivor left out."""
    first = receive(as_("reception"))
    case = case_of(first)

    def open_it() -> Screen:
        screen = as_("reception").open(case)
        links = screen.page.xpath("//details[@id='left-out']//a/@href")
        return screen.open(next(link for link in links if "/arrival/" in link))

    return open_it


def test_a_moment_that_cannot_be_is_told_at_its_field_and_nothing_is_recorded(late: Callable[[], Screen]) -> None:
    screen = late()
    screen.press(
        "Record it",
        interpreter="present",
        **{"happened_at-day": "1", "happened_at-month": "1", "happened_at-year": "2099", "happened_at-time": "08:00"},
    )
    assert screen.answer.status_code == 422
    (error,) = screen.page.xpath("//ul[contains(@class, 'govuk-error-summary__list')]//a")
    assert screen.page.get_element_by_id(error.get("href").lstrip("#")).get("name") == "happened_at-day"
    assert screen.page.get_element_by_id("happened_at-day").get("value") == "1"
    screen.press("Record it", **{f"happened_at-{part}": "" for part in ("day", "month", "year", "time")})
    assert "added what was left out: Welcome the survivor" in screen.said


def test_what_a_colleague_answered_meanwhile_is_told_and_the_rest_stays_filled_in(late: Callable[[], Screen]) -> None:
    quick, slow = late(), late()
    quick.press("Record it", interpreter="called")

    slow.press("Record it", interpreter="present", language="fr")

    assert slow.answer.status_code == 409
    assert "Reception has answered this meanwhile" in slow.said
    assert slow.page.xpath("//form[@id='answers']//input[@name='language'][@value='fr']/@checked")
    assert not slow.page.xpath("//form[@id='answers']//input[@name='interpreter']")
    assert slow.page.xpath("//input[@name='interpreter'][@value='present']/@checked")
    slow.press("Record it")
    assert slow.answer.status_code == 200
    assert "added what was left out" in slow.said


def test_a_form_of_which_nothing_is_left_out_says_so(late: Callable[[], Screen]) -> None:
    screen = late()
    path = screen.path
    everything = {name: "unknown" for name in ("accompanied_by",)} | {"interpreter": "present", "language": "fr"}
    screen.press("Record it", **everything)
    screen.open(path)
    assert "Nothing of this form is left out any more" in screen.said
    assert not screen.page.xpath("//form[@id='answers']")
