"""How a role works in a drill: it does its open tasks, oldest first, until what it works for has come about."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime

from engine.drills.problems import DrillFailed
from engine.drills.stage import Stage
from engine.drills.vocabulary import Answer
from engine.model import Refusal, Task, Value

MAX_TASKS = 60
"""More tasks than one sentence of a drill can mean: somebody goes round in circles."""


def work(
    stage: Stage,
    roles: Iterable[str] | None,
    until: Callable[[], bool],
    facts: Iterable[str] = (),
    stop_at: str | None = None,
) -> bool:
    """Roles (None: everyone) do their tasks until `until` holds; whether it does in the end.

    A task that asks for one of `facts` goes first; one called `stop_at` is left alone, and so is one whose
    precondition does not hold at present. Raises Refusal, DrillFailed."""
    wanted, allowed = frozenset(facts), None if roles is None else frozenset(roles)
    waiting: set[str] = set()
    for _ in range(MAX_TASKS):
        if until():
            return True
        tasks = [task for task in stage.tasks() if allowed is None or task.role in allowed]
        tasks = [task for task in tasks if task.id not in waiting and stage.name(task) != stop_at]
        if not tasks:
            return False
        task = next((task for task in tasks if wanted & _asks(stage, task)), tasks[0])
        try:
            stage.complete(task, {})
        except Refusal as refusal:
            if refusal.code not in ("requires", "duty_blocks"):
                raise
            waiting.add(task.id)
        else:
            waiting.clear()
    raise DrillFailed(f"After {MAX_TASKS} tasks there was no end; open now: {standing(stage)}")


def learn(stage: Stage, answers: Mapping[str, Answer], roles: Iterable[str] | None) -> None:
    """Roles (None: everyone) work until the answers stand as facts of the case. A fact that is recorded already
    and no open task asks again is changed by a form that may be filled at any time."""
    stage.tell(answers)
    chosen = None if roles is None else frozenset(roles)

    def known() -> bool:
        return all(recorded(stage, name) for name in answers)

    if not known() and not _asked_now(stage, answers, chosen):
        _change(stage, answers, chosen)
    if not work(stage, chosen, known, facts=answers):
        missing = ", ".join(stage.library.facts[name].title["en"] for name in answers if not recorded(stage, name))
        raise DrillFailed(f"Nobody asked: {missing}. Open now: {standing(stage)}")


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


def _asked_now(stage: Stage, answers: Mapping[str, Answer], roles: frozenset[str] | None) -> bool:
    return any(_asks(stage, task) & set(answers) for task in stage.tasks() if roles is None or task.role in roles)


def _change(stage: Stage, answers: Mapping[str, Answer], roles: frozenset[str] | None) -> None:
    """Fills in the form for any time that asks the most of these facts, if all of them were answered before."""
    if any(stage.fact(name) is None for name in answers):
        return
    forms = stage.library.forms
    asked = {a.id: len(set(answers) & set(forms[a.form].properties)) for a in stage.library.pathway.anytime.values()}
    for id in sorted(asked, key=lambda id: -asked[id]):
        players = sorted(r for r in stage.library.pathway.anytime[id].roles if roles is None or r in roles)
        if asked[id] and players:
            stage.record(players[0], id)
            return


def _asks(stage: Stage, task: Task) -> set[str]:
    return set(stage.library.forms[task.form].properties)
