"""The API as one FastAPI application, and the OpenAPI document that is all a client needs to read."""

from __future__ import annotations

from functools import cache
from typing import Any

import orjson
from fastapi import FastAPI, Request, Response
from fastapi.openapi.utils import get_openapi

from engine.desk import Desk
from engine.store.contract import Store
from web.api import cases, content, house, sessions, tasks
from web.api.guard import PUBLIC, SCHEME, Parts
from web.api.problems import MEDIA_TYPE, TITLES, ProblemShape, handle_problems
from web.api.reading import etag_of, names
from web.people import People
from web.runs import Runs
from web.tokens import SCOPES

PREFIX = "/api/v1"
SIGN_IN, A_TASK = "/sessions", "/tasks/{id}"
EVERYWHERE = (400, 411, 413, 421, 500, 503)
"""What is answered whatever is asked: at the gate, by a fault, or while the database is away."""
DESCRIPTION = """\
Walk a case from arrival to closure: sign in (POST /sessions), see the doors of your centre (GET /doors),
open a case through one (POST /cases), then work on the tasks of your roles: list them (GET /tasks), read one with its
JSON Schema (GET /tasks/{id}), send answers that fit it with the version you read (POST /tasks/{id}/complete).

Every error is an RFC 9457 problem whose `detail` says what to do next. Commands carry an `Idempotency-Key`: sent
again with the same key they give the first result. Lists come in pages: `next` of one is the `cursor` of the next.
A method that a path does not have is refused with 405.
An answer with an ETag, asked for again with `If-None-Match`, is 304 while it is the same. Times are ISO 8601 with an
offset. Cookies are ignored."""
DOCUMENT = "/openapi.json"


def create_api(desk: Desk, people: People, store: Store, runs: Runs) -> FastAPI:
    """The application, to be mounted at /api/v1."""
    app = _routed()
    app.state.parts = Parts(desk, people, store, runs)
    handle_problems(app)
    app.openapi = _document  # type: ignore[method-assign]
    written, etag = _written()

    def document(request: Request) -> Response:
        if names(request.headers.get("if-none-match"), etag):
            return Response(status_code=304, headers={"ETag": etag})
        return Response(written, headers={"ETag": etag}, media_type="application/json")

    app.add_route(DOCUMENT, document, methods=["GET"], include_in_schema=False)
    return app


def _routed() -> FastAPI:
    app = FastAPI(
        title="Isange",
        version="1",
        description=DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        servers=[{"url": PREFIX}],
        root_path_in_servers=False,
        redirect_slashes=False,
    )
    for part in (sessions, cases, tasks, content, house):
        app.include_router(part.router)
    return app


@cache
def _written() -> tuple[bytes, str]:
    """The document as it is sent, and its ETag."""
    written = orjson.dumps(_document())
    return written, etag_of(written)


@cache
def _document() -> dict[str, Any]:
    """FastAPI's document, with our problems in place of its own idea of an error. It is the same for every house."""
    app = _routed()
    document = get_openapi(
        title=app.title,
        version=app.version,
        description=app.description,
        routes=app.routes,
        servers=app.servers,
    )
    schemas = document["components"]["schemas"]
    schemas.pop("HTTPValidationError", None)
    schemas.pop("ValidationError", None)
    problem = ProblemShape.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas |= problem.pop("$defs") | {"ProblemShape": problem}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            operation["responses"].pop("422", None)
            if operation["x-action"] != PUBLIC:
                operation["security"] = [{SCHEME: sorted({operation["x-action"]} & SCOPES)}]
            for status in _refusals(path, method, operation):
                operation["responses"][str(status)] = _described(TITLES[status])
    return document


def _refusals(path: str, method: str, operation: dict[str, Any]) -> list[int]:
    """The statuses that a client of this operation must expect."""
    expected = [*EVERYWHERE]
    if operation["x-action"] != PUBLIC:
        expected += [401, 403]
    if "{" in path:
        expected.append(404)
    if path == A_TASK:
        expected.append(409)
    if any(parameter["name"] == "if-match" for parameter in operation.get("parameters", [])):
        expected.append(412)
    if method == "post" and path == SIGN_IN:
        return [*expected, 401, 403, 422, 429]
    return expected + ([409, 422] if method == "post" else [])


def _described(title: str) -> dict[str, Any]:
    return {
        "description": title,
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemShape"}}},
    }
