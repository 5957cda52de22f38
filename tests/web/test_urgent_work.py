"""What cannot wait stands first on the work list, says why, and comes in the same order over the API."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import httpx
import pytest

from engine import clock
from engine.drills.vocabulary import Answer
from tests.survivors import ADULT, CHILD
from tests.walk import Walk
from tests.web.running import CENTRE, PASSWORD, Hands, served
from tests.web.screen import Screen, receive
from web.api.app import PREFIX
from web.house import House

pytestmark = pytest.mark.usefixtures("by_these_hands", "three_cases")
THREE_DAYS = timedelta(days=3)


def walked(house: House, hands: Hands, told: dict[str, Answer], *until: str) -> Walk:
    """A case that somebody walked until all of these steps are open, and did none of them."""
    walk = Walk(house.desk, house.store, house.store.centres()[CENTRE], hands.moment)
    walk.tell(told)
    walk.arrive("reception", "reception")
    while not set(until) <= {task.element for task in walk.file().tasks}:
        walk.complete(next(task for task in walk.possible() if task.element not in until))
    return walk


@pytest.fixture(scope="module")
def three_cases(house: House, hands: Hands) -> Iterator[None]:
    """A report that is three days late while evidence lies unsealed; PEP with 8 hours left; a life in danger."""
    with clock.using(hands):
        late = walked(house, hands, CHILD, "tell_child", "seal_evidence")
        with clock.using(lambda: late.now):
            late.pass_time(THREE_DAYS + timedelta(hours=24))
        hands.moment = late.now
        walked(house, hands, {**ADULT, "incident_at": "64 hours ago"}, "offer_pep")
        hands.move(timedelta(minutes=10))
        danger = Walk(house.desk, house.store, house.store.centres()[CENTRE], hands.moment)
        danger.tell({"life_threat": "yes"})
        danger.arrive("reception", "reception")
        yield


def rows(screen: Screen) -> list[tuple[str, str]]:
    """(title, all that its row says) in the order of the list."""
    found = screen.page.xpath("//section[@aria-labelledby='group-now']//*[@class='row__what']")
    return [(row.findtext(".//a[@class='row__title']"), " ".join(row.text_content().split())) for row in found]


def test_a_life_in_danger_stands_first_and_says_so_in_words(as_: Callable[[str], Screen]) -> None:
    (title, said), *others = rows(as_("medical"))

    assert title == "Save life first"
    assert said.startswith("Urgent Save life first")
    assert [said for _, said in others if "Urgent" in said] == []


def test_what_is_late_comes_by_how_late_then_what_ends_soonest(as_: Callable[[str], Screen]) -> None:
    assert [title for title, _ in rows(as_("medical"))] == [
        "Save life first",
        "Seal and store",
        "Tell the child and a safe adult",
        "Offer PEP against HIV",
        "Hold the visit",
    ]


def test_a_row_names_the_duty_and_the_clock_that_its_step_serves(as_: Callable[[str], Screen]) -> None:
    said = dict(rows(as_("medical")))

    assert "Collected evidence is sealed: was due" in said["Seal and store"]
    assert "must report a suspected crime against a child" in said["Tell the child and a safe adult"]
    assert "Collected evidence" not in said["Tell the child and a safe adult"]
    assert "PEP against HIV: possible for 7 h 50 more" in said["Offer PEP against HIV"]


def test_what_is_owed_without_a_step_of_the_role_stands_on_the_list_with_its_case(as_: Callable[[str], Screen]) -> None:
    (owed,) = as_("reception").page.xpath("//section[@aria-labelledby='owed']")

    said = " ".join(owed.text_content().split())
    assert said.startswith("Your role owes this, and has no step open for it 1 Open the case and see what it waits for")
    assert "Every survivor hears about rights and services" in said
    assert len(owed.xpath(".//a[starts-with(@href, '/cases/')]")) == 1


def test_a_report_that_is_late_comes_to_the_coordinator_as_urgent(as_: Callable[[str], Screen]) -> None:
    ((title, said), *_) = rows(as_("coordinator"))

    assert (title, said.startswith("Urgent The report is late")) == ("The report is late", True)


def test_the_task_itself_says_that_it_is_urgent(as_: Callable[[str], Screen]) -> None:
    screen = as_("medical")
    urgent, late, *_ = screen.page.xpath("//a[@class='row__title']/@href")

    assert screen.open(urgent).page.xpath("//p[@class='over']/strong/text()") == ["Urgent"]
    assert screen.open(late).page.xpath("//p[@class='over']/strong") == []


@pytest.mark.parametrize("limit", [1, 2, 100])
def test_the_api_lists_the_same_order_and_marks_what_is_urgent(
    limit: int, as_: Callable[[str], Screen], house: House
) -> None:
    shown = [str(path).rsplit("/", 1)[1] for path in as_("medical").page.xpath("//a[@class='row__title']/@href")]
    read: list[dict[str, object]] = []
    with served(house) as address, httpx.Client(base_url=address.url + PREFIX) as api:
        token = api.post("/sessions", json={"login": "medical", "password": PASSWORD}).json()["token"]
        api.headers["Authorization"] = f"Bearer {token}"
        cursor: dict[str, str] = {}
        while not read or cursor:
            page = api.get("/tasks", params={"limit": limit, **cursor}).json()
            read += page["tasks"]
            cursor = {"cursor": page["next"]} if page["next"] else {}

    assert [row["id"] for row in read] == shown
    assert [row["urgent"] for row in read] == [True] + [False] * (len(shown) - 1)


def test_of_many_duties_without_a_step_the_most_pressing_are_listed_and_it_says_so(
    as_: Callable[[str], Screen], monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = as_("reception")
    for _ in range(2):
        receive(screen, life_threat="yes")
    everything = screen.open("/work").page.xpath("//section[@aria-labelledby='owed']//a/@href")
    monkeypatch.setattr("engine.questions.work_list.MOST_DUTIES", 2)

    (owed,) = screen.open("/work").page.xpath("//section[@aria-labelledby='owed']")
    assert owed.xpath(".//a/@href") == everything[:2] != everything
    assert "These are the first 2, the most pressing" in owed.text_content()


def test_of_many_clocks_elsewhere_those_that_end_first_are_listed_and_it_says_so(
    house: House, hands: Hands, as_: Callable[[str], Screen], monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = as_("medical")
    for _ in range(3):
        walk = walked(house, hands, {**ADULT, "wants_medical": "later"})
        while walk.case_id not in {case for case, *_ in house.desk.work_list(walk.person("medical")).clocks}:
            walk.complete(walk.possible()[0])
    everything = screen.open("/work").page.xpath("//section[@aria-labelledby='elsewhere']//a/@href")
    assert "There are more clocks" not in screen.said
    monkeypatch.setattr("engine.questions.work_list.MOST_CLOCKS", 2)

    (shown,) = screen.open("/work").page.xpath("//section[@aria-labelledby='elsewhere']")
    assert set(shown.xpath(".//a/@href")) < set(everything)
    assert "There are more clocks than these, which end first" in shown.text_content()
