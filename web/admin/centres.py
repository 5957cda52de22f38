"""Centres: listed, added, renamed, moved to another time zone or kind."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from engine.clock import now
from engine.model import Centre, Refusal
from web.centres import KINDS, seen_as, zones
from web.staff.confirm import asking_password
from web.staff.guard import action, away, signed
from web.staff.parts import centres, known_centres
from web.staff.unsent import forget, given_back

pages = Blueprint("centres", __name__, url_prefix="/admin/centres")
Answer = Response | str | tuple[str, int]


def _posted(form: MultiDict[str, Any], id: str) -> Centre:
    return Centre(id, form.get("name", ""), form.get("zone", ""), form.get("kind", ""))


@pages.get("")
@action("centres.manage")
def list_centres() -> str:
    listed = sorted(known_centres().values(), key=lambda centre: centre.name.casefold())
    return render_template("centres.html", centres=listed, done=request.args.get("done", ""))


@pages.route("/new", methods=["GET", "POST"])
@action("centres.manage")
def add_centre() -> Answer:
    if request.method == "GET":
        zone = next((centre.zone for centre in known_centres().values()), "")
        kept = given_back(once=True) or {"zone": [zone], "kind": [KINDS[0]]}
        posted = MultiDict[str, Any](kept)
        return _form(_posted(posted, posted.get("id", "")), new=True)
    wanted = _posted(request.form, request.form.get("id", "").strip())
    if asking := asking_password():
        return asking
    try:
        centres().add(signed().person.id, wanted, now())
    except Refusal as refused:
        return _form(wanted, new=True, refused=refused), refused.status
    forget()
    return away(url_for("centres.list_centres", done="added"))


@pages.route("/<centre>", methods=["GET", "POST"])
@action("centres.manage")
def show_centre(centre: str) -> Answer:
    kept = centres().get(centre)
    if request.method == "GET":
        return _form(kept)
    wanted = _posted(request.form, centre)
    if asking := asking_password():
        return asking
    try:
        changed = centres().change(signed().person.id, wanted, request.form.get("seen", ""), now())
    except Refusal as refused:
        return _form(wanted, refused=refused), refused.status
    return away(url_for("centres.list_centres", done="saved" if changed else "same"))


def _form(filled: Centre, *, new: bool = False, refused: Refusal | None = None) -> str:
    kept = None if new else centres().get(filled.id)
    return render_template(
        "centre.html",
        filled=filled,
        kept=kept,
        seen=seen_as(kept) if kept else "",
        kinds=KINDS,
        zones=zones(),
        refused=refused,
    )
