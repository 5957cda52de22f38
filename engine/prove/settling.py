"""How a case comes to rest in a proof: rules start and cancel processes, events fire, the monitor steps
(engine/moves/settle.py, with the engine's own blocking switched off)."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import NamedTuple

from engine.expressions import names
from engine.library import Element, Library, StartRule
from engine.prove.acting import Acting
from engine.prove.budget import Budget
from engine.prove.focus import NOW, base_of
from engine.prove.net import Marking, Net, Token
from engine.prove.running import Running
from engine.prove.standing import RUNNING, Cases, Control, Report, Told, add
from engine.prove.valuations import Outcomes
from engine.prove.writing import Writing


class _Moves(NamedTuple):
    """The valuations in which a rule may start its process, or cancel it, and those in which it is bound to."""

    may: int
    must: int


class _Rule(NamedTuple):
    """A start rule and its process: what `when` reads, whether that may change `unseen`, as it is not followed, and
    whether it is `steady`: nothing that the rule reads changes while a case comes to rest. What is `plain` reads only
    what was told, done, or runs: nothing that changes with time."""

    number: int
    says: StartRule
    at: int
    reads: frozenset[str]
    unseen: bool
    steady: bool
    plain: bool


class _Heard(NamedTuple):
    """What was told just now, as far as it matters to rules that start again what is done, by number: those that read
    an answer given perhaps, and surely; those that would have started nothing before, and the acts and the states of
    processes at that time."""

    perhaps: frozenset[int]
    surely: frozenset[int]
    turned: frozenset[int]
    at: tuple[frozenset[str], tuple[str, ...]] | None


_NOTHING = _Heard(frozenset(), frozenset(), frozenset(), None)


class _Round(NamedTuple):
    """Where one round leads, with the valuations in which it does and whether anything moved; what was met, and what
    was read that is hidden."""

    leads: tuple[tuple[Control, int, bool], ...]
    report: Report
    hidden: frozenset[str]


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
        self.never = Outcomes(0, self.data.space.all, 0)
        followed = [rule for rule in library.starts if rule.process in processes]
        self.rules = tuple(self._rule_of(library, number, rule) for number, rule in enumerate(followed))
        self.asked = frozenset().union(*(rule.reads for rule in self.rules if rule.says.again))
        self._settled: dict[tuple[Control, int, _Heard], tuple[Cases, Cases, Report, frozenset[str]]] = {}
        self._rounds: dict[tuple[Control, int, _Heard], _Round] = {}
        self._known_moves: dict[Hashable, tuple[_Moves, frozenset[str]]] = {}
        self._known_events: dict[Marking, tuple[tuple[Token, Element], ...]] = {}
        self._known_told: dict[tuple[frozenset[str], frozenset[str]], tuple[frozenset[int], frozenset[int]]] = {}
        self.passed: Cases | None = None
        """Where it is kept, if anybody asks, where cases stand before they rest."""

    def _rule_of(self, library: Library, number: int, says: StartRule) -> _Rule:
        reads = names(says.when)
        either = reads | (names(says.cancel_when) if says.cancel_when is not None else frozenset())
        bases = frozenset().union(*(base_of(library, name) for name in either)) - {NOW}
        decided = {table.output for table in library.tables.values()}
        unseen = any(name in library.facts and name not in self.data.names for name in reads)
        steady = bases <= library.facts.keys() - decided
        plain = all(name in library.facts or name.startswith(("act.", "process.")) for name in reads)
        if says.again == "mistaken":  # whether it was is not followed: it may begin again whenever it holds
            unseen, plain = True, False
        return _Rule(number, says, self.processes.index(says.process), reads, unseen, steady, plain)

    def turning(self, control: Control, valuations: int) -> Iterator[tuple[int, frozenset[int]]]:
        """The valuations by the rules that start nothing in them, of those that might start again what is done."""
        parts = [(valuations, frozenset[int]())]
        for rule in self.rules:
            if rule.says.again and rule.plain and control.statuses[rule.at] == "done":
                never = ~self.data.outcomes(rule.says.when, control).true
                parts = [
                    (here & where, found)
                    for here, turned in parts
                    for where, found in ((never, turned | {rule.number}), (~never, turned))
                    if here & where
                ]
        yield from parts

    def settle(self, report: Report, control: Control, valuations: int, told: Told) -> Cases:
        """Rounds of rules and processes until nothing moves, after what the command `told`."""
        heard = self._heard(told)
        key = control, valuations, heard
        known = self._settled.get(key)
        if known is None:
            own = Report()
            with self.data.reading() as hidden:
                rested, seen = self._until_rest(own, control, valuations, heard)
            known = self._settled[key] = rested, seen, own.kept(), self.data.kept(hidden)
        rested, seen, met, unknown = known
        report.take(met)
        self.data.hidden |= unknown
        if self.passed is not None:
            for stands, here in seen.items():
                add(self.passed, stands, here)
        return rested

    def _heard(self, told: Told) -> _Heard:
        """What was told, as far as it matters here: much of what is told makes the same difference."""
        key = told.perhaps, told.surely
        known = self._known_told.get(key)
        if known is None:
            again = [rule for rule in self.rules if rule.says.again]
            perhaps = (rule.number for rule in again if not rule.reads.isdisjoint(told.perhaps))
            surely = (rule.number for rule in again if not rule.reads.isdisjoint(told.surely))
            known = self._known_told[key] = frozenset(perhaps), frozenset(surely)
        at = told.at if told.turned else None
        return _Heard(*known, told.turned, None if at is None else (at.acts, at.statuses))

    def _until_rest(self, report: Report, control: Control, valuations: int, heard: _Heard) -> tuple[Cases, Cases]:
        """Where the cases rest, and all places where they stood until then."""
        seen: Cases = {}
        rested: Cases = {}
        todo: Cases = {control: valuations}
        while todo:
            stands = next(iter(todo))
            here = todo.pop(stands) & ~seen.get(stands, 0)
            if not here:
                continue
            add(seen, stands, here)
            for after, left, moved in self._round(report, stands, here, heard):
                add(todo if moved else rested, after, left)
        return rested, seen

    def _round(
        self, report: Report, control: Control, valuations: int, heard: _Heard
    ) -> tuple[tuple[Control, int, bool], ...]:
        """One round; what did not move in it rests. Many cases pass by the same place on their way to rest."""
        key = control, valuations, heard
        known = self._rounds.get(key)
        if known is None:
            self.budget.pay(self.data.space.size)
            own = Report()
            with self.data.reading() as hidden:
                leads = tuple(self._once(own, control, valuations, heard))
            known = self._rounds[key] = _Round(leads, own.kept(), self.data.kept(hidden))
        report.take(known.report)
        self.data.hidden |= known.hidden
        return known.leads

    def _once(
        self, report: Report, control: Control, valuations: int, heard: _Heard
    ) -> Iterator[tuple[Control, int, bool]]:
        for stepped, here in self.acting.step(control, valuations):
            if stepped.monitor.status == "broken":
                report.breaks(self.processes[0] if self.processes else "", here)
                continue
            if stepped.closed:
                yield *self._close(stepped, here), False
                continue
            bound = here & self._bound(stepped, heard)
            if here & ~bound:
                yield stepped, here & ~bound, False
            for after, left in self._rules(report, stepped, bound, heard).items() if bound else ():
                if after.statuses != stepped.statuses:
                    yield after, left, True
                else:
                    yield from self._advance(report, after, left, heard)

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

    def _bound(self, control: Control, heard: _Heard) -> int:
        """Where something is bound to happen now: what only may happen is looked at together with it, in any order.
        Elsewhere the case rests, and that may happen as a command of its own, whenever it does. While it is asked what
        is sure, it happens at once."""
        if self.at_once:
            return self.data.space.all
        bound = self._restarting(control, heard)
        for rule in self.rules:
            bound |= self._moves(rule, control, heard).must
        for _, _, event in self._events(control):
            if event.condition is not None:
                bound |= self.data.space.all & ~self.data.outcomes(event.condition, control).not_true
        return bound

    def _restarting(self, control: Control, heard: _Heard) -> int:
        """Where what was told may start again what is done, or what may be done before all rests: only now it may."""
        found = 0
        for rule in self.rules:
            if rule.number not in heard.perhaps:
                continue
            status = control.statuses[rule.at]
            ends = status == RUNNING and any(index == rule.at for index, _, _ in self._events(control))
            if ends or (status == "done" and not rule.steady):
                return self.data.space.all
            if status == "done":
                found |= self._moves(rule, control, heard).may
        return found

    def open_rules(self, control: Control) -> Iterator[tuple[int, str]]:
        """The rules, by number and process, of which it is open whether they start or cancel where a case rests."""
        for rule in self.rules:
            if self._moves(rule, control, _NOTHING).may:
                yield rule.number, rule.says.process

    def by_rule(self, report: Report, number: int, control: Control, valuations: int) -> Cases:
        """A rule of which that is left open starts or cancels."""
        rule = self.rules[number]
        here = valuations & self._moves(rule, control, _NOTHING).may
        return self._moved(report, rule, control, here) if here else {}

    def may_fire(self, event: Element, control: Control) -> int:
        """Where an event may fire as a command of its own: a timer anywhere, a condition where it is left open."""
        if event.condition is None:
            return self.data.space.all
        return 0 if self.at_once else self.data.outcomes(event.condition, control).true

    def _rules(self, report: Report, control: Control, valuations: int, heard: _Heard) -> Cases:
        """The rules that start and cancel processes, each in its turn."""
        cases: Cases = {control: valuations}
        for rule in self.rules:
            after: Cases = {}
            for stands, here in cases.items():
                for moved, left in self._rule(report, rule, stands, here, heard):
                    add(after, moved, left)
            cases = after
        return cases

    def _rule(
        self, report: Report, rule: _Rule, control: Control, valuations: int, heard: _Heard
    ) -> Iterator[tuple[Control, int]]:
        moves = self._moves(rule, control, heard)
        if valuations & moves.may:
            yield from self._moved(report, rule, control, valuations & moves.may).items()
        yield control, valuations & ~moves.must

    def _moved(self, report: Report, rule: _Rule, control: Control, valuations: int) -> Cases:
        if control.statuses[rule.at] == RUNNING:
            return dict([self.cancelled(control, valuations, rule.at)])
        return self.running.begin(report, control, valuations, rule.at)

    def _moves(self, rule: _Rule, control: Control, heard: _Heard) -> _Moves:
        """Where a rule may start its process, or cancel it, and where it is bound to; wherever tokens stand."""
        key = rule.number, control[1:], heard
        known = self._known_moves.get(key)
        if known is None:
            with self.data.reading() as hidden:
                moves = self._moves_of(rule, control, heard)
            known = self._known_moves[key] = moves, self.data.kept(hidden)
        self.data.hidden |= known[1]
        return known[0]

    def _moves_of(self, rule: _Rule, control: Control, heard: _Heard) -> _Moves:
        status, says = control.statuses[rule.at], rule.says
        cancel = self.never if says.cancel_when is None else self.data.outcomes(says.cancel_when, control)
        if status == RUNNING:
            return _Moves(cancel.true, cancel.true & ~cancel.not_true)
        if status == "done" and not (says.again and self._asked_anew(rule, heard)):
            return _Moves(0, 0)
        wanted = self.data.outcomes(says.when, control)
        may = wanted.true & cancel.not_true
        if status == "done" and not self._surely_asked_anew(rule, control, heard):
            return _Moves(may, 0)  # what was written may be what was known already: then nothing changed
        return _Moves(may, may & ~wanted.not_true & ~cancel.true)

    def _asked_anew(self, rule: _Rule, heard: _Heard) -> bool:
        """Whether an answer that the rule reads may have changed: one that was written, or one that is not followed and
        may do so unseen."""
        return rule.unseen or rule.number in heard.perhaps

    def _surely_asked_anew(self, rule: _Rule, control: Control, heard: _Heard) -> bool:
        """Whether an answer surely changed, or surely was given where that is enough. What began just now begins
        once."""
        said = rule.says.again == "said" and rule.number in heard.surely
        return (said or self._turns(rule, control, heard)) and not self.net.unattended(rule.says.process)

    def _turns(self, rule: _Rule, control: Control, heard: _Heard) -> bool:
        """Whether a rule that says now that something starts says so because of what was told: all else is as it
        was."""
        return rule.number in heard.turned and heard.at == (control.acts, control.statuses)

    def _advance(
        self, report: Report, control: Control, valuations: int, heard: _Heard
    ) -> Iterator[tuple[Control, int, bool]]:
        """One event fires, whichever: the first in the engine's order is among them. A case in which no condition
        holds rests. A timer that is due may fire later, as a command, unless more than that is bound to happen now."""
        still = valuations
        hurried = valuations & self._restarting(control, heard)
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
            for token, event in self._events_of(tokens):
                yield index, token, event

    def _events_of(self, tokens: Marking) -> tuple[tuple[Token, Element], ...]:
        known = self._known_events.get(tokens)
        if known is None:
            found = ((token, event) for token in dict.fromkeys(tokens) for event in self.net.events(token))
            known = self._known_events[tokens] = tuple(found)
        return known

    def _fire(
        self, report: Report, control: Control, valuations: int, index: int, token: Token, event: Element
    ) -> Iterator[tuple[Control, int, bool]]:
        if valuations:
            for after, left in self.running.fire(report, control, valuations, index, token, event.id).items():
                yield after, left, True
