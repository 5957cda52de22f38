"""What a completed task costs through the Desk and the store, with trail and encryption, beside the peers.

`python -m benchmarks.step [--write]` walks processes of 12, 100 and 500 user tasks and two gateways, and one whose
parallel branch loops 300 times in its own sub-process; each walk is a process of its own, and the walks of all
engines take turns, so that what else the machine does meets all of them. CPU is this process's own, from the call of
the Desk (or from reading the saved state) to the commit; the window of the n-th task are the nine around it."""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from benchmarks import content
from benchmarks.results import Bound, judged, write_section
from engine.desk import Desk
from engine.library import Library
from engine.model import CaseFile, Centre, Person
from engine.store.open import migrate, open_store
from engine.store.store import SqlStore
from tests.databases import KEYRING, PostgresServer, postgres_home

ROOT = Path(__file__).resolve().parents[1]
PEERS = ROOT / ".venv" / "peers" / "bin" / "python"
LENGTHS = (12, 100, 500)
LOOPS = 300
ROUNDS = 5
"""Walks a row of the table."""
CENTRE = Centre("bench", "Bench", "Africa/Kigali")
WHO = Person("ana", "Ana", {CENTRE.id: frozenset({"care"})})


class OneEdition:
    """The only edition there is."""

    def __init__(self, library: Library) -> None:
        self.library = library

    def current(self) -> Library:
        return self.library

    def get(self, digest: str) -> Library:
        return self.library

    def told(self, newest: str, now: datetime) -> None:
        """No other is ever published."""


def walk(url: str, library: Library, tasks: int) -> dict[str, object]:
    """Completes `tasks` tasks of one case; the milliseconds of each, and the largest state that was kept."""
    migrate(url)
    store = open_store(url, KEYRING, apart=library.is_apart)
    store.add_centre(CENTRE)
    desk = Desk(store, OneEdition(library))
    case_id = desk.open_case(WHO, CENTRE.id, "door", content.answers("form_0"), "open").case_id
    cpu, largest = [], 0
    for number in range(tasks):
        task = min(_file(store, case_id).tasks, key=lambda task: task.element == "waiting")
        answers = content.answers(task.form)
        began = time.process_time()
        desk.complete_task(WHO, task.id, task.version, answers, f"command-{number}")
        cpu.append((time.process_time() - began) * 1000)
        if number % 20 == 0:
            largest = max(largest, hot_state(_file(store, case_id)))
    store.close()
    return {"cpu": cpu, "bytes": largest}


def _file(store: SqlStore, case_id: str) -> CaseFile:
    file = store.read_file(case_id)
    assert file is not None
    return file


def hot_state(file: CaseFile) -> int:
    """Bytes of what the engine keeps of where a case stands: the snapshots of its processes."""
    return sum(len(process.snapshot) for process in file.processes)


@contextmanager
def _postgres() -> Iterator[str]:
    server = PostgresServer(postgres_home())
    try:
        yield server.url("postgres")
    finally:
        server.stop()


def _ours(database: str, shape: str, tasks: int) -> dict[str, object]:
    library = content.looping() if shape == "loop" else content.sequence(tasks)
    if database == "postgresql":
        with _postgres() as url:
            return walk(url, library, tasks)
    with tempfile.TemporaryDirectory() as folder:
        return walk(f"sqlite:///{Path(folder) / 'isange.db'}", library, tasks)


def _run(command: list[str]) -> dict[str, Any]:
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _command(engine: str, shape: str, tasks: int) -> list[str]:
    match engine:
        case "SpiffWorkflow, default serializer":
            return [sys.executable, "-m", "benchmarks.peers.spiff", str(tasks)]
        case "django-viewflow":
            return [str(PEERS), "-m", "benchmarks.peers.django_viewflow", str(tasks)]
    database = engine.removeprefix("Isange, ").lower()
    return [sys.executable, "-m", "benchmarks.step", "--one", database, shape, str(tasks)]


OURS = ("Isange, SQLite", "Isange, PostgreSQL")
PEER_ENGINES = ("SpiffWorkflow, default serializer", "django-viewflow")
ALL = (*OURS, *PEER_ENGINES)


def around(costs: list[float], number: int) -> list[float]:
    """The nine tasks around the n-th, as far as there are so many."""
    return costs[max(number - 5, 0) : number + 4]


@dataclass(frozen=True)
class Run:
    """One walk in a process of its own; `speed` is how long ten million additions took around it, on average."""

    cpu: list[float]
    size: int
    speed: float

    def early(self) -> list[float]:
        return around(self.cpu[:-1], 12)

    def late(self) -> list[float]:
        return around(self.cpu[:-1], len(self.cpu) - 5)


def measure() -> Iterator[str]:
    """The lines of the table. A shared machine runs at half its speed for minutes, and all engines with it: beside what
    was measured stands what it would be at the best speed seen, walk by walk, and ratios are taken within a walk."""
    runs: dict[tuple[str, str, int], list[Run]] = defaultdict(list)
    rows = [(engine, "sequence", tasks) for tasks in LENGTHS for engine in ALL]
    rows += [(engine, "loop", LOOPS) for engine in OURS]
    before = additions()
    for number in range(ROUNDS):
        for row in rows:
            found = _run(_command(*row))
            after = additions()
            runs[row].append(Run(found["cpu"], found["bytes"], (before + after) / 2))
            before = after
        print(f"round {number + 1} of {ROUNDS}", file=sys.stderr)
    speeds = [run.speed for found in runs.values() for run in found]
    yield (
        "| process | engine | 12th, CPU ms: median (p95) | last, CPU ms: median (p95) | last / 12th "
        "| 12th, at the best speed | last, at the best speed | bytes |"
    )
    yield "|---|---|---|---|---|---|---|---|"
    for row in sorted(rows, key=lambda row: (row[1], row[2], ALL.index(row[0]))):
        engine, shape, tasks = row
        name = f"{tasks} tasks" if shape == "sequence" else f"a branch that loops {tasks} times"
        yield f"| {name} | {engine} | {' | '.join(told(runs[row], min(speeds)))} |"
    yield ""
    yield from judged(bounds(runs, min(speeds)))
    yield ""
    yield (
        f"{ROUNDS} walks a row. Ten million additions in a loop took {min(speeds):.2f} to {max(speeds):.2f} s of CPU"
        f" around them (median {statistics.median(speeds):.2f}): `at the best speed` is each walk's figure times the"
        " shortest over its own."
    )


def bounds(runs: Mapping[tuple[str, str, int], list[Run]], best: float) -> Iterator[Bound]:
    """What was to be reached, on each database: by the figures as they were measured, and that of one task besides at
    the best speed that the machine showed meanwhile."""
    for ours in OURS:
        yield from _bounds_of(ours, runs, best)


def _bounds_of(ours: str, runs: Mapping[tuple[str, str, int], list[Run]], best: float) -> Iterator[Bound]:
    def last(engine: str, tasks: int) -> float:
        return statistics.median(ms for run in runs[engine, "sequence", tasks] for ms in run.late())

    database = ours.removeprefix("Isange, ")
    twelve = runs[ours, "sequence", LENGTHS[0]]
    early = statistics.median(ms for run in twelve for ms in run.early())
    yield Bound(f"{database}: CPU ms of the 12th task of 12, as measured", 3, early)
    yield Bound(f"{database}: the same at the best speed", 3, at_best(twelve, best))
    yield Bound(f"{database}: the last of 500 / the 12th", 1.25, ratio(runs[ours, "sequence", LENGTHS[-1]]))
    yield Bound(f"{database}: the last of the branch that loops / the 12th", 1.25, ratio(runs[ours, "loop", LOOPS]))
    for tasks in LENGTHS[1:]:
        for peer in PEER_ENGINES:
            yield Bound(f"{database}: the last of {tasks} / {peer}", 1, last(ours, tasks) / last(peer, tasks))
    largest = max(run.size for (engine, _, _), found in runs.items() if engine == ours for run in found)
    yield Bound(f"{database}: bytes of the largest state", 15_000, largest)


def ratio(runs: list[Run]) -> float:
    """The last task by the 12th, each walk by itself."""
    return statistics.median(statistics.median(run.late()) / statistics.median(run.early()) for run in runs)


def at_best(runs: list[Run], best: float, late: bool = False) -> float:
    """The 12th task, or the last, had the machine run at its best speed."""
    return statistics.median(ms * best / run.speed for run in runs for ms in (run.late() if late else run.early()))


def told(runs: list[Run], best: float) -> list[str]:
    """The cells of a row after its name."""
    return [
        said([ms for run in runs for ms in run.early()]),
        said([ms for run in runs for ms in run.late()]),
        f"{ratio(runs):.2f}",
        f"{at_best(runs, best):.2f}",
        f"{at_best(runs, best, late=True):.2f}",
        str(max(run.size for run in runs) or "-"),
    ]


def additions() -> float:
    """Seconds of CPU for ten million additions."""
    began, total = time.process_time(), 0
    for number in range(10_000_000):
        total += number
    return time.process_time() - began


def said(costs: list[float]) -> str:
    return f"{statistics.median(costs):.2f} ({statistics.quantiles(costs, n=20)[-1]:.2f})"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--write", action="store_true", help="into benchmarks/README.md")
    parser.add_argument("--one", nargs=3, metavar=("DATABASE", "SHAPE", "TASKS"))
    chosen = parser.parse_args()
    if chosen.one:
        database, shape, tasks = chosen.one
        print(json.dumps(_ours(database, shape, int(tasks))))
        return
    table = "\n".join(measure())
    print(table)
    if chosen.write:
        write_section("step", table)


if __name__ == "__main__":
    main()
