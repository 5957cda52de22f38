"""How a case comes to rest in a proof: rules start and cancel processes, events fire, the monitor steps
(engine/moves/settle.py, with the engine's own blocking switched off)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from engine.expressions import names
from engine.library import Element, Library, StartRule
from engine.prove.acting import Acting
from engine.prove.budget import Budget
from engine.prove.focus import NOW, base_of
from engine.prove.net import Net, Token
from engine.prove.running import Running
from engine.prove.standing import RUNNING, Cases, Control, Report, Told, add
from engine.prove.valuations import Outcomes
from engine.prove.writing import Writing


class _Moves(NamedTuple):
    """The valuations in which a rule may start its process, or cancel it, and those in which it is bound to."""

    may: int
    must: int


class Settling:
    """The settling of cases within one focus. `at_once`: what may happen now is taken to happen now, or never."""

    def __init__(
        self,
        library: Library,
        net: Net,
        processes: tuple[str, ...],
        writing: Writing,
        acting: Acting,
        running: Running,
        budget: Budget,
        *,
        at_once: bool,
    ) -> None:
        self.net = net
        self.facts = library.facts
        self.budget = budget
        self.processes = processes
        self.writing = writing
        self.acting = acting
        self.running = running
        self.data = writing.data
        self.at_once = at_once
        self.starts = tuple(rule for rule in library.starts if rule.process in processes)
        self.reads = {rule.process: names(rule.when) for rule in self.starts}
        self.asked = frozenset().union(*(self.reads[rule.process] for rule in self.starts if rule.again))
        self.steady = frozenset(rule.process for rule in self.starts if self._is_steady(library, rule))
        """Processes whose rule reads nothing that may change while a case comes to rest."""
        self._settled: dict[tuple[Control, int, Told], tuple[Cases, Cases, Report, frozenset[str]]] = {}
        self.passed: Cases | None = None
        """Where it is kept, if anybody asks, where cases stand before they rest."""

    @staticmethod
    def _is_steady(library: Library, rule: StartRule) -> bool:
        read = names(rule.when) | (names(rule.cancel_when) if rule.cancel_when is not None else frozenset())
        bases = frozenset().union(*(base_of(library, name) for name in read)) - {NOW}
        decided = {table.output for table in library.tables.values()}
        return bases <= library.facts.keys() - decided

    def settle(self, report: Report, control: Control, valuations: int, told: Told) -> Cases:
        """Rounds of rules and processes until nothing moves, after what the command `told`."""
        key = (control, valuations, told.about(self.asked))
        if key not in self._settled:
            own = Report()
            before, self.data.hidden = self.data.hidden, set()
            self._settled[key] = *self._until_rest(own, control, valuations, told), own, frozenset(self.data.hidden)
            self.data.hidden = before
        rested, seen, own, hidden = self._settled[key]
        report.take(own)
        self.data.hidden |= hidden
        if self.passed is not None:
            for stands, here in seen.items():
                add(self.passed, stands, here)
        return rested

    def _until_rest(self, report: Report, control: Control, valuations: int, told: Told) -> tuple[Cases, Cases]:
        """Where the cases rest, and all places where they stood until then."""
        seen: Cases = {}
        rested: Cases = {}
        todo: Cases = {control: valuations}
        while todo:
            stands, here = todo.popitem()
            here &= ~seen.get(stands, 0)
            if not here:
                continue
            add(seen, stands, here)
            for after, left, moved in self._round(report, stands, here, told):
                add(todo if moved else rested, after, left)
        return rested, seen

    def _round(
        self, report: Report, control: Control, valuations: int, told: Told
    ) -> Iterator[tuple[Control, int, bool]]:
        """One round; what did not move in it rests."""
        self.budget.pay(self.data.space.size)
        for stepped, here in self.acting.step(control, valuations):
            if stepped.monitor.status == "broken":
                report.breaks(self.processes[0] if self.processes else "", here)
                continue
            if stepped.closed:
                yield *self._close(stepped, here), False
                continue
            bound = here & self._bound(stepped, told)
            yield stepped, here & ~bound, False
            for after, left in self._rules(report, stepped, bound, told).items():
                if after.statuses != stepped.statuses:
                    yield after, left, True
                else:
                    yield from self._advance(report, after, left, told)

    def _close(self, control: Control, valuations: int) -> tuple[Control, int]:
        """After `case.end` whatever still runs is over."""
        for index, status in enumerate(control.statuses):
            if status == RUNNING:
                control, valuations = self.cancelled(control, valuations, index)
        return control, valuations

    def cancelled(self, control: Control, valuations: int, index: int) -> tuple[Control, int]:
        """A process is cancelled."""
        after = control.at(index, (), "cancelled")
        return after, self.writing.stand(valuations, f"process.{self.processes[index]}", control, after)

    def _bound(self, control: Control, told: Told) -> int:
        """Where something is bound to happen now: what only may happen is looked at together with it, in any order.
        Elsewhere the case rests, and that may happen as a command of its own, whenever it does. While it is asked what
        is sure, it happens at once."""
        if self.at_once:
            return self.data.space.all
        bound = self._restarting(control, told)
        for rule in self.starts:
            bound |= self._moves(rule, control, told).must
        for _, _, event in self._events(control):
            if event.condition is not None:
                bound |= self.data.space.all & ~self.data.outcomes(event.condition, control).not_true
        return bound

    def _restarting(self, control: Control, told: Told) -> int:
        """Where what was told may start again what is done, or what may be done before all rests: only now it may."""
        found = 0
        for rule in self.starts:
            if rule.again is None or self.reads[rule.process].isdisjoint(told.perhaps):
                continue
            index = self.processes.index(rule.process)
            status = control.statuses[index]
            ends = status == RUNNING and any(at == index for at, _, _ in self._events(control))
            if ends or (status == "done" and rule.process not in self.steady):
                return self.data.space.all
            if status == "done":
                found |= self._moves(rule, control, told).may
        return found

    def open_rules(self, control: Control) -> Iterator[tuple[int, StartRule]]:
        """The rules, with their number, of which it is left open whether they start or cancel where a case rests."""
        for number, rule in enumerate(self.starts):
            if self._moves(rule, control, Told()).may:
                yield number, rule

    def by_rule(self, report: Report, number: int, control: Control, valuations: int) -> Cases:
        """A rule of which that is left open starts or cancels."""
        rule = self.starts[number]
        here = valuations & self._moves(rule, control, Told()).may
        return self._moved(report, rule, control, here) if here else {}

    def may_fire(self, event: Element, control: Control) -> int:
        """Where an event may fire as a command of its own: a timer anywhere, a condition where it is left open."""
        if event.condition is None:
            return self.data.space.all
        return 0 if self.at_once else self.data.outcomes(event.condition, control).true

    def _rules(self, report: Report, control: Control, valuations: int, told: Told) -> Cases:
        """The rules that start and cancel processes, each in its turn."""
        cases: Cases = {control: valuations}
        for rule in self.starts:
            after: Cases = {}
            for stands, here in cases.items():
                for moved, left in self._rule(report, rule, stands, here, told):
                    add(after, moved, left)
            cases = after
        return cases

    def _rule(
        self, report: Report, rule: StartRule, control: Control, valuations: int, told: Told
    ) -> Iterator[tuple[Control, int]]:
        moves = self._moves(rule, control, told)
        if valuations & moves.may:
            yield from self._moved(report, rule, control, valuations & moves.may).items()
        yield control, valuations & ~moves.must

    def _moved(self, report: Report, rule: StartRule, control: Control, valuations: int) -> Cases:
        index = self.processes.index(rule.process)
        if control.statuses[index] == RUNNING:
            return dict([self.cancelled(control, valuations, index)])
        return self.running.begin(report, control, valuations, index)

    def _moves(self, rule: StartRule, control: Control, told: Told) -> _Moves:
        """Where a rule may start its process, or cancel it, and where it is bound to."""
        status = control.statuses[self.processes.index(rule.process)]
        never = Outcomes(0, self.data.space.all, 0)
        cancel = never if rule.cancel_when is None else self.data.outcomes(rule.cancel_when, control)
        if status == RUNNING:
            return _Moves(cancel.true, cancel.true & ~cancel.not_true)
        if status == "done" and not (rule.again and self._asked_anew(rule, told)):
            return _Moves(0, 0)
        wanted = self.data.outcomes(rule.when, control)
        may = wanted.true & cancel.not_true
        if status == "done" and not self._surely_asked_anew(rule, told):
            return _Moves(may, 0)  # what was written may be what was known already: then nothing changed
        return _Moves(may, may & ~wanted.not_true & ~cancel.true)

    def _asked_anew(self, rule: StartRule, told: Told) -> bool:
        """Whether an answer that the rule reads may have changed: one that was written, or one that is not followed and
        may do so unseen."""
        read = names(rule.when)
        return bool(read & told.perhaps) or any(name in self.facts and name not in self.data.names for name in read)

    def _surely_asked_anew(self, rule: StartRule, told: Told) -> bool:
        """Whether it is enough that an answer was given, and one surely was. What began just now begins once."""
        said = rule.again == "said" and not self.reads[rule.process].isdisjoint(told.surely)
        return said and not self.net.unattended(rule.process)

    def _advance(
        self, report: Report, control: Control, valuations: int, told: Told
    ) -> Iterator[tuple[Control, int, bool]]:
        """One event fires, whichever: the first in the engine's order is among them. A case in which no condition
        holds rests. A timer that is due may fire later, as a command, unless more than that is bound to happen now."""
        still = valuations
        hurried = valuations & self._restarting(control, told)
        timers = []
        for index, token, event in self._events(control):
            if event.condition is None:
                timers.append((index, token, event))
                continue
            outcomes = self.data.outcomes(event.condition, control)
            yield from self._fire(report, control, valuations & outcomes.true, index, token, event)
            hurried |= valuations & ~outcomes.not_true
            still &= outcomes.not_true
        for index, token, event in timers:
            yield from self._fire(report, control, hurried, index, token, event)
        yield control, still, False

    def _events(self, control: Control) -> Iterator[tuple[int, Token, Element]]:
        for index, tokens in enumerate(control.markings):
            for token in dict.fromkeys(tokens):
                for event in self.net.events(token):
                    yield index, token, event

    def _fire(
        self, report: Report, control: Control, valuations: int, index: int, token: Token, event: Element
    ) -> Iterator[tuple[Control, int, bool]]:
        if valuations:
            for after, left in self.running.fire(report, control, valuations, index, token, event.id).items():
                yield after, left, True
