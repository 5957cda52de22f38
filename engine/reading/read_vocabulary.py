"""Reads the vocabulary of the rules: groups, roles, facts, acts, parameters and derived facts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from engine.expressions import Expression
from engine.library import Act, Dated, Derived, FactRule, FactType, Group, Parameter, Role
from engine.model import Text, Value
from engine.reading.complaints import one_of, quoted
from engine.reading.fields import DOTTED, WORD, Fields, each, languages, read_source
from engine.reading.rules_schema import (
    ACTIONS,
    DATED,
    DERIVED,
    FACT_TYPES,
    ITEMS,
    LONGEST,
    SEEN,
    UNITS,
    VALUE,
    keys_of,
    words_of,
)

_TYPES: Final[dict[str, FactType]] = {"hours_between": "number", "reaches_age": "datetime"}
"""The types of what they compute; the others give whole years."""


def read_groups(fields: Fields) -> Iterator[Group]:
    for id, item in each(fields, "groups", keys_of(ITEMS["groups"])):
        yield Group(id, item.text("title"), item.boolean("apart", default=False), item.where)


def read_roles(fields: Fields) -> Iterator[Role]:
    for id, item in each(fields, "roles", keys_of(ITEMS["roles"])):
        always, sometimes = _sees(item)
        after = item.words("falls_back_to")
        yield Role(id, item.text("title"), always, _actions(item), item.where, sometimes, after)


def _sees(item: Fields) -> tuple[frozenset[str], dict[str, Expression]]:
    """The groups a role sees of every case, and those it sees only of a case of which an expression is true."""
    found: dict[str, Expression | None] = {}
    node = item.get("sees", needed=False)
    for one in [] if node is None else node.value if isinstance(node.value, list) else [node]:
        when: Expression | None = None
        if isinstance(one.value, dict):
            entry = Fields(one, item.notes, item.element, keys_of(SEEN))
            group, when = entry.word("group"), entry.expression("when", needed=True)
        elif isinstance(one.value, str) and WORD.fullmatch(one.value):
            group = one.value
        else:
            item.wrong("sees", one, 'the id of a group, or {group: ..., when: "..."}', "bad_id")
            continue
        if group in found:
            item.complain("duplicate_id", f'{quoted(group)} is listed twice under "sees"', one.line)
        found[group] = when
    always = frozenset(group for group, when in found.items() if when is None)
    return always, {group: when for group, when in found.items() if when is not None}


def _actions(item: Fields) -> frozenset[str]:
    actions = item.words("may", DOTTED)
    for action in actions:
        if action not in ACTIONS:
            item.complain(
                "unknown_word",
                f"{quoted(action)} is no action: expected {one_of(ACTIONS)}.{item.notes.did_you_mean(action, ACTIONS)}",
                item.entries["may"].line,
            )
    return frozenset(actions)


def read_facts(fields: Fields) -> Iterator[FactRule]:
    for id, item in each(fields, "facts", keys_of(ITEMS["facts"])):
        kind: FactType = item.choice("type", FACT_TYPES)
        values = _values(item, kind)
        yield FactRule(
            id=id,
            title=item.text("title"),
            type=kind,
            group=item.word("group"),
            where=item.where,
            scope=item.word("scope", needed=False) or "case",
            values=values,
            value_titles=_value_titles(item, values),
            correctable=item.boolean("correctable", default=True),
            later=item.boolean("later", default=False),
            review=item.boolean("review", default=False),
            heed=item.boolean("heed", default=False),
            lasting=item.boolean("lasting", default=False),
            minimum=_limit(item, "minimum", kind),
            maximum=_limit(item, "maximum", kind),
            future=item.boolean("future", default=False),
            not_before=item.word("not_before", needed=False) or None,
        )


def _values(item: Fields, kind: str) -> tuple[str, ...]:
    """The closed domain of a choice; every other type has none."""
    if kind not in ("choice", "choices"):
        if item.has("values"):
            item.complain("values", f'"values" belong to a choice or choices, but {quoted(item.element)} is {kind}')
        return ()
    values: list[str] = []
    for node in item.items("values", needed=True):
        if not isinstance(node.value, str):
            item.wrong("values", node, "texts (put numbers, true and false in quotes)", "values")
        elif not VALUE.fullmatch(node.value) or node.value == "unset":
            item.wrong("values", node, 'short words without spaces, other than "unset"', "values")
        elif node.value in values:
            item.complain("values", f"The value {quoted(node.value)} is listed twice", node.line)
        else:
            values.append(node.value)
    return tuple(values)


def _value_titles(item: Fields, values: tuple[str, ...]) -> dict[str, Text]:
    if not item.has("value_titles"):
        return {}
    titles = Fields(item.entries["value_titles"], item.notes, item.element, values or ("values",))
    return {
        value: languages(node, item.notes, item.element, f"value_titles.{value}")
        for value, node in titles.entries.items()
    }


def _limit(item: Fields, key: str, kind: str) -> float | None:
    if item.has(key) and kind not in ("integer", "number"):
        item.complain("values", f'"{key}" belongs to an integer or number, but {quoted(item.element)} is {kind}')
    return item.number(key)


def read_acts(fields: Fields) -> Iterator[Act]:
    for id, item in each(fields, "acts", keys_of(ITEMS["acts"]), DOTTED):
        yield Act(id, item.text("title"), item.where, item.text("to", needed=False))


def read_parameters(fields: Fields) -> Iterator[Parameter]:
    for id, item in each(fields, "parameters", keys_of(ITEMS["parameters"])):
        unit = item.choice("unit", UNITS)
        as_of = item.choice("as_of", words_of(ITEMS["parameters"], "as_of"))
        yield Parameter(id, item.text("title"), unit, as_of, _dated(item, unit), item.where)


def _dated(item: Fields, unit: str) -> tuple[Dated, ...]:
    """The values of a parameter, oldest first, one a day."""
    days: dict[date, Dated] = {}
    nodes = item.items("values", needed=True)
    if item.has("values") and not nodes:
        item.complain("values", "Expected at least one dated value")
    for node in nodes:
        entry = Fields(node, item.notes, item.element, keys_of(DATED))
        day = entry.day("from")
        if day in days:
            entry.complain("values", f"There is already a value from {day}: one value a day")
        days[day] = Dated(day, _parameter_value(entry, unit), read_source(entry))
    return tuple(days[day] for day in sorted(days))


def _parameter_value(entry: Fields, unit: str) -> Value:
    if unit == "text":
        return entry.string("value")
    number = entry.number("value")
    if number is None and not entry.has("value"):
        entry.complain("missing_key", 'Expected "value", but it is missing')
    if number is not None and number < 0:
        entry.wrong("value", entry.entries["value"], "a number that is not negative")
    if number is not None and number > LONGEST.get(unit, number):
        entry.wrong("value", entry.entries["value"], f"at most {LONGEST[unit]} {unit}", "values")
    return 0 if number is None else number


def read_derived(fields: Fields) -> Iterator[Derived]:
    keys = keys_of(ITEMS["derived"])
    for id, item in each(fields, "derived", keys):
        kind = item.choice("kind", tuple(DERIVED))
        fitting = DERIVED.get(kind, set(keys))
        for key in sorted({"from", "told", "to", "years", "else", "of", "type"} - fitting):
            if item.has(key):
                item.complain("unknown_key", f'"{key}" does not belong to the kind {kind}', item.entries[key].line)
        if kind == "first_of":
            of, type_ = item.words("of", WORD, needed=True), item.choice("type", FACT_TYPES)
        else:
            of = tuple(item.word(key) for key in ("from", "told", "to", "years") if key in fitting)
            type_ = _TYPES.get(kind, "integer")
        otherwise = item.word("else", needed=False) or None
        yield Derived(id, item.text("title"), kind, type_, of, otherwise, item.word("group"), item.where)
