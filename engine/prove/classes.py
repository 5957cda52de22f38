"""Which values of a name a proof tells apart: as few as the expressions that it reads (prove.md 3.2)."""

from __future__ import annotations

from collections.abc import Iterable

from engine.checks.analysis.domains import Splits, atoms
from engine.checks.analysis.space import Classes
from engine.expressions import (
    And,
    Compare,
    Expression,
    ExpressionTypeError,
    Literal_,
    Name,
    Not,
    Or,
    evaluate,
    names,
)
from engine.library import Library
from engine.model import Value


def settled(library: Library, expression: Expression) -> Expression:
    """The expression with each parameter that has only ever had one value replaced by it."""
    match expression:
        case Not(item):
            return Not(settled(library, item))
        case And(items):
            return And(tuple(settled(library, item) for item in items))
        case Or(items):
            return Or(tuple(settled(library, item) for item in items))
        case Compare(left, op, right):
            return Compare(_settled(library, left), op, _settled(library, right))
    return expression


def _settled(library: Library, side: Name | Literal_) -> Name | Literal_:
    parameter = library.parameters.get(side.id) if isinstance(side, Name) else None
    values = {dated.value for dated in parameter.values} if parameter is not None else set()
    if len(values) != 1:
        return side
    (value,) = values
    return Literal_(value) if isinstance(value, str | int | float) else side


class Partition:
    """The values of one name cut into classes: two values that read alike everywhere are in one class, which its
    first value stands for."""

    def __init__(self, name: str, values: Classes, asked: Iterable[Expression], *, alone: bool) -> None:
        self.name = name
        self.asked = tuple(asked)
        self._known = frozenset(self.asked)
        self.alone = alone
        found: dict[object, Value | None] = {}
        for value in values:
            found.setdefault(self._sign(value), value)
        self.representatives: Classes = tuple(found.values())
        self._indexes = {sign: index for index, sign in enumerate(found)}

    def tells(self, atom: Expression) -> bool:
        """Whether its classes were cut for this question: one that nobody announced may read differently in a class."""
        return atom in self._known

    def index(self, value: Value | None) -> int | None:
        """The class of a value; None when it has none here."""
        return self._indexes.get(self._sign(value))

    def _sign(self, value: Value | None) -> object:
        if not self.alone:
            return value
        return (value is None, *(_read(atom, self.name, value) for atom in self.asked))


def counts_to_now(library: Library, name: str) -> bool:
    """Whether a number only grows as time passes. Its classes keep their order: 17 and 19 are not one, though neither
    is 18."""
    derived = library.derived.get(name)
    return derived is not None and derived.kind in ("completed_years", "hours_between") and derived.of[-1] == "now"


def partition(library: Library, expressions: Iterable[Expression], followed: Iterable[str]) -> dict[str, Partition]:
    """The classes of each name followed."""
    read = list(expressions)
    chosen = frozenset(followed)
    kept = [atom for expression in read for atom in atoms(expression) if names(atom) <= chosen]
    splits = Splits(library, kept)
    asked: dict[str, dict[Expression, None]] = {}
    for atom in kept:
        for name in names(atom):
            asked.setdefault(name, {})[atom] = None
    found: dict[str, Partition] = {}
    for name in sorted(chosen):
        alone = all(names(atom) == {name} for atom in asked.get(name, ())) and not counts_to_now(library, name)
        found[name] = Partition(name, splits.classes(name, surely_set=False), asked.get(name, ()), alone=alone)
    return found


def _read(atom: Expression, name: str, value: Value | None) -> object:
    try:
        return evaluate(atom, {name: value}.__getitem__)
    except ExpressionTypeError:
        return "error"
