"""The coordinator's board: duties by urgency, stuck cases, open cases."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from web.staff.guard import action, away, signed
from web.staff.parts import desk

pages = Blueprint("board", __name__)


@pages.get("/board")
@action("board.read")
def show_board() -> str:
    return render_template("board.html", board=desk().board(signed().person), freed=request.args.get("freed") == "1")


@pages.post("/cases/<case_id>/stuck/<stuck_id>/free")
@action("stuck.free")
def free(case_id: str, stuck_id: str) -> Response:
    desk().free_stuck(signed().person, case_id, stuck_id, "retry", request.form.get("note", "").strip())
    return away(url_for("board.show_board", freed=1))
