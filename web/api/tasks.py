"""Listing, reading, claiming and completing tasks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, cast

from fastapi import APIRouter, Depends, Query, Response
from pydantic import Field

from engine.store.records import TaskKey
from engine.views import Page, TaskItem, TaskView
from web.api.guard import Caller, Command, Guarded, House, action, at_centre
from web.api.pages import MOST, Cursor, Cursors, Limit, Moment
from web.api.pages import Id as KeyId
from web.api.reading import LISTED, NOT_MODIFIED, Asked, ETag, drawn, names
from web.api.requests import ChangeTask, ClaimTask, CompleteTask, Id, with_moment
from web.api.shapes import OutcomeShape
from web.api.task_shapes import TaskRowShape, TaskShape, TasksShape, TaskVersionShape

router = APIRouter(prefix="/tasks", tags=["tasks"], route_class=Guarded)
Filter = Annotated[str | None, Query(max_length=100, pattern=r"^[\w.:-]+$")]
Key = tuple[Moment, Annotated[int, Field(ge=0, le=99)], Moment, Moment, KeyId]
CURSORS: Cursors[Key] = Cursors("tasks", Key)


def as_seen(caller: Caller, if_match: ETag = None) -> Callable[[TaskView], bool] | None:
    """Whether a task is what the client says it saw, if it says so."""
    if if_match is None:
        return None
    return lambda view: names(if_match, drawn(caller.person.id, TaskShape.whole(view))[1], weakly=False)


AsSeen = Annotated[Callable[[TaskView], bool] | None, Depends(as_seen)]


@router.get(
    "",
    summary="Open tasks of your roles, at all your centres or one of them: most urgent first, as on the work list",
    response_model=TasksShape,
    responses=LISTED,
)
@action("task.work")
def tasks(
    house: House,
    caller: Caller,
    asked: Asked,
    role: Filter = None,
    centre: Filter = None,
    limit: Limit = MOST,
    cursor: Cursor = None,
) -> Response:
    def shape(page: Page[TaskItem, TaskKey]) -> TasksShape:
        after = cast("Key", tuple(page.after)) if page.after else None
        return TasksShape(tasks=[TaskRowShape.of(item) for item in page.items], next=CURSORS.write(after))

    person = at_centre(caller.person, centre)
    key = CURSORS.read(cursor)
    house.desk.tasks(person, role, TaskKey(*key) if key else None, limit, unchanged=asked.as_before(shape))
    return asked.answer()


@router.get(
    "/{id}",
    summary="A task with its form, why it is there and what is already known",
    response_model=TaskShape,
    responses=NOT_MODIFIED,
)
@action("task.work")
def task(id: Id, house: House, caller: Caller, asked: Asked) -> Response:
    house.desk.task(caller.person, id, unchanged=asked.as_before(TaskShape.whole))
    return asked.answer()


@router.post("/{id}/claim", summary="Take a task, so that others see who does it")
@action("task.work")
def claim(id: Id, body: ClaimTask, house: House, caller: Caller, as_seen: AsSeen) -> TaskVersionShape:
    version = house.desk.claim_task(caller.person, id, body.version, as_seen, over=body.take_over)
    return TaskVersionShape(task_id=id, version=version)


@router.post("/{id}/release", summary="Give a claimed task back to the role")
@action("task.work")
def release(id: Id, body: ChangeTask, house: House, caller: Caller, as_seen: AsSeen) -> TaskVersionShape:
    return TaskVersionShape(task_id=id, version=house.desk.release_task(caller.person, id, body.version, as_seen))


@router.post("/{id}/complete", summary="Complete a task with its answers; the case goes on")
@action("task.work")
def complete(
    id: Id, body: CompleteTask, house: House, caller: Caller, command: Command, as_seen: AsSeen
) -> OutcomeShape:
    answers = with_moment(body.answers, body.happened_at)
    return OutcomeShape.of(
        house.desk.complete_task(
            caller.person, id, body.version, answers, command, as_seen, body.going_on(), shown=body.shown
        )
    )
