"""The work list is one order, on every page and on both databases: urgent steps, then what is late, then what ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from engine.model import Centre, Clock, Duty
from engine.store.records import Stakes, TaskRow
from engine.store.store import SqlStore
from tests.store.build import MONDAY, a_case, a_fact, a_task, going_on, minutes, opening

ASKED = {("kigali", "medical")}
HOUR = timedelta(hours=1)
STAKES = Stakes(
    urgent={"save_life"},
    duties={("report", "report-made"), ("offer", "pep-offered"), ("visit", "visited")},
    clocks={("offer", "pep")},
    shown={("medical", "pep"), ("medical", "evidence")},
)


def owed(rule: str, due: timedelta | None, holder: str = "medical", **more: Any) -> Duty:
    due_at = None if due is None else MONDAY + due
    return replace(Duty("", rule, "case", "owed", (), holder, MONDAY - 99 * HOUR, due_at), **more)


def clock(rule: str, ends: timedelta, latest: timedelta | None = None) -> Clock:
    return Clock("", rule, MONDAY + ends, MONDAY + (ends if latest is None else latest))


def stands(store: SqlStore, name: str, element: str, *what: Duty | Clock, **more: Any) -> None:
    """A case with one task of this name, and what is owed and runs in it."""
    case = a_case(f"case-{name}")
    duties = tuple(replace(one, case_id=case.id) for one in what if isinstance(one, Duty))
    clocks = tuple(replace(one, case_id=case.id) for one in what if isinstance(one, Clock))
    task = a_task(case.id, name, "medical", element=element, **more)
    store.keep(opening(case, tasks=(task,), duties=duties, clocks=clocks))


def most_urgent(store: SqlStore, now: datetime = MONDAY, **more: Any) -> list[TaskRow]:
    return store.most_urgent(ASKED, STAKES, "ama", now, **{"limit": 50, **more})


def order(store: SqlStore, **more: Any) -> list[str]:
    return [row.task.id for row in most_urgent(store, **more)]


EARLY, LATE = minutes(-30), timedelta(days=-3)
FIRST_AND_NEXT = {
    "an urgent step comes before what is three days late": (
        ("save_life", {}),
        ("report", {"what": [owed("report-made", LATE)]}),
    ),
    "an urgent step comes before what ends in a minute": (
        ("save_life", {}),
        ("offer", {"what": [clock("pep", minutes(1))]}),
    ),
    "of two that are late, the one that is late longer comes first": (
        ("report", {"what": [owed("report-made", LATE)]}),
        ("offer", {"what": [owed("pep-offered", EARLY)]}),
    ),
    "a task's own limit that has passed is late like a duty's": (
        ("other", {"due_at": MONDAY + LATE}),
        ("offer", {"what": [owed("pep-offered", EARLY)]}),
    ),
    "what is late comes before what is about to end": (
        ("report", {"what": [owed("report-made", EARLY)]}),
        ("offer", {"what": [clock("pep", minutes(1))]}),
    ),
    "a late duty counts whoever holds it": (
        ("report", {"what": [owed("report-made", EARLY, holder="police")]}),
        ("offer", {"what": [clock("pep", minutes(1))]}),
    ),
    "a duty that ends sooner comes before one that ends later": (
        ("offer", {"what": [owed("pep-offered", 2 * HOUR)]}),
        ("report", {"what": [owed("report-made", 3 * HOUR)]}),
    ),
    "what the step answers comes before another case's late duty that the step does not meet": (
        ("offer", {"what": [clock("pep", 8 * HOUR)]}),
        ("other", {"what": [owed("report-made", LATE)]}),
    ),
    "PEP with 8 hours left comes before a case whose evidence can be found for 90": (
        ("offer", {"what": [clock("pep", 8 * HOUR), clock("evidence", 104 * HOUR)]}),
        ("other", {"what": [clock("evidence", 90 * HOUR), owed("pep-offered", LATE)]}),
    ),
    "the clock that the step answers counts, not one of the case that ends sooner": (
        ("other", {"what": [clock("evidence", 5 * HOUR)]}),
        ("offer", {"what": [clock("pep", 8 * HOUR), clock("evidence", 2 * HOUR)]}),
    ),
    "of what the step does not serve, the end that lies ahead counts": (
        ("offer", {"what": [clock("pep", 8 * HOUR)]}),
        ("other", {"what": [clock("evidence", -99 * HOUR, latest=9 * HOUR)]}),
    ),
    "a clock that is not shown to the role makes nothing urgent": (
        ("other", {"what": [clock("evidence", 5 * HOUR)]}),
        ("other", {"what": [clock("hidden", 1 * HOUR)]}),
    ),
    "a clock that nobody can answer any more makes nothing urgent": (
        ("other", {"what": [clock("evidence", 5 * HOUR)]}),
        ("offer", {"what": [clock("pep", minutes(-1))]}),
    ),
    "a duty that its role holds comes before nothing at all": (
        ("other", {"what": [owed("counsel", None)]}),
        ("other", {}),
    ),
    "a duty of another visit is not this step's": (
        ("visit", {"what": [owed("visited", EARLY, scope="visit:one")], "scope": "visit:one"}),
        ("visit", {"what": [owed("visited", LATE, scope="visit:one")], "scope": "visit:two"}),
    ),
    "what the person holds comes before what waits": (
        ("other", {"claimed_by": "ama", "claimed_at": MONDAY - HOUR}),
        ("other", {}),
    ),
    "what others hold comes last, urgent or not": (
        ("other", {}),
        ("save_life", {"claimed_by": "ben", "claimed_at": MONDAY - HOUR}),
    ),
    "among equals the oldest comes first": (
        ("save_life", {"opened_at": MONDAY - 2 * HOUR}),
        ("save_life", {"opened_at": MONDAY - HOUR}),
    ),
}


@pytest.mark.parametrize(("first", "following"), FIRST_AND_NEXT.values(), ids=FIRST_AND_NEXT.keys())
def test_of_two_tasks(store: SqlStore, first: Any, following: Any) -> None:
    for name, (element, more) in (("b-first", first), ("a-next", following)):
        stands(store, name, element, *more.get("what", ()), **{k: v for k, v in more.items() if k != "what"})

    assert order(store) == ["b-first", "a-next"]


def test_a_case_at_hand_comes_before_all_others_in_the_same_order(store: SqlStore) -> None:
    stands(store, "urgent", "save_life")
    case = a_case("case-here")
    here = [a_task(case.id, name, "medical", element=name) for name in ("other", "save_life")]
    store.keep(opening(case, tasks=tuple(here)))

    assert order(store, here=case.id) == ["save_life", "other", "urgent"]


def many(store: SqlStore) -> None:
    moments = [MONDAY + n * minutes(37) - 6 * HOUR for n in range(24)]
    for number, moment in enumerate(moments):
        what = [owed("report-made", moment - MONDAY), clock("pep", moment - MONDAY, latest=20 * HOUR)]
        element = ("save_life", "report", "offer", "other", "other")[number % 5]
        held = {"claimed_by": "ben", "claimed_at": MONDAY - HOUR} if number % 7 == 0 else {}
        stands(store, f"{number:02}", element, *what[number % 3 :], opened_at=MONDAY - (number % 4) * HOUR, **held)


@pytest.mark.parametrize("limit", [1, 2, 7, 50])
def test_pages_together_are_the_whole_list_by_number_and_by_key(store: SqlStore, limit: int) -> None:
    many(store)
    whole = order(store)

    numbered = [id for page in range(25) for id in order(store, limit=limit, offset=page * limit)]
    read: list[TaskRow] = []
    while page := most_urgent(store, limit=limit, after=read[-1].key if read else None):
        read += page

    assert (len(whole), numbered) == (24, whole)
    assert [row.task.id for row in read] == whole


def test_with_each_task_comes_the_day_of_its_own_scope(store: SqlStore) -> None:
    case = a_case("case-1")
    scopes = {"one": "visit:one", "two": "visit:two", "unplanned": "visit:three", "own": "case"}
    tasks = tuple(a_task(case.id, name, "medical", scope=scope) for name, scope in scopes.items())
    days = {"visit:one": MONDAY + HOUR, "visit:two": MONDAY + 2 * HOUR}
    facts = [a_fact("due_on", at, scope) for scope, at in days.items()]
    store.keep(opening(case, tasks=tasks, facts=(*facts, a_fact("other", MONDAY, "visit:three"))))

    found = {row.task.id: row.day for row in most_urgent(store, day="due_on")}

    assert found == {"one": days["visit:one"], "two": days["visit:two"], "unplanned": None, "own": None}
    assert {row.day for row in most_urgent(store)} == {None}


def test_a_day_that_does_not_open_costs_nobody_their_list(store: SqlStore) -> None:
    case = a_case("case-1")
    task = a_task(case.id, "one", "medical", scope="visit:one")
    store.keep(opening(case, tasks=(task,), facts=(a_fact("due_on", MONDAY, "visit:one"),)))
    with store.engine.begin() as connection:
        connection.execute(text("DELETE FROM case_key"))

    assert [(row.task.id, row.day) for row in most_urgent(store, day="due_on")] == [("one", None)]


def test_what_is_done_between_two_pages_moves_no_other_task(store: SqlStore) -> None:
    case, duty = a_case("case-1"), owed("report-made", LATE, case_id="case-1")
    pep = Clock(case.id, "pep", MONDAY + 5 * HOUR, MONDAY + 5 * HOUR)
    tasks = tuple(a_task(case.id, name, "medical", element=name) for name in ("save_life", "report", "offer"))
    store.keep(opening(case, tasks=tasks, duties=(duty,), clocks=(pep,)))
    (first,) = most_urgent(store, limit=1)
    later = MONDAY + minutes(5)
    met, answered = replace(duty, status="met", closed_at=later), replace(pep, answered_at=later)
    new = owed("pep-offered", LATE, case_id=case.id, opened_at=later)
    store.keep(going_on(case, duties=(met, new), clocks=(answered,)))
    store.change_task(replace(tasks[1], claimed_by="ben", claimed_at=later), 1, ())

    following = most_urgent(store, limit=9, after=first.key)

    assert [first.task.id, *(row.task.id for row in following)] == ["save_life", "report", "offer"]
    assert order(store, now=later) == ["save_life", "offer", "report"]


def test_clocks_elsewhere_come_pressing_first_then_by_the_end_that_lies_ahead(store: SqlStore) -> None:
    ends = {
        "b-evidence-in-doubt": clock("evidence", -2 * HOUR, latest=5 * HOUR),
        "c-evidence": clock("evidence", 6 * HOUR),
        "a-pep": clock("pep", 8 * HOUR),
        "d-pep-in-doubt": clock("pep", -3 * HOUR, latest=9 * HOUR),
        "e-pep-over": clock("pep", -3 * HOUR, latest=-HOUR),
    }
    for name, one in ends.items():
        case = a_case(name)
        store.keep(opening(case, clocks=(replace(one, case_id=case.id),)))

    found = store.watched_clocks([("kigali", "pep"), ("kigali", "evidence")], [("kigali", "medical")], ["pep"], MONDAY)

    assert [case.id for case, _ in found] == ["a-pep", "d-pep-in-doubt", "b-evidence-in-doubt", "c-evidence"]


def test_clocks_elsewhere_are_those_of_each_centre_for_who_has_no_task_there(store: SqlStore) -> None:
    for name, centre, role in (
        ("here", "kigali", None),
        ("here-with-a-task", "kigali", "medical"),
        ("here-with-a-task-of-others", "kigali", "police"),
        ("far", "huye", None),
        ("far-with-a-task", "huye", "police"),
        ("nowhere", "nyanza", None),
    ):
        store.add_centre(Centre(centre, centre.title(), "Africa/Kigali"))
        case = a_case(name, centre=centre)
        tasks = () if role is None else (a_task(case.id, name, role),)
        running = replace(clock("pep", HOUR), case_id=case.id)
        store.keep(opening(case, clocks=(running, replace(running, rule="evidence")), tasks=tasks))
    held = [("kigali", "medical"), ("huye", "police")]

    found = store.watched_clocks([("kigali", "pep"), ("huye", "evidence")], held, [], MONDAY)
    first = store.watched_clocks([("kigali", "pep"), ("huye", "evidence")], held, ["evidence"], MONDAY, 1)

    assert {(case.id, clock.rule) for case, clock in found} == {
        ("here", "pep"),
        ("here-with-a-task-of-others", "pep"),
        ("far", "evidence"),
    }
    assert [case.id for case, _ in first] == ["far"]
    assert store.watched_clocks([], held, [], MONDAY) == []
    assert len(store.watched_clocks([("nyanza", "pep")], [], [], MONDAY)) == 1
