"""What must be true of a kept case at any moment, whoever was killed, refused or quicker before it."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import func, select

from engine.model import Fact, FactKey
from engine.store.archive import archived
from engine.store.store import SqlStore
from engine.store.tables import metadata, task


def everything(store: SqlStore) -> dict[str, list[str]]:
    """Every row of every table, to compare one moment with another."""
    with store.engine.connect() as connection:
        return {
            name: sorted(repr(tuple(row)) for row in connection.execute(select(table)))
            for name, table in metadata.tables.items()
        }


def disagreements(store: SqlStore, case_id: str) -> list[str]:
    """In words, where the trail, the tasks, the facts and the processes of a case contradict one another."""
    file = store.read_file(case_id)
    if file is None:
        return ["the case is gone"]
    wrong = [f"the trail of {fault.centre} at {fault.seq}: {fault.what}" for fault in store.verify_trail()]
    newest: dict[FactKey, Fact] = {}
    for fact in store.facts_history(case_id):
        if fact.key not in newest or fact.corrects or fact.happened_at >= newest[fact.key].happened_at:
            newest[fact.key] = fact
    wrong += [f"the fact {key} is not its newest" for key in newest if file.facts.get(key) != newest[key]]
    wrong += [f"the fact {key} has no history" for key in file.facts if key not in newest]
    running = {process.id for process in file.processes if process.status == "running"}
    wrong += [f"the task {one.element} is of no running process" for one in file.tasks if one.process_id not in running]
    wrong += [
        f"the timer {one.element} is of no running process"
        for one in file.timers
        if one.process_id not in {"", *running}
    ]
    said = _entries(store, case_id)
    done = _closed_tasks(store, case_id)
    if said["task.completed"] != done["completed"]:
        wrong.append(f"{done['completed']} tasks are completed, but the trail says {said['task.completed']}")
    if said["task.withdrawn"] != done["withdrawn"]:
        wrong.append(f"{done['withdrawn']} tasks are withdrawn, but the trail says {said['task.withdrawn']}")
    if said["task.opened"] != len(file.tasks) + done.total():
        wrong.append(f"{len(file.tasks) + done.total()} tasks were opened, but the trail says {said['task.opened']}")
    if said["process.started"] + 1 not in (len(file.processes), len(file.processes) + 1):
        wrong.append(f"{len(file.processes)} processes were started, but the trail says {said['process.started']}")
    return wrong


def _entries(store: SqlStore, case_id: str) -> Counter[str]:
    """How many entries of each kind the case has."""
    return Counter(row.entry.kind for row in store.trail(case_id, 1_000_000))


def _closed_tasks(store: SqlStore, case_id: str) -> Counter[str]:
    """How many tasks of the case ended, by how; in the archive or out of it."""
    ended = (task.c.case_id == case_id) & task.c.closed_at.is_not(None)
    counted = select(task.c.closed_how, func.count()).where(ended).group_by(task.c.closed_how)
    with store.engine.connect() as connection:
        if (case := archived(connection, store.keyring, case_id)) is not None:
            return Counter(row["closed_how"] for row in case.rows["task"])
        return Counter({kind: number for kind, number in connection.execute(counted)})
