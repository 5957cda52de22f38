"""The work list: the open tasks of a person's roles, with the clock and the duties that matter for each."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Sized
from datetime import datetime
from math import ceil
from typing import Literal

from engine import access
from engine.model import CASE_SCOPE, Clock, Duty, Text
from engine.questions.need import Need
from engine.questions.reader import Reader
from engine.rules import schedules
from engine.store.records import Stakes, TaskKey, TaskRow
from engine.views import ClockView, DutyView, ShiftView, TaskItem, VisitOf, WorkList

LISTED = 50
"""Tasks on one page of the list."""
MOST_DUTIES = 50
"""Duties without a step that are listed, and as many held for others: most urgent first. Nobody reads more."""
MOST_LEFT = 20
"""Steps that are gone of which somebody has half-filled answers: more than anybody leaves in a shift."""
MOST_CLOCKS = 50
"""Clocks of cases without a step of the person's that are listed: those that end first."""


def item(reader: Reader, row: TaskRow, clocks: Iterable[Clock], duties: Iterable[Duty], need: Need) -> TaskItem:
    """One task as a row. Now: mine, urgent, or something runs against it; waiting: another holds it."""
    task, purpose = row.task, reader.purpose
    mine = task.claimed_by == reader.person.id
    urgent = task.element in purpose.urgent
    open_clocks = [view for view in reader.clocks(clocks, [task.role]) if view.state == "open"]
    yours = task.role in access.roles_that_may(reader.library, reader.person, row.centre, "task.work")
    served, owed = _owed(reader, row, duties, need)
    group: Literal["now", "soon", "waiting"] = "soon"
    if task.claimed_by is not None and not mine:
        group = "waiting"
    elif mine or urgent or open_clocks or owed or task.due_at is not None or any(duty.due_at for duty in served):
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
        door=reader.door_title(row.door) if need.door else None,
        opened_at=task.opened_at,
        due_at=task.due_at,
        claimed_by=task.claimed_by,
        claimed_by_name=reader.name_of(task.claimed_by) if task.claimed_by else None,
        mine=mine,
        yours=yours,
        urgent=urgent,
        clock=what_ends_first(task.element, open_clocks, purpose.clocks, reader.now),
        duties=(*served, *owed),
        served=len(served),
        group=group,
        element=task.element,
        visit=_visit(reader, row, need, yours),
    )


def _visit(reader: Reader, row: TaskRow, need: Need, yours: bool) -> VisitOf | None:
    """Of which visit it is a step: to those who may know of the visit by its title and day, to whoever else may work
    the step by its day alone, for the title may tell of a treatment."""
    found = reader.library.visit_of(row.task.scope)
    if found is None:
        return None
    schedule, visit = found
    if need.visit(visit.id, schedule.process, visit.role):
        return VisitOf(visit.title, row.day)
    return VisitOf(None, row.day) if yours else None


def _owed(
    reader: Reader, row: TaskRow, duties: Iterable[Duty], need: Need
) -> tuple[tuple[DutyView, ...], tuple[DutyView, ...]]:
    """The open duties that the step serves, whoever holds them; and what else its role owes in the case."""
    task, serves = row.task, reader.purpose.duties
    served, owed = [], []
    for duty in (duty for duty in duties if duty.open):
        if (task.element, duty.rule) in serves and duty.scope in (CASE_SCOPE, task.scope) and need.duty(duty):
            served.append(duty)
        elif duty.holder == task.role:
            owed.append(duty)
    return reader.duties(served, row.centre), reader.duties(owed, row.centre)


def what_ends_first(
    element: str, open_clocks: Sequence[ClockView], answers: Collection[tuple[str, str]], now: datetime
) -> ClockView | None:
    """The open clock that ends first among those that the step answers, or else among all."""
    own = [view for view in open_clocks if (element, view.rule) in answers]
    return min(own or open_clocks, key=lambda view: _next_end(view, now), default=None)


def _next_end(view: ClockView, now: datetime) -> datetime:
    ends = [moment for moment in (view.until, view.possible_until) if moment is not None]
    return min((moment for moment in ends if moment >= now), default=max(ends, default=now))


def items(reader: Reader, rows: Sequence[TaskRow]) -> tuple[TaskItem, ...]:
    cases = sorted({row.task.case_id for row in rows})
    reader.know(row.task.claimed_by for row in rows if row.task.claimed_by)
    clocks = reader.store.clocks_of(cases)
    duties = reader.store.duties_of(cases)
    found = []
    for row in rows:
        pinned, case = reader.pinned(row.edition), row.task.case_id
        found.append(item(pinned, row, clocks.get(case, []), duties.get(case, []), pinned.need_at(row.centre)))
    return tuple(found)


def work_list(reader: Reader, role: str | None, page: int = 1) -> WorkList:
    """What waits for the person's roles at all their centres, or for one role, most urgent first; of a page beyond the
    end, the last one."""
    own = held(reader)
    asked = {(centre, one) for centre, one in own if role in (None, one)}
    numbers = reader.store.numbers_of_tasks(own)
    total = sum(numbers.get(one, 0) for one in {one for _, one in asked})
    pages = max(1, ceil(total / LISTED))
    page = min(page, pages)
    shown = items(reader, most_urgent(reader, asked, LISTED, offset=LISTED * (page - 1)))
    clocks = tuple(_watched(reader, asked, own)) if page == 1 else ()
    owed = tuple(_owed_without_step(reader, role)) if page == 1 else ()
    meanwhile = tuple(_meanwhile(reader)) if page == 1 else ()
    left = tuple(_left_behind(reader, own)) if page == 1 else ()
    lists: tuple[tuple[str, Sized, int], ...] = (
        ("clocks", clocks, MOST_CLOCKS),
        ("owed", owed, MOST_DUTIES),
        ("meanwhile", meanwhile, MOST_DUTIES),
    )
    cut = frozenset(name for name, found, most in lists if len(found) > most)
    clocks, owed, meanwhile = clocks[:MOST_CLOCKS], owed[:MOST_DUTIES], meanwhile[:MOST_DUTIES]
    return WorkList(
        items=shown,
        clocks=clocks,
        roles=tuple((one, reader.role_title(one), numbers.get(one, 0)) for one in sorted({one for _, one in own})),
        page=page,
        pages=pages,
        total=total,
        owed=owed,
        meanwhile=meanwhile,
        cut=cut,
        left_behind=left,
        shifts=tuple(_shifts(reader)),
        etag=_etag(shown, clocks, numbers, (*owed, *meanwhile), left),
    )


def next_task(reader: Reader, case_id: str, *, elsewhere: bool = True) -> str | None:
    """What the person should do next: on this case first, then (`elsewhere`) the top of their list; None when nothing
    waits that nobody else holds."""
    top = (row.task for row in most_urgent(reader, held(reader), 1, here=case_id))
    free = (task for task in top if task.claimed_by in (None, reader.person.id))
    return next((task.id for task in free if elsewhere or task.case_id == case_id), None)


def held(reader: Reader) -> set[tuple[str, str]]:
    """(centre, role) of the person, where the role has tasks."""
    may = access.roles_that_may
    return {(c, role) for c in reader.person.centres for role in may(reader.library, reader.person, c, "task.work")}


def most_urgent(
    reader: Reader,
    asked: set[tuple[str, str]],
    limit: int,
    *,
    offset: int = 0,
    here: str = "",
    after: TaskKey | None = None,
) -> list[TaskRow]:
    """The rows of these (centre, role) pairs as the store orders them, after the one that was read last."""
    purpose, roles = reader.purpose, {role for _, role in asked}
    shown = {(role, clock.id) for clock in reader.library.clocks.values() for role in roles & clock.shown_to}
    stakes = Stakes(purpose.urgent, purpose.duties, purpose.clocks, shown)
    now = reader.now if after is None else after.asked_at
    return reader.store.most_urgent(
        asked,
        stakes,
        reader.person.id,
        now,
        limit=limit,
        offset=offset,
        here=here,
        after=after,
        day=schedules.DUE_AT,
    )


def _watched(
    reader: Reader, asked: set[tuple[str, str]], held: set[tuple[str, str]]
) -> Iterator[tuple[str, str, ClockView]]:
    """Running clocks of cases where the person has no task yet: nobody may be surprised by them. At each centre the
    roles asked for there count, and no others."""
    clocks = reader.library.clocks.values()
    rules = {(centre, clock.id) for centre, role in asked for clock in clocks if role in clock.shown_to}
    pressing = sorted(reader.purpose.pressing)
    for case, clock in reader.store.watched_clocks(rules, held, pressing, reader.now, MOST_CLOCKS + 1):
        roles = {role for centre, role in asked if centre == case.current_centre}
        for view in reader.pinned(case.edition).clocks([clock], roles):
            yield case.id, case.code, view


def _owed_without_step(reader: Reader, role: str | None) -> Iterator[tuple[str, str, DutyView]]:
    """Open duties of the person's roles, or of one, that no step on the list leads to: nobody may be surprised by
    them."""
    person = reader.person
    purpose = reader.purpose
    own = {(centre, one) for centre in person.centres for one in person.roles_at(centre) if role in (None, one)}
    for row, duty in reader.store.owed_without_step(own, purpose.duties, MOST_DUTIES + 1, purpose.urgent_duties):
        pinned = reader.pinned(row.case.edition)
        if duty.rule in pinned.library.duties:
            yield row.case.id, row.case.code, pinned.duty(duty, row.case.current_centre)


def _meanwhile(reader: Reader) -> Iterator[tuple[str, str, DutyView]]:
    """Open duties that the person, awake, holds instead of the role that owes them."""
    held = {
        (centre, rule.id)
        for centre in reader.person.centres
        for rule in reader.library.duties.values()
        if _stands_in(reader, centre, rule.id, rule.holder)
    }
    for row, duty in reader.store.open_duties_of(held, MOST_DUTIES + 1, reader.purpose.urgent_duties):
        pinned, centre = reader.pinned(row.case.edition), row.case.current_centre
        if duty.rule in pinned.library.duties and _stands_in(pinned, centre, duty.rule, duty.holder):
            yield row.case.id, row.case.code, pinned.duty(duty, centre)


def _stands_in(reader: Reader, centre: str, duty: str, holder: str) -> bool:
    roles = reader.person.roles_at(centre)
    awake = reader.rota.holder(reader.library, centre, holder, duty)
    return awake is not None and holder not in roles and awake.role in roles and reader.person.id in awake.people


def _left_behind(reader: Reader, held: set[tuple[str, str]]) -> Iterator[tuple[str, str, Text]]:
    """Steps that a colleague did, or that came to nothing, while the person had half filled them."""
    for row in reader.store.left_behind(reader.person.id, reader.now, MOST_LEFT):
        if (row.centre, row.task.role) in held:
            yield row.task.id, row.case_code, reader.pinned(row.edition).element_title(row.task.element)


def _shifts(reader: Reader) -> Iterator[ShiftView]:
    for centre in reader.person.centres:
        if access.roles_that_may(reader.library, reader.person, centre, "shift.own"):
            yield ShiftView(centre, reader.rota.shift_of(reader.person.id, centre))


def _etag(
    shown: Iterable[TaskItem],
    clocks: Iterable[tuple[str, str, ClockView]],
    numbers: Mapping[str, int],
    duties: Iterable[tuple[str, str, DutyView]],
    left: Iterable[tuple[str, str, Text]],
) -> str:
    parts = [
        f"{one.id}:{one.version}:{one.group}:{one.urgent}:{[(d.status, d.held_by) for d in one.duties]}"
        for one in shown
    ]
    parts += [f"{case_id}:{view.rule}" for case_id, _, view in clocks]
    parts += [f"{role}:{number}" for role, number in sorted(numbers.items())]
    parts += [f"{case_id}:{duty.rule}:{duty.scope}:{duty.status}:{duty.held_by}" for case_id, _, duty in duties]
    parts += [f"left:{task}" for task, *_ in left]
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:32]
