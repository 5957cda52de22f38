"""Sentences about how things are before anyone acts: who the survivor is, what happened and when."""

from __future__ import annotations

from datetime import date, timedelta

from engine.drills.answers import read_answer
from engine.drills.problems import DrillFailed
from engine.drills.registry import Registry, Table
from engine.drills.stage import Stage

PART = Registry()
SINCE_BIRTHDAY = timedelta(days=100)
"""A survivor "who is 12" had the last birthday this long ago: no boundary is near."""


@PART.given("a survivor who is {age:int} years old")
def is_years_old(stage: Stage, age: int) -> None:
    """The day of birth is known; the last birthday was some months ago."""
    _born(stage, birthday(_today(stage) - SINCE_BIRTHDAY, age))


@PART.given("a survivor who turns {age:int} today")
def turns_today(stage: Stage, age: int) -> None:
    """The day of birth is known, and today is the birthday."""
    _born(stage, birthday(_today(stage), age))


@PART.given("a survivor who turns {age:int} tomorrow")
def turns_tomorrow(stage: Stage, age: int) -> None:
    """The day of birth is known, and tomorrow is the birthday."""
    _born(stage, birthday(_today(stage) + timedelta(days=1), age))


@PART.given("{moment} happened {how_long:duration} ago")
def happened_ago(stage: Stage, moment: str, how_long: timedelta) -> None:
    """When something happened, counted back from the start of the drill or from the present moment."""
    stage.tell({moment: (stage.now - how_long).isoformat()})


@PART.given("{moment} happened between {earliest:duration} and {latest:duration} ago")
def happened_between(stage: Stage, moment: str, earliest: timedelta, latest: timedelta) -> None:
    """Nobody knows exactly when something happened: at the earliest the longer time ago, at the latest the shorter."""
    facts = stage.library.facts
    until = [one.id for one in facts.values() if one.not_before == moment and one.group == facts[moment].group]
    if len(until) != 1:
        raise DrillFailed("The content has no fact for the latest time of it")
    stage.tell({moment: (stage.now - earliest).isoformat(), until[0]: (stage.now - latest).isoformat()})


@PART.given("{statement}")
def statement_is_so(stage: Stage, statement: str) -> None:
    """A statement of the vocabulary is true; it is answered so whenever somebody asks."""
    stage.tell(stage.vocabulary.statements[statement])


@PART.given("these answers", table=True)
def these_answers(stage: Stage, table: Table | None) -> None:
    """A table of facts and answers: each fact is answered so whenever somebody asks."""
    stage.tell(answers_of(stage, table))


def answers_of(stage: Stage, table: Table | None) -> dict[str, str | int | float | bool | list[str]]:
    """The rows of a table `fact | answer` as answers by fact. Raises DrillFailed."""
    answers = {}
    titles = {rule.title["en"].casefold(): id for id, rule in stage.library.facts.items()}
    for row in table or ():
        if len(row) != 2:
            raise DrillFailed("Expected a table with two columns: fact and answer")
        fact = row[0] if row[0] in stage.library.facts else titles.get(row[0].casefold())
        if fact is None:
            raise DrillFailed(f"{row[0]!r} is not a fact of the content")
        answers[fact] = read_answer(stage.library, stage.library.facts[fact], row[1], stage.moment)
    return answers


def birthday(day: date, age: int) -> date:
    """The day of birth of a person who turns `age` on `day`; on 29 February, the day before in short years."""
    try:
        return day.replace(year=day.year - age)
    except ValueError:
        return day.replace(year=day.year - age, day=28)


def _today(stage: Stage) -> date:
    return date.fromisoformat(stage.moment.today)


def _born(stage: Stage, day: date) -> None:
    stage.tell({stage.vocabulary.born: day.isoformat(), **stage.vocabulary.with_birth})
