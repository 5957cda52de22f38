"""Walks cases through the real Desk and store as the centre's people would, with time moved by hand.

Whoever a task waits for does it; what a survivor's answers leave open is answered as the vocabulary of the drills
says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from jsonschema import Draft202012Validator

from engine.desk import Desk
from engine.drills.answers import Moment, fill_in, in_time
from engine.drills.vocabulary import Answer, Vocabulary
from engine.library import Form
from engine.model import CaseFile, Centre, Outcome, Person, Task
from engine.questions.task_view import as_before
from engine.store.store import SqlStore
from engine.worker import Worker

TICK = timedelta(microseconds=1)
"""A timer is due once its moment has passed."""
TOO_LONG = 300
"""Steps after which a walk that has not ended never will."""


def person_id(role: str) -> str:
    """Whom a walk has do what this role does."""
    return f"walk.{role}"


@dataclass
class Walk:
    """One case on its way; `now` is its time, moved by hand."""

    desk: Desk
    store: SqlStore
    centre: Centre
    now: datetime
    vocabulary: Vocabulary
    told: dict[str, Answer] = field(default_factory=dict)
    """What the survivor answers, by fact."""
    case_id: str = ""

    def tell(self, answers: Mapping[str, Answer]) -> None:
        """Moments such as '5 hours ago' are counted from now."""
        facts = self.desk.library().facts
        for name, answer in answers.items():
            self.told[name] = in_time(answer, facts[name], self.moment) if isinstance(answer, str) else answer

    @property
    def moment(self) -> Moment:
        return Moment(self.now, ZoneInfo(self.centre.zone))

    def person(self, role: str) -> Person:
        return Person(person_id(role), role, {self.centre.id: frozenset({role})})

    def arrive(self, door: str, role: str) -> None:
        form = self.desk.library().forms[self.desk.library().pathway.doors[door].form]
        self.case_id = self.desk.open_case(self.person(role), self.centre.id, door, self.filled(form)).case_id

    def filled(self, form: Form, known: Mapping[str, object] | None = None) -> dict[str, object]:
        """What anyone would answer now; what is `known` already stays unless the survivor says otherwise in words
        that the form offers."""
        said = {name: answer for name, answer in self.told.items() if _offers(form, name, answer)}
        kept = {name: answer for name, answer in (known or {}).items() if _offers(form, name, answer)}
        return fill_in(form, said, kept, self.vocabulary.defaults, self.moment)

    def answers(self, task: Task) -> dict[str, object]:
        view = self.desk.task(self.person(task.role), task.id)
        return self.filled(view.form, as_before(view))

    def complete(self, task: Task) -> Outcome:
        return self.desk.complete_task(self.person(task.role), task.id, task.version, self.answers(task))

    def file(self) -> CaseFile:
        file = self.store.read_file(self.case_id)
        if file is None:
            raise LookupError("Expected the case of this walk, but it is gone")
        return file

    def possible(self) -> list[Task]:
        """Open tasks that may be done now, oldest first."""
        tasks = sorted(self.file().tasks, key=lambda task: (task.opened_at, task.process_key, task.element))
        return [task for task in tasks if self.desk.task(self.person(task.role), task.id).blocked is None]

    def wait(self) -> None:
        """Lets time pass until the next timer has fired; fails when the case waits for none."""
        due = self._due()
        if not due:
            steps = [task.element for task in self.file().tasks]
            raise AssertionError(f"Nobody can do anything, and no time is waited for: {steps}")
        self._reach(due[0])

    def pass_time(self, length: timedelta) -> None:
        """Lets time pass; whatever becomes due meanwhile happens in order, at its moment."""
        until = self.now + length
        while (due := self._due()) and due[0] < until:
            self._reach(due[0])
        self.now = max(self.now, until)
        self._work()

    def _due(self) -> list[datetime]:
        return sorted(timer.due_at for timer in self.file().timers)

    def _reach(self, moment: datetime) -> None:
        self.now = max(self.now, moment) + TICK
        self._work()

    def _work(self) -> None:
        Worker(self.desk, self.store, "walk").run_once(self.now)

    def on(self) -> Iterator[Task]:
        """Does one task after the other, waiting when nobody has anything to do, until the case is closed.

        Gives each task before it is done: a caller may do it itself."""
        for _ in range(TOO_LONG):
            file = self.file()
            if why := [stuck.why for stuck in file.stuck if stuck.freed_at is None]:
                raise AssertionError(f"The case is stuck: {why}")
            if file.case.status == "closed":
                return
            tasks = self.possible()
            if not tasks:
                self.wait()
                continue
            yield tasks[0]
            if self.store.task(tasks[0].id) is not None:
                self.complete(tasks[0])
        raise AssertionError("The case did not end")

    def to_closure(self) -> list[str]:
        """The steps that were done, in order."""
        return [task.element for task in self.on()]


def _offers(form: Form, name: str, answer: object) -> bool:
    return name in form.properties and Draft202012Validator(form.properties[name]).is_valid(answer)
