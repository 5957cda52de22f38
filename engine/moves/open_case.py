"""Opens a case: a survivor arrived by a door; the main process starts and the rules are evaluated."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from engine.flow import Flows
from engine.library import Door, Library
from engine.model import CASE_SCOPE, Case, CaseFile, Move, Value
from engine.moves import acts, processes, settle
from engine.moves.working import Working, names_of, new_id
from engine.rules.sight import ARRIVAL

DOOR = "door"
"""System fact: the door by which the survivor came (docs/content.md)."""


def open_case(
    library: Library,
    flows: Flows,
    door: Door,
    answers: Mapping[str, Value],
    *,
    centre: str,
    zone: str,
    code: str,
    person: str,
    now: datetime,
    happened_at: datetime | None = None,
    command_id: str | None = None,
    fingerprint: str = "",
) -> Move:
    """A new case at `centre`. `happened_at` is when the survivor arrived, if not now."""
    arrived = happened_at or now
    case = Case(
        id=new_id(),
        code=code,
        opened_at_centre=centre,
        current_centre=centre,
        edition=library.digest,
        door=door.id,
        opened_at=now,
    )
    file = CaseFile(case, {}, (), (), (), (), (), {}, (), zone)
    working = Working(library, flows, file, now, person, happened_at)
    working.note("case.opened", door=door.id, edition=library.digest)
    source = f"door:{door.id}"
    working.record(DOOR, CASE_SCOPE, door.id, source, happened_at=arrived)
    working.record(ARRIVAL, CASE_SCOPE, arrived, source, happened_at=arrived)
    facts = [working.record(n, CASE_SCOPE, value, source, happened_at=arrived) for n, value in answers.items()]
    working.note("facts.recorded", form=door.form, fields=names_of(facts))
    acts.do(working, door.acts, door.id, CASE_SCOPE, refuse=True, happened_at=arrived)
    processes.start_process(working, library.pathway.main, CASE_SCOPE, "arrival")
    settle.settle(working)
    return working.move(command_id=command_id, fingerprint=fingerprint, new=True)
