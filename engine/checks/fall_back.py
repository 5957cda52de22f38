"""While nobody of a role is awake, somebody else holds its duties, and may know of them."""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.report import Finding, finding
from engine.library import DutyRule, Library
from engine.rules.rota import chain, may_know

CODE = "fall-back"


def check(library: Library) -> Iterator[Finding]:
    for role in library.roles.values():
        if role.id in role.falls_back_to:
            message = (
                f"Role {role.id} falls back to itself. Name others, who hold its duties while nobody of it is awake"
            )
            yield finding(CODE, "error", message, role.where)
    for duty in library.duties.values():
        yield from _of_duty(library, duty)


def _of_duty(library: Library, duty: DutyRule) -> Iterator[Finding]:
    for id_ in duty.falls_back_to or ():
        role = library.roles.get(id_)
        if role is not None and not may_know(role, duty):
            message = f"Role {id_} cannot hold {duty.id}: it does not see {duty.group}. Name a role that does"
            yield finding(CODE, "error", message, duty.where, duty=duty.id)
    holder = library.roles.get(duty.holder)
    if holder is not None and not may_know(holder, duty) and duty.group not in holder.sees_when:
        message = (
            f"Role {holder.id} holds {duty.id}, and does not see {duty.group}, of which a duty tells whoever holds it. "
            "Name a role that does, or give the duty another group"
        )
        yield finding(CODE, "warning", message, duty.where, duty=duty.id)
    if duty.form == "must" and len(chain(library, duty.id, duty.holder)) == 1 and duty.holder in library.roles:
        message = (
            f"While nobody of {duty.holder} is awake, nobody holds {duty.id}. Say whom {duty.holder} falls back to, "
            "and that they may know of it"
        )
        yield finding(CODE, "warning", message, duty.where, duty=duty.id)
