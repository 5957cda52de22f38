"""Runs diagrams on SpiffWorkflow, and is the only module that may import it.

A diagram is compiled to SpiffWorkflow's own task specs from the values of `library.Diagram`, element by
element: SpiffWorkflow never sees a file, so neither layout, nor nesting depth, nor an element outside the
house profile can reach it. Four things are ours instead of stock, each for a reason (engine.md, decision 26):
no step is predicted (state stays small and a 600-step sequence costs what a short one does), finished
history is pruned, the state is written without spec and without data, for facts live in the case, and steps
and events happen one at a time in the order of the drawing.

The flow asks the case through `Context`; it knows no rule, no store and no clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Protocol
from uuid import UUID

import orjson
from SpiffWorkflow import TaskState
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.specs import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.control import (
    BoundaryEventJoin,
    BoundaryEventSplit,
    BpmnStartTask,
    SimpleBpmnTask,
    _EndJoin,
)
from SpiffWorkflow.bpmn.specs.defaults import (
    BoundaryEvent,
    CallActivity,
    EndEvent,
    ExclusiveGateway,
    IntermediateCatchEvent,
    NoneTask,
    ParallelGateway,
    StartEvent,
    SubWorkflowTask,
    UserTask,
)
from SpiffWorkflow.bpmn.specs.event_definitions.base import EventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.simple import NoneEventDefinition, TerminateEventDefinition
from SpiffWorkflow.bpmn.specs.mixins.unstructured_join import UnstructuredJoin
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.specs import WorkflowSpec
from SpiffWorkflow.task import Task as SpiffTask

from engine import expressions
from engine.library import Diagram, Element, Library
from engine.model import Wait

STEP_BUDGET = 450
"""Steps the engine may take without a person before a process counts as running in circles. Below the depth
(1,000) at which SpiffWorkflow stops without a word."""

SNAPSHOT_VERSION = 1


class FlowError(Exception):
    """The flow cannot go on at `element`: the case becomes stuck there. Holds no answer."""

    def __init__(self, code: str, element: str, why: str) -> None:
        super().__init__(why)
        self.code = code
        self.element = element
        self.why = why


class Context(Protocol):
    """What a flow asks of its case while it runs, and what it tells it."""

    @property
    def now(self) -> datetime: ...

    def evaluate(self, condition: expressions.Expression) -> bool | None:
        """What a guard or condition says of the case now; None when it is not known."""

    def due(self, element: Element) -> datetime:
        """When the timer of this element, set now, is due. Raises FlowError when its moment is not known."""

    def decide(self, element: Element) -> None:
        """Decides by the table of a business rule task and records it."""

    def passed(self, element: Element) -> None:
        """Told of every element that completes, in order, before the next is looked at."""


@dataclass(frozen=True, slots=True)
class ReadyTask:
    id: str
    element: str
    """Element id in its diagram."""


@dataclass(frozen=True, slots=True)
class SetTimer:
    id: str
    element: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a process stands: its snapshot, the steps that wait for people, timers and conditions."""

    snapshot: bytes
    ended: bool
    tasks: tuple[ReadyTask, ...]
    timers: tuple[SetTimer, ...]
    waits: tuple[Wait, ...]


# --- SpiffWorkflow's specs, without prediction -----------------------------------------------------------


class _Lean:
    """No look-ahead: the children of a step are made when it runs, not foretold."""

    def _predict(self, my_task: Any, seen: Any = None, looked_ahead: int = 0, mask: Any = None) -> None:
        return

    def _run(self, my_task: Any) -> Any:
        if not my_task._children:
            self._predict_hook(my_task)  # type: ignore[attr-defined]
        return super()._run(my_task)  # type: ignore[misc]


class _Start(_Lean, BpmnStartTask): ...


class _End(_Lean, SimpleBpmnTask): ...


class _Join(_Lean, _EndJoin): ...


class _StartEvent(_Lean, StartEvent): ...


class _EndEvent(_Lean, EndEvent): ...


class _User(_Lean, UserTask): ...


class _Catch(_Lean, IntermediateCatchEvent): ...


class _Boundary(_Lean, BoundaryEvent): ...


class _Call(_Lean, CallActivity): ...


class _SubProcess(_Lean, SubWorkflowTask): ...


class _Parallel(_Lean, ParallelGateway): ...


class _BoundarySplit(_Lean, BoundaryEventSplit): ...


class _BoundaryJoin(_Lean, BoundaryEventJoin): ...


class _Rule(_Lean, NoneTask):
    """A business rule task: decides and goes on; no one has to press anything."""

    def __init__(self, wf_spec: Any, element: Element) -> None:
        super().__init__(wf_spec, element.id, manual=False)
        self.manual = False
        self.element = element

    def _run_hook(self, my_task: Any) -> bool:
        my_task.workflow.script_engine.context.decide(self.element)
        return True


class _Exclusive(_Lean, ExclusiveGateway):
    """Takes the one way whose guard is true, else the default; anything ambiguous is stuck, never guessed."""

    def _run_hook(self, my_task: Any) -> bool:
        engine = my_task.workflow.script_engine
        true: list[str] = []
        unknown = False
        for condition, target in self.cond_task_specs:
            if condition is None:
                continue
            answer = engine.evaluate(my_task, condition)
            true += [target] if answer else []
            unknown = unknown or answer is None
        if len(true) > 1:
            raise FlowError("ways_overlap", self.name, "More than one way on is open")
        if not true and unknown:
            raise FlowError("guard_unknown", self.name, "The way on depends on something that is not known yet")
        target = true[0] if true else self.default_task_spec
        if target is None:
            raise FlowError("no_way_on", self.name, "No way on is open")
        my_task._sync_children([my_task.workflow.spec.get_task_spec_from_name(target)], TaskState.FUTURE)
        return True


class _Event(EventDefinition):
    """Never fires by itself: `Flows.advance` asks each kind since when it `could_fire`, and lets one fire at a time."""

    def has_fired(self, my_task: Any) -> bool:
        return False


class _Timer(_Event):
    """Fires at a moment that was fixed when the wait began; never early."""

    def __init__(self, element: Element) -> None:
        super().__init__(description="Timer")
        self.element = element

    def has_fired(self, my_task: Any) -> bool:
        if my_task._get_internal_data("event_value") is None:
            due = my_task.workflow.script_engine.context.due(self.element)
            my_task._set_internal_data(event_value=due.isoformat())
        return False

    def could_fire(self, my_task: Any) -> datetime | None:
        due = datetime.fromisoformat(my_task.internal_data["event_value"])
        return due if due <= my_task.workflow.script_engine.context.now else None


class _Condition(_Event):
    """Level-triggered over the state of the case: could fire whenever it is true, from now on."""

    def __init__(self, text: str) -> None:
        super().__init__(description="Conditional")
        self.text = text

    def could_fire(self, my_task: Any) -> datetime | None:
        engine = my_task.workflow.script_engine
        return engine.context.now if engine.evaluate(my_task, self.text) is True else None


class _Process(BpmnProcessSpec):
    """A process spec whose own start and end steps are lean, too."""

    def __init__(self, key: str) -> None:
        WorkflowSpec.__init__(self, name=key, filename=None)
        self.bpmn_start_events: list[Any] = []
        self.start = _Start(self, "Start")
        self.end = _Join(self, f"{key}.EndJoin")
        self.end.connect(_End(self, "End"))
        self.svg = None
        self.description = None
        self.io_specification = None
        self.data_objects: dict[str, Any] = {}
        self.data_stores: dict[str, Any] = {}
        self.correlation_keys: dict[str, Any] = {}


class ClosedEngine:
    """The only script engine there is: evaluates the house's expressions, executes nothing."""

    def __init__(self, context: Context) -> None:
        self.context = context

    def evaluate(self, task: Any, expression: str, external_context: Any = None) -> bool | None:
        return self.context.evaluate(expressions.parse(expression))

    def execute(self, task: Any, script: str, external_context: Any = None) -> None:
        raise FlowError("script", task.task_spec.name, "Diagrams hold no scripts")

    def call_service(self, task: Any, **kwargs: Any) -> None:
        raise FlowError("script", task.task_spec.name, "Diagrams call no services")


class CaseWorkflow(BpmnWorkflow):
    """A workflow that cannot have any script engine but ours, new or restored."""

    def __init__(self, spec: Any, subprocess_specs: Any, context: Context, **kwargs: Any) -> None:
        self._engine = ClosedEngine(context)
        super().__init__(spec, subprocess_specs, self._engine, **kwargs)

    @property
    def script_engine(self) -> ClosedEngine:
        return self._engine

    @script_engine.setter
    def script_engine(self, engine: Any) -> None:
        raise TypeError("A case has one script engine, and it is not replaced")


# --- Compiling ------------------------------------------------------------------------------------------


def _spec_of(spec: _Process, element: Element) -> Any:  # noqa: C901  # one case a kind of the house profile
    match element.kind:
        case "start":
            return _StartEvent(spec, element.id, NoneEventDefinition())
        case "end":
            return _EndEvent(spec, element.id, NoneEventDefinition())
        case "terminate":
            return _EndEvent(spec, element.id, TerminateEventDefinition())
        case "user":
            return _User(spec, element.id, lane=element.lane)
        case "rule":
            return _Rule(spec, element)
        case "call":
            return _Call(spec, element.id, element.called)
        case "subprocess":
            return _SubProcess(spec, element.id, element.id)
        case "exclusive":
            return _Exclusive(spec, element.id)
        case "parallel":
            return _Parallel(spec, element.id)
        case "timer":
            return _Catch(spec, element.id, _Timer(element))
        case "conditional":
            return _Catch(spec, element.id, _Condition(_text(element)))
        case "boundary_timer":
            return _Boundary(spec, element.id, _Timer(element), cancel_activity=element.interrupting)
        case "boundary_conditional":
            return _Boundary(spec, element.id, _Condition(_text(element)), cancel_activity=element.interrupting)
    raise AssertionError(element.kind)


def _text(element: Element) -> str:
    if element.condition is None:
        raise ValueError(f"Expected a condition at {element.where}")
    return expressions.write(element.condition)


def _compile_level(diagram: Diagram, parent: str, key: str) -> _Process:
    """The spec of one level of a diagram: the process itself (parent '') or one embedded sub-process."""
    spec = _Process(key)
    level = [element for element in diagram.elements.values() if element.parent == parent]
    entries: dict[str, Any] = {}
    made: dict[str, Any] = {}
    for element in level:
        made[element.id] = entries[element.id] = _spec_of(spec, element)
        if element.kind == "start":
            spec.start.connect(made[element.id])
        elif element.kind in ("end", "terminate"):
            made[element.id].connect(spec.end)
    _attach_boundaries(spec, level, made, entries)
    for flow in (flow for element in level for flow in diagram.outgoing(element.id)):
        source, target = made[flow.source], entries[flow.target]
        if isinstance(source, _Exclusive) and flow.condition is not None and not flow.is_default:
            source.connect_if(expressions.write(flow.condition), target)
        else:
            source.connect(target)
    return spec


def _attach_boundaries(spec: _Process, level: list[Element], made: dict[str, Any], entries: dict[str, Any]) -> None:
    """Puts a split before, and a join behind, each step that has boundary events (as SpiffWorkflow expects)."""
    hosts: dict[str, list[Element]] = {}
    for element in level:
        if element.attached_to is not None:
            hosts.setdefault(element.attached_to, []).append(element)
    for host, boundaries in hosts.items():
        split = _BoundarySplit(spec, f"{host}.split")
        join = _BoundaryJoin(spec, f"{host}.join", split_task=split.name, cancel=True)
        for child in (made[host], *(made[boundary.id] for boundary in boundaries)):
            split.connect(child)
            child.connect(join)
        entries[host] = split


@dataclass(frozen=True)
class Flows:
    """The compiled diagrams of one edition; compiled once, shared by every case that is pinned to it."""

    library: Library

    @cached_property
    def _specs(self) -> dict[str, _Process]:
        specs: dict[str, _Process] = {}
        for diagram in self.library.pathway.diagrams.values():
            specs[diagram.key] = _compile_level(diagram, "", diagram.key)
            for element in diagram.elements.values():
                if element.kind == "subprocess":
                    specs[element.id] = _compile_level(diagram, element.id, element.id)
        return specs

    @cached_property
    def _elements(self) -> Mapping[str, Element]:
        """Element ids are unique over all diagrams of a pathway."""
        return {e.id: e for diagram in self.library.pathway.diagrams.values() for e in diagram.elements.values()}

    def element(self, id: str) -> Element:
        return self._elements[id]

    @cached_property
    def _order(self) -> Mapping[str, int]:
        """Where each step stands in its file; the split and the join of its boundary events stand where it does."""
        return {name: number for number, id in enumerate(self._elements) for name in (id, f"{id}.split", f"{id}.join")}

    def start(self, key: str, context: Context) -> Standing:
        """Starts the process `key` and runs it to where people, timers or conditions are waited for."""
        return self._to_rest(CaseWorkflow(self._specs[key], self._specs, context), context)

    def complete(self, key: str, snapshot: bytes, task_id: str, context: Context) -> Standing:
        """Completes the user task and runs on. Raises FlowError('not_ready') unless it waits for a person."""
        workflow = self._restore(key, snapshot, context)
        task = _find(workflow, task_id)
        if task is None or task.state != TaskState.READY or not task.task_spec.manual:
            raise FlowError("not_ready", task.task_spec.name if task else "", "This step does not wait for anyone now")
        task.run()
        context.passed(self._elements[task.task_spec.name])
        return self._to_rest(workflow, context)

    def advance(self, key: str, snapshot: bytes, context: Context) -> Standing:
        """Lets one event fire and runs on: what this event takes away fires no more. Of the timers that are due and
        the conditions that are true the one that is due longest, for which a condition counts as due now; of those,
        the first in the drawing."""
        workflow = self._restore(key, snapshot, context)
        could = [(task.task_spec.event_definition.could_fire(task), task) for task in _events(workflow)]
        since = min((moment for moment, _ in could if moment is not None), default=None)
        if since is not None:
            self._first(task for moment, task in could if moment == since)._ready()
        return self._to_rest(workflow, context)

    def _to_rest(self, workflow: CaseWorkflow, context: Context) -> Standing:
        """Takes every step that needs nobody, one at a time, the first in the drawing, and looks anew after each: one
        that is ready may be taken away by another."""
        steps = 0
        while task := self._first(_ready(workflow)):
            steps += 1
            if steps > STEP_BUDGET:
                raise FlowError("runs_in_circles", task.task_spec.name, "The diagram runs in circles without anyone")
            task.run()
            element = self._elements.get(task.task_spec.name)
            if element is not None:
                context.passed(element)
        return self._standing(workflow)

    def _first(self, tasks: Iterable[Any]) -> Any:
        """The first of the tasks in the order of the drawing, or None; what stands within a step, where it does."""
        return min(tasks, key=self._place, default=None)

    def _place(self, task: Any) -> tuple[int, ...]:
        around = task.workflow.parent_task_id
        outer = () if around is None else self._place(task.workflow.top_workflow.get_task_from_id(around))
        return (*outer, self._order.get(task.task_spec.name, 0))  # the start and the end of a level run alone in it

    def _standing(self, workflow: CaseWorkflow) -> Standing:
        _prune(workflow)
        ended = workflow.is_completed()
        tasks: list[ReadyTask] = []
        timers: list[SetTimer] = []
        waits: list[Wait] = []
        for task in () if ended else _open_tasks(workflow):
            element = self._elements.get(task.task_spec.name)
            if element is None:
                continue
            if element.kind == "user":
                tasks.append(ReadyTask(str(task.id), element.id))
            elif element.timer is not None:
                due = datetime.fromisoformat(task.internal_data["event_value"])
                timers.append(SetTimer(str(task.id), element.id, due))
            elif element.condition is not None:
                waits.append(Wait(str(task.id), element.id, expressions.write(element.condition)))
        if not ended and not (tasks or timers or waits):
            raise FlowError("dead_end", workflow.spec.name, "Nothing is left that could happen next")
        return Standing(b"" if ended else _write(workflow), ended, tuple(tasks), tuple(timers), tuple(waits))

    def _restore(self, key: str, snapshot: bytes, context: Context) -> CaseWorkflow:
        state = orjson.loads(snapshot)
        if state.get("version") != SNAPSHOT_VERSION:
            raise FlowError("snapshot", key, "The state was written by another version of the engine")
        workflow = CaseWorkflow(self._specs[key], self._specs, context, deserializing=True)
        _read_tasks(workflow, state)
        for record in state["within"]:  # parents stand before the processes within them
            parent = _find(workflow, record["parent"])
            if parent is None:
                raise FlowError("snapshot", key, "The state names a step that is gone")
            inner = BpmnSubWorkflow(self._specs[record["spec"]], parent.id, workflow, deserializing=True)
            _read_tasks(inner, record)
            workflow.subprocesses[parent.id] = inner
            inner.completed_event.connect(parent.task_spec._on_subworkflow_completed, parent)
        return workflow


# --- State ----------------------------------------------------------------------------------------------


def _levels(workflow: CaseWorkflow) -> Iterable[Any]:
    yield workflow
    yield from workflow.subprocesses.values()


def _ready(workflow: CaseWorkflow) -> Iterable[Any]:
    """The tasks that go on without a person."""
    for level in _levels(workflow):
        yield from (t for t in level.tasks.values() if t.state == TaskState.READY and not t.task_spec.manual)


def _events(workflow: CaseWorkflow) -> Iterable[Any]:
    """The timers and conditions that wait."""
    for level in _levels(workflow):
        for task in level.tasks.values():
            if task.state == TaskState.WAITING and isinstance(task.task_spec, _Catch | _Boundary):
                yield task


def _open_tasks(workflow: CaseWorkflow) -> Iterable[Any]:
    for level in _levels(workflow):
        for task in level.tasks.values():
            waits = task.state == TaskState.READY and task.task_spec.manual
            if waits or task.state == TaskState.WAITING:
                yield task


def _find(workflow: CaseWorkflow, task_id: str) -> Any:
    id = UUID(task_id)
    return next((level.tasks[id] for level in _levels(workflow) if id in level.tasks), None)


def _write(workflow: CaseWorkflow) -> bytes:
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


def _prune(workflow: CaseWorkflow) -> None:
    """Forgets finished history: cost stays flat however long a case lives (rule verified in engine.md 4)."""
    for level in _levels(workflow):
        _prune_level(level)
    for id in list(workflow.subprocesses):
        inner = workflow.subprocesses.get(id)
        parent = next((lv.tasks[id] for lv in _levels(workflow) if id in lv.tasks), None)
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
