"""Corrects a fact. No token moves: decisions are taken again, rules start and cancel, duties open and close."""

from __future__ import annotations

from datetime import datetime

from engine.flow import Flows
from engine.library import Library
from engine.model import CaseFile, Move, Value
from engine.moves import settle
from engine.moves.working import Working


def correct_fact(
    library: Library,
    flows: Flows,
    file: CaseFile,
    name: str,
    scope: str,
    value: Value,
    reason: str,
    *,
    person: str,
    now: datetime,
    command_id: str | None = None,
    fingerprint: str = "",
) -> Move:
    """What was sent stays sent; a duty that is no longer owed closes "because corrected"; where a decision
    already taken would now differ, it is taken again and the review process of the pathway starts."""
    working = Working(library, flows, file, now, person)
    old = file.facts[(name, scope)]
    working.record(name, scope, value, "correction", happened_at=old.happened_at, corrects=True, reason=reason)
    working.note("fact.corrected", field=name, scope=scope)
    settle.take_up_news(working)
    return working.move(command_id=command_id, fingerprint=fingerprint)
