"""Leaves out of a case what does not matter, so that its story is short and says only what it is told for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

from engine.witness.deeds import Deed, Deeds
from engine.witness.rehearsal import NotPossible, Rehearsal, Standing

Shows = Callable[[Deeds], bool]
"""Whether deeds still show what they are told for."""

ROUND = (timedelta(days=1), timedelta(hours=1))
"""Times that are easily said; what passes is told in them where that makes no difference."""


def shows(rehearsal: Rehearsal, reached: Callable[[Standing], bool]) -> Shows:
    """Whether deeds come to it, the last of them and none before that breaks the duty."""

    def shown(deeds: Deeds) -> bool:
        try:
            standing = rehearsal.all(deeds)
        except NotPossible:
            return False
        return reached(standing) and len(standing.deeds) == len(deeds)

    return shown


def shrunk(deeds: Deeds, shown: Shows, *, last: bool = False) -> Deeds:
    """The deeds without those, and without the answers, that it is shown without as well. The answers of the last one
    stay, unless `last`: they say what breaks a duty."""
    deeds = _first_shown(shown, iter([_together(deeds)]), deeds)
    deeds = _shorter(shown, deeds)
    for number in range(len(deeds) - (1 if last else 2), -1, -1):
        for fact in tuple(deeds[number].answers) if deeds[number].kind != "correct" else ():
            fewer = _with(deeds, number, deeds[number].without(fact))
            deeds = _first_shown(shown, iter([fewer]), deeds)
    for number, deed in enumerate(deeds):
        if deed.ago is not None:
            tried = (_with(deeds, number, replace(deed, ago=ago)) for ago in (None, timedelta(hours=1)))
            deeds = _first_shown(shown, tried, deeds)
        if deed.kind == "wait":
            lengths = (-(-deed.length // unit) * unit for unit in ROUND)
            rounded = (_with(deeds, number, replace(deed, length=length)) for length in lengths)
            deeds = _first_shown(shown, rounded, deeds)
    return deeds


def _shorter(shown: Shows, deeds: Deeds) -> Deeds:
    """Each deed but the first and last is left out if it can be, the last of them first."""
    number = len(deeds) - 2
    while number > 0:
        deeds = _first_shown(shown, _fewer(deeds, number), deeds)
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


def _first_shown(shown: Shows, tried: Iterator[Deeds], otherwise: Deeds) -> Deeds:
    """The first of the deeds tried that show it."""
    return next((deeds for deeds in tried if shown(deeds)), otherwise)


def _together(deeds: Deeds) -> Deeds:
    """Times that pass one after the other are one."""
    found: list[Deed] = []
    for deed in deeds:
        if deed.kind == "wait" and found and found[-1].kind == "wait":
            found[-1] = replace(found[-1], length=found[-1].length + deed.length)
        else:
            found.append(deed)
    return tuple(found)
