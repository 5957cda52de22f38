"""Invents answers to a form from its JSON Schema alone."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

WORDS = "Invented for the demo"
LONGEST_AGO = timedelta(hours=60)


def invent(schema: Mapping[str, Any], chance: random.Random, now: datetime) -> dict[str, object]:
    """An answer to every property; the Desk drops those that would not be asked."""
    return {name: _invented(rule, chance, now) for name, rule in schema["properties"].items()}


def _invented(rule: Mapping[str, Any], chance: random.Random, now: datetime) -> object:
    if "enum" in rule:
        return chance.choice(rule["enum"])
    match rule.get("type"), rule.get("format"):
        case "array", _:
            choices = rule["items"]["enum"]
            return chance.sample(choices, max(rule.get("minItems", 0), chance.randint(1, len(choices))))
        case "boolean", _:
            return chance.random() < 0.5
        case "integer" | "number", _:
            low = int(rule.get("minimum", 0))
            return chance.randint(low, int(rule.get("maximum", low + 40)))
        case "string", "date":
            return (now - timedelta(days=chance.randint(6 * 365, 45 * 365))).date().isoformat()
        case "string", "date-time":
            return (now - LONGEST_AGO * chance.random()).isoformat(timespec="minutes")
    return WORDS[: rule.get("maxLength", len(WORDS))]
