"""Reads a whole case file as it now stands, in a handful of prepared statements."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Table, and_, bindparam, select, union_all

from engine.model import Case, CaseFile, Clock, Duty, Stuck, Task, Timer
from engine.store.database import Database
from engine.store.rows import CASE_WIDTH, columns_of
from engine.store.sealed import PROCESS_COLUMNS, fact_columns, to_fact, to_process
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

KEY_COLUMNS = (case_key.c.version, case_key.c.master_version, case_key.c.wrapped)
OWN_KEY = and_(case_key.c.centre == care_case.c.opened_at_centre, case_key.c.case_id == care_case.c.id)

_CASE = (
    select(*columns_of(care_case, Case), *KEY_COLUMNS, centre.c.zone)
    .join(centre, centre.c.id == care_case.c.current_centre)
    .outerjoin(case_key, OWN_KEY)
    .where(care_case.c.id == bindparam("case_id"))
)


def _of_case(table: Table) -> Any:
    return and_(table.c.centre == bindparam("centre"), table.c.case_id == bindparam("case_id"))


# In order of age, so that a fact whose group came to be stored apart, or ceased to be, has its newest value.
_FACTS = union_all(
    select(*fact_columns(fact_current, fact)).where(_of_case(fact_current)),
    select(*fact_columns(identity_current, identity)).where(_of_case(identity_current)),
).order_by("version", "n")
_PROCESSES = select(*PROCESS_COLUMNS).where(_of_case(process)).order_by(process.c.started_at, process.c.id)
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


class Reading(Database):
    """The case file."""

    def read_file(self, case_id: str) -> CaseFile | None:
        """Everything a move may read; None when there is no such case. Raises DoesNotOpen, StoreBusy."""
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
