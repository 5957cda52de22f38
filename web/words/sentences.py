"""Sentences about what the Desk shows: clocks, duties, answers, refusals, and the lines of the timeline."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from engine.model import Problem, Refusal, Stuck, Text
from engine.views import ClockView, DutyView, HolderView, Line, Told
from web.words import Words, times


def clock(words: Words, view: ClockView, now: datetime) -> str:
    """`PEP: possible for 5 h 20 more, until 14:30 today`, whatever the clock's state; both its ends, where the time of
    the assault is not certain."""
    title = words.of(view.title)
    if view.state == "open" and view.possible_until:
        last = times.moment(words, view.possible_until, now)
        if view.until is None:
            return words("clock.late", title=title, until=last)
        first = times.moment(words, view.until, now)
        if view.until <= now:
            return words("clock.late_since", title=title, since=first, until=last)
        left = times.length(words, view.until - now)
        if view.until < view.possible_until:
            return words("clock.open_between", title=title, left=left, until=first, latest=last)
        return words("clock.open", title=title, left=left, until=first)
    if view.state == "closed" and view.possible_until:
        return words("clock.closed", title=title, until=times.moment(words, view.possible_until, now))
    return words(f"clock.{'answered' if view.state == 'answered' else 'unknown'}", title=title)


def duty_due(words: Words, view: DutyView, now: datetime) -> str:
    """When and by whom: `by 16:10 today, held by Medical`; what became of a duty that is no longer open."""
    holder = words.of(view.holder_title)
    if view.status in ("owed", "late"):
        if view.due_at is None:
            return words("duty.owed", holder=holder)
        due = times.moment(words, view.due_at, now)
        return words("duty.late" if view.due_at <= now else "duty.owed_by", due=due, holder=holder)
    closed = times.moment(words, view.closed_at, now) if view.closed_at else ""
    if view.because == "overridden":
        return words("duty.overridden", closed=closed)
    return words(f"duty.{view.status}", closed=closed) if view.status != "idle" else words("duty.idle")


def held(words: Words, view: DutyView) -> str:
    """Who holds an open duty at this moment: `On shift: Aline`, `On call: Bosco. Call them`, or nobody awake."""
    by = view.held_by
    if by is None:
        return words("held.nobody")
    key = f"held.meanwhile.{by.kind}" if by.meanwhile else f"held.{by.kind}"
    return words(key, role=words.of(by.role_title), names=", ".join(by.people))


def responsible(words: Words, role: Text, by: HolderView | None) -> str:
    """Who is awake of a role, or instead of it: `Medical: Aline, on shift`."""
    if by is None:
        return words("case.responsible.nobody", role=words.of(role))
    names = ", ".join(by.people)
    if by.meanwhile:
        return f"{words.of(role)}: {words(f'held.meanwhile.{by.kind}', role=words.of(by.role_title), names=names)}"
    return words(f"case.responsible.{by.kind}", role=words.of(role), names=names)


def due(words: Words, at: datetime, now: datetime) -> str:
    """When a task is due, or since when it is late."""
    return words("task.late_since" if at <= now else "task.due", due=times.moment(words, at, now))


def answer(words: Words, told: Told, now: datetime) -> str:
    """An answer as people read it."""
    return words.of(told.value_title) if told.value_title else plain(words, told.value, now)


def plain(words: Words, value: object, now: datetime) -> str:
    """A value without titles of its own: yes or no, days and moments in words, lists with commas."""
    if isinstance(value, bool):
        return words("yes" if value else "no")
    if isinstance(value, datetime):
        return times.moment(words, value, now)
    if isinstance(value, date):
        return times.day(words, value, now.astimezone(words.zone).date())
    if isinstance(value, tuple | list):
        return ", ".join(str(item) for item in value) or words("none")
    return number(words, value) if isinstance(value, float) else str(value)


def number(words: Words, value: float) -> str:
    """A number with the decimal sign of the language: `61.5`, `61,5`."""
    return str(int(value) if value.is_integer() else value).replace(".", words("number.decimal"))


def line(words: Words, view: Line, now: datetime) -> str:
    """One line of the timeline as a sentence."""
    shown: dict[str, str] = {"person": view.person_name}
    for name, value in view.params.items():
        shown[name] = words.of(view.names[name]) if name in view.names else _param(words, name, value, now)
    undated = view.kind == "duty.opened" and not view.params["due"]
    return words(f"entry.{view.kind}{'.undated' if undated else ''}", **shown)


def _param(words: Words, name: str, value: str, now: datetime) -> str:
    if name == "due" and value:
        return times.moment(words, datetime.fromisoformat(value), now)
    key = f"param.{name}.{value}"
    return words(key) if words.has(key) else value


def refusal(words: Words, refused: Refusal, now: datetime) -> str:
    """Why something was refused and what to do next; the engine's own English where no words are kept."""
    params = dict(refused.params)
    if "at" in params:
        params["at"] = times.moment(words, datetime.fromisoformat(params["at"]), now)
    closed = f"refusal.{refused.code}.{params.get('how', '')}"
    return _known(words, closed, params) or _known(words, f"refusal.{refused.code}", params) or refused.message


def problem(words: Words, found: Problem) -> str:
    """What is wrong with one field."""
    params = dict(found.params)
    if "limit" in params:
        params["limit"] = params["limit"].replace(".", words("number.decimal"))
    return _known(words, f"problem.{found.code}", params) or found.message


def stuck(words: Words, view: Stuck) -> str:
    """Why a case cannot go on; the engine's own English where no words are kept."""
    return _known(words, f"stuck.why.{view.code}", {}) or view.why


def _known(words: Words, key: str, params: Mapping[str, str]) -> str | None:
    return words(key, **params) if words.has(key) and words.needs(key) <= params.keys() else None
