"""Whether what is owed can still be done: no choice of anyone takes the last way to it away (design: progress).

That a case cannot end while something is owed says nothing of whether it can ever go on. So from every place where a
case can stand while the duty is owed it is asked whether people and time, whatever else is the case, can bring it to
the act. They choose among the steps that are open and among the answers that are followed; what is not followed answers
as badly as it can, and whatever processes do that are not followed is not counted on. Corrections are no way to do what
is owed. A place from which the act can be reached in no way at all is a dead end.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.prove.commands import Command, Machine
from engine.prove.exploring import Courses
from engine.prove.standing import Cases, Control

WAYS = frozenset({"task", "event", "anytime"})
"""What people and time do that may bring about what is owed."""


def dead_end(courses: Courses) -> int | None:
    """The first visit to a place from which nothing leads to what is owed there, however it is answered; None when
    there is none."""
    leads = {control for control in courses.reached if control.monitor.status == "met"}
    todo = list(leads)
    while todo:
        new = courses.before.get(todo.pop(), set()) - leads
        leads |= new
        todo += new
    for number, visit in enumerate(courses.visits):
        if visit.control.monitor.owed and visit.control not in leads:
            return number
    return None


@dataclass(frozen=True, slots=True)
class Lead:
    """Where the act can be brought about for sure, and where it is owed but that is not known."""

    sure: Cases
    unsure: Cases


def lead(machine: Machine, courses: Courses) -> Lead:
    """From where, of all places at which it is owed, the act can be brought about whatever is not followed answers.
    Raises OutOfBudget."""
    sure: Cases = {control: here for control, here in courses.reached.items() if control.monitor.status == "met"}
    left = {control: here for control, here in courses.reached.items() if control.monitor.owed}
    waiting = dict.fromkeys(left)
    for control in reversed([visit.control for visit in courses.visits if visit.control.monitor.owed]):
        waiting.pop(control, None)
        waiting[control] = None
    while waiting:
        control = next(iter(waiting))
        del waiting[control]
        new = _leading(machine, sure, control, left[control])
        if new:
            sure[control] = sure.get(control, 0) | new
            left[control] &= ~new
            waiting |= dict.fromkeys(before for before in courses.before.get(control, ()) if left.get(before))
    return Lead(sure, {control: here for control, here in left.items() if here})


def undecided(fresh: Machine, found: Lead) -> list[frozenset[str]]:
    """The names on which it hangs whether a command that may lead on does: of each place where it is not known, those
    of the command that hangs on the fewest; the fewest first. `fresh` is a machine that has not looked at anything
    yet."""
    groups: dict[frozenset[str], None] = {}
    for control, valuations in found.unsure.items():
        hanging = []
        for command in fresh.commands(control):
            if command.kind in WAYS:
                fresh.data.hidden.clear()
                cases = fresh.answering(-1, command, control, fresh.may_be_allowed(command, control, valuations))
                if any(here & found.sure.get(stands, 0) for stands, here in cases.items()):
                    hanging.append(frozenset(fresh.data.hidden))
        groups |= dict.fromkeys(sorted(hanging, key=lambda names: (len(names), sorted(names)))[:1])
    return sorted(groups, key=lambda names: (len(names), sorted(names)))


def _leading(machine: Machine, sure: Cases, control: Control, valuations: int) -> int:
    """The valuations from which some command surely leads to where it is sure already."""
    found = 0
    for command in machine.commands(control):
        here = valuations & ~found
        if not here:
            break
        if command.kind in WAYS:
            here = machine.allowed(command, control, here)
            for chosen in _choices(machine, command):
                part = here & ~found
                found |= _surely(machine, sure, command, control, part, chosen) if part else 0
    return found


def _choices(machine: Machine, command: Command) -> Iterator[int]:
    """Answers of which one may be chosen: any, then each that the form asks and the focus follows."""
    yield -1
    form = machine.form_of(command)
    for name in sorted(form.properties if form is not None else ()):
        if name in machine.focus.names:
            for value in machine.data.partitions[name].representatives:
                if value is not None:
                    yield machine.data.where(name, value)


def _surely(machine: Machine, sure: Cases, command: Command, control: Control, valuations: int, chosen: int) -> int:
    """The valuations from which the command, answered so, leads to nothing but places where it is sure."""
    cases = machine.answering(chosen, command, control, valuations)
    if not cases:
        return 0
    if all(not here & ~sure.get(stands, 0) for stands, here in cases.items()):
        return valuations
    if valuations & (valuations - 1) == 0 or not any(here & sure.get(stands, 0) for stands, here in cases.items()):
        return 0
    half = valuations.bit_length() // 2
    while not valuations & ((1 << half) - 1):
        half = (half + valuations.bit_length()) // 2
    low = valuations & ((1 << half) - 1)
    return _surely(machine, sure, command, control, low, chosen) | _surely(
        machine, sure, command, control, valuations & ~low, chosen
    )
