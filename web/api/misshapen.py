"""A request that is not in the documented shape, told in plain words: each place that was sent, once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Place = tuple[object, ...]

KINDS: Mapping[str, str] = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "list_type": "a list",
    "dict_type": "an object",
    "model_type": "an object",
    "model_attributes_type": "an object",
}
"""What was expected when something of another kind was sent."""
MOMENT = "Expected a moment as 2026-11-23T14:30:00+02:00"
WORDS: Mapping[str, str] = {
    "missing": "This is needed",
    "extra_forbidden": "There is no such field here",
    "json_invalid": "This is not JSON",
    "string_pattern_mismatch": "There are characters in it that are not allowed here",
    "string_too_long": "Expected at most {max_length} characters",
    "string_too_short": "Expected at least {min_length} characters",
    "too_long": "Expected at most {max_length}",
    "too_short": "Expected at least {min_length}",
    "finite_number": "Expected a finite number",
    "greater_than_equal": "Expected {ge} or more",
    "less_than_equal": "Expected {le} or less",
    "literal_error": "Expected {expected}",
    "datetime_type": MOMENT,
    "datetime_parsing": MOMENT,
    "datetime_from_date_parsing": MOMENT,
    "timezone_aware": MOMENT,
}
"""What is wrong with something of the right kind, by the words of the library that reads requests."""


def told(errors: Sequence[Any], body: object) -> Iterator[tuple[Place, str, str]]:
    """(place, code, words) of each place at which something is wrong. Where several kinds would be right, all are named
    at once, and none when one was sent that is only written wrong."""
    places: dict[Place, list[Any]] = {}
    for error in errors:
        places.setdefault(_sent(tuple(error["loc"]), body, error["type"]), []).append(error)
    for place, found in places.items():
        first = next((one for one in found if one["type"] not in KINDS), found[0])
        kinds = dict.fromkeys(KINDS[one["type"]] for one in found if one["type"] in KINDS)
        yield place, first["type"], _words(first) if first["type"] not in KINDS else f"Expected {' or '.join(kinds)}"


def _words(error: Any) -> str:
    if error["type"] == "value_error":  # ours: in our own words
        return str(error["ctx"]["error"])
    words = WORDS.get(error["type"], "This is not as the document says")
    return words.format_map(error.get("ctx", {}))


def _sent(place: Place, body: object, code: str) -> Place:
    """The place as it was sent: without the kinds that the library tried there."""
    if place[0] != "body" or code == "json_invalid":
        return place[:2]
    at: Any = body
    for depth, step in enumerate(place[1:], 1):
        listed = isinstance(at, list) and isinstance(step, int) and step < len(at)
        if not listed and not (isinstance(at, Mapping) and step in at):
            return place[: depth + 1] if code == "missing" else place[:depth]
        at = at[step]
    return place
