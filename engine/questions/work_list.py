"""The work list: the open tasks of a person's roles, with the clock and the duties that matter for each."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from engine import access
from engine.model import Clock, Duty
from engine.questions.reader import Reader
from engine.store.contract import TaskRow
from engine.views import ClockView, TaskItem, WorkList

LISTED = 200


def item(reader: Reader, row: TaskRow, clocks: Iterable[Clock], duties: Iterable[Duty]) -> TaskItem:
    """One task as a row. Now: mine, or something runs against it; waiting: another holds it."""
    task = row.task
    mine = task.claimed_by == reader.person.id
    open_clocks = [view for view in reader.clocks(clocks, [task.role]) if view.state == "open"]
    owed = tuple(view for view in reader.duties(d for d in duties if d.open) if view.holder == task.role)
    clock = open_clocks[0] if open_clocks else None
    group: Literal["now", "soon", "waiting"] = "soon"
    if task.claimed_by is not None and not mine:
        group = "waiting"
    elif mine or clock is not None or owed or task.due_at is not None:
        group = "now"
    return TaskItem(
        id=task.id,
        version=task.version,
        case_id=task.case_id,
        case_code=row.case_code,
        title=reader.element_title(task.element),
        process_title=reader.process_title(task.process_key),
        role=task.role,
        role_title=reader.role_title(task.role),
        door=reader.door_title(row.door),
        opened_at=task.opened_at,
        due_at=task.due_at,
        claimed_by=task.claimed_by,
        claimed_by_name=reader.name_of(task.claimed_by) if task.claimed_by else None,
        mine=mine,
        clock=clock,
        duties=owed,
        group=group,
        element=task.element,
    )


def items(reader: Reader, rows: Sequence[TaskRow]) -> tuple[TaskItem, ...]:
    cases = sorted({row.task.case_id for row in rows})
    clocks = reader.store.clocks_of(cases)
    duties = reader.store.duties_of(cases)
    return tuple(
        item(reader.pinned(row.edition), row, clocks.get(row.task.case_id, []), duties.get(row.task.case_id, []))
        for row in rows
    )


def work_list(reader: Reader, role: str | None) -> WorkList:
    """Everything that waits for the person's roles at all their centres, or for one role."""
    rows: list[TaskRow] = []
    held = {
        centre: access.roles_that_may(reader.library, reader.person, centre, "task.work")
        for centre in reader.person.centres
    }
    for centre, roles in held.items():
        if roles:
            rows += reader.store.open_tasks([centre], sorted(roles), LISTED)
    counts = {one: sum(row.task.role == one for row in rows) for one in sorted(frozenset().union(*held.values()))}
    shown = items(reader, [row for row in rows if role is None or row.task.role == role])
    asked = {centre: roles & {role} if role else roles for centre, roles in held.items()}
    clocks = _watched(reader, {row.task.case_id for row in rows}, asked)
    return WorkList(
        items=tuple(sorted(shown, key=_urgency)),
        clocks=clocks,
        roles=tuple((one, reader.role_title(one), count) for one, count in counts.items()),
        etag=_etag(shown, clocks),
    )


def _urgency(one: TaskItem) -> tuple[int, str, str, str]:
    ends = [moment for moment in (one.due_at, one.clock.until if one.clock else None) if moment]
    ends += [duty.due_at for duty in one.duties if duty.due_at]
    order = ("now", "soon", "waiting").index(one.group)
    return order, min(ends).isoformat() if ends else "~", one.opened_at.isoformat(), one.element


def _watched(
    reader: Reader, with_tasks: set[str], held: Mapping[str, frozenset[str]]
) -> tuple[tuple[str, str, ClockView], ...]:
    """Running clocks of cases where the person has no task yet: nobody may be surprised by them. At each centre
    (`held`: centre -> roles) the roles held there count, and no others."""
    centres = sorted(centre for centre, roles in held.items() if roles)
    rows = [row for centre in centres for row in reader.store.open_cases([centre], LISTED)]
    others = {row.case.id: row.case for row in rows if row.case.id not in with_tasks}
    found = [
        (case.id, case.code, view)
        for case_id, clocks in reader.store.clocks_of(sorted(others)).items()
        if (case := others[case_id])
        for view in reader.pinned(case.edition).clocks(clocks, held[case.current_centre])
        if view.state == "open"
    ]
    return tuple(sorted(found, key=lambda one: (one[2].until or reader.now, one[1])))


def _etag(shown: Iterable[TaskItem], clocks: Iterable[tuple[str, str, ClockView]]) -> str:
    parts = [f"{one.id}:{one.version}:{one.group}:{[d.status for d in one.duties]}" for one in shown]
    parts += [f"{case_id}:{view.rule}" for case_id, _, view in clocks]
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:32]
