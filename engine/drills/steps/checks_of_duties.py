"""Sentences about duties and about what is refused: what must be so now. They change nothing."""

from __future__ import annotations

from datetime import timedelta

from engine.drills import durations
from engine.drills.broken import broke
from engine.drills.problems import DrillFailed
from engine.drills.registry import Registry
from engine.drills.stage import Stage
from engine.drills.steps.checks_of_care import require
from engine.library import OVERRIDE_REASON
from engine.model import Duty, Refusal, Task, override_scope
from engine.moves.duties import CASE_END, OVERRIDDEN

PART = Registry()


@PART.then("the centre must {duty}")
def is_owed(stage: Stage, duty: str) -> None:
    """The duty is owed now."""
    _require_status(stage, duty, "owed", "late")


@PART.then("the centre must {duty} within {how_long:duration}")
def is_owed_within(stage: Stage, duty: str, how_long: timedelta) -> None:
    """The duty is owed now, and is due this long after it arose."""
    is_owed(stage, duty)
    found = _duty(stage, duty)
    limit = found.due_at - found.opened_at if found and found.due_at and found.opened_at else None
    require(limit == how_long, f"It is due within {durations.say(limit)}" if limit else "It has no limit of time")


@PART.then("{duty} is owed")
def stays_owed(stage: Stage, duty: str) -> None:
    """The duty is owed now; it may be late."""
    _require_status(stage, duty, "owed", "late")


@PART.then("{duty} is not owed")
def is_not_owed(stage: Stage, duty: str) -> None:
    """The duty is not owed now: it never arose, was met, or was cancelled."""
    found = _duty(stage, duty)
    require(found is None or not found.open, f"It is {found.status if found else ''}")


@PART.then("{duty} is late")
def is_late(stage: Stage, duty: str) -> None:
    """The duty is owed and its time has passed."""
    _require_status(stage, duty, "late")


@PART.then("{duty} is met")
def is_met(stage: Stage, duty: str) -> None:
    """What the duty asks for was done in time, or later."""
    _require_status(stage, duty, "met")


@PART.then("{duty} was cancelled")
def was_cancelled(stage: Stage, duty: str) -> None:
    """The duty ceased to be owed because a fact was corrected or withdrawn."""
    _require_status(stage, duty, "cancelled")


@PART.then('the duty "{duty}" was passed over, with a reason')
def was_passed_over(stage: Stage, duty: str) -> None:
    """Somebody whose role may went on past the duty: it stands as broken, and the case keeps why."""
    found = [one for one in stage.file().duties if one.rule == duty and one.because == OVERRIDDEN]
    require(bool(found), "Nobody went on past it")
    require((OVERRIDE_REASON, override_scope(duty)) in stage.file().facts, "No reason is kept")


@PART.then('the duty "{duty}" is kept')
def is_kept(stage: Stage, duty: str) -> None:
    """The duty was never broken, and what somebody only tried was not refused because it would be."""
    entries = [] if stage.case_id is None else stage.entries()  # it may be broken, and refused, at the very door
    require(not broke(stage.library.duties[duty], entries), "It was broken")
    if stage.refusal is not None:
        require(
            duty not in stage.refusal.duties, f"It would be broken, so that it was refused: {stage.refusal.message}"
        )


@PART.then("no duty is open")
def no_duty(stage: Stage) -> None:
    """The centre owes nothing now."""
    owed = [stage.library.duties[duty.rule].title["en"] for duty in stage.file().duties if duty.open]
    require(not owed, f"Open: {'; '.join(owed)}")


@PART.then("{role} sees/see that {duty} is due in {how_long:duration}")
def sees_due(stage: Stage, role: str, duty: str, how_long: timedelta) -> None:
    """On the role's board or list of duties, the duty falls due in exactly this time."""
    if "board.read" in stage.library.roles[role].may:
        views = [view for case, _, view in stage.desk.board(stage.person(role)).duties if case == stage.case]
    else:
        page = stage.page(role)
        views = list(page.duties) if page else []
    due = [view.due_at for view in views if view.rule == duty and view.status in ("owed", "late")]
    if not due:
        raise DrillFailed(f"{stage.library.roles[role].title['en']} does not see it as owed")
    left = due[0] - stage.now if due[0] else None
    holds = left is not None and durations.nearly(left, how_long)
    require(holds, f"It is due in {durations.say(left)}" if left else "It has no limit of time")


@PART.then('the case cannot be closed, because "{duty} is still owed"')
def cannot_be_closed(stage: Stage, duty: str) -> None:
    """The duty is owed and forbids closing; whoever has the closing task at present is refused."""
    is_owed(stage, duty)
    rule = stage.library.duties[duty]
    require(rule.severity == "block" and rule.before == CASE_END, "It is owed, but it does not keep the case open")
    for task in stage.tasks():
        if CASE_END in [act.act for act in stage.element(task).acts]:
            _require_refused(stage, task, duty)


@PART.then("it is refused, because {reason:text}")
def is_refused(stage: Stage, reason: str) -> None:
    """What a role only tried to do was refused, with this in the explanation."""
    if stage.refusal is None:
        raise DrillFailed("Nothing was refused")
    require(reason.casefold() in stage.refusal.message.casefold(), f"It was refused, because: {stage.refusal.message}")


def _require_refused(stage: Stage, task: Task, duty: str) -> None:
    try:
        stage.complete(task, {})
    except Refusal as refusal:
        require(duty in refusal.duties, f"Closing is refused, because: {refusal.message}")
    else:
        raise DrillFailed(f'"{stage.name(task)}" was done although the duty is owed')


def _duty(stage: Stage, id: str) -> Duty | None:
    """The newest state of a duty; None when it never arose."""
    found = [duty for duty in stage.file().duties if duty.rule == id and duty.status != "idle"]
    return max(found, key=lambda duty: (duty.open, duty.opened_at is not None), default=None)


def _require_status(stage: Stage, id: str, *statuses: str) -> None:
    found = _duty(stage, id)
    require(found is not None and found.status in statuses, f"It is {found.status}" if found else "It never arose")
