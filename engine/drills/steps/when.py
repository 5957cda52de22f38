"""Sentences about what people do, and about time that passes."""

from __future__ import annotations

from datetime import date, timedelta

from engine.desk.commands import NOBODY_GOES_ON
from engine.drills import durations
from engine.drills.answers import read_answer
from engine.drills.problems import DrillFailed
from engine.drills.registry import Registry, Table
from engine.drills.stage import Stage
from engine.drills.steps.given import SINCE_BIRTHDAY, answers_of, birthday
from engine.drills.vocabulary import Answer
from engine.drills.work import change, learn, reach, work_all
from engine.model import Override, Refusal

PART = Registry()
REASON = "Said in a drill"
HAPPENED = "it happened"
"""In a table of answers: how long ago what is entered now happened, such as `2 hours ago`."""


@PART.when("{role} receives/receive {survivor}")
def receives(stage: Stage, role: str, survivor: str) -> None:
    """The survivor arrives where this role receives, and the case is opened."""
    doors = [door for door in stage.library.pathway.doors.values() if role in door.roles]
    if not doors:
        raise DrillFailed(f"No door is kept by {stage.library.roles[role].title['en']}")
    own = [door for door in doors if door.id == role]
    stage.arrive((own or doors)[0].id, role)


@PART.when("{role} receives/receive {survivor} {statement}")
def receives_so(stage: Stage, role: str, survivor: str, statement: str) -> None:
    """The survivor arrives, and a statement of the vocabulary is true of the arrival."""
    stage.tell(stage.vocabulary.statements[statement])
    receives(stage, role, survivor)


@PART.when("{survivor} comes/calls by {door}")
def comes_by(stage: Stage, survivor: str, door: str) -> None:
    """The survivor arrives at this door, and whoever keeps it opens the case."""
    stage.arrive(door, min(stage.library.pathway.doors[door].roles))


@PART.when("{role} records/record that {statement}")
def records_that(stage: Stage, role: str, statement: str) -> None:
    """Everyone works until the role was asked about the statement, and answers so."""
    learn(stage, stage.vocabulary.statements[statement], role)


@PART.when("{statement}")
def statement_becomes_so(stage: Stage, statement: str) -> None:
    """Everyone works until somebody was asked about the statement, and it is recorded. What was answered before is
    changed."""
    learn(stage, stage.vocabulary.statements[statement])


@PART.when("{role} does/do {task}", table=True)
def does_task(stage: Stage, role: str, task: str, table: Table | None) -> None:
    """The role does the task of this name, after its own tasks before it. A table gives answers."""
    _complete(stage, role, task, table)


@PART.when("{role} tries/try to do {task}", table=True)
def tries_task(stage: Stage, role: str, task: str, table: Table | None) -> None:
    """Like "does", but it may be refused; a later sentence says why."""
    stage.refusal = None
    try:
        _complete(stage, role, task, table)
    except Refusal as refusal:
        stage.refusal = refusal


@PART.when("{role} does/do {task} all the same, because {reason:text}", table=True)
def does_all_the_same(stage: Stage, role: str, task: str, reason: str, table: Table | None) -> None:
    """The role is refused, is told which duties stand in the way, and goes on past them with this reason. Fails where
    nothing stands in the way, or their role may not."""
    tries_task(stage, role, task, table)
    refusal, stage.refusal = stage.refusal, None
    if refusal is None:
        raise DrillFailed("Nothing stood in the way")
    _complete(stage, role, task, table, Override(reason=reason, duties=frozenset(refusal.duties)))


@PART.when("{role} does/do {task} if it can be done", table=True)
def does_task_if_possible(stage: Stage, role: str, task: str, table: Table | None) -> None:
    """Like "tries", but the task need not even be open."""
    stage.refusal = None
    if any(stage.name(open) == task for open in stage.tasks(role)):
        tries_task(stage, role, task, table)


@PART.when('{role} fills/fill in "{notice}"', table=True)
def fills_in(stage: Stage, role: str, notice: str, table: Table | None) -> None:
    """The role fills in a form that may be filled at any time. A table gives answers."""
    answers, ago = _answers(stage, table, stage.library.pathway.anytime[notice].form)
    stage.record(role, notice, answers, ago)


@PART.when('{role} tries/try to fill in "{notice}"', table=True)
def tries_to_fill_in(stage: Stage, role: str, notice: str, table: Table | None) -> None:
    """Like "fills in", but it may be refused; a later sentence says why."""
    stage.refusal = None
    try:
        fills_in(stage, role, notice, table)
    except Refusal as refusal:
        stage.refusal = refusal


@PART.when("{role} does/do all its/their work")
def does_all(stage: Stage, role: str) -> None:
    """The role does its tasks until none is left that can be done now."""
    work_all(stage, role)


@PART.when("everyone does their work")
def everyone_works(stage: Stage) -> None:
    """All roles do their tasks until none is left that can be done now."""
    work_all(stage)


@PART.when("everyone does their work, but nobody does {task}")
def everyone_works_but(stage: Stage, task: str) -> None:
    """All roles do their tasks until none but this one is left that can be done now."""
    work_all(stage, but=task)


@PART.when("everyone works until {role} can do {task}")
def works_until(stage: Stage, role: str, task: str) -> None:
    """All roles do their tasks until this one waits for the role."""
    reach(stage, role, task, helped=True)


@PART.when("{how_long:duration} pass/passes")
def time_passes(stage: Stage, how_long: timedelta) -> None:
    """Virtual time passes: what becomes due meanwhile happens at its moment."""
    stage.pass_time(how_long)


@PART.when("{role} corrects/correct {fact} to {value:answer}")
def corrects(stage: Stage, role: str, fact: str, value: str) -> None:
    """The role corrects a fact that was recorded before."""
    rule = stage.library.facts.get(fact)
    if rule is None:
        raise DrillFailed("It is computed from other facts; correct one of those")
    _correct(stage, role, fact, read_answer(stage.library, rule, value, stage.moment))


@PART.when("papers show that {survivor} is {age:int} years old")
def papers_show(stage: Stage, survivor: str, age: int) -> None:
    """The day of birth becomes known, or is corrected, so that the survivor is this old today."""
    fact = stage.vocabulary.born
    born = birthday(date.fromisoformat(stage.moment.today) - SINCE_BIRTHDAY, age).isoformat()
    if stage.fact(fact) is not None:
        group = stage.library.facts[fact].group
        roles = stage.library.roles.items()
        correctors = sorted(id for id, role in roles if "fact.correct" in role.may and group in role.sees)
        _correct(stage, correctors[0], fact, born)
    elif not change(stage, {fact: born, **stage.vocabulary.with_birth}):
        learn(stage, {fact: born, **stage.vocabulary.with_birth})


@PART.when("{fact} is corrected to make {survivor} {age:int}")
def corrected_to_age(stage: Stage, fact: str, survivor: str, age: int) -> None:
    """Another way to say that papers show the age."""
    if fact != stage.vocabulary.born:
        raise DrillFailed("It says nothing about the age")
    papers_show(stage, survivor, age)


def _complete(stage: Stage, role: str, name: str, table: Table | None, override: Override = NOBODY_GOES_ON) -> None:
    task = reach(stage, role, name)
    answers, ago = _answers(stage, table, task.form)
    stage.complete(task, answers, ago, override)


def _answers(stage: Stage, table: Table | None, form: str) -> tuple[dict[str, Answer], timedelta | None]:
    """The answers of a table to the questions of a form, and how long ago it says that all of it happened."""
    happened = [row[1] for row in table or () if len(row) == 2 and row[0] == HAPPENED]
    answers = answers_of(stage, tuple(row for row in table or () if row[0] != HAPPENED))
    asked = stage.library.forms[form].properties
    strange = [stage.library.facts[fact].title["en"] for fact in answers if fact not in asked]
    if strange:
        raise DrillFailed(f"This task does not ask: {', '.join(strange)}")
    if not happened:
        return answers, None
    try:
        return answers, durations.parse(happened[0].removesuffix(" ago"))
    except ValueError as error:
        raise DrillFailed(str(error)) from error


def _correct(stage: Stage, role: str, fact: str, value: Answer) -> None:
    recorded = stage.fact(fact)
    if recorded is None:
        raise DrillFailed(f"{stage.library.facts[fact].title['en']}: nothing was recorded that could be corrected")
    stage.correct(role, recorded, value, REASON)
