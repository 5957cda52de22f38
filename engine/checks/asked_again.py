"""Nobody tells twice what they have told once, unless the page says why it is asked again."""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.analysis.assigned import assigned
from engine.checks.report import Finding, finding
from engine.library import AGAIN, Library

CODE = "asked-again"


def check(library: Library) -> Iterator[Finding]:
    facts = assigned(library)
    for diagram in library.pathway.diagrams.values():
        for element in diagram.elements.values():
            form = library.forms.get(element.form or "")
            if form is None:
                continue
            known = facts.known(element.id)
            for name in form.properties:
                if name in known and not form.asks_again(name):
                    message = (
                        f"{element.id} asks {name} again, which is known on every way that leads there. Take it out of "
                        f"form {form.id}, or say there why it is asked again: the text {name}.{AGAIN}"
                    )
                    yield finding(CODE, "warning", message, element.where, elements=(element.id, name))
