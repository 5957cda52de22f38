"""Looks for a concrete case that comes to what is sought: to where a duty is broken, or owed.

The best looking of all deeds that could be done next is tried first, in a case in memory; how a case looks is told by
what it still needs (`needs.py`) to come to the next command of the course, and to what the duty asks. Nothing that the
engine would do is skipped, so what is found is a case. The search is bounded by deeds and not by the clock.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import heappop, heappush
from itertools import count
from zoneinfo import ZoneInfo

from engine.drills.vocabulary import Vocabulary
from engine.expressions import Name, Not, Truth
from engine.library import DutyRule, Library
from engine.model import CaseFile, Value
from engine.prove.classes import settled
from engine.prove.net import Net
from engine.prove.proving import Course
from engine.rules.sight import Ground, Sight
from engine.rules.state import State
from engine.witness.choices import Choices, Wanted
from engine.witness.deeds import Deed, Deeds
from engine.witness.distances import Distances
from engine.witness.needs import At, Fails, Holds, Need, Needs, Past, Told
from engine.witness.rehearsal import NotPossible, Rehearsal, Standing
from engine.witness.values import Values

ROUNDS = ((1, 200), (2, 300), (4, 300))
"""Facts behind more conditions than this are answered as anyone would, and how many deeds may be tried so."""
DEEDS = sum(deeds for _, deeds in ROUNDS)
"""How many deeds a search tries at most."""
BETWEEN = timedelta(minutes=10)
"""Time that passes after each deed: two do not happen at the same moment."""
GREED = 3
"""How much more a step still to come counts than one already taken."""
PER_COMMAND = 4
NO_WAY = 40
"""What a command of the course that is still to come counts, and one to which no way is seen."""


@dataclass(frozen=True)
class Found:
    """What a search came to: the deeds that come to what is sought, if any, and how many were tried. `whole` when all
    that the choices offer was tried."""

    deeds: Deeds | None
    tried: int
    whole: bool


@dataclass(frozen=True)
class Aim:
    """What is sought: the `doors` by which a case may come to it, the `steps` that it takes on the way, what must be so
    besides, and by what one sees that it is there. `instead` of the last step others would do."""

    doors: tuple[str, ...]
    steps: tuple[str, ...]
    conditions: tuple[Need, ...]
    reached: Callable[[Standing], bool]
    instead: tuple[str, ...] = ()


def breaking(net: Net, duty: DutyRule, course: Course) -> Aim:
    """That a duty is broken along a course."""
    steps = _steps(net, course)
    conditions = tuple(_breaks(net, duty, steps[-1]))
    instead = tuple(_doing(net, _limit(duty), steps[-1]))
    return Aim((course.commands[0].step,), steps, conditions, lambda standing: standing.broken, instead)


def search(library: Library, net: Net, vocabulary: Vocabulary, duty: DutyRule, aim: Aim, most: int) -> Found:
    """The deeds of a case that comes to what is sought, if one is found by trying no more than `most`."""
    return _Search(library, net, vocabulary, duty, aim).run(most)


class _Still(Sight):
    """What is seen of a case that does not move meanwhile: each name is read once."""

    def __init__(self, library: Library, ground: Ground, now: datetime, zone: str) -> None:
        super().__init__(library, ground, now, zone)
        self._seen: dict[str, Value | None] = {}

    def __call__(self, name: str) -> Value | None:
        if name not in self._seen:
            self._seen[name] = super().__call__(name)
        return self._seen[name]


def _holds(need: Holds | Fails) -> bool:
    """Whether a need is met where its condition is true."""
    return isinstance(need, Holds)


class _Search:
    def __init__(self, library: Library, net: Net, vocabulary: Vocabulary, duty: DutyRule, aim: Aim) -> None:
        self.library = library
        self.duty = duty
        self.aim = aim
        self.rehearsal = Rehearsal(library, vocabulary, duty)
        self.steps = aim.steps
        self.wants = tuple(self._wants(net))
        self.conditions = aim.conditions
        targets = [*(want for ways in self.wants for way in ways for want in way), *self.conditions]
        self.needs = needs = Needs(library, net, duty)
        self.within = needs.within(targets)
        self.distances = Distances(needs, self.within)
        numbers = self.distances.numbers
        self.reads = tuple((need, numbers[need]) for need in self.within if isinstance(need, Holds | Fails))
        begins = vocabulary.begins.astimezone(ZoneInfo(vocabulary.centre.zone)).date()
        self.values = Values(library, begins)

    def run(self, most: int) -> Found:
        """Looks with the nearest facts first: fewer answers are tried, so that more deeds follow each other."""
        tried, found = 0, Found(None, 0, whole=False)
        for near, deeds in ROUNDS:
            if tried < most:
                found = self._round(near, min(deeds, most - tried))
                tried += found.tried
            if found.deeds is not None:
                break
        return Found(found.deeds, tried, found.whole)

    def _round(self, near: int, most: int) -> Found:
        told = {need.name: level for need, level in self.within.items() if isinstance(need, Told) and level <= near}
        choices = Choices(self.library, self.values, told, self.rehearsal.asking)
        queue: list[tuple[int, int, int, int, Standing | None, Deed]] = []
        order = count()
        seen: set[Hashable] = set()
        for cost, deed in (opening for door in self.aim.doors for opening in choices.openings(door)):
            heappush(queue, (cost, next(order), cost, 0, None, deed))
        for tried in range(1, most + 1):
            if not queue:
                return Found(None, tried, whole=True)
            _, _, spent, progress, standing, deed = heappop(queue)
            try:
                after = self.rehearsal.do(standing, deed)
                progress = self._progress(progress, deed, after)
                if not (self.aim.reached(after) or after.broken):
                    after = self._a_little_later(after)
            except NotPossible:
                continue
            if self.aim.reached(after):
                return Found(after.deeds, tried, whole=False)
            if after.broken:
                continue
            sign = self._sign(after, progress)
            if sign in seen:
                continue
            seen.add(sign)
            far, wanted = self._far(after, progress)
            for cost, deed in choices.at(after, wanted):
                heappush(queue, (far * GREED + spent + cost, next(order), spent + cost, progress, after, deed))
        return Found(None, most, whole=False)

    def _a_little_later(self, standing: Standing) -> Standing:
        if standing.deeds[-1].kind == "wait":
            return standing
        return self.rehearsal.do(standing, Deed("wait", length=BETWEEN))

    # --- how a case looks ---

    def _wants(self, net: Net) -> Iterator[tuple[tuple[Need, ...], ...]]:
        """What must be so before each command of the course can come, or before one that would do instead."""
        for number, step in enumerate(self.steps):
            last = number == len(self.steps) - 1
            yield tuple(self._wanted(net, one) for one in (step, *(self.aim.instead if last else ())))

    def _wanted(self, net: Net, step: str) -> tuple[Need, ...]:
        element = net.elements.get(step)
        anytime = self.library.pathway.anytime.get(step)
        if element is None:
            return (Holds(anytime.when),) if anytime is not None and anytime.when is not None else ()
        if element.kind == "user":
            return (At(step), Holds(element.requires)) if element.requires is not None else (At(step),)
        return (At(step),) if element.timer is not None else (Past(step),)

    def _progress(self, progress: int, deed: Deed, after: Standing) -> int:
        """How many commands of the course are done; the last is never, for it breaks the duty."""
        done = {deed.what, *after.passed}
        ahead = [number for number in range(progress, len(self.steps) - 1) if self.steps[number] in done]
        return ahead[0] + 1 if ahead else progress

    def _far(self, standing: Standing, progress: int) -> tuple[int, Wanted]:
        """How far a case is from a break, and the facts that the cheapest way there changes."""
        file = standing.file
        sight = _Still(self.library, State.of(file, self.library.pathway), standing.now, file.zone)
        holding = (number for need, number in self.reads if (sight.holds(need.condition) is True) == _holds(need))
        at = [At(task.element) for task in file.tasks]
        at += [At(timer.element) for timer in file.timers]
        at += [At(wait.element) for process in file.processes for wait in process.waits]
        reached = self.distances.of((*holding, *self.distances.numbered(at)))
        far, number, way = min(
            (
                sum(min(NO_WAY, reached.cost(want)) for want in wants)
                + PER_COMMAND * (len(self.steps) - 1 - number)
                + PER_COMMAND // 2 * (number - progress),
                number,
                way,
            )
            for number in range(progress, len(self.steps))
            for way, wants in enumerate(self.wants[number])
        )
        far += sum(min(NO_WAY, reached.cost(need)) for need in self.conditions)
        far += NO_WAY if self._is_kept(file) else 0
        ahead, stays = reached.through((*self.wants[number][way], *self.conditions))
        told = frozenset(need.name for need in ahead if isinstance(need, Told))
        asked = [settled(self.library, need.condition) for need in ahead if isinstance(need, Holds)]
        kept = (self.needs.facts_of(need.condition) for need in stays if isinstance(need, Holds | Fails))
        return far, Wanted(told.union(*kept), asked)

    def _is_kept(self, file: CaseFile) -> bool:
        """Whether the act that is demanded once was done: then nothing can break the duty any more."""
        return (
            self.duty.form == "must" and self.duty.after is None and any(act == self.duty.act for act, _ in file.acts)
        )

    def _sign(self, standing: Standing, progress: int) -> Hashable:
        """What makes two cases alike for the search: where they stand and what is known, but not since when."""
        file = standing.file
        return (
            progress,
            file.case.status,
            tuple(sorted((task.element, task.scope) for task in file.tasks)),
            tuple(sorted(timer.element for timer in file.timers)),
            tuple(sorted((process.key, process.scope, process.status) for process in file.processes)),
            frozenset((key, fact.value) for key, fact in file.facts.items() if not isinstance(fact.value, datetime)),
            frozenset(file.acts),
            frozenset((duty.rule, duty.status, duty.flags) for duty in file.duties),
        )


def _breaks(net: Net, rule: DutyRule, last: str) -> Iterator[Need]:
    """What should be so for a duty to be broken at a step."""
    if rule.when is not None:
        yield Fails(Not(rule.when)) if rule.if_unknown == "broken" else Holds(rule.when)
    for item in (rule.unless, *(exception.when for exception in rule.exceptions)):
        if item is not None:
            yield Fails(item)
    if rule.always is not None:
        yield Holds(Not(rule.always))
    limit = _limit(rule)
    for act in net.elements[last].acts if last in net.elements else ():
        if act.act == limit and act.when is not None:
            yield Holds(act.when)
    if rule.after is not None:
        yield Holds(Truth(Name(f"act.{rule.after}")))
    if len(rule.without) == 1:
        yield Fails(Truth(Name(f"act.{rule.without[0]}")))


def _limit(rule: DutyRule) -> str | None:
    """The act by which a duty is broken."""
    return rule.before if rule.form == "must" else rule.act


def _doing(net: Net, act: str | None, besides: str) -> Iterator[str]:
    """The other steps of people that do an act."""
    for element in net.elements.values():
        if element.kind == "user" and element.id != besides and any(one.act == act for one in element.acts):
            yield element.id


def _steps(net: Net, course: Course) -> tuple[str, ...]:
    """The steps of a course that somebody does or time brings, the last of which breaks the duty."""
    steps = [command.step for command in course.commands[1:] if command.kind != "news"]
    if course.step in net.elements and course.step not in steps[-1:]:
        steps.append(course.step)
    return tuple(steps) or ("",)
