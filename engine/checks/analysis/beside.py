"""Which steps may be open at the same time: in branches of a block, beside one another, in two processes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Literal

from engine.checks.analysis.blocks import Level, all_levels, blocks
from engine.checks.analysis.graph import reachable
from engine.checks.analysis.occurrences import Occurrence, several
from engine.checks.analysis.once import once
from engine.library import Library

How = Literal["branches", "beside", "processes", ""]
"""In branches of one block; one beside the other, by an event that does not interrupt; in two processes; not at all."""


def together(library: Library, one: Occurrence, other: Occurrence) -> How:
    """How two steps may be open in the same case at the same time, if they may."""
    if one[0] != other[0]:
        return "processes" if {one[0], other[0]} != _first_and_last(library) else ""
    for outer, inner in zip(one[1:], other[1:], strict=False):
        how = _pairs(library).get((outer, inner), "")
        if how or outer != inner:
            return how or ("processes" if several(library, one[0]) else "")
    return "processes" if several(library, one[0]) else ""


def _first_and_last(library: Library) -> set[str | None]:
    """The main process and the one after reopening: the second starts once the first has ended."""
    return {library.pathway.main, library.pathway.reopened}


@once
def _pairs(library: Library) -> Mapping[tuple[str, str], How]:
    """Pairs of steps of one level that may be open at once, each both ways round."""
    found: dict[tuple[str, str], How] = {}
    for level in all_levels(library):
        for one, other in _beside(level):
            found[one, other] = found[other, one] = "beside"
    for block in blocks(library):
        for index, branch in enumerate(block.branches):
            for later in block.branches[index + 1 :]:
                for one, other in product(branch, later):
                    found[one, other] = found[other, one] = "branches"
    return found


def _beside(level: Level) -> Iterator[tuple[str, str]]:
    """What follows an event that does not interrupt runs beside its step, and beside all that follows the step: also
    beside what follows another such event there."""
    events = [element for element in level.elements if element.attached_to and not element.interrupting]
    sides = {event.id: reachable(level.graph, [event.id]) for event in events}
    for event in events:
        onward = reachable(level.graph, [str(event.attached_to)])
        yield from product(sides[event.id], onward - sides[event.id])
        for later in events:
            if later.id != event.id and later.attached_to in onward | sides[event.id]:
                yield from product(sides[event.id], sides[later.id])
