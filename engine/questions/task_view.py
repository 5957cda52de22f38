"""One task as its page needs it: the form, why it is there, what is already told, what it leads to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime

from engine.library import Form, StartRule
from engine.model import CASE_SCOPE, CaseFile, Fact, Task, Text, Value
from engine.questions.blocked import blocked
from engine.questions.meanwhile import kept, known_of, shown_at
from engine.questions.reader import Reader
from engine.questions.visits import day_of, told_of_visits
from engine.questions.work_list import item
from engine.store.records import TaskRow
from engine.views import Because, DutyView, TaskView, Told


def task_view(reader: Reader, row: TaskRow, file: CaseFile) -> TaskView:
    task = row.task
    form = reader.library.forms[task.form]
    groups, need = reader.groups(file), reader.need(file)
    known = tuple(known_of(reader, file, form.properties, task.scope, groups))
    half_filled = kept(reader, file, form, task)
    listed = item(reader, replace(row, day=day_of(file, task.scope)), file.clocks, file.duties, need)
    return TaskView(
        item=listed,
        form=form,
        schema=dict(form.schema),
        saved=_filled(reader, form, known, half_filled.answers),
        before=tuple(reader.told(fact) for fact in known if reader.library.anew(form, fact.name)),
        blocked=blocked(reader, file, reader.flows.element(task.element).requires, need, task.scope),
        why=tuple(_why(reader, file, task, listed.duties)),
        leads_to=tuple(_next_names(reader, task)),
        clocks=reader.clocks(file.clocks, [task.role]),
        shows=tuple(_shown(reader, file, form, task.scope, groups)),
        told=told(reader, file, groups, without=set(form.properties)),
        visits=told_of_visits(reader, file, need, task.scope, without=form.properties),
        duties=listed.duties,
        shown=shown_at(file),
        meanwhile=half_filled.since,
        saved_at=half_filled.saved_at,
    )


def filled_with(
    reader: Reader, file: CaseFile, form: Form, task: Task, saved: Mapping[str, object]
) -> Mapping[str, object]:
    """What the form of a task stands filled with for this person (`TaskView.saved`), who had saved this of it."""
    known = known_of(reader, file, form.properties, task.scope, reader.groups(file))
    return _filled(reader, form, known, saved)


def _filled(reader: Reader, form: Form, known: Iterable[Fact], saved: Mapping[str, object]) -> Mapping[str, object]:
    """What lasts of what is known, and what the person has kept half-filled."""
    return {**_values(fact for fact in known if not reader.library.anew(form, fact.name)), **saved}


def _shown(reader: Reader, file: CaseFile, form: Form, scope: str, groups: frozenset[str]) -> Iterator[Told]:
    """What the form has shown: what is known of the step's own scope, or else of the case."""
    known = {one.name: one for of in (CASE_SCOPE, scope) for one in reader.seen(file, of, groups)}
    yield from (known[name] for name in form.shows if name in known and not reader.library.is_apart(name))


def recorded(reader: Reader, file: CaseFile, form: Form, scope: str = CASE_SCOPE) -> tuple[Told, ...]:
    """What stands now of what a form asks, as far as the person may see it."""
    return tuple(reader.told(fact) for fact in known_of(reader, file, form.properties, scope, reader.groups(file)))


def told(reader: Reader, file: CaseFile, groups: frozenset[str], without: set[str]) -> tuple[Told, ...]:
    """What the person may see of what is known, oldest first, so that nobody asks again. Who the survivor is
    stands apart (`identity`)."""
    seen = reader.seen(file, CASE_SCOPE, groups)
    return tuple(told for told in seen if told.name not in without and not reader.library.is_apart(told.name))


def identity(reader: Reader, file: CaseFile) -> tuple[Told, ...]:
    """Who the survivor is, as far as this person's role may know."""
    seen = reader.seen(file, CASE_SCOPE, reader.groups(file))
    return tuple(told for told in seen if reader.library.is_apart(told.name))


def json_value(value: Value) -> object:
    """A fact's value in the shape that forms and the API use."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def as_before(view: TaskView) -> dict[str, object]:
    """The answers of whoever has nothing new to say, to what is asked anew, too."""
    return _values(view.before) | dict(view.saved)


def _values(known: Iterable[Fact | Told]) -> dict[str, object]:
    return {one.name: json_value(one.value) for one in known}


def _why(reader: Reader, file: CaseFile, task: Task, duties: Iterable[DutyView]) -> Iterator[Because]:
    process = next(process for process in file.processes if process.id == task.process_id)
    rule: StartRule | None = next((r for r in reader.library.starts if r.process == process.key), None)
    if rule is not None and process.because == "rule":
        yield Because(rule.because, rule.source.cite, rule.source.status == "verified")
    for duty in duties:
        yield Because(duty.sentence, duty.cite, duty.verified)


def _next_names(reader: Reader, task: Task) -> Iterator[Text]:
    """The steps that people may see next in this diagram, in drawing-independent order."""
    diagram = next((d for d in reader.library.pathway.diagrams.values() if task.element in d.elements), None)
    if diagram is None:
        return
    seen: set[str] = set()
    edge = [flow.target for flow in diagram.outgoing(task.element)]
    while edge:
        id = edge.pop(0)
        if id in seen:
            continue
        seen.add(id)
        element = diagram.elements[id]
        if element.kind in ("exclusive", "parallel", "rule"):
            edge += [flow.target for flow in diagram.outgoing(id)]
        elif element.name:
            yield reader.element_name(id)
