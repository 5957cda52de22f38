"""A table must answer in every situation: no combination of values, 'not set' included, may be left out."""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.analysis.space import LIMIT
from engine.checks.analysis.tables import asked_tables
from engine.checks.report import Finding, describe, finding
from engine.library import Library

CODE = "table-complete"


def check(library: Library) -> Iterator[Finding]:
    for asked in asked_tables(library):
        table, situations = asked.table, asked.situations
        if situations is None:
            message = (
                f"Table {table.id} was not checked: it tells more than {LIMIT} situations apart. Split it into "
                "tables with fewer inputs"
            )
            yield finding(CODE, "error", message, table.where)
            continue
        missing = situations.possible
        for condition in asked.conditions:
            missing &= ~situations.true(condition)
        if missing:
            witness = situations.witness(missing, *asked.conditions)
            message = (
                f"Table {table.id} has no row for {describe(witness) or 'any case'}. Add a row that says what happens"
            )
            yield finding(CODE, "error", message, table.where, witness=witness)
