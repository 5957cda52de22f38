"""Expression -> its canonical text: parsing it gives the same expression back."""

from __future__ import annotations

from engine.expressions.tree import (
    And,
    Compare,
    Constant,
    Expression,
    Has,
    In,
    Literal_,
    Name,
    Not,
    Or,
    Truth,
    Unset,
)


def write(expression: Expression) -> str:
    """The canonical text: `parse(write(e)) == e`."""
    match expression:
        case Compare(left, op, right):
            return f"{_write_side(left)} {op} {_write_side(right)}"
        case In(name, values, negated):
            listed = ", ".join(_write_constant(value) for value in values)
            return f"{name.id} {'not in' if negated else 'in'} ({listed})"
        case Has(name, value):
            return f"{name.id} has {_write_constant(value)}"
        case Unset(name, negated):
            return f"{name.id} is {'not ' if negated else ''}unset"
        case Truth(name):
            return name.id
        case Literal_(value):
            return _write_constant(value)
        case Not(item):
            return f"not ({write(item)})" if isinstance(item, And | Or) else f"not {write(item)}"
        case And(items):
            return " and ".join(f"({write(i)})" if isinstance(i, And | Or) else write(i) for i in items)
        case Or(items):
            return " or ".join(f"({write(i)})" if isinstance(i, Or) else write(i) for i in items)
    raise AssertionError(expression)


def _write_side(side: Name | Literal_) -> str:
    return side.id if isinstance(side, Name) else _write_constant(side.value)


def _write_constant(value: Constant) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        written = f"{value:.3f}".rstrip("0")  # never with an exponent, which is not in the language
        return f"{written}0" if written.endswith(".") else written
    return f"'{value}'" if isinstance(value, str) else str(value)
