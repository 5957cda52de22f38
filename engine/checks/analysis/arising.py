"""The steps at which a duty surely may arise: those that do what makes it owed, or set the last fact that it needs."""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.analysis.assigned import assigned
from engine.checks.analysis.blocks import Level, all_levels
from engine.checks.analysis.graph import reachable, taken
from engine.checks.analysis.occurrences import Occurrence, homes, occurrences
from engine.checks.analysis.once import once
from engine.checks.analysis.situations import ALWAYS_SET, Situations, implied, with_derived
from engine.checks.analysis.space import TooLarge
from engine.expressions import And, Compare, Expression, Literal_, Name, Not, Or, names
from engine.library import Door, DutyRule, Element, Library


def arising(library: Library, duty: DutyRule) -> Iterator[Occurrence]:
    """Steps after which the duty may be owed that was not owed before, and starts of processes with which it arises, as
    far as what is asked tells. Whether what had to hold on the way lets it arise there is for `may_hold` to say."""
    try:
        needed = implied(library, applies(duty), assigned(library).always) - ALWAYS_SET
    except TooLarge:
        return
    for at, element in occurrences(library).items():
        if _makes_owed(library, duty, at, element, needed):
            yield at


def applies(duty: DutyRule) -> Expression:
    """True where the duty's condition is and all its exceptions are false."""
    conditions = () if duty.when is None else (duty.when,)
    return And((*conditions, *(Not(exception.when) for exception in duty.exceptions)))


def _makes_owed(library: Library, duty: DutyRule, at: Occurrence, element: Element, needed: frozenset[str]) -> bool:
    """Whether what this step does or asks is part of what the duty needs."""
    if element.kind == "start" and at == (library.pathway.main, element.id):
        return any(_opens(library, duty, door, needed) for door in library.pathway.doors.values())
    acts = {act.act for act in element.acts}
    if duty.before in acts:
        return False  # what it must come before is refused where it would arise only then
    if duty.after is not None:
        return duty.after in acts
    if at == (at[0], element.id) and element.kind == "start":
        return _goes_with(library, duty, at[0])
    return bool(needed) and bool(needed & _asked(library, element.form))


def _opens(library: Library, duty: DutyRule, door: Door, needed: frozenset[str]) -> bool:
    """Whether the duty may arise with the case, at this door."""
    if duty.after is not None:
        return any(act.act == duty.after for act in door.acts)
    return bool(needed & _asked(library, door.form))


def _asked(library: Library, form: str | None) -> frozenset[str]:
    found = library.forms.get(form or "")
    return frozenset(found.properties) if found is not None else frozenset()


def _goes_with(library: Library, duty: DutyRule, process: str) -> bool:
    """Whether the duty is owed only while this process runs: then it arises when it starts."""
    condition, running = applies(duty), Compare(Name(f"process.{process}"), "==", Literal_("running"))
    if not names(running) <= names(condition):
        return False
    try:
        return not Situations(library, [condition, running]).true(And((condition, Not(running))))
    except TooLarge:
        return False


def may_hold(library: Library, at: Occurrence, condition: Expression, begun: Expression) -> bool:
    """Whether there are cases in which the condition is true once the step is done, by what is sure to be known then,
    and something else has not begun: nothing that had to hold on every way there contradicts it."""
    passed = [guard for step in at[1:] for guard in _guards(library).get(step, ())]
    started = tuple(start.when for start in library.starts if start.process == at[0])
    asked = [condition, *passed, *([Or(started)] if started else [])]
    element = occurrences(library)[at]
    known = with_derived(library, assigned(library).known(element.id) | _asked(library, element.form))
    try:
        situations = Situations(library, [*asked, begun], known)
    except TooLarge:
        return False
    found = situations.true(And(tuple(asked))) & ~situations.true(begun)
    for name in names(condition) & (library.facts.keys() | library.derived.keys()) - known:
        found &= situations.space.where(name, None)
    return bool(found)


@once
def _guards(library: Library) -> dict[str, list[Expression]]:
    """Step -> what was true when its level came to it: the guards that every way passes, and what the step requires."""
    found: dict[str, list[Expression]] = {}
    for level in all_levels(library):
        for flow in level.diagram.flows.values():
            guard = taken(level.diagram, flow)
            if guard is not None and flow.source in level.whole:
                for step in _only_by(level, flow.source, flow.target):
                    found.setdefault(step, []).append(guard)
    for step, diagram in homes(library).items():
        requires = diagram.elements[step].requires
        if requires is not None:
            found.setdefault(step, []).append(requires)
    return found


def _only_by(level: Level, source: str, target: str) -> frozenset[str]:
    """The steps to which every way leads over this flow; none where a second flow joins the same two."""
    if level.whole[source].count(target) > 1:
        return frozenset()
    without = {**level.whole, source: tuple(other for other in level.whole[source] if other != target)}
    return frozenset(level.whole) - reachable(without, level.starts)
