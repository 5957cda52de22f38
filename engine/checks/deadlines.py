"""No duty may be given less time than the diagram itself takes on the quickest way to what it demands."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from engine.checks.analysis.arising import arising
from engine.checks.analysis.lengths import in_words, lengths
from engine.checks.analysis.occurrences import occurrences
from engine.checks.analysis.quickest import NONE, Wait
from engine.checks.analysis.quickest_way import Way, is_sure, quickest
from engine.checks.analysis.situations import VISIT_FACTS
from engine.checks.report import Finding, Severity, finding
from engine.library import DutyRule, Element, Library, Within

CODE = "deadlines"


def check(library: Library) -> Iterator[Finding]:
    for duty in library.duties.values():
        if duty.within is not None and duty.form == "must" and _has_begun(library, duty.within):
            yield from _late(library, duty, duty.within)


def _late(library: Library, duty: DutyRule, within: Within) -> Iterator[Finding]:
    """What the diagram forces; else what everybody's own due date leads to. Never what may hold by one of several
    values that are written for a parameter: timers count with their shortest, the limit with its longest."""
    limits, steps = lengths(library, within.parameter), list(arising(library, duty))
    severity: Severity = "error" if duty.severity == "block" else "warning"
    for forced, wait in ((True, _timers(library)), (False, _due_times(library))):
        ways = [quickest(library, duty, step, wait) for step in steps if limits]
        late = [way for way in ways if way is not None and way[0] > limits[-1] and is_sure(library, duty, way[1][0])]
        if late:
            worst = max(late, key=lambda way: way[0])
            passed = tuple(step[-1] for step in worst[1])
            waits = (step for step, _ in _waits(library, worst, wait))
            yield finding(
                CODE,
                severity if forced else "info",
                _message(library, duty, within, worst, wait, forced),
                duty.where,
                elements=tuple(dict.fromkeys((duty.id, passed[0], *waits, passed[-1]))),
                path=passed,
                duty=duty.id,
            )
            return


def _has_begun(library: Library, within: Within) -> bool:
    """Whether the time runs from when the duty arises, or has run since earlier: a moment that may lie ahead says
    nothing yet."""
    if within.start in ("duty", "act"):
        return True
    moments = library.derived[within.start].of if within.start in library.derived else (within.start,)
    facts = [library.facts.get(name) for name in moments]
    return all(fact is not None and not fact.future and fact.id not in VISIT_FACTS for fact in facts)


def _timers(library: Library) -> Wait:
    """People act at once; a timer for a moment may have passed, so only lengths count."""

    def wait(element: Element) -> timedelta:
        written = lengths(library, element.timer)
        return written[0] if written else NONE

    return wait


def _due_times(library: Library) -> Wait:
    """Everybody takes the time that the step gives them; what gives none takes none."""
    timers = _timers(library)

    def wait(element: Element) -> timedelta:
        written = lengths(library, element.due)
        return written[0] if written else timers(element)

    return wait


def _message(library: Library, duty: DutyRule, within: Within, way: Way, wait: Wait, forced: bool) -> str:
    limits, steps = lengths(library, within.parameter), way[1]
    waits = ", ".join(f"{step} {in_words(time)}" for step, time in _waits(library, way, wait))
    since = "" if within.start in ("duty", "act") else f", counted from {within.start}, which is no later"
    by = f"{within.parameter}, by its longest value" if limits[1:] else within.parameter
    told = (
        f"after {steps[0][-1]} the quickest way to {duty.act} at {steps[-1][-1]} takes {in_words(way[0])} ({waits}), "
        f"and the duty gives {in_words(limits[-1])} ({by}{since})"
    )
    if forced:
        return (
            f"Duty {duty.id} is late whatever anybody does: {told}. Let a step do {duty.act} before the wait, shorten "
            "the wait, or give the duty more time"
        )
    return (
        f"Duty {duty.id} may be late though everybody keeps to their own due time. An estimate: {told}. Shorten the "
        "due times, or give the duty more time"
    )


def _waits(library: Library, way: Way, wait: Wait) -> list[tuple[str, timedelta]]:
    """The steps of the way that take time, and how long each does: not one that an event at its border leads out of."""
    steps = [occurrences(library)[step] for step in way[1]]
    left_by = [*(element.attached_to for element in steps[1:]), None]
    taken = [(step.id, wait(step)) for step, border in zip(steps[1:], left_by[1:], strict=True) if border != step.id]
    return [(step, time) for step, time in taken if time > NONE]
