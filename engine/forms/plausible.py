"""Days and moments that can be: not ahead of now unless the fact may be, not before living memory, in order."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Final

from engine.forms.problems import problem
from engine.library import FactRule, Form
from engine.model import CASE_SCOPE, Fact, FactKey, Problem, Refusal, Value

EARLIEST: Final = date(1900, 1, 1)
"""Nobody alive was born before it; a year typed wrong mostly was."""
AHEAD: Final = timedelta(days=1)
"""A day is over the world's edge only after every time zone has reached it."""
EASTERNMOST: Final = timedelta(hours=14)
"""So much earlier than in Greenwich a day begins where it begins first."""
CLOCKS_APART: Final = timedelta(minutes=5)
OUT_OF_ORDER: Final = "out_of_order"
NOTHING_KNOWN: Final[Mapping[FactKey, Fact]] = {}


def check_times(
    form: Form,
    facts: Mapping[str, FactRule],
    values: Mapping[str, Value],
    now: datetime,
    language: str = "en",
    known: Mapping[FactKey, Fact] = NOTHING_KNOWN,
) -> None:
    """Raises Refusal `invalid_answers` for days and moments that cannot be: a window counted from a mistyped
    year would tell somebody that there is still time. `known`: the facts of the same case, of which only those are
    read that an answer must not lie before, or that must not lie before it."""
    wrong = [
        problem(form, name, code, language, other=_follows(facts, name, language) if code == OUT_OF_ORDER else "")
        for name, value in values.items()
        if isinstance(value, date) and (code := _what_is_wrong(facts[name], value, values, known, now))
    ]
    for name, value in values.items():
        end = _left_behind(facts, name, value, values, known) if isinstance(value, date) else None
        if end is not None:
            wrong.append(problem(form, name, "left_behind", language, other=end.title.get(language, end.title["en"])))
    if wrong:
        raise Refusal("invalid_answers", "Some answers need another look", problems=tuple[Problem, ...](wrong))


def _what_is_wrong(
    rule: FactRule, value: date, values: Mapping[str, Value], known: Mapping[FactKey, Fact], now: datetime
) -> str | None:
    if _day(value) < EARLIEST:
        return "too_long_ago"
    if not rule.future and (value > now + CLOCKS_APART if isinstance(value, datetime) else value > _day(now + AHEAD)):
        return "future"
    before = _value_of(rule.not_before, values, known) if rule.not_before else None
    return OUT_OF_ORDER if isinstance(before, date) and _is_before(value, before) else None


def _is_before(value: date, other: date) -> bool:
    """A moment lies before a day if it does wherever on earth that day is."""
    mixed = isinstance(value, datetime) and not isinstance(other, datetime)
    return _moment(value) < _moment(other) - (EASTERNMOST if mixed else timedelta())


def _follows(facts: Mapping[str, FactRule], name: str, language: str) -> str:
    """What a day or moment cannot lie before, in words."""
    title = facts[str(facts[name].not_before)].title
    return title.get(language, title["en"])


def _left_behind(
    facts: Mapping[str, FactRule],
    name: str,
    value: date,
    values: Mapping[str, Value],
    known: Mapping[FactKey, Fact],
) -> FactRule | None:
    """What was said before of the end of something that begins now only after it: said of another time, it would go on
    to count. Of what is told to others nothing is said here."""
    for rule in facts.values():
        if rule.not_before == name and rule.group == facts[name].group and rule.id not in values:
            end = known.get((rule.id, CASE_SCOPE))
            if end is not None and isinstance(end.value, date) and _moment(end.value) < _moment(value):
                return rule
    return None


def _value_of(name: str, values: Mapping[str, Value], known: Mapping[FactKey, Fact]) -> Value | None:
    """What this form says, else what was said before."""
    if name in values:
        return values[name]
    fact = known.get((name, CASE_SCOPE))
    return fact.value if fact else None


def _day(value: date) -> date:
    return value.date() if isinstance(value, datetime) else value


def _moment(value: date) -> datetime:
    return value if isinstance(value, datetime) else datetime(value.year, value.month, value.day, tzinfo=UTC)
