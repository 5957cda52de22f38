"""Who the survivor is: shown only when asked for, with why, and gone again by itself."""

from __future__ import annotations

from flask import Blueprint, make_response, render_template, request, url_for
from werkzeug.wrappers import Response

from web.staff.guard import action, signed
from web.staff.parts import desk

pages = Blueprint("identity", __name__)
WHY = ("care", "contact", "correct", "other")
"""Why somebody may need to know; the words for people are `identity.why.<word>`, the trail keeps the word."""
SHOWN_SECONDS = 30


@pages.post("/cases/<case_id>/identity")
@action("case.read")
def show_identity(case_id: str) -> Response:
    """Posted, so that neither an address nor the history of a browser leads back to it."""
    why = request.form.get("why", "")
    view = desk().identity_of(signed().person, case_id, why if why in WHY else "")
    page = make_response(render_template("identity.html", view=view, seconds=SHOWN_SECONDS))
    page.headers["Refresh"] = f"{SHOWN_SECONDS}; url={url_for('case.show_case', case_id=case_id)}"
    return page
