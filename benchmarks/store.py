"""Measures what a step of a case costs the store: reading its file and keeping a typical move.

Run `python -m benchmarks.store [database URL]` (default: a SQLite file of its own). A typical move has six facts,
one of them kept apart, one process of 6 kB, one task opened and one closed, two duties and four entries. Prints
the median CPU and wall time of each in milliseconds, with the number of statements, for a short history of the case
and for a long one: they must not differ.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from sqlalchemy import event

from engine.entries import entry
from engine.model import Case, Duty, Move
from engine.store.open import migrate, open_store
from engine.store.store import SqlStore
from tests.databases import KEYRING
from tests.store.build import KIGALI, MONDAY, a_case, a_fact, a_process, a_task, going_on, minutes, opening

STEPS = 600
SNAPSHOT = bytes(6000)
Result = TypeVar("Result")
Cost = tuple[float, float]


def step(case: Case, number: int) -> Move:
    """The move of one completed task: the facts are of forty names, as in a case that is corrected now and then."""
    names = [f"fact-{(number * 5 + n) % 40}" for n in range(5)] + ["full_name"]
    due = MONDAY + minutes(60)
    done = entry("act.done", MONDAY, "ama", "kigali", case.id, act="care.given", element="give_care")
    return going_on(
        case,
        command_id=f"{case.id}-{number}",
        facts=tuple(a_fact(name, "yes") for name in names),
        processes=(a_process(case.id, snapshot=SNAPSHOT),),
        tasks=(a_task(case.id, f"{case.id}-{number}"),),
        task_closed=((a_task(case.id, f"{case.id}-{number - 1}"), "completed"),),
        duties=tuple(Duty(case.id, rule, "case", "owed", (), "medical", MONDAY, due) for rule in ("report", "pep")),
        entries=(done,) * 4,
    )


def timed(act: Callable[[], Result]) -> tuple[Result, Cost]:
    """What `act` gives, and its (CPU, wall) time in milliseconds."""
    cpu, wall = time.process_time(), time.perf_counter()
    result = act()
    return result, ((time.process_time() - cpu) * 1000, (time.perf_counter() - wall) * 1000)


def walk(store: SqlStore) -> tuple[list[Cost], list[Cost]]:
    """The costs of reading and of keeping, step by step."""
    case = a_case(f"case-{time.time_ns()}")
    store.keep(opening(case, tasks=(a_task(case.id, f"{case.id}-0"),)))
    read, kept = [], []
    for number in range(1, STEPS + 1):
        file, cost = timed(lambda: store.read_file(case.id))
        read.append(cost)
        assert file is not None
        move = step(file.case, number)
        kept.append(timed(lambda move=move: store.keep(move))[1])
    return read, kept


def statements(store: SqlStore, act: Callable[[], object]) -> int:
    """How many statements `act` sends."""
    sent: list[str] = []

    def note(*said: object) -> None:
        sent.append(str(said[2]))

    event.listen(store.engine, "before_cursor_execute", note)
    act()
    event.remove(store.engine, "before_cursor_execute", note)
    return len(sent)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        url = sys.argv[1] if len(sys.argv) > 1 else f"sqlite:///{Path(folder) / 'isange.db'}"
        migrate(url)
        store = open_store(url, KEYRING, apart=lambda name: name == "full_name")
        store.add_centre(KIGALI)
        walk(store)
        for name, costs in zip(("read_file", "keep"), walk(store), strict=True):
            for span, part in (("steps 50-150", costs[50:150]), (f"last 100 of {STEPS}", costs[-100:])):
                cpu, wall = (statistics.median(cost[kind] for cost in part) for kind in (0, 1))
                print(f"{name:10} {span:18} CPU {cpu:5.2f} ms  wall {wall:5.2f} ms")
        case = a_case("case-last")
        store.keep(opening(case, tasks=(a_task(case.id, "case-last-0"),)))
        read = statements(store, lambda: store.read_file(case.id))
        kept = statements(store, lambda: store.keep(step(case, 1)))
        print(f"statements: read_file {read}, keep {kept} (BEGIN included on SQLite)")
        store.close()


if __name__ == "__main__":
    main()
