"""Two visits of one case may have the same step open: whoever works it is told of which visit each is, and nobody
learns by it what a visit is for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest

from engine.model import CASE_SCOPE, Task
from engine.store.store import SqlStore
from engine.views import TaskItem
from tests.survivors import ADULT
from tests.walk import Walk, published, walk_on
from tests.web.statements import counted

PEP, WEEK = "visit:pep_3_days", "visit:week_1"
STEP = "try_contact"
Told = dict[str, tuple[str | None, object]]


@pytest.fixture
def walk(store: SqlStore) -> Iterator[Walk]:
    """An adult who came neither to the third day of PEP nor after a week: reception is to ask after both."""
    with walk_on(store, published(store), {**ADULT, "contact_channel": "phone", "contact_used": "phone"}) as begun:
        begun.arrive("reception", "reception")
        while {PEP, WEEK} - {task.scope for task in open_steps(begun)}:
            others = [task for task in begun.possible() if task.scope not in (PEP, WEEK)]
            begun.complete(others[0]) if others else begun.wait()
        yield begun


def open_steps(walk: Walk) -> list[Task]:
    return [task for task in walk.file().tasks if task.element == STEP]


def due(walk: Walk, scope: str) -> object:
    return walk.file().facts["visit_due_at", scope].value


def told(walk: Walk, items: Iterable[TaskItem]) -> Told:
    """What the steps say of their visits, by the scope that nobody is shown."""
    scopes = {task.id: task.scope for task in walk.file().tasks}
    return {
        scopes[item.id]: (item.visit.title["en"] if item.visit.title else None, item.visit.due_at)
        for item in items
        if item.element == STEP and item.visit
    }


def expected(walk: Walk, pep: str | None) -> Told:
    return {PEP: (pep, due(walk, PEP)), WEEK: ("After one week", due(walk, WEEK))}


def test_the_work_list_tells_two_visits_apart_and_not_what_the_one_is_for(walk: Walk) -> None:
    reception = walk.person("reception")

    assert told(walk, walk.desk.work_list(reception).items) == expected(walk, None)
    assert told(walk, walk.desk.tasks(reception).items) == expected(walk, None)
    assert "pep" not in repr(walk.desk.work_list(reception)).casefold()


def test_the_page_of_the_step_says_of_which_visit_it_is(walk: Walk) -> None:
    reception = walk.person("reception")
    views = [walk.desk.task(reception, task.id) for task in open_steps(walk)]

    assert told(walk, (view.item for view in views)) == expected(walk, None)


@pytest.mark.parametrize(
    ("role", "pep", "scopes"),
    [
        ("reception", None, {PEP, WEEK}),
        ("coordinator", "Third day of PEP", {PEP, WEEK}),
        ("medical", "Third day of PEP", {PEP, WEEK}),
        ("psychosocial", None, {WEEK}),
        ("police", None, set()),
    ],
)
def test_the_case_names_the_visits_of_which_one_may_know_and_those_that_one_is_to_work_on(
    walk: Walk, role: str, pep: str | None, scopes: set[str]
) -> None:
    seen = walk.desk.case(walk.person(role), walk.case_id)

    assert told(walk, seen.visit_tasks) == {k: v for k, v in expected(walk, pep).items() if k in scopes}
    shown = {item.id for item in seen.visit_tasks}
    assert (PEP in {task.scope for task in walk.file().tasks if task.id in shown}) == (PEP in scopes)


def test_a_step_of_the_case_itself_is_of_no_visit(walk: Walk) -> None:
    scopes = {task.id: task.scope for task in walk.file().tasks}
    for role in ("reception", "coordinator", "medical", "psychosocial"):
        items = walk.desk.work_list(walk.person(role)).items
        assert {item.visit for item in items if scopes[item.id] == CASE_SCOPE} <= {None}


def test_one_statement_reads_the_days_of_the_whole_list(walk: Walk) -> None:
    with counted(walk.store) as statements:
        listed = walk.desk.work_list(walk.person("reception"))

    assert len([due_at for _, due_at in told(walk, listed.items).values() if due_at]) == 2
    assert len([one for one in statements if " fact " in one]) == 1
