"""Fires a timer that is due, or wakes a case at a moment its rules look at."""

from __future__ import annotations

from datetime import datetime

from engine.flow import FlowError, Flows
from engine.library import Library
from engine.model import SYSTEM, CaseFile, Move
from engine.moves import settle
from engine.moves.duties import note_lateness
from engine.moves.working import Working


def fire_timer(library: Library, flows: Flows, file: CaseFile, timer_id: str, *, now: datetime) -> Move | None:
    """The move, or None when the timer is gone, not due (it fires once, and never early), or its process is
    stuck and cannot take it now. A moment that is read anew may turn out to lie ahead: then the timer is moved."""
    timer = next((timer for timer in file.timers if timer.id == timer_id), None)
    if timer is None or timer.due_at > now:
        return None
    working = Working(library, flows, file, now, SYSTEM.id)
    if not timer.process_id:
        working.clear_timer(timer.id)
        working.note("timer.fired", element=timer.element)
    settle.settle(working)
    changes = working.changes
    return working.move() if timer_id in changes.cleared or timer_id in changes.timers or changes.stuck else None


def watch(library: Library, flows: Flows, file: CaseFile, *, now: datetime) -> Move | None:
    """Notes duties that became late or are about to; None when nothing did."""
    working = Working(library, flows, file, now, SYSTEM.id)
    note_lateness(working)
    return working.move() if working.changes.duties else None


def stop_here(
    library: Library, flows: Flows, file: CaseFile, process_id: str, element: str, *, now: datetime
) -> Move | None:
    """Stops a case where a timer cannot fire for a fault of ours; None when it is stopped there already."""
    working = Working(library, flows, file, now, SYSTEM.id)
    working.be_stuck(FlowError("fault", element, "A fault of the program stands in the way"), process_id)
    return working.move() if working.changes.stuck else None
