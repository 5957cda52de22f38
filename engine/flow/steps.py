"""SpiffWorkflow's steps and events as we use them: nothing is predicted or guessed, no event fires by itself."""

from __future__ import annotations

from datetime import datetime
from typing import Any

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
from SpiffWorkflow.specs import WorkflowSpec

from engine import expressions
from engine.flow.contract import Context, FlowError
from engine.library import Element


class _Lean:
    """No look-ahead: the children of a step are made when it runs, not foretold."""

    def _predict(self, my_task: Any, seen: Any = None, looked_ahead: int = 0, mask: Any = None) -> None:
        return

    def _run(self, my_task: Any) -> Any:
        if not my_task._children:
            self._predict_hook(my_task)  # type: ignore[attr-defined]
        return super()._run(my_task)  # type: ignore[misc]


class Start(_Lean, BpmnStartTask): ...


class End(_Lean, SimpleBpmnTask): ...


class Join(_Lean, _EndJoin): ...


class StartStep(_Lean, StartEvent): ...


class EndStep(_Lean, EndEvent): ...


class User(_Lean, UserTask): ...


class Catch(_Lean, IntermediateCatchEvent): ...


class Boundary(_Lean, BoundaryEvent): ...


class Call(_Lean, CallActivity): ...


class SubProcess(_Lean, SubWorkflowTask): ...


class Parallel(_Lean, ParallelGateway): ...


class BoundarySplit(_Lean, BoundaryEventSplit): ...


class BoundaryJoin(_Lean, BoundaryEventJoin): ...


class Rule(_Lean, NoneTask):
    """A business rule task: decides and goes on; no one has to press anything."""

    def __init__(self, wf_spec: Any, element: Element) -> None:
        super().__init__(wf_spec, element.id, manual=False)
        self.manual = False
        self.element = element

    def _run_hook(self, my_task: Any) -> bool:
        my_task.workflow.script_engine.context.decide(self.element)
        return True


class Exclusive(_Lean, ExclusiveGateway):
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


class Event(EventDefinition):
    """Never fires by itself: `Flows.advance` asks each kind since when it `could_fire`, and lets one fire at a time."""

    def has_fired(self, my_task: Any) -> bool:
        return False


class Timer(Event):
    """Fires at a moment that is fixed when the wait begins, and moved by `Flows.move_timers` alone; never early."""

    def __init__(self, element: Element) -> None:
        super().__init__(description="Timer")
        self.element = element

    def has_fired(self, my_task: Any) -> bool:
        if my_task._get_internal_data("event_value") is None:
            self.wait_until(my_task, my_task.workflow.script_engine.context.due(self.element))
        return False

    def wait_until(self, my_task: Any, due: datetime) -> None:
        my_task._set_internal_data(event_value=due.isoformat())

    def could_fire(self, my_task: Any) -> datetime | None:
        due = datetime.fromisoformat(my_task.internal_data["event_value"])
        return due if due <= my_task.workflow.script_engine.context.now else None


class Condition(Event):
    """Level-triggered over the state of the case: could fire whenever it is true, from now on."""

    def __init__(self, text: str) -> None:
        super().__init__(description="Conditional")
        self.text = text

    def could_fire(self, my_task: Any) -> datetime | None:
        engine = my_task.workflow.script_engine
        return engine.context.now if engine.evaluate(my_task, self.text) is True else None


class ProcessSpec(BpmnProcessSpec):
    """A process spec whose own start and end steps are lean, too."""

    def __init__(self, key: str) -> None:
        WorkflowSpec.__init__(self, name=key, filename=None)
        self.bpmn_start_events: list[Any] = []
        self.start = Start(self, "Start")
        self.end = Join(self, f"{key}.EndJoin")
        self.end.connect(End(self, "End"))
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
