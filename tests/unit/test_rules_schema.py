"""The JSON Schema that editors use and the reader of rules say the same of every file, shipped or spoilt."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from engine.reading.complaints import Complaint, Notes, one_of
from engine.reading.rulebook import Rulebook
from engine.reading.rules_schema import RULES_SCHEMA
from engine.reading.yaml_strict import read_yaml
from tests.fuzz.inputs import shipped_files
from tests.fuzz.kinds_yaml import KINDS


def shapes(schema: Any) -> Iterator[Any]:
    """Every mapping of the schema that says which keys it may have."""
    if isinstance(schema, dict):
        if schema.get("additionalProperties") is False:
            yield schema
        for inner in schema.values():
            yield from shapes(inner)
    elif isinstance(schema, list):
        for inner in schema:
            yield from shapes(inner)


ROOT = Path(__file__).resolve().parents[2]
VALIDATOR = Draft202012Validator(RULES_SCHEMA)
KNOWN = "|".join(re.escape(one_of(shape["properties"])) for shape in shapes(RULES_SCHEMA))
BEYOND = {
    'bad_expression: .*(column|in ")': "only a parser of the language can read an expression",
    "duplicate_id: .*(already|listed twice)": "ids are looked at one by one, over all files",
    "bad_date: ": "whether a day exists",
    "values: There is already": "values of one day are told by their days",
    f"unknown_key: (?!.*expected ({KNOWN}))": "the inputs of a row and the values of a choice, which content gives",
}
"""What the reader can say and no schema -> why. Whatever else the reader refuses, the schema refuses, too."""
RULES = {path: data for path, data in shipped_files("yaml").items() if path.startswith("rules/")}
TURNS = 20
"""Random changes of each shipped file."""


def complaints(path: str, data: bytes) -> list[Complaint]:
    found: list[Complaint] = []
    Rulebook({path: data}, found)
    return found


def plain(path: str, data: bytes) -> Any:
    """The file as an editor sees it; None when it is not the YAML of rules."""
    notes = Notes(path)
    node = read_yaml(data, notes)
    return None if node is None or notes.complaints else node.plain()


def both(path: str, data: bytes) -> tuple[list[str], list[str]]:
    """What the reader complains of, as `code: message`, and what the schema does."""
    read = [f"{one.code}: {one.message}" for one in complaints(path, data)]
    return read, [f"{list(one.absolute_path)}: {one.message[:200]}" for one in VALIDATOR.iter_errors(plain(path, data))]


def agree(read: list[str], schema: list[str]) -> bool:
    """Whatever the schema refuses the reader refuses; and the other way round, where a schema can tell."""
    could = [one for one in read if not any(re.match(beyond, one) for beyond in BEYOND)]
    return bool(read) if schema else not could


def test_the_schema_is_a_schema_and_accepts_what_is_shipped() -> None:
    Draft202012Validator.check_schema(RULES_SCHEMA)
    assert len(RULES) > 8
    for path, data in RULES.items():
        assert both(path, data) == ([], [])


ABOUT_RULES = [kind for kind in KINDS if kind.input().place.startswith("rules/")]


@pytest.mark.parametrize("kind", ABOUT_RULES, ids=lambda kind: kind.name)
def test_schema_and_reader_agree_on_every_kind_of_bad_rules(kind: Any) -> None:
    given = kind.input()
    if plain(given.place, given.data) is None:
        return  # no editor reads it as YAML, or as ours
    read, schema = both(given.place, given.data)

    assert agree(read, schema), (read, schema)


def test_there_are_kinds_that_both_refuse() -> None:
    refused = 0
    for kind in ABOUT_RULES:
        given = kind.input()
        refused += plain(given.place, given.data) is not None and all(both(given.place, given.data))
    assert refused > 40


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from places(inner, (*path, key))


def spoilt(value: Any, chance: Random) -> Any:
    """The same rules with one change at a random place: something left out, added, or of another kind."""
    value = json.loads(json.dumps(value))
    *way, last = chance.choice([place for place in places(value) if place])
    inside = value
    for key in way:
        inside = inside[key]
    match chance.randrange(4):
        case 0:
            del inside[last]
        case 1 if isinstance(inside, dict):
            inside[f"{last}x"] = inside.pop(last)
        case _:
            new: list[Any] = [5, -1, 0.5, True, None, [], {}, "", "two words", "x", "x.y", "no", ["x"], {"a": "b"}]
            inside[last] = chance.choice(new)
    return value


@pytest.mark.parametrize("path", sorted(RULES))
def test_schema_and_reader_agree_on_rules_with_one_change(path: str) -> None:
    whole, chance = plain(path, RULES[path]), Random(path)
    differing = []
    for _ in range(TURNS):
        data = json.dumps(spoilt(whole, chance), ensure_ascii=False).encode()
        read, schema = both(path, data)
        if not agree(read, schema):
            differing.append((read[:2], schema[:2]))
    assert differing == [], "\n".join(map(str, differing))


def test_the_schema_beside_the_papers_is_the_one_that_is_enforced() -> None:
    kept = json.loads((ROOT / "docs/rules.schema.json").read_text(encoding="utf-8"))
    assert kept == json.loads(json.dumps(RULES_SCHEMA)), "isange schema > docs/rules.schema.json"
