"""Starts and cancels processes, and keeps where they stand: tasks, timers and waits by difference."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from engine.flow import FlowError, Standing
from engine.library import Element
from engine.model import Process, Task, Timer
from engine.moves.context import ProcessContext
from engine.moves.working import Working, new_id

A_MOMENT = timedelta(microseconds=1)
"""Between two processes of one key and scope, so that which came last is never told by chance."""


def start_process(working: Working, key: str, scope: str, because: str) -> None:
    """Starts a process; if it cannot even start, the case is stuck and the process has not begun."""
    last = working.state.process_of(key, scope)
    process = Process(
        id=new_id(),
        case_id=working.state.case.id,
        key=key,
        scope=scope,
        status="running",
        snapshot=b"",
        started_at=working.now if last is None else max(working.now, last.started_at + A_MOMENT),
        because=because,
    )
    saved = working.savepoint()
    working.changes.begun.add(process.id)
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
        timer = Timer(set_.id, working.state.case.id, process.id, set_.element, set_.due_at)
        if working.state.timers.get(timer.id) != timer:
            working.set_timer(timer)
    ended = replace(process, snapshot=standing.snapshot, waits=standing.waits)
    if standing.ended:
        ended = replace(ended, status="done", ended_at=working.now)
        working.note("process.ended", process=process.key, scope=process.scope)
    working.keep_process(ended)


def _task(working: Working, process: Process, id: str, element: Element) -> Task:
    due = working.ends(element.due, process) if element.due else None
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
