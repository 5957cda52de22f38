"""The part of JSON Schema that forms may use: closed, without references, patterns or anything that can run long."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from engine.reading.complaints import Notes, one_of, quoted
from engine.reading.fields import RESERVED, WORD, Fields
from engine.reading.node import Node

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"

MAX_VALUE: Final = 80
"""Letters of a choice: as many as an id may have."""
_TOP: Final = {"$schema", "type", "additionalProperties", "properties", "required", "if", "then", "else", "allOf"}
_BRANCH: Final = {"properties", "required", "if", "then", "else", "allOf"}
_CONDITION: Final = {
    "const", "enum", "not", "contains", "minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems",
}  # fmt: skip
_SHAPES: Final[Mapping[str, Collection[str]]] = {
    "choice": {"type", "enum"},
    "choices": {"type", "items", "uniqueItems", "minItems", "maxItems"},
    "date": {"type", "format"},
    "text": {"type", "maxLength", "minLength"},
    "number": {"type", "minimum", "maximum"},
    "boolean": {"type"},
}
"""What a property of each kind may say."""

Offered = list[object] | None
_WHY: Final = {
    "$ref": "references are not followed: write it out",
    "$dynamicRef": "references are not followed: write it out",
    "$defs": "references are not followed: write it out",
    "$id": "a form is named by its file",
    "pattern": "a pattern can run for ever: use enum, format or maxLength",
    "patternProperties": "a pattern can run for ever: name the properties",
}


def check_schema(schema: Node, notes: Notes) -> dict[str, Offered]:
    """Notes what is not in the subset; gives the properties by name, in order, with the values that each
    offers."""
    top = _fields(schema, notes, "schema", _TOP)
    _fixed(top, "$schema", DIALECT)
    _fixed(top, "type", "object")
    _fixed(top, "additionalProperties", expected=False)
    properties = top.get("properties", needed=True)
    names: dict[str, Offered] = {}
    if properties is not None and isinstance(properties.value, dict):
        names = {name: _offered(node) for name, node in properties.value.items()}
        for name, node in properties.value.items():
            _check_property(name, node, notes)
    elif properties is not None:
        top.wrong("properties", properties, "a mapping from names to schemas")
    _check_required(top, names)
    _check_branches(top, names)
    return names


def _offered(node: Node) -> Offered:
    """The values that a choice offers; None for any other question."""
    entries = node.value if isinstance(node.value, dict) else {}
    items = entries.get("items")
    if items is not None and isinstance(items.value, dict):
        entries = items.value
    values = entries["enum"].value if "enum" in entries else None
    return [value.value for value in values] if isinstance(values, list) else None


def _fields(node: Node, notes: Notes, element: str, keys: Collection[str]) -> Fields:
    return Fields(node, notes, element, keys, refused=_WHY)


def _fixed(fields: Fields, key: str, expected: str | bool) -> None:
    node = fields.get(key, needed=True)
    if node is not None and (node.value != expected or type(node.value) is not type(expected)):
        fields.wrong(key, node, quoted(expected) if isinstance(expected, str) else str(expected).lower(), "schema")


def _check_property(name: str, node: Node, notes: Notes) -> None:
    if not WORD.fullmatch(name) or name in RESERVED:
        message = f"Expected the id of a fact, such as birth_date, as property, but found {quoted(name)}"
        notes.add(node.line, name, "bad_id", message)
    if not isinstance(node.value, dict):
        notes.add(node.line, name, "shape", f"Expected the schema of a property, but found {node.what}")
        return
    kind = _kind(node.value)
    if kind is None:
        message = (
            "Expected a string with enum, maxLength or format date or date-time, an array of choices, an integer, "
            "a number or a boolean"
        )
        notes.add(node.line, name, "property_type", message)
        return
    fields = _fields(node, notes, name, _SHAPES[kind])
    _check_values(fields)
    if kind == "choices":
        _fixed(fields, "uniqueItems", expected=True)
        items = fields.get("items", needed=True)
        if items is not None:
            choices = _fields(items, notes, name, _SHAPES["choice"])
            _fixed(choices, "type", "string")
            choices.get("enum", needed=True)
            _check_values(choices)


def _kind(entries: Mapping[str, Node]) -> str | None:
    match entries["type"].value if "type" in entries else None:
        case "array":
            return "choices"
        case "integer" | "number":
            return "number"
        case "boolean":
            return "boolean"
        case "string" if "enum" in entries:
            return "choice"
        case "string" if "format" in entries:
            return "date" if entries["format"].value in ("date", "date-time") else None
        case "string" if "maxLength" in entries:
            return "text"
    return None


def _check_values(fields: Fields) -> None:
    """The values of keywords are of the kind that a validator expects."""
    for key in ("minimum", "maximum"):
        fields.number(key)
    for key in ("minLength", "maxLength", "minItems", "maxItems"):
        node = fields.entries.get(key)
        if node is not None and (type(node.value) is not int or node.value < 0):
            fields.wrong(key, node, "a whole number from 0")
    for least, most in (("minimum", "maximum"), ("minLength", "maxLength"), ("minItems", "maxItems")):
        low, high = (fields.entries[key].value if key in fields.entries else None for key in (least, most))
        if isinstance(low, int | float) and isinstance(high, int | float) and low > high:
            fields.wrong(most, fields.entries[most], f'at least what "{least}" says, or nobody could answer')
    values = [node.value for node in fields.items("enum")]
    if fields.has("enum") and (not values or not all(isinstance(value, str) and value for value in values)):
        fields.wrong("enum", fields.entries["enum"], "a list of texts that are not empty")
    elif any(len(str(value)) > MAX_VALUE for value in values):
        fields.wrong("enum", fields.entries["enum"], f"values of at most {MAX_VALUE} letters")
    elif len(set(map(str, values))) != len(values):
        fields.wrong("enum", fields.entries["enum"], "a list in which each value stands once")


def _check_required(fields: Fields, names: Mapping[str, Offered]) -> None:
    for node in fields.items("required"):
        _check_name(fields, node, names)


def _check_name(fields: Fields, node: Node, names: Mapping[str, Offered]) -> None:
    if not isinstance(node.value, str) or node.value not in names:
        found = str(node.value) if isinstance(node.value, str) else node.what
        message = f"{quoted(found)} is no property of this form.{fields.notes.did_you_mean(found, names)}"
        fields.complain("unknown_property", message, node.line)


def _check_branches(fields: Fields, names: Mapping[str, Offered]) -> None:
    """if/then/else, alone or several under allOf."""
    for key in ("then", "else"):
        if fields.has(key) and not fields.has("if"):
            fields.complain("schema", f'"{key}" needs an "if"', fields.entries[key].line)
    if fields.has("if") and not (fields.has("then") or fields.has("else")):
        fields.complain("schema", '"if" needs a "then" or an "else"', fields.entries["if"].line)
    for key in ("if", "then", "else"):
        if fields.has(key):
            _check_branch(fields.entries[key], names, fields.notes, key)
    for node in fields.items("allOf"):
        _check_branch(node, names, fields.notes, "allOf")


def _check_branch(node: Node, names: Mapping[str, Offered], notes: Notes, element: str) -> None:
    fields = _fields(node, notes, element, _BRANCH)
    _check_required(fields, names)
    properties = fields.get("properties", needed=False)
    if properties is not None and isinstance(properties.value, dict):
        for name, condition in properties.value.items():
            _check_name(fields, Node(name, condition.line), names)
            check_condition(condition, notes, name, names.get(name))
    elif properties is not None:
        fields.wrong("properties", properties, "a mapping from names to conditions")
    _check_branches(fields, names)


def check_condition(node: Node, notes: Notes, element: str, offered: Offered = None) -> None:
    """What may be asked of one answer: const, enum, limits, contains and not; of a choice, only what it offers."""
    fields = _fields(node, notes, element, _CONDITION)
    if isinstance(node.value, dict) and not node.value:
        fields.complain("schema", f"Expected a condition ({one_of(_CONDITION)}), but it is empty")
    _check_values(fields)
    constant = fields.entries.get("const")
    if constant is not None and not isinstance(constant.value, str | int | float | bool):
        fields.wrong("const", constant, "a text, a number, true or false")
    asked = [node for node in (constant, *fields.items("enum")) if node is not None]
    for value in asked if offered is not None else ():
        if isinstance(value.value, str) and value.value not in (offered or ()):
            message = f"{quoted(value.value)} is no answer that {quoted(element)} offers: this would never hold"
            fields.complain("unknown_value", message, value.line)
    for key in ("not", "contains"):
        if fields.has(key):
            check_condition(fields.entries[key], notes, element, offered)
