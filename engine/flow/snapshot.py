"""The state of a workflow as bytes, without spec and without data, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import orjson
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.task import Task as SpiffTask

from engine.flow.contract import Context, FlowError
from engine.flow.levels import find
from engine.flow.steps import CaseWorkflow, ProcessSpec

SNAPSHOT_VERSION = 1


def written(workflow: CaseWorkflow) -> bytes:
    """The state without spec and data. Raises FlowError if anything was put into SpiffWorkflow's data."""
    ordered = sorted(workflow.subprocesses.items(), key=lambda item: item[1].depth)
    state = {
        "version": SNAPSHOT_VERSION,
        **_write_tasks(workflow),
        "within": [
            {"parent": str(parent), "spec": inner.spec.name, **_write_tasks(inner)} for parent, inner in ordered
        ],
    }
    return orjson.dumps(state)


def _write_tasks(level: Any) -> dict[str, Any]:
    rows = []
    for task in level.tasks.values():
        if task.data:
            raise FlowError("data", task.task_spec.name, "Facts belong to the case, not to the workflow's data")
        memory = {name: value for name, value in task.internal_data.items() if value not in (None, False)}
        rows.append(
            [str(task.id), str(task._parent) if task._parent else None, task.state, task.task_spec.name, memory]
        )
    return {"root": str(level.task_tree.id), "tasks": rows}


def _read_tasks(level: Any, state: Mapping[str, Any]) -> None:
    for id, parent, task_state, name, memory in state["tasks"]:
        spec = level.spec.task_specs.get(name)
        if spec is None:
            raise FlowError("snapshot", name, "The state names a step that the diagram does not have")
        task = SpiffTask(level, spec, state=task_state, id=UUID(id))
        task._parent = UUID(parent) if parent else None
        task.internal_data = dict(memory)
    for task in level.tasks.values():
        if task._parent is not None:
            level.tasks[task._parent]._children.append(task.id)
    level.task_tree = level.tasks[UUID(state["root"])]
    level.last_task = level.task_tree


def restored(key: str, snapshot: bytes, specs: Mapping[str, ProcessSpec], context: Context) -> CaseWorkflow:
    """The workflow of a snapshot. Raises FlowError('snapshot') for a state that these specs do not have."""
    state = orjson.loads(snapshot)
    if state.get("version") != SNAPSHOT_VERSION:
        raise FlowError("snapshot", key, "The state was written by another version of the engine")
    workflow = CaseWorkflow(specs[key], specs, context, deserializing=True)
    _read_tasks(workflow, state)
    for record in state["within"]:  # parents stand before the processes within them
        parent = find(workflow, record["parent"])
        if parent is None:
            raise FlowError("snapshot", key, "The state names a step that is gone")
        inner = BpmnSubWorkflow(specs[record["spec"]], parent.id, workflow, deserializing=True)
        _read_tasks(inner, record)
        workflow.subprocesses[parent.id] = inner
        inner.completed_event.connect(parent.task_spec._on_subworkflow_completed, parent)
    return workflow
