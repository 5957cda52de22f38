"""Every text that a person reads must be there in every language: nobody is served worse in their own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Protocol

from engine.checks.analysis.situations import SYSTEM_FACTS
from engine.checks.report import Finding, finding
from engine.library import LANGUAGES, Element, Flow, Form, Library, Where
from engine.model import Text

CODE = "texts"
_BRACES = re.compile(r"[{}]")


class _Titled(Protocol):
    """Anything of the rules or the manifest that people know by a title."""

    @property
    def id(self) -> str: ...
    @property
    def title(self) -> Text: ...
    @property
    def where(self) -> Where: ...


def check(library: Library) -> Iterator[Finding]:
    for what, text, where in every_text(library):
        missing = [language for language in LANGUAGES if not text.get(language, "").strip()]
        if missing:
            message = f"{what} has no words in {', '.join(missing)}. Add them"
            yield finding(CODE, "error", message, where)
        elif braces := [language for language in LANGUAGES if _BRACES.search(text[language])]:
            message = f"{what} holds braces in {', '.join(braces)}, which nothing fills in here. Write it without"
            yield finding(CODE, "error", message, where)
    drawn = {id_ for diagram in library.pathway.diagrams.values() for id_ in (*diagram.elements, *diagram.flows)}
    for id_, text in library.pathway.names.items():
        if id_ in drawn and not text.get("en", "").strip():
            message = f"The manifest translates the name of {id_}, which has no name in its diagram. Name it there"
            yield finding(CODE, "warning", message, library.pathway.where, elements=(id_,))
    if library.pathway.unreviewed:
        languages = ", ".join(sorted(library.pathway.unreviewed))
        message = f"No native speaker has reviewed the texts in {languages} yet; they are marked so on screen"
        yield finding(CODE, "info", message, library.pathway.where)


def every_text(library: Library) -> Iterator[tuple[str, Text, Where]]:
    """(what it is, its words by language, where it stands) of the rules, the manifest and the diagrams; what forms
    ask is the forms' own check."""
    yield from _of_pathway(library)
    titled: list[_Titled] = [
        *library.groups.values(),
        *library.roles.values(),
        *library.facts.values(),
        *library.acts.values(),
        *library.parameters.values(),
        *library.derived.values(),
        *library.tables.values(),
        *library.duties.values(),
        *library.clocks.values(),
        *library.schedules.values(),
    ]
    for item in titled:
        yield f"The title of {item.id}", item.title, item.where
    for fact in library.facts.values():
        for value, text in fact.value_titles.items():
            yield f"The value {value} of {fact.id}", text, fact.where
    yield from _of_values(library)
    yield from ((f"What doing {act.id} is called", act.to, act.where) for act in library.acts.values() if act.to)
    for table in library.tables.values():
        for number, row in enumerate(table.rows, 1):
            yield f"The reason of row {number} of table {table.id}", row.because, row.where
    for start in library.starts:
        yield f"The reason why {start.process} starts", start.because, start.where
    for schedule in library.schedules.values():
        for visit in schedule.visits:
            yield f"The title of visit {visit.id}", visit.title, visit.where


def _of_values(library: Library) -> Iterator[tuple[str, Text, Where]]:
    """The values that no form names: what tables decide. Doors and roles have titles of their own."""
    asked = {
        (name, value) for form in library.forms.values() for name in form.properties for value in _offered(form, name)
    }
    for fact in library.facts.values():
        for value in fact.values:
            if (fact.id, value) not in asked and value not in fact.value_titles and fact.id not in SYSTEM_FACTS:
                yield f"The value {value} of {fact.id}, which no form names,", {}, fact.where


def _offered(form: Form, name: str) -> Sequence[str]:
    schema = form.properties[name]
    values: Sequence[str] = schema.get("enum", schema.get("items", {}).get("enum", ()))
    return values


def _of_pathway(library: Library) -> Iterator[tuple[str, Text, Where]]:
    pathway = library.pathway
    yield "The title of the pathway", pathway.title, pathway.where
    entries: list[_Titled] = [*pathway.doors.values(), *pathway.anytime.values()]
    for entry in entries:
        yield f"The title of {entry.id}", entry.title, entry.where
    for diagram in pathway.diagrams.values():
        yield f"The title of process {diagram.key}", diagram.title, diagram.where
        drawn: list[Element | Flow] = [*diagram.elements.values(), *diagram.flows.values()]
        for item in drawn:
            if item.name:
                yield f"The name of {item.id}", pathway.names.get(item.id, {}), item.where
