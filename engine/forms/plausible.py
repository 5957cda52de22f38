"""Days and moments that can be: not ahead of now unless the fact may be, not before living memory, in order."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Final

from engine.forms.problems import problem
from engine.library import FactRule, Form
from engine.model import Problem, Refusal, Value

EARLIEST: Final = date(1900, 1, 1)
"""Nobody alive was born before it; a year typed wrong mostly was."""
AHEAD: Final = timedelta(days=1)
"""A day is over the world's edge only after every time zone has reached it."""
CLOCKS_APART: Final = timedelta(minutes=5)


def check_times(
    form: Form,
    facts: Mapping[str, FactRule],
    values: Mapping[str, Value],
    now: datetime,
    language: str = "en",
    known: Mapping[str, Value] | None = None,
) -> None:
    """Raises Refusal `invalid_answers` for days and moments that cannot be: a window counted from a mistyped
    year would tell somebody that there is still time. `known` is what was answered before, of the same case."""
    stands = {**(known or {}), **values}
    wrong = [
        problem(form, name, code, language)
        for name, value in values.items()
        if isinstance(value, date) and (code := _what_is_wrong(facts[name], value, stands, now))
    ]
    if wrong:
        raise Refusal("invalid_answers", "Some answers need another look", problems=tuple[Problem, ...](wrong))


def _what_is_wrong(rule: FactRule, value: date, values: Mapping[str, Value], now: datetime) -> str | None:
    if _day(value) < EARLIEST:
        return "too_long_ago"
    if not rule.future and (value > now + CLOCKS_APART if isinstance(value, datetime) else value > _day(now + AHEAD)):
        return "future"
    before = values.get(rule.not_before or "")
    return "out_of_order" if isinstance(before, date) and _moment(value) < _moment(before) else None


def _day(value: date) -> date:
    return value.date() if isinstance(value, datetime) else value


def _moment(value: date) -> datetime:
    return value if isinstance(value, datetime) else datetime(value.year, value.month, value.day, tzinfo=UTC)
