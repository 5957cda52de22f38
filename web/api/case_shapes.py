"""The shapes of cases: the ways to arrive, a row of the list, a case with its services and visits, its trail."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from engine.views import CaseItem, CaseView, DoorView, Line, ServiceView, VisitView
from web.api.pages import PageShape
from web.api.shapes import ClockShape, DutyShape, FormShape, ToldShape, Words
from web.api.task_shapes import TaskRowShape


class DoorShape(BaseModel):
    """A way to arrive. `form` is what POST /cases wants as `answers`."""

    id: str
    title: Words
    form: FormShape

    @classmethod
    def of(cls, door: DoorView) -> DoorShape:
        return cls(id=door.id, title=dict(door.title), form=FormShape.of(door.form))


class DoorsShape(BaseModel):
    doors: list[DoorShape]


class ServiceShape(BaseModel):
    """One process of the case."""

    key: str
    title: Words
    scope: str
    status: Literal["running", "done", "cancelled"]
    started_at: Annotated[datetime | None, Field(description="Null for those who see their own tasks of it alone")]
    ended_at: datetime | None
    tasks: list[TaskRowShape]
    waiting_for: list[Words]

    @classmethod
    def of(cls, service: ServiceView) -> ServiceShape:
        return cls.model_validate(service, from_attributes=True)


class VisitShape(BaseModel):
    """A follow-up visit, with what was recorded of it."""

    id: str
    scope: Annotated[str, Field(description="Of its facts: what POST /cases/{id}/facts wants to correct them")]
    title: Words
    role_title: Words
    due_at: datetime
    opens_at: datetime
    closes_at: datetime
    status: Literal["planned", "open", "done", "cancelled"]
    facts: Annotated[list[ToldShape], Field(description="What was recorded of it, as far as you may see it")]
    correctable: Annotated[list[str], Field(description="Those that POST /cases/{id}/facts may correct")]

    @classmethod
    def of(cls, visit: VisitView) -> VisitShape:
        return cls(
            id=visit.id,
            scope=visit.scope,
            title=dict(visit.title),
            role_title=dict(visit.role_title),
            due_at=visit.due_at,
            opens_at=visit.opens_at,
            closes_at=visit.closes_at,
            status=visit.status,
            facts=[ToldShape.of(item) for item in visit.facts],
            correctable=list(visit.correctable),
        )


class FactsShape(BaseModel):
    """The facts of one field group that the caller may see."""

    group: Words
    facts: list[ToldShape]


class AnytimeShape(BaseModel):
    """A form that may be filled at any time: POST /cases/{id}/forms/{form}."""

    id: str
    title: Words
    form: FormShape


class LeftOutShape(BaseModel):
    """What a form left out when it was filled in, and you may still answer: POST /cases/{id}/left-out/{form}."""

    id: Annotated[str, Field(description="Of the form as a whole")]
    title: Words
    form: Annotated[FormShape, Field(description="With the questions that were left out alone")]


class StuckShape(BaseModel):
    """Where the engine could not go on; a coordinator frees it."""

    id: str
    element: str
    code: str
    why: str
    opened_at: datetime


class CaseShape(BaseModel):
    """A case, cut to what the caller may see."""

    id: str
    code: str
    centre: str
    status: Literal["open", "closed"]
    edition: str
    door: Annotated[Words | None, Field(description="How the survivor came; null for those who may not know it")]
    opened_at: Annotated[datetime | None, Field(description="When they came; null for those who may not know it")]
    closed_at: Annotated[datetime | None, Field(description="Null while it is open, or if you may not know it")]
    duties: list[DutyShape]
    services: list[ServiceShape]
    visit_tasks: Annotated[list[TaskRowShape], Field(description="The open tasks of its visits; `visit` says of which")]
    clocks: list[ClockShape]
    facts: list[FactsShape]
    has_identity: Annotated[bool, Field(description="Whether you may ask POST /cases/{id}/identity")]
    correctable: Annotated[list[str], Field(description="Fact ids that POST /cases/{id}/facts may correct")]
    visits: Annotated[list[VisitShape], Field(description="Newest first")]
    anytime: list[AnytimeShape]
    left_out: list[LeftOutShape]
    stuck: list[StuckShape]
    here: Annotated[dict[str, list[str]], Field(description="Process -> elements where the case stands")]
    shown: Annotated[datetime, Field(description="Until when what it shows was recorded: send it with a form")]

    @classmethod
    def of(cls, view: CaseView) -> CaseShape:
        case = view.case
        return cls(
            id=case.id,
            code=case.code,
            centre=case.current_centre,
            status=case.status,
            edition=case.edition,
            door=dict(case.door) if case.door else None,
            opened_at=case.opened_at,
            closed_at=case.closed_at,
            duties=[DutyShape.of(item) for item in view.duties],
            services=[ServiceShape.of(item) for item in view.services],
            visit_tasks=[TaskRowShape.of(item) for item in view.visit_tasks],
            clocks=[ClockShape.of(item) for item in view.clocks],
            facts=[
                FactsShape(group=dict(group), facts=[ToldShape.of(item) for item in told]) for group, told in view.facts
            ],
            has_identity=view.has_identity,
            correctable=list(view.correctable),
            visits=[VisitShape.of(item) for item in view.visits],
            shown=view.shown,
            anytime=[
                AnytimeShape(id=item.id, title=dict(item.title), form=FormShape.of(item.form)) for item in view.anytime
            ],
            left_out=[
                LeftOutShape(id=late.id, title=dict(late.title), form=FormShape.of(late.form)) for late in view.left_out
            ],
            stuck=[StuckShape.model_validate(item, from_attributes=True) for item in view.stuck if not item.freed_at],
            here={process: list(elements) for process, elements in view.here.items()},
        )


class CaseRowShape(BaseModel):
    """An open case: what is open in it, and nothing that was told."""

    id: str
    code: str
    centre: str
    edition: str
    door: Words
    opened_at: datetime
    open_tasks: int
    open_duties: int

    @classmethod
    def of(cls, item: CaseItem) -> CaseRowShape:
        case = item.case
        return cls(
            id=case.id,
            code=case.code,
            centre=case.current_centre,
            edition=case.edition,
            door=dict(item.door),
            opened_at=case.opened_at,
            open_tasks=item.open_tasks,
            open_duties=item.open_duties,
        )


class CasesShape(PageShape):
    cases: Annotated[list[CaseRowShape], Field(description="Newest first")]


class IdentityShape(BaseModel):
    facts: list[ToldShape]


class DutiesShape(BaseModel):
    duties: list[DutyShape]


class LineShape(BaseModel):
    """One entry of the trail: `kind` and `params` say what was done, never an answer's value. `seq` is its
    number in the centre's trail."""

    seq: int
    at: datetime
    kind: str
    person: str
    person_name: str
    params: dict[str, str]
    names: dict[str, Words]

    @classmethod
    def of(cls, line: Line) -> LineShape:
        return cls.model_validate(line, from_attributes=True)


class TrailShape(PageShape):
    lines: Annotated[list[LineShape], Field(description="Newest first")]
