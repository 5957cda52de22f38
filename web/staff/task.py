"""A task: its form, why it is there, what follows; finishing it, or keeping it half-filled."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from flask import Blueprint, g, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.library import Form
from engine.model import Outcome, Problem, Refusal
from engine.store.contract import StoreBusy
from engine.views import Line, TaskForm, TaskView
from web.staff import forms
from web.staff.answers import WHEN, Answers, fresh_command, posted_command, posted_raw, posted_version, read_post
from web.staff.errors import refused_page
from web.staff.guard import action, away, signed
from web.staff.parts import desk
from web.staff.unsent import forget, given_back

pages = Blueprint("task", __name__)
TOLD_AFTER = frozenset(
    {"task.opened", "duty.opened", "duty.met", "process.started", "process.cancelled", "case.closed", "case.reopened"}
)
"""Lines of the timeline that tell what a command brought about."""


@pages.get("/tasks/<task_id>")
@action("task.work")
def show_task(task_id: str) -> str:
    view = desk().task(signed().person, task_id)
    raw = given_back() or forms.raw_of(view.saved, view.form, g.show)
    return _page(view, raw, after=what_happened(request.args.get("after")))


@pages.post("/tasks/<task_id>")
@action("task.work")
def complete(task_id: str) -> Response | tuple[str, int]:
    try:
        outcome = desk().complete_task(signed().person, task_id, posted_version(), _posted, posted_command())
    except Refusal as refused:
        return _refused(task_id, refused)
    return next_page(outcome)


def _posted(form: Form) -> Answers:
    """The posted answers; raises Refusal when some cannot be read."""
    answers, problems = read_post(form, request.form)
    if problems:
        raise Refusal("invalid_answers", "Some answers need another look", problems=problems)
    return answers


def _refused(task_id: str, refused: Refusal) -> tuple[str, int]:
    """The task as it stands now, with what was written in its fields."""
    try:
        fresh = desk().task(signed().person, task_id)
    except Refusal as why:
        return _gone(desk().task_form(signed().person, task_id), why) if "at" in why.params else refused_page(why)
    except StoreBusy:  # what became of the command is what counts
        return refused_page(refused)
    if refused.status == 422 and refused.problems:
        return _page(fresh, posted_raw(), refused.problems), 422
    return _page(fresh, posted_raw(), refused=refused), refused.status


def _gone(asked: TaskForm, refused: Refusal) -> tuple[str, int]:
    """Somebody else was quicker: who, when, and what it brought about; what this person wrote is still there."""
    drawn = forms.draw(asked.form, g.show, posted_raw())
    changed = what_happened(asked.case_id, datetime.fromisoformat(refused.params["at"]))
    happened = forms.moment_field(g.show, WHEN, "form.happened_at", posted_raw(), ())
    page = render_template(
        "gone.html", asked=asked, drawn=drawn, happened=happened, refused=refused, changed=changed or ()
    )
    return page, refused.status


@pages.post("/tasks/<task_id>/keep")
@action("task.work")
def keep(task_id: str) -> Response | tuple[str, int]:
    view = desk().task(signed().person, task_id)
    answers, problems = read_post(view.form, request.form)
    if problems:
        return _page(view, posted_raw(), problems), 422
    desk().save_answers(signed().person, task_id, answers)
    forget()
    return away(url_for("work.work_list", kept=1))


def next_page(outcome: Outcome) -> Response:
    """After a form was recorded: the next task for this person, with what happened; else the case."""
    forget()
    following = None
    with suppress(StoreBusy):  # it is recorded, whatever can be read just now
        following = desk().next_task(signed().person, outcome)
    if following:
        return away(url_for("task.show_task", task_id=following, after=outcome.case_id))
    return away(url_for("case.show_case", case_id=outcome.case_id, after=1))


def what_happened(case_id: str | None, at: datetime | None = None) -> tuple[Line, ...] | None:
    """The lines that a change of a case wrote, the newest one unless a moment is named; None when nothing was just
    done, no lines when it may not be read."""
    if not case_id:
        return None
    try:
        timeline = desk().case(signed().person, case_id).timeline
    except Refusal:
        return ()
    return newest(timeline) if at is None else tuple(line for line in timeline if line.at == at and _tells(line))


def newest(timeline: tuple[Line, ...]) -> tuple[Line, ...]:
    told = [line for line in timeline if _tells(line)]
    last = max((line.at for line in told), default=None)
    return tuple(line for line in told if line.at == last and line.kind in TOLD_AFTER)


def _tells(line: Line) -> bool:
    return line.kind in TOLD_AFTER or line.kind in ("task.completed", "facts.recorded")


def _page(
    view: TaskView,
    raw: forms.Raw,
    problems: tuple[Problem, ...] = (),
    refused: Refusal | None = None,
    after: tuple[Line, ...] | None = None,
) -> str:
    return render_template(
        "task.html",
        view=view,
        drawn=forms.draw(view.form, g.show, raw, problems),
        happened=forms.moment_field(g.show, WHEN, "form.happened_at", raw, problems),
        command=posted_command() if refused and refused.status == 503 else fresh_command(),
        refused=refused,
        after=after,
    )
