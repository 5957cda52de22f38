"""Answers what a form left out when it was filled in, where the content lets that come later."""

from __future__ import annotations

from flask import Blueprint, g, render_template, request
from werkzeug.wrappers import Response

from engine.model import Refusal
from engine.views import LeftOut
from web.staff import forms
from web.staff.answers import WHEN, page_command, posted_command, posted_raw, read_whole
from web.staff.guard import action, signed
from web.staff.parts import desk
from web.staff.task import case_page
from web.staff.unsent import given_back
from web.staff.written import carried, carrying, differing, said, written

pages = Blueprint("left_out", __name__)


@pages.route("/cases/<case_id>/left-out/<form_id>", methods=["GET", "POST"])
@action("task.work")
def answer(case_id: str, form_id: str) -> Response | str | tuple[str, int]:
    person = signed().person
    if request.method == "GET":
        return _page(desk().left_out(person, case_id, form_id), case_id, given_back() or {})
    try:
        outcome = desk().answer_later(person, case_id, form_id, read_whole, posted_command())
    except Refusal as refused:
        if refused.status not in (409, 422):
            raise
        return _page(desk().left_out(person, case_id, form_id), case_id, posted_raw(), refused), refused.status
    return case_page(outcome)


def _page(late: LeftOut, case_id: str, raw: forms.Raw, refused: Refusal | None = None) -> str:
    """What is still left out, with what was written; and as text whatever else was written to questions of this form,
    unless it is recorded so."""
    problems = refused.problems if refused else ()
    gone = late.whole.properties.keys() - late.form.properties.keys()
    rest = differing(late.whole, carried(raw) | written(raw, gone), late.recorded)
    if not late.form.properties:
        rest |= written(raw, {WHEN})
    if request.method == "GET":
        g.given_back = bool(rest or written(raw, {*late.form.properties, WHEN}))
    return render_template(
        "left_out.html",
        late=late,
        case_id=case_id,
        drawn=forms.draw(late.form, g.show, raw, problems),
        written=said(late.whole, rest),
        carried=carrying(rest),
        happened=forms.moment_field(g.show, WHEN, "form.happened_at", raw, problems),
        command=page_command(refused),
        refused=refused,
    )
