"""Two rows of a table must never fire together: else the order in which they are written would decide."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from engine.checks.analysis.tables import asked_tables
from engine.checks.report import Finding, describe, finding
from engine.library import Library

CODE = "table-disjoint"


def check(library: Library) -> Iterator[Finding]:
    yield from _one_table_an_output(library)
    for asked in asked_tables(library):
        situations = asked.situations
        if situations is None:
            continue  # table-complete says so
        numbered = list(enumerate(zip(asked.table.rows, asked.conditions, strict=True), 1))
        for (first, (_, one)), (second, (row, other)) in combinations(numbered, 2):
            both = situations.true(one) & situations.true(other)
            if both:
                witness = situations.witness(both, *asked.conditions)
                message = (
                    f"Rows {first} and {second} of table {asked.table.id} both fire when {describe(witness)}. "
                    "Narrow one of them"
                )
                yield finding(CODE, "error", message, row.where, elements=(asked.table.id,), witness=witness)


def _one_table_an_output(library: Library) -> Iterator[Finding]:
    for table in library.tables.values():
        first = library.table_of(table.output)
        if first is not None and first.id != table.id:
            message = f"Tables {first.id} and {table.id} both decide {table.output}. Make them one, or rename an output"
            yield finding(CODE, "error", message, table.where, elements=(table.id, first.id))
