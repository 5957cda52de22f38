"""How long parameters of time last: the shortest and the longest of the values that are written for them."""

from __future__ import annotations

from datetime import timedelta

from engine.library import Library
from engine.rules import periods


def lengths(library: Library, name: str | None) -> tuple[timedelta, ...]:
    """Every length that a parameter has by one of its dated values, the shortest first; empty where it is no time."""
    parameter = library.parameters.get(name or "")
    if parameter is None or not periods.is_time_unit(parameter.unit):
        return ()
    values = [dated.value for dated in parameter.values if isinstance(dated.value, int | float)]
    return tuple(sorted({periods.length(parameter, value) for value in values}))


def in_words(length: timedelta) -> str:
    """`36 hours`, `2 days`, `90 minutes`: in the largest unit in which it is a whole number."""
    minutes = round(length.total_seconds() / 60)
    for size, word in ((24 * 60, "day"), (60, "hour"), (1, "minute")):
        if minutes % size == 0 and minutes >= size:
            count = minutes // size
            return f"{count} {word}{'s' if count != 1 else ''}"
    return "no time"
