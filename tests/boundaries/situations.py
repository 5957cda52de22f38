"""Invented situations at the edges of an age or a window, read by the shipped rules as a case would read them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from engine.model import CASE_SCOPE, Case, Fact, Value
from engine.rules.sight import Sight
from engine.rules.state import State
from tests.walk import shipped

LIBRARY = shipped()
ZONE = "Africa/Kigali"


def at(text: str) -> datetime:
    """A moment by the centre's clock: `2026-03-02 09:00`."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(ZONE))


def hours(text: str) -> timedelta:
    """`72:00:01` as a length of time."""
    parts = [int(part) for part in text.split(":")]
    return timedelta(hours=parts[0], minutes=parts[1], seconds=parts[2] if parts[2:] else 0)


def sight(now: datetime, **facts: Value | None) -> Sight:
    """What the rules see of a case of which these facts are known now; None is not known."""
    case = Case("c", "ABC-DEF", "k", "k", LIBRARY.digest, "reception", now)
    kept = {
        (name, CASE_SCOPE): Fact(name, CASE_SCOPE, value, now, now, "p", "form:arrival")
        for name, value in facts.items()
        if value is not None
    }
    state = State(case, frozenset({LIBRARY.pathway.main}), kept, {}, {}, {}, {}, {}, {}, {})
    return Sight(LIBRARY, state, now.astimezone(UTC), ZONE)
