"""Decision tables: which row fires. Exactly one does in checked content; anything else is not guessed."""

from __future__ import annotations

from engine import expressions
from engine.library import Row, Table


class TableError(Exception):
    """No row or several rows fire: the table is wrong, and the case becomes stuck."""

    def __init__(self, table: str, rows: int) -> None:
        super().__init__(f"Expected exactly one row of {table} to fire, but {rows} did")
        self.table = table


def fired(table: Table, lookup: expressions.Lookup) -> int | None:
    """The index of the row that fires, or None when none or more than one does."""
    rows = [index for index, row in enumerate(table.rows) if _fires(row, lookup)]
    return rows[0] if len(rows) == 1 else None


def decide(table: Table, lookup: expressions.Lookup) -> tuple[int, Row]:
    """The one row that fires. Raises TableError."""
    rows = [index for index, row in enumerate(table.rows) if _fires(row, lookup)]
    if len(rows) != 1:
        raise TableError(table.id, len(rows))
    return rows[0], table.rows[rows[0]]


def _fires(row: Row, lookup: expressions.Lookup) -> bool:
    return all(any(expressions.evaluate(cell, lookup) for cell in cells) for cells in row.when.values())
