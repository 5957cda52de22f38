"""What clients send: hand-written, so that it stays stable."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal

from fastapi import Path
from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

from engine.model import Override
from web.names import LONGEST_LOGIN
from web.passwords import LONGEST
from web.tokens import SCOPES

MOST_ANSWERS = 1000
LONGEST_TEXT = 20_000

Id = Annotated[str, Path(max_length=100, pattern=r"^[\w.:-]+$", description="As an earlier answer gave it")]
TEXT = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"
"""No control characters but tabs and ends of lines: databases do not keep them."""
Plain = Annotated[str, Field(max_length=LONGEST_TEXT, pattern=TEXT)]


def _finite(value: float) -> float:
    if not math.isfinite(value):
        raise ValueError("Expected a finite number")
    return value


Answer = Plain | int | Annotated[float, AfterValidator(_finite)] | bool | list[Plain]
Answers = Annotated[
    dict[Plain, Answer | None],
    Field(
        max_length=MOST_ANSWERS,
        description="By property of the form's JSON Schema; days as 2026-11-23, moments as 2026-11-23T14:30:00+02:00",
    ),
]


def _written(value: object) -> object:
    """A number would be taken as seconds since 1970; a minus sign that only looks like a hyphen, as one."""
    if not isinstance(value, str) or not value.isascii() or value.strip().lstrip("+-").replace(".", "").isdecimal():
        raise ValueError("Expected a moment as 2026-11-23T14:30:00+02:00")
    return value


Moment = Annotated[AwareDatetime, BeforeValidator(_written)]
HappenedAt = Annotated[
    Moment | None, Field(description="When it was true in the world, if not at this moment; with its offset")
]
Scope = Literal[*sorted(SCOPES)]  # type: ignore[valid-type]  # the closed list, as the document shows it
Version = Annotated[
    int, Field(strict=True, ge=1, le=2**31 - 1, description="The task's version as last read: a number")
]


class Sent(BaseModel):
    """A body that a client sends: a field we do not know is refused, not ignored."""

    model_config = ConfigDict(extra="forbid")


class SignIn(Sent):
    login: Annotated[str, Field(max_length=LONGEST_LOGIN, pattern=TEXT)]
    password: Annotated[str, Field(max_length=LONGEST, pattern=TEXT)]
    scopes: Annotated[
        list[Scope] | None,  # type: ignore[valid-type]
        Field(
            max_length=100,
            description="What the token may be used for, if not for all that the person may do; 422 if none of it",
        ),
    ] = None


class OpenCase(Sent):
    centre: Plain
    door: Annotated[str, Field(max_length=100, pattern=TEXT, description="Id of one of GET /doors")]
    answers: Answers
    happened_at: HappenedAt = None


class ChangeTask(Sent):
    version: Version


class ClaimTask(ChangeTask):
    take_over: Annotated[
        bool, Field(strict=True, description="Take it from the colleague who holds it, who is not here or knows of it")
    ] = False


class GoOn(Sent):
    """Going on past the duties that stand in the way, where your role may."""

    duties: Annotated[
        list[Plain], Field(min_length=1, max_length=100, description="All of `duties` of the answer that refused it")
    ]
    reason: Annotated[
        str,
        Field(
            min_length=1,
            max_length=500,
            pattern=TEXT,
            description="Why, in a sentence of at least three words; kept with each of the duties",
        ),
    ]


class _Judged(Sent):
    """What acts of a step may refuse."""

    answers: Answers
    happened_at: HappenedAt = None
    override: GoOn | None = None
    shown: Annotated[
        Moment | None,
        Field(description="As you read it with the task or case: refused (409) if anything else was recorded since"),
    ] = None

    def going_on(self) -> Override:
        given = self.override
        return Override() if given is None else Override(reason=given.reason, duties=frozenset(given.duties))


class CompleteTask(_Judged):
    version: Version


class RecordFacts(_Judged): ...


class AnswerLater(Sent):
    answers: Answers
    happened_at: HappenedAt = None


class AskIdentity(Sent):
    why: Annotated[str, Field(max_length=40, pattern=r"^[a-z_]{2,40}$", description="A word for the trail: call_back")]


class CorrectFact(Sent):
    name: Annotated[str, Field(max_length=100, pattern=TEXT, description="Id of one of the case's correctable facts")]
    scope: Annotated[str, Field(max_length=100, pattern=TEXT, description="`case`, or as the fact shows it")] = "case"
    recorded_at: Annotated[Moment, Field(description="Of the fact as you read it")]
    value: Answer
    also: Annotated[
        Answers, Field(default_factory=dict, description="Answers that must be given along with this value, by fact")
    ]
    reason: Annotated[str, Field(min_length=1, max_length=2000, pattern=TEXT)]


def with_moment(answers: Mapping[str, object], happened_at: datetime | None) -> dict[str, object]:
    """The answers as the Desk takes them: without empty ones, with the moment under its reserved key."""
    given = {name: value for name, value in answers.items() if value is not None}
    return given | ({"happened_at": happened_at.isoformat()} if happened_at else {})
