"""The page for what a form left out: what is wrong is told at its field, and a collision loses nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.survivors import ADULT, CHILD
from tests.walk import Walk
from tests.web.running import CENTRE, PASSWORD, Hands, House
from tests.web.screen import Screen

pytestmark = pytest.mark.usefixtures("by_these_hands")


STANDS_AGAIN = "What you wrote here is not recorded yet and stands here again"


def given_back(screen: Screen) -> list[str]:
    """What the page gives back as text."""
    return [text.text_content() for text in screen.page.xpath("//main//dl[@id='written']//dd")]


def everything_left(screen: Screen) -> set[str]:
    """The questions of the page that take text."""
    names = {str(one.get("name")) for one in screen.page.xpath("//form[@id='answers']//input[@type='text']")}
    return {name for name in names if "happened_at" not in name}


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
    assert "Reception has answered meanwhile (" in slow.said
    assert "today): Safe phone number. Nothing of yours was recorded" in slow.said
    (form,) = slow.page.xpath("//form[@id='answers']")
    assert form.xpath(".//*[@name='home_area']")[0].value == "Near the market"
    assert not form.xpath(".//*[@name='phone']")
    assert given_back(slow) == ["0788999999"]
    assert form.xpath(".//a[@href='#written']/following::button[contains(., 'Record it')]"), "told before it is pressed"

    slow.press("Hide screen").press("Come back", password=PASSWORD)

    assert given_back(slow) == ["0788999999"]
    assert STANDS_AGAIN in slow.said
    slow.press("Record it")
    assert slow.answer.status_code == 200
    assert "added what was left out" in slow.said


def test_a_form_of_which_nothing_is_left_out_says_so(late: Callable[[], Screen]) -> None:
    screen = late()
    path = screen.path
    screen.press("Record it", **dict.fromkeys(everything_left(screen), "said later"))
    screen.open(path)
    assert "Nothing of this form is left out any more" in screen.said
    assert not screen.page.xpath("//form[@id='answers']")
    assert screen.press("Hide screen").path == "/locked"


def test_what_was_written_outlives_a_hidden_screen_though_nothing_is_left_to_answer(late: Callable[[], Screen]) -> None:
    quick, slow = late(), late()
    wanted = everything_left(quick)
    quick.press("Record it", **dict.fromkeys(wanted, "said first"))

    slow.press("Record it", home_area="Behind the church", **{"happened_at-day": "17"})
    assert given_back(slow) == ["Behind the church", "17"]
    slow.press("Hide screen").press("Come back", password=PASSWORD)

    assert given_back(slow) == ["Behind the church", "17"]
    assert STANDS_AGAIN in slow.said


def test_what_is_recorded_just_so_is_not_given_back_as_if_it_were_not(late: Callable[[], Screen]) -> None:
    quick, slow = late(), late()
    quick.press("Record it", home_area="By the lake")

    slow.press("Hide screen").press("Come back", password=PASSWORD)
    assert STANDS_AGAIN not in slow.said
    slow.press("Record it", home_area="By the lake")

    assert given_back(slow) == ["By the lake"]  # who the survivor is stands apart: nobody learns whether it is right


@pytest.fixture
def welcome(house: House, hands: Hands, as_: Callable[[str], Screen]) -> Callable[..., Screen]:
    """Somebody before one and the same task of the safe room, at which the answers given here are usual."""
    walk = Walk(house.desk, house.store, house.store.centres()[CENTRE], hands.moment)
    walk.tell(CHILD)
    walk.arrive("reception", "reception")
    task = next(task for task in walk.on() if task.role == "safe_room")
    hands.moment = max(hands.moment, walk.now)
    return lambda who="safe_room": as_(who).open(f"/tasks/{task.id}")


WELCOMED = {"stay_accepted": "yes", "stay_given": ["bed", "key"]}
WATCH = "Husband waits at the gate"


def test_the_slower_one_finds_as_text_what_they_wrote_and_nothing_that_is_recorded_so(
    welcome: Callable[..., Screen],
) -> None:
    quick, slow = welcome(), welcome()
    quick.press("Record", **WELCOMED, watch_for=WATCH, diet="No pork")

    slow.press("Record", **WELCOMED, watch_for=WATCH, diet="Milk")

    assert slow.answer.status_code == 409
    assert given_back(slow) == ["Milk"]
    assert not slow.page.xpath("//main//*[@name='diet'][not(@type='hidden')]")
    for _ in range(2):
        slow.press("Hide screen").press("Come back", password=PASSWORD)
        assert (given_back(slow), STANDS_AGAIN in slow.said) == (["Milk"], True)


def test_what_stood_on_a_task_when_the_screen_was_hidden_is_given_back_though_it_is_done_meanwhile(
    house: House,
    welcome: Callable[..., Screen],
) -> None:
    for login in ("bea", "cyr"):
        house.accounts.add_with_password(login, login.title(), PASSWORD, {CENTRE: frozenset({"safe_room"})}, demo=True)
    quick, slow, later = welcome(), welcome("bea"), welcome("cyr")
    slow.press("Hide screen", **WELCOMED, diet="Milk")
    quick.press("Record", **WELCOMED, diet="No pork")

    slow.press("Come back", password=PASSWORD)
    assert (slow.answer.status_code, given_back(slow)) == (409, ["Milk"])
    later.press("Save and come back", **WELCOMED, diet="Rice")
    assert (later.answer.status_code, given_back(later)) == (409, ["Rice"])
    later.press("Hide screen").press("Come back", password=PASSWORD)
    assert given_back(later) == ["Rice"]
