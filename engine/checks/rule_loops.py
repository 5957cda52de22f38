"""No table and no derived fact may read itself, directly or through others."""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.analysis.graph import cycles
from engine.checks.report import Finding, finding
from engine.expressions import names
from engine.library import Library, Where

CODE = "rule-loops"


def check(library: Library) -> Iterator[Finding]:
    for cycle in cycles(_reads(library)):
        message = f"{' reads '.join((*cycle, cycle[0]))}: it can never be settled. Let one of them read facts only"
        yield finding(CODE, "error", message, _where(library, cycle[0]), elements=cycle, path=(*cycle, cycle[0]))


def _reads(library: Library) -> dict[str, tuple[str, ...]]:
    """What is computed or decided -> the computed and decided things that it reads."""
    read: dict[str, set[str]] = {}
    for table in library.tables.values():
        cells = (cell for row in table.rows for cells in row.when.values() for cell in cells)
        read[f"now.{table.output}"] = read[table.output] = {name for cell in cells for name in names(cell)}
    read |= {one.id: {*one.of, *([one.otherwise] if one.otherwise else [])} for one in library.derived.values()}
    return {name: tuple(sorted(found & read.keys())) for name, found in read.items()}


def _where(library: Library, name: str) -> Where:
    if name in library.derived:
        return library.derived[name].where
    return next(table.where for table in library.tables.values() if table.output == name.removeprefix("now."))
