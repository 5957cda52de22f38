"""Questions about cases: lists for the faces, single rows, history, and half-filled forms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, bindparam, func, select, union_all

from engine.model import CASE_SCOPE, Case, Clock, Duty, Fact, Stuck, Task
from engine.store.contract import CaseRow, TaskChanged, TaskRow
from engine.store.database import Database, upsert
from engine.store.encryption import CaseKey
from engine.store.reading import KEY_COLUMNS, OWN_KEY, current_facts, fact_columns, to_fact
from engine.store.rows import CASE_WIDTH, TASK_WIDTH, columns_of
from engine.store.tables import (
    care_case,
    case_key,
    clock,
    duty,
    fact,
    fact_current,
    identity,
    identity_current,
    saved_answers,
    stuck,
    task,
)
from engine.store.values import answers_from_bytes, answers_to_bytes


def _many(name: str) -> Any:
    return bindparam(name, expanding=True)


def _owned(table: Any) -> Any:
    return and_(table.c.centre == care_case.c.opened_at_centre, table.c.case_id == care_case.c.id)


_HERE = care_case.c.current_centre.in_(_many("centres"))
_THIS = care_case.c.id == bindparam("case_id")
_THESE = care_case.c.id.in_(_many("case_ids"))
_LIMIT: Any = bindparam("limit")
_OPEN_TASK = task.c.closed_at.is_(None)
_OPEN_DUTY = duty.c.status.in_(("owed", "late"))
_IS_OPEN = care_case.c.status == "open"

_CASE = select(*columns_of(care_case, Case)).where(_THIS)
_CASE_BY_CODE = select(*columns_of(care_case, Case)).where(care_case.c.code == bindparam("code"), _HERE)
_CODE = select(care_case.c.id).where(care_case.c.code == bindparam("code"))

_TASKS = (
    select(
        *columns_of(task, Task),
        care_case.c.code,
        care_case.c.current_centre,
        care_case.c.door,
        care_case.c.opened_at.label("case_opened_at"),
        care_case.c.edition,
    )
    .join(care_case, _owned(task))
    .where(_OPEN_TASK)
    .order_by(task.c.due_at.nulls_last(), task.c.opened_at, task.c.id)
)
_TASK = _TASKS.where(task.c.id == bindparam("task_id"))
_TASKS_OF_CASE = _TASKS.where(_THIS)
_OPEN_TASKS = _TASKS.where(_IS_OPEN, _HERE, task.c.role.in_(_many("roles"))).limit(_LIMIT)
_CLOSED_TASK = select(task.c.closed_by, task.c.closed_how, task.c.closed_at).where(
    task.c.id == bindparam("task_id"), task.c.closed_at.is_not(None)
)

_CASE_ROW = (
    *columns_of(care_case, Case),
    select(func.count()).where(_owned(task), _OPEN_TASK).correlate(care_case).scalar_subquery().label("open_tasks"),
    select(func.count()).where(_owned(duty), _OPEN_DUTY).correlate(care_case).scalar_subquery().label("open_duties"),
)
_OPEN_CASES = (
    select(*_CASE_ROW).where(_IS_OPEN, _HERE).order_by(care_case.c.opened_at.desc(), care_case.c.id).limit(_LIMIT)
)
_OPEN_CASES_BEFORE = _OPEN_CASES.where(care_case.c.opened_at < bindparam("before"))
_owed = duty.alias("owed")
_OPEN_DUTIES = (
    select(*_CASE_ROW, *columns_of(_owed, Duty))
    .join(_owed, _owned(_owed))
    .where(_IS_OPEN, _HERE, _owed.c.status.in_(("owed", "late")))
    .order_by(_owed.c.due_at.nulls_last(), _owed.c.opened_at, care_case.c.id, _owed.c.rule, _owed.c.scope)
    .limit(_LIMIT)
)
_OPEN_STUCK = (
    select(*columns_of(care_case, Case), *columns_of(stuck, Stuck))
    .join(stuck, _owned(stuck))
    .where(_HERE, stuck.c.freed_at.is_(None))
    .order_by(stuck.c.opened_at, stuck.c.id)
    .limit(_LIMIT)
)
_CLOCKS = select(*columns_of(clock, Clock)).join(care_case, _owned(clock)).where(_THESE).order_by(clock.c.rule)
_DUTIES = (
    select(*columns_of(duty, Duty)).join(care_case, _owned(duty)).where(_THESE).order_by(duty.c.rule, duty.c.scope)
)


def _with_key(facts: Select[Any], table: Any) -> Select[Any]:
    """Adds the case's id and key to rows of facts; a case whose key was erased has none to give."""
    return (
        facts.add_columns(care_case.c.opened_at_centre, care_case.c.id, *_NAMED_KEY)
        .join(care_case, _owned(table))
        .join(case_key, OWN_KEY)
    )


_NAMED_KEY = [column.label(f"key_{column.name}") for column in KEY_COLUMNS]
_FACT_WIDTH = len(fact_columns(fact))
_HISTORY = union_all(
    *(_with_key(select(*fact_columns(kept)), kept).where(_THIS) for kept in (fact, identity))
).order_by("version", "n")
_FACTS_OF = union_all(
    *(
        _with_key(current_facts(kept, current), kept).where(
            _THESE, current.c.name.in_(_many("names")), current.c.scope == CASE_SCOPE
        )
        for kept, current in ((fact, fact_current), (identity, identity_current))
    )
).order_by("version", "n")

_KEY_OF_TASK = (
    select(care_case.c.opened_at_centre, care_case.c.id, *KEY_COLUMNS)
    .join(task, _owned(task))
    .outerjoin(case_key, OWN_KEY)
    .where(task.c.id == bindparam("task_id"), _OPEN_TASK)
)
_SAVED = (
    select(saved_answers.c.sealed)
    .where(saved_answers.c.centre == bindparam("centre"), saved_answers.c.case_id == bindparam("case_id"))
    .where(saved_answers.c.task_id == bindparam("task_id"), saved_answers.c.person == bindparam("person"))
)
_SAVE = {d: upsert(saved_answers, d) for d in ("sqlite", "postgresql")}


def _task_row(row: Any) -> TaskRow:
    return TaskRow(Task(*row[:TASK_WIDTH]), *row[TASK_WIDTH:])


class Questions(Database):
    """What lists and pages ask. Lists of centres, roles or cases may be empty: then so is the answer."""

    def case(self, case_id: str) -> Case | None:
        with self.reading() as connection:
            row = connection.execute(_CASE, {"case_id": case_id}).one_or_none()
        return Case(*row) if row is not None else None

    def case_by_code(self, centres: Sequence[str], code: str) -> Case | None:
        with self.reading() as connection:
            row = connection.execute(_CASE_BY_CODE, {"code": code, "centres": list(centres)}).one_or_none()
        return Case(*row) if row is not None else None

    def code_exists(self, code: str) -> bool:
        with self.reading() as connection:
            return connection.execute(_CODE, {"code": code}).first() is not None

    def task(self, task_id: str) -> TaskRow | None:
        """An open task; None when it is closed or was never there."""
        with self.reading() as connection:
            row = connection.execute(_TASK, {"task_id": task_id}).one_or_none()
        return _task_row(row) if row is not None else None

    def closed_task(self, task_id: str) -> tuple[str, str, datetime] | None:
        """(person, 'completed' | 'withdrawn', when) of a task that is no longer open."""
        with self.reading() as connection:
            row = connection.execute(_CLOSED_TASK, {"task_id": task_id}).one_or_none()
        return (row.closed_by, row.closed_how, row.closed_at) if row is not None else None

    def open_tasks(self, centres: Sequence[str], roles: Sequence[str], limit: int = 200) -> list[TaskRow]:
        """Open tasks of these roles at the cases' current centres; due first, then oldest."""
        binds = {"centres": list(centres), "roles": list(roles), "limit": limit}
        with self.reading() as connection:
            return [_task_row(row) for row in connection.execute(_OPEN_TASKS, binds)]

    def tasks_of_case(self, case_id: str) -> list[TaskRow]:
        """The case's open tasks, in the order of `open_tasks`."""
        with self.reading() as connection:
            return [_task_row(row) for row in connection.execute(_TASKS_OF_CASE, {"case_id": case_id})]

    def open_duties(self, centres: Sequence[str], limit: int = 200) -> list[tuple[CaseRow, Duty]]:
        """Owed and late duties of open cases, due first."""
        with self.reading() as connection:
            rows = connection.execute(_OPEN_DUTIES, {"centres": list(centres), "limit": limit}).all()
        width = CASE_WIDTH + 2
        return [(CaseRow(Case(*row[:CASE_WIDTH]), *row[CASE_WIDTH:width]), Duty(*row[width:])) for row in rows]

    def open_stuck(self, centres: Sequence[str], limit: int = 200) -> list[tuple[Case, Stuck]]:
        """Stuck rows that nobody freed, oldest first."""
        with self.reading() as connection:
            rows = connection.execute(_OPEN_STUCK, {"centres": list(centres), "limit": limit}).all()
        return [(Case(*row[:CASE_WIDTH]), Stuck(*row[CASE_WIDTH:])) for row in rows]

    def clocks_of(self, case_ids: Sequence[str]) -> dict[str, list[Clock]]:
        """By case id; a case without clocks is not in it."""
        found: dict[str, list[Clock]] = {}
        with self.reading() as connection:
            for row in connection.execute(_CLOCKS, {"case_ids": list(case_ids)}):
                found.setdefault(row.case_id, []).append(Clock(*row))
        return found

    def duties_of(self, case_ids: Sequence[str]) -> dict[str, list[Duty]]:
        """By case id, open and closed; a case without duties is not in it."""
        found: dict[str, list[Duty]] = {}
        with self.reading() as connection:
            for row in connection.execute(_DUTIES, {"case_ids": list(case_ids)}):
                found.setdefault(row.case_id, []).append(Duty(*row))
        return found

    def open_cases(self, centres: Sequence[str], limit: int = 50, before: datetime | None = None) -> list[CaseRow]:
        """Open cases, newest first; `before` is the opening of the last one already seen."""
        binds = {"centres": list(centres), "limit": limit}
        with self.reading() as connection:
            if before is None:
                rows = connection.execute(_OPEN_CASES, binds).all()
            else:
                rows = connection.execute(_OPEN_CASES_BEFORE, {**binds, "before": before}).all()
        return [CaseRow(Case(*row[:CASE_WIDTH]), *row[CASE_WIDTH:]) for row in rows]

    def facts_history(self, case_id: str) -> list[Fact]:
        """Every fact ever accepted, oldest first. Empty once the case's key is erased."""
        return [known for _, known in self._facts(_HISTORY, {"case_id": case_id})]

    def facts_of(self, case_ids: Sequence[str], names: Sequence[str]) -> dict[str, dict[str, Fact]]:
        """Current case-scope facts with these names, by case id; erased cases are not in it."""
        found: dict[str, dict[str, Fact]] = {}
        for case_id, known in self._facts(_FACTS_OF, {"case_ids": list(case_ids), "names": list(names)}):
            found.setdefault(case_id, {})[known.name] = known
        return found

    def _facts(self, statement: Any, binds: Mapping[str, Any]) -> list[tuple[str, Fact]]:
        with self.reading() as connection:
            rows = connection.execute(statement, binds).all()
        keys: dict[str, CaseKey] = {}
        facts = []
        for row in rows:
            centre, case_id, *wrapped = row[_FACT_WIDTH:]
            if case_id not in keys:
                keys[case_id] = self.keyring.unwrap(centre, case_id, *wrapped)
            facts.append((case_id, to_fact(row[:_FACT_WIDTH], keys[case_id])))
        return facts

    def save_answers(self, task_id: str, person: str, answers: Mapping[str, object], at: datetime) -> None:
        """Keeps a half-filled form of an open task. Raises TaskChanged when the task is gone."""
        with self.writing() as connection:
            found = connection.execute(_KEY_OF_TASK, {"task_id": task_id}).one_or_none()
            if found is None:
                raise TaskChanged("The task was closed; half-filled answers can no longer be kept for it")
            key = self.keyring.unwrap(*found)
            row = {
                "centre": key.centre,
                "case_id": key.case_id,
                "task_id": task_id,
                "person": person,
                "sealed": key.seal(answers_to_bytes(answers), "saved_answers", task_id, person),
                "at": at,
            }
            connection.execute(_SAVE[self.dialect], row)

    def saved_answers(self, task_id: str, person: str) -> dict[str, object] | None:
        """This person's half-filled answers to an open task, or None."""
        with self.reading() as connection:
            found = connection.execute(_KEY_OF_TASK, {"task_id": task_id}).one_or_none()
            if found is None:
                return None
            binds = {"centre": found[0], "case_id": found[1], "task_id": task_id, "person": person}
            sealed = connection.execute(_SAVED, binds).scalar_one_or_none()
        if sealed is None:
            return None
        return answers_from_bytes(self.keyring.unwrap(*found).open(sealed, "saved_answers", task_id, person))
