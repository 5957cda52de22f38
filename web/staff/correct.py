"""Corrects a fact: its history, the new value, the reason, and what will follow."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, g, render_template, request
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from engine.model import Problem, Refusal
from engine.views import FactView
from web.staff import forms
from web.staff.answers import (
    LONGEST_REASON,
    SHOWN,
    fresh_command,
    posted_command,
    posted_raw,
    read_post,
    reason_problems,
    shown_in,
)
from web.staff.guard import action, signed
from web.staff.parts import desk
from web.staff.task import case_page
from web.staff.unsent import given_back

pages = Blueprint("correct", __name__)


@pages.route("/cases/<case_id>/facts/<name>/<place>", methods=["GET", "POST"])
@action("fact.correct")
def correct_fact(case_id: str, name: str, place: str) -> Response | str | tuple[str, int]:
    person = signed().person
    view = desk().fact_at(person, case_id, name, place, request.args.get("why", ""))
    if request.method == "GET":
        kept = given_back() or {}
        return _page(view, shown_in(kept) or view.recorded_at, case_id, kept)
    seen = shown_in(posted_raw())
    if seen is None:
        raise BadRequest(SHOWN)
    answers, problems = read_post(view.form, request.form)
    reason = request.form.get("reason", "").strip()
    if name not in answers and not problems:
        problems += (Problem(name, "required", "Give the right value"),)
    if not reason:
        problems += (Problem("reason", "reason_needed", "Say why it is corrected"),)
    problems += reason_problems("reason", reason, g.show.words("correct.reason"))
    if problems:
        return _page(view, seen, case_id, posted_raw(), problems), 422  # not told yet, if it changed meanwhile
    try:
        value = answers.pop(name)
        outcome = desk().correct_fact(person, case_id, name, view.scope, seen, value, reason, posted_command(), answers)
    except Refusal as refused:
        if refused.status not in (409, 422):
            raise
        now = desk().fact_at(person, case_id, name, place, request.args.get("why", ""))
        told = now.recorded_at if refused.status == 409 else seen
        return _page(now, told, case_id, posted_raw(), refused.problems, refused), refused.status
    return case_page(outcome)


def _page(
    view: FactView,
    seen: datetime,
    case_id: str,
    raw: forms.Raw,
    problems: tuple[Problem, ...] = (),
    refused: Refusal | None = None,
) -> str:
    return render_template(
        "correct.html",
        view=view,
        shown=seen.isoformat(),
        case_id=case_id,
        drawn=forms.draw(view.form, g.show, raw, problems),
        longest_reason=LONGEST_REASON,
        reason=next(iter(raw.get("reason", [])), ""),
        reason_error=next((g.show.problem(found) for found in problems if found.field == "reason"), ""),
        command=fresh_command(),
        refused=refused,
    )
