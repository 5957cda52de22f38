"""Decision tables with every situation in which they may be asked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.checks.analysis.once import once
from engine.checks.analysis.situations import Situations, row_condition
from engine.checks.analysis.space import TooLarge
from engine.expressions import Expression
from engine.library import Library, Table


@dataclass(frozen=True, slots=True)
class AskedTable:
    """`conditions[i]` is when row i fires; `situations` is None when there are too many to count through."""

    table: Table
    conditions: tuple[Expression, ...]
    situations: Situations | None


@once
def asked_tables(library: Library) -> tuple[AskedTable, ...]:
    return tuple(_asked(library))


def _asked(library: Library) -> Iterator[AskedTable]:
    for table in library.tables.values():
        conditions = tuple(row_condition(row) for row in table.rows)
        try:
            situations = Situations(library, conditions)
        except TooLarge:
            situations = None
        yield AskedTable(table, conditions, situations)
