"""Who is here: coming on shift and leaving, who is on call, and the coordinator's plan of it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby

from flask import Blueprint, g, render_template, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from engine.clock import now
from engine.model import Problem, Refusal
from engine.views import RotaView, TurnView
from web.staff.errors import refused_page
from web.staff.guard import action, away, left, signed, token
from web.staff.parts import desk, known_centres, people, settings
from web.staff.show import Show

pages = Blueprint("rota", __name__)
PLANNED = 14
"""Days that the form offers, and the most in a row."""
_TIME = re.compile(r"([01]?[0-9]|2[0-3])[:hH.]?([0-5][0-9])")
FIELDS = ("who", "day", "from", "until", "days")


@pages.post("/shift/start")
@action("shift.own")
def start_shift() -> Response:
    desk().start_shift(signed().person, request.form.get("centre", ""), timedelta(hours=settings().shift_hours))
    return away(url_for("work.work_list"))


@pages.post("/shift/end")
@action("shift.own")
def end_shift() -> Response:
    """Whoever goes home leaves no session behind."""
    desk().leave(signed().person)
    people().sign_out(token(), now(), signed().account)
    return left(shift="ended")


@pages.get("/rota")
@action("shift.own")
def show_rota() -> str:
    return _page()


@pages.post("/rota")
@action("rota.plan")
def plan() -> Response | tuple[str, int]:
    """Puts somebody on call."""
    asked = Asked.of(request.form.get("centre", ""), {name: request.form.get(name, "").strip() for name in FIELDS})
    problems = asked.problems()
    if problems:
        return _page(asked, problems), 422
    try:
        desk().plan_call(signed().person, asked.centre, *asked.somebody, asked.times())
    except Refusal as refused:
        if refused.status != 422:
            raise
        return _page(asked, refused.problems or (Problem("who", refused.code, refused.message),)), 422
    return away(url_for("rota.show_rota", done="added"))


@pages.post("/rota/remove")
@action("rota.plan")
def remove() -> Response | tuple[str, int]:
    """Takes somebody off the plan, or ends a shift that somebody forgot to end."""
    try:
        desk().take_off(signed().person, request.form.get("turn", ""))
    except Refusal as refused:
        return refused_page(refused)
    return away(url_for("rota.show_rota", done="taken_off"))


@dataclass(frozen=True, slots=True)
class Asked:
    """The form that puts somebody on call, as it was sent; its times are the centre's."""

    centre: str
    raw: dict[str, str]
    show: Show = field(repr=False)

    @classmethod
    def of(cls, centre: str, raw: dict[str, str]) -> Asked:
        if centre not in signed().person.centres:
            raise BadRequest("centre")
        return cls(centre, raw, g.show.at_centre(centre))

    @property
    def somebody(self) -> tuple[str, str]:
        """(person id, role)."""
        who, _, role = self.raw["who"].partition(" ")
        return who, role

    def problems(self) -> tuple[Problem, ...]:
        known = (day.isoformat() for day in days(self.show))
        wrong = [Problem("who", "required", "", {"label": self.show.words("rota.plan.who")})] * (not self.raw["who"])
        if self.raw["day"] not in known:
            wrong.append(Problem("day", "choice", "", {"label": self.show.words("rota.plan.day")}))
        wrong += [Problem(name, "time", "") for name in ("from", "until") if not _TIME.fullmatch(self.raw[name])]
        if self.raw["days"] not in map(str, range(1, PLANNED + 1)):
            wrong.append(Problem("days", "choice", "", {"label": self.show.words("rota.plan.days")}))
        if not wrong and any(end <= start for start, end in self.times()):
            wrong.append(Problem("until", "time_skipped", ""))  # in the hour that a change of clocks leaves out
        return tuple(wrong)

    def times(self) -> list[tuple[datetime, datetime]]:
        """From when until when, for each day; only of a form without problems."""
        first = date.fromisoformat(self.raw["day"])
        starts, ends = _time(self.raw["from"]), _time(self.raw["until"])
        over = timedelta(days=ends <= starts)
        planned = [first + timedelta(days=number) for number in range(int(self.raw["days"]))]
        return [(self._moment(day, starts), self._moment(day + over, ends)) for day in planned]

    def _moment(self, day: date, at: time) -> datetime:
        return datetime.combine(day, at, self.show.words.zone).astimezone(UTC)


def days(show: Show) -> list[date]:
    """The days that can be planned: today at the centre, and those that follow."""
    today = date.fromisoformat(show.today)
    return [today + timedelta(days=number) for number in range(PLANNED)]


def _time(text: str) -> time:
    found = _TIME.fullmatch(text)
    if found is None:
        raise ValueError(text)
    return time(int(found[1]), int(found[2]))


def _by_day(show: Show, turns: tuple[TurnView, ...]) -> list[tuple[date, list[TurnView]]]:
    """The turns under the day at the centre on which they begin; those that run, under today."""

    def day(one: TurnView) -> date:
        return max(one.turn.starts_at, show.now).astimezone(show.words.zone).date()

    return [(when, list(those)) for when, those in groupby(turns, key=day)]


def _page(asked: Asked | None = None, problems: tuple[Problem, ...] = ()) -> str:
    centres = known_centres()
    shown: list[tuple[RotaView, str, Show, list[tuple[date, list[TurnView]]]]] = []
    for view in desk().who_is_here(signed().person):
        here = g.show.at_centre(view.centre)
        name = centres[view.centre].name if view.centre in centres else view.centre
        shown.append((view, name, here, _by_day(here, view.calls)))
    return render_template(
        "rota.html",
        shown=shown,
        asked=asked,
        problems=problems,
        wrong={problem.field for problem in problems},
        days=days,
        most=PLANNED,
        done=request.args.get("done", ""),
    )
