"""Looks through a workflow, level by level: what is ready, what waits, and what is finished and may be forgotten."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from SpiffWorkflow import TaskState
from SpiffWorkflow.bpmn.specs.control import BoundaryEventJoin, _EndJoin
from SpiffWorkflow.bpmn.specs.mixins.unstructured_join import UnstructuredJoin

from engine.flow.contract import Place, Places
from engine.flow.steps import Boundary, CaseWorkflow, Catch, Parallel
from engine.library import Element


def levels(workflow: CaseWorkflow) -> Iterable[Any]:
    yield workflow
    yield from workflow.subprocesses.values()


def ready(workflow: CaseWorkflow) -> Iterable[Any]:
    """The tasks that go on without a person."""
    for level in levels(workflow):
        yield from (t for t in level.tasks.values() if t.state == TaskState.READY and not t.task_spec.manual)


def events(workflow: CaseWorkflow) -> Iterable[Any]:
    """The timers and conditions that wait."""
    for level in levels(workflow):
        for task in level.tasks.values():
            if task.state == TaskState.WAITING and isinstance(task.task_spec, Catch | Boundary):
                yield task


def open_tasks(workflow: CaseWorkflow) -> Iterable[Any]:
    for level in levels(workflow):
        yield from _open(level)


def _open(level: Any) -> Iterable[Any]:
    for task in level.tasks.values():
        waits = task.state == TaskState.READY and task.task_spec.manual
        if waits or task.state == TaskState.WAITING:
            yield task


def places(workflow: CaseWorkflow, elements: Mapping[str, Element]) -> Places | None:
    """Where it waits, as the diagram sees it; None where one step is called twice at a time."""
    found: list[Place] = []
    paths: set[tuple[str, ...]] = set()
    for level in levels(workflow):
        path = _around(level)
        if path in paths:
            return None
        paths.add(path)
        specs = [task.task_spec for task in _open(level)]
        for join in {spec for spec in specs if isinstance(spec, Parallel)}:
            found += (Place(path, join.name, came) for came in _arrived(level, join))
        single = (spec.name for spec in specs if not isinstance(spec, Parallel))
        found += (Place(path, name) for name in single if name in elements)
    return tuple(sorted(found))


def _arrived(level: Any, join: Any) -> Iterable[str]:
    """The steps from which branches came to a join that still waits for others. Of these SpiffWorkflow lets only the
    last one wait, and calls those before it cancelled."""
    here = (t for t in level.tasks.values() if t.task_spec is join)
    came = (t for t in here if t.state in (TaskState.WAITING, TaskState.CANCELLED))
    return (level.tasks[task._parent].task_spec.name for task in came)


def _around(level: Any) -> tuple[str, ...]:
    """The steps around a level, the outermost first."""
    if level.parent_task_id is None:
        return ()
    within = level.top_workflow.get_task_from_id(level.parent_task_id)
    return (*_around(within.workflow), within.task_spec.name)


def find(workflow: CaseWorkflow, task_id: str) -> Any:
    id = UUID(task_id)
    return next((level.tasks[id] for level in levels(workflow) if id in level.tasks), None)


def prune(workflow: CaseWorkflow) -> None:
    """Forgets finished history: cost stays flat however long a case lives (rule verified in engine.md 4)."""
    for level in levels(workflow):
        _prune_level(level)
    for id in list(workflow.subprocesses):
        inner = workflow.subprocesses.get(id)
        parent = next((lv.tasks[id] for lv in levels(workflow) if id in lv.tasks), None)
        if inner is not None and (parent is None or parent.has_state(TaskState.FINISHED_MASK)):
            del workflow.subprocesses[id]


def _prune_level(level: Any) -> None:
    open_ = [task for task in level.tasks.values() if task.has_state(TaskState.NOT_FINISHED_MASK)]
    if not open_ or level.completed:
        return
    if any(isinstance(t.task_spec, UnstructuredJoin) and not isinstance(t.task_spec, _EndJoin) for t in open_):
        return  # a join still counts its finished branches
    shared = _path(level, open_[0])
    for task in open_[1:]:
        path = set(_path(level, task))
        shared = [id for id in shared if id in path]
    needed = {level.task_tree.id} | {
        id
        for task in open_
        if isinstance(task.task_spec, BoundaryEventJoin)
        for id in _path(level, task)
        if level.tasks[id].task_spec.name == task.task_spec.split_task
    }
    while shared and level.tasks[shared[-1]].state != TaskState.COMPLETED:
        shared.pop()
    if len(shared) < 3 or needed & set(shared[1:-1]):
        return
    anchor = level.tasks[shared[-1]]
    keep = {level.task_tree.id}
    branch = [anchor]
    while branch:
        task = branch.pop()
        keep.add(task.id)
        branch.extend(task.children)
    level.tasks = {id: task for id, task in level.tasks.items() if id in keep}
    level.task_tree._children = [anchor.id]
    anchor._parent = level.task_tree.id
    if level.last_task is not None and level.last_task.id not in keep:
        level.last_task = anchor


def _path(level: Any, task: Any) -> list[UUID]:
    """Ids from the root down to the task."""
    path: list[UUID] = []
    current: Any = task
    while current is not None:
        path.append(current.id)
        current = level.tasks.get(current._parent)
    return path[::-1]
