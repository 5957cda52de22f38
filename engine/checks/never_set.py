"""What a rule or a diagram reads must be answered or decided somewhere: what never is stays unknown for ever."""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.analysis.answers import forms_in_use
from engine.checks.analysis.situations import SYSTEM_FACTS
from engine.checks.analysis.uses import uses
from engine.checks.report import Finding, finding
from engine.expressions import names
from engine.library import Library

CODE = "never-set"


def check(library: Library) -> Iterator[Finding]:
    known = written(library)
    for use in uses(library):
        for name in sorted(names(use.expression) & library.facts.keys() - known):
            table = library.table_of(name)
            way = (
                f"Read now.{name}, or let a business rule task decide by table {table.id}"
                if table
                else "Ask it on a form"
            )
            message = f"{use.reader} reads {name}, but nothing ever sets it, so it is never known. {way}"
            yield finding(CODE, "error", message[0].upper() + message[1:], use.where, elements=(name,))


def written(library: Library) -> set[str]:
    """The facts that forms in use ask, that some step decides by a table, or that the engine itself sets."""
    asked = {name for form in forms_in_use(library) for name in form.properties}
    decided = {
        library.tables[element.table].output
        for diagram in library.pathway.diagrams.values()
        for element in diagram.elements.values()
        if element.table in library.tables and element.table is not None
    }
    return asked | decided | SYSTEM_FACTS
