"""Makes moves for the tests of the store, so that they read as sentences."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from engine.entries import Entry, entry
from engine.model import CASE_SCOPE, Case, Centre, Decision, Fact, Move, Outcome, Process, Task, Timer, Value
from engine.store.store import SqlStore

MONDAY = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
KIGALI = Centre("kigali", "Kigali", "Africa/Kigali")
HUYE = Centre("huye", "Huye", "Africa/Kigali")


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def a_fact(name: str, value: Value, scope: str = CASE_SCOPE, at: datetime = MONDAY, **more: Any) -> Fact:
    return Fact(name, scope, value, happened_at=at, recorded_at=at, person="ama", source="form:arrival", **more)


def a_process(case_id: str, key: str = "case_main", snapshot: bytes = b"snapshot", **more: Any) -> Process:
    values: dict[str, Any] = {"id": f"{case_id}/{key}", "scope": CASE_SCOPE, "status": "running", "started_at": MONDAY}
    return Process(**{**values, "case_id": case_id, "key": key, "snapshot": snapshot, **more})


def a_task(case_id: str, id: str, role: str = "reception", **more: Any) -> Task:
    values: dict[str, Any] = {
        "process_id": f"{case_id}/case_main",
        "process_key": "case_main",
        "element": "explain_rights",
        "scope": CASE_SCOPE,
        "form": "rights",
        "opened_at": MONDAY,
    }
    return Task(**{**values, "id": id, "case_id": case_id, "role": role, **more})


def a_timer(case_id: str, id: str, due_at: datetime) -> Timer:
    return Timer(id=id, case_id=case_id, process_id=f"{case_id}/case_main", element="time_out", due_at=due_at)


def an_entry(kind: str = "signed.in", centre: str = "kigali", at: datetime = MONDAY, **params: str) -> Entry:
    return entry(kind, at, "ama", centre, **params)


def given_back(task: Task) -> tuple[Task, Entry]:
    told = {"element": task.element, "role": task.role, "who": str(task.claimed_by)}
    return task, entry("task.given_back", MONDAY, "system", "kigali", task.case_id, **told)


def a_case(id: str = "case-1", centre: str = "kigali", **more: Any) -> Case:
    values: dict[str, Any] = {"code": f"K-{id}", "edition": "e1", "door": "reception", "opened_at": MONDAY}
    return Case(**{**values, "id": id, "opened_at_centre": centre, "current_centre": centre, **more})


def opening(case: Case | None = None, **changes: Any) -> Move:
    """The move that opens a case."""
    case = case or a_case()
    opened = entry(
        "case.opened", case.opened_at, "ama", case.current_centre, case.id, door=case.door, edition=case.edition
    )
    values: dict[str, Any] = {"at": case.opened_at, "person": "ama", "entries": (opened,)}
    return Move(**{**values, "case": case, "expected_version": None, "outcome": Outcome(case.id, case.code), **changes})


def going_on(case: Case, after: Case | None = None, **changes: Any) -> Move:
    """A move on an open case as it was read: its version rises by one. `after` is the case after it."""
    values: dict[str, Any] = {"at": MONDAY, "person": "ama", "outcome": Outcome(case.id, case.code)}
    values["facts_replaced"] = tuple(fact.key for fact in changes.get("facts", ()) if fact.current)
    moved = replace(after or case, version=case.version + 1)
    return Move(**{**values, "case": moved, "expected_version": case.version, **changes})


def closed(store: SqlStore, task_id: str) -> tuple[str, str, datetime] | None:
    """(person, how, when) of a task that is no longer open."""
    found = store.at_hand(task_id)
    assert found is not None
    return found.closed


def a_decision(table: str, value: Value, row: int = 1) -> Decision:
    because = {"en": "A child", "fr": "Un enfant", "rw": "Umwana"}
    return Decision(table, CASE_SCOPE, f"{table}_outcome", value, row, because, "Law 59/2018", MONDAY)
