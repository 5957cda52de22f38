"""Frees a stuck case: a supervisor has it tried again after what was in the way is mended."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from engine.flow import Flows
from engine.library import Library
from engine.model import CaseFile, Move
from engine.moves import settle
from engine.moves.working import Working


def free_stuck(
    library: Library, flows: Flows, file: CaseFile, stuck_id: str, how: str, *, person: str, now: datetime
) -> Move:
    """Tries again where the engine could not go on. If it still cannot, a new stuck row says why."""
    working = Working(library, flows, file, now, person)
    stuck = working.state.stuck[stuck_id]
    working.keep_stuck(replace(stuck, freed_at=now, freed_by=person))
    working.note("stuck.freed", element=stuck.element, how=how)
    task = working.state.tasks.get(stuck.task_id) if stuck.task_id else None
    if task is not None:
        settle.run_task(working, task)
    else:
        settle.settle(working)
    return working.move()
