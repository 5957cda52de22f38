"""Pages for what went wrong: each says what happened and what to do now, and never what was written."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Sequence

from flask import Flask, g, render_template, request
from werkzeug.exceptions import HTTPException

from engine.model import Refusal

log = logging.getLogger(__name__)
KNOWN = frozenset({400, 403, 404, 405, 409, 413, 422, 429, 500, 503})


def register(app: Flask) -> None:
    app.register_error_handler(Refusal, refused_page)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _fault)


def refused_page(refused: Refusal, written: Sequence[tuple[str, str]] = ()) -> tuple[str, int]:
    """A page for a refusal that no form of the page can show; `written` is given back to its writer."""
    return _page(refused.status, g.show.refusal(refused), written=written), refused.status


def _http(error: HTTPException) -> tuple[str, int]:
    status = error.code or 500
    return _page(status, ""), status


def _fault(error: Exception) -> tuple[str, int]:
    """A fault of ours: a page with a number by which an engineer finds it; the log names the kind and place only."""
    number = secrets.token_hex(4)
    where = error.__traceback__
    while where and where.tb_next:
        where = where.tb_next
    at = f"{where.tb_frame.f_code.co_filename}:{where.tb_lineno}" if where else "?"
    log.error("fault %s: %s at %s on %s", number, type(error).__name__, at, request.endpoint)
    return _page(500, "", number=number), 500


def _page(status: int, message: str, *, written: Sequence[tuple[str, str]] = (), number: str = "") -> str:
    key = status if status in KNOWN else 400
    return render_template("error.html", status=key, message=message, written=written, number=number)
