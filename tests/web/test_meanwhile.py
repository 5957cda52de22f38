"""A form that lay open while colleagues recorded something takes none of it back, and loses nothing of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest

from tests.survivors import CHILD, REPORTING
from tests.walk import Walk
from tests.web.running import CENTRE, PASSWORD, Hands, House
from tests.web.screen import Screen

pytestmark = pytest.mark.usefixtures("by_these_hands")

NEWS = "Recorded while you were writing"
FACT = "incident_at"


@dataclass
class Lying:
    """A task of the reception that asks when it happened, and a colleague who hears otherwise."""

    house: House
    walk: Walk
    hands: Hands
    path: str
    form: str

    def hears(self, days: int) -> None:
        """The colleague corrects the day by so many, a minute later."""
        self.hands.move(timedelta(minutes=1))
        fact = self.walk.file().facts[FACT, "case"]
        value = (fact.value - timedelta(days=days)).isoformat()
        who = self.walk.person("medical")
        self.house.desk.correct_fact(
            who, self.walk.case_id, FACT, "case", fact.recorded_at, value, "The survivor remembers better"
        )

    @property
    def recorded(self) -> str:
        return f"{self.walk.file().facts[FACT, 'case'].value:%d}".lstrip("0")


@pytest.fixture
def lying(house: House, hands: Hands) -> Lying:
    walk = Walk(house.desk, house.store, house.store.centres()[CENTRE], hands.moment)
    walk.tell(CHILD)
    walk.arrive("reception", "reception")
    for task in walk.on():
        hands.moment = max(hands.moment, walk.now)
        form = house.desk.task(walk.person(task.role), task.id).form
        if task.role == "reception" and FACT in form.properties:
            return Lying(house, walk, hands, f"/tasks/{task.id}", form.id)
    raise AssertionError("No task of the reception asks when it happened")


def day(screen: Screen) -> str:
    return screen.page.get_element_by_id(f"{FACT}-day").get("value")


AGE = {"age_known": "unknown"}


def test_what_was_not_touched_shows_what_a_colleague_recorded_and_takes_nothing_back(
    lying: Lying, as_: Callable[[str], Screen]
) -> None:
    screen = as_("reception").open(lying.path)
    shown = day(screen)
    lying.hears(2)

    screen.press("Open the file", **AGE, home_area="Behind the church")

    assert screen.answer.status_code == 409
    assert ("has recorded something else meanwhile" in screen.said, NEWS in screen.said) == (True, True)
    assert day(screen) == lying.recorded != shown
    assert screen.page.get_element_by_id("home_area").get("value") == "Behind the church"
    recorded = lying.recorded
    screen.press("Open the file")
    assert (screen.answer.status_code, lying.recorded) == (200, recorded)


def test_what_somebody_wrote_themselves_stays_in_its_field_beside_the_news(
    lying: Lying, as_: Callable[[str], Screen]
) -> None:
    screen = as_("reception").open(lying.path)
    lying.hears(2)

    screen.press("Open the file", **AGE, **{f"{FACT}-day": "20"})

    assert (screen.answer.status_code, day(screen), NEWS in screen.said) == (409, "20", True)
    screen.press("Open the file")
    assert (screen.answer.status_code, lying.recorded) == (200, "20")


def test_a_half_filled_form_has_no_say_in_what_its_writer_did_not_write(
    lying: Lying, as_: Callable[[str], Screen]
) -> None:
    screen = as_("reception").open(lying.path)
    lying.hears(2)
    screen.press("Save and come back", home_area="Behind the church")
    lying.hears(1)

    screen.open(lying.path)

    assert (day(screen), screen.page.get_element_by_id("home_area").get("value")) == (
        lying.recorded,
        "Behind the church",
    )
    screen.press("Open the file", **AGE)
    assert screen.answer.status_code == 200


def test_what_was_kept_half_filled_stands_beside_what_was_recorded_since(
    lying: Lying, as_: Callable[[str], Screen]
) -> None:
    screen = as_("reception").open(lying.path).press("Save and come back", **{f"{FACT}-day": "20"})
    lying.hears(2)

    screen.open(lying.path)

    assert (day(screen), NEWS in screen.said) == ("20", True)
    screen.press("Open the file", **AGE)
    assert (screen.answer.status_code, lying.recorded) == (200, "20")


def test_a_hidden_screen_comes_back_with_the_news(lying: Lying, as_: Callable[[str], Screen]) -> None:
    screen = as_("reception").open(lying.path).press("Hide screen", home_area="Behind the church")
    lying.hears(2)

    screen.press("Come back", password=PASSWORD)

    assert (day(screen), NEWS in screen.said) == (lying.recorded, True)
    screen.press("Open the file", **AGE)
    assert screen.answer.status_code == 200


def test_a_form_in_which_nothing_was_written_is_not_said_to_be_kept(lying: Lying, as_: Callable[[str], Screen]) -> None:
    screen = as_("reception").open(lying.path).press("Hide screen")
    assert "kept for you" not in screen.said
    lying.hears(2)

    screen.press("Come back", password=PASSWORD)

    assert ("stands here again" in screen.said, NEWS in screen.said) == (False, False)
    assert day(screen) == lying.recorded


def test_when_it_happened_is_kept_with_a_half_filled_form(lying: Lying, as_: Callable[[str], Screen]) -> None:
    when = {"happened_at-day": "23", "happened_at-month": "11", "happened_at-year": "2026", "happened_at-time": "07:30"}
    screen = as_("reception").open(lying.path).press("Save and come back", **when)

    screen.open(lying.path)

    assert screen.page.xpath("//input[@name='happened_at-time']/@value") == ["07:30"]


@pytest.mark.parametrize("first", ["Take it", "Français"])
@pytest.mark.parametrize("away", [timedelta(minutes=6), timedelta(minutes=40)], ids=["locked", "signed out"])
def test_what_is_written_after_the_form_came_back_once_outlives_a_screen_that_locks_by_itself(
    lying: Lying, as_: Callable[[str], Screen], first: str, away: timedelta
) -> None:
    screen = as_("reception").open(lying.path)
    lying.hands.move(timedelta(seconds=3))
    screen.press(first, home_area="Behind the").open(lying.path)
    form = screen.page.get_element_by_id("answers")
    lying.hands.move(away)

    screen.send(lying.path, {**dict(form.form_values()), "home_area": "Behind the church"})

    assert screen.path in ("/locked", "/sign-in")
    screen = as_("reception").open(lying.path)
    assert screen.page.get_element_by_id("home_area").get("value") == "Behind the church"


CONSENT = "change_consent"


@dataclass
class Reporting:
    """An adult who reports, and the form by which consent is given or withdrawn."""

    house: House
    walk: Walk
    hands: Hands

    @property
    def path(self) -> str:
        return f"/cases/{self.walk.case_id}/forms/{CONSENT}"

    def withdraws(self) -> None:
        self.hands.move(timedelta(minutes=1))
        form = self.house.editions.current().forms[self.house.editions.current().pathway.anytime[CONSENT].form]
        self.walk.tell({"police_consent": "no"})
        answers = self.walk.filled(form)
        self.house.desk.record_facts(self.walk.person("reception"), self.walk.case_id, CONSENT, answers)

    @property
    def consent(self) -> object:
        return self.walk.file().facts["police_consent", "case"].value


@pytest.fixture
def reporting(house: House, hands: Hands) -> Reporting:
    walk = Walk(house.desk, house.store, house.store.centres()[CENTRE], hands.moment)
    walk.tell(REPORTING)
    walk.arrive("reception", "reception")
    for _ in walk.on():
        hands.moment = max(hands.moment, walk.now)
        if ("police_consent", "case") in walk.file().facts:
            return Reporting(house, walk, hands)
    raise AssertionError("Nobody consented")


GIVEN = {"police_consent": "yes", "consent_scope": ["account", "identity"], "consent_given_how": "signature"}


def test_a_form_of_any_time_gives_no_consent_back_that_was_withdrawn_meanwhile(
    reporting: Reporting, as_: Callable[[str], Screen]
) -> None:
    screen = as_("psychosocial").open(reporting.path)
    reporting.withdraws()

    screen.press("Record", **GIVEN)

    assert (screen.answer.status_code, reporting.consent) == (409, "no")
    assert (NEWS in screen.said, "has recorded something else meanwhile" in screen.said) == (True, True)
    assert screen.page.xpath("//input[@name='police_consent'][@value='yes']/@checked")
    screen.press("Record")
    assert (screen.answer.status_code, reporting.consent) == (200, "yes")


def test_a_form_of_any_time_that_was_hidden_comes_back_with_the_news(
    reporting: Reporting, as_: Callable[[str], Screen]
) -> None:
    screen = as_("psychosocial").open(reporting.path).press("Hide screen", **GIVEN)
    reporting.withdraws()

    screen.press("Come back", password=PASSWORD)

    assert (NEWS in screen.said, reporting.consent) == (True, "no")
    assert screen.page.xpath("//input[@name='police_consent'][@value='yes']/@checked")


@pytest.mark.parametrize("away", ["Hide screen", "Français"])
def test_a_correction_that_came_back_says_that_a_colleague_corrected_it_meanwhile(
    lying: Lying, as_: Callable[[str], Screen], away: str
) -> None:
    screen = as_("medical").open(f"/cases/{lying.walk.case_id}/facts/{FACT}/case")
    page = screen.path
    when = {"day": "20", "month": "11", "year": "2026", "time": "05:00"}
    screen.press(away, reason="She told me so", **{f"{FACT}-{part}": text for part, text in when.items()})
    lying.hears(2)
    if away == "Hide screen":
        screen.press("Come back", password=PASSWORD)
    screen.press("English").open(page)
    recorded = lying.recorded

    screen.press("Correct it")

    assert (screen.answer.status_code, lying.recorded) == (409, recorded)
    assert day(screen) == "20"
    screen.press("Correct it")
    assert (screen.answer.status_code, lying.recorded) == (200, "20")


def corrects_age(walk: Walk, house: House, hands: Hands) -> None:
    """A colleague corrects the date of birth by a year, a minute later."""
    hands.move(timedelta(minutes=1))
    fact = walk.file().facts["birth_date", "case"]
    earlier = fact.value.replace(year=fact.value.year - 1).isoformat()
    house.desk.correct_fact(
        walk.person("reception"), walk.case_id, "birth_date", "case", fact.recorded_at, earlier, "The card says so"
    )


def test_whoever_has_a_step_open_that_asks_no_age_sees_that_it_was_corrected_before_it_is_recorded(
    house: House, hands: Hands, as_: Callable[[str], Screen]
) -> None:
    walk = Walk(house.desk, house.store, house.store.centres()[CENTRE], hands.moment)
    walk.tell(CHILD)
    walk.arrive("reception", "reception")
    task = next(task for task in walk.on() if task.form == "evidence_consent")
    hands.moment = max(hands.moment, walk.now)
    screen = as_("medical").open(f"/tasks/{task.id}")
    corrects_age(walk, house, hands)

    screen.press("Record the consent", evidence_consent="no")

    assert (screen.answer.status_code, ("evidence_consent", "case") in walk.file().facts) == (409, False)
    assert (NEWS in screen.said, "Date of birth" in screen.said) == (True, True)
    screen.press("Record the consent")
    assert (screen.answer.status_code, walk.file().facts["evidence_consent", "case"].value) == (200, "no")


def test_who_gives_a_consent_at_any_time_sees_that_the_age_was_corrected_before_it_is_recorded(
    reporting: Reporting, as_: Callable[[str], Screen]
) -> None:
    screen = as_("psychosocial").open(reporting.path)
    corrects_age(reporting.walk, reporting.house, reporting.hands)

    screen.press("Record", **GIVEN)

    assert (screen.answer.status_code, NEWS in screen.said, "Date of birth" in screen.said) == (409, True, True)
    screen.press("Record")
    assert (screen.answer.status_code, reporting.consent) == (200, "yes")
