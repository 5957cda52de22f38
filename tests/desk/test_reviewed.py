"""A correction of what a step decided its way by, and no table, is looked at by somebody."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from engine.model import Task
from engine.store.store import SqlStore
from tests.survivors import ADULT
from tests.walk import Walk, published, shipped, walk_on

VISITS = "visit_outcome"


@pytest.fixture
def walk(store: SqlStore) -> Iterator[Walk]:
    with walk_on(store, published(store), ADULT) as walk:
        walk.arrive("reception", "reception")
        yield walk


def until(walk: Walk, fact: str) -> str:
    """Until a fact is recorded; gives its scope."""
    for _ in walk.on():
        found = [scope for name, scope in walk.file().facts if name == fact]
        if found:
            return found[0]
    raise AssertionError(f"Nobody recorded {fact}")


def correct(walk: Walk, role: str, fact: str, scope: str, value: str) -> None:
    seen = walk.file().facts[fact, scope].recorded_at
    walk.desk.correct_fact(walk.person(role), walk.case_id, fact, scope, seen, value, "Misheard the first time")


def reviews(walk: Walk) -> list[Task]:
    review = shipped().pathway.review
    running = {process.id for process in walk.file().processes if process.key == review}
    return [task for task in walk.file().tasks if task.process_id in running]


def test_a_decision_on_safety_that_is_corrected_is_looked_at(walk: Walk) -> None:
    scope = until(walk, "safety_decision")
    assert reviews(walk) == []

    correct(walk, "reception", "safety_decision", scope, "other_place")

    assert [task.role for task in reviews(walk)] == ["coordinator"]


def test_so_is_what_a_visit_found_even_after_the_case_was_closed(walk: Walk) -> None:
    scope = until(walk, VISITS)
    for _ in walk.on():
        pass
    assert walk.file().case.status == "closed"

    correct(walk, "medical", VISITS, scope, "needs_care")

    assert (walk.file().case.status, [task.role for task in reviews(walk)]) == ("open", ["coordinator"])


def test_what_is_corrected_to_and_fro_is_looked_at_once(walk: Walk) -> None:
    scope = until(walk, "safety_decision")

    for value in ("other_place", "home", "other_place"):
        correct(walk, "reception", "safety_decision", scope, value)

    assert len(reviews(walk)) == 1
