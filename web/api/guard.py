"""Who may call: every route declares its action, and all but public ones need a bearer token."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Header, Request, Response
from fastapi.dependencies.utils import get_flat_params
from fastapi.params import Query
from fastapi.routing import APIRoute
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from engine.clock import now
from engine.desk import Desk
from engine.model import Person, Problem, Refusal
from engine.store.contract import Store
from web.api.body import Strict
from web.people import People, SignedIn
from web.runs import Runs
from web.tokens import SCOPES

PUBLIC = "public"
SESSION_END = "session.end"
ACTIONS = SCOPES | {PUBLIC, SESSION_END}
"""What a route may declare. The Desk decides whether this person may do it to this case; a token must have it
among its scopes. Ending itself is open to every token."""
SCHEME = "HTTPBearer"
KEY = "idempotency-key"

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Parts:
    """What the composition root gives to the API."""

    desk: Desk
    people: People
    store: Store
    runs: Runs


def action(name: str) -> Callable[[Endpoint], Endpoint]:
    """Declares what an endpoint does; raises ValueError for a word that is not an action."""
    if name not in ACTIONS:
        raise ValueError(f"Expected one of {sorted(ACTIONS)}, but got {name!r}")

    def declare(endpoint: Endpoint) -> Endpoint:
        endpoint.__dict__["action"] = name
        return endpoint

    return declare


class Guarded(APIRoute):
    """A route with a declared action; one without cannot be made, so nothing is open by mistake. A query that it does
    not know is refused, not ignored: a filter with a slip in its name would show too much."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        declared = getattr(endpoint, "action", None)
        if declared is None:
            raise TypeError(f"Declare the action of {endpoint.__name__} ({path}) with @action(...)")
        needed = [Depends(only_known)] if declared == PUBLIC else [Depends(within(declared)), Depends(only_known)]
        options["dependencies"] = [*needed, *(options.get("dependencies") or ())]
        options["openapi_extra"] = {**(options.get("openapi_extra") or {}), "x-action": declared}
        super().__init__(path, endpoint, **options)
        fields = get_flat_params(self.dependant)
        self.queries = frozenset(field.alias for field in fields if isinstance(field.field_info, Query))
        self.keyed = KEY in {field.alias for field in fields}
        """Whether it takes an Idempotency-Key, so that sending again does nothing twice."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def strictly(request: Request) -> Response:
            return await handle(Strict(request.scope, request.receive))

        return strictly


_bearer = HTTPBearer(
    scheme_name=SCHEME,
    auto_error=False,
    description="The token that POST /sessions gives, or one that the administrator issued to a program. What an "
    "operation lists here is the scope that the token must have.",
)


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
    house.desk.editions.told(found.edition, now())
    return found


Caller = Annotated[SignedIn, Depends(signed_in)]


def within(action: str) -> Callable[[SignedIn], None]:
    """The dependency that refuses a token without this scope."""

    def check(caller: Caller) -> None:
        if action in SCOPES and caller.scopes is not None and action not in caller.scopes:
            params = {"scope": action}
            raise Refusal("missing_scope", f"The token lacks the scope {action}", status=403, params=params)

    return check


def only_known(request: Request) -> None:
    """The dependency that refuses a query which the operation does not have, or which is there twice."""
    unknown = request.query_params.keys() - request.scope["route"].queries
    if unknown:
        message = "Expected only queries that the document lists for this operation"
        problems = tuple(Problem(f"query.{name}", "unknown", message) for name in sorted(unknown))
        raise Refusal("invalid_request", "The query is not in the documented shape", status=400, problems=problems)
    repeated = sorted({name for name in request.query_params if len(request.query_params.getlist(name)) > 1})
    if repeated:
        problems = tuple(Problem(f"query.{name}", "repeated", "Expected it once") for name in repeated)
        raise Refusal("invalid_request", "The query names something more than once", status=400, problems=problems)


def at_centre(person: Person, centre: str | None) -> Person:
    """The same person with their roles at one centre only, if one is named; raises Refusal `not_yours`."""
    if centre is None:
        return person
    if centre not in person.roles:
        raise Refusal("not_yours", "You hold no role at this centre", status=403)
    return replace(person, roles={centre: person.roles[centre]})


def command(
    request: Request,
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
    """The command's id: a caller's own names, which never meet those of another. Raises Refusal when it is named
    twice: of two names, none is chosen unseen."""
    if len(request.headers.getlist(KEY)) > 1:
        problems = (Problem("header.Idempotency-Key", "repeated", "Expected it once"),)
        raise Refusal("invalid_request", "The command is named more than once", status=400, problems=problems)
    return hashlib.sha256(f"{caller.person.id}\x1f{idempotency_key}".encode()).hexdigest()


House = Annotated[Parts, Depends(parts)]
Token = Annotated[str, Depends(bearer)]
Command = Annotated[str, Depends(command)]
