"""What belongs to a visit is asked within a visit: asked on the case, one answer would count for all visits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.checks.report import Finding, finding
from engine.library import Library, Where
from engine.model import CASE_SCOPE

CODE = "scopes"


def check(library: Library) -> Iterator[Finding]:
    scopes = _scopes(library)
    for diagram in library.pathway.diagrams.values():
        for element in diagram.elements.values():
            for scope in sorted(scopes[diagram.key]):
                yield from _asked(library, element.form, scope, element.where, f"{element.id} asks it on the {scope}")
    for door in library.pathway.doors.values():
        yield from _asked(library, door.form, CASE_SCOPE, door.where, f"door {door.id} asks it on the case")
    for item in library.pathway.anytime.values():
        yield from _asked(library, item.form, CASE_SCOPE, item.where, f"{item.id} asks it on the case")


def _asked(library: Library, form: str | None, scope: str, where: Where, what: str) -> Iterator[Finding]:
    if form not in library.forms:
        return  # references says so
    for name in library.forms[str(form)].properties:
        fact = library.facts.get(name)
        if fact is not None and fact.scope not in (CASE_SCOPE, scope):
            message = (
                f"{name} belongs to a {fact.scope}, but {what}. Ask it within a {fact.scope}, or let it be the case's"
            )
            yield finding(CODE, "error", message, where, elements=(where.element, name))


def _scopes(library: Library) -> Mapping[str, set[str]]:
    """The scopes that each process runs on; a called process runs on those of its callers."""
    scopes: dict[str, set[str]] = {key: set() for key in library.pathway.diagrams}
    begun = [(library.pathway.main, CASE_SCOPE)]
    begun += [(start.process, start.scope) for start in library.starts]
    begun += [(schedule.process, schedule.scope) for schedule in library.schedules.values()]
    while begun:
        key, scope = begun.pop()
        if key in scopes and scope not in scopes[key]:
            scopes[key].add(scope)
            called = (element.called for element in library.pathway.diagrams[key].elements.values())
            begun += [(process, scope) for process in called if process is not None]
    return scopes
