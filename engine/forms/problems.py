"""What can be wrong with an answer, in words that say what to do and never repeat the answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from engine.library import Form
from engine.model import Problem

PROBLEMS: Final[Mapping[str, str]] = {
    "required": "Answer this: {label}",
    "choice": "Choose one of the answers offered: {label}",
    "choices": "Choose from the answers offered, each once: {label}",
    "too_few": "Choose at least {limit}: {label}",
    "too_many": "Choose at most {limit}: {label}",
    "date": "Give a day that exists, such as 27 3 2026: {label}",
    "moment": "Give a day and a time, such as 27 3 2026 and 14:30: {label}",
    "moment_offset": "Give the time with its offset from UTC, such as 2026-03-27T14:30:00+02:00: {label}",
    "whole_number": "Give a whole number, such as 12: {label}",
    "number": "Give a number, such as 61.5: {label}",
    "minimum": "Give {limit} or more: {label}",
    "maximum": "Give {limit} or less: {label}",
    "yes_no": "Answer yes or no: {label}",
    "text": "Write text: {label}",
    "characters": "Take out the characters that cannot be read or printed: {label}",
    "too_short": "Too short (characters at least: {limit}): {label}",
    "too_long": "Too long (characters at most: {limit}): {label}",
    "combination": "This does not fit the other answers; change one of them: {label}",
    "future": "This lies in the future: {label}",
    "too_long_ago": "This is too long ago; look at the year: {label}",
    "out_of_order": "This cannot be before “{other}”; look at both: {label}",
    "left_behind": "What is recorded as “{other}” lies before this: say that anew, too, the same if it is one: {label}",
    "not_asked": "This is not asked any more, as another answer changed: {label}",
    "one_needed": "Answer at least one of these",
    "unchanged": "This stands already; give another answer, or correct nothing: {label}",
    "unknown_field": "This form has no such question: leave it out",
}
"""Code -> English sentence. Its params are `label` (the question, in the asked language), `limit`, and `other`."""


def problem(form: Form, name: str, code: str, language: str, limit: object = None, other: str = "") -> Problem:
    """The problem `code` of the question `name`, or of it and what `other` names."""
    params = {"label": label(form, name, language)} | ({"other": other} if other else {})
    if limit is not None:
        params["limit"] = f"{limit:g}" if isinstance(limit, float) else str(limit)
    return Problem(name, code, PROBLEMS[code].format(**params), params)


def label(form: Form, name: str, language: str) -> str:
    """The question as the form words it, in the language or else in English."""
    in_language = form.texts.get(language, {}).get(name)
    return in_language or form.texts.get("en", {}).get(name) or name


def kind_of(schema: Mapping[str, Any]) -> str:
    """The code for an answer that is not even of the kind that a property asks for."""
    match schema.get("type"):
        case "array":
            return "choices"
        case "integer":
            return "whole_number"
        case "number":
            return "number"
        case "boolean":
            return "yes_no"
    if "enum" in schema:
        return "choice"
    return {"date": "date", "date-time": "moment"}.get(str(schema.get("format")), "text")
