"""What people and time can do to a case in a proof: one command after the other, each until the case rests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

from engine.expressions import ActText, Expression
from engine.library import DutyRule, Element, Form, Library
from engine.prove.acting import Acting
from engine.prove.budget import Budget
from engine.prove.focus import CASE_END, Focus, conditions_taking_back
from engine.prove.net import Net, Token
from engine.prove.passing import Passing
from engine.prove.recording import Asked, Recording, without
from engine.prove.running import Running
from engine.prove.settling import Settling
from engine.prove.standing import RUNNING, Cases, Control, Report, Told, add, beginning
from engine.prove.writing import Writing

Kind = Literal["open", "task", "event", "happens", "begin", "cancel", "elsewhere", "anytime", "news"]


class Command(NamedTuple):
    """`step` is the element, door, form or process that it is about. A visit may `begin` at any time, and is taken back
    (`cancel`) only until it opens. `elsewhere` is a step of a process that the focus does
    not follow: it may come at any time. `news` is whatever is only recorded: answers given elsewhere, corrections,
    time that passes."""

    kind: Kind
    step: str
    at: int = -1
    token: Token = Token((), "")


class Machine:
    """A case as a machine over sets of valuations, within one focus."""

    def __init__(self, library: Library, net: Net, focus: Focus, budget: Budget) -> None:
        self.budget = budget
        self.library = library
        self.net = net
        self.focus = focus
        self.data = focus.valuations
        self.writing = Writing(library, focus)
        self.acting = Acting(library, focus, self.writing)
        self.running = Running(library, net, focus, self.writing, self.acting)
        self.settling = Settling(
            library, net, focus.processes, self.writing, self.acting, self.running, budget, at_once=focus.holding
        )
        steps = frozenset().union(*(net.steps(root) for root in net.roots - set(focus.processes)))
        beside = frozenset().union(*(net.steps(root) for root in net.visits if root in focus.processes)) - steps
        self.beside = beside
        """Steps that only the visits beside the one that is followed do."""
        self.heard = _heard(focus.duty)
        self.own = net.own_facts(library, focus.processes) & focus.names
        """Facts that each visit has of its own; those followed are of the visit that is followed."""
        self.acts = focus.acts | ({CASE_END} if focus.processes else set())
        """Acts that make a difference: what ends the case ends what is followed."""
        self._less: dict[str, Form] = {}
        steps |= beside
        self.steps = tuple(net.elements[id_] for id_ in sorted(steps))
        anytime = library.pathway.anytime.values()
        self.doing = (
            *(Command("elsewhere", step.id) for step in self.steps if self._does(step.acts)),
            *(Command("anytime", item.id) for item in anytime if self._does(item.acts)),
        )
        self.recording = Recording(library, focus, self.writing, self._quiet(), (step.table for step in self.steps))
        by_themselves = (step for step in self.steps if step.kind != "user" and self._does(step.acts))
        self.passing = Passing(by_themselves, self.settling)
        self.taken_back = {key: tuple(conditions_taking_back(library, key)) for key in net.visits}
        self._stirred: tuple[Control, int, Cases] | None = None
        self._tells: dict[str, Told] = {}
        self._chosen = -1

    def _does(self, acts: tuple[ActText, ...]) -> bool:
        """Whether a step that is not followed does anything here."""
        return any(act.act in self.acts for act in acts)

    def _quiet(self) -> Iterator[Asked]:
        """The forms whose answers come from elsewhere or at any time, but for those that come with an act."""
        for step in self.steps:
            if step.kind == "user" and not self._does(step.acts):
                yield self._elsewhere_form(step), step.requires
        for item in self.library.pathway.anytime.values():
            if not self._does(item.acts):
                yield self.library.forms.get(item.form), item.when

    def _elsewhere_form(self, step: Element) -> Form | None:
        """What a step that is not followed may tell: not what only another visit has."""
        form = self.library.forms.get(str(step.form)) if step.kind == "user" else None
        if form is None or step.id not in self.beside:
            return form
        less = self._less.get(form.id)
        if less is None:
            less = self._less[form.id] = without(form, self.own)
        return less

    # --- which commands there are ---

    def commands(self, control: Control) -> Iterator[Command]:
        """What can happen to a case that stands so."""
        for index, tokens in enumerate(control.markings):
            for token in dict.fromkeys(tokens):
                yield from self._at(index, token, control)
        if not control.closed and not self.settling.at_once:
            for number, process in self.settling.open_rules(control):
                yield Command("happens", process, number)
        for command in self.doing:
            if command.kind == "anytime" or not control.closed:
                yield command
        yield from self._visits(control)
        yield Command("news", "")

    def _visits(self, control: Control) -> Iterator[Command]:
        for index, process in enumerate(self.focus.processes):
            if process not in self.net.visits or control.closed:
                continue
            if control.statuses[index] in ("none", "cancelled"):
                yield Command("begin", process, index)
            elif control.markings[index] and (self._opens(control, index) or self.taken_back[process]):
                yield Command("cancel", process, index)

    def _opens(self, control: Control, index: int) -> bool:
        """Whether a visit still waits to open: until then it may be taken back, whatever its schedule says."""
        return all(token.element in self.net.opening for token in control.markings[index])

    def _may_be_taken_back(self, control: Control, index: int) -> int:
        """Where a visit may be taken back."""
        found = 0
        for asked in self.taken_back[self.focus.processes[index]]:
            found |= self.data.outcomes(asked, control).true
        return self.data.space.all if self._opens(control, index) else found

    def _at(self, index: int, token: Token, control: Control) -> Iterator[Command]:
        if self.net.elements[token.element].kind == "user":
            yield Command("task", token.element, index, token)
        for event in self.net.events(token):
            if event.timer is not None:
                yield Command("event", event.id, index, token)
            elif self.settling.may_fire(event, control):
                yield Command("happens", event.id, index, token)

    # --- what they do ---

    def openings(self) -> Iterator[Command]:
        """Every door by which a case can begin."""
        for door in self.library.pathway.doors:
            yield Command("open", door)

    def open(self, report: Report, command: Command) -> Cases:
        """Where a case may stand once it was opened."""
        idle = beginning(len(self.focus.processes))
        pathway = self.library.pathway
        door = pathway.doors[command.step]
        form = self.library.forms.get(door.form)
        valuations = self.writing.put(self.writing.start(idle), "door", door.id, idle)
        valuations = self._accepted(self.writing.some(valuations, "arrived_at", idle), form, idle)
        found: Cases = {}

        def opened() -> None:
            for control, here in self.acting.do(report, idle, valuations, door.acts, door.id):
                started: Cases = {control: here}
                if pathway.main in self.focus.processes:
                    index = self.focus.processes.index(pathway.main)
                    started = self.running.begin(report, control, here, index)
                for stands, left in started.items():
                    self._settle(report, found, stands, left, self._told(form))

        stirred = self.passing.stirred({}, opened)
        for step in self.passing.steps:
            self._in_passing(report, found, step, stirred)
        return found

    def apply(self, report: Report, command: Command, control: Control, valuations: int) -> Cases:
        """Where the case may stand after a command, at rest. Raises OutOfBudget."""
        self.budget.pay(self.data.space.size)
        match command.kind:
            case "task":
                return self._task(report, command, control, valuations)
            case "happens" if not command.token.element:
                return self._settled(report, self.settling.by_rule(report, command.at, control, valuations))
            case "event" | "happens":
                valuations &= self.settling.may_fire(self.net.elements[command.step], control)
                return self._event(report, command, control, valuations) if valuations else {}
            case "begin":
                for name in self.own:
                    valuations = self.data.put(valuations, name, None)
                begun = self.running.begin(report, control, valuations, command.at)
                return self._settled(report, begun)
            case "cancel":
                valuations &= self._may_be_taken_back(control, command.at)
                cancelled = self.settling.cancelled(control, valuations, command.at)
                return self._settled(report, dict([cancelled]) if valuations else {})
            case "elsewhere":
                return self._elsewhere(report, self.net.elements[command.step], control, valuations)
            case "anytime":
                return self._anytime(report, command, control, valuations)
        return self._recorded(report, control, valuations)

    def answering(self, chosen: int, command: Command, control: Control, valuations: int) -> Cases:
        """Where the case may stand when the form of the command is answered so that the valuation is among `chosen`.
        Raises OutOfBudget."""
        self._chosen = chosen
        try:
            return self.apply(Report(), command, control, valuations)
        finally:
            self._chosen = -1

    def allowed(self, command: Command, control: Control, valuations: int) -> int:
        """The valuations in which what the command asks for first holds for sure."""
        asked = self._asks_first(command)
        if asked is None:
            return valuations
        outcomes = self.data.outcomes(asked, control)
        return valuations & outcomes.true & ~outcomes.not_true

    def may_be_allowed(self, command: Command, control: Control, valuations: int) -> int:
        """Those in which it may hold."""
        asked = self._asks_first(command)
        return valuations if asked is None else valuations & self.data.outcomes(asked, control).true

    def _asks_first(self, command: Command) -> Expression | None:
        if command.kind == "anytime":
            return self.library.pathway.anytime[command.step].when
        return self.net.elements[command.step].requires if command.kind == "task" else None

    def form_of(self, command: Command) -> Form | None:
        """The form that people fill by the command."""
        if command.kind == "anytime":
            return self.library.forms.get(self.library.pathway.anytime[command.step].form)
        return self.library.forms.get(str(self.net.elements[command.step].form)) if command.kind == "task" else None

    def _task(self, report: Report, command: Command, control: Control, valuations: int) -> Cases:
        element = self.net.elements[command.step]
        form = self.library.forms.get(str(element.form))
        found: Cases = {}
        for after, here in self._answered(report, element, form, control, valuations):
            for stands, left in self.running.leave(report, after, here, command.at, command.token).items():
                self._settle(report, found, stands, left, self._told(form))
        return found

    def _answered(
        self,
        report: Report,
        element: Element,
        form: Form | None,
        control: Control,
        valuations: int,
        heard: frozenset[str] | None = None,
    ) -> Iterator[tuple[Control, int]]:
        """A person answers a step that is possible now, and its acts are done."""
        if element.requires is not None:
            valuations &= self.data.outcomes(element.requires, control).true
        if valuations:
            valuations = self._accepted(valuations, form, control)
            yield from self.acting.do(report, control, valuations, element.acts, element.id, heard)

    def _accepted(self, valuations: int, form: Form | None, control: Control) -> int:
        return (valuations if form is None else self.writing.accept(valuations, form, control)) & self._chosen

    def _event(self, report: Report, command: Command, control: Control, valuations: int) -> Cases:
        found: Cases = {}
        fired = self.running.fire(report, control, valuations, command.at, command.token, command.step)
        for stands, left in fired.items():
            self._settle(report, found, stands, left, Told())
        return found

    def _elsewhere(self, report: Report, element: Element, control: Control, valuations: int) -> Cases:
        found: Cases = {}
        if element.kind != "user":
            self._in_passing(report, found, element, self._stirred_by_anything(control, valuations))
            return found
        form = self._elsewhere_form(element)
        heard = self.heard if element.id in self.beside else None
        for after, here in self._answered(report, element, form, control, valuations, heard):
            self._settle(report, found, after, here, self._told(form))
        return found

    def _in_passing(self, report: Report, found: Cases, step: Element, stirred: Cases) -> None:
        for stands, here in self.passing.come(report, step, stirred, self._acted).items():
            self._settle(report, found, stands, here, Told(self.settling.asked))

    def _stirred_by_anything(self, control: Control, valuations: int) -> Cases:
        """Where the case stands, and everywhere in passing after whatever else may happen to it now."""
        if self._stirred is None or self._stirred[:2] != (control, valuations):

            def whatever() -> None:
                for command in self.commands(control):
                    if command.kind != "elsewhere" or self.net.elements[command.step].kind == "user":
                        self.apply(Report(), command, control, valuations)

            self._stirred = control, valuations, self.passing.stirred({control: valuations}, whatever)
        return self._stirred[2]

    def _acted(
        self, report: Report, element: Element, control: Control, valuations: int
    ) -> Iterator[tuple[Control, int]]:
        """The acts of a step that needs nobody, after what tables elsewhere may have decided."""
        heard = self.heard if element.id in self.beside else None
        decided = self.recording.decisions(control, valuations)
        return self.acting.do(report, control, decided, element.acts, element.id, heard)

    def _anytime(self, report: Report, command: Command, control: Control, valuations: int) -> Cases:
        item = self.library.pathway.anytime[command.step]
        if item.when is not None:
            valuations &= self.data.outcomes(item.when, control).true
        form = self.library.forms.get(item.form)
        found: Cases = {}
        accepted = self._accepted(valuations, form, control)
        for after, here in self.acting.do(report, control, accepted, item.acts, item.id):
            here = self.recording.decisions(after, here)
            for stands, left in self._news(report, after, here, self._told(form)).items():
                add(found, stands, left)
        return found

    def _recorded(self, report: Report, control: Control, valuations: int) -> Cases:
        """Whatever is only recorded, and what follows from it."""
        found: Cases = {}
        for here, turned in self.settling.turning(control, valuations):
            told = Told(self.recording.written, turned=turned, at=control)
            for stands, left in self._news(report, control, self.recording.whatever(control, here), told).items():
                add(found, stands, left)
        return found

    def _news(self, report: Report, control: Control, valuations: int, told: Told) -> Cases:
        """What was recorded is acted upon; a closed case opens again if anything is owed or starts."""
        found: Cases = {}
        if not control.closed:
            self._settle(report, found, control, valuations, told)
            return found
        opened: Cases = {}
        self._settle(report, opened, control._replace(closed=False), valuations, told)
        for stands, left in opened.items():
            if not stands.monitor.owed and RUNNING not in stands.statuses:
                add(found, stands._replace(closed=True), left)
            add(found, stands, left)
            if self.library.pathway.reopened in self.focus.processes:
                index = self.focus.processes.index(self.library.pathway.reopened)
                if stands.statuses[index] != RUNNING:
                    for begun, here in self.running.begin(report, stands, left, index).items():
                        self._settle(report, found, begun, here, Told())
        return found

    def _settled(self, report: Report, cases: Cases) -> Cases:
        found: Cases = {}
        for stands, left in cases.items():
            self._settle(report, found, stands, left, Told())
        return found

    def _told(self, form: Form | None) -> Told:
        """What is told by an accepted form."""
        if form is None:
            return Told()
        told = self._tells.get(form.id)
        if told is None:
            asked = frozenset(form.schema.get("required", ()))
            told = self._tells[form.id] = Told(frozenset(form.properties), asked)
        return told

    def _settle(self, report: Report, found: Cases, control: Control, valuations: int, told: Told) -> None:
        for stands, left in self.settling.settle(report, control, valuations, told).items():
            add(found, stands, left)


def _heard(duty: DutyRule) -> frozenset[str]:
    """Of what other visits do beside the one that is followed, the acts that can only harm. What they do that a duty
    asks for does not count for this one; and what makes it owed is looked at where the visit that does it is the one
    followed."""
    each = {duty.act} if duty.scope == "each" and duty.form != "must" else set()
    limit = {duty.before} if duty.form == "must" else set()
    return frozenset(act for act in {*duty.revoked_by, *limit, *each, CASE_END} if act is not None)
