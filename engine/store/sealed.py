"""Rows that hold personal data, sealed for their place with the case's key; and the values they open to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Table, literal_column

from engine.model import Decision, Fact, FactKey, Process, Wait
from engine.store.encryption import CaseKey
from engine.store.tables import decision, process
from engine.store.values import decision_from_bytes, fact_from_bytes, value_to_bytes

_PLACES = {
    "fact": ("fact", "version", "n", "name", "scope"),
    "fact_former": ("fact", "version", "n", "name", "scope"),
    "identity": ("identity", "version", "n", "name", "scope"),
    "identity_former": ("identity", "version", "n", "name", "scope"),
    "decision": ("decision", "version", "n", "rule", "scope"),
    "process": ("process", "id"),
}


def place_of(table: str, row: Mapping[str, Any]) -> tuple[Any, ...]:
    """What a row of this table is sealed for: the table that its like was first kept in, and what tells it apart."""
    kept_in, *names = _PLACES[table]
    return kept_in, *(row[name] for name in names)


def fact_row(known: Fact, kept_in: str, version: int, n: int, key: CaseKey) -> dict[str, Any]:
    """The row of a fact in the table `kept_in`, and the same among the former ones."""
    plain = value_to_bytes(known.value, known.reason)
    return {
        "centre": key.centre,
        "case_id": key.case_id,
        "version": version,
        "n": n,
        "name": known.name,
        "scope": known.scope,
        "sealed": key.seal(plain, kept_in, version, n, known.name, known.scope),
        "happened_at": known.happened_at,
        "recorded_at": known.recorded_at,
        "person": known.person,
        "source": known.source,
        "corrects": known.corrects,
    }


def fact_columns(table: Table, kept_in: Table) -> list[Any]:
    """What `to_fact` reads of a row, current or former, that was sealed for the table `kept_in`."""
    names = ("version", "n", "name", "scope", "sealed", "happened_at", "recorded_at", "person", "source", "corrects")
    # labelled, for only an alias can order a union on SQLite
    return [literal_column(f"'{kept_in.name}'").label("kept_in"), *(table.c[name].label(name) for name in names)]


def to_fact(row: Sequence[Any], key: CaseKey) -> Fact:
    """The fact of `fact_columns`. Raises DoesNotOpen."""
    kept_in, version, n, name, scope, sealed, happened_at, recorded_at, person, source, corrects = row
    value, reason = fact_from_bytes(key.open(sealed, kept_in, version, n, name, scope))
    return Fact(name, scope, value, happened_at, recorded_at, person, source, corrects, reason)


class SealedFacts(Mapping[FactKey, Fact]):
    """Current facts by key, each opened when it is first read. Raises DoesNotOpen then."""

    def __init__(self, rows: Iterable[Sequence[Any]], key: CaseKey) -> None:
        """`rows` are of `fact_columns`; of two with one name and scope the later counts."""
        self._rows = {(row[3], row[4]): row for row in rows}
        self._opened: dict[FactKey, Fact] = {}
        self._key = key

    def __getitem__(self, name_and_scope: FactKey) -> Fact:
        found = self._opened.get(name_and_scope)
        if found is None:
            found = self._opened[name_and_scope] = to_fact(self._rows[name_and_scope], self._key)
        return found

    def __iter__(self) -> Iterator[FactKey]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)


def decision_row(made: Decision, version: int, n: int, key: CaseKey) -> dict[str, Any]:
    plain = value_to_bytes(made.value, made.because)
    return {
        "centre": key.centre,
        "case_id": key.case_id,
        "version": version,
        "n": n,
        "rule": made.table,
        "scope": made.scope,
        "output": made.output,
        "row_number": made.row,
        "cite": made.cite,
        "decided_at": made.decided_at,
        "sealed": key.seal(plain, "decision", version, n, made.table, made.scope),
    }


DECISION_COLUMNS = (
    decision.c.version,
    decision.c.n,
    decision.c.rule,
    decision.c.scope,
    decision.c.output,
    decision.c.row_number,
    decision.c.cite,
    decision.c.decided_at,
    decision.c.sealed,
)


def to_decision(row: Sequence[Any], key: CaseKey) -> Decision:
    """The decision of `DECISION_COLUMNS`. Raises DoesNotOpen."""
    version, n, rule, scope, output, row_number, cite, decided_at, sealed = row
    value, because = decision_from_bytes(key.open(sealed, "decision", version, n, rule, scope))
    return Decision(rule, scope, output, value, row_number, because, cite, decided_at)


def process_row(running: Process, key: CaseKey) -> dict[str, Any]:
    return {
        "centre": key.centre,
        "case_id": key.case_id,
        "id": running.id,
        "key": running.key,
        "scope": running.scope,
        "status": running.status,
        "sealed": key.seal(running.snapshot, "process", running.id) if running.snapshot else b"",
        "started_at": running.started_at,
        "ended_at": running.ended_at,
        "waits": [[wait.spiff_task, wait.element, wait.condition] for wait in running.waits],
        "because": running.because,
    }


PROCESS_COLUMNS = (
    process.c.id,
    process.c.key,
    process.c.scope,
    process.c.status,
    process.c.sealed,
    process.c.started_at,
    process.c.ended_at,
    process.c.waits,
    process.c.because,
)


def to_process(row: Sequence[Any], key: CaseKey) -> Process:
    """The process of `PROCESS_COLUMNS`. Raises DoesNotOpen."""
    id, process_key, scope, status, sealed, started_at, ended_at, waits, because = row
    snapshot = key.open(sealed, "process", id) if sealed else b""
    opened = tuple(Wait(*wait) for wait in waits)
    return Process(id, key.case_id, process_key, scope, status, snapshot, started_at, ended_at, opened, because)
