"""Sentences about who is on shift and on call, and who therefore holds a duty."""

from __future__ import annotations

from datetime import timedelta

from engine.drills.problems import DrillFailed
from engine.drills.registry import Registry
from engine.drills.stage import Stage
from engine.drills.steps.checks_of_care import require
from engine.model import Person
from engine.store.records import Account
from engine.views import DutyView

PART = Registry()
SHIFT = timedelta(hours=12)
"""A shift of a drill, unless somebody leaves before."""


@PART.when("{role} is/are on shift")
def on_shift(stage: Stage, role: str) -> None:
    """Somebody of the role is here and awake, until they leave or half a day has passed."""
    stage.desk.start_shift(_enrolled(stage, role), stage.vocabulary.centre.id, SHIFT)


@PART.when("{role} is/are on call for {how_long:duration}")
def on_call(stage: Stage, role: str, how_long: timedelta) -> None:
    """Somebody of the role is reachable from now on, for this long, and comes when called."""
    roles = stage.library.roles.values()
    planner = next((one.id for one in roles if "rota.plan" in one.may), None)
    if planner is None:
        raise DrillFailed("No role of the content may plan who is on call")
    times = [(stage.now, stage.now + how_long)]
    who = _enrolled(stage, role).id
    stage.desk.plan_call(stage.person(planner), stage.vocabulary.centre.id, who, role, times)


@PART.when("{role} goes/go home")
def goes_home(stage: Stage, role: str) -> None:
    """The shift of the role's person ends."""
    require(stage.desk.leave(stage.person(role)) > 0, "Nobody of the role is on shift")


@PART.then("{duty} is held by {role} on shift")
def held_on_shift(stage: Stage, duty: str, role: str) -> None:
    """The duty is owed, and somebody of this role who is on shift holds it now."""
    _require_held(stage, duty, role, "shift")


@PART.then("{duty} is held by {role} on call")
def held_on_call(stage: Stage, duty: str, role: str) -> None:
    """The duty is owed, nobody of the role before is awake, and somebody of this role is on call for it now."""
    _require_held(stage, duty, role, "call")


@PART.then("{role} sees/see on the work list that {duty} waits for them")
def holds_meanwhile(stage: Stage, role: str, duty: str) -> None:
    """The role holds the duty instead of the role that owes it, and its work list says so."""
    listed = [view.rule for case, _, view in stage.desk.work_list(stage.person(role)).meanwhile if case == stage.case]
    require(duty in listed, "It does not stand there")


@PART.then("nobody awake holds {duty}")
def unheld(stage: Stage, duty: str) -> None:
    """The duty is owed, and nobody who could hold it is on shift or on call."""
    held = _on_board(stage, duty).held_by
    require(held is None, f"It is held by {held.role_title['en']}" if held else "")


def _enrolled(stage: Stage, role: str) -> Person:
    """The one who plays a role, with an account: only people with accounts are on the rota."""
    person = stage.person(role)
    if stage.store.account(id=person.id) is None:
        stage.store.add_account(Account(person.id, person.id, person.name, "-", person.language, person.roles))
    return person


def _require_held(stage: Stage, duty: str, role: str, kind: str) -> None:
    held = _on_board(stage, duty).held_by
    told = f"It is held by {held.role_title['en']}, on {held.kind}" if held else "Nobody awake holds it"
    require(held is not None and (held.role, held.kind) == (role, kind), told)


def _on_board(stage: Stage, duty: str) -> DutyView:
    """The duty as the board of whoever oversees the centre shows it. Raises DrillFailed when it is not owed."""
    overseer = next((role.id for role in stage.library.roles.values() if "board.read" in role.may), None)
    if overseer is None:
        raise DrillFailed("No role of the content sees the board")
    shown = [view for case, _, view in stage.desk.board(stage.person(overseer)).duties if case == stage.case]
    found = next((view for view in shown if view.rule == duty), None)
    if found is None:
        raise DrillFailed("It is not owed")
    return found
