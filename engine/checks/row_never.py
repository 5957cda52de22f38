"""A row that can never fire is a mistake or dead text: what its author meant does not happen."""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.analysis.tables import asked_tables
from engine.checks.report import Finding, finding
from engine.library import Library

CODE = "row-never"


def check(library: Library) -> Iterator[Finding]:
    for asked in asked_tables(library):
        if asked.situations is None:
            continue  # table-complete says so
        for number, (row, condition) in enumerate(zip(asked.table.rows, asked.conditions, strict=True), 1):
            if not asked.situations.true(condition):
                message = f"Row {number} of table {asked.table.id} can never fire. Correct its cells, or remove it"
                yield finding(CODE, "warning", message, row.where, elements=(asked.table.id,))
