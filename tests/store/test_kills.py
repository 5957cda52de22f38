"""A process that is killed while it keeps a move loses nothing acknowledged and leaves nothing half done."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest

from engine.model import CaseFile, Outcome
from engine.store.failpoints import FAILPOINTS
from engine.store.store import SqlStore
from tests.store.build import MONDAY, a_case, a_task, a_timer, closed, opening
from tests.store.dying import the_move

Read = Callable[..., CaseFile]
Dies = Callable[[str, str], int]


@pytest.fixture(scope="module")
def dies() -> Iterator[Dies]:
    """Keeps the move in another process that is killed at a failpoint; gives how that process ended."""
    command = [sys.executable, "-m", "tests.store.dying"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdin is not None
        assert server.stdout is not None

        def die(point: str, url: str) -> int:
            server.stdin.write(f"{point} {url}\n")
            server.stdin.flush()
            return int(server.stdout.readline())

        yield die
        server.stdin.close()


def seen(store: SqlStore, read: Read) -> tuple[object, ...]:
    """What the move changes, as it can be seen from outside."""
    file = read()
    return (
        file.case.version,
        len(file.facts),
        [task.id for task in file.tasks],
        [timer.id for timer in file.timers],
        closed(store, "t1") is not None,
        len(store.trail("case-1")),
        store.earlier("c1", "f") is not None,
    )


BEFORE = (0, 0, ["t1"], ["tm1"], False, 1, False)
AFTER = (1, 2, ["t2"], ["tm2"], True, 2, True)


@pytest.mark.parametrize("point", FAILPOINTS)
def test_a_process_killed_while_it_keeps_a_move_loses_or_halves_nothing(
    store: SqlStore, read: Read, database_url: str, dies: Dies, point: str
) -> None:
    case = a_case()
    store.keep(opening(case, tasks=(a_task(case.id, "t1"),), timers=(a_timer(case.id, "tm1", MONDAY),)))

    assert dies(point, database_url) == -signal.SIGKILL
    assert seen(store, read) == (AFTER if point == "keep.after_commit" else BEFORE)
    again = the_move(store)
    assert again == Outcome(case.id, case.code, "t1", opened=("t2",), replayed=point == "keep.after_commit")
    assert seen(store, read) == AFTER
    assert store.verify_trail() == []


def test_nothing_is_killed_unless_the_environment_says_so(store: SqlStore, read: Read) -> None:
    case = a_case()
    store.keep(opening(case, tasks=(a_task(case.id, "t1"),), timers=(a_timer(case.id, "tm1", MONDAY),)))

    the_move(store)

    assert seen(store, read) == AFTER
