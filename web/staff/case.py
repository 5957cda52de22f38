"""A case: the centre's duties first, then services, clocks, visits, facts, the timeline and the diagram."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, g, render_template, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from engine.entries import READS
from engine.library import Form
from engine.model import Problem, Refusal
from engine.views import AnytimeForm
from web import diagram
from web.lookup import find_case
from web.staff import forms
from web.staff.answers import (
    OVERRIDE,
    Answers,
    asked_before,
    page_command,
    posted_command,
    posted_override,
    posted_raw,
    read_post,
    shown_duties,
    shown_in,
    unread,
)
from web.staff.guard import action, away, signed
from web.staff.parts import desk
from web.staff.task import TOLD_AFTER, Happened, case_page, newest
from web.staff.unsent import given_back

pages = Blueprint("case", __name__)
FILTERS: dict[str, frozenset[str]] = {
    "main": frozenset(
        {
            "case.opened",
            "case.closed",
            "case.reopened",
            "task.completed",
            "facts.recorded",
            "facts.added",
            "fact.corrected",
            "fact.along",
            "duty.opened",
            "duty.met",
            "duty.late",
            "duty.broken",
            "duty.overridden",
            "duty.cancelled",
            "duty.warned",
            "duty.unheld",
            "process.started",
            "process.cancelled",
            "decision.review",
            "stuck.opened",
            "stuck.freed",
        }
    ),
    "steps": frozenset(
        {
            "case.opened",
            "case.closed",
            "case.reopened",
            "task.opened",
            "task.claimed",
            "task.released",
            "task.taken_over",
            "task.given_back",
            "task.completed",
            "task.withdrawn",
            "process.started",
            "process.ended",
            "process.cancelled",
            "timer.fired",
            "stuck.opened",
            "stuck.freed",
        }
    ),
    "duties": frozenset(
        {
            "act.done",
            "duty.opened",
            "duty.met",
            "duty.late",
            "duty.broken",
            "duty.overridden",
            "duty.cancelled",
            "duty.warned",
            "duty.unheld",
        }
    ),
    "facts": frozenset(
        {"facts.recorded", "facts.added", "fact.corrected", "fact.along", "decision.made", "decision.review"}
    ),
    "reads": READS,
}
"""Name of a filter -> the kinds of entries that it shows."""


@pages.get("/cases/<case_id>")
@action("case.read")
def show_case(case_id: str) -> str:
    chosen = request.args.get("show", "main")
    chosen = chosen if chosen in FILTERS else "main"
    just_done = bool(request.args.get("after"))
    kinds = FILTERS[chosen] | (TOLD_AFTER if just_done else frozenset())
    view = desk().case(signed().person, case_id, kinds, asked_before())
    return render_template(
        "case.html",
        view=view,
        here=g.show.at_centre(view.case.current_centre),
        lines=[line for line in view.timeline if line.kind in FILTERS[chosen]],
        filters=list(FILTERS),
        chosen=chosen,
        after=Happened(case_id, view.case.code, newest(view.timeline)) if just_done else None,
    )


@pages.get("/cases/<case_id>/way/<process>")
@action("case.read")
def way(case_id: str, process: str) -> str:
    """The diagram of one process with "you are here", and the same as a list."""
    view = desk().case(signed().person, case_id)
    library = desk().library(view.case.edition)
    if process not in library.pathway.diagrams:
        raise NotFound
    here = diagram.within(library, process, view.here)
    zoom = request.args.get("zoom", "here" if here else "large")
    drawn = diagram.draw(
        library,
        process,
        g.show.words.language,
        here=here,
        passed=diagram.within(library, process, view.passed),
        marker=g.show.words("diagram.here"),
        zoom=zoom,
    )
    return render_template(
        "way.html", view=view, process=process, drawn=drawn, library=library, zooms=diagram.ZOOMS, chosen=zoom
    )


@pages.route("/cases/<case_id>/forms/<anytime>", methods=["GET", "POST"])
@action("facts.record")
def anytime_form(case_id: str, anytime: str) -> Response | str | tuple[str, int]:
    """A form that may be filled at any time."""
    person = signed().person
    if request.method == "GET":
        return _form(desk().anytime_form(person, case_id, anytime), given_back() or {})
    override, wrong = posted_override()

    def read(form: Form) -> Answers:
        answers, problems = read_post(form, request.form)
        if problems or wrong:
            raise unread(*problems, *wrong)
        return answers

    try:
        shown = shown_in(posted_raw())
        outcome = desk().record_facts(person, case_id, anytime, read, posted_command(), override, shown)
    except Refusal as refused:
        if refused.code == "not_found" or refused.status == HTTPStatus.SERVICE_UNAVAILABLE:
            raise
        view = desk().anytime_form(person, case_id, anytime)  # which is not there for whom it is not, or not for now
        if refused.status != 422 and refused.code != "recorded_meanwhile":
            raise
        return _form(view, posted_raw(), refused.problems, refused), refused.status
    return case_page(outcome)


def _form(
    view: AnytimeForm,
    raw: forms.Raw,
    problems: tuple[Problem, ...] = (),
    refused: Refusal | None = None,
) -> str:
    asked, shown = view.asked, shown_in(raw) or view.shown
    return render_template(
        "anytime.html",
        view=view,
        asked=asked,
        shown=view.shown,
        meanwhile=[one for one in view.heeded if one.recorded_at > shown],
        drawn=forms.draw(asked.form, g.show, raw, problems, view.heeded),
        override=forms.override_field(g.show, OVERRIDE, raw, problems, refused),
        override_duties=shown_duties(refused),
        command=page_command(refused),
        refused=refused,
    )


@pages.route("/find", methods=["GET", "POST"])
@action("case.read")
def find() -> Response | str | tuple[str, int]:
    """A case by its code; posted, so that the code stands in no address."""
    if request.method == "GET":
        return render_template("find.html", refused=None, code="")
    code = request.form.get("code", "")
    try:
        found = find_case(desk(), signed().person, code, g.show.now)
    except Refusal as refused:
        return render_template("find.html", refused=refused, code=code), refused.status
    return away(url_for("case.show_case", case_id=found))
