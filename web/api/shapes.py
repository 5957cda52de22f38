"""What clients send, and the small shapes that answers are made of: hand-written, so that they stay stable."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Literal

from fastapi import Path
from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

from engine.library import Form
from engine.model import Fact, Outcome, Override, Value
from engine.views import Because, ClockView, DutyView, Told
from web.names import LONGEST_LOGIN
from web.passwords import LONGEST
from web.tokens import SCOPES

MOST_ANSWERS = 1000
LONGEST_TEXT = 20_000

Id = Annotated[str, Path(max_length=100, pattern=r"^[\w.:-]+$", description="As an earlier answer gave it")]
Words = Annotated[dict[str, str], Field(description="The same words by language: en, fr, rw")]
FactValue = str | int | float | bool | list[str]
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
    """A number would be taken as seconds since 1970."""
    if not isinstance(value, str) or value.strip().lstrip("+-").replace(".", "").isdecimal():
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
        list[Scope] | None,
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


class SessionShape(BaseModel):
    """A session of an API client. The token is shown once."""

    token: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105  # the word of RFC 6750, no secret
    ends_at: Annotated[datetime, Field(description="At the latest; sooner when it is not used")]
    person: str
    name: str
    roles: Annotated[dict[str, list[str]], Field(description="Role ids by centre id")]
    scopes: Annotated[list[str], Field(description="What the token may be used for")]


class FormShape(BaseModel):
    """A form: its JSON Schema (2020-12), how to lay it out (JSON Forms), its texts by language."""

    id: str
    json_schema: Annotated[dict[str, object], Field(serialization_alias="schema")]
    uischema: dict[str, object]
    texts: dict[str, dict[str, str]]

    @classmethod
    def of(cls, form: Form, schema: Mapping[str, object] | None = None) -> FormShape:
        texts = {language: dict(words) for language, words in form.texts.items()}
        return cls(id=form.id, json_schema=dict(schema or form.schema), uischema=dict(form.uischema), texts=texts)


class OutcomeShape(BaseModel):
    """What a command did, as far as the caller may know of the case."""

    case_id: str
    case_code: str
    task_id: str | None
    opened: Annotated[list[str], Field(description="Ids of the tasks that opened")]
    duties_opened: list[str]
    duties_closed: list[str]
    decisions: Annotated[list[str], Field(description="Tables that decided")]
    stuck: Annotated[bool, Field(description="True when the case cannot go on and a coordinator must free it")]
    closed: Annotated[bool, Field(description="True when this closed the case")]
    replayed: Annotated[bool, Field(description="True when the result of an earlier, same command is given again")]

    @classmethod
    def of(cls, outcome: Outcome) -> OutcomeShape:
        return cls.model_validate(outcome, from_attributes=True)


class HolderShape(BaseModel):
    """The people who hold a duty at this moment. `meanwhile`: instead of the role that owes it, of which nobody is
    awake."""

    role: str
    role_title: Words
    kind: Annotated[Literal["shift", "call"], Field(description="On shift, or on call: to be called")]
    people: Annotated[list[str], Field(description="Their names")]
    meanwhile: bool


class DutyShape(BaseModel):
    """What law or protocol obliges the centre to do."""

    rule: str
    scope: str
    status: Literal["idle", "owed", "late", "met", "broken", "cancelled"]
    sentence: Words
    kind: Literal["law", "clinical", "policy"]
    severity: str
    holder: str
    holder_title: Words
    opened_at: datetime | None
    due_at: datetime | None
    closed_at: datetime | None
    because: str
    cite: str
    verified: Annotated[bool, Field(description="False while nobody has confirmed the source")]
    held_by: Annotated[
        HolderShape | None, Field(description="The awake holder; null when nobody awake holds it, or it is not open")
    ]
    reason: Annotated[str, Field(description="Why somebody went on past it; empty for those who may not read that")]

    @classmethod
    def of(cls, duty: DutyView) -> DutyShape:
        return cls.model_validate(duty, from_attributes=True)


class ClockShape(BaseModel):
    """A clinical or legal window counted from the assault."""

    rule: str
    title: Words
    state: Literal["unknown", "open", "closed", "answered"]
    until: Annotated[datetime | None, Field(description="End of the countdown that is shown")]
    possible_until: Annotated[datetime | None, Field(description="Last moment it is still possible")]
    cite: str
    verified: bool

    @classmethod
    def of(cls, clock: ClockView) -> ClockShape:
        return cls.model_validate(clock, from_attributes=True)


class BecauseShape(BaseModel):
    """Why: a rule in words, with its citation."""

    sentence: Words
    cite: str
    verified: bool

    @classmethod
    def of(cls, because: Because) -> BecauseShape:
        return cls.model_validate(because, from_attributes=True)


class ToldShape(BaseModel):
    """A fact that is already known."""

    name: str
    title: Words
    value: FactValue
    value_title: Words | None
    recorded_at: datetime
    source: str

    @classmethod
    def of(cls, told: Told) -> ToldShape:
        return cls(
            name=told.name,
            title=dict(told.title),
            value=plain(told.value),
            value_title=dict(told.value_title) if told.value_title else None,
            recorded_at=told.recorded_at,
            source=told.source,
        )


def plain(value: Value | Fact) -> FactValue:
    """The value as JSON writes it: days and moments in ISO 8601, choices as a list."""
    if isinstance(value, Fact):
        value = value.value
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def with_moment(answers: Mapping[str, object], happened_at: datetime | None) -> dict[str, object]:
    """The answers as the Desk takes them: without empty ones, with the moment under its reserved key."""
    given = {name: value for name, value in answers.items() if value is not None}
    return given | ({"happened_at": happened_at.isoformat()} if happened_at else {})
