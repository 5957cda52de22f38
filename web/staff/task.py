"""A task: its form, why it is there, what follows; finishing it, or keeping it half-filled."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from flask import Blueprint, g, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.model import Outcome, Person, Problem, Refusal
from engine.store.errors import StoreBusy
from engine.views import Line, TaskForm, TaskView, Told
from web.staff import forms, unsent
from web.staff.answers import (
    OVERRIDE,
    WHEN,
    another_command,
    knows,
    page_command,
    posted_command,
    posted_override,
    posted_raw,
    posted_version,
    read_answers,
    read_post,
    read_whole,
    shown_duties,
    shown_in,
    unread,
)
from web.staff.errors import refused_page
from web.staff.guard import action, away, signed
from web.staff.parts import desk, people
from web.staff.unsent import forget, given_back, saved_beside, sent
from web.staff.written import carrying, changed, differing, drawn, holds, instead, said, written

pages = Blueprint("task", __name__)
TOLD_AFTER = frozenset(
    {
        "fact.corrected",
        "fact.along",
        "task.opened",
        "duty.opened",
        "duty.met",
        "duty.overridden",
        "process.started",
        "process.cancelled",
        "case.closed",
        "case.reopened",
    }
)
"""Lines of the timeline that tell what a command brought about."""


@dataclass(frozen=True, slots=True)
class Happened:
    """What a command brought about, and in which case; no code and no lines when that may not be read."""

    case_id: str
    case_code: str = ""
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Leftover:
    """What somebody wrote of a task that is gone, and whether all that they saved with the task is in it."""

    raw: forms.Raw
    saved: bool = False


@pages.get("/tasks/<task_id>")
@action("task.work")
def show_task(task_id: str) -> str | tuple[str, int]:
    """The task; of one that somebody finished meanwhile, what this person had written and not sent."""
    kept = given_back()
    try:
        view = desk().task(signed().person, task_id)
    except Refusal as why:
        if _says_who(why) and ((left := _left(task_id, kept)).raw or g.offered):
            return _gone(task_id, why, left)
        raise
    if kept and saved_beside(view.saved_at):
        kept = None
    raw = kept or forms.raw_of(view.saved, view.form, g.show)
    return _page(view, raw, after=_after(request.args.get("after", "")))


@pages.post("/tasks/<task_id>")
@action("task.work")
def complete(task_id: str) -> Response | tuple[str, int]:
    override, problems = posted_override()
    try:
        if problems:
            raise unread(*problems)
        outcome = desk().complete_task(
            signed().person,
            task_id,
            posted_version(),
            read_whole,
            posted_command(),
            override=override,
            shown=shown_in(posted_raw()),
        )
    except Refusal as refused:
        return _refused(task_id, refused)
    return next_page(outcome, desk().next_task)


def _refused(task_id: str, refused: Refusal) -> tuple[str, int]:
    """The task as it stands now, with what was written in its fields."""
    if _says_who(refused):
        return _gone(task_id, refused, Leftover(posted_raw()))
    try:
        fresh = desk().task(signed().person, task_id)
    except Refusal as why:
        return _gone(task_id, why, Leftover(posted_raw())) if _says_who(why) else refused_page(why)
    except StoreBusy:  # what became of the command is what counts
        return refused_page(refused)
    if refused.status == 422 and refused.problems:
        return _page(fresh, posted_raw(), refused.problems), 422
    return _page(fresh, posted_raw(), refused=refused), refused.status


def _says_who(refused: Refusal) -> bool:
    """Whether the task is gone, and it is said who ended it, and when."""
    return refused.code == "task_gone" and "at" in refused.params


def _left(task_id: str, kept: forms.Raw | None) -> Leftover:
    """What this person wrote of a task that is gone: what the page kept, or what was saved with the task after that."""
    found = desk().left_answers(signed().person, task_id)
    if found is None:
        return Leftover(kept or {})
    if kept and not saved_beside(found.saved_at):
        return Leftover(kept, saved=holds(found.form, kept, found.answers))
    return Leftover(forms.raw_of(found.answers, found.form, g.show), saved=True)


def _gone(task_id: str, refused: Refusal, left: Leftover) -> tuple[str, int]:
    """Somebody else was quicker: who, when, and what it brought about. What the other one left out can be recorded with
    one press; whatever else this person wrote is still there as text, unless it is recorded so."""
    asked, raw = desk().task_form(signed().person, task_id), left.raw
    whole = asked.form.properties.keys()
    open_still = asked.left_out.form.properties.keys() if asked.left_out else frozenset()
    late = written(raw, open_still)
    rest = differing(asked.form, written(raw, whole - open_still), asked.recorded)
    given = g.get("given")
    # another tab may have been sent without these; of a reason nothing recorded tells
    rest |= written(raw, {OVERRIDE} if late or _is_recorded_when(asked, raw) else {WHEN, OVERRIDE})
    if given is not None and given.sent and not (late or rest):
        raise refused  # all of it is recorded
    g.given_back = request.method == "GET" and bool(late or rest)
    page = render_template(
        "gone.html",
        asked=asked,
        task_id=task_id,
        late=drawn(asked.form, late) if late else None,
        written=said(asked.form, rest),
        carried=carrying(rest) if late else rest,
        happened=forms.moment_field(g.show, WHEN, "form.happened_at", raw, ()) if written(raw, {WHEN}) else None,
        refused=refused,
        changed=[line for line in asked.changed if _tells(line)],
        command=another_command(),
        which=given.page if given is not None else "",
        saved=left.saved,
    )
    return page, refused.status


@pages.post("/tasks/<task_id>/throw-away")
@action("task.work")
def throw_away(task_id: str) -> Response:
    """What its writer had left of a task that is gone, as far as the page showed it."""
    if request.form.get("saved"):
        desk().drop_left(signed().person, task_id)
    people().drop_unsent(signed(), *filter(None, [request.form.get("which", "")]))
    return away(url_for("work.work_list"))


def _is_recorded_when(asked: TaskForm, raw: forms.Raw) -> bool:
    """Whether something stands of the task's answers as having happened when it was written here."""
    when = str(read_answers(asked.form, written(raw, {WHEN}))[0].get(WHEN, ""))
    return bool(when) and datetime.fromisoformat(when) in {told.happened_at for told in asked.recorded}


@pages.post("/tasks/<task_id>/keep")
@action("task.work")
def keep(task_id: str) -> Response | tuple[str, int]:
    try:
        view = desk().task(signed().person, task_id)
    except Refusal as refused:
        return _refused(task_id, refused)
    answers, problems = read_post(view.form, request.form)
    if problems:
        return _page(view, posted_raw(), problems), 422
    raw = posted_raw()
    if not knows(raw, view.saved_at):  # their own, on another page
        return _page(view, raw), HTTPStatus.CONFLICT
    saved_at = desk().save_answers(signed().person, task_id, answers, shown_in(raw))
    reason = written(raw, {OVERRIDE})  # no step has a place for it
    if not reason or not unsent.keep(signed(), saved_at=saved_at):
        forget()
    return away(url_for("work.work_list", kept=1))


def next_page(outcome: Outcome, following_of: Callable[[Person, Outcome], str | None]) -> Response:
    """After a task or an arrival: what this person is to do then, with what happened; else the case."""
    following = None
    with suppress(StoreBusy):  # it is recorded, whatever can be read just now
        following = following_of(signed().person, outcome)
    if not following:
        return case_page(outcome)
    sent()
    return away(url_for("task.show_task", task_id=following, after=outcome.case_id))


def case_page(outcome: Outcome) -> Response:
    """After something was recorded on the page of a case: that case, with what happened."""
    sent()
    return away(url_for("case.show_case", case_id=outcome.case_id, after=1))


def _after(case_id: str) -> Happened | None:
    """What the newest change of a case brought about, if one is named."""
    if not case_id:
        return None
    try:
        view = desk().case(signed().person, case_id)
    except Refusal:
        return Happened(case_id)
    return Happened(case_id, view.case.code, newest(view.timeline))


def newest(timeline: tuple[Line, ...]) -> tuple[Line, ...]:
    told = [line for line in timeline if _tells(line)]
    last = max((line.at for line in told), default=None)
    return tuple(line for line in told if line.at == last and line.kind in TOLD_AFTER)


def _tells(line: Line) -> bool:
    return line.kind in TOLD_AFTER or line.kind in ("task.completed", "facts.recorded", "facts.added")


def _with_news(view: TaskView, raw: forms.Raw) -> tuple[forms.Raw, tuple[Told, ...]]:
    """What somebody wrote on a page of this task, where they had not touched it as it stands now; and what was recorded
    since that page was shown."""
    shown = shown_in(raw)
    if shown is None or shown >= view.shown:
        return raw, view.meanwhile
    answers, unread = read_answers(view.form, raw)
    found = desk().meanwhile(signed().person, view.item.id, answers, shown)
    untouched = found.untouched - {one.field for one in unread}
    return instead(view.form, raw, untouched, {told.name: told.value for told in found.told}), found.told


def _saved_otherwise(view: TaskView, raw: forms.Raw) -> list[tuple[str, str]]:
    """What this person saved on another page of the step, where it stands otherwise here."""
    saved = forms.raw_of(view.saved, view.form, g.show)
    return said(view.form, written(saved, changed(view.form, raw, view.saved)))


def _page(
    view: TaskView,
    raw: forms.Raw,
    problems: tuple[Problem, ...] = (),
    refused: Refusal | None = None,
    after: Happened | None = None,
) -> str:
    beside = [] if knows(raw, view.saved_at) else _saved_otherwise(view, raw)
    raw, since = _with_news(view, raw)
    return render_template(
        "task.html",
        view=view,
        meanwhile=since,
        beside=beside,
        drawn=forms.draw(view.form, g.show, raw, problems, view.before),
        happened=forms.moment_field(g.show, WHEN, "form.happened_at", raw, problems),
        override=forms.override_field(g.show, OVERRIDE, raw, problems, refused),
        override_duties=shown_duties(refused),
        command=page_command(refused),
        refused=refused,
        after=after,
    )
