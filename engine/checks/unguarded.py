"""A step that could vanish unnoticed: nothing speaks of what it does, and nothing reads what it asks."""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.acts import CLOSING, spoken_of
from engine.checks.analysis.uses import read_by_name, uses_elsewhere
from engine.checks.report import Finding, finding
from engine.expressions import names
from engine.library import Library

CODE = "unguarded"


def check(library: Library) -> Iterator[Finding]:
    heard = spoken_of(library) | {CLOSING}
    read = {name for use in uses_elsewhere(library) for name in names(use.expression)} | read_by_name(library)
    for diagram in library.pathway.diagrams.values():
        for element in diagram.elements.values():
            if element.kind != "user" or any(act.act in heard for act in element.acts):
                continue
            form = library.forms.get(element.form or "")
            if form is not None and not read & set(form.properties):
                does = ", ".join(act.act for act in element.acts)
                message = (
                    f"If {element.id} vanished from the diagram, no duty would notice: nothing speaks of what it does"
                    f"{f' ({does})' if does else ''}, and nothing reads what it asks. If law or protocol oblige to it, "
                    "say so in a duty"
                )
                yield finding(CODE, "info", message, element.where, elements=(element.id,))
