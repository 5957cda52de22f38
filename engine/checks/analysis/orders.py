"""What duties forbid and in which order they let acts be done, each with the situations in which it counts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, product

from engine.checks.analysis.graph import cycles
from engine.checks.analysis.once import once
from engine.checks.analysis.situations import Situations
from engine.expressions import Expression
from engine.library import DutyRule, Library


@dataclass(frozen=True, slots=True)
class Order:
    """By this duty the act may be done only after another one, or, where `after` is None, not at all."""

    duty: DutyRule
    act: str
    after: str | None


Chain = tuple[Order, ...]
"""Orders of which each goes on with the act after which the one before lets its own be done."""

LIMIT = 1_000


@once
def orders(library: Library) -> tuple[Order, ...]:
    return tuple(_orders(library))


def _orders(library: Library) -> Iterator[Order]:
    for duty in library.duties.values():
        if duty.form == "never" and duty.act is not None:
            for act in duty.without or (None,):
                yield Order(duty, duty.act, act)
        elif duty.form == "must":
            yield Order(duty, duty.before, duty.act)


def first_to_be_done(library: Library, act: str) -> Iterator[Chain]:
    """The chains that lead from an act to what duties let be done only before it, and before that; first the empty. At
    most LIMIT of them."""
    return islice(_chains(library, act, ()), LIMIT)


def _chains(library: Library, act: str, chain: Chain) -> Iterator[Chain]:
    yield chain
    passed = {act, *(order.act for order in chain)}
    for order in orders(library):
        if order.act == act and order.duty.form == "never" and order.after is not None and order.after not in passed:
            yield from _chains(library, order.after, (*chain, order))


def rounds(library: Library) -> Iterator[Chain]:
    """The chains that come back to where they began, at most LIMIT of them."""
    return islice(_rounds(library), LIMIT)


def _rounds(library: Library) -> Iterator[Chain]:
    by_pair: dict[tuple[str, str], list[Order]] = {}
    for order in orders(library):
        if order.after is not None:
            by_pair.setdefault((order.act, order.after), []).append(order)
    acts = sorted({act for pair in by_pair for act in pair})
    for cycle in cycles({act: tuple(after for first, after in by_pair if first == act) for act in acts}):
        pairs = zip(cycle, (*cycle[1:], cycle[0]), strict=True)
        yield from product(*(by_pair[pair] for pair in pairs))


def expressions(duty: DutyRule) -> list[Expression]:
    """All that has to be told apart to say whether the duty counts."""
    read = [duty.when, duty.unless, *(exception.when for exception in duty.exceptions)]
    return [expression for expression in read if expression is not None]


def counts(situations: Situations, duty: DutyRule) -> int:
    """Where a duty stands in the way or is owed, as its Monitor reads it: its condition holds and no exception does,
    and neither does `unless`. What is not known counts as the duty says; what it owes is not done yet."""
    space = situations.space
    true, false = space.all, 0
    if duty.when is not None:
        true, false = space.reading(duty.when).true, space.reading(duty.when).false
    for exception in duty.exceptions:
        reading = space.reading(exception.when)
        true, false = true & reading.false, false | reading.true
    found = space.all & ~false if duty.if_unknown == "broken" else true
    if duty.unless is not None:
        found &= ~space.true(duty.unless)
    if duty.form == "must":
        found &= _standing(situations, duty)
    return found


def _standing(situations: Situations, duty: DutyRule) -> int:
    """What is sure of acts while a duty is owed: what makes it owed was done, and, unless it is owed each time anew,
    what it demands was not."""
    name, done = (f"act.{duty.act}", False) if duty.after is None else (f"act.{duty.after}", True)
    return situations.space.where(name, done) if name in situations.space.classes else situations.space.all
