"""A form must ask for declared facts, show what it requires, and speak every language."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from engine.checks.analysis.answers import Schema, conditionals, property_condition
from engine.checks.analysis.answers import condition as asked_by
from engine.checks.analysis.situations import Situations
from engine.checks.analysis.space import TooLarge
from engine.checks.report import Finding, describe, finding
from engine.expressions import And, Expression, Literal_, Not
from engine.library import LANGUAGES, FactRule, Form, Library

CODE = "forms"

_SCOPE = "#/properties/"
_PLACEHOLDER = re.compile(r"\{[a-z_]+\}")


def check(library: Library) -> Iterator[Finding]:
    for form in library.forms.values():
        for name, schema in form.properties.items():
            yield from _declared(library, form, name, schema)
        yield from _shown(library, form)
        yield from _texts(form)


# facts


def _declared(library: Library, form: Form, name: str, schema: Schema) -> Iterator[Finding]:
    fact = library.facts.get(name)
    if fact is None:
        other = "a derived fact: it is computed" if name in library.derived else "no fact. Declare it in the rules"
        yield _complaint(form, name, f"asks for {name}, which is {other}")
        return
    if name in {table.output for table in library.tables.values()}:
        yield _complaint(form, name, f"asks for {name}, which a table decides. Ask for what the table reads")
    kind = _type(schema)
    if kind != fact.type and not (kind == "integer" and fact.type == "number"):
        yield _complaint(form, name, f"asks for {name} as {kind}, but it is declared as {fact.type}")
        return
    values = schema.get("enum", schema.get("items", {}).get("enum", ()))
    strange = [str(value) for value in values if value not in fact.values]
    if strange:
        yield _complaint(form, name, f"offers {', '.join(strange)} for {name}, which are not among its declared values")
    yield from _limits(form, fact, schema)


def _type(schema: Schema) -> str:
    match dict(schema):
        case {"type": "array"}:
            return "choices"
        case {"type": "string", "enum": _}:
            return "choice"
        case {"type": "string", "format": "date"}:
            return "date"
        case {"type": "string", "format": "date-time"}:
            return "datetime"
        case {"type": "string"}:
            return "text"
        case {"type": kind}:
            return str(kind)
    return "unknown"


def _limits(form: Form, fact: FactRule, schema: Schema) -> Iterator[Finding]:
    """A form may be narrower than its fact, never wider: tables and guards are checked within the fact's limits."""
    least, most = schema.get("minimum"), schema.get("maximum")
    if fact.minimum is not None and (least is None or least < fact.minimum):
        yield _complaint(form, fact.id, f"lets {fact.id} be below {fact.minimum:g}, the declared minimum. Add it")
    if fact.maximum is not None and (most is None or most > fact.maximum):
        yield _complaint(form, fact.id, f"lets {fact.id} be above {fact.maximum:g}, the declared maximum. Add it")


# what is required must be shown


def _shown(library: Library, form: Form) -> Iterator[Finding]:
    shown = dict(_conditions(form.uischema))
    for name, required_when in _required(form):
        if name not in shown or name not in library.facts:
            continue
        hidden = And((required_when, Not(shown[name])))
        try:
            situations = Situations(library, [required_when, shown[name]])
        except TooLarge:
            continue  # a form this wide is not counted through
        # Hidden is also what is shown under a condition that is not answered yet.
        missed = situations.true(required_when) & ~situations.true(shown[name])
        if missed:
            witness = situations.witness(missed, hidden)
            told = f" when {describe(witness)}" if witness else ""
            message = (
                f"requires {name}{told}, but hides it then, so it could not be sent. Show it whenever it is required"
            )
            yield _complaint(form, name, message, witness=witness)


def _conditions(layout: Mapping[str, Any]) -> Iterator[tuple[str, Expression]]:
    """Each property with the condition under which its control is shown."""
    for element in layout.get("elements", ()):
        yield from _conditions(element)
    if layout.get("type") == "Control":
        name = str(layout["scope"]).removeprefix(_SCOPE)
        rule = layout.get("rule", {}).get("condition")
        asked = None if rule is None else property_condition(rule["scope"].removeprefix(_SCOPE), rule["schema"])
        if rule is None:
            yield name, Literal_(value=True)
        elif asked is not None:
            yield name, asked


def _required(form: Form) -> Iterator[tuple[str, Expression]]:
    """Each required property with the condition under which it is required."""
    for name in form.schema.get("required", ()):
        yield name, Literal_(value=True)
    for part in conditionals(form.schema):
        asked = asked_by(part["if"])
        if asked is not None:
            for name in part.get("then", {}).get("required", ()):
                yield name, asked
            for name in part.get("else", {}).get("required", ()):
                yield name, Not(asked)


# texts


def _texts(form: Form) -> Iterator[Finding]:
    wanted = set(_messages(form)).union(*(texts for texts in form.texts.values()))
    for message in sorted(wanted):
        words = {language: form.texts.get(language, {}).get(message, "") for language in LANGUAGES}
        missing = [language for language, text in words.items() if not text.strip()]
        if missing:
            yield _complaint(form, message, f"has no words for {message} in {', '.join(missing)}. Add them")
            continue
        placeholders = {language: sorted(_PLACEHOLDER.findall(text)) for language, text in words.items()}
        if len({tuple(found) for found in placeholders.values()}) > 1:
            told = ", ".join(f"{language}: {' '.join(found) or 'none'}" for language, found in placeholders.items())
            yield _complaint(form, message, f"has different placeholders in {message} ({told}). Use the same")


def _messages(form: Form) -> Iterator[str]:
    """The messages that every form needs: its title, and a label for each property, value and group."""
    yield "title"
    for name, schema in form.properties.items():
        yield name
        for value in schema.get("enum", schema.get("items", {}).get("enum", ())):
            yield f"{name}.{value}"
    yield from _group_labels(form.uischema)


def _group_labels(layout: Mapping[str, Any]) -> Iterator[str]:
    if "label" in layout:
        yield str(layout["label"])
    for element in layout.get("elements", ()):
        yield from _group_labels(element)


def _complaint(form: Form, element: str, message: str, **more: Any) -> Finding:
    return finding(CODE, "error", f"Form {form.id} {message}", form.where, elements=(form.id, element), **more)
