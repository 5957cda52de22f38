"""The part of JSON Forms that layouts may use: vertical layouts, groups, controls, and SHOW rules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from engine.reading.check_schema import Offered, check_condition
from engine.reading.complaints import Notes, quoted
from engine.reading.fields import Fields
from engine.reading.node import Node

_SCOPE: Final = "#/properties/"
_KEYS: Final = {
    "VerticalLayout": {"type", "elements"},
    "Group": {"type", "label", "elements"},
    "Control": {"type", "scope", "rule", "options"},
}


def check_layout(layout: Node, properties: Mapping[str, Offered], notes: Notes) -> None:
    """Notes what is not in the subset; every property has exactly one control."""
    drawn: dict[str, int] = {}
    waiting = [layout]
    while waiting:
        node = waiting.pop(0)
        kind = _kind(node, notes)
        if kind is None:
            continue
        fields = Fields(node, notes, f"uischema {kind}", _KEYS[kind])
        if kind == "Control":
            _check_control(fields, properties, drawn)
        else:
            waiting += fields.items("elements", needed=True)
            if kind == "Group":
                fields.string("label")
    for name in properties:
        if name not in drawn:
            notes.add(layout.line, name, "no_control", f"Expected a Control for {quoted(name)}: nobody could answer it")


def _kind(node: Node, notes: Notes) -> str | None:
    fields = Fields(node, notes, "uischema", node.value if isinstance(node.value, dict) else ("type",))
    if not isinstance(node.value, dict):
        return None
    kind = fields.choice("type", sorted(_KEYS))
    return str(kind) if kind in _KEYS else None


def _check_control(fields: Fields, properties: Mapping[str, Offered], drawn: dict[str, int]) -> None:
    name = _scope(fields, properties)
    fields.element = name or fields.element
    if name in drawn:
        fields.complain("second_control", f"{quoted(name)} already has a Control, on line {drawn[name]}")
    elif name:
        drawn[name] = fields.line
    options = fields.get("options", needed=False)
    if options is not None:
        Fields(options, fields.notes, fields.element, {"multi"}).boolean("multi", default=False)
    rule = fields.get("rule", needed=False)
    if rule is not None:
        _check_rule(Fields(rule, fields.notes, fields.element, {"effect", "condition"}), properties, name)


def _check_rule(rule: Fields, properties: Mapping[str, Offered], name: str) -> None:
    rule.choice("effect", ("SHOW",))
    node = rule.get("condition", needed=True)
    if node is None:
        return
    condition = Fields(node, rule.notes, rule.element, {"scope", "schema"})
    asked = _scope(condition, properties)
    if asked and asked == name:
        condition.complain("rule_on_itself", f"{quoted(name)} cannot depend on its own answer")
    schema = condition.get("schema", needed=True)
    if schema is not None:
        check_condition(schema, rule.notes, asked or rule.element, properties.get(asked))


def _scope(fields: Fields, properties: Mapping[str, Offered]) -> str:
    """The property that a scope names; '' when it names none."""
    scope = fields.string("scope")
    name = scope.removeprefix(_SCOPE)
    if not scope:
        return ""
    if not scope.startswith(_SCOPE) or name not in properties:
        close = fields.notes.did_you_mean(name, properties)
        message = (
            f"Expected a scope that names a property, such as {_SCOPE}birth_date, but found {quoted(scope)}.{close}"
        )
        fields.complain("unknown_property", message, fields.entries["scope"].line)
        return ""
    return name
