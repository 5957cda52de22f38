"""Before every page: who is it, may they, and did this request come from our own page."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import replace
from http import HTTPStatus
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

from flask import Flask, abort, current_app, g, redirect, request, url_for
from werkzeug.exceptions import BadRequest, Forbidden
from werkzeug.wrappers import Response

from engine.clock import now
from engine.model import Person
from engine.store.errors import StoreBusy
from web.bare import LANGUAGE_COOKIE, REFUSED
from web.people import SignedIn
from web.staff import unsent
from web.staff.answers import is_text, posted_fields
from web.staff.parts import desk, library, people, settings
from web.staff.posted import MOST_FIELDS, TooManyFields
from web.staff.show import Show

View = TypeVar("View", bound=Callable[..., Any])

OPEN_VIEWS = frozenset({"static", "signin.sign_in", "signin.language"})
"""The only pages that nobody need sign in for."""
WHILE_LOCKED = frozenset(
    {"signin.locked", "signin.unlock", "signin.hide", "signin.sign_out", "signin.language", "rota.end_shift"}
)
LEAVING = frozenset({"signin.hide", "signin.sign_out"})
"""Whoever presses these is about to turn away from the screen: it must be empty, whatever the database does."""
HIDING = "isange-hide"
"""The cookie by which a page whose server could not be reached says that its screen is hidden: it holds no more. The
next request of that browser hides it, whatever it asks for; web/static/isange.js."""
NOT_HIDDEN_BY = LEAVING | {"static", "rota.end_shift"}
"""They hide or leave the screen themselves, or show nothing."""
WHILE_STARTING = WHILE_LOCKED | {"account.change_password", "signin.alive", "signin.keep"}
"""All that is open to whoever signed in with a start password."""
FIRST_PAGES = (
    ("work.work_list", "task.work"),
    ("people.list_people", "people.manage"),
    ("centres.list_centres", "centres.manage"),
)
"""Where somebody begins: the first of these pages that they may see."""
OWN = "own"
"""The action of pages about oneself (language, hide screen, help): every signed-in person may."""
SECURE_COOKIE, LOCAL_COOKIE = "__Host-isange", "isange"
CLEAR = '"cache", "storage"'
QUIET = "X-Isange-Quiet"
"""Sent with requests that no person made (polling): they do not keep a session awake."""


def action(name: str) -> Callable[[View], View]:
    """Says which action of content (docs/content.md 3, `may`) a view needs; a test fails for a view without one."""

    def mark(view: View) -> View:
        view.action = name  # type: ignore[attr-defined]
        return view

    return mark


def action_of(app: Flask, endpoint: str) -> str | None:
    return cast("str | None", getattr(app.view_functions[endpoint], "action", None))


def secure() -> bool:
    """Whether cookies travel over TLS alone: always where real people are served."""
    return request.is_secure or settings().production


def cookie_name() -> str:
    return SECURE_COOKIE if secure() else LOCAL_COOKIE


def token() -> str:
    return request.cookies.get(cookie_name(), "")


def signed() -> SignedIn:
    """Who is signed in; only for views that are not open."""
    return cast(SignedIn, g.signed)


def may(person: Person, name: str) -> bool:
    """Whether any of the person's roles may do this at all; the Desk decides about each case."""
    if name == OWN:
        return True
    roles = library().roles
    held = {role for centre in person.centres for role in person.roles_at(centre)}
    return any(name in roles[role].may for role in held if role in roles)


def home(person: Person) -> str:
    """The address where this person begins: their own account, when no role of theirs has a page."""
    found = (endpoint for endpoint, needed in FIRST_PAGES if may(person, needed))
    return url_for(next(found, "account.show_account"))


def watch(app: Flask) -> None:
    """Puts the checks before every request."""
    app.after_request(_hides_no_more)
    app.after_request(_stays_awake)
    app.before_request(_who)
    app.before_request(_passed)
    app.before_request(_readable)
    app.before_request(_same_site)
    app.before_request(_allowed)


def _who() -> None:
    """Who asks, and the words they read."""
    g.signed = g.former = None
    named = request.view_args or {}
    if token():
        about = named.get("case_id") or named.get("task_id") or ""
        g.signed, former = people().session_or_writer(
            token(), now(), active=_by_somebody(), noting=request.method != "POST", about=about
        )
        g.former = former if request.method == "POST" else None
    _hide_late()
    g.show = Show.for_request(g.signed, request.cookies.get(LANGUAGE_COOKIE, "en"), now())
    if g.signed is not None:
        desk().editions.told(g.signed.edition, now())
        g.show = g.show.where(named.get("centre") or g.signed.where, g.signed.person)


def _by_somebody() -> bool:
    return QUIET not in request.headers


def _stays_awake(answer: Response) -> Response:
    """What is sent mostly leads to a page, which notes that somebody is there; what does not notes it here."""
    leads_on = HTTPStatus.MULTIPLE_CHOICES <= answer.status_code < HTTPStatus.BAD_REQUEST
    if request.method == "POST" and not leads_on and g.get("signed") is not None and _by_somebody():
        people().stay_awake(token(), g.signed, now())
    return answer


def _hide_late() -> None:
    """Hides a screen whose person pressed that while no server could be reached. While that cannot be written, nothing
    is answered either, and the cookie stays until it is."""
    if HIDING in request.cookies and g.signed is not None and request.endpoint not in NOT_HIDDEN_BY:
        g.signed = replace(g.signed, locked=True)
        try:
            people().lock(token(), now(), patient=False)
        except StoreBusy:
            g.hides_on = request.endpoint != "signin.unlock"


def _hides_no_more(answer: Response) -> Response:
    """The screen is hidden, or nobody is signed in."""
    done = answer.status_code < HTTPStatus.BAD_REQUEST and not g.get("hides_on")
    if HIDING in request.cookies and request.endpoint != "static" and done:
        answer.delete_cookie(HIDING, path="/", samesite="Strict")
    return answer


def _passed() -> None:
    """Tells what the gate refused, now that it is known who reads it."""
    status = request.environ.get("asgi.scope", {}).get(REFUSED)
    if status is not None:
        abort(status)


def _readable() -> None:
    """Refuses a form with what is no text, which a database cannot keep, or with more fields than any page has."""
    fields = list(request.form.items(multi=True))
    if len(fields) > MOST_FIELDS:
        raise TooManyFields
    for name, text in fields:
        if not is_text(name) or not is_text(text):
            raise BadRequest("not text")


def _same_site() -> None:
    """Refuses a change that another site's page asks for (trust: Sec-Fetch-Site, else Origin)."""
    if request.method in ("GET", "HEAD", "OPTIONS"):
        return
    if foreign():
        raise BadRequest("cross-site")


def foreign() -> bool:
    """Whether another site's page asks for this."""
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site is not None:
        return site not in ("same-origin", "none")
    try:
        return origin is not None and urlsplit(origin).netloc != request.host
    except ValueError:
        return True


def _allowed() -> Response | None:
    if g.signed is not None and request.method not in ("GET", "HEAD") and request.endpoint != "signin.sign_in":
        if request.endpoint in LEAVING and not _is_own_page(g.signed.csrf):
            return _hidden()
        _own_page(g.signed.csrf)
    if request.endpoint is None or request.endpoint in OPEN_VIEWS:
        return None
    if g.signed is None:
        return away(url_for("signin.sign_in", kept=_kept_for_former()))
    if g.signed.locked and request.endpoint not in WHILE_LOCKED:
        return _locked()
    if g.signed.starting and request.endpoint not in WHILE_STARTING:
        return away(url_for("account.change_password"))
    needed = action_of(current_app, request.endpoint)
    if needed is None or not may(g.signed.person, needed):
        raise Forbidden(needed or "no action is declared")
    return None


def _kept_for_former() -> str | None:
    """Whether what stands on the page of somebody who is signed out is kept (`1`) or lost (`0`). Whoever only comes
    back to a locked screen wrote nothing on it: it may be kept since it was hidden."""
    former, here = g.former, request.endpoint
    known = former is not None and _is_own_page(former.csrf)
    if known and (unsent.keep(former) or (here == "signin.unlock" and former.unsent)):
        return "1"
    empty = here in WHILE_LOCKED and not posted_fields()
    return "0" if request.method == "POST" and not empty else None


def _own_page(expected: str) -> None:
    if not _is_own_page(expected):
        raise BadRequest("csrf")


def _is_own_page(expected: str) -> bool:
    given = request.form.get("csrf") or request.headers.get("X-CSRF") or ""
    return hmac.compare_digest(given.encode(), expected.encode())


def _locked() -> Response:
    """To the page that asks the password; what was written is kept first."""
    if request.method == "POST":
        kept = unsent.keep(signed(), led_to=True)
        return away(url_for("signin.locked", back=unsent.page() or None, kept=1 if kept else None))
    return away(url_for("signin.locked", back=unsent.address()))


def _hidden() -> Response:
    """A tab that a colleague left behind was hidden or left: it hides for whoever is there, and keeps nothing."""
    people().lock(token(), now())
    return away(url_for("signin.locked"))


def come_in(fresh: str, url: str) -> Response:
    """To a page, with a new session."""
    answer = away(url)
    answer.set_cookie(cookie_name(), fresh, httponly=True, samesite="Lax", secure=secure(), path="/")
    return answer


def left(shift: str = "", *, lost: bool = False) -> Response:
    """To the sign-in page, with nothing of this person left in the browser; it says what became of their shift, and
    that what they wrote is `lost`."""
    answer = away(url_for("signin.sign_in", shift=shift or None, kept=0 if lost else None))
    answer.delete_cookie(cookie_name(), path="/", secure=secure(), httponly=True, samesite="Lax")
    answer.headers["Clear-Site-Data"] = CLEAR
    return answer


def away(url: str) -> Response:
    """To another page: a redirect, which htmx must follow as a whole page."""
    if "HX-Request" in request.headers:
        return Response(status=204, headers={"HX-Redirect": url})
    return redirect(url, code=303)
