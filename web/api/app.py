"""The API as one FastAPI application, and the OpenAPI document that is all a client needs to read."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from engine.desk import Desk
from engine.store.contract import Store
from web.api import cases, house, sessions, tasks
from web.api.guard import PUBLIC, Parts
from web.api.problems import MEDIA_TYPE, TITLES, ProblemShape, handle_problems
from web.people import People

PREFIX = "/api/v1"
SIGN_IN = "/sessions"
DESCRIPTION = """\
Walk a case from arrival to closure: sign in (POST /sessions), see the doors of your centre (GET /doors),
open a case through one (POST /cases), then work on the tasks of your roles: list them (GET /tasks), read one with its
JSON Schema (GET /tasks/{id}), send answers that fit it with the version you read (POST /tasks/{id}/complete).

Every error is an RFC 9457 problem whose `detail` says what to do next. Commands carry an `Idempotency-Key`: sent
again with the same key they give the first result. Times are ISO 8601 with an offset. Cookies are ignored."""


def create_api(desk: Desk, people: People, store: Store) -> FastAPI:
    """The application, to be mounted at /api/v1."""
    app = FastAPI(
        title="Isange",
        version="1",
        description=DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
        servers=[{"url": PREFIX}],
        root_path_in_servers=False,
    )
    app.state.parts = Parts(desk, people, store)
    for part in (sessions, cases, tasks, house):
        app.include_router(part.router)
    handle_problems(app)
    app.openapi = lambda: _document(app)  # type: ignore[method-assign]
    return app


def _document(app: FastAPI) -> dict[str, Any]:
    """FastAPI's document, with our problems in place of its own idea of an error."""
    if app.openapi_schema is None:
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
                for status in _refusals(path, method, operation):
                    operation["responses"][str(status)] = _described(TITLES[status])
                operation["responses"]["default"] = _described("Any other problem")
        app.openapi_schema = document
    return app.openapi_schema


def _refusals(path: str, method: str, operation: dict[str, Any]) -> list[int]:
    """The statuses that a client of this operation must expect."""
    expected = [400, 503]
    if operation["x-action"] != PUBLIC:
        expected += [401, 403]
    if "{" in path:
        expected.append(404)
    if method == "post":
        expected.append(413)
    if method == "post" and path == SIGN_IN:
        return [*expected, 401, 429]
    return expected + ([409, 422] if method == "post" else [])


def _described(title: str) -> dict[str, Any]:
    return {
        "description": title,
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemShape"}}},
    }
