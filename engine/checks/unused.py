"""What nothing uses misleads whoever reads the rules: it looks as if it had an effect."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.checks.analysis.answers import forms_in_use
from engine.checks.analysis.situations import SYSTEM_FACTS
from engine.checks.analysis.uses import names_read
from engine.checks.report import Finding, finding
from engine.library import Library, Where

CODE = "unused"


def check(library: Library) -> Iterator[Finding]:
    read = names_read(library)
    asked = {name for form in forms_in_use(library) for name in form.properties}
    used_facts = read | asked | SYSTEM_FACTS
    used_facts |= {table.output for table in library.tables.values()}
    groups = {fact.group for fact in library.facts.values()} | {item.group for item in library.derived.values()}
    decided = {element.table for d in library.pathway.diagrams.values() for element in d.elements.values()}
    tables = {id_ for id_, table in library.tables.items() if id_ in decided or f"now.{table.output}" in read}
    yield from _unused("fact", {item.id: item.where for item in library.facts.values()}, used_facts)
    yield from _unused("derived fact", {item.id: item.where for item in library.derived.values()}, read)
    yield from _unused("parameter", {item.id: item.where for item in library.parameters.values()}, read)
    yield from _unused("group", {item.id: item.where for item in library.groups.values()}, groups)
    yield from _unused("table", {item.id: item.where for item in library.tables.values()}, tables)
    yield from _unused("form", {item.id: item.where for item in library.forms.values()}, _forms(library))
    yield from _unused("role", {item.id: item.where for item in library.roles.values()}, _roles(library))
    for key in sorted(library.pathway.diagrams.keys() - _processes(library)):
        message = f"Nothing starts or calls the process {key}, so it never happens. Start it by a rule, or remove it"
        yield finding(CODE, "error", message, library.pathway.diagrams[key].where, elements=(key,))


def _unused(kind: str, declared: Mapping[str, Where], used: set[str]) -> Iterator[Finding]:
    for name in sorted(set(declared) - used):
        yield finding(CODE, "info", f"Nothing uses the {kind} {name}. Use it, or remove it", declared[name])


def _forms(library: Library) -> set[str]:
    return {form.id for form in forms_in_use(library)}


def _roles(library: Library) -> set[str]:
    pathway = library.pathway
    used = set(pathway.lanes.values()) | {duty.holder for duty in library.duties.values()}
    used |= {other for role in library.roles.values() for other in role.falls_back_to}
    for door in pathway.doors.values():
        used |= door.roles
    for item in pathway.anytime.values():
        used |= item.roles
    for clock in library.clocks.values():
        used |= clock.shown_to
    used |= {visit.role for schedule in library.schedules.values() for visit in schedule.visits}
    return used | {role.id for role in library.roles.values() if role.may - {"task.work", "case.open"}}


def _processes(library: Library) -> set[str]:
    """Those that the manifest names, and those that something calls or starts."""
    used = set(library.pathway.named)
    used |= {start.process for start in library.starts} | {item.process for item in library.schedules.values()}
    for diagram in library.pathway.diagrams.values():
        used |= {element.called for element in diagram.elements.values() if element.called}
    return used
