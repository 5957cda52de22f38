"""The shapes of tasks: a row of the list, and a task with its form."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from engine.views import TaskItem, TaskView, VisitTold
from web.api.pages import PageShape
from web.api.shapes import BecauseShape, ClockShape, DutyShape, FormShape, ToldShape, Words


class VisitOfShape(BaseModel):
    """The visit that a task is a step of."""

    title: Annotated[Words | None, Field(description="Null for those who may not know what the visit is for")]
    due_at: datetime | None


class TaskRowShape(BaseModel):
    """A task that waits for a role."""

    id: str
    version: int
    case_id: str
    case_code: str
    title: Words
    process_title: Words
    role: str
    role_title: Words
    door: Annotated[
        Words | None,
        Field(description="How the survivor came; null for those who may not know it (in lists: of every case)"),
    ]
    opened_at: datetime
    due_at: datetime | None
    claimed_by: str | None
    mine: bool
    group: Literal["now", "soon", "waiting"]
    urgent: Annotated[bool, Field(description="Whether the step is urgent in itself, as its diagram says")]
    element: str
    visit: Annotated[
        VisitOfShape | None,
        Field(description="Which visit it is a step of: two of one case may ask the same. Null when it is of none"),
    ]

    @classmethod
    def of(cls, item: TaskItem) -> TaskRowShape:
        return cls.model_validate(item, from_attributes=True)


class TasksShape(PageShape):
    tasks: list[TaskRowShape]


class TaskVersionShape(BaseModel):
    task_id: str
    version: int


class VisitToldShape(BaseModel):
    """What a visit recorded."""

    title: Annotated[Words | None, Field(description="Null for the visit that this task is a step of")]
    due_at: Annotated[datetime | None, Field(description="Null as `title` is")]
    facts: list[ToldShape]

    @classmethod
    def of(cls, visit: VisitTold) -> VisitToldShape:
        title = dict(visit.title) if visit.title else None
        return cls(title=title, due_at=visit.due_at, facts=[ToldShape.of(item) for item in visit.facts])


class TaskShape(TaskRowShape):
    """A task with its form: what POST /tasks/{id}/complete wants as `answers`."""

    form: FormShape
    saved: Annotated[dict[str, object], Field(description="Half-filled answers, or what is already known and lasts")]
    before: Annotated[
        list[ToldShape], Field(description="What was answered before to what is asked anew: ask, do not send it back")
    ]
    blocked: Annotated[BecauseShape | None, Field(description="Why it cannot be completed now")]
    why: list[BecauseShape]
    leads_to: list[Words]
    clocks: list[ClockShape]
    shows: Annotated[
        list[ToldShape], Field(description="What whoever does it must have before them, such as safe times to call")
    ]
    told: Annotated[list[ToldShape], Field(description="What is known of the case as a whole: do not ask again")]
    visits: Annotated[list[VisitToldShape], Field(description="What its visits recorded: this task's first, if any")]
    duties: list[DutyShape]
    shown: Annotated[datetime, Field(description="Until when what it shows was recorded: send it with the answers")]

    @classmethod
    def whole(cls, view: TaskView) -> TaskShape:
        row = TaskRowShape.of(view.item)
        return cls(
            **row.model_dump(),
            form=FormShape.of(view.form, view.schema),
            saved=dict(view.saved),
            before=[ToldShape.of(item) for item in view.before],
            blocked=BecauseShape.of(view.blocked) if view.blocked else None,
            why=[BecauseShape.of(item) for item in view.why],
            leads_to=[dict(name) for name in view.leads_to],
            clocks=[ClockShape.of(item) for item in view.clocks],
            shows=[ToldShape.of(item) for item in view.shows],
            told=[ToldShape.of(item) for item in view.told],
            visits=[VisitToldShape.of(item) for item in view.visits],
            duties=[DutyShape.of(item) for item in view.duties],
            shown=view.shown,
        )
