"""Lets a case come to rest: rules start and cancel processes, and all of them run until nothing moves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from engine import expressions
from engine.flow import FlowError, Standing
from engine.library import Element, StartRule
from engine.model import CASE_SCOPE, ActDone, Clock, Process, Refusal, Task, Timer, Value
from engine.moves.duties import CASE_END, refuse_breaking, step_all
from engine.moves.working import Working, new_id
from engine.rules import schedules, tables

ROUNDS = 50
"""Rounds of rules and processes before a case counts as never coming to rest."""
VISIT_FACTS = ("visit_id", "visit_role", "visit_due_at", "visit_opens_at", "visit_closes_at")


class ProcessContext:
    """What one process sees of the case at work, and what it tells it (flow.Context)."""

    def __init__(self, working: Working, process: Process) -> None:
        self.working = working
        self.process = process

    @property
    def now(self) -> datetime:
        return self.working.now

    def evaluate(self, condition: expressions.Expression) -> bool | None:
        try:
            return self.working.sight(self.process.scope).holds(condition)
        except (expressions.ExpressionTypeError, KeyError, ValueError) as error:
            raise FlowError("expression", self.process.key, "A condition of the diagram cannot be read") from error

    def due(self, element: Element) -> datetime:
        sight = self.working.sight(self.process.scope)
        name = str(element.timer)
        try:
            if element.timer_kind == "duration":
                return self.now + sight.length(name)
            moment = sight.moment(name)
        except (KeyError, ValueError) as error:
            raise FlowError("timer_unknown", element.id, "The time to wait for cannot be read") from error
        if moment is None:
            raise FlowError("timer_unknown", element.id, "The time to wait for is not known yet")
        return moment

    def decide(self, element: Element) -> None:
        working = self.working
        table = working.library.tables[str(element.table)]
        try:
            row, chosen = tables.decide(table, working.sight(self.process.scope))
        except (tables.TableError, expressions.ExpressionTypeError, KeyError, ValueError) as error:
            raise FlowError("table", element.id, "The decision table does not give exactly one answer") from error
        if chosen.then is None:
            raise FlowError("undecided", element.id, "What the decision needs is not known yet")
        rule = working.library.facts.get(table.output)
        scope = self.process.scope if rule is not None and rule.scope != CASE_SCOPE else CASE_SCOPE
        working.decide(table.id, table.output, row, chosen.then, scope)

    def passed(self, element: Element) -> None:
        self.working.changes.passed.append(element.id)
        if element.kind == "user":
            return
        if element.timer is not None:
            self.working.note("timer.fired", element=element.id)
        perform(self.working, element, self.process.scope, refuse=False)


def perform(
    working: Working, element: Element, scope: str, *, refuse: bool, happened_at: datetime | None = None
) -> None:
    """Does the acts of a step whose conditions hold. With `refuse`, raises Refusal when one would break a duty."""
    do(working, element.acts, element.id, scope, refuse=refuse, happened_at=happened_at)


def do(
    working: Working,
    acts: Iterable[expressions.ActText],
    element: str,
    scope: str,
    *,
    refuse: bool,
    happened_at: datetime | None = None,
) -> None:
    """Does acts (see `perform`); the monitors of all duties see them as one step."""
    holds = working.sight(scope).holds
    done = frozenset(act.act for act in acts if act.when is None or holds(act.when) is True)
    if refuse:
        refuse_breaking(working, done, scope)
    if not done:
        return
    for act in sorted(done):
        at = happened_at or working.now
        for one in dict.fromkeys((scope, CASE_SCOPE)):  # what a visit did, the case has done
            working.state.acts[(act, one)] = at
            working.changes.acts.append(ActDone(act, one, at, element))
        working.note("act.done", act=act, element=element)
    step_all(working, done, scope)
    if CASE_END in done:
        working.state.case = replace(working.state.case, status="closed", closed_at=working.now)
        working.note("case.closed", element=element)


def start_process(working: Working, key: str, scope: str, because: str) -> None:
    """Starts a process; if it cannot even start, the case is stuck and the process has not begun."""
    process = Process(
        id=new_id(),
        case_id=working.state.case.id,
        key=key,
        scope=scope,
        status="running",
        snapshot=b"",
        started_at=working.now,
        because=because,
    )
    saved = working.savepoint()
    working.keep_process(process)
    working.note("process.started", process=key, scope=scope, because=because)
    try:
        standing = working.flows.start(key, ProcessContext(working, process))
    except FlowError as error:
        working.restore(saved)
        working.be_stuck(error, "")
        return
    stand(working, process, standing)


def stand(working: Working, process: Process, standing: Standing) -> None:
    """Keeps where a process stands now: its tasks, timers and waits, opened and closed by difference."""
    now_open = {task.id: task.element for task in standing.tasks}
    for task in [t for t in working.state.tasks.values() if t.process_id == process.id and t.id not in now_open]:
        working.withdraw(task, "overtaken")
    for id, element_id in now_open.items():
        if id not in working.state.tasks:
            working.open_task(_task(working, process, id, working.flows.element(element_id)))
    timers = {timer.id: timer for timer in standing.timers}
    for timer in [t for t in working.state.timers.values() if t.process_id == process.id and t.id not in timers]:
        working.clear_timer(timer.id)
    for set_ in timers.values():
        if set_.id not in working.state.timers:
            working.set_timer(Timer(set_.id, working.state.case.id, process.id, set_.element, set_.due_at))
    ended = replace(process, snapshot=standing.snapshot, waits=standing.waits)
    if standing.ended:
        ended = replace(ended, status="done", ended_at=working.now)
        working.note("process.ended", process=process.key, scope=process.scope)
    working.keep_process(ended)


def _task(working: Working, process: Process, id: str, element: Element) -> Task:
    due = working.now + working.sight(process.scope).length(element.due) if element.due else None
    return Task(
        id=id,
        case_id=working.state.case.id,
        process_id=process.id,
        process_key=process.key,
        element=element.id,
        scope=process.scope,
        role=working.library.pathway.lanes.get(element.lane, ""),
        form=str(element.form),
        opened_at=working.now,
        due_at=due,
    )


def cancel_process(working: Working, process: Process, because: str) -> None:
    """Ends a process that is no longer wanted: its tasks are withdrawn, its timers cleared."""
    working.keep_process(replace(process, status="cancelled", snapshot=b"", waits=(), ended_at=working.now))
    for task in [task for task in working.state.tasks.values() if task.process_id == process.id]:
        working.withdraw(task, because)
    for timer in [timer for timer in working.state.timers.values() if timer.process_id == process.id]:
        working.clear_timer(timer.id)
    for stuck in [s for s in working.state.stuck.values() if s.process_id == process.id]:
        working.keep_stuck(replace(stuck, freed_at=working.now, freed_by=working.person))
    working.note("process.cancelled", process=process.key, scope=process.scope, because=because)


def settle(working: Working) -> None:
    """Runs rules and processes to a fixpoint, then the clocks. A case that never rests becomes stuck."""
    for _ in range(ROUNDS):
        step_all(working)
        if working.state.case.status == "closed":
            _close(working)
            break
        if not (_start_and_cancel(working) | _plan_visits(working) | _advance(working)):
            break
    else:
        working.be_stuck(FlowError("no_rest", working.library.pathway.main, "Rules keep starting each other"), "")
    _set_clocks(working)


def reopen_if_needed(working: Working) -> None:
    """A closed case opens again when new facts make a duty owed or start a process, and only then."""
    saved = working.savepoint()
    case = working.state.case
    working.state.case = replace(case, status="open", closed_at=None)
    working.note("case.reopened", because="new_facts")
    settle(working)
    idle = not working.state.processes_running and not working.state.duties_owed
    if idle and not working.state.tasks:
        working.restore(saved)
        step_all(working)
        _set_clocks(working)


def _close(working: Working) -> None:
    """After `case.end` only the process that ended the case may finish; the others are over."""
    for process in [p for p in working.state.processes.values() if p.status == "running"]:
        cancel_process(working, process, "case_closed")
    for timer in list(working.state.timers.values()):
        working.clear_timer(timer.id)


def _start_and_cancel(working: Working) -> bool:
    changed = False
    for rule in working.library.starts:
        running = working.state.process_of(rule.process, CASE_SCOPE)
        sight = working.sight()
        cancel = rule.cancel_when is not None and sight.holds(rule.cancel_when) is True
        if running is not None and running.status == "running":
            if cancel:
                cancel_process(working, running, "rule")
                changed = True
        elif not cancel and _may_start(working, rule, running) and sight.holds(rule.when) is True:
            if any(s.process_id == "" and s.code != "no_rest" for s in working.state.stuck.values()):
                continue  # a start that failed is tried again when the case is freed
            start_process(working, rule.process, CASE_SCOPE, "rule")
            changed = True
    return changed


def _may_start(working: Working, rule: StartRule, last: Process | None) -> bool:
    """Not while one has been done, unless the rule says again and an answer it reads changed just now."""
    if last is None or last.status == "cancelled":
        return True
    return rule.again and bool(expressions.names(rule.when) & working.changes.changed)


def _plan_visits(working: Working) -> bool:
    changed = False
    for schedule in working.library.schedules.values():
        sight = working.sight()
        if sight.holds(schedule.when) is False:
            for process in [p for p in working.state.processes.values() if _planned_by(p, schedule.process)]:
                cancel_process(working, process, "rule")
                changed = True
            continue
        for visit in schedules.planned(schedule, sight):
            if working.state.process_of(schedule.process, visit.scope) is not None:
                continue
            values: tuple[Value, ...] = (
                visit.rule.id,
                visit.rule.role,
                visit.due_at,
                visit.opens_at,
                visit.closes_at,
            )
            for name, value in zip(VISIT_FACTS, values, strict=True):
                working.record(name, visit.scope, value, f"schedule:{schedule.id}")
            start_process(working, schedule.process, visit.scope, "schedule")
            changed = True
    return changed


def _planned_by(process: Process, key: str) -> bool:
    return process.key == key and process.status == "running" and process.scope != CASE_SCOPE


def _advance(working: Working) -> bool:
    changed = False
    for process in list(working.state.processes.values()):
        if working.state.processes[process.id].status != "running" or not _can_move(working, process):
            continue
        saved = working.savepoint()
        try:
            standing = working.flows.advance(process.key, process.snapshot, ProcessContext(working, process))
        except FlowError as error:
            working.restore(saved)
            working.be_stuck(error, process.id)
            continue
        stand(working, process, standing)
        changed = True
    return changed


def _can_move(working: Working, process: Process) -> bool:
    if any(stuck.process_id == process.id for stuck in working.state.stuck.values()):
        return False
    if any(t.process_id == process.id and t.due_at <= working.now for t in working.state.timers.values()):
        return True
    context = ProcessContext(working, process)
    try:
        return any(context.evaluate(expressions.parse(wait.condition)) is True for wait in process.waits)
    except FlowError as error:
        working.be_stuck(error, process.id)
        return False


def _set_clocks(working: Working) -> None:
    """Keeps each clock's ends, and wakes the case when one that rules look at runs out."""
    sight = working.sight()
    for rule in working.library.clocks.values():
        if rule.when is not None and sight.holds(rule.when) is False and rule.id not in working.state.clocks:
            continue
        earliest, latest = sight.moment(rule.earliest), sight.moment(rule.latest)
        window = sight.length(rule.hours)
        answers = [at for act in rule.stops if (at := working.state.act_at(act, CASE_SCOPE)) is not None]
        clock = Clock(
            case_id=working.state.case.id,
            rule=rule.id,
            ends_earliest=earliest + window if earliest else None,
            ends_latest=latest + window if latest else None,
            answered_at=min(answers, default=None),
        )
        if working.state.clocks.get(rule.id) != clock:
            working.keep_clock(clock)
            _wake(working, clock)


def _wake(working: Working, clock: Clock) -> None:
    prefix = f"{clock.case_id}:{clock.rule}:"
    for id in [id for id in working.state.timers if id.startswith(prefix)]:
        working.clear_timer(id)
    if clock.ends_latest is None or clock.ends_latest < working.now or working.state.case.status == "closed":
        return
    at = clock.ends_latest + timedelta(seconds=1)  # the window includes its last moment
    working.set_timer(Timer(f"{prefix}{at:%Y%m%d%H%M%S}", clock.case_id, "", clock.rule, at))


def run_task(working: Working, task: Task) -> None:
    """Takes a completed task out of its process and lets the case settle; stuck if the process cannot go on."""
    process = working.state.processes[task.process_id]
    saved = working.savepoint()
    try:
        standing = working.flows.complete(process.key, process.snapshot, task.id, ProcessContext(working, process))
    except FlowError as error:
        if error.code == "not_ready":
            raise Refusal("task_gone", "This task is no longer open", status=409) from error
        working.restore(saved)
        working.be_stuck(error, process.id, task.id)
        settle(working)
        return
    for stuck in [s for s in working.state.stuck.values() if s.task_id == task.id]:
        working.keep_stuck(replace(stuck, freed_at=working.now, freed_by=working.person))
        working.note("stuck.freed", element=stuck.element, how="completed")
    working.complete(task)
    stand(working, process, standing)
    settle(working)
