"""Every task needs people: a lane, the lane a role, and the role the right to do what it is there for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.access import MANAGING
from engine.checks.report import Finding, finding
from engine.library import Element, Library, Role, Where

CODE = "lanes-and-roles"


def check(library: Library) -> Iterator[Finding]:
    pathway = library.pathway
    drawn: set[str] = set()
    for diagram in pathway.diagrams.values():
        drawn |= {name for name, _ in diagram.lanes.values()}
        for element in diagram.elements.values():
            if element.kind == "user":
                yield from _task(library, element)
    for lane in sorted(set(pathway.lanes) - drawn):
        yield finding(CODE, "info", f"No diagram has a lane {lane!r}. Remove it from the manifest", pathway.where)
    for door in pathway.doors.values():
        yield from _may(library, door.roles, "case.open", door.where, f"open a case at the door {door.id}")
    for item in pathway.anytime.values():
        yield from _may(library, item.roles, "facts.record", item.where, f"fill {item.id}")
    for role in library.roles.values():
        if not role.may:
            yield finding(CODE, "warning", f"Role {role.id} may do nothing. Say what it may", role.where)
        yield from _managing(role)


def _task(library: Library, element: Element) -> Iterator[Finding]:
    lanes = library.pathway.lanes
    if not element.lane:
        message = f"{element.id} stands in no lane, so nobody would do it. Draw it in the lane of a role"
        yield finding(CODE, "error", message, element.where)
    elif element.lane not in lanes:
        message = f"The lane {element.lane!r} of {element.id} has no role. Add it to lanes in the manifest"
        yield finding(CODE, "error", message, element.where)
    else:
        yield from _may(library, [lanes[element.lane]], "task.work", element.where, f"work on {element.id}")


def _managing(role: Role) -> Iterator[Finding]:
    """Who gives roles and passwords to others sees no case: nobody could else say who saw it."""
    beside = sorted(role.may - MANAGING) + sorted(role.sees | role.sees_when.keys())
    if role.may & MANAGING and beside:
        message = f"Role {role.id} manages people or centres, so it may see and do nothing else: {', '.join(beside)}"
        yield finding(CODE, "error", f"{message}. Make two roles of it", role.where)


def _may(library: Library, roles: Iterable[str], action: str, where: Where, what: str) -> Iterator[Finding]:
    for id_ in sorted(roles):
        role = library.roles.get(id_)
        if role is not None and action not in role.may:
            message = f"Role {id_} is to {what}, but it may not {action}. Add {action} to what it may"
            yield finding(CODE, "error", message, where, elements=(where.element, id_))
