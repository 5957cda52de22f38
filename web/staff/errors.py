"""Pages for what went wrong: each says what happened and what to do now, and gives what was written to its writer."""

from __future__ import annotations

import secrets
from contextlib import suppress
from typing import cast

import structlog
from flask import Flask, current_app, g, render_template, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from engine.clock import now
from engine.model import Refusal
from engine.store.contract import DoesNotOpen, StoreBusy
from web.bare import LANGUAGE_COOKIE, bare_page
from web.logs import place_of
from web.staff.answers import posted_fields
from web.staff.guard import foreign, left
from web.staff.parts import library
from web.staff.show import Show

_log = structlog.get_logger("isange.staff")
KNOWN = frozenset({400, 403, 404, 405, 409, 413, 422, 429, 500, 503})
LEAVING = frozenset({"signin.hide", "signin.sign_out"})
"""Whoever presses these is about to turn away from the screen: it must be empty, whatever the database does."""

OF_THE_PAGES = {"happened_at": "form.happened_at", "reason": "correct.reason", "code": "find.code"}
"""Fields that the pages ask themselves -> their words."""


def register(app: Flask) -> None:
    app.register_error_handler(Refusal, refused_page)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(StoreBusy, _busy)
    app.register_error_handler(DoesNotOpen, _sealed)
    app.register_error_handler(Exception, _fault)


def refused_page(refused: Refusal) -> tuple[str, int]:
    """A page for a refusal that no form of the page can show."""
    return _page(refused.status, _show().refusal(refused)), refused.status


def _http(error: HTTPException) -> tuple[str, int]:
    status = error.code or 500
    return _page(status, ""), status


def _busy(error: StoreBusy) -> Response | tuple[str, int]:
    cause = error.__cause__ or error
    _log.error("busy", error=type(cause).__name__, at=place_of(error), page=request.endpoint)
    if request.endpoint in LEAVING and not foreign():
        return left()
    return _page(503, ""), 503


def _sealed(error: DoesNotOpen) -> tuple[str, int]:
    return _page(500, _show().words("error.sealed"), number=_noted(error)), 500


def _fault(error: Exception) -> tuple[str, int]:
    """A fault of ours: a page with a number by which an engineer finds it; the log names the kind and place only."""
    return _page(500, "", number=_noted(error)), 500


def _noted(error: Exception) -> str:
    number = secrets.token_hex(4)
    _log.error("fault", reference=number, error=type(error).__name__, at=place_of(error), page=request.endpoint)
    return number


def _show() -> Show:
    """The words of this request; of nobody when it failed before it was known who asks."""
    if "show" not in g:
        g.signed, g.show = None, Show.for_request(None, request.cookies.get(LANGUAGE_COOKIE, "en"), now())
    return cast(Show, g.show)


def _page(status: int, message: str, *, number: str = "") -> str:
    """What happened and what to do; what was written is given back to its writer."""
    show = _show()
    values = {"status": status if status in KNOWN else 400, "message": message, "number": number}
    if not _has_links():  # a host that is not ours: no page can name another
        return bare_page(f"error.{values['status']}", show.words.language)
    try:
        return render_template("error.html", written=_written(), **values)
    except StoreBusy:  # the head of the page asks the database, too
        written, g.signed = _written(), None
        return render_template("error.html", written=written, **values)


def _has_links() -> bool:
    try:
        return current_app.create_url_adapter(request) is not None
    except HTTPException:
        return False


def _written() -> list[tuple[str, str]]:
    """(name, text) of what a person wrote into a form that could not be recorded, to copy from: only for them."""
    if request.method != "POST" or g.signed is None or g.signed.locked:
        return []
    return [(_question(name), ", ".join(texts)) for name, texts in posted_fields().items()]


def _question(name: str) -> str:
    """What a field asks, as people know it; its own name where nobody can say."""
    show = _show()
    asked, _, part = name.partition("-")
    own = OF_THE_PAGES.get(asked)
    with suppress(StoreBusy):
        fact = library().facts.get(asked)
        title = show.words(own) if own else show.of(fact.title) if fact else ""
        if title:
            key = f"form.{part}"
            return f"{title}, {show.words(key)}" if part and show.words.has(key) else title
    return name
