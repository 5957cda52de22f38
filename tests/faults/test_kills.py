"""A process is killed (kill -9) while it completes a task: nothing acknowledged is lost, nothing is half done.

Cases walk from arrival to closure on each database; on the way processes of their own die at every named point of
completing a task, often twice over the same task. Whoever sends the form again gets what a first sending gives.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import asdict
from uuid import uuid4

import pytest

from engine.model import Outcome, Task
from engine.store import keep
from engine.store.failpoints import FAILPOINTS
from engine.store.store import SqlStore
from tests.agreement import disagreements, everything
from tests.faults.amounts import KILLS_A_POINT
from tests.faults.forks import Forks, Killed
from tests.survivors import CHILD
from tests.walk import Walk, published, shipped, walk_on

KEPT = {"keep.after_commit"}
"""Points at which the move is kept although nobody heard of it."""


@pytest.fixture
def kept(database_url: str, opened: Callable[..., SqlStore]) -> SqlStore:
    """A store with its identity facts apart, as in a real house."""
    return opened(database_url, apart=shipped().is_apart)


def asked(walk: Walk, task: Task) -> dict[str, object]:
    """The request to complete this task, as its person would."""
    return {
        "person": walk.person(task.role).id,
        "centre": walk.centre.id,
        "role": task.role,
        "now": walk.now.isoformat(),
        "task": task.id,
        "version": task.version,
        "answers": walk.answers(task),
        "command": str(uuid4()),
    }


def sent_again(walk: Walk, task: Task, request: dict[str, object]) -> Outcome:
    """The same command once more, with the same id."""
    answers = request["answers"]
    assert isinstance(answers, dict)
    return walk.desk.complete_task(walk.person(task.role), task.id, task.version, answers, str(request["command"]))


def some_of(left: list[str], chance: random.Random) -> list[str]:
    """Points to die at one after the other; once the move is kept there is nothing more to die of."""
    chosen: list[str] = []
    for _ in range(chance.choice((1, 2, 3))):
        if left and not KEPT & set(chosen):
            chosen.append(left.pop())
    return chosen


def die_and_send_again(walk: Walk, processes: Forks, url: str, task: Task, points: list[str]) -> None:
    """One process after the other is killed while it completes the task: each keeps all of it, or nothing. Whoever
    was not answered sends the form again, and once more: both times the first outcome is given."""
    request, found = asked(walk, task), everything(walk.store)
    for point in points:
        before = found
        with pytest.raises(Killed):
            processes.start("complete", database=url, failpoint=point).ask(**request)
        found = everything(walk.store)
        assert (found == before) == (point not in KEPT)
    was_kept = bool(KEPT & set(points))
    if was_kept:
        assert disagreements(walk.store, walk.case_id) == []

    outcome = sent_again(walk, task, request)

    assert outcome.replayed == was_kept
    assert walk.store.task(task.id) is None
    settled = everything(walk.store)
    assert (settled == found) == was_kept
    assert asdict(sent_again(walk, task, request)) == {**asdict(outcome), "replayed": True}
    assert everything(walk.store) == settled
    assert disagreements(walk.store, walk.case_id) == []


def test_killed_completions_leave_nothing_half_done(
    kept: SqlStore, database_url: str, processes: Forks, did: Callable[[str], None]
) -> None:
    chance = random.Random(3)
    left = [point for point in FAILPOINTS for _ in range(KILLS_A_POINT)]
    chance.shuffle(left)
    editions = published(kept)
    while left:
        with walk_on(kept, editions, CHILD) as walk:
            walk.arrive("reception", "reception")
            for task in walk.on():
                if points := some_of(left, chance):
                    die_and_send_again(walk, processes, database_url, task, points)
            assert walk.file().case.status == "closed"
    did(f"{KILLS_A_POINT} kills at each of {len(FAILPOINTS)} points of completing a task")


def test_the_points_are_at_least_twelve_and_one_completion_passes_them_all(
    kept: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    passed: list[str] = []
    with walk_on(kept, published(kept), CHILD) as walk:
        walk.arrive("reception", "reception")
        task = next(walk.on())
        monkeypatch.setattr(keep, "reach", passed.append)

        sent_again(walk, task, asked(walk, task))

    assert passed == list(FAILPOINTS)
    assert len(FAILPOINTS) >= 12
    assert set(FAILPOINTS) > KEPT


def test_what_was_acknowledged_is_there_when_the_process_is_gone(
    kept: SqlStore, database_url: str, processes: Forks
) -> None:
    with walk_on(kept, published(kept), CHILD) as walk:
        walk.arrive("reception", "reception")
        task = next(walk.on())
        request = asked(walk, task)
        fork = processes.start("complete", database=database_url, failpoint="")

        acknowledged = fork.ask(**request)
        fork.kill()

        there = asdict(sent_again(walk, task, request))
        assert {name: list(value) if isinstance(value, tuple) else value for name, value in there.items()} == {
            **acknowledged,
            "replayed": True,
        }
        assert disagreements(kept, walk.case_id) == []
