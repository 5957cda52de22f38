"""Steps of two processes that cannot be open at once, for the rules that start and end the processes exclude it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.checks.analysis.assigned import assigned
from engine.checks.analysis.beside import together
from engine.checks.analysis.blocks import Level, all_levels
from engine.checks.analysis.graph import reachable, taken
from engine.checks.analysis.occurrences import Occurrence, doing, homes, occurrences
from engine.checks.analysis.once import once
from engine.checks.analysis.situations import Situations
from engine.checks.analysis.space import TooLarge
from engine.expressions import And, Expression, Name, Not, Truth, names
from engine.library import Library, Schedule, StartRule


def exclude_each_other(library: Library, one: Occurrence, other: Occurrence) -> bool:
    if one[0] == other[0]:
        return False
    return (
        _something_ends(library, one, other)
        or _begins_after(library, other[0], one)
        or _begins_after(library, one[0], other)
    )


def _something_ends(library: Library, one: Occurrence, other: Occurrence) -> bool:
    """Whether in every case one of the conditions is true that would end one of them at once."""
    ending_one, ending_other = list(_ended_by(library, one)), list(_ended_by(library, other))
    ending = [*ending_one, *ending_other]
    if not _names(ending_one) & _names(ending_other):
        return False  # what ends the one says nothing of the other
    try:
        situations = Situations(library, ending, assigned(library).always)
    except TooLarge:
        return False
    staying = situations.possible
    for condition in ending:
        staying &= ~situations.true(condition)
    for process in (one[0], other[0]):
        if f"process.{process}" in situations.space.classes:
            staying &= situations.space.where(f"process.{process}", "running")
    return not staying


def _ended_by(library: Library, at: Occurrence) -> Iterator[Expression]:
    """What cancels the process, and what interrupts the step or a call or sub-process around it."""
    rules: list[StartRule | Schedule] = [*library.starts, *library.schedules.values()]
    yield from (rule.cancel_when for rule in rules if rule.process == at[0] and rule.cancel_when is not None)
    for step in at[1:]:
        for event in homes(library)[step].elements.values():
            if event.attached_to == step and event.interrupting and event.condition is not None:
                yield event.condition


def _names(expressions: list[Expression]) -> frozenset[str]:
    return frozenset().union(*map(names, expressions))


def _begins_after(library: Library, process: str, at: Occurrence) -> bool:
    """Whether the process begins only once an act was done after which the step is not open any more."""
    return any(_is_over(library, process, act, at) for act in _needed(library).get(process, ()))


@once
def _needed(library: Library) -> Mapping[str, tuple[str, ...]]:
    """Process -> the acts that have to be done before a rule starts it."""
    found: dict[str, tuple[str, ...]] = {}
    for process in {start.process for start in library.starts} - library.pathway.named:
        whens = [start.when for start in library.starts if start.process == process]
        acts = sorted(name.removeprefix("act.") for name in _names(whens) if name.startswith("act."))
        found[process] = tuple(act for act in acts if _all_need(library, whens, act))
    return found


def _all_need(library: Library, whens: list[Expression], act: str) -> bool:
    done = Truth(Name(f"act.{act}"))
    try:
        situations = Situations(library, [*whens, done])
    except TooLarge:
        return False
    return not any(situations.true(And((when, Not(done)))) for when in whens)


def _is_over(library: Library, process: str, act: str, at: Occurrence) -> bool:
    """Whether wherever the act is done first, the step cannot be open then, nor come after it."""
    pathway = library.pathway
    elsewhere = [*(door.acts for door in pathway.doors.values()), *(form.acts for form in pathway.anytime.values())]
    first = [step for step in doing(library, act) if step[0] != process]
    if any(done.act == act for acts in elsewhere for done in acts) or not first:
        return False
    return all(
        step[0] == at[0] and not together(library, step, at) and not _follows(library, step, act, at) for step in first
    )


def _follows(library: Library, step: Occurrence, act: str, at: Occurrence) -> bool:
    """Whether a way leads from a step that has done the act to another step of its process, or to itself."""
    for here, there in zip(step, at, strict=False):
        if here != there or there == at[-1]:
            level = _levels(library)[here]
            ways = _ways_out(library, level, step, act) if here == step[-1] else level.whole[here]
            return there in reachable(level.whole, ways)
    return True


def _ways_out(library: Library, level: Level, step: Occurrence, act: str) -> list[str]:
    """Where the token comes from a step that did the act: at gateways only over what its condition lets be true."""
    conditions = [done.when for done in occurrences(library)[step].acts if done.act == act]
    found: list[str] = []
    queue = [step[-1]]
    for at in queue:
        for flow in level.diagram.outgoing(at):
            guard = taken(level.diagram, flow)
            if guard is None or any(_together_true(library, when, guard) for when in conditions):
                passes = level.diagram.elements[flow.target].kind == "exclusive"
                (queue if passes and flow.target not in queue else found).append(flow.target)
    return found


def _together_true(library: Library, when: Expression | None, guard: Expression) -> bool:
    both = (guard,) if when is None else (when, guard)
    try:
        return bool(Situations(library, both).true(And(both)))
    except TooLarge:
        return True


@once
def _levels(library: Library) -> Mapping[str, Level]:
    """Step -> the level that it stands on."""
    return {element.id: level for level in all_levels(library) for element in level.elements}
