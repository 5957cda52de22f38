"""Lets a case come to rest: rules start and cancel processes, and one event fires at a time, until nothing moves."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from engine import expressions
from engine.flow import FlowError
from engine.library import Schedule, StartRule, Table
from engine.model import CASE_SCOPE, Fact, Process, Refusal, Task, Timer, Value
from engine.moves.clocks import set_clocks
from engine.moves.context import ProcessContext
from engine.moves.duties import step_all
from engine.moves.processes import cancel_process, stand, start_process
from engine.moves.working import Working, new_id
from engine.rules import schedules, tables

ROUNDS = 200
"""Rounds of rules, or events, before a case counts as never coming to rest."""


def settle(working: Working, *, reopening: bool = False) -> None:
    """Rules start and cancel until none does any more; then one event fires, and rules are asked again; at rest the
    clocks are set. A case that never rests becomes stuck."""
    for _ in range(ROUNDS):
        step_all(working)
        if working.state.case.status == "closed":
            _close(working)
            break
        if not (_start_and_cancel(working, reopening) | _plan_visits(working) or _advance(working)):
            break
    else:
        working.be_stuck(
            FlowError("no_rest", working.library.pathway.main, "Rules and events keep setting each other off"), ""
        )
    set_clocks(working)


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


def take_up_news(working: Working) -> None:
    """After news from outside a task: decides again where an answer was replaced, and lets the case settle. A
    closed case opens again when the news make a duty owed or start a process, and only then."""
    _decide_again(working)
    if working.before.status == "closed":
        _reopen_if_needed(working)
    else:
        settle(working)


def _reopen_if_needed(working: Working) -> None:
    saved = working.savepoint()
    working.state.case = replace(working.state.case, status="open", closed_at=None)
    working.note("case.reopened", because="new_facts")
    settle(working, reopening=True)
    if not working.state.processes_running and not working.state.duties_owed and not working.state.tasks:
        working.restore(saved)
        step_all(working)
        set_clocks(working)
        return
    way_back = working.library.pathway.reopened
    if way_back is not None and working.state.process_status(way_back, CASE_SCOPE) != "running":
        start_process(working, way_back, CASE_SCOPE, "reopened")
        settle(working)


def _decide_again(working: Working) -> None:
    """No token moves: decisions that an answer now contradicts are taken again, and then those that rest on them.
    Where the table, or the fact that has another value now, asks for it, a person reviews what was done on the old."""
    if not working.changes.replaced:
        return
    before: dict[tuple[str, str], Value] = {}
    for _ in working.library.tables:  # none reads itself (engine/checks/rule_loops.py): so many rounds are enough
        taken = [(table, old) for table in working.library.tables.values() for old in _decided_anew(working, table)]
        if not taken:
            break
        for table, old in taken:
            before.setdefault((table.id, old.scope), old.value)
    running = {process.key for process in working.state.processes.values() if process.status == "running"}
    replaced = any(working.library.facts[name].review for name in working.changes.replaced)
    reviews = int(replaced and working.library.pathway.review not in running)
    for (id, scope), value in before.items():
        table = working.library.tables[id]
        if working.state.fact(table.output, scope) != value:
            working.note("decision.review", table=table.id, element=table.output)
            reviews += table.review
    for _ in range(reviews if working.library.pathway.review is not None else 0):
        start_process(working, str(working.library.pathway.review), f"review:{new_id()}", "review")


def _decided_anew(working: Working, table: Table) -> list[Fact]:
    """Takes the decisions of a table again that are not what it says now; gives what they were."""
    taken = []
    for (output, scope), decided in list(working.state.facts.items()):
        if output != table.output or not decided.source.startswith("decision:"):
            continue
        row = tables.fired(table, working.sight(scope))
        chosen = table.rows[row].then if row is not None else None
        if row is None or chosen is None or chosen == decided.value:
            continue
        working.decide(table.id, output, row, chosen, scope)
        taken.append(decided)
    return taken


def _close(working: Working) -> None:
    """After `case.end` only the process that ended the case may finish; the others are over."""
    for process in [p for p in working.state.processes.values() if p.status == "running"]:
        cancel_process(working, process, "case_closed")
    for timer in list(working.state.timers.values()):
        working.clear_timer(timer.id)


def _start_and_cancel(working: Working, reopening: bool) -> bool:
    changed = False
    for rule in working.library.starts:
        running = working.state.process_of(rule.process, CASE_SCOPE)
        sight = working.sight()
        cancel = rule.cancel_when is not None and sight.holds(rule.cancel_when) is True
        if running is not None and running.status == "running":
            if cancel:
                cancel_process(working, running, "rule")
                changed = True
        elif not cancel and _may_start(working, rule, running, reopening) and sight.holds(rule.when) is True:
            if any(s.process_id == "" and s.code != "no_rest" for s in working.state.stuck.values()):
                continue  # a start that failed is tried again when the case is freed
            start_process(working, rule.process, CASE_SCOPE, "rule")
            changed = True
    return changed


def _may_start(working: Working, rule: StartRule, last: Process | None, reopening: bool) -> bool:
    """Not while one has been done, unless the rule says again and an answer it reads changed just now; to a case that
    opens again, and where the rule says so, an answer given again counts too. One that began by mistake, as is known
    by now, is none."""
    if last is None or last.status == "cancelled":
        return True
    if rule.again is None or last.id in working.changes.begun:
        return False
    if rule.again == "mistaken":
        return working.sight().at(last.started_at).holds(rule.when) is False
    either = reopening or rule.again == "said" or (rule.again == "at_any_time" and working.at_any_time)
    said = {fact.name for fact in working.changes.facts} if either else working.changes.changed
    return bool(expressions.names(rule.when) & said)


def _plan_visits(working: Working) -> bool:
    """Plans the visits that are owed and still possible; takes back those that are not, unless they have begun and the
    schedule does not say so; plans anew those whose day moved."""
    changed = False
    for schedule in working.library.schedules.values():
        wanted = {visit.scope: visit for visit in schedules.planned(schedule, working.sight())}
        for process in [p for p in working.state.processes.values() if _is_visit(p, schedule)]:
            visit = wanted.get(process.scope)
            moved = visit is not None and working.state.fact("visit_due_at", process.scope) != visit.due_at
            not_owed = not _begun(working, process) and (moved or (visit is None and _known(working, schedule)))
            if not_owed or _taken_back(working, schedule, process.scope):
                cancel_process(working, process, "rule")
                changed = True
        for scope, visit in wanted.items():
            last = working.state.process_of(schedule.process, scope)
            again = last is not None and last.status == "cancelled"
            possible = visit.closes_at > working.now and not _taken_back(working, schedule, scope)
            if (last is None or again) and possible:
                changed |= _plan(working, schedule, visit)
    return changed


def _is_visit(process: Process, schedule: Schedule) -> bool:
    """Whether a process is a visit of this schedule; another may hold its visits by the same process."""
    if process.key != schedule.process or process.status != "running":
        return False
    return process.scope in {schedules.scope_of(schedule, visit) for visit in schedule.visits}


def _begun(working: Working, process: Process) -> bool:
    opens = working.state.fact(schedules.OPENS_AT, process.scope)
    return isinstance(opens, datetime) and opens <= working.now


def _taken_back(working: Working, schedule: Schedule, scope: str) -> bool:
    """Whether a visit is not to be held any more, though it may have opened."""
    return schedule.cancel_when is not None and working.sight(scope).holds(schedule.cancel_when) is True


def _known(working: Working, schedule: Schedule) -> bool:
    """Whether it is known that visits are not wanted: what is merely not known takes nothing back."""
    return working.sight().holds(schedule.when) is not None


def _plan(working: Working, schedule: Schedule, visit: schedules.PlannedVisit) -> bool:
    """Whether the visit's process could start."""
    values: tuple[Value, ...] = (
        visit.rule.id,
        visit.rule.role,
        visit.due_at,
        visit.opens_at,
        visit.closes_at,
    )
    for name, value in zip(schedules.FACTS, values, strict=True):
        working.record(name, visit.scope, value, f"schedule:{schedule.id}")
    start_process(working, schedule.process, visit.scope, "schedule")
    started = working.state.process_of(schedule.process, visit.scope)
    return started is not None and started.status != "cancelled"


def _advance(working: Working) -> bool:
    """Lets one event of one process fire, and the process run on; timers are read anew before."""
    _move_timers(working)
    running = [process for process in working.state.processes.values() if process.status == "running"]
    could = [(since, process) for process in running if (since := _could_move(working, process)) is not None]
    for _, process in sorted(could, key=lambda one: (one[0], *_turn(working, one[1]))):
        saved = working.savepoint()
        try:
            standing = working.flows.advance(process.key, process.snapshot, ProcessContext(working, process))
        except FlowError as error:
            working.restore(saved)
            working.be_stuck(error, process.id)
            continue
        stand(working, process, standing)
        return True
    return False


def _move_timers(working: Working) -> None:
    """A timer that waits for a moment is due at that moment as it is known now, whenever it was set."""
    moved: dict[str, dict[str, datetime]] = {}
    for timer in working.state.timers.values():
        if (due := _due_now(working, timer)) != timer.due_at:
            moved.setdefault(timer.process_id, {})[timer.id] = due
    for id, timers in moved.items():
        process = working.state.processes[id]
        try:
            standing = working.flows.move_timers(
                process.key, process.snapshot, timers, ProcessContext(working, process)
            )
        except FlowError as error:
            working.be_stuck(error, id)
        else:
            stand(working, process, standing)


def _due_now(working: Working, timer: Timer) -> datetime:
    """When a timer is due by what is known now. A length of time is counted from when the wait began, and a moment
    that is not known any more leaves the timer as it is."""
    if not timer.process_id:
        return timer.due_at
    element = working.flows.element(timer.element)
    if element.timer_kind != "date":
        return timer.due_at
    try:
        return ProcessContext(working, working.state.processes[timer.process_id]).due(element)
    except FlowError:
        return timer.due_at


def _turn(working: Working, process: Process) -> tuple[datetime, int, str]:
    """Processes that could move since the same moment take turns by when they started, then by the order of the
    manifest, then by scope."""
    return process.started_at, list(working.library.pathway.diagrams).index(process.key), process.scope


def _could_move(working: Working, process: Process) -> datetime | None:
    """Since when an event of the process could fire: its longest due timer, or now if a condition is true."""
    if any(stuck.process_id == process.id for stuck in working.state.stuck.values()):
        return None
    due = [t.due_at for t in working.state.timers.values() if t.process_id == process.id and t.due_at <= working.now]
    if due:
        return min(due)
    context = ProcessContext(working, process)
    try:
        true = any(context.evaluate(expressions.parse(wait.condition)) is True for wait in process.waits)
    except FlowError as error:
        working.be_stuck(error, process.id)
        return None
    return working.now if true else None
