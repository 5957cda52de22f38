"""Every course a case can take within a focus: a fixpoint over where cases stand and what they know.

The state space is finite whatever goes round in circles, so no depth is unrolled and nothing is left out
(prove.md 3.5, 3.6). When the budget runs out the search says so and claims nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

from engine.prove.commands import Command, Machine
from engine.prove.standing import Cases, Control, Report

IN_A_ROW = 1000
"""Places that are looked at in one order before it is turned round."""
NOBODY_S = frozenset({"elsewhere", "begin", "cancel"})
"""What is not counted on to bring about what is owed."""


class Way(NamedTuple):
    """How cases came to stand somewhere: from which visit, by which command; None: by opening a case."""

    visit: int | None
    command: Command
    valuations: int


class Visit(NamedTuple):
    """One time at which all that can happen was followed from where cases stand."""

    control: Control
    valuations: int
    ways: tuple[Way, ...]


class Break(NamedTuple):
    """A command after which a step breaks the duty; or, without a step, after which cases stand at `target`."""

    way: Way
    step: str
    target: Control | None = None


@dataclass
class Courses:
    """All that was reached, and the commands that break the duty; `before` each place those from which people or time
    lead to it. Those at which the duty is `over` were not left."""

    reached: Cases = field(default_factory=dict)
    before: dict[Control, set[Control]] = field(default_factory=dict)
    visits: list[Visit] = field(default_factory=list)
    breaks: list[Break] = field(default_factory=list)
    over: dict[Control, list[Way]] = field(default_factory=dict)


def explore(machine: Machine, *, whole: bool = False) -> Courses:
    """Follows every command from every opening, until one breaks the duty. Raises OutOfBudget.

    From where the duty is over nothing can come that breaks it or has it owed; unless the `whole` is asked, it is left
    only while nothing has come to what the duty is about."""
    courses = Courses()
    waiting: dict[Control, list[Way]] = {}
    is_over = cache(machine.acting.monitor.is_over)

    def arrive(cases: Cases, report: Report, visit: int | None, command: Command) -> None:
        for step, where in report.broken.items():
            courses.breaks.append(Break(Way(visit, command, where), step))
        for control, valuations in cases.items():
            if visit is not None and command.kind not in NOBODY_S:
                courses.before.setdefault(control, set()).add(courses.visits[visit].control)
            new = valuations & ~courses.reached.get(control, 0)
            if new:
                courses.reached[control] = courses.reached.get(control, 0) | new
                queue = courses.over if not whole and is_over(control.monitor) else waiting
                queue.setdefault(control, []).append(Way(visit, command, new))

    for command in machine.openings():
        report = Report()
        arrive(machine.open(report, command), report, None, command)
    while (queue := waiting or ({} if machine.acting.came_up else courses.over)) and not courses.breaks:
        control = next(_in_turn(queue, len(courses.visits)))
        ways = tuple(queue.pop(control))
        valuations = 0
        for way in ways:
            valuations |= way.valuations
        courses.visits.append(Visit(control, valuations, ways))
        for command in machine.commands(control):
            report = Report()
            cases = machine.apply(report, command, control, valuations)
            arrive(cases, report, len(courses.visits) - 1, command)
    return courses


def _in_turn(waiting: dict[Control, list[Way]], visits: int) -> Iterator[Control]:
    """The oldest place first, so that a course that breaks the duty is a short one, and all ways to a place are known
    before it is looked at; then for a while the newest: a break that lies deep among many places is not found
    otherwise."""
    return iter(waiting) if visits // IN_A_ROW % 2 == 0 else reversed(waiting)


def course_of(machine: Machine, courses: Courses, broken: Break) -> tuple[Command, ...]:
    """The commands, from the opening on, that lead one case to a break, or where it says."""
    commands = [broken.way.command]
    visit, command = broken.way.visit, broken.way.command
    target, wanted = broken.target, broken.way.valuations
    while visit is not None:
        control, _, ways = courses.visits[visit]
        for way in ways:
            one = _one(machine, control, way.valuations, command, broken.step, target, wanted)
            if one:
                break
        else:
            raise AssertionError("Expected a way that leads on, but found none")
        commands.append(way.command)
        visit, command, target, wanted = way.visit, way.command, control, one
    return tuple(reversed(commands))


def _one(
    machine: Machine,
    control: Control,
    valuations: int,
    command: Command,
    step: str,
    target: Control | None,
    wanted: int,
) -> int:
    """One valuation of a set from which a command leads to a wanted one, or to the break; 0 when none does."""

    def leads(tried: int) -> bool:
        report = Report()
        cases = machine.apply(report, command, control, tried)
        return bool((report.broken.get(step, 0) if target is None else cases.get(target, 0)) & wanted)

    if not leads(valuations):
        return 0
    low, high = 0, valuations.bit_length()
    while high - low > 1:
        middle = (low + high) // 2
        part = valuations & (((1 << middle) - 1) & ~((1 << low) - 1))
        if part and leads(part):
            high = middle
        else:
            low = middle
    return valuations & (((1 << high) - 1) & ~((1 << low) - 1))
