"""A pathway of benchmarks/models.py as a safe net with boolean answers, for peers that know nothing of Isange.

Read by the oracle's reader, with no part of the engine. A move is all that one command does until the case rests: it
takes tokens, demands `needs` of what is known, takes answers, demands `then` of what is known now, and gives tokens.
What a test says stands in it for every combination of what its facts may be, 0 not answered, 1 no, 2 yes: at the sum
of each times three to the power of its place among them. A duty is an automaton: for each kind of move, combination and
mark the next mark, or BROKEN. The whole is plain JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product
from typing import Any

import yaml

from tests.oracle.brute import follow
from tests.oracle.duties import Duty, Heard, Mark
from tests.oracle.language import Act, Condition
from tests.oracle.reading import Content, Step

BROKEN = -1
SAID = (None, False, True)
CLOSED = "case.end"


class Translator:
    """One pathway's net while it is being made."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.content = Content(files)
        vocabulary = yaml.safe_load(files["rules/common/words.yaml"])["facts"]
        self.fixed = {fact["id"] for fact in vocabulary if fact.get("correctable") is False}
        self.facts = sorted(self.content.asked)
        self.number = {name: number for number, name in enumerate(self.facts)}
        self.places = ["outside", "open"]
        self.acts: list[tuple[Act, ...]] = []
        self.moves: list[dict[str, Any]] = []

    def net(self) -> dict[str, Any]:
        """The whole."""
        content = self.content
        door = next(iter(content.doors))
        first = content.steps[content.first[content.main]]
        assert len(content.doors) == 1
        assert not content.anytime
        assert not content.doors[door].acts
        for tests, gives in self.ways(first.out[0].target, first.id):
            asks = self._asks(content.doors[door].answers)
            self._move("open", ["outside"], ["open", *gives], asks, then=tests)
        for step in content.steps.values():
            self._steps_moves(step)
        for name in self.facts:
            if name not in self.fixed:
                needs = [self._test([name], lambda read, n=name: read(n) is not None)]
                self._move(f"correct {name}", ["open"], ["open"], [[self.number[name], "other"]], needs)
        duties = [self._duty(duty) for duty in content.duties]
        return {"places": self.places, "facts": self.facts, "moves": self.moves, "duties": duties}

    def _steps_moves(self, step: Step) -> None:
        if step.kind == "userTask":
            needs = [] if step.requires is None else [self._holds(step.requires)]
            asks = self._asks(self.content.forms[step.form])
            closes = any(act.name == CLOSED for act in step.acts)
            for tests, gives in [([], [])] if closes else self.ways(step.out[0].target, step.id):
                takes = [step.id, "open"] if closes else [step.id]
                self._move(step.id, takes, gives, asks, needs, tests, step.acts)
        elif step.kind == "parallelGateway" and len(step.sources) > 1:
            ((tests, gives),) = self.ways(step.out[0].target, step.id)
            assert not tests, "what a join leads to must need nothing"
            self._move(step.id, [f"{source} at {step.id}" for source in step.sources], gives, [])

    def ways(self, id: str, source: str) -> Iterator[tuple[list[dict[str, Any]], list[str]]]:
        """Where a token comes to rest that goes to a step, and what must hold for each."""
        step = self.content.steps[id]
        if step.kind == "userTask":
            yield [], [id]
        elif step.kind == "endEvent":
            yield [], []
        elif step.kind == "parallelGateway" and len(step.sources) > 1:
            yield [], [f"{source} at {id}"]
        elif step.kind == "parallelGateway":
            for chosen in product(*(list(self.ways(flow.target, id)) for flow in step.out)):
                yield sum((tests for tests, _ in chosen), []), sum((gives for _, gives in chosen), [])
        else:
            assert step.kind == "exclusiveGateway", step.kind
            for flow in step.out:
                guards = [flow.guard] if flow.guard else [other.guard for other in step.out if other.guard]
                test = self._all(guards, wanted=flow.guard is not None)
                for tests, gives in self.ways(flow.target, id):
                    yield ([test, *tests] if guards else tests), gives

    def _move(
        self,
        name: str,
        takes: list[str],
        gives: list[str],
        asks: list[list[Any]],
        needs: Iterable[Any] = (),
        then: Iterable[Any] = (),
        acts: tuple[Act, ...] = (),
    ) -> None:
        self.places += [place for place in (*takes, *gives) if place not in self.places]
        tokens = {"takes": [self.places.index(place) for place in takes]}
        tokens |= {"gives": [self.places.index(place) for place in gives]}
        self.moves.append({"name": name, **tokens, "asks": asks, "needs": list(needs), "then": list(then)})
        self.acts.append(acts)

    def _asks(self, answers: list[tuple[tuple[str, Any], ...]]) -> list[list[Any]]:
        """Which facts are answered: each question of these forms must be."""
        names = {name for combination in answers for name, _ in combination}
        assert len(answers) == 2 ** len(names)
        return [[self.number[name], "any"] for name in sorted(names)]

    # --- tests ---

    def _holds(self, condition: Condition) -> dict[str, Any]:
        return self._test(condition.names, lambda read: condition.holds(read) is True)

    def _all(self, guards: Sequence[Condition | None], wanted: bool) -> dict[str, Any]:
        """Whether every one of the guards is known to be so."""
        known = [guard for guard in guards if guard is not None]
        names = frozenset[str]().union(*(guard.names for guard in known))
        return self._test(names, lambda read: all(guard.holds(read) is wanted for guard in known))

    def _test(self, names: Iterable[str], holds: Any) -> dict[str, Any]:
        facts = sorted(names)
        table = [bool(holds(known.get)) for known in _combinations(facts)]
        return {"facts": [self.number[name] for name in facts], "table": table}

    # --- duties ---

    def _duty(self, duty: Duty) -> dict[str, Any]:
        """The duty's automaton; moves that do the same of what it speaks of are of one kind."""
        named = {duty.act, duty.before, duty.after} | duty.without | duty.revoked_by
        does = [tuple(act for act in acts if act.name in named) for acts in self.acts]
        kinds = list(dict.fromkeys(does))
        heard = [list(self._heard(duty, kind)) for kind in kinds]
        marks = [Mark()]
        tables: list[list[list[int]]] = [[[] for _ in combinations] for combinations in heard]
        for mark in marks:  # it grows meanwhile
            for table, combinations in zip(tables, heard, strict=True):
                for row, said in zip(table, combinations, strict=True):
                    after, broke = follow(duty, mark, said)
                    if not broke and after not in marks:
                        marks.append(after)
                    row.append(BROKEN if broke else marks.index(after))
        facts = [[self.number[name] for name in self._read(duty, kind)] for kind in kinds]
        found = [{"facts": names, "table": table} for names, table in zip(facts, tables, strict=True)]
        return {"id": duty.id, "marks": len(marks), "kinds": found, "of": [kinds.index(done) for done in does]}

    def _read(self, duty: Duty, acts: tuple[Act, ...]) -> list[str]:
        conditions = [*duty.conditions, *(act.when for act in acts)]
        return sorted(frozenset[str]().union(*(one.names for one in conditions if one is not None)))

    def _heard(self, duty: Duty, acts: tuple[Act, ...]) -> Iterator[list[Heard]]:
        """What the duty hears of such a move, for each combination: the acts, then the case at rest."""
        for known in _combinations(self._read(duty, acts)):
            done = frozenset(act.name for act in acts if act.when is None or act.when.holds(known.get) is True)
            yield [duty.hear(done, known.get), duty.hear(frozenset(), known.get)]


def _combinations(names: list[str]) -> Iterator[dict[str, bool | None]]:
    """Every combination of what is known of these, the first changing fastest."""
    for values in product(SAID, repeat=len(names)):
        yield dict(zip(names, reversed(values), strict=True))


def net_of(files: Mapping[str, bytes]) -> dict[str, Any]:
    """The net of a pathway."""
    return Translator(files).net()
