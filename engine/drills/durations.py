"""Lengths of time as people write them: `71 hours and 50 minutes`, `2 days`."""

from __future__ import annotations

import re
from datetime import timedelta

_UNITS = {
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
}
LONGEST = timedelta(days=36_600)
"""A hundred years: whoever writes more has made a slip, and calendars end."""
_PART = r"[0-9]{1,5} (?:more )?(?:minute|hour|day|week)s?"
PATTERN = rf"{_PART}(?:(?:,| and|, and) {_PART})*"
"""Matches a length of time in a sentence; no groups."""


def parse(text: str) -> timedelta:
    """`2 days and 3 hours` as a timedelta. Raises ValueError for anything else, and for more than
    a hundred years."""
    if not re.fullmatch(PATTERN, text):
        raise ValueError(f"Expected a length of time such as '2 days and 3 hours', but got {text!r}")
    parts = re.findall(r"([0-9]+) (?:more )?(minute|hour|day|week)", text)
    length = sum((int(count) * _UNITS[unit] for count, unit in parts), timedelta())
    if length > LONGEST:
        raise ValueError(f"Expected at most a hundred years, but got {text!r}")
    return length


def say(length: timedelta) -> str:
    """A timedelta in hours and minutes, as people say it: `1 hour and 50 minutes`; `-` in front when it is past."""
    minutes = round(abs(length).total_seconds() / 60)
    hours, rest = divmod(minutes, 60)
    parts = [_count(hours, "hour")] if hours else []
    if rest or not hours:
        parts.append(_count(rest, "minute"))
    return ("-" if length < timedelta() and minutes else "") + " and ".join(parts)


def nearly(one: timedelta, other: timedelta) -> bool:
    """Whether two lengths are the same to the second: what becomes due happens just after its moment."""
    return abs(one - other) < timedelta(seconds=1)


def _count(number: int, unit: str) -> str:
    return f"{number} {unit}{'' if number == 1 else 's'}"
