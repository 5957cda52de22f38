"""Every expression of an edition with the place where it stands, and every act that something performs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.checks.analysis.once import once
from engine.expressions import ActText, Expression, names
from engine.library import Library, Schedule, StartRule, Where


@dataclass(frozen=True, slots=True)
class Use:
    """An expression where it is read; `reader` says who reads it, in words."""

    expression: Expression
    where: Where
    reader: str


@dataclass(frozen=True, slots=True)
class Performed:
    """An act where something performs it."""

    act: ActText
    where: Where
    reader: str


def performed(library: Library) -> Iterator[Performed]:
    """The acts of steps, doors and anytime forms."""
    pathway = library.pathway
    for diagram in pathway.diagrams.values():
        for element in diagram.elements.values():
            for act in element.acts:
                yield Performed(act, element.where, f"step {element.id}")
    for door in pathway.doors.values():
        for act in door.acts:
            yield Performed(act, door.where, f"door {door.id}")
    for anytime in pathway.anytime.values():
        for act in anytime.acts:
            yield Performed(act, anytime.where, f"anytime form {anytime.id}")


@once
def done_together(library: Library) -> tuple[tuple[Expression | None, frozenset[str]], ...]:
    """The acts of each step, door and anytime form, which are done at once; and when it may be done at all."""
    pathway = library.pathway
    doing = [(step.requires, step.acts) for diagram in pathway.diagrams.values() for step in diagram.elements.values()]
    doing += [(None, door.acts) for door in pathway.doors.values()]
    doing += [(form.when, form.acts) for form in pathway.anytime.values()]
    return tuple((when, frozenset(act.act for act in acts)) for when, acts in doing if acts)


def always_along(library: Library, act: str) -> frozenset[str]:
    """The acts that whatever does this one always does with it."""
    pathway = library.pathway
    doing = [element.acts for diagram in pathway.diagrams.values() for element in diagram.elements.values()]
    doing += [door.acts for door in pathway.doors.values()] + [item.acts for item in pathway.anytime.values()]
    along = [
        frozenset(one.act for one in acts if one.when is None) for acts in doing if any(one.act == act for one in acts)
    ]
    return frozenset.intersection(*along) - {act} if along else frozenset()


def uses(library: Library) -> Iterator[Use]:
    """All expressions of diagrams, manifest and rules."""
    for item in performed(library):
        if item.act.when is not None:
            yield Use(item.act.when, item.where, f"act {item.act.act} of {item.reader}")
    yield from uses_elsewhere(library)


def uses_elsewhere(library: Library) -> Iterator[Use]:
    """All but the conditions of acts, which ask the form of their own step."""
    yield from _in_pathway(library)
    for table in library.tables.values():
        for row in table.rows:
            for cell in row.when.values():
                for condition in cell:
                    yield Use(condition, row.where, f"a row of table {table.id}")
    yield from _in_rules(library)


def names_read(library: Library) -> set[str]:
    """The names that expressions, tables, derived facts, timers, limits, clocks and visits read."""
    return {name for use in uses(library) for name in names(use.expression)} | read_by_name(library)


def read_by_name(library: Library) -> set[str]:
    """The names that tables, derived facts, timers, limits, clocks and visits read without an expression."""
    read: set[str] = set()
    for table in library.tables.values():
        read |= set(table.inputs)
    for derived in library.derived.values():
        read |= {*derived.of, derived.otherwise or ""}
    for diagram in library.pathway.diagrams.values():
        for element in diagram.elements.values():
            read |= {element.timer or "", element.due or ""}
    for duty in library.duties.values():
        if duty.within is not None:
            read |= {duty.within.parameter, duty.within.start, duty.within.warn or ""}
    for clock in library.clocks.values():
        read |= {clock.earliest, clock.latest, clock.hours}
    read |= {fact.not_before for fact in library.facts.values() if fact.not_before is not None}
    return read | {visit.anchor for item in library.schedules.values() for visit in item.visits}


def _in_pathway(library: Library) -> Iterator[Use]:
    for diagram in library.pathway.diagrams.values():
        for flow in diagram.flows.values():
            if flow.condition is not None:
                yield Use(flow.condition, flow.where, f"flow {flow.id}")
        for element in diagram.elements.values():
            for expression in (element.requires, element.condition):
                if expression is not None:
                    yield Use(expression, element.where, f"step {element.id}")
    for anytime in library.pathway.anytime.values():
        if anytime.when is not None:
            yield Use(anytime.when, anytime.where, f"anytime form {anytime.id}")


def _in_rules(library: Library) -> Iterator[Use]:
    for role in library.roles.values():
        for group, when in role.sees_when.items():
            yield Use(when, role.where, f"the sight that role {role.id} has of {group}")
    yield from _in_duties_and_clocks(library)
    beginning: list[tuple[StartRule | Schedule, str]]
    beginning = [(start, f"the start rule of {start.process}") for start in library.starts]
    beginning += [(schedule, f"schedule {schedule.id}") for schedule in library.schedules.values()]
    for rule, reader in beginning:
        said = (rule.when, rule.cancel_when)
        yield from (Use(expression, rule.where, reader) for expression in said if expression is not None)
    for schedule in library.schedules.values():
        for visit in schedule.visits:
            if visit.when is not None:
                yield Use(visit.when, visit.where, f"visit {visit.id}")


def _in_duties_and_clocks(library: Library) -> Iterator[Use]:
    for duty in library.duties.values():
        exceptions = [exception.when for exception in duty.exceptions]
        for expression in (duty.when, duty.always, duty.unless, *exceptions):
            if expression is not None:
                yield Use(expression, duty.where, f"duty {duty.id}")
    for clock in library.clocks.values():
        if clock.when is not None:
            yield Use(clock.when, clock.where, f"clock {clock.id}")
