"""Pages for what went wrong: each says what happened and what to do now, and gives what was written to its writer."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from contextlib import suppress
from typing import cast

import structlog
from flask import Flask, current_app, g, render_template, request, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from engine.clock import now
from engine.model import Refusal
from engine.store.errors import DoesNotOpen, StoreBusy, StoreDamaged, StoreUnsure
from web.bare import LANGUAGE_COOKIE, bare_page
from web.logs import place_of
from web.staff.answers import posted_fields, posted_raw
from web.staff.guard import LEAVING, OPEN_VIEWS, WHILE_LOCKED, action_of, foreign, left, may
from web.staff.parts import library, settings
from web.staff.posted import MOST_FIELDS, TooManyFields
from web.staff.show import Show
from web.staff.written import CARRIED

_log = structlog.get_logger("isange.staff")
KNOWN = frozenset({400, 403, 404, 405, 409, 411, 413, 422, 429, 500, 503})

OF_THE_PAGES = {
    "happened_at": "form.happened_at",
    "reason": "correct.reason",
    "code": "find.code",
    "name": "person.name",
    "new_login": "sign_in.login",
    "until": "rota.plan.until",
}
"""Fields in which people write what the pages ask themselves -> their words."""
ASKING = frozenset({"task", "work", "case", "correct", "left_out", "arrival"})
"""Where the fields are those of the content."""
BACK = {
    "rota": ("rota.show_rota", "nav.rota"),
    "people": ("people.list_people", "nav.people"),
    "centres": ("centres.list_centres", "nav.centres"),
    "account": ("account.show_account", "account"),
}
"""Pages that are not about tasks -> where to go on from there, and its words."""
SAID_ABOVE = frozenset({"not_yours", "not_found"})
"""Refusals that say what the page for their status says already."""


def register(app: Flask) -> None:
    app.register_error_handler(Refusal, refused_page)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(StoreBusy, _busy)
    app.register_error_handler(DoesNotOpen, _sealed)
    app.register_error_handler(StoreDamaged, _damaged)
    app.register_error_handler(Exception, _fault)


def refused_page(refused: Refusal, task: str = "", *, kept: bool = False) -> tuple[str, int]:
    """A page for a refusal that no form of the page can show; it leads to the `task` at an address, on which what was
    written is `kept`."""
    if refused.status == 503:
        return _not_now(unsure=refused.code == "unsure")
    message = "" if refused.code in SAID_ABOVE else _show().refusal(refused)
    return _page(refused.status, message, task=task, kept=kept), refused.status


def _http(error: HTTPException) -> tuple[str, int]:
    status = error.code or 500
    return _page(status, "", what="fields" if isinstance(error, TooManyFields) else ""), status


def _busy(error: StoreBusy) -> Response | tuple[str, int]:
    cause = error.__cause__ or error
    _log.error("busy", error=type(cause).__name__, at=place_of(error), page=request.endpoint)
    if request.endpoint in LEAVING and not foreign():
        return left(lost=bool(posted_fields()))
    return _not_now(unsure=isinstance(error, StoreUnsure))


def _not_now(*, unsure: bool) -> tuple[str, int]:
    """Nothing was saved just now, or nobody knows: the same form, with the same command, can be sent again."""
    _show()
    again = _sent()
    what = ("unsure" if unsure else "unsent") if again else "503"
    return _page(503, "", what=what, again=again), 503


def _sealed(error: DoesNotOpen) -> tuple[str, int]:
    return _page(500, _show().words("error.sealed"), number=_noted(error)), 500


def _damaged(error: StoreDamaged) -> Response | tuple[str, int]:
    """No number: whoever runs the house finds what to do in the log, and the same of every page."""
    _log.error("damaged", said=str(error), at=place_of(error), page=request.endpoint)
    if request.endpoint in LEAVING and not foreign():
        return left(lost=bool(posted_fields()))
    return _page(500, "", what="damaged"), 500


def _fault(error: Exception) -> tuple[str, int]:
    """A fault of ours: a page with a number by which an engineer finds it; the log names the kind and place only."""
    return _page(500, "", number=_noted(error)), 500


def _noted(error: Exception) -> str:
    number = secrets.token_hex(4)
    _log.error("fault", reference=number, error=type(error).__name__, at=place_of(error), page=request.endpoint)
    return number


def _show() -> Show:
    """The words of this request; of nobody when it failed before it was known who asks, which is noted."""
    if "show" not in g:
        g.unasked = True
        g.signed, g.show = None, Show.for_request(None, request.cookies.get(LANGUAGE_COOKIE, "en"), now())
    return cast(Show, g.show)


def _page(
    status: int,
    message: str,
    *,
    what: str = "",
    number: str = "",
    again: Sequence[tuple[str, str]] = (),
    task: str = "",
    kept: bool = False,
) -> str:
    """What happened and what to do, as the message says it or, without one, the page for the status; what was written
    is given back to its writer, unless it is kept where the page leads."""
    show = _show()
    what = what or str(status if status in KNOWN else 400)
    values: dict[str, object] = {"what": what, "message": message or _advice(what), "number": number, "again": again}
    values |= {"task": task, "kept": kept}
    if not _has_links():  # a host that is not ours: no page can name another
        return bare_page(f"error.{what}", show.words.language)
    try:
        return render_template("error.html", written=[] if kept else _written(), back=_back(), **values)
    except (StoreBusy, StoreDamaged):  # the head of the page asks the database, too
        written, g.signed = [] if kept else _written(), None
        return render_template("error.html", written=written, back=None, **values)


def _advice(what: str) -> str:
    """What to do: whoever has no tasks, or looks for something else, finds nothing in a work list."""
    words = _show().words
    if what == "413":
        return words("error.413.do", limit=settings().body_kilobytes)
    if what == "fields":
        return words("error.fields.do", limit=MOST_FIELDS)
    return words("error.404.other.do" if what == "404" and not _works() else f"error.{what}.do")


def _works() -> bool:
    """Whether a work list is where this person looks next."""
    return g.signed is not None and may(g.signed.person, "task.work") and request.blueprint not in BACK


def _back() -> tuple[str, str] | None:
    """Where a page leads back to that is not about tasks, and its words; None for all others."""
    endpoint, words = BACK.get(request.blueprint or "", ("", ""))
    if not endpoint or g.signed is None or not may(g.signed.person, action_of(current_app, endpoint) or ""):
        return None
    return url_for(endpoint), _show().words(words)


def _has_links() -> bool:
    try:
        return current_app.create_url_adapter(request) is not None
    except HTTPException:
        return False


def _written() -> list[tuple[str, str]]:
    """(name, text) of what a person wrote into a form that could not be recorded, to copy from: only for them."""
    if not _is_writer():
        return []
    request.max_content_length = settings().page_kilobytes * 1024
    asked = ((_question(name), ", ".join(texts)) for name, texts in posted_fields().items())
    return [(question, text) for question, text in asked if question]


def _sent() -> list[tuple[str, str]]:
    """(name, text) of all that the form sent, to send once more; nothing where a password was."""
    if request.endpoint in OPEN_VIEWS | WHILE_LOCKED or not _is_writer():
        return []
    return [(name, text) for name, texts in posted_raw().items() for text in texts]


def _is_writer() -> bool:
    """Whether this answer goes to whoever wrote the form. When nobody can be asked who that is (`_who`, in guard.py,
    met a busy database), it is given back to where it came from, if that was a page of ours."""
    if request.method != "POST":
        return False
    if g.get("unasked"):
        return not foreign()
    return g.signed is not None and not g.signed.locked


def _question(name: str) -> str:
    """What a field asks, as people know it; '' for what nobody wrote, such as the choices of our own pages."""
    show = _show()
    asked, _, part = name.removeprefix(CARRIED).partition("-")
    if asked in OF_THE_PAGES:
        title = show.words(OF_THE_PAGES[asked])
    elif request.blueprint in ASKING:
        title = show.words("error.written.answer")
        with suppress(StoreBusy, StoreDamaged):
            fact = library().facts.get(asked)
            title = show.of(fact.title) if fact else title
    else:
        return ""
    key = f"form.{part}"
    return f"{title}, {show.words(key)}" if part and show.words.has(key) else title
