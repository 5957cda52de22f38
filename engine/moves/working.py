"""A case while one command changes it: facts in, rules and processes to a fixpoint, one Move out.

Touches nothing outside itself: it is made from a CaseFile and thrown away once its Move is taken.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar
from uuid import uuid4

from engine.entries import Entry, entry
from engine.flow import FlowError, Flows
from engine.library import Library
from engine.model import (
    CASE_SCOPE,
    ActDone,
    CaseFile,
    Clock,
    Decision,
    Duty,
    Fact,
    Move,
    Outcome,
    Override,
    Process,
    Stuck,
    Task,
    Timer,
    Value,
)
from engine.rules.sight import Sight
from engine.rules.state import Facts, State

Part = TypeVar("Part", "State", "Changes")


def new_id() -> str:
    """An opaque id of 122 random bits."""
    return str(uuid4())


@dataclass
class Changes:
    """What the command has changed so far, in the order it happened."""

    facts: list[Fact] = field(default_factory=list)
    changed: set[str] = field(default_factory=set)
    """Names of facts whose value is another than before."""
    replaced: set[str] = field(default_factory=set)
    """Those of them that had a value before."""
    decisions: list[Decision] = field(default_factory=list)
    acts: list[ActDone] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    passed: list[str] = field(default_factory=list)
    processes: set[str] = field(default_factory=set)
    begun: set[str] = field(default_factory=set)
    """Those of them that this command started."""
    tasks: set[str] = field(default_factory=set)
    closed: dict[str, tuple[Task, str]] = field(default_factory=dict)
    timers: set[str] = field(default_factory=set)
    cleared: dict[str, Timer] = field(default_factory=dict)
    duties: set[str] = field(default_factory=set)
    clocks: set[str] = field(default_factory=set)
    stuck: set[str] = field(default_factory=set)


class Working:
    """The case that a command works on."""

    def __init__(
        self,
        library: Library,
        flows: Flows,
        file: CaseFile,
        now: datetime,
        person: str,
        happened_at: datetime | None = None,
        override: Override | None = None,
    ) -> None:
        self.library = library
        self.flows = flows
        self.now = now
        self.moment = happened_at or now
        """When what is recorded happened: limits are counted from it, not from the typing."""
        self.person = person
        self.override = override or Override()
        self.at_any_time = False
        """Whether this is recorded by a form that may be filled at any time."""
        self.zone = file.zone
        self.before = file.case
        self.known = file.facts
        self.waited = file.timers
        self.state = State.of(file, library.pathway)
        self.changes = Changes()

    # --- reading ---

    def ends(self, parameter: str, process: Process) -> datetime:
        """When a wait of this length that a process begins now is over: where it is the limit of a duty that is owed,
        with that, so that what comes anew because of a slip waits no longer. A limit that is over was waited for by a
        process that runs already. Raises KeyError and ValueError."""
        whole = self.now + self.sight(process.scope).length(parameter)
        owed = [duty for duty in self.state.duties.values() if duty.open and duty.due_at is not None]
        limits = [(self.library.duties[duty.rule].within, duty.due_at) for duty in owed]
        due = min((at for within, at in limits if at and within and within.parameter == parameter), default=whole)
        return due if due > self.now or process.id in self.changes.begun else whole

    def sight(self, scope: str = CASE_SCOPE) -> Sight:
        return Sight(self.library, self.state, self.now, self.zone, scope)

    # --- writing ---

    def note(self, kind: str, **params: str) -> None:
        """Adds a line to the trail of this command."""
        case = self.state.case
        self.changes.entries.append(entry(kind, self.now, self.person, case.current_centre, case.id, **params))

    def record(self, name: str, scope: str, value: Value, source: str, **more: object) -> Fact:
        """Accepts a fact. `more`: happened_at, corrects, reason. News that came late, of something that has
        changed since, goes into the history and changes nothing."""
        happened = more.get("happened_at")
        at = happened if isinstance(happened, datetime) else self.now
        old = self.state.facts.get((name, scope))
        corrects = bool(more.get("corrects", False))
        fact = Fact(
            name=name,
            scope=scope,
            value=value,
            happened_at=at,
            recorded_at=self.now,
            person=self.person,
            source=source,
            corrects=corrects,
            reason=str(more.get("reason", "")),
            current=corrects or old is None or old.happened_at <= at,
        )
        self.changes.facts.append(fact)
        if fact.current:
            self.state.facts[fact.key] = fact
            if old is None or old.value != value:
                self.changes.changed.add(name)
                self.changes.replaced |= set() if old is None else {name}
        return fact

    def decide(self, table_id: str, output: str, row: int, value: str, scope: str) -> None:
        """Records the outcome of a table and the fact it sets."""
        table = self.library.tables[table_id]
        self.changes.decisions.append(
            Decision(table_id, scope, output, value, row, table.rows[row].because, table.source.cite, self.now)
        )
        self.record(output, scope, value, f"decision:{table_id}")
        self.note("decision.made", table=table_id, row=str(row + 1))

    def keep_process(self, process: Process) -> None:
        self.state.processes[process.id] = process
        self.changes.processes.add(process.id)

    def keep_duty(self, duty: Duty) -> None:
        self.state.duties[duty.rule] = duty
        self.changes.duties.add(duty.rule)

    def keep_clock(self, clock: Clock) -> None:
        self.state.clocks[clock.rule] = clock
        self.changes.clocks.add(clock.rule)

    def keep_stuck(self, stuck: Stuck) -> None:
        if stuck.freed_at is None:
            self.state.stuck[stuck.id] = stuck
        else:
            self.state.stuck.pop(stuck.id, None)
            self.state.freed[stuck.id] = stuck
        self.changes.stuck.add(stuck.id)

    def open_task(self, task: Task) -> None:
        self.state.tasks[task.id] = task
        self.changes.tasks.add(task.id)
        self.note("task.opened", element=task.element, process=task.process_key, role=task.role)

    def complete(self, task: Task) -> None:
        self.state.tasks.pop(task.id)
        self.changes.closed[task.id] = (task, "completed")

    def withdraw(self, task: Task, because: str) -> None:
        """Takes a task away from whoever might have done it; one opened by this very command never was."""
        self.state.tasks.pop(task.id)
        if task.id in self.changes.tasks:
            self.changes.tasks.discard(task.id)
            opened = [e for e in self.changes.entries if e.kind == "task.opened"]
            self.changes.entries.remove(next(e for e in opened if e.params["element"] == task.element))
            return
        self.changes.closed[task.id] = (task, "withdrawn")
        self.note("task.withdrawn", element=task.element, process=task.process_key, because=because)

    def set_timer(self, timer: Timer) -> None:
        """Sets a timer, or moves it to another moment."""
        self.state.timers[timer.id] = timer
        self.changes.timers.add(timer.id)
        self.changes.cleared.pop(timer.id, None)

    def clear_timer(self, timer_id: str) -> None:
        self.state.timers.pop(timer_id)
        self.changes.timers.discard(timer_id)
        kept = next((timer for timer in self.waited if timer.id == timer_id), None)
        if kept is not None:
            self.changes.cleared[timer_id] = kept

    def be_stuck(self, error: FlowError, process_id: str, task_id: str | None = None) -> None:
        """Records that the engine cannot go on here; once for each place, until someone frees it."""
        here = (process_id, error.element, error.code)
        if any((s.process_id, s.element, s.code) == here for s in self.state.stuck.values()):
            return
        self.keep_stuck(
            Stuck(
                id=new_id(),
                case_id=self.state.case.id,
                process_id=process_id,
                element=error.element,
                code=error.code,
                why=error.why,
                opened_at=self.now,
                task_id=task_id,
            )
        )
        self.note("stuck.opened", element=error.element, code=error.code)

    def savepoint(self) -> tuple[State, Changes]:
        """What to give back to `restore` if what follows cannot be finished."""
        return _copied(self.state), _copied(self.changes)

    def restore(self, saved: tuple[State, Changes]) -> None:
        self.state, self.changes = saved

    def move(
        self,
        *,
        task: Task | None = None,
        command_id: str | None = None,
        fingerprint: str = "",
        new: bool = False,
    ) -> Move:
        """The whole of what changed. `task` is the one the person acted on."""
        state, changes = self.state, self.changes
        case = replace(state.case, version=self.before.version + (0 if new else 1))
        outcome = Outcome(
            case_id=case.id,
            case_code=case.code,
            task_id=task.id if task else None,
            opened=tuple(changes.tasks),
            duties_opened=tuple(sorted(e.params["duty"] for e in changes.entries if e.kind == "duty.opened")),
            duties_closed=tuple(
                sorted(e.params["duty"] for e in changes.entries if e.kind in ("duty.met", "duty.cancelled"))
            ),
            decisions=tuple(decision.table for decision in changes.decisions),
            stuck=any(id in state.stuck for id in changes.stuck),
            closed=case.status == "closed" and self.before.status == "open",
        )
        return Move(
            case=case,
            expected_version=None if new else self.before.version,
            at=self.now,
            person=self.person,
            outcome=outcome,
            command_id=command_id,
            fingerprint=fingerprint,
            facts=tuple(changes.facts),
            facts_replaced=tuple({fact.key for fact in changes.facts if fact.current and fact.key in self.known}),
            decisions=tuple(changes.decisions),
            processes=tuple(state.processes[id] for id in changes.processes),
            tasks=tuple(state.tasks[id] for id in changes.tasks),
            task_closed=tuple(changes.closed.values()),
            timers=tuple(state.timers[id] for id in changes.timers),
            timers_cleared=tuple(changes.cleared.values()),
            duties=tuple(state.duties[rule] for rule in changes.duties),
            clocks=tuple(state.clocks[rule] for rule in changes.clocks),
            acts=tuple(changes.acts),
            stuck=tuple(state.stuck.get(id) or state.freed[id] for id in changes.stuck),
            passed=tuple(changes.passed),
            entries=tuple(changes.entries),
        )


def _copied(value: Part) -> Part:
    twin = copy.copy(value)
    for name, part in vars(value).items():
        if isinstance(part, dict | list | set | Facts):
            setattr(twin, name, part.copy())
    return twin


def names_of(facts: Iterable[Fact]) -> str:
    """Field names for the trail: names only, never values."""
    return ", ".join(fact.name for fact in facts)
