"""Runs the compiled diagrams of an edition: starts a process, completes a task, lets an event fire."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from SpiffWorkflow import TaskState

from engine import expressions
from engine.flow.compiling import compiled
from engine.flow.contract import NOWHERE, Context, FlowError, Places, ReadyTask, SetTimer, Standing
from engine.flow.levels import events, find, open_tasks, places, prune, ready
from engine.flow.snapshot import restored, written
from engine.flow.steps import CaseWorkflow, ProcessSpec
from engine.library import Element, Library
from engine.model import Wait

STEP_BUDGET = 450
"""Steps the engine may take without a person before a process counts as running in circles. Below the depth
(1,000) at which SpiffWorkflow stops without a word."""


@dataclass(frozen=True)
class Flows:
    """The compiled diagrams of one edition; compiled once, shared by every case that is pinned to it."""

    library: Library

    @cached_property
    def _specs(self) -> Mapping[str, ProcessSpec]:
        return compiled(self.library)

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
        workflow = restored(key, snapshot, self._specs, context)
        was = places(workflow, self._elements)
        task = find(workflow, task_id)
        if task is None or task.state != TaskState.READY or not task.task_spec.manual:
            raise FlowError("not_ready", task.task_spec.name if task else "", "This step does not wait for anyone now")
        task.run()
        context.passed(self._elements[task.task_spec.name])
        return self._to_rest(workflow, context, was, task.task_spec.name)

    def advance(self, key: str, snapshot: bytes, context: Context) -> Standing:
        """Lets one event fire and runs on: what this event takes away fires no more. Of the timers that are due and
        the conditions that are true the one that is due longest, for which a condition counts as due now; of those,
        the first in the drawing."""
        workflow = restored(key, snapshot, self._specs, context)
        was = places(workflow, self._elements)
        could = [(task.task_spec.event_definition.could_fire(task), task) for task in events(workflow)]
        since = min((moment for moment, _ in could if moment is not None), default=None)
        if since is None:
            return self._to_rest(workflow, context, was)
        fires = self._first(task for moment, task in could if moment == since)
        fires._ready()
        return self._to_rest(workflow, context, was, fires.task_spec.name)

    def move_timers(self, key: str, snapshot: bytes, due: Mapping[str, datetime], context: Context) -> Standing:
        """The process where it waits, with some of its timers due at other moments, earlier or later; nothing fires."""
        workflow = restored(key, snapshot, self._specs, context)
        for id, moment in due.items():
            task = find(workflow, id)
            if task is None or task.state != TaskState.WAITING:
                raise FlowError("snapshot", key, "The state does not wait for a time that is to be moved")
            task.task_spec.event_definition.wait_until(task, moment)
        return self._to_rest(workflow, context, places(workflow, self._elements))

    def _to_rest(
        self, workflow: CaseWorkflow, context: Context, was: Places | None = NOWHERE, step: str = ""
    ) -> Standing:
        """Takes every step that needs nobody, one at a time, the first in the drawing, and looks anew after each: one
        that is ready may be taken away by another."""
        steps = 0
        while task := self._first(ready(workflow)):
            steps += 1
            if steps > STEP_BUDGET:
                raise FlowError("runs_in_circles", task.task_spec.name, "The diagram runs in circles without anyone")
            task.run()
            element = self._elements.get(task.task_spec.name)
            if element is not None:
                context.passed(element)
        return self._standing(workflow, was, step)

    def _first(self, tasks: Iterable[Any]) -> Any:
        """The first of the tasks in the order of the drawing, or None; what stands within a step, where it does."""
        return min(tasks, key=self._place, default=None)

    def _place(self, task: Any) -> tuple[int, ...]:
        around = task.workflow.parent_task_id
        outer = () if around is None else self._place(task.workflow.top_workflow.get_task_from_id(around))
        return (*outer, self._order.get(task.task_spec.name, 0))  # the start and the end of a level run alone in it

    def _standing(self, workflow: CaseWorkflow, was: Places | None, step: str) -> Standing:
        prune(workflow)
        ended = workflow.is_completed()
        tasks: list[ReadyTask] = []
        timers: list[SetTimer] = []
        waits: list[Wait] = []
        for task in () if ended else open_tasks(workflow):
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
        snapshot, here = (b"", NOWHERE) if ended else (written(workflow), places(workflow, self._elements))
        return Standing(snapshot, ended, tuple(tasks), tuple(timers), tuple(waits), was, step, here)
