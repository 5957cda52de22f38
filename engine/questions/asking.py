"""With which question a fact is asked anew, when it is corrected.

One fact may be asked by several forms, which offer different answers: a place that a child cannot choose alone is no
answer of the children's form. A correction offers what some form that fits the case now offers, and nothing else. What
that form asks along with an answer (the day of birth of an age that a paper shows) is asked here, too, unless it is
known: a correction says no less than whoever answered it first had to say.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from engine.expressions import Expression
from engine.forms.questions import made_ready
from engine.library import Form, Library
from engine.model import CaseFile
from engine.moves.complete_task import scope_of
from engine.questions.task_view import json_value
from engine.rules.sight import Sight

Given = dict[str, str]
"""Answers, by question."""
Demand = tuple[Given, tuple[str, ...]]
"""Answers that are given, and the questions that need an answer with them."""


def asking(library: Library, sight: Sight, file: CaseFile, name: str, scope: str) -> Form | None:
    """A form that asks this one fact, with every answer that is possible in the case as it stands, and what must be
    said with it; None when no form asks it. It is worded as by the form that offers most of them, the one that the
    answer came from if it is as good; what was recorded by a form that fits no more still has its words."""
    asks = {form.id: form for form in library.forms.values() if name in form.properties}
    fact = file.facts.get((name, scope))
    own = asks.get(fact.source.partition(":")[2]) if fact is not None else None
    fitting = [asks[id] for id in dict.fromkeys(_fitting(library, sight, file, asks))]
    found = fitting or ([own] if own is not None else list(asks.values()))
    if not found:
        return None
    worded = max(found, key=lambda form: (len(_offered(form, name)), form is own))
    values = tuple(dict.fromkeys(value for form in (worded, *found) for value in _offered(form, name)))
    demands = tuple(_demands(worded, _known(library, file, worded, scope), name, values))
    along = [one for one in worded.properties if any(one in asked for _, asked in demands)]
    form = _offering(worded.only(name, *along, required=(name,)), name, values, (worded, *found, *asks.values()))
    return _demanding(form, demands) if along else form


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


def _known(library: Library, file: CaseFile, form: Form, scope: str) -> dict[str, object]:
    """What is known of a form's questions, JSON-shaped."""
    found = {name: file.facts.get((name, scope_of(library.facts.get(name), scope))) for name in form.properties}
    return {name: json_value(fact.value) for name, fact in found.items() if fact is not None}


def _offered(form: Form, name: str) -> tuple[str, ...]:
    """The values that a question offers; none when it is answered freely."""
    asked = form.properties[name]
    return tuple(asked.get("items", asked).get("enum", ()))


def _offering(form: Form, name: str, values: tuple[str, ...], worded: Iterable[Form]) -> Form:
    """The same with these values, and the words of every value from the first form that has them."""
    texts = {language: dict(words) for language, words in form.texts.items()}
    for other in worded:
        ids = {f"{name}.{value}" for value in _offered(other, name)}
        for language, words in other.texts.items():
            for id in ids & words.keys():
                texts.setdefault(language, {}).setdefault(id, words[id])
    asked = form.properties[name]
    if values:
        offers = {"enum": [*values]}
        asked = {**asked, "items": {**asked["items"], **offers}} if "items" in asked else {**asked, **offers}
    properties = {**form.properties, name: asked}
    return replace(form, schema={**form.schema, "properties": properties}, texts=texts)


# --- what must be said along with an answer ---


def _demands(form: Form, known: Mapping[str, object], name: str, values: Iterable[str]) -> Iterator[Demand]:
    """What a form asks along with each answer to one of its questions, and with the answers to that."""
    for value in values if "items" not in form.properties[name] else ():
        given = {name: value}
        along = _demanded(form, known, given)
        if along:
            yield given, along
        for other in along:
            for said in _offered(form, other) if "items" not in form.properties[other] else ():
                more = _demanded(form, {**known, **given}, {other: said})
                if more:
                    yield {**given, other: said}, more


def _demanded(form: Form, known: Mapping[str, object], given: Given) -> tuple[str, ...]:
    """The questions that need an answer with these answers, and needed none without."""
    before = _missing(form, known)
    return tuple(name for name in _missing(form, {**known, **given}) if name not in before and name not in given)


def _missing(form: Form, answers: Mapping[str, object]) -> tuple[str, ...]:
    ready = made_ready(form)
    asked = ready.asked(answers)
    wrong = [error for error in ready.validator.iter_errors(asked) if error.validator == "required"]
    return tuple(dict.fromkeys(name for error in wrong for name in error.validator_value if name not in asked))


def _demanding(form: Form, demands: tuple[Demand, ...]) -> Form:
    """The same form, which shows a question where an answer before it demands it, and then needs its answer."""
    when: dict[str, tuple[str, list[str]]] = {}
    for given, asked in demands:
        on, value = list(given.items())[-1]
        for name in asked:
            when.setdefault(name, (on, []))[1].append(value)
    elements = [
        _shown_when(control, *when[name]) if (name := str(control["scope"]).rpartition("/")[2]) in when else control
        for control in form.uischema["elements"]
    ]
    rules = [{"if": _all_of(given), "then": {"required": [*asked]}} for given, asked in demands]
    return replace(form, schema={**form.schema, "allOf": rules}, uischema={**form.uischema, "elements": elements})


def _all_of(given: Given) -> dict[str, Any]:
    return {"properties": {name: {"const": value} for name, value in given.items()}, "required": [*given]}


def _shown_when(control: Mapping[str, Any], on: str, values: list[str]) -> dict[str, Any]:
    condition = {"scope": f"#/properties/{on}", "schema": {"enum": list(dict.fromkeys(values))}}
    return {**control, "rule": {"effect": "SHOW", "condition": condition}}
