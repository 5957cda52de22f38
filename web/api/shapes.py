"""The small shapes that answers are made of: hand-written, so that they stay stable."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from engine.library import Form
from engine.model import Fact, Outcome, Value
from engine.views import Because, ClockView, DutyView, Told

Words = Annotated[dict[str, str], Field(description="The same words by language: en, fr, rw")]
FactValue = str | int | float | bool | list[str]


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


class RecordedWithShape(BaseModel):
    """A form of any time with which somebody records that a duty was done."""

    id: str
    title: Words
    roles: Annotated[list[Words], Field(description="Who may fill it")]
    yours: bool


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
    record_with: Annotated[
        list[RecordedWithShape], Field(description="Where it is recorded that it was done, while no open step does it")
    ]

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
