"""Finds where a duty begins: a case in which it comes to be owed, and beside it the nearest ones in which it does not.

Nothing is asked of the proof here: the cases are walked in memory by the engine's own moves, answer by answer, and
whoever keeps them as drills plays them in the real engine first.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from zoneinfo import ZoneInfo

from engine.drills.steps.given import SINCE_BIRTHDAY, birthday
from engine.drills.vocabulary import Answer, Vocabulary
from engine.expressions import Name, Truth, names
from engine.library import DutyRule, Form, Library
from engine.prove.focus import base_of, conditions_of
from engine.prove.net import Net
from engine.witness.deeds import Deed, Deeds
from engine.witness.needs import Holds, Need
from engine.witness.rehearsal import NotPossible, Rehearsal, Standing
from engine.witness.search import DEEDS, Aim, search
from engine.witness.shrinking import shows, shrunk
from engine.witness.values import Values, hashable, plain

MOST = 12
"""Cases beside the one in which a duty is owed: more are not looked at by anyone."""
HOURS_AGO = " hours ago"
STEPS = {"date": 7, "datetime": 14, "integer": 10}
"""How many powers of two are tried, by type of fact, besides the answers that the content tells apart: a clock runs out
without being read, and the law of one day has another age than that of the next."""


@dataclass(frozen=True)
class Case:
    """What is done in a case, and the answer by which it differs from the one beside it: its fact and what is said of
    it; none in a case that lacks the last deed."""

    deeds: Deeds
    fact: str = ""
    answer: Answer = ""


@dataclass(frozen=True)
class Boundary:
    """A case in which a duty is owed at the end; of each answer that makes it so the nearest that does as well, and
    those that do not."""

    duty: str
    owed: tuple[Case, ...]
    not_owed: tuple[Case, ...]


def boundary(library: Library, net: Net, vocabulary: Vocabulary, duty: DutyRule, most: int = DEEDS) -> Boundary | None:
    """Where a duty begins; None when no case was found in which it is owed, or none beside it in which it is not."""
    return _Looking(library, net, vocabulary, duty).boundary(most)


class _Looking:
    def __init__(self, library: Library, net: Net, vocabulary: Vocabulary, duty: DutyRule) -> None:
        self.library = library
        self.net = net
        self.vocabulary = vocabulary
        self.duty = duty
        self.rehearsal = Rehearsal(library, vocabulary, duty)
        self.today = vocabulary.begins.astimezone(ZoneInfo(vocabulary.centre.zone)).date()
        self.values = Values(library, self.today)
        asked = frozenset().union(*map(names, conditions_of(duty)))
        self.read = frozenset().union(*(base_of(library, name) for name in asked))

    def boundary(self, most: int) -> Boundary | None:
        """See the function of this name."""
        if self.duty.form != "must":
            return None  # it is not owed, it forbids: nobody sees it come up
        aim = Aim(tuple(self.library.pathway.doors), ("",), tuple(self._conditions()), self._is_owed)
        found = search(self.library, self.net, self.vocabulary, self.duty, aim, most).deeds
        if found is None:
            return None
        deeds = shrunk(found, shows(self.rehearsal, self._is_owed), last=True)
        cases = {True: [Case(deeds)], False: []}
        for number, deed in enumerate(deeds):
            form = self._form(deed)
            if form is not None:
                for fact in self._asked(deed, form):
                    for owed, case in self._beside(deeds, number, form, fact):
                        cases[owed].append(case)
        if not cases[False] and len(deeds) > 1 and self._owed(deeds[:-1]) is False:
            cases[False] = [Case(deeds[:-1])]
        if not cases[False]:
            return None
        return Boundary(self.duty.id, _told_apart(cases[True])[:MOST], _told_apart(cases[False])[:MOST])

    def _conditions(self) -> Iterator[Need]:
        if self.duty.when is not None:
            yield Holds(self.duty.when)
        if self.duty.after is not None:
            yield Holds(Truth(Name(f"act.{self.duty.after}")))

    def _is_owed(self, standing: Standing) -> bool:
        return any(duty.rule == self.duty.id and duty.open for duty in standing.file.duties)

    def _owed(self, deeds: Deeds) -> bool | None:
        """Whether the duty is owed after these deeds; None when they cannot be done."""
        try:
            return self._is_owed(self.rehearsal.all(deeds))
        except NotPossible:
            return None

    def _asked(self, deed: Deed, form: Form) -> Iterator[str]:
        """The questions of a form by which a case may come to the duty or not."""
        return (fact for fact in form.properties if fact in deed.answers or fact in self.read)

    def _beside(self, deeds: Deeds, number: int, form: Form, fact: str) -> Iterator[tuple[bool, Case]]:
        """The cases that differ in one answer and in which the duty is not owed; where answers have an order, the two
        between which it begins, and whether it is owed in each."""
        kind = self.library.facts[fact].type
        more = (self._answer(kind, 2**power) for power in range(STEPS.get(kind, 0)))
        answers = map(plain, dict.fromkeys(map(hashable, (*self.values.of(form, fact), *more))))
        tried = ((answer, _with(deeds, number, fact, answer)) for answer in answers)
        found = [(answer, owed) for answer, other in tried if (owed := self._owed(other)) is not None]
        places = {place: owed for answer, owed in found if (place := self._number(kind, answer)) is not None}
        if not places:
            yield from ((owed, self._case(deeds, number, fact, answer)) for answer, owed in found if not owed)
            return
        for low, high in pairwise(sorted(places)):
            if places[low] != places[high]:
                for place, owed in self._between(deeds, number, fact, (low, places[low]), (high, places[high])):
                    yield owed, self._case(deeds, number, fact, self._answer(kind, place))

    def _between(
        self, deeds: Deeds, number: int, fact: str, low: tuple[int, bool], high: tuple[int, bool]
    ) -> Iterator[tuple[int, bool]]:
        """The two neighbours between which it changes whether the duty is owed; none where no case comes between."""
        kind = self.library.facts[fact].type
        while high[0] - low[0] > 1:
            middle = (low[0] + high[0]) // 2
            owed = self._owed(_with(deeds, number, fact, self._answer(kind, middle)))
            if owed is None:
                return
            low, high = ((middle, owed), high) if owed == low[1] else (low, (middle, owed))
        yield from (low, high)

    def _case(self, deeds: Deeds, number: int, fact: str, answer: Answer) -> Case:
        return Case(_with(deeds, number, fact, answer), fact, answer)

    def _form(self, deed: Deed) -> Form | None:
        pathway = self.library.pathway
        match deed.kind:
            case "open":
                return self.library.forms[pathway.doors[deed.what].form]
            case "do":
                return self.library.forms[str(self.net.elements[deed.what].form)]
            case "record":
                return self.library.forms[pathway.anytime[deed.what].form]
        return None

    def _number(self, kind: str, answer: Answer) -> int | None:
        """Years since a day, hours since a moment, or the number itself."""
        match kind:
            case "date":
                return self.today.year - date.fromisoformat(str(answer)).year
            case "datetime":
                hours = str(answer).removesuffix(HOURS_AGO)
                return 0 if answer == "now" else int(hours) if hours.isdigit() else None
            case "integer":
                return int(str(answer))
        return None

    def _answer(self, kind: str, number: int) -> Answer:
        match kind:
            case "date":
                return birthday(self.today - SINCE_BIRTHDAY, number).isoformat()
            case "datetime":
                return f"{number}{HOURS_AGO}" if number else "now"
        return number


def _with(deeds: Deeds, number: int, fact: str, answer: Answer) -> Deeds:
    deed = deeds[number]
    return (*deeds[:number], replace(deed, answers={**deed.answers, fact: answer}), *deeds[number + 1 :])


def _told_apart(cases: list[Case]) -> tuple[Case, ...]:
    """Of cases that differ from the one beside them in the same answer the first."""
    found: list[Case] = []
    for case in cases:
        if all((case.fact, case.answer) != (other.fact, other.answer) for other in found):
            found.append(case)
    return tuple(found)
