"""Everything that is named must exist: forms, tables, acts, parameters, roles, facts, processes, clocks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from difflib import get_close_matches

from engine.checks.analysis.domains import PREFIXES, kind_of
from engine.checks.analysis.uses import performed, uses
from engine.checks.report import Finding, finding
from engine.expressions import names
from engine.library import OVERRIDE_REASON, Derived, Diagram, DutyRule, FactRule, Library, Schedule, Where
from engine.model import CASE_SCOPE, DUTY_SCOPE
from engine.reading.read_pathway import lines_of

CODE = "references"
MOST_SUGGESTED = 100
"""Beyond it nobody is told what else may have been meant: looking for it takes long."""


@dataclass(frozen=True, slots=True)
class Reference:
    """`name` is meant to be one of `known`; `kind` says what it is in words."""

    kind: str
    name: str
    known: Iterable[str]
    where: Where
    reader: str


def check(library: Library) -> Iterator[Finding]:
    for number, reference in enumerate(_wrong(library)):
        yield _unknown(reference, suggest=number < MOST_SUGGESTED)


def _wrong(library: Library) -> Iterator[Reference]:
    """The references to nothing."""
    for reference in _references(library):
        if reference.name not in reference.known:
            at_top = reference.where == library.pathway.where
            yield replace(reference, where=_own_line(library, reference)) if at_top else reference
    for use in uses(library):
        for name in sorted(names(use.expression)):
            if kind_of(library, name) is None:
                yield Reference("name", name, _readable(library), use.where, use.reader)


def _own_line(library: Library, reference: Reference) -> Where:
    """Where the manifest names it: what stands at its top has no place of its own in the library."""
    lines = lines_of(library.files.get(reference.where.file, b""))
    line = lines.get(reference.reader) or lines.get(f"{reference.kind} {reference.name}")
    return replace(reference.where, line=line) if line else reference.where


def _unknown(reference: Reference, suggest: bool) -> Finding:
    near = get_close_matches(reference.name, list(reference.known) if suggest else [], n=1, cutoff=0.6)
    message = f"There is no {reference.kind} {reference.name!r}, which {reference.reader} names"
    hint = f". Did you mean {near[0]!r}?" if near else ". Declare it, or name one that exists"
    fix = {"replace": reference.name, "with": near[0]} if near else None
    return finding(CODE, "error", message + hint, reference.where, fix=fix)


def _readable(library: Library) -> list[str]:
    """Every name that an expression may read."""
    dotted = {
        "now": [table.output for table in library.tables.values()],
        "act": library.acts,
        "process": library.pathway.diagrams,
        "duty": library.duties,
        "clock": library.clocks,
        "case": ["duties_owed", "processes_running"],
    }
    plain = [*library.facts, *library.derived, *library.parameters]
    return plain + [f"{prefix}.{name}" for prefix in PREFIXES for name in dotted[prefix]]


def _references(library: Library) -> Iterator[Reference]:
    for diagram in library.pathway.diagrams.values():
        yield from _of_diagram(library, diagram)
    yield from _of_manifest(library)
    yield from _of_vocabulary(library)
    for duty in library.duties.values():
        yield from _of_duty(library, duty)
        yield from _of_correction(library, duty)
    yield from _of_clocks_and_starts(library)
    for schedule in library.schedules.values():
        yield from _of_schedule(library, schedule)
    yield from _of_forms(library)
    for item in performed(library):
        yield Reference("act", item.act.act, library.acts, item.where, item.reader)


def _of_forms(library: Library) -> Iterator[Reference]:
    """What a step shows stands open on its page: who the survivor is does not, that is asked for with a reason."""
    apart = {group.id for group in library.groups.values() if group.apart}
    together = [fact.id for fact in library.facts.values() if fact.group not in apart]
    for form in library.forms.values():
        for name in form.shows:
            yield Reference("fact that a step may show", name, together, form.where, f"form {form.id}")


def _of_diagram(library: Library, diagram: Diagram) -> Iterator[Reference]:
    if diagram.group is not None:
        yield Reference("group", diagram.group, library.groups, library.pathway.where, f"process {diagram.key}")
    for element in diagram.elements.values():
        named: list[tuple[str, str | None, Iterable[str]]] = [
            ("form", element.form, library.forms),
            ("table", element.table, library.tables),
            ("process", element.called, library.pathway.diagrams),
            ("parameter", element.due, library.parameters),
        ]
        if element.timer_kind == "duration":
            named.append(("parameter", element.timer, library.parameters))
        elif element.timer_kind == "date":
            named.append(("moment", element.timer, _moments(library)))
        for kind, name, known in named:
            if name is not None:
                yield Reference(kind, name, known, element.where, f"step {element.id}")


def _of_manifest(library: Library) -> Iterator[Reference]:
    pathway = library.pathway
    for process in sorted(pathway.named):
        yield Reference("process", process, pathway.diagrams, pathway.where, "the manifest")
    for lane, role in pathway.lanes.items():
        yield Reference("role", role, library.roles, pathway.where, f"lane {lane}")
    came_by = library.facts.get("door")
    for door in pathway.doors.values():
        if came_by is not None:
            yield Reference("value of door", door.id, came_by.values, door.where, f"door {door.id}")
        yield Reference("form", door.form, library.forms, door.where, f"door {door.id}")
        for role in sorted(door.roles):
            yield Reference("role", role, library.roles, door.where, f"door {door.id}")
    for item in pathway.anytime.values():
        yield Reference("form", item.form, library.forms, item.where, f"anytime form {item.id}")
        for role in sorted(item.roles):
            yield Reference("role", role, library.roles, item.where, f"anytime form {item.id}")
    drawn = {id_ for diagram in pathway.diagrams.values() for id_ in (*diagram.elements, *diagram.flows)}
    for id_ in pathway.names:
        yield Reference("element", id_, drawn, pathway.where, "the list of names")


def _of_vocabulary(library: Library) -> Iterator[Reference]:
    yield from _of_facts(library)
    for role in library.roles.values():
        for group in sorted(role.sees | set(role.sees_when)):
            yield Reference("group", group, library.groups, role.where, f"role {role.id}")
        for other in role.falls_back_to:
            yield Reference("role", other, library.roles, role.where, f"role {role.id}")
    yield from _of_derived(library)
    yield from _of_tables(library)


def _of_facts(library: Library) -> Iterator[Reference]:
    for fact in library.facts.values():
        yield Reference("group", fact.group, library.groups, fact.where, f"fact {fact.id}")
        yield Reference("scope", fact.scope, _scopes(library) | {DUTY_SCOPE}, fact.where, f"fact {fact.id}")
        if fact.not_before is not None:
            times = [id_ for id_, other in library.facts.items() if other.type in ("date", "datetime")]
            yield Reference("fact with a day or moment", fact.not_before, times, fact.where, f"fact {fact.id}")


def _of_tables(library: Library) -> Iterator[Reference]:
    for table in library.tables.values():
        yield Reference("fact", table.output, library.facts, table.where, f"the output of table {table.id}")
        for name in table.inputs:
            if kind_of(library, name) is None:
                yield Reference("name", name, _readable(library), table.where, f"table {table.id}")
        output = library.facts.get(table.output)
        for row in table.rows:
            if row.then is not None and output is not None:
                yield Reference(
                    f"value of {output.id}", row.then, output.values, row.where, f"a row of table {table.id}"
                )


def _of_derived(library: Library) -> Iterator[Reference]:
    computed = [*library.facts, *library.derived]
    for derived in library.derived.values():
        yield Reference("group", derived.group, library.groups, derived.where, f"derived fact {derived.id}")
        sources = [*derived.of, *([derived.otherwise] if derived.otherwise else [])]
        if derived.kind == "reaches_age":
            yield Reference("parameter", sources.pop(), library.parameters, derived.where, f"derived fact {derived.id}")
        for name in sources:
            yield Reference("fact", name, [*computed, "now"], derived.where, f"derived fact {derived.id}")


def _of_correction(library: Library, duty: DutyRule) -> Iterator[Reference]:
    """What is computed is corrected by its facts, and a duty that ends by corrections alone would not hear of it."""
    for name in sorted(duty.names) if duty.ends_by == "correction" else ():
        yield Reference("fact", name, library.facts, duty.where, f'"ends_by: correction" of duty {duty.id}')


def _of_duty(library: Library, duty: DutyRule) -> Iterator[Reference]:
    reader = f"duty {duty.id}"
    after = None if duty.makes_good else duty.after
    acts = (duty.act, duty.before, after, *duty.without, *duty.revoked_by)
    for act in acts:
        if act is not None:
            yield Reference("act", act, library.acts, duty.where, reader)
    for role in (duty.holder, *(duty.falls_back_to or ()), *duty.override):
        yield Reference("role", role, library.roles, duty.where, reader)
    if duty.override:
        texts = [fact.id for fact in library.facts.values() if fact.type == "text" and fact.scope == DUTY_SCOPE]
        yield Reference(f"text of scope {DUTY_SCOPE}", OVERRIDE_REASON, texts, duty.where, f"the override of {reader}")
    if duty.group is not None:
        yield Reference("group", duty.group, library.groups, duty.where, reader)
    if duty.within is not None:
        for parameter in (duty.within.parameter, duty.within.warn):
            if parameter is not None:
                yield Reference("parameter", parameter, library.parameters, duty.where, reader)
        yield Reference("moment", duty.within.start, ["duty", "act", *_moments(library)], duty.where, reader)


def _of_clocks_and_starts(library: Library) -> Iterator[Reference]:
    for clock in library.clocks.values():
        reader = f"clock {clock.id}"
        for name in (clock.earliest, clock.latest):
            yield Reference("moment", name, _moments(library), clock.where, reader)
        yield Reference("parameter", clock.hours, library.parameters, clock.where, reader)
        for act in clock.stops:
            yield Reference("act", act, library.acts, clock.where, reader)
        for role in sorted(clock.shown_to):
            yield Reference("role", role, library.roles, clock.where, reader)
    for start in library.starts:
        yield Reference("process", start.process, library.pathway.diagrams, start.where, "a start rule")
        yield Reference("scope", start.scope, _scopes(library), start.where, f"the start rule of {start.process}")


def _of_schedule(library: Library, schedule: Schedule) -> Iterator[Reference]:
    reader = f"schedule {schedule.id}"
    yield Reference("process", schedule.process, library.pathway.diagrams, schedule.where, reader)
    anchors = [*_moments(library), *(f"act.{act}" for act in library.acts)]
    roles = library.facts.get("visit_role")
    for visit in schedule.visits:
        yield Reference("role", visit.role, library.roles, visit.where, f"visit {visit.id}")
        if roles is not None:
            yield Reference("value of visit_role", visit.role, roles.values, visit.where, f"visit {visit.id}")
        yield Reference("moment", visit.anchor, anchors, visit.where, f"visit {visit.id}")


def _moments(library: Library) -> list[str]:
    """Facts and derived facts that are a day or a moment."""
    declared: list[FactRule | Derived] = [*library.facts.values(), *library.derived.values()]
    return [item.id for item in declared if item.type in ("date", "datetime")]


def _scopes(library: Library) -> set[str]:
    """The case, and what schedules plan."""
    return {CASE_SCOPE} | {schedule.scope for schedule in library.schedules.values()}
