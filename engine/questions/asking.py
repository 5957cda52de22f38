"""With which question a fact is asked anew, when it is corrected.

One fact may be asked by several forms, which offer different answers: a place that a child cannot choose alone is no
answer of the children's form. A correction offers what some form that fits the case now offers, and nothing else.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from engine.expressions import Expression
from engine.library import Form, Library
from engine.model import CaseFile
from engine.rules.sight import Sight


def asking(library: Library, sight: Sight, file: CaseFile, name: str, scope: str) -> Form | None:
    """A form that asks this one fact, with every answer that is possible in the case as it stands; None when no form
    asks it. It is worded as by the form that offers most of them, the one that the answer came from if it is as good;
    what was recorded by a form that fits no more still has its words."""
    asks = {form.id: form for form in library.forms.values() if name in form.properties}
    fact = file.facts.get((name, scope))
    own = asks.get(fact.source.partition(":")[2]) if fact is not None else None
    fitting = [asks[id] for id in dict.fromkeys(_fitting(library, sight, file, asks))]
    found = fitting or ([own] if own is not None else list(asks.values()))
    if not found:
        return None
    worded = max(found, key=lambda form: (len(_offered(form, name)), form is own))
    values = tuple(dict.fromkeys(value for form in (worded, *found) for value in _offered(form, name)))
    return _offering(worded.only(name), name, values, (worded, *found, *asks.values()))


def _fitting(library: Library, sight: Sight, file: CaseFile, asks: Collection[str]) -> Iterator[str]:
    """Of these forms, those that the case was opened with, or that can be filled in of it as it stands."""
    pathway = library.pathway
    steps = [step for diagram in pathway.diagrams.values() for step in diagram.elements.values()]
    asked: list[tuple[str, Expression | None]] = [(str(step.form), step.requires) for step in steps]
    asked += [(form.form, form.when) for form in pathway.anytime.values()]
    asked += [(door.form, None) for door in pathway.doors.values() if door.id == file.case.door]
    for form, condition in asked:
        if form in asks and (condition is None or sight.holds(condition) is True):
            yield form


def _offered(form: Form, name: str) -> tuple[str, ...]:
    """The values that a question offers; none when it is answered freely."""
    asked = form.properties[name]
    return tuple(asked.get("items", asked).get("enum", ()))


def _offering(form: Form, name: str, values: tuple[str, ...], worded: Iterable[Form]) -> Form:
    """The same with these values, and the words of every value from the first form that has them."""
    texts = {language: dict(words) for language, words in form.texts.items()}
    for other in worded:
        for language, words in other.texts.items():
            for id, said in words.items():
                if id in {f"{name}.{value}" for value in _offered(other, name)}:
                    texts.setdefault(language, {}).setdefault(id, said)
    asked = form.properties[name]
    if values:
        asked = (
            {**asked, "items": {**asked["items"], "enum": [*values]}}
            if "items" in asked
            else {**asked, "enum": [*values]}
        )
    return replace(form, schema={**form.schema, "properties": {name: asked}}, texts=texts)
