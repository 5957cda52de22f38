"""The work list: what to do now, soon, and what waits for others; taking a task and giving it back."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from flask import Blueprint, g, make_response, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.model import Person, Refusal
from engine.views import ClockView, WorkList
from web.staff.answers import posted_version
from web.staff.errors import refused_page
from web.staff.guard import action, away, signed
from web.staff.parts import desk
from web.staff.unsent import keep, page

pages = Blueprint("work", __name__)
LAST_PAGE = 1000
FRESH_MINUTES = 5
"""An unchanged list is drawn anew after this long, so that its countdowns stay true."""


@pages.get("/work")
@action("task.work")
def work_list() -> Response:
    asked = request.args.get("role", "")
    chosen = asked if any(asked in signed().person.roles_at(centre) for centre in signed().person.centres) else None
    age = int(g.show.now.timestamp()) // (60 * FRESH_MINUTES)
    seen, _, drawn_as = request.headers.get("If-None-Match", "").partition(" ")
    page = min(max(request.args.get("page", 1, type=int), 1), LAST_PAGE)
    drawing = f"{chosen or ''}.{g.show.words.language}.{age}.{page}"
    polling = "HX-Request" in request.headers
    shown = desk().work_list(signed().person, chosen, seen if polling else None, page)
    if polling and (seen, drawn_as) == (shown.etag, drawing):
        return Response(status=204)
    return make_response(
        render_template(
            "work_items.html" if polling else "work.html",
            shown=shown,
            groups=[
                (name, [item for item in shown.items if item.group == name]) for name in ("now", "soon", "waiting")
            ],
            clocks=_by_case(shown),
            chosen=chosen,
            etag=f"{shown.etag} {drawing}",
            total=sum(count for _, _, count in shown.roles),
            saved=request.args.get("kept") == "1",
        )
    )


def _by_case(shown: WorkList) -> list[tuple[str, str, list[ClockView]]]:
    """(case id, code, its clocks) of the cases where the person holds no task, soonest end first."""
    cases: dict[tuple[str, str], list[ClockView]] = {}
    for case_id, code, view in shown.clocks:
        cases.setdefault((case_id, code), []).append(view)
    return [(*case, views) for case, views in cases.items()]


@pages.post("/tasks/<task_id>/take")
@action("task.work")
def take(task_id: str) -> Response | tuple[str, int]:
    return _held(task_id, desk().claim_task)


@pages.post("/tasks/<task_id>/take-over")
@action("task.work")
def take_over(task_id: str) -> Response | tuple[str, int]:
    """From a colleague who holds it."""
    return _held(task_id, partial(desk().claim_task, over=True))


@pages.post("/tasks/<task_id>/give-back")
@action("task.work")
def give_back(task_id: str) -> Response | tuple[str, int]:
    return _held(task_id, desk().release_task)


def _held(task_id: str, change: Callable[[Person, str, int], int]) -> Response | tuple[str, int]:
    """Changes who holds a task; what stands on its form is kept meanwhile. Whoever comes too late is led to the task: a
    colleague holds it, or it changed."""
    kept = request.form.get("from") == "task" and keep(signed(), on_screen=True)
    try:
        change(signed().person, task_id, posted_version())
    except Refusal as refused:
        still_theirs = refused.status == 409
        task = _task(task_id) if still_theirs else ""
        return refused_page(refused, task, kept=kept and still_theirs)
    return away(_back(task_id))


def _back(task_id: str) -> str:
    return _task(task_id) if request.form.get("from") == "task" else url_for("work.work_list")


def _task(task_id: str) -> str:
    """The address of the task, with what was written on it if it came from there."""
    plain, opened = url_for("task.show_task", task_id=task_id), page()
    return opened if opened.startswith(f"{plain}?") else plain
