"""How a case comes to rest in a proof: rules start and cancel processes, events fire, the monitor steps
(engine/moves/settle.py, with the engine's own blocking switched off)."""

from __future__ import annotations

from collections.abc import Iterator

from engine.expressions import names
from engine.library import Element, Library, StartRule
from engine.prove.acting import Acting
from engine.prove.budget import Budget
from engine.prove.net import Net, Token
from engine.prove.running import Running
from engine.prove.standing import RUNNING, Cases, Control, Report, Told, add
from engine.prove.valuations import Outcomes
from engine.prove.writing import Writing


class Settling:
    """The settling of cases within one focus."""

    def __init__(
        self,
        library: Library,
        net: Net,
        processes: tuple[str, ...],
        writing: Writing,
        acting: Acting,
        running: Running,
        budget: Budget,
    ) -> None:
        self.net = net
        self.facts = library.facts
        self.budget = budget
        self.processes = processes
        self.writing = writing
        self.acting = acting
        self.running = running
        self.data = writing.data
        self.starts = tuple(rule for rule in library.starts if rule.process in processes)
        self.asked = frozenset().union(*(names(rule.when) for rule in self.starts if rule.again))
        self._settled: dict[tuple[Control, int, Told], tuple[Cases, Cases, Report, frozenset[str]]] = {}
        self.passed: Cases | None = None
        """Where it is kept, if anybody asks, where cases stand before they rest."""

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
            for after, left in self._rules(report, stepped, here, told).items():
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
        index = self.processes.index(rule.process)
        never = Outcomes(0, self.data.space.all, 0)
        cancel = never if rule.cancel_when is None else self.data.outcomes(rule.cancel_when, control)
        status = control.statuses[index]
        if status == RUNNING:
            if valuations & cancel.true:
                yield self.cancelled(control, valuations & cancel.true, index)
            yield control, valuations & cancel.not_true
            return
        if status == "done" and not (rule.again and self._asked_anew(rule, told)):
            yield control, valuations
            return
        wanted = self.data.outcomes(rule.when, control)
        starts = valuations & wanted.true & cancel.not_true
        if starts:
            yield from self.running.begin(report, control, starts, index).items()
        # what was written may be what was known already: then nothing changed, and what is done stays so
        may_stay = status == "done" and not self._surely_asked_anew(rule, told)
        stays = valuations if may_stay else valuations & (wanted.not_true | cancel.true)
        yield control, stays

    def _asked_anew(self, rule: StartRule, told: Told) -> bool:
        """Whether an answer that the rule reads may have changed: one that was written, or one that is not followed and
        may do so unseen."""
        read = names(rule.when)
        return bool(read & told.perhaps) or any(name in self.facts and name not in self.data.names for name in read)

    def _surely_asked_anew(self, rule: StartRule, told: Told) -> bool:
        """Whether it is enough that an answer was given, and one surely was. What began just now begins once."""
        said = rule.again == "said" and not names(rule.when).isdisjoint(told.surely)
        return said and not self.net.unattended(rule.process)

    def _advance(
        self, report: Report, control: Control, valuations: int, told: Told
    ) -> Iterator[tuple[Control, int, bool]]:
        """One event fires, whichever: the first in the engine's order is among them. A case in which no condition
        holds rests. A timer that is due may fire later, as a command, unless more than that is bound to happen now."""
        still = valuations
        hurried = valuations if told.perhaps & self.asked else 0
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
