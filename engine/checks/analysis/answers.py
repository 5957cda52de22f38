"""What a submitted form surely answers: its required properties, and those required under a condition."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from engine.checks.analysis.once import once
from engine.checks.analysis.situations import Implication, Known
from engine.expressions import And, Compare, Expression, Has, In, Literal_, Name, Not, Unset, names
from engine.library import Form, Library

Schema = Mapping[str, Any]

_LIMITS: Mapping[str, Any] = {"minimum": ">=", "exclusiveMinimum": ">", "maximum": "<=", "exclusiveMaximum": "<"}


def conditionals(schema: Schema) -> Iterator[Schema]:
    """The parts of a form's schema that have an `if`: the schema itself and those under `allOf`."""
    for part in (schema, *schema.get("allOf", ())):
        if "if" in part:
            yield part


def condition(schema: Schema) -> Expression | None:
    """An `if` (or the condition of a SHOW rule) in the expression language; None when it is of another kind."""
    found = [property_condition(name, wanted) for name, wanted in schema.get("properties", {}).items()]
    if not found or any(item is None for item in found):
        return None
    known = tuple(item for item in found if item is not None)
    return known[0] if len(known) == 1 else And(known)


def property_condition(name: str, wanted: Schema) -> Expression | None:
    """`{"const": "yes"}` asked of one property, in the expression language."""
    read = Name(name)
    match dict(wanted):
        case {"const": value}:
            return Compare(read, "==", Literal_(value))
        case {"enum": values}:
            return In(read, tuple(values), negated=False)
        case {"contains": {"const": value}}:
            return Has(read, value)
        case {"contains": {"enum": [value]}}:
            return Has(read, value)
        case {"minLength": 1}:
            return Unset(read, negated=True)
        case {"not": inner}:
            negated = property_condition(name, inner)
            return None if negated is None else Not(negated)
        case limits if limits and set(limits) <= set(_LIMITS):
            parts = tuple(Compare(read, _LIMITS[word], Literal_(value)) for word, value in limits.items())
            return parts[0] if len(parts) == 1 else And(parts)
    return None


def answered(form: Form) -> Known:
    """The facts that are set once the form is accepted, and the implications that hold then."""
    found: set[str | Implication] = set(form.schema.get("required", ()))
    for part in conditionals(form.schema):
        then, otherwise = _required(part, "then"), _required(part, "else")
        found.update(set(then) & set(otherwise))
        asked = condition(part["if"])
        if asked is not None:
            found.update(Implication(asked, name) for name in then)
            found.update(Implication(Not(asked), name) for name in otherwise)
    return frozenset(found)


def _required(part: Schema, branch: str) -> Sequence[str]:
    required: Sequence[str] = part.get(branch, {}).get("required", ())
    return required


def surviving(implications: Iterable[Implication], form: Form, said: Known) -> Iterator[Implication]:
    """Those that still hold after the form was answered, which says so much."""
    for item in implications:
        if item in said or item.fact in said or names(item.when).isdisjoint(form.properties):
            yield item


@once
def forms_in_use(library: Library) -> tuple[Form, ...]:
    """The forms that doors, anytime entries and user tasks fill, as far as they exist."""
    pathway = library.pathway
    used = {door.form for door in pathway.doors.values()} | {item.form for item in pathway.anytime.values()}
    for diagram in pathway.diagrams.values():
        used |= {element.form for element in diagram.elements.values() if element.form is not None}
    return tuple(library.forms[form] for form in sorted(used) if form in library.forms)


@once
def invariants(library: Library) -> frozenset[Implication]:
    """Implications that hold at any time, whichever form was answered last."""
    said = [(form, answered(form)) for form in forms_in_use(library)]
    stated = {item for _, known in said for item in known if isinstance(item, Implication)}
    for form, known in said:
        stated = set(surviving(stated, form, known))
    return frozenset(stated)
