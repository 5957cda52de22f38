"""Corrects a fact. No token moves: decisions are taken again, rules start and cancel, duties open and close."""

from __future__ import annotations

from datetime import datetime

from engine.flow import Flows
from engine.library import Library
from engine.model import CaseFile, Move, Value
from engine.moves import processes, settle
from engine.moves.working import Working, new_id
from engine.rules import tables


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
    _decide_again(working)
    if file.case.status == "closed":
        settle.reopen_if_needed(working)
    else:
        settle.settle(working)
    return working.move(command_id=command_id, fingerprint=fingerprint)


def _decide_again(working: Working) -> None:
    for table in working.library.tables.values():
        for (output, scope), decided in list(working.state.facts.items()):
            if output != table.output or not decided.source.startswith("decision:"):
                continue
            row = tables.fired(table, working.sight(scope))
            chosen = table.rows[row].then if row is not None else None
            if row is None or chosen is None or chosen == decided.value:
                continue
            working.decide(table.id, output, row, chosen, scope)
            working.note("decision.review", table=table.id, element=table.output)
            if working.library.pathway.review is not None:
                processes.start_process(working, working.library.pathway.review, f"review:{new_id()}", "review")
