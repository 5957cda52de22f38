"""Sentences about tasks, processes, facts and clocks: what must be so now. They change nothing."""

from __future__ import annotations

from datetime import datetime, timedelta

from engine.drills import durations
from engine.drills.answers import read_answer
from engine.drills.problems import DrillFailed
from engine.drills.registry import Registry
from engine.drills.stage import Stage
from engine.drills.work import same, standing
from engine.model import Process
from engine.views import ClockView

PART = Registry()


@PART.then("the next task of {role} is {task}")
def next_task(stage: Stage, role: str, task: str) -> None:
    """The task of this name is the first one on the role's work list."""
    listed = [item for item in stage.desk.work_list(stage.person(role)).items if item.case_id == stage.case]
    names = [stage.name(open) for open in stage.tasks(role) if listed and open.id == listed[0].id]
    require(names == [task], f"Open now: {standing(stage)}")


@PART.then("{role} can do {task}")
def can_do(stage: Stage, role: str, task: str) -> None:
    """The role has an open task of this name, and nothing forbids doing it now."""
    found = next((open for open in stage.tasks(role) if stage.name(open) == task), None)
    if found is None:
        raise DrillFailed(f"Open now: {standing(stage)}")
    blocked = stage.desk.task(stage.person(role), found.id).blocked
    require(blocked is None, f"It is forbidden now: {blocked.sentence['en'] if blocked else ''}")


@PART.then("nobody can do {task}")
def nobody_can_do(stage: Stage, task: str) -> None:
    """No open task has this name."""
    require(task not in [stage.name(open) for open in stage.tasks()], f"Open now: {standing(stage)}")


@PART.then("{role} has/have no task")
def no_task(stage: Stage, role: str) -> None:
    """The role has no open task in this case."""
    require(not stage.tasks(role), f"Open now: {standing(stage)}")


@PART.then("{process} has/have not started")
def not_started(stage: Stage, process: str) -> None:
    """The process never began in this case."""
    states = _states(stage, process)
    require(not states, f"It is {' and '.join(states)}")


@PART.then("{process} is/are running")
def running(stage: Stage, process: str) -> None:
    """The process has begun and has not ended."""
    _require_state(stage, process, "running")


@PART.then("{process} has/have ended")
def ended(stage: Stage, process: str) -> None:
    """The process came to its end."""
    _require_state(stage, process, "done")


@PART.then("{process} was/were cancelled")
def cancelled(stage: Stage, process: str) -> None:
    """The process began, and a rule cancelled it."""
    _require_state(stage, process, "cancelled")


@PART.then("{visit} is planned")
def visit_is_planned(stage: Stage, visit: str) -> None:
    """The visit of this name is planned, or is under way."""
    require("running" in _visits(stage, visit), _visits_now(stage))


@PART.then("{visit} is not planned")
def visit_is_not_planned(stage: Stage, visit: str) -> None:
    """The visit of this name is not planned at present."""
    require("running" not in _visits(stage, visit), _visits_now(stage))


@PART.then("{fact} is {value:answer}")
def fact_is(stage: Stage, fact: str, value: str) -> None:
    """What is recorded, decided or computed as this fact at present."""
    at_present = stage.value(fact)
    rule = stage.library.facts.get(fact)
    holds = at_present is not None and (
        same(at_present, read_answer(stage.library, rule, value, stage.moment)) if rule else str(at_present) == value
    )
    require(holds, f"It is {at_present if at_present is not None else 'not known'}")


@PART.then("{fact} is not known")
def fact_is_not_known(stage: Stage, fact: str) -> None:
    """Nobody recorded or decided this fact yet."""
    require(stage.value(fact) is None, "It is known")


@PART.then("{role} can see {fact}")
def can_see(stage: Stage, role: str, fact: str) -> None:
    """The fact stands on the case's page as the role sees it."""
    require(stage.value(fact) is not None, "It is not known to anyone")
    require(fact in _seen(stage, role), "It does not stand on the page")


@PART.then("{role} cannot see {fact}")
def cannot_see(stage: Stage, role: str, fact: str) -> None:
    """The fact is known, and does not stand on the case's page as the role sees it."""
    require(stage.value(fact) is not None, "It is not known to anyone")
    require(fact not in _seen(stage, role), "It stands on the page")


@PART.then("{deed}")
def deed_is_done(stage: Stage, deed: str) -> None:
    """An act was done, for example that the police were notified; it stays done."""
    require(deed in _deeds(stage), "It was not done yet")


@PART.then("it never happened that {deed}")
def deed_is_not_done(stage: Stage, deed: str) -> None:
    """An act was not done in this case."""
    require(deed not in _deeds(stage), "It was done")


@PART.then("{deed} before {later:deed}")
def deed_before(stage: Stage, deed: str, later: str) -> None:
    """Both acts were done, and the first time of the one came before the first time of the other."""
    deeds = _deeds(stage)
    for act in (deed, later):
        require(act in deeds, f"{stage.library.acts[act].title['en']}: it was not done yet")
    require(deeds.index(deed) < deeds.index(later), "It was done after that")


@PART.then("{role} sees/see that {clock} is possible for {how_long:duration}")
def clock_runs(stage: Stage, role: str, clock: str, how_long: timedelta) -> None:
    """On the role's work list or case page, the window of the clock closes in exactly this time."""
    view = _clock(stage, role, clock)
    left = view.possible_until - stage.now if view.possible_until else None
    holds = left is not None and durations.nearly(left, how_long)
    require(holds, f"It is {'possible for ' + durations.say(left) + ' more' if left else 'not known'}")


@PART.then("{role} sees/see that {clock} is not possible any more")
def clock_is_over(stage: Stage, role: str, clock: str) -> None:
    """On the role's case page, the window of the clock has closed."""
    view = _clock(stage, role, clock)
    require(view.state == "closed", f"It is {view.state}")


@PART.then("the case is closed")
def case_is_closed(stage: Stage) -> None:
    """The case was closed."""
    require(stage.file().case.status == "closed", f"It is open. Open now: {standing(stage)}")


@PART.then("the case is open")
def case_is_open(stage: Stage) -> None:
    """The case was not closed, or was opened again."""
    require(stage.file().case.status == "open", "It is closed")


def require(holds: bool, instead: str) -> None:
    """Raises DrillFailed saying what is so instead."""
    if not holds:
        raise DrillFailed(instead)


def _states(stage: Stage, process: str) -> list[str]:
    last = {found.scope: found for found in sorted(stage.file().processes, key=_began) if found.key == process}
    return [found.status for found in last.values()]


def _began(process: Process) -> tuple[bool, datetime]:
    return process.status == "running", process.started_at


def _visits(stage: Stage, visit: str) -> list[str]:
    """How the processes of a visit stand; a visit's scope ends with its id."""
    ours = {f"{rule.scope}:{visit}" for rule in stage.library.schedules.values()}
    return [found.status for found in stage.file().processes if found.scope in ours]


def _visits_now(stage: Stage) -> str:
    """The visits that are planned or under way, by their names."""
    titles = {
        f"{rule.scope}:{visit.id}": visit.title["en"]
        for rule in stage.library.schedules.values()
        for visit in rule.visits
    }
    found = [titles[one.scope] for one in stage.file().processes if one.scope in titles and one.status == "running"]
    return f"Planned now: {'; '.join(found) or 'no visit'}"


def _require_state(stage: Stage, process: str, state: str) -> None:
    """Of a process that ran more than once, the last run counts; visits of one kind may run side by side."""
    states = _states(stage, process)
    require(state in states, f"It is {' and '.join(states)}" if states else "It has not started")


def _deeds(stage: Stage) -> list[str]:
    """Acts in the order in which they were done."""
    return [entry.params["act"] for entry in stage.entries() if entry.kind == "act.done"]


def _seen(stage: Stage, role: str) -> set[str]:
    """Ids of the facts on the case's page of a role."""
    page = stage.page(role)
    return {told.name for _, facts in page.facts for told in facts} if page else set()


def _clock(stage: Stage, role: str, clock: str) -> ClockView:
    """The clock as the role's work list shows it, else as the case's page does. Raises DrillFailed."""
    person = stage.person(role)
    listed = stage.desk.work_list(person)
    views = [item.clock for item in listed.items if item.clock and item.case_id == stage.case]
    views += [view for case, _, view in listed.clocks if case == stage.case]
    page = stage.page(role)
    views += page.clocks if page else ()
    found = next((view for view in views if view.rule == clock), None)
    if found is None:
        raise DrillFailed(f"{stage.library.roles[role].title['en']} does not see it")
    return found
