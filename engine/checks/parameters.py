"""A dated value must be in force on every day that may count: before its first day there is no value at all."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from engine import clock
from engine.checks.report import Finding, finding
from engine.library import Library, Parameter

CODE = "parameters"

LIVING_MEMORY = 100
"""Years. A survivor may come today because of an incident that lies this far back."""


def check(library: Library) -> Iterator[Finding]:
    today = clock.now().date()
    unverified: list[str] = []
    for parameter in library.parameters.values():
        yield from _in_force(parameter, today)
        if any(dated.source.status == "unverified" for dated in parameter.values):
            unverified.append(parameter.id)
    if unverified:
        listed = ", ".join(sorted(unverified))
        message = f"{len(unverified)} of {len(library.parameters)} parameters are unverified: {listed}. Confirm them"
        where = library.parameters[min(unverified)].where
        yield finding(CODE, "info", message, where, elements=tuple(sorted(unverified)))


def _in_force(parameter: Parameter, today: date) -> Iterator[Finding]:
    days = [dated.valid_from for dated in parameter.values]
    if days != sorted(set(days)):
        message = f"The values of {parameter.id} are not in the order of their days. List each day once, oldest first"
        yield finding(CODE, "error", message, parameter.where)
        return
    first = days[0]
    if first > today:
        message = f"{parameter.id} has no value before {first}, so none today. Add the value that is in force now"
        yield finding(CODE, "error", message, parameter.where)
    elif parameter.as_of == "incident" and first.year > today.year - LIVING_MEMORY:
        message = (
            f"{parameter.id} counts as of the incident, but has no value before {first}: earlier incidents cannot be "
            "decided. Add what was in force before"
        )
        yield finding(CODE, "warning", message, parameter.where)
