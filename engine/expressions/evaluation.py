"""What an expression reads, and whether it is true, false or not known."""

from __future__ import annotations

from engine.expressions.tree import (
    And,
    Comparator,
    Compare,
    Expression,
    Has,
    In,
    Literal_,
    Lookup,
    Name,
    Not,
    Or,
    Truth,
    Unset,
)
from engine.model import Value


def names(expression: Expression) -> frozenset[str]:
    """Every name that the expression reads."""
    match expression:
        case Compare(left, _, right):
            return frozenset(side.id for side in (left, right) if isinstance(side, Name))
        case In(name=name) | Has(name=name) | Unset(name=name) | Truth(name=name):
            return frozenset({name.id})
        case Not(item):
            return names(item)
        case And(items) | Or(items):
            return frozenset().union(*map(names, items))
    return frozenset()


def evaluate(expression: Expression, lookup: Lookup) -> bool | None:  # noqa: C901  # one case a node of the grammar
    """True, False, or None for unknown. Raises ExpressionTypeError when two values cannot be compared."""
    match expression:
        case Compare(left, op, right):
            return _compare(_value(left, lookup), op, _value(right, lookup))
        case In(name, values, negated):
            value = lookup(name.id)
            return None if value is None else (value in values) != negated
        case Has(name, constant):
            value = lookup(name.id)
            if value is None:
                return None
            return constant in value if isinstance(value, tuple) else value == constant
        case Unset(name, negated):
            return (lookup(name.id) is None) != negated
        case Truth(name):
            value = lookup(name.id)
            if value is None or isinstance(value, bool):
                return value
            raise ExpressionTypeError(f"Expected {name.id} to be true or false")
        case Literal_(value):
            return bool(value)
        case Not(item):
            inner = evaluate(item, lookup)
            return None if inner is None else not inner
        case And(items):
            unknown = False
            for item in items:
                inner = evaluate(item, lookup)
                if inner is False:
                    return False
                unknown = unknown or inner is None
            return None if unknown else True
        case Or(items):
            unknown = False
            for item in items:
                inner = evaluate(item, lookup)
                if inner is True:
                    return True
                unknown = unknown or inner is None
            return None if unknown else False
    raise AssertionError(expression)


class ExpressionTypeError(ValueError):
    """Two values of kinds that have no order: the content is wrong, and the case becomes stuck."""


def _value(side: Name | Literal_, lookup: Lookup) -> Value | None:
    return lookup(side.id) if isinstance(side, Name) else side.value


def _compare(left: Value | None, op: Comparator, right: Value | None) -> bool | None:
    if left is None or right is None:
        return None
    if op == "==":
        return left == right
    if op == "!=":
        return left != right
    try:
        if op == "<":
            return left < right  # type: ignore[operator]
        if op == "<=":
            return left <= right  # type: ignore[operator]
        if op == ">":
            return left > right  # type: ignore[operator]
        return left >= right  # type: ignore[operator]
    except TypeError as error:
        raise ExpressionTypeError(f"Cannot order {type(left).__name__} and {type(right).__name__}") from error
