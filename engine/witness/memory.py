"""A case in memory, as the store would give it back after each move, so that steps can be tried without a database."""

from __future__ import annotations

from engine.model import CaseFile, Move


def after(file: CaseFile | None, move: Move, zone: str) -> CaseFile:
    """The case file that the next command would read."""
    facts = dict(file.facts) if file else {}
    facts.update({fact.key: fact for fact in move.facts if fact.current})
    acts = dict(file.acts) if file else {}
    acts.update({(act.act, act.scope): act.at for act in move.acts})
    closed = {task.id for task, _ in move.task_closed}
    tasks = {task.id: task for task in (*(file.tasks if file else ()), *move.tasks)}
    timers = {timer.id: timer for timer in (*(file.timers if file else ()), *move.timers)}
    stuck = {one.id: one for one in (*(file.stuck if file else ()), *move.stuck)}
    return CaseFile(
        case=move.case,
        facts=facts,
        processes=tuple({p.id: p for p in (*(file.processes if file else ()), *move.processes)}.values()),
        tasks=tuple(task for task in tasks.values() if task.id not in closed),
        timers=tuple(timer for timer in timers.values() if timer not in move.timers_cleared),
        duties=tuple({d.rule: d for d in (*(file.duties if file else ()), *move.duties)}.values()),
        clocks=tuple({c.rule: c for c in (*(file.clocks if file else ()), *move.clocks)}.values()),
        acts=acts,
        stuck=tuple(one for one in stuck.values() if one.freed_at is None),
        zone=zone,
    )
