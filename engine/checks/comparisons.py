"""An answer must be compared with something it can be: a comparison with anything else is never true."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from engine.checks.analysis.domains import Kind, atoms, kind_of
from engine.checks.analysis.uses import Use, uses
from engine.checks.report import Finding, finding
from engine.expressions import Compare, Constant, Expression, Has, In, Literal_, Name, Truth, write
from engine.library import Library

CODE = "comparisons"

_NUMBERS = ("integer", "number")


def check(library: Library) -> Iterator[Finding]:
    for use in uses(library):
        for atom in atoms(use.expression):
            for problem in _problems(library, atom):
                message = f"{use.reader} reads `{write(atom)}`: {problem}"
                yield finding(CODE, "error", message, use.where, elements=_elements(use))


def _elements(use: Use) -> tuple[str, ...]:
    return (use.where.element,) if use.where.element else ()


def _problems(library: Library, atom: Expression) -> Iterator[str]:
    match atom:
        case Compare(Name(left), op, Name(right)):
            yield from _two_names(library, left, op, right)
        case Compare(Name(name), op, Literal_(value)) | Compare(Literal_(value), op, Name(name)):
            yield from _constants(library, name, (value,), op)
        case In(Name(name), values):
            yield from _constants(library, name, values, "==")
        case Has(Name(name), value):
            kind = kind_of(library, name)
            if kind is not None and kind.type != "choices":
                yield f"{name} holds one answer. Write `{name} == '...'`"
            elif kind is not None:
                yield from _constant(library, name, kind, value)
        case Truth(Name(name)):
            kind = kind_of(library, name)
            if kind is not None and kind.type != "boolean":
                yield f"{name} is {kind.type}, not true or false. Compare it with a value"


def _constants(library: Library, name: str, values: tuple[Constant, ...], op: str) -> Iterator[str]:
    kind = kind_of(library, name)
    if kind is None:
        return  # references says so
    if kind.type == "choices":
        yield f"{name} holds several choices. Write `{name} has '...'`"
        return
    yield from _ordered(name, kind, op)
    for value in values:
        yield from _constant(library, name, kind, value)


def _ordered(name: str, kind: Kind, op: str) -> Iterator[str]:
    if op not in ("==", "!=") and kind.type in ("choice", "boolean"):
        yield f"{name} is {kind.type} and has no order. Use == or in"


def _constant(library: Library, name: str, kind: Kind, value: Constant) -> Iterator[str]:
    if kind.type in _NUMBERS:
        if isinstance(value, str | bool):
            yield f"{name} is a number"
    elif kind.type == "boolean":
        if not isinstance(value, bool):
            yield f"{name} is true or false"
    elif kind.type in ("date", "datetime"):
        yield f"{name} is a moment. Compare it with another moment, or derive a number from it"
    elif name in library.parameters:
        if not isinstance(value, str):
            yield f"{name} is a text"
    elif kind.type == "text":
        yield f"{name} is free text, and nothing may be decided on free text. Ask for a choice"
    else:
        known = _declared(library, name, kind)
        if value not in known:
            near = get_close_matches(str(value).lower(), known, n=1, cutoff=0.6)
            hint = f"Did you mean {near[0]!r}?" if near else f"It is one of {', '.join(known)}"
            yield f"{name} is never {value!r}. {hint}"


def _declared(library: Library, name: str, kind: Kind) -> list[str]:
    """All values that a choice is declared to have, those that no row of its table gives included."""
    fact = library.facts.get(name.removeprefix("now."))
    return [str(value) for value in (kind.values if fact is None else fact.values)]


def _two_names(library: Library, left: str, op: str, right: str) -> Iterator[str]:
    one, other = kind_of(library, left), kind_of(library, right)
    if one is None or other is None:
        return
    text_parameter = "text" in (one.type, other.type) and (left in library.parameters or right in library.parameters)
    same = one.type == other.type or {one.type, other.type} <= set(_NUMBERS) or text_parameter
    if not same or "choices" in (one.type, other.type):
        yield f"{left} is {one.type}, but {right} is {other.type}"
    elif one.type == "text" and not text_parameter:
        yield f"{left} is free text, and nothing may be decided on free text. Ask for a choice"
    else:
        yield from _ordered(left, one, op)
