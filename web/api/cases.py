"""Opening, reading and correcting cases."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from web.api.guard import Caller, Command, Guarded, House, action
from web.api.shapes import (
    AskIdentity,
    CorrectFact,
    DutyShape,
    Id,
    OpenCase,
    OutcomeShape,
    RecordFacts,
    ToldShape,
    with_moment,
)
from web.api.views import CaseShape, DoorShape, DoorsShape, DutiesShape, IdentityShape, LineShape, TrailShape

router = APIRouter(tags=["cases"], route_class=Guarded)
Centre = Annotated[str, Query(max_length=100, pattern=r"^[\w.:-]+$", description="Id of a centre of yours")]
Before = Annotated[
    int | None, Query(ge=1, le=2**63 - 1, description="Only entries before this `seq`: the page after one read")
]


@router.get("/doors", summary="The ways to arrive at a centre, each with the form that opens a case")
@action("case.open")
def doors(centre: Centre, house: House, caller: Caller) -> DoorsShape:
    return DoorsShape(doors=[DoorShape.of(door) for door in house.desk.doors(caller.person, centre)])


@router.post("/cases", status_code=201, summary="Open a case through one of the doors")
@action("case.open")
def open_case(body: OpenCase, house: House, caller: Caller, command: Command) -> OutcomeShape:
    answers = with_moment(body.answers, body.happened_at)
    return OutcomeShape.of(house.desk.open_case(caller.person, body.centre, body.door, answers, command))


@router.get("/cases/{id}", summary="A case, cut to what you may see; reading it is written in its trail")
@action("case.read")
def case(id: Id, house: House, caller: Caller) -> CaseShape:
    return CaseShape.of(house.desk.case(caller.person, id))


@router.post("/cases/{id}/identity", summary="Who the survivor is, with why you ask; both are written in the trail")
@action("case.read")
def identity(id: Id, body: AskIdentity, house: House, caller: Caller) -> IdentityShape:
    return IdentityShape(facts=[ToldShape.of(told) for told in house.desk.identity(caller.person, id, body.why)])


@router.get("/cases/{id}/duties", summary="What law and protocol oblige the centre to do in this case")
@action("case.read")
def duties(id: Id, house: House, caller: Caller) -> DutiesShape:
    return DutiesShape(duties=[DutyShape.of(duty) for duty in house.desk.duties(caller.person, id)])


@router.get("/cases/{id}/trail", summary="Who did and read what")
@action("trail.read")
def trail(id: Id, house: House, caller: Caller, before: Before = None) -> TrailShape:
    return TrailShape(lines=[LineShape.of(line) for line in house.desk.trail(caller.person, id, before)])


@router.post("/cases/{id}/forms/{form}", summary="Record one of the forms that may be filled at any time")
@action("facts.record")
def record(id: Id, form: Id, body: RecordFacts, house: House, caller: Caller, command: Command) -> OutcomeShape:
    answers = with_moment(body.answers, body.happened_at)
    return OutcomeShape.of(house.desk.record_facts(caller.person, id, form, answers, command))


@router.post("/cases/{id}/facts", summary="Correct a fact: the rules decide again, what was sent stays sent")
@action("fact.correct")
def correct(id: Id, body: CorrectFact, house: House, caller: Caller, command: Command) -> OutcomeShape:
    return OutcomeShape.of(
        house.desk.correct_fact(caller.person, id, body.name, body.scope, body.value, body.reason, command)
    )
