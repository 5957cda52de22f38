"""One case as its page needs it: duties, services, clocks, facts, visits, timeline, where it stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from engine import access
from engine.entries import ENTRY_KINDS, READS
from engine.model import CASE_SCOPE, Case, CaseFile, Text
from engine.questions.duties import duties_of
from engine.questions.left_out import MayComeLater, left_out
from engine.questions.meanwhile import shown_at
from engine.questions.need import Need
from engine.questions.reader import Reader
from engine.questions.task_view import identity, told
from engine.questions.visits import day_of, hidden, visits
from engine.questions.work_list import item
from engine.store.records import TrailRow
from engine.views import (
    AnytimeForm,
    AnytimeView,
    CaseHead,
    CaseView,
    HolderView,
    IdentityView,
    Line,
    ServiceView,
    TaskItem,
    Told,
)

TIMELINE = 200
"""Entries of the trail on one page."""
DONE = frozenset(ENTRY_KINDS) - READS


def case_view(
    reader: Reader,
    file: CaseFile,
    later: MayComeLater,
    kinds: Collection[str] = DONE,
    before: int | None = None,
) -> CaseView:
    """The case as the person may see it, with the newest entries of these kinds, or those before a number."""
    case, library = file.case, reader.library
    centre = case.current_centre
    need = reader.need(file)
    rows = reader.store.trail(case.id, TIMELINE, before, kinds)
    tasks = _tasks(reader, file, need)
    seen = told(reader, file, need.groups, without=set())
    return CaseView(
        case=_head(reader, case, need),
        responsible=tuple(_responsible(reader, file, need)),
        duties=duties_of(reader, file, need),
        services=tuple(_services(reader, file, need, tasks)),
        visit_tasks=tuple(task for scope, _, task in tasks if scope != CASE_SCOPE),
        clocks=reader.clocks(file.clocks, reader.person.roles_at(centre)),
        facts=tuple(_by_group(reader, seen)),
        correctable=reader.correctable(file, (*seen, *identity(reader, file))),
        has_identity=any(library.groups[id].apart for id in need.groups),
        visits=visits(reader, file, need),
        anytime=tuple(anytime(reader, file)),
        left_out=tuple(left_out(reader, file, later)),
        timeline=lines(reader, file, need, rows),
        earlier=rows[-1].seq if len(rows) == TIMELINE else None,
        stuck=file.stuck if access.roles_that_may(library, reader.person, centre, "stuck.free") else (),
        here=_marks(need, _standing(file)),
        passed=_marks(need, reader.store.passed(case.id)),
        shown=shown_at(file),
    )


def _head(reader: Reader, case: Case, need: Need) -> CaseHead:
    return CaseHead(
        id=case.id,
        code=case.code,
        current_centre=case.current_centre,
        edition=case.edition,
        status=case.status,
        door=reader.door_title(case.door) if need.door else None,
        opened_at=case.opened_at if need.arrival else None,
        closed_at=case.closed_at if need.whole else None,
    )


def lines(reader: Reader, file: CaseFile, need: Need, rows: Iterable[TrailRow]) -> tuple[Line, ...]:
    """The entries that the person may read; of visits of which they may not know, none."""
    apart = hidden(file, need)
    rows = [row for row in rows if row.entry.params.get("scope") not in apart]
    reader.know(row.entry.person for row in rows)
    return tuple(line(reader, replace(row, entry=need.cut(row.entry))) for row in rows if need.entry(row.entry))


def lines_of(reader: Reader, file: CaseFile, need: Need, at: datetime) -> tuple[Line, ...]:
    """What was written of the case at a moment, if it is among its newest entries and the person may read it."""
    readers = access.roles_that_may(reader.library, reader.person, file.case.current_centre, "case.read")
    if not readers or not need.opens(file):
        return ()
    rows = reader.store.trail(file.case.id, TIMELINE, None, DONE)
    return lines(reader, file, need, [row for row in rows if row.entry.at == at])


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
    if param == "who":
        return {"en": reader.name_of(value)}
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


def _responsible(reader: Reader, file: CaseFile, need: Need) -> Iterator[tuple[Text, HolderView | None]]:
    """Who is awake of each role that has an open task or duty here of which the person may know."""
    roles = {task.role for task in file.tasks if need.task(task.process_key, task.role)}
    roles |= {duty.holder for duty in file.duties if duty.open and need.duty(duty)}
    for role in (role for role in reader.library.roles if role in roles):
        yield reader.role_title(role), reader.holder(file.case.current_centre, role)


def _tasks(reader: Reader, file: CaseFile, need: Need) -> list[tuple[str, str, TaskItem]]:
    """(scope, process id, task) of the open tasks of which the person may know; of a visit of which they may not know,
    those of their own roles alone."""
    duties = [duty for duty in file.duties if need.duty(duty)]
    apart, found = hidden(file, need), []
    for row in reader.store.tasks_of_case(file.case.id):
        task, own = row.task, need.oversees or row.task.role in need.roles
        if own or (task.scope not in apart and need.process(task.process_key)):
            dated = replace(row, day=day_of(file, task.scope))
            listed = item(reader, dated, file.clocks if own else (), duties, need)
            found.append((task.scope, task.process_id, listed))
    return found


def _services(
    reader: Reader, file: CaseFile, need: Need, tasks: Iterable[tuple[str, str, TaskItem]]
) -> Iterator[ServiceView]:
    by_process: dict[str, list[TaskItem]] = defaultdict(list)
    for _, process_id, task in tasks:
        by_process[process_id].append(task)
    for process in sorted(file.processes, key=lambda p: (p.status != "running", p.started_at)):
        if process.scope != CASE_SCOPE or not need.service(process, file.tasks):
            continue
        waiting = [wait.element for wait in process.waits]
        waiting += [timer.element for timer in file.timers if timer.process_id == process.id]
        known = need.process(process.key)
        yield ServiceView(
            key=process.key,
            title=reader.process_title(process.key),
            scope=process.scope,
            status=process.status,
            started_at=process.started_at if known else None,
            ended_at=process.ended_at if known else None,
            tasks=tuple(by_process[process.id]),
            waiting_for=tuple(reader.element_name(element) for element in waiting if need.element(element)),
        )


def _by_group(reader: Reader, seen: Iterable[Told]) -> Iterator[tuple[Text, tuple[Told, ...]]]:
    grouped: dict[str, list[Told]] = defaultdict(list)
    for one in seen:
        grouped[reader.library.facts[one.name].group].append(one)
    for group in reader.library.groups.values():
        if grouped[group.id]:
            yield group.title, tuple(grouped[group.id])


def anytime(reader: Reader, file: CaseFile) -> Iterator[AnytimeView]:
    """The forms that the person may fill at any time on this case."""
    centre = file.case.current_centre
    roles = access.roles_that_may(reader.library, reader.person, centre, "facts.record")
    sight = reader.sight(file)
    for one in reader.library.pathway.anytime.values():
        if roles & one.roles and (one.when is None or sight.holds(one.when) is True):
            form = reader.library.forms[one.form]
            yield AnytimeView(one.id, one.title, form, reader.library.heeds(form))


def anytime_form(reader: Reader, file: CaseFile, id: str) -> AnytimeForm | None:
    """One of them, with what stands of the facts that it heeds; None when there is none of this name."""
    asked = next((form for form in anytime(reader, file) if form.id == id), None)
    if asked is None:
        return None
    need = reader.need(file)
    seen = [one for one in told(reader, file, need.groups, without=set()) if one.name in asked.heeds]
    heeded = tuple(one for _, group in _by_group(reader, seen) for one in group)
    return AnytimeForm(_head(reader, file.case, need), asked, heeded, shown_at(file))


def identity_view(reader: Reader, file: CaseFile) -> IdentityView:
    """Who the survivor is, and what of it the person may correct."""
    known = identity(reader, file)
    return IdentityView(_head(reader, file.case, reader.need(file)), known, reader.correctable(file, known))


def _standing(file: CaseFile) -> set[str]:
    """The steps at which the case stands now."""
    steps = {task.element for task in file.tasks} | {timer.element for timer in file.timers if timer.process_id}
    return steps | {wait.element for process in file.processes for wait in process.waits}


def _marks(need: Need, steps: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """Process -> those of its steps that the person may know of."""
    found: dict[str, list[str]] = defaultdict(list)
    for step in sorted(steps):
        diagram = need.diagram_of(step)
        if diagram is not None and need.element(step):
            found[diagram.key].append(step)
    return {key: tuple(steps) for key, steps in found.items()}
