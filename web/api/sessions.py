"""Signing an API client in and out."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from engine.clock import now
from engine.model import Problem, Refusal
from web.api.guard import PUBLIC, SESSION_END, Guarded, House, Token, action
from web.api.requests import SignIn
from web.api.shapes import SessionShape
from web.tokens import OPEN, SCOPES

router = APIRouter(prefix="/sessions", tags=["sessions"], route_class=Guarded)


@router.post("", status_code=201, summary="Sign in: a token for the Authorization header")
@action(PUBLIC)
def sign_in(body: SignIn, house: House, request: Request) -> SessionShape:
    moment = now()
    address = request.client.host if request.client else ""
    narrowed = None if body.scopes is None else frozenset(body.scopes)
    token, _ = house.people.sign_in(body.login, body.password, address, moment, kind="api", scopes=narrowed)
    signed_in = house.people.api_session(token, moment)
    assert signed_in is not None  # noqa: S101  # it was started a moment ago
    person = signed_in.person
    may = (house.desk.actions(person) & SCOPES) | OPEN
    scopes = may if narrowed is None else may & narrowed
    if not scopes:
        house.people.sign_out(token, moment)
        raise _good_for_nothing()
    return SessionShape(
        token=token,
        ends_at=signed_in.ends_at,
        person=person.id,
        name=person.name,
        roles={centre: sorted(roles) for centre, roles in person.roles.items()},
        scopes=sorted(scopes),
    )


def _good_for_nothing() -> Refusal:
    message = "Your roles include none of these scopes; without `scopes` the token is for all that they include"
    return Refusal(
        "invalid_answers",
        "Nothing could be done with this token",
        problems=(Problem("scopes", "not_held", message),),
    )


@router.delete("", status_code=204, summary="Sign out: the token is dead at once")
@action(SESSION_END)
def sign_out(house: House, token: Token) -> Response:
    house.people.sign_out(token, now())
    return Response(status_code=204)
