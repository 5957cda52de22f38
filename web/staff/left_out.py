"""Answers what a form left out when it was filled in, where the content lets that come later."""

from __future__ import annotations

from flask import Blueprint, g, render_template, request
from werkzeug.wrappers import Response

from engine.model import Refusal
from engine.views import LeftOut
from web.staff import forms
from web.staff.answers import WHEN, fresh_command, posted_command, posted_raw, read_whole, written
from web.staff.guard import action, signed
from web.staff.parts import desk
from web.staff.task import case_page
from web.staff.unsent import given_back

pages = Blueprint("left_out", __name__)


@pages.route("/cases/<case_id>/left-out/<form_id>/<scope>", methods=["GET", "POST"])
@action("facts.record")
def answer(case_id: str, form_id: str, scope: str) -> Response | str | tuple[str, int]:
    person = signed().person
    if request.method == "GET":
        return _page(desk().left_out(person, case_id, form_id, scope), case_id, given_back() or {})
    try:
        outcome = desk().answer_later(person, case_id, form_id, scope, read_whole, posted_command())
    except Refusal as refused:
        if refused.status not in (409, 422):
            raise
        late = desk().left_out(person, case_id, form_id, scope)
        return _page(late, case_id, posted_raw(), refused), refused.status
    return case_page(outcome)


def _page(late: LeftOut, case_id: str, raw: forms.Raw, refused: Refusal | None = None) -> str:
    """What is still left out, with what was written; and what was written to questions that were answered meanwhile."""
    problems = refused.problems if refused else ()
    wrote = written(late.whole) if refused else frozenset()
    meanwhile = [name for name in late.whole.properties if name in wrote and name not in late.form.properties]
    return render_template(
        "left_out.html",
        late=late,
        case_id=case_id,
        drawn=forms.draw(late.form, g.show, raw, problems),
        meanwhile=forms.draw(late.whole.only(*meanwhile, required=()), g.show, raw),
        happened=forms.moment_field(g.show, WHEN, "form.happened_at", raw, problems),
        command=fresh_command(),
        refused=refused,
    )
