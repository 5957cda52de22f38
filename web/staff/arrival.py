"""A new arrival: the door, then the few questions that cannot wait."""

from __future__ import annotations

from flask import Blueprint, g, render_template, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from engine.model import Problem, Refusal
from engine.views import DoorView
from web.staff import forms
from web.staff.answers import page_command, posted_command, posted_raw, read_post
from web.staff.guard import action, away, signed
from web.staff.parts import desk, known_centres
from web.staff.task import next_page
from web.staff.unsent import given_back

pages = Blueprint("arrival", __name__)


@pages.get("/arrival")
@action("case.open")
def choose_door() -> Response | str:
    doors = [(centre, door) for centre in signed().person.centres for door in desk().doors(signed().person, centre)]
    if len(doors) == 1:
        return away(url_for("arrival.receive", centre=doors[0][0], door=doors[0][1].id))
    return render_template("doors.html", doors=doors, centres=known_centres())


@pages.route("/arrival/<centre>/<door>", methods=["GET", "POST"])
@action("case.open")
def receive(centre: str, door: str) -> Response | str | tuple[str, int]:
    view = _door(centre, door)
    if request.method == "GET":
        return _page(view, centre, given_back(once=True) or {})
    answers, problems = read_post(view.form, request.form)
    if problems:
        return _page(view, centre, posted_raw(), problems), 422
    try:
        outcome = desk().open_case(signed().person, centre, door, answers, posted_command())
    except Refusal as refused:
        if refused.status != 422:
            raise
        return _page(view, centre, posted_raw(), refused.problems, refused), 422
    return next_page(outcome, desk().first_task)


def _door(centre: str, door: str) -> DoorView:
    for view in desk().doors(signed().person, centre):
        if view.id == door:
            return view
    raise NotFound


def _page(
    view: DoorView, centre: str, raw: forms.Raw, problems: tuple[Problem, ...] = (), refused: Refusal | None = None
) -> str:
    drawn = forms.draw(view.form, g.show, raw, problems)
    return render_template(
        "arrival.html", view=view, centre=centre, drawn=drawn, command=page_command(refused), refused=refused
    )
