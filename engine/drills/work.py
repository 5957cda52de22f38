"""How people work in a drill: they do open tasks, oldest first, until what they work for has come about."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime

from engine.drills.problems import DrillFailed
from engine.drills.stage import Stage
from engine.drills.vocabulary import Answer
from engine.model import Refusal, Task, Value

MAX_TASKS = 60
"""More tasks than one sentence of a drill can mean: somebody goes round in circles."""
NOT_NOW = ("requires", "duty_blocks")
"""Refusals that other people's work may lift."""


def work(stage: Stage, until: Callable[[], bool], turn: Callable[[Task], int | None]) -> bool:
    """Open tasks are done until `until` holds; whether it does in the end. `turn` says which go first (the lowest) and
    which are left alone (None). A task that is refused for now waits for others. Raises Refusal, DrillFailed."""
    waiting: set[str] = set()
    for _ in range(MAX_TASKS):
        if until():
            return True
        turns = [(at, task) for task in stage.tasks() if task.id not in waiting and (at := turn(task)) is not None]
        if not turns:
            return False
        task = min(turns, key=lambda pair: pair[0])[1]
        try:
            stage.complete(task, {})
        except Refusal as refusal:
            if refusal.code not in NOT_NOW:
                raise
            waiting.add(task.id)
        else:
            waiting.clear()
    raise DrillFailed(f"After {MAX_TASKS} tasks there was no end; open now: {standing(stage)}")


def work_all(stage: Stage, role: str | None = None, but: str | None = None) -> None:
    """One role, or everyone, works until nothing is left that can be done now; nobody does the task called `but`."""
    work(stage, lambda: False, lambda task: 0 if role in (None, task.role) and stage.name(task) != but else None)


def reach(stage: Stage, role: str, name: str, *, helped: bool = False) -> Task:
    """The open task of this role and name, once the role (if `helped`, everyone) has done what comes before it.
    Raises DrillFailed."""

    def open_now() -> Task | None:
        return next((task for task in stage.tasks(role) if stage.name(task) == name), None)

    def turn(task: Task) -> int | None:
        if task.role == role:
            return 0
        return 1 if helped else None

    work(stage, lambda: open_now() is not None, turn)
    task = open_now()
    if task is None:
        raise DrillFailed(f'{stage.library.roles[role].title["en"]} has no task "{name}". Open now: {standing(stage)}')
    return task


def learn(stage: Stage, answers: Mapping[str, Answer], role: str | None = None) -> None:
    """Everyone works until the answers stand as facts of the case, asked by `role` when one is named. What was
    answered before, and no open task asks again, is changed by a form that may be filled at any time."""
    stage.tell(answers)

    def asks(task: Task) -> bool:
        return bool(set(answers) & set(stage.library.forms[task.form].properties))

    def known() -> bool:
        return all(recorded(stage, name) for name in answers)

    def turn(task: Task) -> int | None:
        if role in (None, task.role):
            return 0 if asks(task) else 1
        return None if asks(task) else 1

    answered = all(stage.fact(name) is not None for name in answers)
    if answered and not known() and not any(turn(task) == 0 for task in stage.tasks()):
        change(stage, answers, role)
    if not work(stage, known, turn):
        missing = ", ".join(stage.library.facts[name].title["en"] for name in answers if not recorded(stage, name))
        raise DrillFailed(f"Nobody asked: {missing}. Open now: {standing(stage)}")


def change(stage: Stage, answers: Mapping[str, Answer], role: str | None = None) -> bool:
    """Fills in the form for any time that asks the most of these facts; whether there is one."""
    stage.tell(answers)
    forms = stage.library.forms
    asked = {a.id: len(set(answers) & set(forms[a.form].properties)) for a in stage.library.pathway.anytime.values()}
    for id in sorted(asked, key=lambda id: -asked[id]):
        players = sorted(one for one in stage.library.pathway.anytime[id].roles if role in (None, one))
        if asked[id] and players:
            stage.record(players[0], id)
            return True
    return False


def recorded(stage: Stage, name: str) -> bool:
    """Whether a fact stands as the drill told it."""
    fact = stage.fact(name)
    return fact is not None and same(fact.value, stage.told[name])


def same(value: Value, answer: Answer) -> bool:
    """Whether a fact's value is what a JSON-shaped answer says."""
    if isinstance(value, datetime):
        return isinstance(answer, str) and value == datetime.fromisoformat(answer)
    if isinstance(value, date):
        return answer == value.isoformat()
    if isinstance(value, tuple):
        return isinstance(answer, list) and sorted(value) == sorted(answer)
    return value == answer


def standing(stage: Stage) -> str:
    """Who has which task open now, in words."""
    tasks = [f'{stage.library.roles[task.role].title["en"]}: "{stage.name(task)}"' for task in stage.tasks()]
    return "; ".join(tasks) or "no task"
