"""The pages show what visits recorded: the case, the step of the next visit and the finished one, to those who may read
it; the link beside it corrects it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass

import pytest

from engine import clock
from engine.entries import ENTRY_KINDS
from engine.model import CASE_SCOPE, Task
from tests.survivors import ADULT
from tests.walk import Walk
from tests.web.api_client import Client
from tests.web.running import CENTRE, PASSWORD, Hands, House, served
from tests.web.screen import Screen

PEP, WEEK = "visit:pep_3_days", "visit:week_1"
NOTES = {"visit:safe_next_day": "ZZHOME slept well", PEP: "ZZPEP felt sick", WEEK: "ZZWEEK works again"}
TITLES = ["After one week", "Third day of PEP", "The day after going home"]
"""Of these visits, newest first."""
SAFE = "ZZSAFE evenings, ask for nobody by name"
At = Callable[[str], Screen]


@dataclass
class Visited:
    walk: Walk
    done: str
    """The path of the visit that was held on the third day."""
    next: Task
    """The step of a later visit, which medical holds."""

    @property
    def case(self) -> str:
        return f"/cases/{self.walk.case_id}"


@pytest.fixture(scope="module")
def visited(house: House, hands: Hands) -> Iterator[Visited]:
    """An adult who came to three visits; of each there are notes."""
    walk = Walk(house.desk, house.store, house.store.centres()[CENTRE], hands.moment)
    with clock.using(hands):
        walk.tell({**ADULT, "contact_channel": "phone", "contact_rules": SAFE})
        walk.arrive("reception", "reception")
        done = ""
        for task in walk.on():
            hands.moment = max(hands.moment, walk.now)
            if task.scope in NOTES:
                answers = {**walk.answers(task), "visit_notes": NOTES[task.scope]}
                house.desk.complete_task(walk.person(task.role), task.id, task.version, answers)
                done = f"/tasks/{task.id}" if task.scope == PEP else done
            elif task.form == "visit":
                yield Visited(walk, done, task)
                return


pytestmark = pytest.mark.usefixtures("by_these_hands")


def noted(screen: Screen) -> set[str]:
    return {scope for scope, words in NOTES.items() if words in screen.answer.text}


def noted_at(screen: Screen, link: str) -> set[str]:
    """The notes on another page, without leaving this one."""
    return {scope for scope, words in NOTES.items() if words in screen.client.get(link).text}


@pytest.mark.parametrize(
    ("role", "reads"),
    [
        ("medical", set(NOTES)),
        ("reception", set(NOTES) - {PEP}),
        ("psychosocial", set(NOTES) - {PEP}),
        ("coordinator", set()),
        ("police", set()),
        ("safe_room", set()),
    ],
)
def test_the_case_shows_the_notes_of_its_visits_to_those_who_may_read_them(
    visited: Visited, as_: At, role: str, reads: set[str]
) -> None:
    screen = as_(role).open(visited.case)

    assert noted(screen) == reads
    links = [str(link) for link in screen.page.xpath("//a[contains(@href, '/facts/visit_notes/')]/@href")]
    assert len(links) == len(reads)
    assert {scope for link in links for scope in noted_at(screen, link)} == reads
    if role == "police":  # who opens the case for the advice
        assert screen.answer.status_code == 200
        assert not screen.page.xpath("//section[@aria-labelledby='visits']")


def test_notes_stand_under_the_visit_newest_first_and_what_is_planned_shows_as_before(
    visited: Visited, as_: At
) -> None:
    items = as_("medical").open(visited.case).page.xpath("//section[@aria-labelledby='visits']//li")

    told = [(item.find(".//strong").text_content(), item.xpath(".//dl")) for item in items]
    assert [title for title, lists in told if lists] == [
        "After one week",
        "Third day of PEP",
        "The day after going home",
    ]
    assert [title for title, lists in told if not lists][-1] == "After two weeks"
    words = told[-1][1][0].text_content()
    assert "ZZHOME" in words
    assert "Possible" not in words
    assert "Visit held by" not in words


def test_the_next_visit_reads_the_notes_on_its_page(visited: Visited, as_: At) -> None:
    page = as_("medical").open(f"/tasks/{visited.next.id}").page
    beside = " ".join(page.find_class("two__side")[0].text_content().split())

    places = [beside.index(words) for words in (NOTES[WEEK], NOTES[PEP], NOTES["visit:safe_next_day"])]
    assert places == sorted(places)
    assert beside.index("Third day of PEP") < places[1]


def test_every_page_with_the_step_of_a_visit_says_of_which_visit_it_is(visited: Visited, as_: At) -> None:
    screen = as_("medical")
    (row,) = screen.page.xpath(f"//li[.//a[@id='task-{visited.next.id}']]")
    assert " ".join(row.find_class("of-visit")[0].text_content().split()).startswith("After two weeks · ")
    assert "After two weeks" in row.find(".//button").text_content()
    assert (
        "After two weeks · " in screen.open(f"/tasks/{visited.next.id}").page.find_class("of-visit")[0].text_content()
    )
    (item,) = screen.open(visited.case).page.xpath(f"//li[.//a[contains(@href, '/tasks/{visited.next.id}')]]")
    assert "After two weeks · " in item.text_content()


def test_how_to_reach_the_survivor_stands_open_above_the_questions_and_nowhere_else(visited: Visited, as_: At) -> None:
    page = as_("medical").open(f"/tasks/{visited.next.id}").page
    (block,) = page.find_class("keep-to")

    assert [one.text_content() for one in block.iter("dt")] == ["Agreed way to be reached", "Safe times and safe words"]
    assert SAFE in block.text_content()
    assert not [one for one in block.iterancestors() if one.tag == "details"]
    assert SAFE not in page.find_class("two__side")[0].text_content()
    order = [one for one in page.find(".//main").iter() if one is block or one.get("id") == "answers"]
    assert order[0] is block


def test_the_api_says_of_which_visit_a_task_is(visited: Visited, house: House) -> None:
    with served(house) as address, closing(Client(address.url, "/api/v1/openapi.json")) as api:
        api.sign_in("medical", PASSWORD)
        listed = api.call("get", "/tasks", "medical")["tasks"]
        case = api.call("get", "/cases/{id}", "medical", id=visited.walk.case_id)
        task = api.call("get", "/tasks/{id}", "medical", id=visited.next.id)

    of = {one["id"]: one["visit"] for one in (*listed, *case["visit_tasks"])}
    due = {visit["scope"]: visit["due_at"] for visit in case["visits"]}[visited.next.scope]
    assert task["visit"] == of[visited.next.id]
    assert (task["visit"]["title"]["en"], task["visit"]["due_at"]) == ("After two weeks", due)
    assert visited.next.id in {one["id"] for one in case["visit_tasks"]}
    assert [(told["name"], told["value"]) for told in task["shows"]] == [
        ("contact_channel", "phone"),
        ("contact_rules", SAFE),
    ]


def test_the_finished_visit_shows_what_stands_of_it(visited: Visited, as_: At) -> None:
    late = as_("medical").open(f"/tasks/{visited.next.id}")
    sent = {name: late.hidden(name) for name in ("csrf", "command", "version", "shown_at")}
    screen = late.send(visited.done, {**sent, "visit_notes": "Mine"})

    assert screen.answer.status_code == 409
    assert NOTES[PEP] in screen.page.get_element_by_id("recorded").text_content()


def test_the_api_tells_the_same_of_the_case_and_of_the_task(visited: Visited, house: House) -> None:
    with served(house) as address, closing(Client(address.url, "/api/v1/openapi.json")) as api:
        for role in ("medical", "reception"):
            api.sign_in(role, PASSWORD)
        case = api.call("get", "/cases/{id}", "medical", id=visited.walk.case_id)
        less = api.call("get", "/cases/{id}", "reception", id=visited.walk.case_id)
        task = api.call("get", "/tasks/{id}", "medical", id=visited.next.id)

    (pep,) = [visit for visit in case["visits"] if visit["scope"] == PEP]
    assert {fact["name"]: fact["value"] for fact in pep["facts"]}["visit_notes"] == NOTES[PEP]
    assert "visit_notes" in pep["correctable"]
    assert PEP not in {visit["scope"] for visit in less["visits"]}
    assert NOTES[WEEK] in repr(less["visits"])
    assert NOTES[PEP] not in repr(less)
    assert [visit["title"]["en"] for visit in task["visits"]] == [
        "After one week",
        "Third day of PEP",
        "The day after going home",
    ]
    assert NOTES[PEP] in repr(task["visits"][1]["facts"])


def test_notes_are_corrected_by_the_link_beside_them_and_by_nobody_who_may_not_read_them(
    visited: Visited, as_: At
) -> None:
    screen = as_("medical").open(visited.case)
    links = [str(link) for link in screen.page.xpath("//a[contains(@href, '/facts/visit_notes/')]/@href")]
    (link,) = [link for link in links if noted_at(screen, link) == {PEP}]
    for role in ("reception", "psychosocial", "coordinator", "police"):
        refused = as_(role).open(link)
        assert refused.answer.status_code in (403, 404)
        assert noted(refused) == set()
    assert as_("reception").open(link).answer.status_code == 404

    screen.open(link).press("Correct it", visit_notes="ZZRIGHT no longer sick", reason="Mistyped")

    assert screen.path == visited.case
    assert "ZZRIGHT" in screen.answer.text
    assert NOTES[PEP] not in screen.answer.text
    assert "ZZRIGHT" in as_("medical").open(f"/tasks/{visited.next.id}").answer.text


def test_no_address_on_the_page_of_a_case_says_which_visits_it_has(visited: Visited, as_: At, house: House) -> None:
    """A browser keeps addresses, and the log writes them."""
    kinds = [visit.id for schedule in house.desk.library().schedules.values() for visit in schedule.visits]

    addresses = [str(one) for one in as_("medical").open(visited.case).page.xpath("//@href | //@action | //@src")]

    assert any("/facts/visit_notes/" in address for address in addresses)
    assert [address for address in addresses if any(kind in address for kind in kinds)] == []


def test_the_timeline_names_no_visit_of_which_one_may_not_know(visited: Visited, house: House) -> None:
    def timeline(role: str) -> set[str]:
        seen = house.desk.case(visited.walk.person(role), visited.walk.case_id, ENTRY_KINDS.keys())
        return {line.params["scope"] for line in seen.timeline if "scope" in line.params}

    assert PEP in timeline("coordinator")
    assert PEP in timeline("medical")
    assert timeline("reception") & timeline("medical") - {CASE_SCOPE}
    assert not timeline("reception") & {PEP}
