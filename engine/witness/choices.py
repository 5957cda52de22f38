"""What could be done next to a case: everybody's open steps with the answers worth trying, news, corrections, time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import combinations, product
from typing import NamedTuple

from engine.drills.vocabulary import Answer
from engine.drills.work import same
from engine.expressions import Expression, ExpressionTypeError, evaluate, names
from engine.library import Form, Library
from engine.model import CASE_SCOPE, Value
from engine.moves.complete_task import scope_of
from engine.witness.deeds import Deed
from engine.witness.rehearsal import Standing
from engine.witness.values import Values

MOST_TOGETHER = 48
"""Combinations of answers to one form that are tried: all, if there are no more."""
MINUTE = timedelta(minutes=1)
STEP, LATER, NEWS, CORRECTION, LATE, FAR = 1, 1, 2, 3, 4, 3
"""What a deed costs besides its answers: the usual is tried first."""


class Choice(NamedTuple):
    cost: int
    deed: Deed


class Wanted:
    """The facts that are to change, and the conditions that are to become true."""

    def __init__(self, facts: frozenset[str] = frozenset(), conditions: Iterable[Expression] = ()) -> None:
        self.facts = facts
        self._alone: dict[str, list[Expression]] = {}
        for condition in conditions:
            for name in names(condition) if len(names(condition)) == 1 else ():
                self._alone.setdefault(name, []).append(condition)

    def __contains__(self, fact: str) -> bool:
        return fact in self.facts

    def helps(self, fact: str, answer: Answer) -> bool:
        """Whether an answer makes a condition true that is to become so."""
        value = tuple(answer) if isinstance(answer, list) else answer
        return any(_true(condition, {fact: value}) for condition in self._alone.get(fact, ()))


def _true(condition: Expression, known: Mapping[str, Value]) -> bool:
    try:
        return evaluate(condition, known.__getitem__) is True
    except ExpressionTypeError:
        return False


class Choices:
    """The choices within one library. `matters` is how far each fact is from what is sought: one that is not in it is
    answered as anyone would, and a form that does no act in it waits for such a fact. `asking` is the question with
    which a fact is corrected."""

    def __init__(
        self,
        library: Library,
        values: Values,
        matters: Mapping[str, int],
        asking: Callable[[Standing, str], Form | None],
    ) -> None:
        self.library = library
        self.values = values
        self.asking = asking
        self.matters = {name: far for name, far in matters.items() if name in library.facts}
        self.acts = {name.removeprefix("act.") for name in matters if name.startswith("act.")}

    def openings(self, door: str) -> Iterator[Choice]:
        """Every way to open a case, by the door named first."""
        for found in self.library.pathway.doors.values():
            form = self.library.forms[found.form]
            for cost, answers in self._answers(form, {}, Wanted()):
                far = 0 if found.id == door else FAR
                yield Choice(cost + far, Deed("open", found.id, min(found.roles), answers))

    def at(self, standing: Standing, wanted: Wanted) -> Iterator[Choice]:
        """What could be done next; the answers `wanted` cost least."""
        seen = set()
        for task in standing.file.tasks:
            if task.element in seen:
                continue
            seen.add(task.element)
            form = self.library.forms[task.form]
            here = self._here(standing, form, task.scope)
            for cost, answers in self._answers(form, here, wanted):
                yield Choice(cost, Deed("do", task.element, task.role, answers))
                for ago in self._ago(standing, form, task.scope):
                    yield Choice(cost + LATE, Deed("do", task.element, task.role, answers, ago))
        yield from self._news(standing, wanted)
        yield from self._corrections(standing, wanted)
        yield from self._later(standing)

    def _news(self, standing: Standing, wanted: Wanted) -> Iterator[Choice]:
        for anytime in self.library.pathway.anytime.values():
            form = self.library.forms[anytime.form]
            here = self._here(standing, form, CASE_SCOPE)
            for cost, answers in self._answers(form, here, wanted):
                if answers or any(act.act in self.acts for act in anytime.acts):
                    yield Choice(cost + NEWS, Deed("record", anytime.id, min(anytime.roles), answers))
                    for ago in self._ago(standing, form, CASE_SCOPE):
                        yield Choice(cost + LATE, Deed("record", anytime.id, min(anytime.roles), answers, ago))

    def _corrections(self, standing: Standing, wanted: Wanted) -> Iterator[Choice]:
        for name in self.matters:
            rule = self.library.facts[name]
            fact = standing.file.facts.get((name, CASE_SCOPE))
            who = self._corrects(rule.group)
            asks = self.asking(standing, name) if rule.correctable and fact is not None and who is not None else None
            if fact is None or who is None or asks is None:
                continue
            for answer in self.values.of(asks, name):
                if isinstance(fact.value, datetime) or not same(fact.value, answer):
                    yield Choice(
                        CORRECTION + self._price(name, answer, wanted), Deed("correct", name, who, {name: answer})
                    )

    def _corrects(self, group: str) -> str | None:
        roles = self.library.roles.values()
        return next((role.id for role in roles if "fact.correct" in role.may and group in role.sees), None)

    def _later(self, standing: Standing) -> Iterator[Choice]:
        """Time passes until the next thing is due, or until a later timer."""
        moments = sorted({timer.due_at for timer in standing.file.timers})
        moments += sorted(
            clock.ends_latest
            for clock in standing.file.clocks
            if clock.ends_latest is not None and clock.ends_latest > standing.now
        )
        for number, moment in enumerate(dict.fromkeys(moments)):
            yield Choice(LATER + number, Deed("wait", length=_whole_minutes(moment - standing.now)))

    # --- answers ---

    def _answers(
        self, form: Form, here: Mapping[str, object], wanted: Wanted
    ) -> Iterator[tuple[int, dict[str, Answer]]]:
        """Combinations of answers, the usual ones first, each with what it costs."""
        yield STEP, {}
        asked = [name for name in form.properties if name in self.matters or name in wanted]
        asked.sort(key=lambda name: (name not in wanted, self.matters.get(name, 0)))
        options = {name: [answer for answer in self.values.of(form, name)] for name in asked}
        found: list[tuple[int, dict[str, Answer]]] = []
        for count in range(1, len(asked) + 1):
            for chosen in combinations(asked, count):
                for values in product(*(options[name] for name in chosen)):
                    answers = dict(zip(chosen, values, strict=True))
                    price = STEP + sum(self._price(name, answer, wanted) for name, answer in answers.items())
                    found.append((price, answers))
                    if len(found) >= MOST_TOGETHER:
                        break
                if len(found) >= MOST_TOGETHER:
                    break
        yield from sorted(found, key=lambda pair: pair[0])

    def _price(self, fact: str, answer: Answer, wanted: Wanted) -> int:
        if wanted.helps(fact, answer):
            return -STEP
        return 1 if fact in wanted else 1 + self.matters.get(fact, 0)

    def _here(self, standing: Standing, form: Form, scope: str) -> dict[str, object]:
        facts = standing.file.facts
        found = {name: facts.get((name, scope_of(self.library.facts.get(name), scope))) for name in form.properties}
        return {name: fact.value for name, fact in found.items() if fact is not None}

    def _ago(self, standing: Standing, form: Form, scope: str) -> Iterator[timedelta]:
        """How long before now something may have happened so that some of what is known stays: it is newer."""
        asked = [name for name in form.properties if name in self.matters]
        facts = (standing.file.facts.get((name, scope_of(self.library.facts[name], scope))) for name in asked)
        moments: set[datetime] = {fact.happened_at for fact in facts if fact is not None}
        for moment in sorted(moments, reverse=True):
            yield _whole_minutes(standing.now - moment) + MINUTE


def _whole_minutes(length: timedelta) -> timedelta:
    return -(-length // MINUTE) * MINUTE
