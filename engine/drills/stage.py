"""The stage of one drill: a real Desk on an empty store, one person a role, and a clock of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from engine.desk import Desk
from engine.desk.commands import NOBODY_GOES_ON
from engine.drills.answers import Moment, fill_in, in_time
from engine.drills.problems import DrillFailed
from engine.drills.vocabulary import Answer, Vocabulary
from engine.entries import Entry
from engine.forms import HAPPENED_AT
from engine.library import Element, Library
from engine.model import CASE_SCOPE, CaseFile, Fact, Outcome, Override, Person, Refusal, Task, Value
from engine.questions.task_view import as_before, json_value
from engine.rules.sight import Sight
from engine.rules.state import State
from engine.store.contract import Store
from engine.views import CaseView

WORKER = "drill"
LEASE_SECONDS = 60
AT_A_TIME = 20
ALL_ENTRIES = 100_000
TICK = timedelta(microseconds=1)
"""A timer is due once its moment has passed: strictly later."""


@dataclass(slots=True)
class Stage:
    """What the sentences of a drill act upon: one case at one centre. Times are aware."""

    library: Library
    vocabulary: Vocabulary
    desk: Desk
    store: Store
    now: datetime
    path: list[str] = field(default_factory=list)
    """Ids of the elements that the case has passed, in order."""
    opened: list[str] = field(default_factory=list)
    """Ids of the tasks that ever opened, in order: many open at the same moment of virtual time."""
    told: dict[str, Answer] = field(default_factory=dict)
    """What the drill says about the survivor, by fact: answered whenever a form asks it."""
    case_id: str | None = None
    refusal: Refusal | None = None
    """Why the last act that the drill only tried was refused."""
    _read: CaseFile | None = None

    @property
    def moment(self) -> Moment:
        return Moment(self.now, ZoneInfo(self.vocabulary.centre.zone))

    def person(self, role: str) -> Person:
        """The one who plays a role."""
        title = self.library.roles[role].title["en"]
        return Person(f"drill.{role}", title, {self.vocabulary.centre.id: frozenset({role})})

    def tell(self, answers: Mapping[str, Answer]) -> None:
        """From now on these facts are answered so; relative times are fixed at the present moment."""
        for name, answer in answers.items():
            rule = self.library.facts[name]
            self.told[name] = in_time(answer, rule, self.moment) if isinstance(answer, str) else answer

    @property
    def case(self) -> str:
        """The case's id; raises DrillFailed before anyone received the survivor."""
        if self.case_id is None:
            raise DrillFailed("Nobody has received the survivor yet; say who does: reception receives her")
        return self.case_id

    def file(self) -> CaseFile:
        """All that is kept of the case at this moment; read again once something was done."""
        if self._read is None:
            self._read = self.store.read_file(self.case)
        if self._read is None:
            raise DrillFailed("The case is gone")
        return self._read

    def page(self, role: str) -> CaseView | None:
        """The case as a role sees it; None where to the role it is as if it were not there."""
        try:
            return self.desk.case(self.person(role), self.case)
        except Refusal as refusal:
            if refusal.status != 404:
                raise
            return None

    def fact(self, name: str) -> Fact | None:
        """The newest current fact of a name, in any scope."""
        found = [fact for (id, _), fact in self.file().facts.items() if id == name]
        return max(found, key=lambda fact: fact.recorded_at, default=None)

    def value(self, name: str) -> Value | None:
        """What was recorded or decided as this fact, else what its table or computation says at this moment; None
        while it is not known."""
        fact = self.fact(name)
        if fact is not None:
            return fact.value
        file = self.file()
        sight = Sight(self.library, State.of(file, self.library.pathway), self.now, file.zone)
        return sight(f"now.{name}") if self.library.table_of(name) else sight(name)

    def tasks(self, role: str | None = None) -> list[Task]:
        """Open tasks of the case, of one role or of all, in the order in which they opened."""
        tasks = sorted(self.file().tasks, key=lambda task: (task.opened_at, self._turn(task)))
        return [task for task in tasks if role in (None, task.role)]

    def _turn(self, task: Task) -> int:
        return self.opened.index(task.id) if task.id in self.opened else -1

    def element(self, task: Task) -> Element:
        """The step of a task; it may stand in a diagram that its process calls."""
        diagrams = self.library.pathway.diagrams.values()
        return next(diagram.elements[task.element] for diagram in diagrams if task.element in diagram.elements)

    def name(self, task: Task) -> str:
        """What the step of a task is called."""
        return self.element(task).name

    def arrive(self, door_id: str, role: str) -> None:
        """The survivor arrives at a door, where `role` opens the case. Raises Refusal."""
        if self.case_id is not None:
            raise DrillFailed("The survivor was received already; a drill follows one case")
        form = self.library.forms[self.library.pathway.doors[door_id].form]
        answers = fill_in(form, self.told, {}, self.vocabulary.defaults, self.moment)
        outcome = self.desk.open_case(self.person(role), self.vocabulary.centre.id, door_id, answers)
        self.case_id = outcome.case_id
        self._go_on(outcome)

    def complete(
        self,
        task: Task,
        answers: Mapping[str, Answer],
        ago: timedelta | None = None,
        override: Override = NOBODY_GOES_ON,
    ) -> None:
        """The role of a task does it, with these answers and else as anyone would; `ago`: it happened so long before
        it is entered. Raises Refusal."""
        person = self.person(task.role)
        view = self.desk.task(person, task.id)
        told = {**self.told, **answers}
        filled = fill_in(view.form, told, as_before(view), self.vocabulary.defaults, self.moment)
        done = self._dated(filled, ago)
        self._go_on(self.desk.complete_task(person, task.id, view.item.version, done, override=override))

    def record(
        self, role: str, anytime: str, answers: Mapping[str, Answer] | None = None, ago: timedelta | None = None
    ) -> None:
        """A role fills in a form that may be filled at any time, as a task is done (`complete`). Where nothing is
        required, only what changes is answered, and what `answers` say. Raises Refusal."""
        form = self.library.forms[self.library.pathway.anytime[anytime].form]
        known = {
            name: json_value(fact.value) for (name, scope), fact in self.file().facts.items() if scope == CASE_SCOPE
        }
        told = {**self.told, **(answers or {})}
        filled = fill_in(form, told, known, self.vocabulary.defaults, self.moment)
        if not form.schema.get("required"):
            new = {name for name in form.properties if name in told and told[name] != known.get(name)}
            filled = {name: answer for name, answer in filled.items() if name in new | set(answers or {})}
        self._go_on(self.desk.record_facts(self.person(role), self.case, anytime, self._dated(filled, ago)))

    def _dated(self, answers: dict[str, object], ago: timedelta | None) -> dict[str, object]:
        return answers if ago is None else {**answers, HAPPENED_AT: (self.now - ago).isoformat()}

    def correct(self, role: str, fact: Fact, value: Answer, reason: str) -> None:
        """A role corrects a fact, and says along with it what must be said as anyone would. Raises Refusal."""
        self.tell({fact.name: value})
        person, known = self.person(role), (self.case, fact.name, fact.scope)
        form = self.desk.fact(person, *known, why="drill").form
        said = fill_in(form, self.told, {}, self.vocabulary.defaults, self.moment)
        also = {name: answer for name, answer in said.items() if name != fact.name}
        self._go_on(self.desk.correct_fact(person, *known, fact.recorded_at, value, reason, also=also))

    def entries(self) -> list[Entry]:
        """What the trail of the case tells, oldest first. Raises DrillFailed before it is open."""
        return [row.entry for row in reversed(self.store.trail(self.case, limit=ALL_ENTRIES))]

    def pass_time(self, length: timedelta) -> None:
        """Lets virtual time pass; whatever becomes due meanwhile happens in order, at its moment."""
        until = self.now + length
        while self.case_id is not None and (due := self._next_due(until)) is not None:
            self.now = max(self.now, due + TICK)
            self._do_what_is_due()
        self.now = max(self.now, until)

    def _next_due(self, until: datetime) -> datetime | None:
        file = self.file()
        moments = [timer.due_at for timer in file.timers]
        moments += [duty.note_at for duty in file.duties if duty.note_at is not None]
        return min((at for at in moments if at <= until), default=None)

    def _do_what_is_due(self) -> None:
        while leased := self.store.lease_timers(self.now, WORKER, LEASE_SECONDS, AT_A_TIME):
            for timer in leased:
                if outcome := self.desk.fire_timer(timer):
                    self._go_on(outcome)
        self.desk.watch_duties(AT_A_TIME)
        self._read = None
        left = [timer for timer in self.file().timers if timer.due_at < self.now]
        if left:
            raise DrillFailed(f"The timer {left[0].element} is due and did not fire")

    def _go_on(self, outcome: Outcome) -> None:
        self._read = None
        if outcome.stuck:
            why = [f"{stuck.element}: {stuck.why}" for stuck in self.file().stuck if stuck.freed_at is None]
            raise DrillFailed(f"The case is stuck. {' '.join(why)}")
