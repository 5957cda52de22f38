"""A process is killed (kill -9) while it completes a task: nothing acknowledged is lost, nothing is half done.

One case walks from arrival to closure on each database; on the way a process of its own dies at every named
point of keeping a move. FAULT_ROUNDS=10 (make faults) walks ten such cases, dying at other steps in each.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import asdict
from uuid import uuid4

import pytest

from engine.model import Outcome, Task
from engine.store.failpoints import FAILPOINTS
from engine.store.store import SqlStore
from tests.agreement import disagreements, everything
from tests.faults.workers import Workers, workers
from tests.survivors import CHILD
from tests.walk import Walk, published, shipped, walk_on

ROUNDS = int(os.environ.get("FAULT_ROUNDS", "1"))
KEPT = {"keep.after_commit"}
"""Points at which the move is kept although nobody heard of it."""


@pytest.fixture(scope="module")
def ready() -> Iterator[Workers]:
    with workers() as standing:
        yield standing


@pytest.fixture
def kept(database_url: str, opened: Callable[..., SqlStore]) -> SqlStore:
    """A store with its identity facts apart, as in a real house."""
    library = shipped()
    return opened(database_url, apart=lambda fact: library.groups[library.facts[fact].group].apart)


def asked(walk: Walk, url: str, task: Task, failpoint: str) -> dict[str, object]:
    """The request to complete this task, as its person would."""
    return {
        "database": url,
        "person": walk.person(task.role).id,
        "centre": walk.centre.id,
        "role": task.role,
        "now": walk.now.isoformat(),
        "task": task.id,
        "version": task.version,
        "answers": walk.answers(task),
        "command": str(uuid4()),
        "failpoint": failpoint,
    }


def sent_again(walk: Walk, task: Task, request: dict[str, object]) -> Outcome:
    """The same command once more, with the same id."""
    answers = request["answers"]
    assert isinstance(answers, dict)
    return walk.desk.complete_task(walk.person(task.role), task.id, task.version, answers, str(request["command"]))


def kill_and_send_again(walk: Walk, ready: Workers, url: str, task: Task, failpoint: str) -> None:
    request = asked(walk, url, task, failpoint)
    before = everything(walk.store)

    ended = ready.do(request)

    assert (ended.status, ended.acknowledged) == (-signal.SIGKILL, None)
    found = everything(walk.store)
    assert (found == before) == (failpoint not in KEPT)
    assert disagreements(walk.store, task.case_id) == []

    outcome = sent_again(walk, task, request)

    assert outcome.replayed == (failpoint in KEPT)
    assert disagreements(walk.store, task.case_id) == []
    assert walk.store.task(task.id) is None
    settled = everything(walk.store)
    if failpoint in KEPT:
        assert settled == found

    again = sent_again(walk, task, request)

    assert asdict(again) == {**asdict(outcome), "replayed": True}
    assert everything(walk.store) == settled


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_a_killed_completion_leaves_nothing_half_done(
    round_: int, kept: SqlStore, database_url: str, ready: Workers
) -> None:
    points = [*FAILPOINTS[round_ % len(FAILPOINTS) :], *FAILPOINTS[: round_ % len(FAILPOINTS)]]
    with walk_on(kept, published(kept), CHILD) as walk:
        walk.arrive("reception", "reception")
        for number, task in enumerate(walk.on()):
            if points and number >= round_:
                kill_and_send_again(walk, ready, database_url, task, points.pop(0))

        assert points == []
        assert walk.file().case.status == "closed"
        assert disagreements(kept, walk.case_id) == []


def test_what_was_acknowledged_is_there_when_the_process_is_gone(
    kept: SqlStore, database_url: str, ready: Workers
) -> None:
    with walk_on(kept, published(kept), CHILD) as walk:
        walk.arrive("reception", "reception")
        task = next(walk.on())
        request = asked(walk, database_url, task, failpoint="")

        ended = ready.do(request)

        assert ended.status == 0
        assert ended.acknowledged is not None
        there = asdict(sent_again(walk, task, request))
        assert {name: list(value) if isinstance(value, tuple) else value for name, value in there.items()} == {
            **ended.acknowledged,
            "replayed": True,
        }
        assert disagreements(kept, task.case_id) == []
