"""Whatever somebody does shortly before a moment that the case waits for, it has not come; at the moment it has."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from engine.drills.vocabulary import Answer
from engine.model import Timer
from engine.store.store import SqlStore
from tests.survivors import CHILD
from tests.walk import Walk, published, walk_on

ALMOST_OF_AGE: dict[str, Answer] = {**CHILD, "birth_date": "2008-03-04"}
"""She turns 18 the day after tomorrow."""


@pytest.fixture
def walk(store: SqlStore) -> Iterator[Walk]:
    with walk_on(store, published(store), {}) as begun:
        yield begun


def until_it_waits(walk: Walk, told: dict[str, Answer], element: str) -> Timer:
    walk.tell(told)
    walk.arrive("reception", "reception")
    for _ in walk.on():
        if found := [timer for timer in walk.file().timers if timer.element == element]:
            return min(found, key=lambda timer: timer.due_at)
    raise AssertionError(f"Nothing waited for {element}")


def at(walk: Walk, moment: datetime) -> None:
    """What was due before has happened; no worker has come since."""
    walk.pass_time(moment - timedelta(seconds=1) - walk.now)
    walk.now = moment


def records_something(walk: Walk) -> None:
    said = {"suspected_crime": "yes", "suspicion_basis": ["told"]}
    walk.desk.record_facts(walk.person("medical"), walk.case_id, "record_suspicion_now", said)


def completes_a_task(walk: Walk, beside: Timer) -> None:
    """One of another process: what the timer stands for is left as it is."""
    walk.complete(next(task for task in walk.possible() if task.process_id != beside.process_id))


def waits(walk: Walk, timer: Timer) -> bool:
    file = walk.file()
    fired = [row.entry.params["element"] for row in walk.store.trail(walk.case_id, kinds=["timer.fired"])]
    waiting = timer.id in {one.id for one in file.timers}
    assert (file.stuck, waiting) == ((), timer.element not in fired)
    return waiting


@pytest.mark.parametrize(
    ("told", "element"),
    [
        pytest.param(ALMOST_OF_AGE, "birthday_begins", id="a birthday"),
        pytest.param(CHILD, "report_late", id="a length of time"),
        pytest.param(CHILD, "visit_opens", id="the day of a visit"),
    ],
)
def test_what_somebody_does_shortly_before_a_timer_is_due_does_not_fire_it(
    walk: Walk, told: dict[str, Answer], element: str
) -> None:
    timer = until_it_waits(walk, told, element)

    at(walk, timer.due_at - timedelta(minutes=1))
    records_something(walk)
    assert waits(walk, timer)

    walk.now = timer.due_at - timedelta(seconds=1)
    completes_a_task(walk, timer)
    assert waits(walk, timer)

    walk.now = timer.due_at
    records_something(walk)
    assert not waits(walk, timer)
