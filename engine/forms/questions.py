"""Which questions of a form are asked, given the answers so far; and the form's schema, made ready once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import orjson
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry

from engine.forms import moments
from engine.library import Form, controls_of

_SCOPE = "#/properties/"
_FORMATS = FormatChecker(formats=())
_FORMATS.checks("date")(lambda value: not isinstance(value, str) or moments.day(value) is not None)
_FORMATS.checks("date-time")(lambda value: not isinstance(value, str) or moments.in_utc(value) is not None)


@dataclass(frozen=True, slots=True)
class Ready:
    """A form made ready: its validator, its questions in the order of the page, and when each is asked."""

    validator: Draft202012Validator
    order: tuple[str, ...]
    rules: Mapping[str, tuple[str, Draft202012Validator]]
    """Question -> (the question it depends on, what the answer to that one must fulfil)."""

    def asked(self, answers: Mapping[str, object]) -> dict[str, object]:
        """The answers to questions that are asked: hiding one may hide others, so until nothing changes."""
        left = {name: answers[name] for name in self.order if name in answers and not blank(answers[name])}
        while True:
            shown = {name: value for name, value in left.items() if self.shown(name, left)}
            if len(shown) == len(left):
                return left
            left = shown

    def shown(self, name: str, answers: Mapping[str, object]) -> bool:
        """A question that depends on an answer that is not there is not asked."""
        if name not in self.rules:
            return True
        other, condition = self.rules[name]
        return other in answers and condition.is_valid(answers[other])


def visible(form: Form, answers: Mapping[str, object]) -> list[str]:
    """The questions that are asked, in the order of the page; answers that are not asked for count for nothing."""
    ready = made_ready(form)
    asked = ready.asked(answers)
    return [name for name in ready.order if ready.shown(name, asked)]


def blank(value: object) -> bool:
    """Nothing was answered: an absent value, or text of nothing but spaces."""
    return value is None or (isinstance(value, str) and not value.strip())


def made_ready(form: Form) -> Ready:
    return _made_ready(orjson.dumps([form.schema, form.uischema]))


@lru_cache(maxsize=512)
def _made_ready(written: bytes) -> Ready:
    """Kept by content, not by form: editions share most of their forms."""
    schema, uischema = orjson.loads(written)
    controls = list(controls_of(uischema))
    rules = {
        control["scope"].removeprefix(_SCOPE): control["rule"]["condition"] for control in controls if "rule" in control
    }
    return Ready(
        validator=_validator(schema),
        order=tuple(control["scope"].removeprefix(_SCOPE) for control in controls),
        rules={
            name: (condition["scope"].removeprefix(_SCOPE), _validator(condition["schema"]))
            for name, condition in rules.items()
        },
    )


def _validator(schema: Mapping[str, Any]) -> Draft202012Validator:
    return Draft202012Validator(schema, registry=Registry(), format_checker=_FORMATS)
