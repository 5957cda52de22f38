"""The visits of a case, and what was recorded of each, as far as a person may know of the visit and sees the facts."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Literal

from engine.library import Library
from engine.model import CASE_SCOPE, CaseFile, Process
from engine.questions.need import Need
from engine.questions.reader import Reader
from engine.rules import schedules
from engine.views import Told, VisitTold, VisitView


def visits(reader: Reader, file: CaseFile, need: Need) -> tuple[VisitView, ...]:
    """Those of which the person may know, newest first, also when they are over."""
    found = list(_visits(reader, file, need))
    return tuple(sorted(found, key=lambda visit: (visit.due_at, visit.scope), reverse=True))


def told_of_visits(
    reader: Reader, file: CaseFile, need: Need, scope: str, without: Collection[str]
) -> tuple[VisitTold, ...]:
    """What visits recorded, for a step of this scope. First its own visit, without what its form asks: whose step it is
    reads that, and no title, for they may not know what the visit is for. Then the others, newest first."""
    own = () if scope == CASE_SCOPE else _recorded(reader, file, need, scope)
    own = tuple(told for told in own if told.name not in without)
    others = (visit for visit in visits(reader, file, need) if visit.facts and visit.scope != scope)
    first = (VisitTold(None, None, own),) if own else ()
    return (*first, *(VisitTold(visit.title, visit.due_at, visit.facts) for visit in others))


def day_of(file: CaseFile, scope: str) -> datetime | None:
    """When the visit is due that has this scope."""
    due = file.facts.get((schedules.DUE_AT, scope))
    return due.value if due is not None and isinstance(due.value, datetime) else None


def hidden(file: CaseFile, need: Need) -> frozenset[str]:
    """The scopes of the visits of which the person may not know: that one is there tells of it already."""
    return frozenset(run.scope for run in _runs(need.library, file) if _is_hidden(file, need, run))


def _is_hidden(file: CaseFile, need: Need, run: Process) -> bool:
    id, role = (file.facts.get((name, run.scope)) for name in ("visit_id", "visit_role"))
    return id is not None and role is not None and not need.visit(str(id.value), run.key, str(role.value))


def _visits(reader: Reader, file: CaseFile, need: Need) -> Iterator[VisitView]:
    rules = {visit.id: visit for schedule in reader.library.schedules.values() for visit in schedule.visits}
    for process in _runs(reader.library, file):
        facts = (file.facts.get((name, process.scope)) for name in schedules.FACTS)
        values = [fact.value for fact in facts if fact is not None]
        if len(values) != len(schedules.FACTS):
            continue
        id, role, due, opens, closes = values
        if not need.visit(str(id), process.key, str(role)):
            continue
        if isinstance(due, datetime) and isinstance(opens, datetime) and isinstance(closes, datetime):
            rule = rules.get(str(id))
            recorded = _recorded(reader, file, need, process.scope)
            yield VisitView(
                id=str(id),
                place=process.id,
                scope=process.scope,
                title=rule.title if rule else {"en": str(id)},
                role_title=reader.role_title(str(role)),
                due_at=due,
                opens_at=opens,
                closes_at=closes,
                status=_status(process, opens, reader.now),
                facts=recorded,
                correctable=reader.correctable(file, recorded),
            )


def _runs(library: Library, file: CaseFile) -> Iterator[Process]:
    """Of each visit the process that came last: it may have been taken back, and planned anew. What it calls runs on
    the same scope, and is no visit."""
    keys = {schedule.process for schedule in library.schedules.values()}
    runs = [process for process in file.processes if process.scope != CASE_SCOPE and process.key in keys]
    yield from {run.scope: run for run in sorted(runs, key=lambda run: run.started_at)}.values()


def _recorded(reader: Reader, file: CaseFile, need: Need, scope: str) -> tuple[Told, ...]:
    """What people recorded of a visit, or was decided of it; not what the engine planned it with."""
    seen = reader.seen(file, scope, need.groups)
    return tuple(told for told in seen if told.name not in schedules.FACTS and not reader.library.is_apart(told.name))


def _status(process: Process, opens: datetime, now: datetime) -> Literal["planned", "open", "done", "cancelled"]:
    if process.status != "running":
        return process.status
    return "open" if opens <= now else "planned"
