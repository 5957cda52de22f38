"""Coming, hiding the screen, coming back, leaving; and the language of the screens."""

from __future__ import annotations

from flask import Blueprint, g, render_template, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from engine.clock import now
from engine.library import LANGUAGES
from engine.model import Refusal
from web.accounts import person_of
from web.bare import LANGUAGE_COOKIE
from web.staff import unsent
from web.staff.guard import OWN, action, away, come_in, home, left, secure, signed, token
from web.staff.parts import desk, people

pages = Blueprint("signin", __name__)


@pages.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> Response | tuple[str, int] | str:
    if request.method == "GET":
        if g.signed:
            return away(home(signed().person))
        return render_template(
            "signin.html", refused=None, login="", kept=request.args.get("kept"), shift=request.args.get("shift")
        )
    login = request.form.get("login", "")
    try:
        fresh, account = people().sign_in(login, request.form.get("password", ""), request.remote_addr or "", now())
    except Refusal as refused:
        return render_template("signin.html", refused=refused, login=login), refused.status
    if g.signed:  # another person takes over this computer: the former session ends
        people().sign_out(token(), now(), signed().account)
    return come_in(fresh, home(person_of(account)))


@pages.post("/sign-out")
@action(OWN)
def sign_out() -> Response:
    """Does not end the shift: colleagues take turns at one computer. What stands on a form is kept for its writer."""
    unsent.keep(signed())
    still = desk().is_on_shift(signed().person)
    people().sign_out(token(), now(), signed().account)
    return left(shift="still" if still else "")


@pages.post("/hide")
@action(OWN)
def hide() -> Response:
    """Hides the screen at once; then what stands on the form is kept for its writer."""
    people().lock(token(), now())
    kept = unsent.keep(signed(), led_to=True)
    return away(url_for("signin.locked", back=local(request.form.get("back", "")), kept=1 if kept else None))


@pages.post("/keep")
@action(OWN)
def keep() -> Response:
    """What stands on the form of another tab is kept for its writer, who is about to sign out; or (`on-screen`) when a
    colleague tries to sign in, which may fail."""
    unsent.keep(signed(), on_screen="on-screen" in request.args)
    return Response(status=204)


@pages.post("/alive")
@action(OWN)
def alive() -> Response:
    """Somebody is at the screen, though no page was asked for; sent quietly, a tab asks whether its session lives."""
    return Response(status=204)


@pages.get("/locked")
@action(OWN)
def locked() -> Response | str:
    if not signed().locked:
        return away(local(request.args.get("back", "")))
    return render_template("locked.html", refused=None, back=local(request.args.get("back", "")))


@pages.post("/unlock")
@action(OWN)
def unlock() -> Response | tuple[str, int]:
    back = local(request.form.get("back", ""))
    try:
        people().unlock(token(), request.form.get("password", ""), now())
    except Refusal as refused:
        return render_template("locked.html", refused=refused, back=back), refused.status
    return away(back)


@pages.post("/language")
@action(OWN)
def language() -> Response:
    """What stands on a form is kept meanwhile."""
    chosen = request.form.get("screen_language", "")
    if chosen not in LANGUAGES:
        raise BadRequest("unknown language")
    if g.signed:
        people().set_language(token(), chosen, now())
        unsent.keep(signed(), on_screen=True)
    answer = away(local(request.form.get("back", "")))
    answer.set_cookie(LANGUAGE_COOKIE, chosen, httponly=True, samesite="Lax", secure=secure(), path="/")
    return answer


def local(path: str) -> str:
    """The path if it is a page of ours that can be shown, else where this person begins: never another site."""
    if path.startswith("/") and not path.startswith("//") and path.isprintable() and unsent.is_ours(path):
        return path
    return home(signed().person) if g.signed else url_for("signin.sign_in")
