"""Random valid answers to a form, from nothing but its JSON Schema (Hypothesis strategies)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from engine.library import Form

LONGEST_AGO = 300
"""Hours; longer than any clinical window."""
OLDEST, YOUNGEST = date(1950, 1, 1), date(2026, 1, 1)


def answers_to(form: Form, now: datetime) -> st.SearchStrategy[dict[str, Any]]:
    """Some of the questions, answered; what is required beyond them is for the caller to fill in."""
    answers = {name: answer_to(schema, now) for name, schema in form.properties.items()}
    return st.fixed_dictionaries({}, optional=answers)


def answer_to(schema: Mapping[str, Any], now: datetime) -> st.SearchStrategy[Any]:
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    match schema.get("type"), schema.get("format"):
        case "array", _:
            least = schema.get("minItems", 0)
            return st.lists(st.sampled_from(schema["items"]["enum"]), unique=True, min_size=least)
        case "boolean", _:
            return st.booleans()
        case (("integer" | "number"), _):
            return st.integers(int(schema.get("minimum", 0)), int(schema.get("maximum", 40)))
        case "string", "date":
            return st.dates(OLDEST, YOUNGEST).map(date.isoformat)
        case "string", "date-time":
            return st.integers(0, LONGEST_AGO).map(lambda hours: (now - timedelta(hours=hours)).isoformat())
    return st.sampled_from(["", "words", "'; DROP TABLE fact; --", "a < b & c"]).filter(
        lambda text: len(text) <= schema.get("maxLength", len(text))
    )
