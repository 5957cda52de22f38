"""One's own account: where one is signed in, one's language, and the password, which only its owner knows."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.clock import now
from engine.model import Problem, Refusal
from web.staff.guard import OWN, action, away, come_in, home, signed, token
from web.staff.parts import people
from web.throttle import digest

pages = Blueprint("account", __name__)


@pages.get("/account")
@action(OWN)
def show_account() -> str:
    sessions = people().open_sessions(signed().person.id, now())
    done = request.args.get("done", "")
    return render_template("account.html", sessions=sessions, this=digest(token()), done=done)


@pages.post("/account/sessions")
@action(OWN)
def end_sessions() -> Response:
    """Those named, but never the one that asks: that is what signing out is for."""
    hashes = set(request.form.getlist("which")) - {digest(token())}
    people().end_sessions(signed().person.id, hashes, signed().person.id, now())
    return away(url_for("account.show_account", done="ended"))


@pages.route("/account/password", methods=["GET", "POST"])
@action(OWN)
def change_password() -> Response | str | tuple[str, int]:
    if request.method == "GET":
        return _page(None)
    new = request.form.get("new_password", "")
    starting = signed().starting
    try:
        if new != request.form.get("again", ""):
            why = "The two are not the same. Type both again"
            raise Refusal("weak_password", why, problems=(Problem("again", "password_again", why),))
        fresh = people().change_password(token(), request.form.get("password", ""), new, now())
    except Refusal as refused:
        return _page(refused), refused.status
    there = home(signed().person) if starting else url_for("account.show_account", done="password")
    return come_in(fresh, there)


def _page(refused: Refusal | None) -> str:
    trusted = signed().starting and signed().just_confirmed(now())
    return render_template("password.html", refused=refused, trusted=trusted)
