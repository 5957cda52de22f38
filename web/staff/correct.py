"""Corrects a fact: its history, the new value, the reason, and what will follow."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from flask import Blueprint, g, render_template, request
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from engine.desk.corrections import Correction
from engine.library import Form
from engine.model import Problem, Refusal
from engine.views import FactView
from web.staff import forms
from web.staff.answers import (
    LONGEST_REASON,
    SHOWN,
    page_command,
    posted_command,
    posted_raw,
    read_post,
    reason_problems,
    shown_in,
    unread,
)
from web.staff.guard import action, signed
from web.staff.parts import desk
from web.staff.task import case_page
from web.staff.unsent import given_back

pages = Blueprint("correct", __name__)


@pages.route("/cases/<case_id>/facts/<name>/<place>", methods=["GET", "POST"])
@action("fact.correct")
def correct_fact(case_id: str, name: str, place: str) -> Response | str | tuple[str, int]:
    person, why = signed().person, request.args.get("why", "")
    if request.method == "GET":
        view = desk().fact_at(person, case_id, name, place, why)
        kept = given_back() or {}
        return _page(view, shown_in(kept) or view.recorded_at, case_id, kept)
    try:
        read = partial(_posted, name)
        outcome = desk().correct_fact_at(person, case_id, name, place, read, posted_command(), why)
    except Refusal as refused:
        if refused.status not in (409, 422):
            raise
        now = desk().fact_at(person, case_id, name, place, why)
        # of answers that need another look it is not told yet that the fact changed meanwhile
        told = now.recorded_at if refused.status == 409 else _seen()
        return _page(now, told, case_id, posted_raw(), refused.problems, refused), refused.status
    return case_page(outcome)


def _seen() -> datetime:
    seen = shown_in(posted_raw())
    if seen is None:
        raise BadRequest(SHOWN)
    return seen


def _posted(name: str, form: Form) -> Correction:
    """What was posted to correct this fact; raises Refusal when some of it cannot be read."""
    seen = _seen()
    answers, problems = read_post(form, request.form)
    reason = request.form.get("reason", "").strip()
    if name not in answers and not problems:
        problems += (Problem(name, "required", "Give the right value"),)
    if not reason:
        problems += (Problem("reason", "reason_needed", "Say why it is corrected"),)
    problems += reason_problems("reason", reason, g.show.words("correct.reason"))
    if problems:
        raise unread(*problems)
    return Correction(seen, answers, reason)


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
        command=page_command(refused),
        refused=refused,
    )
