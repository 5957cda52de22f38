"""Every error of the API as an RFC 9457 problem that says what to do next, and never repeats what was sent."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from http import HTTPStatus

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Receive, Scope, Send

from engine.model import Refusal
from engine.store.errors import DoesNotOpen, StoreBusy, StoreDamaged, StoreMoved, StoreUnsure
from web.api import misshapen
from web.api.body import Unread
from web.headers import RETRY_SECONDS
from web.logs import place_of

MEDIA_TYPE = "application/problem+json"

_log = structlog.get_logger("isange.api")

TITLES = {
    400: "The request is not in the documented shape",
    401: "Not signed in",
    403: "Not yours to do",
    404: "Not there, or not yours to know",
    405: "No such method here",
    409: "Not possible as things stand now",
    411: "The length of the body is missing",
    412: "Not as you saw it",
    413: "The body is too large",
    421: "This host is not served here",
    422: "The answers cannot be accepted",
    429: "Too many attempts",
    500: "A fault of ours",
    503: "Busy just now",
}

NEXT = {
    "invalid_answers": "Correct the fields named in `problems` and send the whole again.",
    "invalid_request": "Compare what you send with /api/v1/openapi.json.",
    "denied": "Then POST /sessions once more.",
    "start_expired": "An administrator gives a new one.",
    "start_password": "Then sign in here with that one.",
    "not_signed_in": "POST /sessions gives a token; send it as `Authorization: Bearer <token>`.",
    "missing_scope": "Ask the administrator for a token with this scope, or POST /sessions without narrowing it.",
    "not_yours": "Sign in as somebody whose role may do this.",
    "not_found": "Check the id; GET /tasks lists what is open for you.",
    "task_changed": "GET the task again and decide with its new version.",
    "fact_changed": "Read the fact again and decide with its new `recorded_at`.",
    "recorded_meanwhile": "GET the task or case again: send what is recorded now, or yours if it is right.",
    "answered_meanwhile": "GET the case, and correct the fact if yours is right.",
    "not_as_seen": "GET the task again, decide, and send its new ETag.",
    "task_gone": "GET /tasks lists what is open now.",
    "claimed_by_other": "Ask that person to release it, or claim it with `take_over` if they are not there.",
    "requires": "GET the task: `blocked` says the same, until it is possible.",
    "duty_blocks": "Do first what the duties in `duties` ask for; GET /cases/{id}/duties explains them.",
    "case_closed": "Nothing more can be done on a closed case.",
    "command_reused": "Use a new Idempotency-Key for a new command.",
    "no_such_drill": "`drills` names feature files of `files`, or of the house when `files` has none.",
    "unreadable": "Mend it and send the whole again.",
    "too_long": "Send fewer drills at a time, or run `isange check` or `isange drill` on the folder.",
    "busy": "Send the same request again in a moment.",
    "unsure": "Read in a moment whether it was done, and send it again if it was not.",
    "sealed": "Tell the administrator; sending it again does not help.",
    "damaged": "Tell whoever runs this house; do not send it again.",
    "fault": "Try again; if it stays, tell the administrator the reference in `instance`.",
}
"""Refusal code -> what a client does next."""

KEYED = {
    "busy": "Send the same request again in a moment, with the same Idempotency-Key.",
    "unsure": "Send the same request again in a moment, with the same Idempotency-Key: it gives the first result.",
}
"""The same for operations that take an Idempotency-Key."""


class FieldProblem(BaseModel):
    """What is wrong with one field, in words."""

    field: str
    code: str
    message: str


class ProblemShape(BaseModel):
    """An RFC 9457 problem: why the request was refused and what to do next."""

    type: str = Field(description="`urn:isange:problem:` and the code", examples=["urn:isange:problem:task_changed"])
    title: str
    status: int
    detail: str = Field(description="What happened and what to do next")
    code: str = Field(description="A stable word for programs")
    problems: list[FieldProblem] = Field(default=[], description="By field, when fields are the reason")
    duties: list[str] = Field(default=[], description="Ids of the duties that block")
    overridable: bool | None = Field(
        default=None,
        description="Of duties that block: whether you may go on by sending `override`: these duties, and a reason",
    )
    instance: str | None = Field(default=None, description="Reference of a fault of ours, for the administrator")


def problem(
    status: int,
    code: str,
    message: str,
    *,
    problems: Sequence[FieldProblem] = (),
    duties: Sequence[str] = (),
    overridable: bool | None = None,
    instance: str | None = None,
    headers: dict[str, str] | None = None,
    keyed: bool = False,
) -> JSONResponse:
    """The response; `message` is completed by what to do next, at an operation that is `keyed` or not."""
    then = (NEXT | KEYED if keyed else NEXT).get(code)
    if then and problems and code == "invalid_request":
        then += " `problems` names the places."
    detail = f"{message.rstrip('. ')}. {then}" if then else message
    shape = ProblemShape(
        type=f"urn:isange:problem:{code}",
        title=TITLES.get(status, HTTPStatus(status).phrase),
        status=status,
        detail=detail,
        code=code,
        problems=list(problems),
        duties=list(duties),
        overridable=overridable,
        instance=instance,
    )
    more = {"Retry-After": str(RETRY_SECONDS)} if status == 503 else {}
    more |= {"WWW-Authenticate": "Bearer"} if status == 401 else {}
    return JSONResponse(
        shape.model_dump(exclude_none=True), status, headers=more | (headers or {}), media_type=MEDIA_TYPE
    )


def handle_problems(app: FastAPI) -> None:
    """Makes the application answer every refusal and fault as a problem."""
    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(StoreBusy, _busy)
    app.add_exception_handler(DoesNotOpen, _sealed)
    app.add_exception_handler(StoreDamaged, _damaged)
    app.add_exception_handler(RequestValidationError, _misshapen)
    app.add_exception_handler(Unread, _unread)
    app.add_exception_handler(HTTPException, _http)
    app.add_middleware(Faults)


def _refused(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, Refusal)  # noqa: S101  # registered for this class alone
    return problem(
        error.status,
        error.code,
        error.message,
        problems=[FieldProblem(field=item.field, code=item.code, message=item.message) for item in error.problems],
        duties=error.duties,
        overridable=error.overridable if error.duties else None,
        headers=_headers(error),
        keyed=_keyed(request),
    )


def _keyed(request: Request) -> bool:
    return getattr(request.scope.get("route"), "keyed", False)


def _headers(error: Refusal) -> dict[str, str]:
    headers = {"Retry-After": error.params["seconds"]} if "seconds" in error.params else {}
    if "scope" in error.params:
        headers["WWW-Authenticate"] = f'Bearer error="insufficient_scope", scope="{error.params["scope"]}"'
    return headers


def _busy(request: Request, error: Exception) -> JSONResponse:
    if isinstance(error, StoreUnsure):
        why = "The database went away while it was saving; whether it did is not certain"
        return problem(503, "unsure", why, keyed=_keyed(request))
    moved = isinstance(error, StoreMoved)
    why = str(error) if moved else "The database cannot be written just now; nothing was saved"
    return problem(503, "busy", why, keyed=_keyed(request))


def _sealed(_: Request, error: Exception) -> JSONResponse:
    _log.error("fault", error=type(error).__name__, at=place_of(error))
    return problem(500, "sealed", "What is kept here cannot be opened: its key is missing or was erased")


def _damaged(_: Request, error: Exception) -> JSONResponse:
    _log.error("damaged", said=str(error), at=place_of(error))
    return problem(500, "damaged", "The database is damaged")


def _misshapen(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101
    found = misshapen.told(error.errors(), error.body)
    places = [FieldProblem(field=_text(place), code=code, message=words) for place, code, words in found]
    return problem(400, "invalid_request", "The request is not in the documented shape", problems=places)


def _unread(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, Unread)  # noqa: S101
    places = [FieldProblem(field=_text(place), code=error.code, message=error.words) for place in error.places]
    return problem(400, "invalid_request", "The request cannot be read as it was sent", problems=places)


def _text(place: Sequence[object]) -> str:
    """Where it is, whatever characters its name has."""
    return "".join(letter if letter.isprintable() else "?" for letter in ".".join(map(str, place)))


def _http(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101
    code = "not_found" if error.status_code == 404 else "invalid_request"
    return problem(error.status_code, code, HTTPStatus(error.status_code).phrase, headers=dict(error.headers or {}))


class Faults:
    """Answers an unforeseen exception with a reference, and logs where it arose, never what was in it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._app(scope, receive, send)
        except Exception as error:
            reference = secrets.token_hex(6)
            _log.error("fault", reference=reference, error=type(error).__name__, at=place_of(error))
            answer = problem(
                500, "fault", "Something went wrong on our side", instance=f"urn:isange:reference:{reference}"
            )
            await answer(scope, receive, send)
