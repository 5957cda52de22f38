"""Answers as bytes with their type, before they are sealed, and back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import orjson

from engine.model import Text, Value

# The codec itself: json.loads would guess the encoding first, and a case has dozens of facts.
_parse = json.JSONDecoder().decode


def _encode(value: Value) -> tuple[str, Any]:
    # a moment is a date, too: the order matters
    if isinstance(value, datetime):
        return "datetime", value.isoformat()
    if isinstance(value, date):
        return "date", value.isoformat()
    if isinstance(value, tuple):
        return "choices", list(value)
    return "plain", value


def _decode(kind: str, value: Any) -> Value:
    if kind == "datetime":
        return datetime.fromisoformat(value)
    if kind == "date":
        return date.fromisoformat(value)
    if kind == "choices":
        return tuple(value)
    plain: Value = value
    return plain


def value_to_bytes(value: Value, words: str | Text = "") -> bytes:
    """A value with the words that belong to it (a correction's reason, a decision's because)."""
    plain = [*_encode(value), words if isinstance(words, str) else dict(words)]
    try:
        return orjson.dumps(plain)
    except TypeError:  # a number of more than 64 bits, or a text that is not Unicode
        return json.dumps(plain).encode()


def fact_from_bytes(data: bytes) -> tuple[Value, str]:
    """(value, reason)."""
    kind, value, reason = _parse(data.decode())
    return (value if kind == "plain" else _decode(kind, value)), reason


def decision_from_bytes(data: bytes) -> tuple[Value, Text]:
    """(value, because)."""
    kind, value, because = json.loads(data)
    return _decode(kind, value), because


def answers_to_bytes(answers: Mapping[str, object]) -> bytes:
    """Half-filled answers, JSON-shaped as the face sent them."""
    return json.dumps(answers).encode()


def answers_from_bytes(data: bytes) -> dict[str, object]:
    answers: dict[str, object] = json.loads(data)
    return answers
