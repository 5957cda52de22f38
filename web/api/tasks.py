"""Listing, reading, claiming and completing tasks."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Query

from engine.model import Person, Refusal
from web.api.guard import Caller, Command, Guarded, House, action
from web.api.shapes import ChangeTask, CompleteTask, Id, OutcomeShape, with_moment
from web.api.views import TaskRowShape, TaskShape, TasksShape, TaskVersionShape

router = APIRouter(prefix="/tasks", tags=["tasks"], route_class=Guarded)
Filter = Annotated[str | None, Query(max_length=100, pattern=r"^[\w.:-]+$")]


@router.get("", summary="Open tasks of your roles, at all your centres or one of them")
@action("task.work")
def tasks(house: House, caller: Caller, role: Filter = None, centre: Filter = None) -> TasksShape:
    person = _at(caller.person, centre) if centre else caller.person
    return TasksShape(tasks=[TaskRowShape.of(item) for item in house.desk.work_list(person, role).items])


@router.get("/{id}", summary="A task with its form, why it is there and what is already known")
@action("task.work")
def task(id: Id, house: House, caller: Caller) -> TaskShape:
    return TaskShape.whole(house.desk.task(caller.person, id))


@router.post("/{id}/claim", summary="Take a task, so that others see who does it")
@action("task.work")
def claim(id: Id, body: ChangeTask, house: House, caller: Caller) -> TaskVersionShape:
    return TaskVersionShape(task_id=id, version=house.desk.claim_task(caller.person, id, body.version))


@router.post("/{id}/release", summary="Give a claimed task back to the role")
@action("task.work")
def release(id: Id, body: ChangeTask, house: House, caller: Caller) -> TaskVersionShape:
    return TaskVersionShape(task_id=id, version=house.desk.release_task(caller.person, id, body.version))


@router.post("/{id}/complete", summary="Complete a task with its answers; the case goes on")
@action("task.work")
def complete(id: Id, body: CompleteTask, house: House, caller: Caller, command: Command) -> OutcomeShape:
    answers = with_moment(body.answers, body.happened_at)
    return OutcomeShape.of(house.desk.complete_task(caller.person, id, body.version, answers, command))


def _at(person: Person, centre: str) -> Person:
    """The same person with their roles at one centre only; raises Refusal `not_yours`."""
    if centre not in person.roles:
        raise Refusal("not_yours", "You hold no role at this centre", status=403)
    return replace(person, roles={centre: person.roles[centre]})
