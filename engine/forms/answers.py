"""Answers, JSON-shaped, to typed values: validated by the form's schema and by the vocabulary of facts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final, cast

from jsonschema import ValidationError

from engine.forms import moments
from engine.forms.problems import PROBLEMS, kind_of, problem
from engine.forms.questions import made_ready
from engine.library import FactRule, Form
from engine.model import Problem, Refusal, Value

_CODES: Final = {
    "minimum": "minimum",
    "maximum": "maximum",
    "minLength": "too_short",
    "maxLength": "too_long",
    "minItems": "too_few",
    "maxItems": "too_many",
    "const": "combination",
    "not": "combination",
    "contains": "combination",
}
"""Schema keyword -> problem code; every other keyword says that the answer is not of its kind."""

HAPPENED_AT: Final = "happened_at"
"""Reserved name among answers: when it was true in the world, if not now."""
_LARGEST: Final = 10**15
"""Beyond it whole numbers lose digits on their way through JSON."""

_UNPRINTABLE: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffd]")
"""Control characters and halves of characters, which neither a database nor a page can hold, and U+FFFD: it stands
where something was typed that could not be read, which only its writer knows. Lines and tabs are none of these."""


def read_answers(
    form: Form, facts: Mapping[str, FactRule], answers: Mapping[str, object], language: str = "en"
) -> dict[str, Value]:
    """Typed values by question, in the order of the page; questions that are not asked are left out.

    Days become `date`, moments `datetime` in UTC, several choices a tuple in the order of the vocabulary.
    Raises Refusal `invalid_answers` with a problem for each field that is wrong.
    """
    ready = made_ready(form)
    asked = {name: _tidied(value) for name, value in ready.asked(answers).items()}
    wrong = _by_schema(form, ready.validator.iter_errors(asked), language)
    values: dict[str, Value] = {}
    for name in ready.order:
        if name in asked and name not in wrong:
            found = _by_vocabulary(facts[name], asked[name])
            if found is None:
                values[name] = _typed(facts[name], asked[name])
            else:
                wrong[name] = problem(form, name, found[0], language, found[1])
    strangers = [name for name in answers if name not in form.properties]
    if wrong or strangers:
        problems = [wrong[name] for name in ready.order if name in wrong]
        problems += [Problem(name[:80], "unknown_field", PROBLEMS["unknown_field"]) for name in strangers]
        raise Refusal("invalid_answers", "Some answers need another look", problems=tuple(problems))
    return values


def _tidied(value: object) -> object:
    """Text without the line ends of other systems and without space around it."""
    return value.replace("\r\n", "\n").replace("\r", "\n").strip() if isinstance(value, str) else value


def _by_schema(form: Form, errors: Iterable[ValidationError], language: str) -> dict[str, Problem]:
    """Question -> the first thing that is wrong with it."""
    wrong: dict[str, Problem] = {}
    for error in errors:
        if error.validator == "required":
            for name in _missing(error):
                wrong.setdefault(name, problem(form, name, "required", language))
        elif error.absolute_path:
            name = str(error.absolute_path[0])
            code, limit = _what_is_wrong(form.properties[name], error)
            wrong.setdefault(name, problem(form, name, code, language, limit))
    return wrong


def _missing(error: ValidationError) -> list[str]:
    required, answers = cast("list[str]", error.validator_value), cast("dict[str, object]", error.instance)
    return [name for name in required if name not in answers]


def _what_is_wrong(schema: Mapping[str, Any], error: ValidationError) -> tuple[str, object]:
    """(problem code, the limit it names)."""
    keyword = str(error.validator)
    if keyword == "format" and moments.lacks_offset(str(error.instance)):
        return ("moment_offset", None)
    if keyword not in _CODES:
        return (kind_of(schema), None)
    return (_CODES[keyword], None if _CODES[keyword] == "combination" else error.validator_value)


def _typed(fact: FactRule, answer: Any) -> Value:
    """The value of an answer that its schema accepts."""
    match fact.type:
        case "choices":
            return tuple(value for value in fact.values if value in answer)
        case "integer":
            return int(answer)
        case "number":
            return float(answer)
        case "date":
            return moments.day(answer) or answer
        case "datetime":
            return moments.in_utc(answer) or answer
    value: Value = answer
    return value


def _by_vocabulary(fact: FactRule, answer: Any) -> tuple[str, object] | None:
    """(problem code, limit) of an answer outside what the fact may be, whichever form asks it."""
    if fact.type == "choice" and answer not in fact.values:
        return ("choice", None)
    if fact.type == "choices" and not set(answer) <= set(fact.values):
        return ("choices", None)
    if fact.type == "text" and _UNPRINTABLE.search(answer):
        return ("characters", None)
    if fact.type in ("integer", "number"):
        return _by_limits(fact, answer)
    return None


def _by_limits(fact: FactRule, answer: float) -> tuple[str, object] | None:
    if not abs(answer) <= _LARGEST:  # not a number is not below it either
        return ("whole_number" if fact.type == "integer" else "number", None)
    if fact.minimum is not None and answer < fact.minimum:
        return ("minimum", fact.minimum)
    if fact.maximum is not None and answer > fact.maximum:
        return ("maximum", fact.maximum)
    return None
