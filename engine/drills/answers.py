"""Fills in a form as a person would: what the drill says, what is known, the usual answer, else the least."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from jsonschema import Draft202012Validator

from engine.drills import durations
from engine.drills.problems import DrillFailed
from engine.drills.vocabulary import Answer
from engine.library import FactRule, Form, Library

_NUMBER = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,9})?")
_AGO = re.compile(rf"(?P<length>{durations.PATTERN}) ago")


@dataclass(frozen=True, slots=True)
class Moment:
    """The drill's present time and the centre's zone, which decides what day it is."""

    now: datetime
    zone: ZoneInfo

    @property
    def today(self) -> str:
        return self.now.astimezone(self.zone).date().isoformat()


def fill_in(
    form: Form, told: Mapping[str, Answer], known: Mapping[str, object], defaults: Mapping[str, Answer], at: Moment
) -> dict[str, object]:
    """Answers to a form, JSON-shaped. What the drill told wins over what is known already, that over the usual
    answers; what is required beyond them gets the least valid answer. The Desk judges the result."""
    answers: dict[str, object] = {}
    for name, schema in form.properties.items():
        if name in told:
            answers[name] = told[name]
        elif name in known:
            answers[name] = known[name]
        elif name in defaults and _allowed(schema, defaults[name]):
            answers[name] = defaults[name]
    validator = Draft202012Validator(form.schema)
    for _ in form.properties:
        missing = [
            name
            for error in validator.iter_errors(answers)
            if error.validator == "required"
            for name in error.validator_value
            if name not in answers
        ]
        if not missing:
            break
        answers |= {name: _least(form.properties[name], at) for name in missing}
    return answers


def _allowed(schema: Mapping[str, object], answer: Answer) -> bool:
    return Draft202012Validator(schema).is_valid(answer)


def _least(schema: Mapping[str, object], at: Moment) -> object:
    """The first valid answer of a property: the first choice, zero, no, today, now, one word."""
    choices = schema.get("enum")
    if isinstance(choices, list):
        return choices[0]
    match schema.get("type"), schema.get("format"):
        case "string", "date":
            return at.today
        case "string", "date-time":
            return at.now.isoformat()
        case "boolean", _:
            return False
        case (("integer" | "number"), _):
            return schema.get("minimum", 0)
        case "array", _:
            items = schema.get("items")
            options = items.get("enum", []) if isinstance(items, dict) else []
            least = schema.get("minItems", 0)
            return options[: least if isinstance(least, int) else 0]
    return "drill"


def read_answer(library: Library, fact: FactRule, text: str, at: Moment) -> Answer:
    """An answer as people write it -> JSON-shaped. A choice may be written as its value or as any form's
    English words for it; a moment or day may be `now`, `today` or `5 hours ago`. Raises DrillFailed."""
    match fact.type:
        case "choice":
            return _choice(library, fact, text)
        case "choices":
            return [_choice(library, fact, part.strip()) for part in text.split(",") if part.strip()]
        case "boolean":
            if text.casefold() in ("yes", "true"):
                return True
            if text.casefold() in ("no", "false"):
                return False
            raise DrillFailed(f"{fact.title['en']}: expected yes or no")
        case "integer" | "number":
            return _number(fact, text)
    return in_time(text, fact, at)


def _number(fact: FactRule, text: str) -> int | float:
    if not _NUMBER.fullmatch(text) or (fact.type == "integer" and "." in text):
        raise DrillFailed(f"{fact.title['en']}: expected a number such as 12")
    return float(text) if fact.type == "number" else int(text)


def in_time(text: str, fact: FactRule, at: Moment) -> str:
    """`now`, `today` and `5 hours ago` as the moment or day they mean at present; other text as it is."""
    if fact.type not in ("date", "datetime"):
        return text
    ago = _AGO.fullmatch(text)
    if text not in ("now", "today") and ago is None:
        return text
    moment = at.now - durations.parse(ago["length"]) if ago else at.now
    local = moment.astimezone(at.zone)
    return local.date().isoformat() if fact.type == "date" else local.isoformat()


def _choice(library: Library, fact: FactRule, text: str) -> str:
    if text in fact.values:
        return text
    words = text.casefold()
    for value in fact.values:
        titles = [form.texts["en"].get(f"{fact.id}.{value}", "") for form in library.forms.values()]
        titles.append(fact.value_titles.get(value, {}).get("en", ""))
        if words in (title.casefold() for title in titles if title):
            return value
    raise DrillFailed(f"{fact.title['en']}: expected one of {', '.join(fact.values)}")
