"""Proves one duty, or finds the course of a case that breaks it: a focus is made finer until the answer is sure.

The coarsest focus comes first. What it proves is proved; what it breaks may be a course that no case can take. Then
what would have ruled this course out is taken in, a name or the processes that own its steps, and it is tried again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace

from engine.checks.analysis.space import TooLarge
from engine.library import DutyRule, Library
from engine.prove.budget import Budget, OutOfBudget
from engine.prove.commands import Command, Machine
from engine.prove.exploring import course_of, explore
from engine.prove.focus import base_of, can_follow, focus
from engine.prove.net import Net
from engine.prove.standing import Cases, Report, add

BUDGET = 20_000
"""What one duty may cost (engine/prove/budget.py)."""


@dataclass(frozen=True, slots=True)
class Course:
    """A course that breaks a duty: the commands, the last of which does, and the step at which it happens."""

    commands: tuple[Command, ...]
    step: str


@dataclass(frozen=True, slots=True)
class Looked:
    """How fine a proof looked: processes followed, names told apart besides the duty's own."""

    processes: tuple[str, ...] = ()
    names: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Answer:
    """What is known of a duty. `course` breaks it as far as was seen; `why` says what ended the search early."""

    duty: str
    proved: bool
    looked: Looked
    course: Course | None = None
    why: str = ""
    states: int = 0
    spent: int = 0
    tries: int = 0


def prove(library: Library, net: Net, duty: DutyRule, most: int = BUDGET) -> Answer:
    """Looks more and more finely until the duty is proved, nothing finer is left, or the budget is spent."""
    prover = _Prover(library, net, duty, Budget(most))
    answer = Answer(duty.id, proved=False, looked=Looked())
    while True:
        answer = replace(answer, tries=answer.tries + 1, spent=prover.budget.spent)
        try:
            machine = prover.machine(answer.looked)
            courses = explore(machine)
            answer = replace(answer, states=len(courses.reached), spent=prover.budget.spent)
            if not courses.breaks:
                return replace(answer, proved=True, course=None)
            broken = courses.breaks[0]
            course = Course(course_of(machine, courses, broken), broken.step)
            answer = replace(answer, course=course)
            finer = prover.finer(answer.looked, course)
        except (TooLarge, OutOfBudget) as error:
            return replace(answer, why=str(error), spent=prover.budget.spent)
        if finer is None:
            return replace(answer, spent=prover.budget.spent)
        answer = replace(answer, looked=finer)


@dataclass
class _Prover:
    library: Library
    net: Net
    duty: DutyRule
    budget: Budget

    def machine(self, looked: Looked) -> Machine:
        seen = focus(self.library, self.net, self.duty, looked.processes, looked.names)
        return Machine(self.library, self.net, seen, self.budget)

    def finer(self, looked: Looked, course: Course) -> Looked | None:
        """The next focus: one that rules the course out, if there is one; else one that sees more of it."""
        machine = self.machine(looked)
        possible(machine, course, machine)
        hidden = frozenset(name for name in machine.data.hidden if self._can_choose(name)) - looked.names
        groups = [frozenset({name}) for name in sorted(hidden)]
        for name in sorted(machine.focus.names):
            direct, all_ = self._inputs(name), self._all_inputs(name)
            groups += [group for group in (direct - looked.names, all_ - looked.names) if group]
        for group in groups:
            tried = replace(looked, names=looked.names | group)
            try:
                if not possible(self.machine(tried), course, machine):
                    return tried
            except TooLarge:
                continue
        for root in self._wanted(machine, course):
            if root not in looked.processes:
                return replace(looked, processes=(*looked.processes, root))
        return self._seeing_more(looked, groups)

    def _seeing_more(self, looked: Looked, groups: list[frozenset[str]]) -> Looked | None:
        """Follows as many more names as there is room for: several together may rule out what none does alone."""
        finer = looked
        for group in groups:
            tried = replace(finer, names=finer.names | group)
            with suppress(TooLarge):
                focus(self.library, self.net, self.duty, tried.processes, tried.names)
                finer = tried
        return finer if finer != looked else None

    def _wanted(self, machine: Machine, course: Course) -> Iterator[str]:
        """Processes to follow next: those whose steps came from elsewhere, those that do the act owed, those whose
        state was asked for."""
        elsewhere = {command.step for command in course.commands if command.kind == "elsewhere"}
        doing = {id_ for id_, step in self.net.elements.items() if any(a.act == self.duty.act for a in step.acts)}
        for steps in (elsewhere, doing):
            yield from (root for root in self.net.single if self.net.steps(root) & steps)
        asked = {base for name in machine.data.hidden for base in base_of(self.library, name)}
        yield from (root for root in self.net.single if f"process.{root}" in asked)

    def _can_choose(self, name: str) -> bool:
        return can_follow(self.library, name) or name.startswith("act.")

    def _all_inputs(self, name: str) -> frozenset[str]:
        """What a name is computed from, directly or through others."""
        found: frozenset[str] = frozenset()
        queue = [name]
        while queue:
            new = self._inputs(queue.pop()) - found
            found |= new
            queue += new
        return found

    def _inputs(self, name: str) -> frozenset[str]:
        """What a name is computed from, directly."""
        table = self.library.table_of(name.removeprefix("now.")) if name.startswith("now.") else None
        derived = self.library.derived.get(name)
        found: set[str] = set(table.inputs) if table is not None else set()
        if derived is not None:
            found = {*derived.of, *([derived.otherwise] if derived.otherwise else [])}
        return frozenset(item for item in found if item != "now" and self._can_choose(item))


def possible(machine: Machine, course: Course, coarse: Machine) -> bool:
    """Whether the commands of a course, found by a coarser machine, can still follow each other and break the duty.
    Steps that the coarser one passed by may be done in between."""
    report = Report()
    cases = machine.open(report, course.commands[0])
    for command in course.commands[1:]:
        report = Report()
        after: Cases = {}
        for control, valuations in _passed_by(machine, cases, coarse).items():
            if command in machine.commands(control):
                for stands, left in machine.apply(report, command, control, valuations).items():
                    add(after, stands, left)
        cases = after
    return course.step in report.broken


def _passed_by(machine: Machine, cases: Cases, coarse: Machine) -> Cases:
    """The cases, and where they come to by steps that the coarser machine does not stop at."""
    if machine is coarse:
        return cases
    reached: Cases = {}
    todo = dict(cases)
    while todo:
        control, valuations = todo.popitem()
        new = valuations & ~reached.get(control, 0)
        if not new:
            continue
        add(reached, control, new)
        for command in machine.commands(control):
            if command.kind in ("task", "event") and coarse.running.skipping.passes(command.token.element):
                for stands, left in machine.apply(Report(), command, control, new).items():
                    add(todo, stands, left)
    return reached
