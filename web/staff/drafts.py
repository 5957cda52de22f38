"""What a person left half-filled on other openings of a page: gone on with, or thrown away."""

from __future__ import annotations

from flask import Blueprint, request
from werkzeug.wrappers import Response

from web.staff import unsent
from web.staff.guard import OWN, action, away, signed
from web.staff.parts import people
from web.staff.signin import local

pages = Blueprint("drafts", __name__)


@pages.post("/drafts/go-on")
@action(OWN)
def go_on() -> Response:
    """What stands on the page that is left is kept, too."""
    unsent.keep(signed(), on_screen=True)
    return away(local(request.form.get("which", "")))


@pages.post("/drafts/throw-away")
@action(OWN)
def throw_away() -> Response:
    """The page stays, with what was written on it."""
    unsent.keep(signed(), on_screen=True)
    people().drop_unsent(signed(), request.form.get("which", ""))
    return away(local(request.form.get("back", "")))
