"""Questions about cases: lists for the faces, single rows, history, and half-filled forms."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import String, and_, bindparam, case, exists, func, or_, select, tuple_

from engine.model import CASE_SCOPE, Case, Clock, Duty, Stuck, Task
from engine.store import urgent_tasks
from engine.store.database import Database
from engine.store.errors import DoesNotOpen
from engine.store.records import CaseKey, CaseRow, Stakes, TaskKey, TaskRow
from engine.store.rows import CASE_WIDTH, TASK_WIDTH, columns_of
from engine.store.sealed import to_fact
from engine.store.tables import (
    care_case,
    clock,
    duty,
    stuck,
    task,
)


def many(name: str) -> Any:
    return bindparam(name, expanding=True)


def owned(table: Any) -> Any:
    return and_(table.c.centre == care_case.c.opened_at_centre, table.c.case_id == care_case.c.id)


_HERE = care_case.c.current_centre.in_(many("centres"))
THIS = care_case.c.id == bindparam("case_id")
THESE = care_case.c.id.in_(many("case_ids"))
_LIMIT: Any = bindparam("limit")
KEY_WIDTH = 4
"""Columns of `urgent_tasks.DAY` that the key of the case is made of."""
_OPEN_TASK = task.c.closed_at.is_(None)
_OPEN_DUTY = duty.c.status.in_(("owed", "late"))
_IS_OPEN = care_case.c.status == "open"

_CASE = select(*columns_of(care_case, Case)).where(THIS)
_CASE_BY_CODE = select(*columns_of(care_case, Case)).where(care_case.c.code == bindparam("code"), _HERE)
CENTRE_OF = select(care_case.c.current_centre).where(
    care_case.c.id
    == func.coalesce(
        select(task.c.case_id).where(task.c.id == bindparam("id")).scalar_subquery(), bindparam("id", type_=String)
    )
)
_CODE = select(care_case.c.id).where(care_case.c.code == bindparam("code"))

ANY_TASK = (
    select(
        *columns_of(task, Task),
        care_case.c.code,
        care_case.c.current_centre,
        care_case.c.door,
        care_case.c.opened_at.label("case_opened_at"),
        care_case.c.edition,
    )
    .join(care_case, owned(task))
    .order_by(task.c.due_at.nulls_last(), task.c.opened_at, task.c.id)
)
_TASKS = ANY_TASK.where(_OPEN_TASK)
_THIS_TASK = task.c.id == bindparam("task_id")
_TASK = _TASKS.where(_THIS_TASK)
_HELD = _TASKS.where(task.c.claimed_by.is_not(None)).order_by(None).order_by(task.c.claimed_at, task.c.id).limit(_LIMIT)
_HELD_BY = _HELD.where(task.c.claimed_by.in_(many("people")))
_TASKS_OF_CASE = _TASKS.where(THIS)
_ASKED = tuple_(care_case.c.current_centre, task.c.role).in_(many("asked"))
_MOST_URGENT = urgent_tasks.both(_TASKS.order_by(None).where(_IS_OPEN, _HERE, _ASKED))
_NUMBERS = (
    select(task.c.role, func.count())
    .join(care_case, owned(task))
    .where(_OPEN_TASK, _IS_OPEN, _HERE, _ASKED)
    .group_by(task.c.role)
)
_own_task = task.alias("own_task")
_WATCHED = (
    select(*columns_of(care_case, Case), *columns_of(clock, Clock))
    .join(clock, owned(clock))
    .where(
        _IS_OPEN,
        _HERE,
        tuple_(care_case.c.current_centre, clock.c.rule).in_(many("asked")),
        clock.c.answered_at.is_(None),
        clock.c.ends_latest >= bindparam("now"),
        ~exists().where(
            owned(_own_task),
            _own_task.c.closed_at.is_(None),
            tuple_(care_case.c.current_centre, _own_task.c.role).in_(many("held")),
        ),
    )
    .order_by(~clock.c.rule.in_(many("pressing")), urgent_tasks.next_end(clock), care_case.c.code, clock.c.rule)
    .limit(_LIMIT)
)
_CASE_ROW = (
    *columns_of(care_case, Case),
    select(func.count()).where(owned(task), _OPEN_TASK).correlate(care_case).scalar_subquery().label("open_tasks"),
    select(func.count()).where(owned(duty), _OPEN_DUTY).correlate(care_case).scalar_subquery().label("open_duties"),
)
_OPEN_CASES = (
    select(*_CASE_ROW).where(_IS_OPEN, _HERE).order_by(care_case.c.opened_at.desc(), care_case.c.id).limit(_LIMIT)
)
_OPEN_CASES_AFTER = _OPEN_CASES.where(
    or_(
        care_case.c.opened_at < bindparam("opened_at"),
        and_(care_case.c.opened_at == bindparam("opened_at"), care_case.c.id > bindparam("id")),
    )
)
_owed = duty.alias("owed")
_OPEN_DUTIES = (
    select(*_CASE_ROW, *columns_of(_owed, Duty))
    .join(_owed, owned(_owed))
    .where(_IS_OPEN, _HERE, _owed.c.status.in_(("owed", "late")))
    .order_by(
        case((_owed.c.rule.in_(many("urgent")), 0), else_=1),
        _owed.c.due_at.nulls_last(),
        _owed.c.opened_at,
        care_case.c.id,
        _owed.c.rule,
        _owed.c.scope,
    )
    .limit(_LIMIT)
)
_OPEN_DUTIES_OF = _OPEN_DUTIES.where(tuple_(care_case.c.current_centre, _owed.c.rule).in_(many("asked")))
_OWED_WITHOUT_STEP = _OPEN_DUTIES.where(
    tuple_(care_case.c.current_centre, _owed.c.holder).in_(many("asked")),
    ~exists().where(
        owned(_own_task),
        _own_task.c.closed_at.is_(None),
        _own_task.c.role == _owed.c.holder,
        tuple_(_own_task.c.element, _owed.c.rule).in_(many("serving")),
        _owed.c.scope.in_((CASE_SCOPE, _own_task.c.scope)),
    ),
)
_NUMBER_OF_CASES = select(func.count()).select_from(care_case).where(_IS_OPEN, _HERE)
_OPEN_STUCK = (
    select(*columns_of(care_case, Case), *columns_of(stuck, Stuck))
    .join(stuck, owned(stuck))
    .where(_HERE, stuck.c.freed_at.is_(None))
    .order_by(stuck.c.opened_at, stuck.c.id)
    .limit(_LIMIT)
)
_CLOCKS = select(*columns_of(clock, Clock)).join(care_case, owned(clock)).where(THESE).order_by(clock.c.rule)
_DUTIES = select(*columns_of(duty, Duty)).join(care_case, owned(duty)).where(THESE).order_by(duty.c.rule, duty.c.scope)


def task_row(row: Any) -> TaskRow:
    return TaskRow(Task(*row[:TASK_WIDTH]), *row[TASK_WIDTH:])


def _asked(asked: Collection[tuple[str, str]]) -> dict[str, Any]:
    return {"asked": sorted(asked), "centres": sorted({centre for centre, _ in asked})}


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

    def centre_of(self, id: str) -> str | None:
        """Where the case of this id, or of the task of this id, is now."""
        with self.reading() as connection:
            return connection.execute(CENTRE_OF, {"id": id}).scalar()

    def code_exists(self, code: str) -> bool:
        with self.reading() as connection:
            return connection.execute(_CODE, {"code": code}).first() is not None

    def task(self, task_id: str) -> TaskRow | None:
        """An open task; None when it is closed or was never there."""
        with self.reading() as connection:
            row = connection.execute(_TASK, {"task_id": task_id}).one_or_none()
        return task_row(row) if row is not None else None

    def held_tasks(self, limit: int, people: Collection[str] | None = None) -> list[TaskRow]:
        """Open tasks that somebody holds; see the contract."""
        with self.reading() as connection:
            if people is None:
                rows = connection.execute(_HELD, {"limit": limit})
            else:
                rows = connection.execute(_HELD_BY, {"limit": limit, "people": sorted(people)})
            return [task_row(row) for row in rows]

    def most_urgent(
        self,
        asked: Collection[tuple[str, str]],
        stakes: Stakes,
        person: str,
        now: datetime,
        *,
        limit: int,
        offset: int = 0,
        here: str = "",
        after: TaskKey | None = None,
        day: str = "",
    ) -> list[TaskRow]:
        """Open tasks, most urgent first; see the contract."""
        if not asked:
            return []
        binds: dict[str, Any] = _asked(asked) | {"limit": limit, "offset": offset, "day": day}
        binds |= {"person": person, "now": now, "here": here, "urgent": sorted(stakes.urgent)}
        for name in ("shown", "duties", "clocks"):
            binds[name] = sorted(getattr(stakes, name)) or urgent_tasks.NOTHING
        if after is not None:
            binds |= {"rank": after.rank, "moment": after.moment, "opened_at": after.opened_at, "after_id": after.id}
        with self.reading() as connection:
            rows = connection.execute(_MOST_URGENT[self.dialect, after is not None], binds).all()
        return [self._ranked(row, now) for row in rows]

    def _ranked(self, row: Any, now: datetime) -> TaskRow:
        width = len(row) - len(urgent_tasks.DAY)
        one, known = task_row(row[: width - 2]), row[width:]
        key = TaskKey(now, row.rank, row.moment, one.task.opened_at, one.task.id)
        return replace(one, key=key, day=self._day(one.task.case_id, known))

    def _day(self, case_id: str, known: Sequence[Any]) -> datetime | None:
        """The moment of `urgent_tasks.DAY`. One that does not open is none: the list is not lost with it, and the page
        of its case says what is wrong."""
        centre, *wrapped = known[:KEY_WIDTH]
        if centre is None:
            return None
        try:
            value = to_fact(known[KEY_WIDTH:], self.keyring.unwrap(centre, case_id, *wrapped)).value
        except DoesNotOpen:
            return None
        return value if isinstance(value, datetime) else None

    def numbers_of_tasks(self, asked: Collection[tuple[str, str]]) -> dict[str, int]:
        """How many tasks are open, by role; a role without one is not in it."""
        if not asked:
            return {}
        with self.reading() as connection:
            return {role: number for role, number in connection.execute(_NUMBERS, _asked(asked))}

    def watched_clocks(
        self,
        asked: Collection[tuple[str, str]],
        held: Collection[tuple[str, str]],
        pressing: Sequence[str],
        now: datetime,
        limit: int = 50,
    ) -> list[tuple[Case, Clock]]:
        """Open clocks of the (current centre, rule) pairs `asked`, of open cases without a task of a (current centre,
        role) pair `held`: `pressing` ones before the others, each by the next end that lies ahead."""
        if not asked:
            return []
        binds: dict[str, Any] = {**_asked(asked), "held": sorted(held) or urgent_tasks.NOTHING}
        binds |= {"pressing": list(pressing), "now": now, "limit": limit}
        with self.reading() as connection:
            rows = connection.execute(_WATCHED, binds).all()
        return [(Case(*row[:CASE_WIDTH]), Clock(*row[CASE_WIDTH:])) for row in rows]

    def tasks_of_case(self, case_id: str) -> list[TaskRow]:
        """The case's open tasks, due first, then oldest."""
        with self.reading() as connection:
            return [task_row(row) for row in connection.execute(_TASKS_OF_CASE, {"case_id": case_id})]

    def open_duties(
        self, centres: Sequence[str], limit: int = 200, urgent: Collection[str] = ()
    ) -> list[tuple[CaseRow, Duty]]:
        """Owed and late duties of open cases; see the contract."""
        return self._duties(_OPEN_DUTIES, {"centres": list(centres), "limit": limit, "urgent": sorted(urgent)})

    def open_duties_of(
        self, asked: Collection[tuple[str, str]], limit: int = 200, urgent: Collection[str] = ()
    ) -> list[tuple[CaseRow, Duty]]:
        """The same of (centre, rule) pairs alone; see the contract."""
        binds: dict[str, Any] = {**_asked(asked), "limit": limit, "urgent": sorted(urgent)}
        return self._duties(_OPEN_DUTIES_OF, binds) if asked else []

    def owed_without_step(
        self,
        asked: Collection[tuple[str, str]],
        serving: Collection[tuple[str, str]],
        limit: int = 200,
        urgent: Collection[str] = (),
    ) -> list[tuple[CaseRow, Duty]]:
        """Duties that these (centre, role) hold and that no open step of the role serves; see the contract."""
        binds: dict[str, Any] = {**_asked(asked), "serving": sorted(serving) or urgent_tasks.NOTHING, "limit": limit}
        binds["urgent"] = sorted(urgent)
        return self._duties(_OWED_WITHOUT_STEP, binds) if asked else []

    def _duties(self, statement: Any, binds: dict[str, Any]) -> list[tuple[CaseRow, Duty]]:
        with self.reading() as connection:
            rows = connection.execute(statement, binds).all()
        width = CASE_WIDTH + 2
        return [(CaseRow(Case(*row[:CASE_WIDTH]), *row[CASE_WIDTH:width]), Duty(*row[width:])) for row in rows]

    def number_of_cases(self, centres: Sequence[str]) -> int:
        """How many cases are open."""
        with self.reading() as connection:
            number: int = connection.execute(_NUMBER_OF_CASES, {"centres": list(centres)}).scalar_one()
        return number

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

    def open_cases(self, centres: Sequence[str], limit: int = 50, after: CaseKey | None = None) -> list[CaseRow]:
        """Open cases, newest first; `after` is the key of the last one already seen."""
        binds: dict[str, Any] = {"centres": list(centres), "limit": limit}
        with self.reading() as connection:
            if after is None:
                rows = connection.execute(_OPEN_CASES, binds).all()
            else:
                binds["opened_at"], binds["id"] = after
                rows = connection.execute(_OPEN_CASES_AFTER, binds).all()
        return [CaseRow(Case(*row[:CASE_WIDTH]), *row[CASE_WIDTH:]) for row in rows]
