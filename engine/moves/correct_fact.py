"""Corrects a fact. No token moves: decisions are taken again, rules start and cancel, duties open and close."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from engine.flow import Flows
from engine.library import Library
from engine.model import CaseFile, Move, Value
from engine.moves import settle
from engine.moves.complete_task import scope_of
from engine.moves.working import Working


def correct_fact(
    library: Library,
    flows: Flows,
    file: CaseFile,
    name: str,
    scope: str,
    values: Mapping[str, Value],
    reason: str,
    *,
    person: str,
    now: datetime,
    command_id: str | None = None,
    fingerprint: str = "",
) -> Move:
    """`values` has what is said along with it, too. What was sent stays sent; a duty that is no longer owed closes
    "because corrected"; where a decision already taken would now differ, it is taken again and the review process of
    the pathway starts."""
    working = Working(library, flows, file, now, person)
    old = file.facts[(name, scope)]
    working.record(name, scope, values[name], "correction", happened_at=old.happened_at, corrects=True, reason=reason)
    working.note("fact.corrected", field=name, scope=scope)
    for other, value in values.items():
        if other != name:
            where = scope_of(library.facts.get(other), scope)
            working.record(other, where, value, "correction", happened_at=old.happened_at, reason=reason)
            working.note("fact.along", field=other, scope=where)
    settle.take_up_news(working)
    return working.move(command_id=command_id, fingerprint=fingerprint)
