"""The shape of a rules file, written once: the readers take their keys and words from here, editors the whole as JSON
Schema (`isange schema`).

What no schema can say (that names exist, that expressions can be read, that a day exists) the readers and the checks
say alone; tests/unit/test_rules_schema.py holds the two together.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any, Final, get_args

from engine.library import LANGUAGES, FactType
from engine.reading.fields import DASHED, DOTTED, NAME, RESERVED, WORD
from engine.rules.periods import DURATION

Shape = Mapping[str, Any]

FACT_TYPES: Final[tuple[str, ...]] = get_args(FactType)
UNITS: Final = ("years", "days", "hours", "minutes", "count", "text")
LONGEST: Final = {"minutes": 527_040, "hours": 87_840, "days": 3_660, "years": 150}
"""Limits of time parameters (ten years): anything longer is a slip."""
ACTIONS: Final = (
    "case.open", "case.read", "task.work", "facts.record", "fact.correct", "stuck.free", "trail.read", "board.read",
    "content.check", "content.drill",
    "people.manage", "centres.manage",
    "shift.own", "rota.plan",
)  # fmt: skip
"""What `may` of a role can hold (docs/content.md 3)."""
DERIVED: Final = {
    "completed_years": {"from", "to", "else"},
    "hours_between": {"from", "to"},
    "first_of": {"of", "type"},
    "least_age": {"from", "told", "to"},
    "most_age": {"from", "told", "to"},
    "reaches_age": {"from", "years"},
}
"""The kinds of derived facts, each with the keys that belong to it."""
FORMS: Final = ("must", "never", "always")
IF_BROKEN: Final = "-if-broken"
"""What the id of a duty ends in that makes another one good."""
VALUE: Final = re.compile(r"(?!unset$)[A-Za-z0-9][A-Za-z0-9_.+-]{0,79}")
"""A value of a choice."""
ANCHOR: Final = re.compile(r"[a-z][a-z0-9_]*|act\.[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)+")


def _ref(name: str) -> Shape:
    return {"$ref": f"#/$defs/{name}"}


def _matching(pattern: re.Pattern[str]) -> Shape:
    return {"type": "string", "pattern": rf"^\s*(?:{pattern.pattern})\s*$"}


def _list(of: Shape, least: int = 0, **more: Any) -> Shape:
    return {"type": "array", "items": of, "minItems": least, **more}


def _words(of: Shape, least: int = 0) -> Shape:
    """One alone, or a list in which each stands once."""
    return {"anyOf": [of, _list(of, least, uniqueItems=True)]}


def _one_of(words: Collection[str]) -> Shape:
    return {"enum": list(words)}


def _item(needed: Mapping[str, Shape], may: Mapping[str, Shape] | None = None, **more: Any) -> Shape:
    return {
        "type": "object",
        "properties": {**needed, **(may or {})},
        "required": list(needed),
        "additionalProperties": False,
        **more,
    }


def _if(key: str, value: Any, then: Shape) -> Shape:
    return {"if": {"properties": {key: {"const": value}}, "required": [key]}, "then": then}


def _without(*keys: str) -> Shape:
    return {"properties": dict.fromkeys(sorted(keys), False)}


_WORD, _ACT, _TEXT, _STRING, _EXPRESSION = (_ref(name) for name in ("word", "act", "text", "string", "expression"))
_TRUTH: Final = {"type": "boolean"}
_NUMBER: Final = {"type": "number"}
_STATUS: Final = {"text": _STRING, "url": _STRING, "status": _one_of(("verified", "unverified"))}
_TITLED: Final = {"id": _ref("own"), "title": _TEXT}
_SOURCE: Final = {"source": _ref("source")}
_WHEN: Final = {"when": _EXPRESSION}

DEFINITIONS: Final[Mapping[str, Shape]] = {
    "word": _matching(WORD),
    "own": {**_matching(WORD), "not": {"enum": sorted(RESERVED)}},
    "act": _matching(DOTTED),
    "string": {"type": "string", "pattern": r"\S"},
    "expression": {
        "description": "A condition: wants_police == 'yes' (docs/expressions.md)",
        "anyOf": [_ref("string"), {"type": "boolean"}],
    },
    "text": {
        "description": "The same words by language; English at least",
        **_item({"en": _ref("string")}, dict.fromkeys(LANGUAGES[1:], _ref("string"))),
    },
    "source": {
        "description": "The law or protocol behind it, and whether somebody who answers for it has confirmed it",
        **_item({"cite": _STRING}, _STATUS),
    },
}

WITHIN: Final = _item({"parameter": _WORD, "from": _WORD}, {"warn": _WORD})
WITHIN_OPENING: Final = _item({"parameter": _WORD}, {"warn": _WORD})
OVERRIDE: Final = _item({"roles": _words(_WORD, 1), "reason": _one_of(("required",))})
THEN: Final = _item({"title": _TEXT, "must": _ACT}, {"within": WITHIN_OPENING, "holder": _words(_WORD, 1)})
EXCEPTION: Final = _item({"id": _ref("own"), "when": _EXPRESSION, "cite": _STRING})
SEEN: Final = _item({"group": _WORD, "when": _EXPRESSION})
ROW: Final = _item(
    {
        "when": {
            "type": "object",
            "propertyNames": {"pattern": rf"^(?:{NAME.pattern})$"},
            "additionalProperties": {"anyOf": [_STRING, _list(_STRING, 1)]},
        },
        "then": _STRING,
        "because": _TEXT,
    }
)
DATED: Final = _item({"from": _STRING, "value": {"type": ["number", "string"]}, "cite": _STRING}, _STATUS)
VISIT: Final = _item(
    {
        **_TITLED,
        "anchor": _matching(ANCHOR),
        **dict.fromkeys(("at", "opens", "closes"), _matching(DURATION)),
        "role": _WORD,
    },
    _WHEN,
)

_DUTY: Final = _item(
    {
        "id": {**_matching(DASHED), "not": {"anyOf": [{"enum": sorted(RESERVED)}, {"pattern": rf"{IF_BROKEN}\s*$"}]}},
        "title": _TEXT,
        "kind": _one_of(("law", "clinical", "policy")),
        "severity": _one_of(("block", "warn", "record")),
        "holder": _words(_WORD, 1),
        **_SOURCE,
    },
    {
        "must": _ACT,
        "never": _ACT,
        "always": _EXPRESSION,
        "when": {"anyOf": [_EXPRESSION, _list(_EXPRESSION, 1)]},
        "before": _ACT,
        "after": _ACT,
        "without": _words(_ACT),
        "unless": _EXPRESSION,
        "revoked_by": _words(_ACT),
        "within": WITHIN,
        "scope": _one_of(("case", "each")),
        "exceptions": _list(EXCEPTION),
        "if_unknown": _one_of(("broken", "ignore")),
        "group": _WORD,
        "ends_by": _one_of(("facts", "correction")),
        "override": OVERRIDE,
        "if_broken": THEN,
    },
    oneOf=[{"required": [form]} for form in FORMS],
    dependentRequired={"without": ["never"], "unless": ["never"], "ends_by": ["must"]},
    allOf=[
        _if("severity", "record", _without("override")),
        {"not": {"required": ["must", "override", "if_broken"]}},
    ],
)

ITEMS: Final[Mapping[str, Shape]] = {
    "groups": _item(_TITLED, {"apart": _TRUTH}),
    "roles": _item(
        _TITLED,
        {"sees": _words({"anyOf": [_WORD, SEEN]}), "may": _words(_one_of(ACTIONS)), "falls_back_to": _words(_WORD)},
    ),
    "facts": _item(
        {**_TITLED, "type": _one_of(FACT_TYPES), "group": _WORD},
        {
            "scope": _WORD,
            "values": _list(_matching(VALUE), uniqueItems=True),
            "value_titles": {"type": "object", "additionalProperties": _TEXT},
            "correctable": _TRUTH,
            "later": _TRUTH,
            "review": _TRUTH,
            "heed": _TRUTH,
            "lasting": _TRUTH,
            "minimum": _NUMBER,
            "maximum": _NUMBER,
            "future": _TRUTH,
            "not_before": _WORD,
        },
        allOf=[
            *(_if("type", kind, {"required": ["values"]}) for kind in ("choice", "choices")),
            *(_if("type", kind, _without("values")) for kind in FACT_TYPES if kind not in ("choice", "choices")),
            *(
                _if("type", kind, _without("minimum", "maximum"))
                for kind in FACT_TYPES
                if kind not in ("integer", "number")
            ),
        ],
    ),
    "acts": _item({"id": _ACT, "title": _TEXT}, {"to": _TEXT}),
    "parameters": _item(
        {
            **_TITLED,
            "unit": _one_of(UNITS),
            "as_of": _one_of(("incident", "arrival", "duty", "now")),
            "values": _list(DATED, 1),
        },
        allOf=[
            _if("unit", unit, {"properties": {"values": {"items": {"properties": {"value": _of_unit}}}}})
            for unit, _of_unit in (
                ("text", _STRING),
                *((unit, {"type": "number", "minimum": 0, "maximum": most}) for unit, most in LONGEST.items()),
                ("count", {"type": "number", "minimum": 0}),
            )
        ],
    ),
    "derived": _item(
        {**_TITLED, "kind": _one_of(DERIVED), "group": _WORD},
        {
            **dict.fromkeys(("from", "told", "to", "years", "else"), _WORD),
            "of": _words(_WORD),
            "type": _one_of(FACT_TYPES),
        },
        allOf=[
            _if(
                "kind",
                kind,
                {
                    "required": sorted(keys - {"else"}),
                    **_without(*({"from", "told", "to", "years", "else", "of", "type"} - keys)),
                },
            )
            for kind, keys in DERIVED.items()
        ],
    ),
    "tables": _item(
        {
            **_TITLED,
            "inputs": _words(_matching(NAME)),
            "output": _WORD,
            **_SOURCE,
            "rows": _list(ROW),
        },
        {"review": _TRUTH},
    ),
    "duties": _DUTY,
    "clocks": _item(
        {
            **_TITLED,
            **dict.fromkeys(("earliest", "latest", "hours"), _WORD),
            "stops": _words(_ACT),
            "shown_to": _words(_WORD),
            **_SOURCE,
        },
        _WHEN,
    ),
    "starts": _item(
        {"process": _WORD, "scope": _WORD, **_WHEN, "because": _TEXT, **_SOURCE},
        {"cancel_when": _EXPRESSION, "again": _one_of(("changed", "at_any_time", "said", "mistaken"))},
    ),
    "schedules": _item(
        {**_TITLED, "process": _WORD, "scope": _WORD, **_WHEN, **_SOURCE, "visits": _list(VISIT, 1)},
        {"cancel_when": _EXPRESSION},
    ),
}
"""The sections of a rules file, each with the shape of its items."""

RULES_SCHEMA: Final[Shape] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Rules of Isange",
    "description": "A file of rules/ (docs/content.md, section 3)",
    "type": "object",
    "properties": {section: _list(item) for section, item in ITEMS.items()},
    "additionalProperties": False,
    "$defs": DEFINITIONS,
}


def keys_of(shape: Shape) -> frozenset[str]:
    """The keys that a mapping of this shape may have."""
    return frozenset(shape["properties"])


def words_of(shape: Shape, key: str) -> tuple[str, ...]:
    """The words of which one may stand for a key."""
    return tuple(shape["properties"][key]["enum"])
