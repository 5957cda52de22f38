"""Days and moments as answers write them: ISO 8601, in the one shape that cannot be misread."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?(?P<offset>Z|[+-][0-9]{2}:[0-9]{2})?"
)


def day(text: str) -> date | None:
    """The day, or None when `text` is no YYYY-MM-DD of the calendar."""
    try:
        return date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None


def moment(text: str) -> datetime | None:
    """The moment, without time zone when `text` has no offset; None when `text` is no ISO moment."""
    match = _MOMENT.fullmatch(text)
    if match is None:
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def in_utc(text: str) -> datetime | None:
    """The moment in UTC, or None when `text` is no ISO moment with an offset."""
    found = moment(text)
    if found is None or found.tzinfo is None:
        return None
    try:
        return found.astimezone(UTC)
    except OverflowError:
        return None


def lacks_offset(text: str) -> bool:
    """True when `text` is a moment on an unnamed clock."""
    found = moment(text)
    return found is not None and found.tzinfo is None
