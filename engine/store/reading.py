"""Reads a whole case file as it now stands, in a handful of prepared statements."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, Table, and_, bindparam, literal_column, select, union_all

from engine.model import Case, CaseFile, Clock, Duty, Fact, Process, Stuck, Task, Timer, Wait
from engine.store.database import Database
from engine.store.encryption import CaseKey
from engine.store.rows import CASE_WIDTH, columns_of
from engine.store.tables import (
    act,
    care_case,
    case_key,
    centre,
    clock,
    duty,
    fact,
    fact_current,
    identity,
    identity_current,
    process,
    stuck,
    task,
    timer,
)
from engine.store.values import fact_from_bytes

KEY_COLUMNS = (case_key.c.version, case_key.c.master_version, case_key.c.wrapped)
OWN_KEY = and_(case_key.c.centre == care_case.c.opened_at_centre, case_key.c.case_id == care_case.c.id)

_CASE = (
    select(*columns_of(care_case, Case), *KEY_COLUMNS, centre.c.zone)
    .join(centre, centre.c.id == care_case.c.current_centre)
    .outerjoin(case_key, OWN_KEY)
    .where(care_case.c.id == bindparam("case_id"))
)


def fact_columns(table: Table) -> list[Any]:
    """What `to_fact` reads of a row of `fact` or `identity`."""
    names = ("version", "n", "name", "scope", "sealed", "happened_at", "recorded_at", "person", "source", "corrects")
    # labelled, for only an alias can order a union on SQLite
    return [literal_column(f"'{table.name}'").label("kept_in"), *(table.c[name].label(name) for name in names)]


def to_fact(row: Sequence[Any], key: CaseKey) -> Fact:
    """The fact of a row of `fact_columns`. Raises Unreadable."""
    kept_in, version, n, name, scope, sealed, happened_at, recorded_at, person, source, corrects = row
    value, reason = fact_from_bytes(key.open(sealed, kept_in, version, n, name, scope))
    return Fact(name, scope, value, happened_at, recorded_at, person, source, corrects, reason)


def current_facts(table: Table, current: Table) -> Select[Any]:
    """The current rows of an append-only table."""
    return select(*fact_columns(table)).join(
        current,
        and_(
            current.c.centre == table.c.centre,
            current.c.case_id == table.c.case_id,
            current.c.version == table.c.version,
            current.c.n == table.c.n,
        ),
    )


def _of_case(table: Table) -> Any:
    return and_(table.c.centre == bindparam("centre"), table.c.case_id == bindparam("case_id"))


# In order of age, so that a fact whose group came to be stored apart, or ceased to be, has its newest value.
_FACTS = union_all(
    current_facts(fact, fact_current).where(_of_case(fact_current)),
    current_facts(identity, identity_current).where(_of_case(identity_current)),
).order_by("version", "n")
_PROCESSES = (
    select(
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
    .where(_of_case(process))
    .order_by(process.c.started_at, process.c.id)
)
_TASKS = (
    select(*columns_of(task, Task))
    .where(_of_case(task), task.c.closed_at.is_(None))
    .order_by(task.c.opened_at, task.c.id)
)
_TIMERS = select(*columns_of(timer, Timer)).where(_of_case(timer)).order_by(timer.c.due_at, timer.c.id)
_DUTIES = select(*columns_of(duty, Duty)).where(_of_case(duty)).order_by(duty.c.rule, duty.c.scope)
_CLOCKS = select(*columns_of(clock, Clock)).where(_of_case(clock)).order_by(clock.c.rule)
_ACTS = select(act.c.act, act.c.scope, act.c.at).where(_of_case(act))
_STUCK = (
    select(*columns_of(stuck, Stuck))
    .where(_of_case(stuck), stuck.c.freed_at.is_(None))
    .order_by(stuck.c.opened_at, stuck.c.id)
)


def to_process(row: Sequence[Any], key: CaseKey) -> Process:
    """The process of a row of `_PROCESSES`. Raises Unreadable."""
    id, process_key, scope, status, sealed, started_at, ended_at, waits, because = row
    return Process(
        id=id,
        case_id=key.case_id,
        key=process_key,
        scope=scope,
        status=status,
        snapshot=key.open(sealed, "process", id) if sealed else b"",
        started_at=started_at,
        ended_at=ended_at,
        waits=tuple(Wait(*wait) for wait in waits),
        because=because,
    )


class Reading(Database):
    """The case file."""

    def read_file(self, case_id: str) -> CaseFile | None:
        """Everything a move may read; None when there is no such case. Raises Unreadable, StoreBusy."""
        with self.reading() as connection:
            found = connection.execute(_CASE, {"case_id": case_id}).one_or_none()
            if found is None:
                return None
            case = Case(*found[:CASE_WIDTH])
            here = {"centre": case.opened_at_centre, "case_id": case_id}
            facts = connection.execute(_FACTS, here).all()
            processes = connection.execute(_PROCESSES, here).all()
            tasks = tuple(Task(*row) for row in connection.execute(_TASKS, here))
            timers = tuple(Timer(*row) for row in connection.execute(_TIMERS, here))
            duties = tuple(Duty(*row) for row in connection.execute(_DUTIES, here))
            clocks = tuple(Clock(*row) for row in connection.execute(_CLOCKS, here))
            acts = {(name, scope): at for name, scope, at in connection.execute(_ACTS, here)}
            stuck_rows = tuple(Stuck(*row) for row in connection.execute(_STUCK, here))
        key_version, master_version, wrapped, zone = found[CASE_WIDTH:]
        key = self.keyring.unwrap(case.opened_at_centre, case_id, key_version, master_version, wrapped)
        return CaseFile(
            case=case,
            facts={known.key: known for known in (to_fact(row, key) for row in facts)},
            processes=tuple(to_process(row, key) for row in processes),
            tasks=tasks,
            timers=timers,
            duties=duties,
            clocks=clocks,
            acts=acts,
            stuck=stuck_rows,
            zone=zone,
        )
