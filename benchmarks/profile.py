"""Where the CPU of a completed task goes: own time by part, as Python's profiler counts it.

`python -m benchmarks.profile [--write]` completes the tasks of one case on a process of a hundred under the profiler,
after another case has warmed the process up. The profiler makes every call dearer, so what is told are shares and the
number of calls, not milliseconds."""

from __future__ import annotations

import argparse
import cProfile
import pstats
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from benchmarks import content
from benchmarks.results import write_section
from benchmarks.step import CENTRE, WHO, OneEdition
from engine.desk import Desk
from engine.store.open import migrate, open_store
from engine.store.store import SqlStore
from tests.databases import KEYRING

TASKS = 100
PARTS = {
    "sqlite3.": "SQLite itself",
    "/sqlalchemy/": "SQLAlchemy",
    "/SpiffWorkflow/": "SpiffWorkflow",
    "/jsonschema/": "checking answers (jsonschema)",
    "/referencing/": "checking answers (jsonschema)",
    "hashlib": "encryption and hashes",
    "hmac": "encryption and hashes",
    "openssl": "encryption and hashes",
    "/engine/store/": "the store",
    "/engine/flow/": "the flow, around SpiffWorkflow",
    "/engine/": "desk, moves, rules and forms",
}
"""A part of a function's file or name -> whose time it is; the first that fits counts."""
REST = "Python's own (json, uuid, times, lists)"


def completed(desk: Desk, store: SqlStore, profiler: cProfile.Profile | None) -> None:
    case_id = desk.open_case(WHO, CENTRE.id, "door", content.answers("form_0")).case_id
    for number in range(TASKS):
        file = store.read_file(case_id)
        assert file is not None
        (task,) = file.tasks
        answers = content.answers(task.form)
        if profiler is not None:
            profiler.enable()
        desk.complete_task(WHO, task.id, task.version, answers, f"{case_id} {number}")
        if profiler is not None:
            profiler.disable()


def profiled() -> pstats.Stats:
    library = content.sequence(TASKS)
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'isange.db'}"
        migrate(url)
        store = open_store(url, KEYRING, apart=library.is_apart)
        store.add_centre(CENTRE)
        desk = Desk(store, OneEdition(library))
        completed(desk, store, None)
        profiler = cProfile.Profile(time.process_time)
        completed(desk, store, profiler)
        store.close()
    return pstats.Stats(profiler)


def table(stats: pstats.Stats) -> Iterator[str]:
    spent: Counter[str] = Counter()
    calls: Counter[str] = Counter()
    for (file, _, name), (_, number, own, _, _) in stats.stats.items():  # type: ignore[attr-defined]
        part = next((part for mark, part in PARTS.items() if mark in f"{file} {name}"), REST)
        spent[part] += own
        calls[part] += number
    whole = sum(spent.values())
    yield "| part | share of CPU | calls a task |"
    yield "|---|---|---|"
    for part, seconds in spent.most_common():
        yield f"| {part} | {seconds / whole:.0%} | {calls[part] / TASKS:,.0f} |"
    yield f"| together | 100% | {sum(calls.values()) / TASKS:,.0f} |"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--write", action="store_true", help="into benchmarks/README.md")
    written = "\n".join(table(profiled()))
    print(written)
    if parser.parse_args().write:
        write_section("profile", written)


if __name__ == "__main__":
    main()
