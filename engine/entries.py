"""The entries of the trail: the closed list of their kinds, and how one is made. Imports nothing of ours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the trail. `kind` is from a closed list (`ENTRY_KINDS`); `params` hold ids, role names
    and field names, never an answer's value."""

    kind: str
    at: datetime
    person: str
    centre: str
    case_id: str | None = None
    params: Mapping[str, str] = field(default_factory=dict)


ENTRY_KINDS: Mapping[str, frozenset[str]] = {
    "case.opened": frozenset({"door", "edition"}),
    "case.closed": frozenset({"element"}),
    "case.reopened": frozenset({"because"}),
    "case.read": frozenset({"groups"}),
    "identity.read": frozenset({"why"}),
    "cases.listed": frozenset({"count"}),
    "case.searched": frozenset({"found"}),
    "task.opened": frozenset({"element", "process", "role"}),
    "task.read": frozenset({"element"}),
    "task.claimed": frozenset({"element", "role"}),
    "task.released": frozenset({"element", "role"}),
    "task.taken_over": frozenset({"element", "role", "who"}),
    "task.given_back": frozenset({"element", "role", "who"}),
    "task.completed": frozenset({"element", "process", "role", "fields"}),
    "task.withdrawn": frozenset({"element", "process", "because"}),
    "facts.recorded": frozenset({"form", "fields"}),
    "facts.added": frozenset({"form", "fields"}),
    "fact.corrected": frozenset({"field", "scope"}),
    "fact.along": frozenset({"field", "scope"}),
    "act.done": frozenset({"act", "element"}),
    "decision.made": frozenset({"table", "row"}),
    "decision.review": frozenset({"table", "element"}),
    "process.started": frozenset({"process", "scope", "because"}),
    "process.ended": frozenset({"process", "scope"}),
    "process.cancelled": frozenset({"process", "scope", "because"}),
    "timer.fired": frozenset({"element"}),
    "duty.opened": frozenset({"duty", "holder", "due"}),
    "duty.met": frozenset({"duty"}),
    "duty.late": frozenset({"duty"}),
    "duty.broken": frozenset({"duty"}),
    "duty.cancelled": frozenset({"duty", "because"}),
    "duty.warned": frozenset({"duty"}),
    "duty.overridden": frozenset({"duty", "role"}),
    "duty.unheld": frozenset({"duty", "holder"}),
    "shift.started": frozenset({"roles", "until"}),
    "shift.ended": frozenset({"who", "role"}),
    "call.planned": frozenset({"who", "role", "from", "until"}),
    "call.removed": frozenset({"who", "role", "from", "until"}),
    "stuck.opened": frozenset({"element", "code"}),
    "stuck.freed": frozenset({"element", "how"}),
    "refused": frozenset({"action", "code"}),
    "denied": frozenset({"action"}),
    "trail.altered": frozenset({"seq"}),
    "signed.in": frozenset(),
    "signed.out": frozenset(),
    "sign_in.failed": frozenset({"account"}),
    "token.issued": frozenset({"account", "until"}),
    "token.revoked": frozenset({"account"}),
    "account.added": frozenset({"account", "roles"}),
    "account.changed": frozenset({"account", "fields"}),
    "account.roles": frozenset({"account", "roles"}),
    "account.disabled": frozenset({"account"}),
    "account.enabled": frozenset({"account"}),
    "password.reset": frozenset({"account"}),
    "password.changed": frozenset(),
    "sessions.ended": frozenset({"account", "count"}),
    "centre.added": frozenset(),
    "centre.changed": frozenset({"fields"}),
    "trail.read": frozenset(),
    "edition.published": frozenset({"edition"}),
}
"""The closed vocabulary of the trail: kind -> exactly the params an entry of it carries."""

READS = frozenset(
    {"case.read", "case.searched", "identity.read", "task.read", "trail.read", "refused", "denied", "cases.listed"}
)
"""Kinds of entries that tell who looked at a case or tried to; all others tell what was done."""


def entry(kind: str, at: datetime, person: str, centre: str, case_id: str | None = None, **params: str) -> Entry:
    """An entry of the trail; raises ValueError unless the params are exactly those of its kind."""
    expected = ENTRY_KINDS.get(kind)
    if expected is None or expected != set(params):
        raise ValueError(f"Expected {sorted(expected or ())} for {kind!r}, but got {sorted(params)}")
    return Entry(kind=kind, at=at, person=person, centre=centre, case_id=case_id, params=params)
