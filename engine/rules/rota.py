"""Who holds a duty now: the people on shift or on call of its role, else of the roles that it falls back to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from engine.library import DutyRule, Library, Role
from engine.model import Turn

KINDS: Final[tuple[Literal["shift", "call"], ...]] = ("shift", "call")
"""Whoever is here comes before whoever has to be called."""
OVERSEES = "board.read"
"""Who may this knows of every duty of the centre."""


@dataclass(frozen=True, slots=True)
class Awake:
    """The role that holds a duty now, and its people, by id."""

    role: str
    kind: Literal["shift", "call"]
    people: tuple[str, ...]


def chain(library: Library, duty: str, holder: str) -> tuple[str, ...]:
    """The roles that hold a duty in this order: its holder, then those it falls back to, so far as they may know of
    it. Lists are taken as written: a role that holds instead of another does not hand on to its own."""
    rule = library.duties.get(duty)
    listed = rule.falls_back_to if rule is not None else None
    if listed is None:
        role = library.roles.get(holder)
        listed = role.falls_back_to if role is not None else ()
    known = (library.roles[id] for id in listed if id in library.roles)
    return (holder, *(role.id for role in known if role.id != holder and may_know(role, rule)))


def may_know(role: Role, rule: DutyRule | None) -> bool:
    """Whether a role may know of a duty in every case: nobody learns by holding for others what they do not see."""
    return OVERSEES in role.may or rule is None or rule.group is None or rule.group in role.sees


def awake_holder(roles: Sequence[str], turns: Iterable[Turn], now: datetime) -> Awake | None:
    """The first of the roles of which somebody is on shift or, failing that, on call; None: nobody awake holds it."""
    there = [turn for turn in turns if turn.covers(now)]
    for role in roles:
        for kind in KINDS:
            people = sorted({turn.person for turn in there if turn.role == role and turn.kind == kind})
            if people:
                return Awake(role, kind, tuple(people))
    return None


def gaps(turns: Iterable[Turn], since: datetime, until: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The times between two moments that no turn covers."""
    free = since
    for turn in sorted(turns, key=lambda turn: turn.starts_at):
        if turn.starts_at >= until:
            break
        if turn.starts_at > free:
            yield free, turn.starts_at
        free = max(free, turn.ends_at)
    if free < until:
        yield free, until
