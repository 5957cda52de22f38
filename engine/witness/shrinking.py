"""Leaves out of a case what does not matter, so that its story is short and says only why the duty broke."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from engine.witness.deeds import Deed, Deeds
from engine.witness.rehearsal import NotPossible, Rehearsal

ROUND = (timedelta(days=1), timedelta(hours=1))
"""Times that are easily said; what passes is told in them where that makes no difference."""


def shrunk(rehearsal: Rehearsal, deeds: Deeds) -> Deeds:
    """The deeds without those, and without the answers, that the last one breaks the duty without as well. The answers
    of the last one stay: they say what breaks it."""
    deeds = _first_broken(rehearsal, iter([_together(deeds)]), deeds)
    deeds = _shorter(rehearsal, deeds)
    for number in range(len(deeds) - 2, -1, -1):
        for fact in tuple(deeds[number].answers) if deeds[number].kind != "correct" else ():
            fewer = _with(deeds, number, deeds[number].without(fact))
            deeds = _first_broken(rehearsal, iter([fewer]), deeds)
    for number, deed in enumerate(deeds):
        if deed.ago is not None:
            tried = (_with(deeds, number, replace(deed, ago=ago)) for ago in (None, timedelta(hours=1)))
            deeds = _first_broken(rehearsal, tried, deeds)
        if deed.kind == "wait":
            lengths = (-(-deed.length // unit) * unit for unit in ROUND)
            rounded = (_with(deeds, number, replace(deed, length=length)) for length in lengths)
            deeds = _first_broken(rehearsal, rounded, deeds)
    return deeds


def _shorter(rehearsal: Rehearsal, deeds: Deeds) -> Deeds:
    """Each deed but the first and last is left out if it can be, the last of them first."""
    number = len(deeds) - 2
    while number > 0:
        deeds = _first_broken(rehearsal, _fewer(deeds, number), deeds)
        number = min(number, len(deeds) - 1) - 1
    return deeds


def _fewer(deeds: Deeds, number: int) -> Iterator[Deeds]:
    """The deeds without one; a time that passes may do so later instead."""
    without = (*deeds[:number], *deeds[number + 1 :])
    yield _together(without)
    length = deeds[number].length
    later = next((at for at in range(number, len(without)) if without[at].kind == "wait"), None)
    if length and later is not None:
        yield _with(without, later, replace(without[later], length=without[later].length + length))


def _with(deeds: Deeds, number: int, deed: Deed) -> Deeds:
    return (*deeds[:number], deed, *deeds[number + 1 :])


def _first_broken(rehearsal: Rehearsal, tried: Iterator[Deeds], otherwise: Deeds) -> Deeds:
    """The first of the deeds tried of which the last, and none before, breaks the duty."""
    return next((deeds for deeds in tried if _broken(rehearsal, deeds)), otherwise)


def _broken(rehearsal: Rehearsal, deeds: Deeds) -> bool:
    try:
        standing = rehearsal.all(deeds)
    except NotPossible:
        return False
    return standing.broken and len(standing.deeds) == len(deeds)


def _together(deeds: Deeds) -> Deeds:
    """Times that pass one after the other are one."""
    found: list[Deed] = []
    for deed in deeds:
        if deed.kind == "wait" and found and found[-1].kind == "wait":
            found[-1] = replace(found[-1], length=found[-1].length + deed.length)
        else:
            found.append(deed)
    return tuple(found)
