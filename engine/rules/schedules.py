"""Follow-up schedules: which visits are due to be planned, and when each opens, is due and closes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from engine.library import Schedule, VisitRule
from engine.rules import periods
from engine.rules.sight import Sight

FACTS = ("visit_id", "visit_role", "visit_due_at", "visit_opens_at", "visit_closes_at")
"""What the engine records of each visit that is planned, on its scope."""
DUE_AT = "visit_due_at"
OPENS_AT = "visit_opens_at"
"""Until this moment a visit has not begun, and may be taken back."""


@dataclass(frozen=True, slots=True)
class PlannedVisit:
    """A visit whose anchor is known; `scope` is the key of its process."""

    rule: VisitRule
    scope: str
    due_at: datetime
    opens_at: datetime
    closes_at: datetime


def scope_of(schedule: Schedule, visit: VisitRule) -> str:
    """The key of the process of a visit, and of the facts that it has of its own."""
    return f"{schedule.scope}:{visit.id}"


def planned(schedule: Schedule, sight: Sight) -> Iterator[PlannedVisit]:
    """The visits that the schedule owes by what is known now; none unless its condition is true."""
    if sight.holds(schedule.when) is not True:
        return
    for visit in schedule.visits:
        anchor = sight.moment(visit.anchor)
        if anchor is None or (visit.when is not None and sight.holds(visit.when) is not True):
            continue
        yield PlannedVisit(
            rule=visit,
            scope=scope_of(schedule, visit),
            due_at=periods.add(anchor, visit.at),
            opens_at=periods.add(anchor, visit.opens),
            closes_at=periods.add(anchor, visit.closes),
        )
