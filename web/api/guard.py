"""Who may call: every route declares its action, and all but public ones need a bearer token."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Header, Request
from fastapi.routing import APIRoute
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from engine.clock import now
from engine.desk import Desk
from engine.model import Refusal
from engine.store.contract import Store
from web.people import People, SignedIn

PUBLIC = "public"
ACTIONS = frozenset(
    {
        PUBLIC,
        "session.end",
        "edition.read",
        "case.open",
        "case.read",
        "task.work",
        "facts.record",
        "fact.correct",
        "trail.read",
    }
)
"""What a route may declare. The Desk decides whether this person may do it to this case."""

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Parts:
    """What the composition root gives to the API."""

    desk: Desk
    people: People
    store: Store


def action(name: str) -> Callable[[Endpoint], Endpoint]:
    """Declares what an endpoint does; raises ValueError for a word that is not an action."""
    if name not in ACTIONS:
        raise ValueError(f"Expected one of {sorted(ACTIONS)}, but got {name!r}")

    def declare(endpoint: Endpoint) -> Endpoint:
        endpoint.__dict__["action"] = name
        return endpoint

    return declare


class Guarded(APIRoute):
    """A route with a declared action; one without cannot be made, so nothing is open by mistake."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        declared = getattr(endpoint, "action", None)
        if declared is None:
            raise TypeError(f"Declare the action of {endpoint.__name__} ({path}) with @action(...)")
        if declared != PUBLIC:
            options["dependencies"] = [Depends(signed_in), *(options.get("dependencies") or ())]
        options["openapi_extra"] = {**(options.get("openapi_extra") or {}), "x-action": declared}
        super().__init__(path, endpoint, **options)


_bearer = HTTPBearer(auto_error=False, description="The token that POST /sessions gives")


def parts(request: Request) -> Parts:
    given: Parts = request.app.state.parts
    return given


def bearer(credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]) -> str:
    """The token of the Authorization header; cookies are never looked at."""
    return credentials.credentials if credentials else ""


def signed_in(token: Annotated[str, Depends(bearer)], house: Annotated[Parts, Depends(parts)]) -> SignedIn:
    """Who calls; raises Refusal `not_signed_in` (401)."""
    found = house.people.api_session(token, now())
    if found is None:
        raise Refusal("not_signed_in", "The token is missing, unknown or has ended", status=401)
    return found


def command(
    caller: Annotated[SignedIn, Depends(signed_in)],
    idempotency_key: Annotated[
        str,
        Header(
            min_length=1,
            max_length=200,
            pattern=r"^[\x21-\x7e]+$",
            description="A name of your own for this command, new for each one (a UUID does): sent again with the "
            "same name it gives the first result and does nothing twice",
        ),
    ],
) -> str:
    """The command's id: a caller's own names, which never meet those of another."""
    return hashlib.sha256(f"{caller.person.id}\x1f{idempotency_key}".encode()).hexdigest()


House = Annotated[Parts, Depends(parts)]
Token = Annotated[str, Depends(bearer)]
Caller = Annotated[SignedIn, Depends(signed_in)]
Command = Annotated[str, Depends(command)]
