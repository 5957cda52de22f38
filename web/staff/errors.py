"""Pages for what went wrong: each says what happened and what to do now, and never what was written."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

import structlog
from flask import Flask, g, render_template, request
from werkzeug.exceptions import HTTPException

from engine.model import Refusal
from engine.store.contract import StoreBusy
from web.logs import place_of

_log = structlog.get_logger("isange.staff")
KNOWN = frozenset({400, 403, 404, 405, 409, 413, 422, 429, 500, 503})


def register(app: Flask) -> None:
    app.register_error_handler(Refusal, refused_page)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(StoreBusy, _busy)
    app.register_error_handler(Exception, _fault)


def refused_page(refused: Refusal, written: Sequence[tuple[str, str]] = ()) -> tuple[str, int]:
    """A page for a refusal that no form of the page can show; `written` is given back to its writer."""
    return _page(refused.status, g.show.refusal(refused), written=written), refused.status


def _http(error: HTTPException) -> tuple[str, int]:
    status = error.code or 500
    return _page(status, ""), status


def _busy(error: StoreBusy) -> tuple[str, int]:
    return _page(503, ""), 503


def _fault(error: Exception) -> tuple[str, int]:
    """A fault of ours: a page with a number by which an engineer finds it; the log names the kind and place only."""
    number = secrets.token_hex(4)
    _log.error("fault", reference=number, error=type(error).__name__, at=place_of(error), page=request.endpoint)
    return _page(500, "", number=number), 500


def _page(status: int, message: str, *, written: Sequence[tuple[str, str]] = (), number: str = "") -> str:
    key = status if status in KNOWN else 400
    return render_template("error.html", status=key, message=message, written=written, number=number)
