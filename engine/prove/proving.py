"""Proves one duty, or finds the course of a case that breaks it: a focus is made finer until the answer is sure.

The coarsest focus comes first. What it proves is proved; what it breaks may be a course that no case can take. Then
what would have ruled this course out is taken in, a name or the processes that own its steps, and it is tried again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial

from engine.checks.analysis.space import TooLarge
from engine.expressions import names
from engine.library import DutyRule, Library
from engine.prove.budget import Budget, OutOfBudget
from engine.prove.commands import Command, Machine
from engine.prove.exploring import Break, Courses, course_of, explore
from engine.prove.focus import (
    CASE_END,
    base_of,
    can_follow,
    conditions_of,
    conditions_taking_back,
    direct_inputs,
    focus,
    inputs_of,
    unsteady,
)
from engine.prove.keeping import kept
from engine.prove.net import Net
from engine.prove.progress import dead_end, lead, undecided
from engine.prove.standing import Cases, Report, add

BUDGET = 100_000
"""What one duty may cost (engine/prove/budget.py)."""
SHARE_OF_A_TRY = 500
"""What it may cost to see whether a finer focus rules a course out."""
SHARE_OF_THE_FINEST = 1500
"""The same of the finest focus that there is room for: what that does not rule out, none does."""
ASKED_TOGETHER = 3
"""Names of one expression that are followed at once."""
SHARE_OF_PROGRESS = 7000
"""What it may cost to see whether what is owed can always be done."""


@dataclass(frozen=True, slots=True)
class Course:
    """A course that breaks a duty: the commands, the last of which does, and the step at which it happens."""

    commands: tuple[Command, ...]
    step: str

    @property
    def told(self) -> str:
        """Its steps in order, for a line."""
        return " > ".join(command.step or command.kind for command in self.commands)


@dataclass(frozen=True, slots=True)
class Looked:
    """How fine a proof looked: processes followed, names told apart besides the duty's own."""

    processes: tuple[str, ...] = ()
    names: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Answer:
    """What is known of a duty, `looked` at as finely as there was room. `course` breaks it as far as was seen; `why`
    says what ended the search early. One that is proved and `never_arises` holds because no course comes to anything
    that it speaks of. Where no course breaks it, but one comes to where nothing leads to what is owed any more, that is
    `dead_end`; `surely_done` says that people can do it from wherever it is owed, whatever is not followed
    (engine/prove/progress.py), and `led` are the names that had to be told apart to see that."""

    duty: str
    proved: bool
    looked: Looked
    never_arises: bool = False
    course: Course | None = None
    dead_end: Course | None = None
    surely_done: bool = False
    led: frozenset[str] = frozenset()
    why: str = ""
    states: int = 0
    spent: int = 0
    tries: int = 0

    @property
    def finest(self) -> Looked:
        """All that had to be looked at for the answer."""
        return replace(self.looked, names=self.looked.names | self.led)


@kept()
def prove(
    library: Library,
    net: Net,
    duty: DutyRule,
    most: int = BUDGET,
    hint: Looked | None = None,
    progress: int = SHARE_OF_PROGRESS,
    *,
    again: int = 0,
) -> Answer:
    """Looks more and more finely until the duty is proved, nothing finer is left, or the budget is spent. `hint` is how
    finely to look first: as finely as it was needed before. Besides, `progress` may go to seeing whether what is owed
    can always be done; and `again` to seeing that together with the proof, as it was seen before. What makes another
    duty good is owed when that is late, and no proof follows when that is."""
    if duty.makes_good is not None:
        return Answer(duty.id, proved=False, looked=Looked())
    prover = _Prover(library, net, duty, Budget(most), progress)
    if again and hint is not None and (as_before := prover.proved_again(prover.still_there(hint), again)) is not None:
        return as_before
    answer = Answer(duty.id, proved=False, looked=Looked())
    look: Looked | None = prover.still_there(hint or Looked())
    while look is not None:
        answer = replace(answer, tries=answer.tries + 1, spent=prover.budget.spent)
        try:
            machine = prover.machine(look)
            answer = replace(answer, looked=look)
            courses = explore(machine)
            answer = replace(answer, states=len(courses.reached), spent=prover.budget.spent)
            if not courses.breaks:
                answer = replace(answer, course=None, never_arises=not machine.acting.came_up)
                return prover.progressing(answer, machine, courses)
            broken = courses.breaks[0]
            course = Course(course_of(machine, courses, broken), broken.step)
            answer = replace(answer, course=course)
            look = prover.finer(look, course)
        except TooLarge as error:
            if hint is None or answer.tries > 1:
                return replace(answer, why=str(error), spent=prover.budget.spent)
            look = Looked()  # what was room for before, there no longer is
        except OutOfBudget as error:
            return replace(answer, why=str(error), spent=prover.budget.spent)
    return replace(answer, spent=prover.budget.spent)


@dataclass
class _Prover:
    library: Library
    net: Net
    duty: DutyRule
    budget: Budget
    progress: int

    def machine(self, looked: Looked, *, holding: bool = False) -> Machine:
        seen = focus(self.library, self.net, self.duty, looked.processes, looked.names)
        return Machine(self.library, self.net, replace(seen, holding=holding), self.budget)

    def progressing(self, answer: Answer, machine: Machine, courses: Courses) -> Answer:
        """The answer on a duty that no course breaks: proved, unless what it owes may get out of reach. Processes that
        might do it are followed first: as long as they are not, nothing is counted on them."""
        looked, left = answer.looked, self._doing(answer.looked)
        while self.duty.form == "must" and (visit := dead_end(courses)) is not None:
            if courses.over:  # it may become owed no more, be done all the same, and then be met
                courses = explore(machine, whole=True)
                continue
            if not left:
                way = courses.visits[visit].ways[0]
                commands = course_of(machine, courses, Break(way, "", courses.visits[visit].control))
                return replace(answer, dead_end=Course(commands, way.command.step))
            looked = self._following(looked, (left.pop(0),))
            machine = self.machine(looked)
            courses = explore(machine)
            answer = replace(answer, looked=looked, states=len(courses.reached), spent=self.budget.spent)
        led = self._surely_done(looked) if self.duty.form == "must" else None
        return replace(
            answer, proved=True, surely_done=led is not None, led=led or frozenset(), spent=self.budget.spent
        )

    def proved_again(self, looked: Looked, most: int) -> Answer | None:
        """Proved, and shown that what is owed can be done, by one search for both, for a budget of its own: a machine
        whose tokens rest wherever something may hold them takes every course that others take. None when it is not
        seen so."""
        self.budget.most += most
        with suppress(TooLarge, OutOfBudget):
            return self.budget.at_most(most, partial(self._both, looked))
        return None

    def _both(self, looked: Looked) -> Answer | None:
        machine = self.machine(looked, holding=True)
        courses = explore(machine)
        if courses.breaks or lead(machine, courses).unsure:
            return None
        return Answer(
            self.duty.id,
            proved=True,
            looked=looked,
            never_arises=not machine.acting.came_up,
            surely_done=True,
            states=len(courses.reached),
            spent=self.budget.spent,
            tries=1,
        )

    def _surely_done(self, looked: Looked) -> frozenset[str] | None:
        """The names that must be told apart, too, to see that people can do what is owed wherever it is: looked at once
        more finely if need be, for a budget of its own. None when it is not seen. Of a proof it does no harm to
        pass by a step that may never be possible, or to go round in passing; here it is asked whether that happens. The
        coarsest look comes first, when no course breaks the duty there: what is seen so, is so."""
        self.budget.most += self.progress
        for look in dict.fromkeys((Looked(), looked)):
            with suppress(TooLarge, OutOfBudget):
                led = self.budget.at_most(self.progress, partial(self._shown, look))
                if led is not None:
                    return led
        return None

    def _shown(self, looked: Looked) -> frozenset[str] | None:
        """The names on which the next step hangs are told apart, as few at a time as may help."""
        led: frozenset[str] = frozenset()
        while True:
            look = replace(looked, names=looked.names | led)
            machine = self.machine(look, holding=True)
            courses = explore(machine)
            if courses.breaks:
                return None
            found = lead(machine, courses)
            if not found.unsure:
                return led
            hanging = undecided(self.machine(look, holding=True), found)
            new = next(filter(None, (self._still_hidden(names_, look) for names_ in hanging)), None)
            if new is None:
                return None
            led |= new

    def _still_hidden(self, hidden: frozenset[str], looked: Looked) -> frozenset[str]:
        """Of names that were hidden, those that can be followed and are not yet."""
        return frozenset(name for name in hidden if self._can_choose(name, looked.processes)) - looked.names

    def still_there(self, hint: Looked) -> Looked:
        """What of a look can be taken at this content."""
        processes = tuple(key for key in hint.processes if key in self.net.followable)
        return Looked(processes, frozenset(name for name in hint.names if self._can_choose(name, processes)))

    def _doing(self, looked: Looked) -> list[str]:
        """Processes that do the act owed and are not followed yet."""
        doing = self._steps_doing()
        return [root for root in self.net.followable if self.net.steps(root) & doing and root not in looked.processes]

    def _steps_doing(self) -> set[str]:
        """The steps that do the act owed."""
        return {id_ for id_, step in self.net.elements.items() if any(a.act == self.duty.act for a in step.acts)}

    def finer(self, looked: Looked, course: Course) -> Looked | None:
        """The next focus: the first that rules the course out, if there is one; else one that sees more of it."""
        machine = self.machine(looked)
        self.budget.at_most(SHARE_OF_A_TRY, lambda: possible(machine, course, machine))
        groups = self._groups(machine, looked)
        more = self._seeing_more(looked, groups)
        possible_still = more is not None and self._possible(more, course, machine, SHARE_OF_THE_FINEST)
        owners, asked = self._owners(looked, course), self._asked(machine, looked)
        helping = [group for group in groups if not (possible_still and more and group <= more.names)]
        tries = [(len(group), replace(looked, names=looked.names | group)) for group in helping]
        tries += [(len(roots), self._following(looked, roots)) for roots in (*owners, *asked)]
        for tried in self._started_for_it(looked):
            if self._rules_out(tried, course, machine):
                return tried
        for _, tried in sorted(tries, key=lambda item: item[0]):  # the smallest first
            if self._rules_out(tried, course, machine):
                return self._with_its_like(tried, looked, groups, course, machine)
        if len(owners) > 1 and (found := self._with_what_is_asked_there(looked, owners, groups, course, machine)):
            return found
        if left := owners or self._steadying(looked):
            return self._following(looked, left[0])
        left = asked or self._telling(looked)
        if more is None:
            return self._following(looked, left[0]) if left else None
        return more if possible_still is False else self.finer(more, course)

    def _started_for_it(self, looked: Looked) -> Iterator[Looked]:
        """Processes that a rule starts and that do the act owed until the case ends, each with what the rule asks:
        neither helps alone."""
        if self.duty.form != "must" or self.duty.before not in (None, CASE_END):
            return
        for root in self._doing(looked):
            read = frozenset().union(*(names(rule.when) for rule in self.library.starts if rule.process == root))
            asked = frozenset(name for name in read if self._can_choose(name, looked.processes))
            if asked - looked.names:
                following = self._following(looked, (root,))
                yield replace(following, names=following.names | asked)

    def _with_what_is_asked_there(
        self,
        looked: Looked,
        owners: list[tuple[str, ...]],
        groups: list[frozenset[str]],
        course: Course,
        coarse: Machine,
    ) -> Looked | None:
        """The first owner that rules the course out together with names that are asked only once it is followed."""
        for roots in sorted(owners, key=len):
            following = self._following(looked, roots)
            with suppress(TooLarge):
                machine = self.machine(following)
                self.budget.at_most(SHARE_OF_A_TRY, partial(possible, machine, course, coarse))
                asked = [group for group in self._groups(machine, following) if group not in groups]
                for group in sorted(asked, key=len):
                    tried = replace(following, names=following.names | group)
                    if self._rules_out(tried, course, coarse):
                        return tried
        return None

    def _with_its_like(
        self, tried: Looked, looked: Looked, groups: list[frozenset[str]], course: Course, machine: Machine
    ) -> Looked:
        """With the names that are asked together with it, if these rule the course out, too: one expression rules out
        many courses, and each is found again without it."""
        new = tried.names - looked.names
        wider = [group for group in groups if new and new < group and len(group) <= ASKED_TOGETHER]
        for group in sorted(wider, key=len, reverse=True):
            whole = replace(looked, names=looked.names | group)
            if self._rules_out(whole, course, machine):
                return whole
        return tried

    def _rules_out(self, tried: Looked, course: Course, coarse: Machine) -> bool:
        return self._possible(tried, course, coarse, SHARE_OF_A_TRY) is False

    def _possible(self, tried: Looked, course: Course, coarse: Machine, share: int) -> bool | None:
        """Whether a course is possible still when looked at so; None when it costs more than its share to see."""
        try:
            machine = self.machine(tried)
            return self.budget.at_most(share, lambda: possible(machine, course, coarse))
        except TooLarge:
            return None

    def _groups(self, machine: Machine, looked: Looked) -> list[frozenset[str]]:
        """Names that may be followed next: each that was hidden, those hidden together in one expression, and what
        those followed are computed from."""
        hidden = self._still_hidden(frozenset(machine.data.hidden), looked)
        groups = [frozenset({name}) for name in sorted(hidden)]
        groups += sorted((hidden & names(asked) for asked in machine.data.asked()), key=lambda group: sorted(group))
        for name in sorted(machine.focus.names):
            groups += [
                found - looked.names for found in (direct_inputs(self.library, name), inputs_of(self.library, name))
            ]
        return [group for group in dict.fromkeys(groups) if group]

    def _seeing_more(self, looked: Looked, groups: list[frozenset[str]]) -> Looked | None:
        """Follows as many more names as there is room for: several together may rule out what none does alone."""
        finer = looked
        for group in groups:
            tried = replace(finer, names=finer.names | group)
            with suppress(TooLarge):
                focus(self.library, self.net, self.duty, tried.processes, tried.names)
                finer = tried
        return finer if finer != looked else None

    def _owners(self, looked: Looked, course: Course) -> list[tuple[str, ...]]:
        """Processes to follow next, those together that only help together: the owners of a step that came from
        elsewhere, and those that do the act owed."""
        elsewhere = [command.step for command in course.commands if command.kind == "elsewhere"]
        elsewhere += [course.step] if course.step in self.net.elements else []
        doing = self._steps_doing()
        found: list[tuple[str, ...]] = []
        for steps in (*({step} for step in elsewhere), doing):
            owners = tuple(root for root in self.net.followable if self.net.steps(root) & steps)
            found += [owners, *((owner,) for owner in owners)]
        left = (tuple(root for root in roots if root not in looked.processes) for roots in found)
        return [roots for roots in dict.fromkeys(left) if roots]

    def _asked(self, machine: Machine, looked: Looked) -> list[tuple[str, ...]]:
        """Processes of which was asked how they stand."""
        asked = {base for name in machine.data.hidden for base in base_of(self.library, name)}
        found = (root for root in self.net.single if f"process.{root}" in asked)
        return [(root,) for root in found if root not in looked.processes]

    def _steadying(self, looked: Looked) -> list[tuple[str, ...]]:
        """Processes on which it hangs how what is looked at reads: it is not told apart until they are followed."""
        chosen = looked.names.union(*map(names, conditions_of(self.duty)))
        bases = frozenset().union(*(unsteady(self.library, name) for name in chosen if can_follow(self.library, name)))
        left = (root for root in self.net.single if root not in looked.processes)
        return [(root,) for root in left if f"process.{root}" in bases]

    def _telling(self, looked: Looked) -> list[tuple[str, ...]]:
        """Processes that ask what the duty reads: as long as they are not followed, it may be answered at any time."""
        read = frozenset().union(
            *(base_of(self.library, name) for item in conditions_of(self.duty) for name in names(item))
        )
        forms = {id_: self.library.forms.get(str(step.form)) for id_, step in self.net.elements.items()}
        steps = {id_ for id_, form in forms.items() if form is not None and read & form.properties.keys()}
        return [
            (root,) for root in self.net.followable if self.net.steps(root) & steps and root not in looked.processes
        ]

    def _following(self, looked: Looked, roots: tuple[str, ...]) -> Looked:
        """With these processes, too, and with what each visit among them has of its own that may take it back: as long
        as that is not told apart it may be taken back at any time."""
        asked = (item for root in roots for item in conditions_taking_back(self.library, root))
        own = self.net.own_facts(self.library, roots)
        return Looked((*looked.processes, *roots), looked.names.union(*(names(item) & own for item in asked)))

    def _can_choose(self, name: str, processes: tuple[str, ...]) -> bool:
        own = self.net.own_facts(self.library, processes)
        return can_follow(self.library, name) or name.startswith("act.") or name in own


def possible(machine: Machine, course: Course, coarse: Machine) -> bool:
    """Whether the commands of a course, found by a coarser machine, can still follow each other and break the duty.
    Steps that the coarser one passed by may be done in between: those first that lead to the next command, as it is
    seldom that others are needed for it."""
    if machine is not coarse and _follows(machine, course, coarse, straight=True):
        return True
    return _follows(machine, course, coarse, straight=False)


def _follows(machine: Machine, course: Course, coarse: Machine, *, straight: bool) -> bool:
    report = Report()
    cases = machine.open(report, course.commands[0])
    for command in course.commands[1:]:
        report = Report()
        after: Cases = dict(cases) if command.kind == "happens" else {}  # seen more finely it may come with another
        towards = command.step if straight else ""
        for control, valuations in _passed_by(machine, cases, coarse, towards).items():
            for same in machine.commands(control):
                if _alike(same, command):
                    for stands, left in machine.apply(report, same, control, valuations).items():
                        add(after, stands, left)
        cases = after
        if not cases and not report.broken:
            return False
    return course.step in report.broken


def _alike(fine: Command, coarse: Command) -> bool:
    """Whether a command of a finer machine is one of a coarser: there it may come from elsewhere."""
    if (fine.kind, coarse.kind) == ("task", "elsewhere"):
        return fine.step == coarse.step
    return fine[:3] == coarse[:3] and fine.token[:2] == coarse.token[:2]


def _passed_by(machine: Machine, cases: Cases, coarse: Machine, towards: str) -> Cases:
    """The cases, and where they come to by steps that the coarser machine does not stop at; by those alone that lead
    `towards` a step, if one is named."""
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
            resting = command.kind in ("task", "event") and coarse.running.skipping.unseen(command.token.element)
            if resting and towards:
                resting = machine.net.leads(command.token, towards)
            if resting or command.kind in ("begin", "cancel", "happens"):
                for stands, left in machine.apply(Report(), command, control, new).items():
                    add(todo, stands, left)
    return reached
