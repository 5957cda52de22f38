"""Completes a task: its answers become facts, its acts are done, its process and the case move on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from engine.flow import Flows
from engine.library import FactRule, Library
from engine.model import CASE_SCOPE, CaseFile, Move, Override, Refusal, Task, Value
from engine.moves import acts, settle
from engine.moves.working import Working, names_of


def complete_task(
    library: Library,
    flows: Flows,
    file: CaseFile,
    task: Task,
    answers: Mapping[str, Value],
    *,
    person: str,
    now: datetime,
    happened_at: datetime | None = None,
    command_id: str | None = None,
    fingerprint: str = "",
    override: Override | None = None,
) -> Move:
    """Raises Refusal: `requires` when the step's precondition does not hold, `duty_blocks` when what it does
    would break a duty that the person does not override, `task_gone` when the flow no longer waits for it."""
    working = Working(library, flows, file, now, person, happened_at, override)
    element = flows.element(task.element)
    if element.requires is not None and working.sight(task.scope).holds(element.requires) is not True:
        raise Refusal("requires", "This step is not possible now", status=409)
    source = f"form:{task.form}"
    facts = [
        working.record(name, scope_of(library.facts.get(name), task.scope), value, source, happened_at=happened_at)
        for name, value in answers.items()
    ]
    working.note(
        "task.completed", element=task.element, process=task.process_key, role=task.role, fields=names_of(facts)
    )
    acts.perform(working, element, task.scope, refuse=True, happened_at=happened_at)
    settle.run_task(working, task)
    return working.move(task=task, command_id=command_id, fingerprint=fingerprint)


def scope_of(rule: FactRule | None, scope: str) -> str:
    """The scope a fact of this rule is recorded on when it is answered within `scope`."""
    return CASE_SCOPE if rule is None or rule.scope == CASE_SCOPE else scope
