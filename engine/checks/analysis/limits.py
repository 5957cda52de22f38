"""What tells somebody in the end that a step still waits: due times, timers, and the limits of duties and clocks."""

from __future__ import annotations

from collections.abc import Mapping

from engine.checks.analysis.blocks import all_levels, blocks
from engine.checks.analysis.graph import reachable
from engine.checks.analysis.occurrences import Occurrence, doing, homes, occurrences
from engine.checks.analysis.once import once
from engine.checks.analysis.quickest_way import needs
from engine.library import DutyRule, Element, Library


def is_limited(library: Library, at: Occurrence) -> bool:
    """Whether a time is set to the step, to a call or sub-process around it or beside it in its block, or to what it
    does, or runs while it waits."""
    element = occurrences(library)[at]
    acts = {act.act for act in element.acts}
    stopping = {act for clock in library.clocks.values() for act in clock.stops}
    if acts & stopping or _timed(library).intersection(at):
        return True
    return any(
        duty.act in acts or _comes_before(library, element, acts, duty) or _runs_meanwhile(library, at, duty)
        for duty in library.duties.values()
        if duty.form == "must" and duty.within is not None
    )


@once
def _timed(library: Library) -> frozenset[str]:
    """The steps with a due time or with a timer at their border, or in another branch of their block."""
    found: set[str] = set()
    for diagram in library.pathway.diagrams.values():
        for element in diagram.elements.values():
            if element.due is not None:
                found.add(element.id)
            if element.kind == "boundary_timer" and element.attached_to is not None:
                found.add(element.attached_to)
    for block in blocks(library):
        elements = block.level.diagram.elements
        with_timer = [branch for branch in block.branches if any(elements[step].kind == "timer" for step in branch)]
        for branch in block.branches:
            if any(other is not branch for other in with_timer):
                found |= branch
    return frozenset(found)


def _comes_before(library: Library, element: Element, acts: set[str], duty: DutyRule) -> bool:
    """Whether the step does what another duty demands before the act of this one, in the same diagram: so the work list
    takes it, too, as a step that serves the duty (docs/content.md 2)."""
    serving = any(
        other.form == "never" and other.act == duty.act and acts & set(other.without)
        for other in library.duties.values()
    )
    steps = homes(library)[element.id].elements.values()
    return serving and any(act.act == duty.act for step in steps for act in step.acts)


def _runs_meanwhile(library: Library, at: Occurrence, duty: DutyRule) -> bool:
    """Whether the duty is owed already while the step waits, and the step is on the way to what it demands."""
    if not any(_leads_to(library, at, other) for other in doing(library, duty.act)):
        return False
    if duty.after is None:
        return (duty.id, at[0]) in _owed_from_the_start(library)
    makes_owed = {step[-1] for step in doing(library, duty.after)}
    return any(makes_owed & _passed(library)[step] for step in at[1:])


@once
def _owed_from_the_start(library: Library) -> frozenset[tuple[str, str]]:
    """The duties with a limit that are owed wherever a process starts that does what they demand."""
    limited = [duty for duty in library.duties.values() if duty.within is not None and duty.form == "must"]
    return frozenset(
        (duty.id, process)
        for duty in limited
        if duty.after is None
        for process in {at[0] for at in doing(library, duty.act)}
        if needs(library, duty, process)
    )


def _leads_to(library: Library, at: Occurrence, other: Occurrence) -> bool:
    """Whether a way of the same process leads from one step to another."""
    for here, there in zip(at, other, strict=False):
        if here != there:
            return there in _onward(library).get(here, ())
    return False


@once
def _onward(library: Library) -> Mapping[str, frozenset[str]]:
    """Step -> the steps of its level to which some way leads from it."""
    levels = all_levels(library)
    return {step: reachable(level.whole, ways) for level in levels for step, ways in level.whole.items()}


@once
def _passed(library: Library) -> Mapping[str, frozenset[str]]:
    """Step -> the steps of its level that are done on every way there: not what an event at its border leads out of."""
    found: dict[str, set[str]] = {step: set() for level in all_levels(library) for step in level.whole}
    for level in all_levels(library):
        border = {element.id: element.attached_to for element in level.elements}
        for done in level.whole:
            undone = {**level.whole, done: tuple(way for way in level.whole[done] if border[way] == done)}
            for step in level.whole.keys() - reachable(undone, level.starts) - {done}:
                found[step].add(done)
    return {step: frozenset(others) for step, others in found.items()}
