"""One case as its page needs it: duties, services, clocks, facts, visits, timeline, where it stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Literal

from engine import access
from engine.model import CASE_SCOPE, CaseFile, Process, Text
from engine.moves.settle import VISIT_FACTS
from engine.questions.reader import Reader
from engine.questions.task_view import identity, told
from engine.questions.work_list import items
from engine.store.contract import TrailRow
from engine.views import AnytimeView, CaseView, Line, ServiceView, TaskItem, Told, VisitView

TIMELINE = 200


def case_view(reader: Reader, file: CaseFile) -> CaseView:
    case, library = file.case, reader.library
    centre = case.current_centre
    rows = reader.store.trail(case.id, TIMELINE)
    tasks = items(reader, reader.store.tasks_of_case(case.id))
    seen = told(reader, file, reader.groups(centre), without=set())
    return CaseView(
        case=case,
        door=reader.door_title(case.door),
        duties=reader.duties(file.duties),
        services=tuple(_services(reader, file, tasks)),
        clocks=reader.clocks(file.clocks, reader.person.roles_at(centre)),
        facts=tuple(_by_group(reader, seen)),
        correctable=_correctable(reader, file, (*seen, *identity(reader, file))),
        has_identity=any(library.groups[id].apart for id in reader.groups(centre)),
        visits=tuple(_visits(reader, file)),
        anytime=tuple(_anytime(reader, file)),
        timeline=tuple(line(reader, row) for row in rows),
        stuck=file.stuck if access.roles_that_may(library, reader.person, centre, "stuck.free") else (),
        here=_here(reader, file),
        passed=_passed(reader, rows),
    )


def line(reader: Reader, row: TrailRow) -> Line:
    """One entry as a line: the kind chooses the sentence, the names go into it."""
    entry = row.entry
    return Line(
        seq=row.seq,
        at=entry.at,
        kind=entry.kind,
        person=entry.person,
        person_name=reader.name_of(entry.person),
        params=entry.params,
        names={name: found for name, value in entry.params.items() if (found := _name(reader, name, value))},
    )


def _name(reader: Reader, param: str, value: str) -> Text | None:  # noqa: C901  # one way a kind of name
    library = reader.library
    if param == "element":
        return reader.element_title(value)
    if param == "process":
        return reader.process_title(value)
    if param in ("role", "holder"):
        return reader.role_title(value)
    if param == "door":
        return reader.door_title(value)
    if param == "duty" and value in library.duties:
        return library.duties[value].title
    if param == "table" and value in library.tables:
        return library.tables[value].title
    if param == "act" and value in library.acts:
        return library.acts[value].title
    if param == "field" and value in library.facts:
        return library.facts[value].title
    if param == "form" and value in library.forms:
        texts = library.forms[value].texts
        return {language: words.get("title", value) for language, words in texts.items()}
    return None


def _services(reader: Reader, file: CaseFile, tasks: Iterable[TaskItem]) -> Iterator[ServiceView]:
    by_process: dict[str, list[TaskItem]] = defaultdict(list)
    owner = {task.id: task.process_id for task in file.tasks}
    for one in tasks:
        by_process[owner[one.id]].append(one)
    for process in sorted(file.processes, key=lambda p: (p.status != "running", p.started_at)):
        if process.scope != CASE_SCOPE:
            continue
        waiting = [wait.element for wait in process.waits]
        waiting += [timer.element for timer in file.timers if timer.process_id == process.id]
        yield ServiceView(
            key=process.key,
            title=reader.process_title(process.key),
            scope=process.scope,
            status=process.status,
            started_at=process.started_at,
            ended_at=process.ended_at,
            tasks=tuple(by_process[process.id]),
            waiting_for=tuple(reader.element_name(element) for element in waiting),
        )


def _by_group(reader: Reader, seen: Iterable[Told]) -> Iterator[tuple[Text, tuple[Told, ...]]]:
    grouped: dict[str, list[Told]] = defaultdict(list)
    for one in seen:
        grouped[reader.library.facts[one.name].group].append(one)
    for group in reader.library.groups.values():
        if grouped[group.id]:
            yield group.title, tuple(grouped[group.id])


def _correctable(reader: Reader, file: CaseFile, seen: Iterable[Told]) -> tuple[str, ...]:
    if not access.roles_that_may(reader.library, reader.person, file.case.current_centre, "fact.correct"):
        return ()
    asked = {name for form in reader.library.forms.values() for name in form.properties}
    return tuple(one.name for one in seen if reader.library.facts[one.name].correctable and one.name in asked)


def _visits(reader: Reader, file: CaseFile) -> Iterator[VisitView]:
    titles = {visit.id: visit for schedule in reader.library.schedules.values() for visit in schedule.visits}
    for process in sorted(file.processes, key=lambda p: p.scope):
        facts = {name: file.facts.get((name, process.scope)) for name in VISIT_FACTS}
        values = [fact.value for fact in facts.values() if fact is not None]
        if process.scope == CASE_SCOPE or len(values) != len(VISIT_FACTS):
            continue
        id, role, due, opens, closes = values
        if isinstance(due, datetime) and isinstance(opens, datetime) and isinstance(closes, datetime):
            rule = titles.get(str(id))
            yield VisitView(
                id=str(id),
                title=rule.title if rule else {"en": str(id)},
                role_title=reader.role_title(str(role)),
                due_at=due,
                opens_at=opens,
                closes_at=closes,
                status=_visit_status(process, opens, reader.now),
            )


def _visit_status(process: Process, opens: datetime, now: datetime) -> Literal["planned", "open", "done", "cancelled"]:
    if process.status != "running":
        return process.status
    return "open" if opens <= now else "planned"


def _anytime(reader: Reader, file: CaseFile) -> Iterator[AnytimeView]:
    centre = file.case.current_centre
    roles = access.roles_that_may(reader.library, reader.person, centre, "facts.record")
    sight = reader.sight(file)
    for one in reader.library.pathway.anytime.values():
        if roles & one.roles and (one.when is None or sight.holds(one.when) is True):
            yield AnytimeView(one.id, one.title, reader.library.forms[one.form])


def _here(reader: Reader, file: CaseFile) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, set[str]] = defaultdict(set)
    elements = [task.element for task in file.tasks] + [timer.element for timer in file.timers if timer.process_id]
    elements += [wait.element for process in file.processes for wait in process.waits]
    for element in elements:
        found[_diagram_of(reader, element)].add(element)
    return {key: tuple(sorted(ids)) for key, ids in found.items() if key}


def _passed(reader: Reader, rows: Iterable[TrailRow]) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        if row.entry.kind in ("task.completed", "timer.fired"):
            element = row.entry.params["element"]
            found[_diagram_of(reader, element)].add(element)
    return {key: tuple(sorted(ids)) for key, ids in found.items() if key}


def _diagram_of(reader: Reader, element: str) -> str:
    found = (key for key, diagram in reader.library.pathway.diagrams.items() if element in diagram.elements)
    return next(found, "")
