"""Opening, reading and correcting cases."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from engine.store.records import CaseKey
from engine.views import CaseItem, Page
from web.api.case_shapes import (
    CaseRowShape,
    CaseShape,
    CasesShape,
    DoorShape,
    DoorsShape,
    DutiesShape,
    IdentityShape,
    LineShape,
    TrailShape,
)
from web.api.guard import Caller, Command, Guarded, House, action, at_centre
from web.api.pages import LINKED, MOST, Cursor, Cursors, Limit, Moment, Seq
from web.api.pages import Id as KeyId
from web.api.reading import LISTED, NOT_MODIFIED, Asked
from web.api.requests import AnswerLater, AskIdentity, CorrectFact, Id, OpenCase, RecordFacts, with_moment
from web.api.shapes import DutyShape, OutcomeShape, ToldShape

router = APIRouter(tags=["cases"], route_class=Guarded)
Centre = Annotated[str, Query(max_length=100, pattern=r"^[\w.:-]+$", description="Id of a centre of yours")]
AnyCentre = Annotated[str | None, Query(max_length=100, pattern=r"^[\w.:-]+$")]
CASES: Cursors[CaseKey] = Cursors("cases", tuple[Moment, KeyId])
ENTRIES: Cursors[int] = Cursors("trail", Seq)


@router.get("/doors", summary="The ways to arrive at a centre, each with the form that opens a case")
@action("case.open")
def doors(centre: Centre, house: House, caller: Caller) -> DoorsShape:
    return DoorsShape(doors=[DoorShape.of(door) for door in house.desk.doors(at_centre(caller.person, centre), centre)])


@router.post("/cases", status_code=201, summary="Open a case through one of the doors")
@action("case.open")
def open_case(body: OpenCase, house: House, caller: Caller, command: Command) -> OutcomeShape:
    answers = with_moment(body.answers, body.happened_at)
    return OutcomeShape.of(house.desk.open_case(caller.person, body.centre, body.door, answers, command))


@router.get(
    "/cases",
    summary="The open cases of your centres, or of one of them, for those who oversee them; newest first",
    response_model=CasesShape,
    responses=LISTED,
)
@action("board.read")
def cases(
    house: House, caller: Caller, asked: Asked, centre: AnyCentre = None, limit: Limit = MOST, cursor: Cursor = None
) -> Response:
    def shape(page: Page[CaseItem, CaseKey]) -> CasesShape:
        return CasesShape(cases=[CaseRowShape.of(item) for item in page.items], next=CASES.write(page.after))

    person = at_centre(caller.person, centre)
    house.desk.cases(person, CASES.read(cursor), limit, unchanged=asked.as_before(shape))
    return asked.answer()


@router.get(
    "/cases/{id}",
    summary="A case, cut to what you may see; reading it is written in its trail",
    response_model=CaseShape,
    responses=NOT_MODIFIED,
)
@action("case.read")
def case(id: Id, house: House, caller: Caller, asked: Asked) -> Response:
    house.desk.case(caller.person, id, unchanged=asked.as_before(CaseShape.of))
    return asked.answer()


@router.post("/cases/{id}/identity", summary="Who the survivor is, with why you ask; both are written in the trail")
@action("identity.read")
def identity(id: Id, body: AskIdentity, house: House, caller: Caller) -> IdentityShape:
    return IdentityShape(facts=[ToldShape.of(told) for told in house.desk.identity(caller.person, id, body.why)])


@router.get("/cases/{id}/duties", summary="What law and protocol oblige the centre to do in this case")
@action("case.read")
def duties(id: Id, house: House, caller: Caller) -> DutiesShape:
    return DutiesShape(duties=[DutyShape.of(duty) for duty in house.desk.duties(caller.person, id)])


@router.get("/cases/{id}/trail", summary="Who did and read what, newest first", responses={200: {"headers": LINKED}})
@action("trail.read")
def trail(
    id: Id,
    house: House,
    caller: Caller,
    request: Request,
    response: Response,
    limit: Limit = MOST,
    cursor: Cursor = None,
) -> TrailShape:
    page = house.desk.trail(caller.person, id, ENTRIES.read(cursor), limit)
    shape = TrailShape(lines=[LineShape.of(line) for line in page.items], next=ENTRIES.write(page.after))
    response.headers.update(shape.link(request))
    return shape


@router.post("/cases/{id}/forms/{form}", summary="Record one of the forms that may be filled at any time")
@action("facts.record")
def record(id: Id, form: Id, body: RecordFacts, house: House, caller: Caller, command: Command) -> OutcomeShape:
    answers = with_moment(body.answers, body.happened_at)
    return OutcomeShape.of(
        house.desk.record_facts(caller.person, id, form, answers, command, body.going_on(), body.shown)
    )


@router.post("/cases/{id}/left-out/{form}", summary="Answer what a form left out when it was filled in")
@action("task.work")
def answer_later(id: Id, form: Id, body: AnswerLater, house: House, caller: Caller, command: Command) -> OutcomeShape:
    answers = with_moment(body.answers, body.happened_at)
    return OutcomeShape.of(house.desk.answer_later(caller.person, id, form, answers, command))


@router.post("/cases/{id}/facts", summary="Correct a fact: the rules decide again, what was sent stays sent")
@action("fact.correct")
def correct(id: Id, body: CorrectFact, house: House, caller: Caller, command: Command) -> OutcomeShape:
    correction = (body.name, body.scope, body.recorded_at, body.value, body.reason)
    return OutcomeShape.of(house.desk.correct_fact(caller.person, id, *correction, command, body.also))
