"""Times in words: the centre's zone, 24 hours, the day by name (today, tomorrow, Monday 23 November)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from web.words import Words

_RELATIVE = {-1: "yesterday", 0: "today", 1: "tomorrow"}


def length(words: Words, span: timedelta) -> str:
    """How long: `25 min`, `5 h 20`, from two days on `3 days 4 h`. Never negative."""
    minutes = max(0, int(span.total_seconds() // 60))
    hours, rest = divmod(minutes, 60)
    if hours >= 48:
        return words("time.days_hours", days=hours // 24, hours=hours % 24)
    if hours:
        return words("time.hours_minutes", hours=hours, minutes=f"{rest:02d}")
    return words("time.minutes", minutes=rest)


def day(words: Words, that: date, today: date) -> str:
    """A day: `today`, or `Monday 23 November`, with the year when it is another one."""
    relative = _RELATIVE.get((that - today).days)
    if relative:
        return words(f"time.{relative}")
    return _named(words, that) if that.year == today.year else f"{_named(words, that)} {that.year}"


def _named(words: Words, that: date) -> str:
    return words(
        "time.date",
        weekday=words(f"time.weekday.{that.isoweekday()}"),
        day=words("time.first") if that.day == 1 else that.day,
        month=words(f"time.month.{that.month}"),
    )


def moment(words: Words, that: datetime, now: datetime) -> str:
    """A moment: `14:30 today`, `14:30 on Monday 23 November`."""
    local, today = that.astimezone(words.zone), now.astimezone(words.zone).date()
    key = "time.at_relative" if (local.date() - today).days in _RELATIVE else "time.at_date"
    return words(key, time=f"{local:%H:%M}", day=day(words, local.date(), today))


def full(words: Words, that: datetime) -> str:
    """A moment for paper, where nobody knows what today was: `Wednesday 25 November 2026, 14:30`."""
    local = that.astimezone(words.zone)
    return words("time.full", day=_named(words, local.date()), year=local.year, time=f"{local:%H:%M}")
