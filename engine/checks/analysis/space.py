"""All combinations of the values that some names may have, so that a question about them is answered exactly.

A set of combinations is ONE Python integer, a bit a combination: and, or, not of expressions are bit
operations, and a question over a million combinations takes milliseconds (prove.md 3.5).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from math import prod

from engine.expressions import And, Expression, ExpressionTypeError, Literal_, Not, Or, evaluate, names
from engine.model import Value

Classes = tuple[Value | None, ...]
"""One value for every class of values that no expression tells apart; None is the class 'not set'."""

LIMIT = 1 << 20
"""Combinations above this are not counted through: whoever asks must say that it was not checked."""


class TooLarge(Exception):
    """More combinations than LIMIT; `size` says how many."""

    def __init__(self, size: int) -> None:
        super().__init__(f"{size} combinations")
        self.size = size


@dataclass(frozen=True, slots=True)
class Reading:
    """Where an expression is true and where it is false; everywhere else it is unknown."""

    true: int
    false: int


class Space:
    """The product of the classes of each name. Raises TooLarge."""

    def __init__(self, classes: Mapping[str, Classes]) -> None:
        self.classes = dict(classes)
        self.size = prod(len(values) for values in self.classes.values())
        if self.size > LIMIT:
            raise TooLarge(self.size)
        self.all = (1 << self.size) - 1
        self._columns: dict[str, list[int]] = {}
        self._strides: dict[str, int] = {}
        self._atoms: dict[Expression, Reading] = {}
        stride = 1
        for name, values in self.classes.items():
            self._strides[name] = stride
            self._columns[name] = [self._column(stride, len(values), index) for index in range(len(values))]
            stride *= len(values)

    def _column(self, stride: int, count: int, index: int) -> int:
        """The combinations in which a name has its index-th value: runs of `stride` bits."""
        bits = ((1 << stride) - 1) << (stride * index)
        period = stride * count
        while period < self.size:
            bits |= bits << period
            period *= 2
        return bits & self.all

    def where(self, name: str, value: Value | None) -> int:
        """The combinations in which the name has this value (None: is not set)."""
        return self._columns[name][self.classes[name].index(value)] if value in self.classes[name] else 0

    def column(self, name: str, index: int) -> int:
        """The combinations in which a name has its index-th value."""
        return self._columns[name][index]

    def moved(self, combinations: int, name: str, old: int, new: int) -> int:
        """Those of the combinations in which a name has its old-th value, with its new-th instead."""
        shift = self._strides[name] * (new - old)
        those = combinations & self.column(name, old)
        return those << shift if shift >= 0 else those >> -shift

    def reading(self, expression: Expression) -> Reading:
        """Where the expression is true and false, in the three-valued reading of the engine."""
        match expression:
            case Not(item):
                inner = self.reading(item)
                return Reading(inner.false, inner.true)
            case And(items):
                true, false = self.all, 0
                for reading in map(self.reading, items):
                    true, false = true & reading.true, false | reading.false
                return Reading(true, false)
            case Or(items):
                true, false = 0, self.all
                for reading in map(self.reading, items):
                    true, false = true | reading.true, false & reading.false
                return Reading(true, false)
            case Literal_(value):
                return Reading(self.all, 0) if value else Reading(0, self.all)
        known = self._atoms.get(expression)
        if known is None:
            known = self._atoms[expression] = self._atom(expression)
        return known

    def true(self, expression: Expression) -> int:
        return self.reading(expression).true

    def unknown(self, expression: Expression) -> int:
        reading = self.reading(expression)
        return self.all & ~(reading.true | reading.false)

    def _atom(self, atom: Expression) -> Reading:
        """Asks the engine's own evaluator once for each combination of the one or two names that are read."""
        read = sorted(names(atom))
        true = false = 0
        values: dict[str, Value | None] = {}
        for classes in product(*[zip(self.classes[name], self._columns[name], strict=True) for name in read]):
            bits = self.all
            for name, (value, column) in zip(read, classes, strict=True):
                values[name] = value
                bits &= column
            try:
                outcome = evaluate(atom, values.__getitem__)
            except ExpressionTypeError:
                continue  # the comparisons check names it; here it is neither true nor false
            if outcome is None:
                continue
            if outcome:
                true |= bits
            else:
                false |= bits
        return Reading(true, false)

    def witness(self, combinations: int) -> dict[str, Value | None]:
        """One combination out of a set that is not empty."""
        at = (combinations & -combinations).bit_length() - 1
        found: dict[str, Value | None] = {}
        for name, values in self.classes.items():
            at, index = divmod(at, len(values))
            found[name] = values[index]
        return found
