"""The situations in which some expressions may be read: every combination of values that content allows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import prod

from engine.checks.analysis.domains import Splits
from engine.checks.analysis.once import once
from engine.checks.analysis.space import LIMIT, Classes, Space
from engine.expressions import And, Expression, In, Literal_, Name, Or, Unset, names
from engine.library import OVERRIDE_REASON, Derived, Library, Row, Table
from engine.model import Value
from engine.rules import schedules

ALWAYS_SET = frozenset({"door", "arrived_at"})
"""System facts that every case has from its first moment (docs/content.md, section 3)."""

VISIT_FACTS = frozenset(schedules.FACTS)
"""System facts that every scheduled visit has from its first moment."""

SYSTEM_FACTS = ALWAYS_SET | VISIT_FACTS | {OVERRIDE_REASON}


@dataclass(frozen=True, slots=True)
class Implication:
    """Whenever `when` is true, the fact is set."""

    when: Expression
    fact: str


Known = frozenset[str | Implication]
"""What is sure at a point of a pathway: names that are set, and implications that hold."""


def row_condition(row: Row) -> Expression:
    """A row fires where every cell is true; a cell is any of its conditions."""
    cells = [cell[0] if len(cell) == 1 else Or(cell) for cell in row.when.values()]
    return And(tuple(cells)) if cells else Literal_(value=True)


@dataclass(frozen=True, slots=True)
class _Reading:
    """How a table is read: when each row fires, and what must be told apart to follow that and what it says."""

    fires: tuple[Expression, ...]
    splits: Splits


@once
def _readings(library: Library) -> Mapping[str, _Reading]:
    """How each table is read, by its id."""
    return {id_: _reading(library, table) for id_, table in library.tables.items()}


def _reading(library: Library, table: Table) -> _Reading:
    fires = tuple(map(row_condition, table.rows))
    said = tuple(dict.fromkeys(row.then for row in table.rows if row.then is not None))
    output = Name(f"now.{table.output}")
    says = In(output, said, negated=False) if said else Unset(output, negated=False)
    return _Reading(fires, Splits(library, [*fires, says]))


def with_derived(library: Library, known: Known) -> Known:
    """Adds the derived facts that are set because what they are computed from is."""
    found = set(known) | ALWAYS_SET
    growing = True
    while growing:
        more = {item.id for item in library.derived.values() if item.id not in found and _surely(item, found)}
        growing = bool(more)
        found |= more
    return frozenset(found)


def _surely(item: Derived, known: set[str | Implication]) -> bool:
    if item.kind == "first_of":
        return any(name in known for name in item.of)
    if item.kind == "reaches_age":
        return item.of[0] in known
    start, end = item.of[0], item.of[-1]
    if end != "now" and end not in known:
        return False
    return start in known or (item.otherwise is not None and item.otherwise in known)


class Situations:
    """A space and the part of it that can happen. Raises TooLarge.

    What can happen: names that are surely set are never unset, implications hold, `now.<output>` is what its
    table says there, and `first_of` is unset only when all that it looks at is.
    """

    def __init__(self, library: Library, expressions: Iterable[Expression], known: Known = frozenset()) -> None:
        self.library = library
        known = with_derived(library, known)
        splits = Splits(library, expressions)
        wanted = splits.names
        relevant = (item for item in known if isinstance(item, Implication) and item.fact in wanted)
        implications = sorted(relevant, key=lambda item: item.fact)
        splits.add(item.when for item in implications)
        classes, tables = self._tables(splits, known)
        self.space = Space(classes)
        self.possible = self.space.all
        for implication in implications:
            self.possible &= ~(self.space.true(implication.when) & self.space.where(implication.fact, None))
        for table in tables:
            self._table_says(table)
        for derived in library.derived.values():
            if derived.kind == "first_of":
                self._first_of(derived)

    def _tables(self, splits: Splits, known: Known) -> tuple[dict[str, Classes], list[Table]]:
        """The tables behind `now.<output>`, as long as counting through their inputs stays affordable, and the classes
        of each name with them."""
        chosen: list[Table] = []
        classes = _classes(splits, known)
        queue = sorted(splits.names)
        while queue:
            name = queue.pop(0)
            table = self.library.table_of(name.removeprefix("now.")) if name.startswith("now.") else None
            if table is None or table in chosen:
                continue
            followed = _readings(self.library)[table.id].splits
            more = splits | followed
            wider = _classes(more, known)
            if prod(map(len, wider.values())) <= LIMIT >> 4:
                splits, classes = more, wider
                chosen.append(table)
                queue += sorted(followed.names)
        return classes, chosen

    def _table_says(self, table: Table) -> None:
        for fires, row in zip(_readings(self.library)[table.id].fires, table.rows, strict=True):
            self.possible &= ~(self.space.true(fires) & ~self.space.where(f"now.{table.output}", row.then))

    def _first_of(self, derived: Derived) -> None:
        if derived.id in self.space.classes and all(name in self.space.classes for name in derived.of):
            none_set = self.space.all
            for name in derived.of:
                none_set &= self.space.where(name, None)
            self.possible &= ~(none_set ^ self.space.where(derived.id, None))

    def true(self, expression: Expression) -> int:
        return self.space.true(expression) & self.possible

    def unknown(self, expression: Expression) -> int:
        return self.space.unknown(expression) & self.possible

    def witness(self, combinations: int, *expressions: Expression) -> Mapping[str, Value | None]:
        """One situation, told in the names that the expressions read."""
        told = frozenset().union(*map(names, expressions)) if expressions else frozenset(self.space.classes)
        return {name: value for name, value in self.space.witness(combinations).items() if name in told}


def _classes(splits: Splits, known: Known) -> dict[str, Classes]:
    return {name: splits.classes(name, name in known) for name in sorted(splits.names)}


def implied(library: Library, expression: Expression, known: Known) -> frozenset[str]:
    """The facts that are surely set where the expression is true. Raises TooLarge."""
    read = names(expression)
    facts = {name for name in read if name in library.facts}
    for name in read:
        table = library.table_of(name.removeprefix("now.")) if name.startswith("now.") else None
        if table is not None:
            facts |= {item for item in table.inputs if item in library.facts}
    following = {item.fact for item in known if isinstance(item, Implication) and names(item.when) & read}
    together = [sorted(facts - known), *([fact] for fact in sorted(following - facts - known))]
    return frozenset(fact for asked in together for fact in _set_where_true(library, expression, known, asked))


def _set_where_true(library: Library, expression: Expression, known: Known, facts: list[str]) -> Iterator[str]:
    asked = {fact: Unset(Name(fact), negated=False) for fact in facts}
    if not asked:
        return
    situations = Situations(library, [expression, *asked.values()], known)
    true = situations.true(expression)
    yield from (fact for fact, unset in asked.items() if not true & situations.true(unset))
