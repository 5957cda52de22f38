"""A limit of time must name a length or a moment that can be counted; a visit must open before it closes, and is
planned by one schedule."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from engine.checks.analysis.domains import kind_of
from engine.checks.report import Finding, finding
from engine.library import Library, Where
from engine.rules import periods, schedules

CODE = "timers"

_ANY_MOMENT = datetime(2000, 1, 1, tzinfo=UTC)


def check(library: Library) -> Iterator[Finding]:
    for name, where, reader in _lengths(library):
        parameter = library.parameters.get(name)
        if parameter is not None and not periods.is_time_unit(parameter.unit):
            message = (
                f"{reader} counts {name}, whose unit is {parameter.unit}. A length of time has the unit minutes, hours "
                "or days"
            )
            yield finding(CODE, "error", message, where)
    for name, where, reader in _moments(library):
        kind = kind_of(library, name)
        if kind is not None and kind.type != "datetime":
            message = f"{reader} counts from {name}, which is {kind.type}. Only a datetime is a moment"
            yield finding(CODE, "error", message, where)
    for schedule in library.schedules.values():
        for visit in schedule.visits:
            times = [periods.add(_ANY_MOMENT, length) for length in (visit.opens, visit.at, visit.closes)]
            if times != sorted(times) or times[0] == times[2]:
                message = (
                    f"Visit {visit.id} opens at {visit.opens}, is due at {visit.at} and closes at {visit.closes}. It "
                    "must open before it closes, and be due in between"
                )
                yield finding(CODE, "error", message, visit.where)
    yield from _twice(library)


def _twice(library: Library) -> Iterator[Finding]:
    """What one schedule plans another would take back, if both called a visit by the same id."""
    known: dict[tuple[str, str], str] = {}
    for schedule in library.schedules.values():
        for visit in schedule.visits:
            first = known.setdefault((schedule.process, schedules.scope_of(schedule, visit)), schedule.id)
            if first != schedule.id:
                message = (
                    f"Visit {visit.id} is planned by {first} and by {schedule.id}, and held by {schedule.process}: one "
                    "would take back what the other plans. Give one of them another id"
                )
                yield finding(CODE, "error", message, visit.where)


def _lengths(library: Library) -> Iterator[tuple[str, Where, str]]:
    for diagram in library.pathway.diagrams.values():
        for element in diagram.elements.values():
            if element.timer is not None and element.timer_kind == "duration":
                yield element.timer, element.where, f"The timer {element.id}"
            if element.due is not None:
                yield element.due, element.where, f"The due time of {element.id}"
    for duty in library.duties.values():
        if duty.within is not None:
            for name in (duty.within.parameter, duty.within.warn):
                if name is not None:
                    yield name, duty.where, f"The limit of duty {duty.id}"
    for clock in library.clocks.values():
        yield clock.hours, clock.where, f"Clock {clock.id}"


def _moments(library: Library) -> Iterator[tuple[str, Where, str]]:
    yield from _moments_of_rules(library)
    for diagram in library.pathway.diagrams.values():
        for element in diagram.elements.values():
            if element.timer is not None and element.timer_kind == "date":
                yield element.timer, element.where, f"The timer {element.id}"


def _moments_of_rules(library: Library) -> Iterator[tuple[str, Where, str]]:
    for duty in library.duties.values():
        if duty.within is not None and duty.within.start not in ("duty", "act"):
            yield duty.within.start, duty.where, f"The limit of duty {duty.id}"
    for clock in library.clocks.values():
        for name in dict.fromkeys((clock.earliest, clock.latest)):
            yield name, clock.where, f"Clock {clock.id}"
    for schedule in library.schedules.values():
        for visit in schedule.visits:
            if not visit.anchor.startswith("act."):
                yield visit.anchor, visit.where, f"Visit {visit.id}"
