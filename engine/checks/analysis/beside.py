"""Which steps may be open at the same time: in branches of a block, beside one another, in two processes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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
        how = _on_one_level(library, outer, inner)
        if how or outer != inner:
            return how or ("processes" if several(library, one[0]) else "")
    return "processes" if several(library, one[0]) else ""


def _first_and_last(library: Library) -> set[str | None]:
    """The main process and the one after reopening: the second starts once the first has ended."""
    return {library.pathway.main, library.pathway.reopened}


def _on_one_level(library: Library, one: str, other: str) -> How:
    branches, others = _branches(library).get(one, {}), _branches(library).get(other, {})
    if any(others.get(fork, branch) != branch for fork, branch in branches.items()):
        return "branches"
    pairs = ((one, other), (other, one))
    return "beside" if any(second in side for first, second in pairs for side in _sides(library).get(first, ())) else ""


@once
def _branches(library: Library) -> Mapping[str, Mapping[str, int]]:
    """Step -> the forks around it, and in which branch of each it stands."""
    found: dict[str, dict[str, int]] = {}
    for block in blocks(library):
        for number, branch in enumerate(block.branches):
            for step in branch:
                found.setdefault(step, {})[block.fork.id] = number
    return found


@once
def _sides(library: Library) -> Mapping[str, list[frozenset[str]]]:
    """Step that follows an event which does not interrupt -> what may be open beside it: the step of the event, all
    that follows that, and what follows another such event there."""
    found: dict[str, list[frozenset[str]]] = {}
    for level in all_levels(library):
        for side, beside in _sides_of(level):
            for step in side:
                found.setdefault(step, []).append(beside)
    return found


def _sides_of(level: Level) -> Iterator[tuple[frozenset[str], frozenset[str]]]:
    events = [element for element in level.elements if element.attached_to and not element.interrupting]
    sides = {event.id: reachable(level.graph, [event.id]) for event in events}
    for event in events:
        onward = reachable(level.graph, [str(event.attached_to)])
        later = [
            sides[other.id] for other in events if other != event and other.attached_to in onward | sides[event.id]
        ]
        yield sides[event.id], frozenset(onward - sides[event.id]).union(*later)
