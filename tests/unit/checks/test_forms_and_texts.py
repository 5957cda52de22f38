"""A form asks what is declared, shows what it requires, and speaks every language."""

# ruff: noqa: E501  # content is written as its authors write it, one item a line

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from engine.checks import forms, texts
from engine.content import from_files
from engine.library import Library
from tests.unit.checks.drawn import drawn
from tests.unit.checks.edition import AGE, YES_NO, files, form, library

FACTS = """\
facts:
- {id: told, title: {en: Told, fr: Dit, rw: Yabwiwe}, type: text, group: profile}
- {id: seen_on, title: {en: Seen, fr: Vu, rw: Yabonetse}, type: date, group: profile}
- {id: weight, title: {en: Weight, fr: Poids, rw: Ibiro}, type: number, minimum: 1, maximum: 300, group: profile}
- {id: parts, title: {en: Parts, fr: Parties, rw: Ibice}, type: choices, values: [x, y], group: profile}
- {id: alone, title: {en: Alone, fr: Seul, rw: Wenyine}, type: boolean, group: profile}
"""


def said(data: bytes | dict[str, Any], yaml: str = FACTS) -> list[str]:
    """What the check says of a form `example`."""
    raw = data if isinstance(data, bytes) else json.dumps(data).encode()
    return [
        item.message.removeprefix("Form example ") for item in forms.check(library(yaml=yaml, forms={"example": raw}))
    ]


@pytest.mark.parametrize(
    ("name", "schema"),
    [
        ("told", {"type": "string", "maxLength": 9}),
        ("seen_on", {"type": "string", "format": "date"}),
        ("weight", {"type": "number", "minimum": 1, "maximum": 300}),
        ("weight", {"type": "integer", "minimum": 2, "maximum": 200}),
        ("alone", {"type": "boolean"}),
        ("wants_police", {"type": "string", "enum": ["yes"]}),
        ("age", AGE),
    ],
)
def test_a_property_that_agrees_with_its_fact_is_fine(name: str, schema: Mapping[str, object]):
    assert said(form({name: schema})) == []


@pytest.mark.parametrize(
    ("name", "schema", "says"),
    [
        ("tolt", {"type": "boolean"}, "asks for tolt, which is no fact. Declare it in the rules"),
        ("told", {"type": "boolean"}, "asks for told as boolean, but it is declared as text"),
        ("seen_on", {"type": "string", "format": "date-time"}, "asks for seen_on as datetime, but it is declared as date"),
        ("age", {"type": "number", "minimum": 0, "maximum": 120}, "asks for age as number, but it is declared as integer"),
        ("wants_police", {"type": "string", "enum": ["yes", "so"]}, "offers so for wants_police, which are not among its declared values"),
        ("age", {"type": "integer", "maximum": 120}, "lets age be below 0, the declared minimum. Add it"),
        ("age", {"type": "integer", "minimum": 0, "maximum": 130}, "lets age be above 120, the declared maximum. Add it"),
    ],
)  # fmt: skip
def test_a_property_that_disagrees_with_its_fact_is_told(name: str, schema: Mapping[str, object], says: str):
    assert said(form({name: schema})) == [says]


def test_choices_offer_only_what_is_declared():
    parts = {"type": "array", "uniqueItems": True, "items": {"type": "string", "enum": ["x", "z"]}}
    assert "offers z for parts, which are not among its declared values" in said(form({"parts": parts}))


def test_nobody_is_asked_for_what_a_table_decides():
    rules = FACTS + (
        "- {id: out, title: {en: Out, fr: Sortie, rw: Igisubizo}, type: choice, values: [a, b], group: profile}\n"
        "tables:\n- {id: t, title: {en: T, fr: T, rw: T}, inputs: [age], output: out, source: {cite: x}, rows: "
        "[{when: {}, then: a, because: {en: a, fr: b, rw: c}}]}\n"
    )
    assert said(form({"out": {"type": "string", "enum": ["a", "b"]}}), rules) == [
        "asks for out, which a table decides. Ask for what the table reads"
    ]


def shown_when(data: bytes, name: str, asked: str, schema: Mapping[str, object]) -> dict[str, Any]:
    """The form with a SHOW rule on one of its controls."""
    changed: dict[str, Any] = json.loads(data)
    [control] = [item for item in changed["uischema"]["elements"] if item["scope"] == f"#/properties/{name}"]
    control["rule"] = {"effect": "SHOW", "condition": {"scope": f"#/properties/{asked}", "schema": schema}}
    return changed


YES = {"properties": {"wants_police": {"const": "yes"}}, "required": ["wants_police"]}


def test_what_is_always_required_is_always_shown():
    both = form({"wants_police": YES_NO, "age": AGE}, ["wants_police", "age"])
    assert said(both) == []
    assert said(shown_when(both, "age", "wants_police", {"const": "yes"})) == [
        "requires age when wants_police = no, but hides it then, so it could not be sent. Show it whenever it is required"
    ]


def test_what_is_required_after_an_answer_is_shown_after_it():
    after = form({"wants_police": YES_NO, "age": AGE}, ["wants_police"], **{"if": YES}, then={"required": ["age"]})
    assert said(shown_when(after, "age", "wants_police", {"const": "yes"})) == []
    assert said(shown_when(after, "age", "wants_police", {"enum": ["yes", "no"]})) == []
    [message] = said(shown_when(after, "age", "wants_police", {"not": {"const": "yes"}}))
    assert message.startswith("requires age when wants_police = yes, but hides it then")


def test_what_is_required_otherwise_is_shown_otherwise():
    other = form({"wants_police": YES_NO, "age": AGE}, ["wants_police"], **{"if": YES, "else": {"required": ["age"]}})
    assert said(shown_when(other, "age", "wants_police", {"const": "no"})) == []
    [message] = said(shown_when(other, "age", "wants_police", {"const": "yes"}))
    assert message.startswith("requires age when wants_police = no, but hides it then")


def test_a_limit_of_a_number_shows_what_it_requires():
    old = {"properties": {"age": {"minimum": 18}}, "required": ["age"]}
    adult = form({"age": AGE, "wants_police": YES_NO}, ["age"], **{"if": old}, then={"required": ["wants_police"]})
    assert said(shown_when(adult, "wants_police", "age", {"minimum": 18})) == []
    [message] = said(shown_when(adult, "wants_police", "age", {"minimum": 21}))
    assert message.startswith(("requires wants_police when age = 1", "requires wants_police when age = 20"))


@pytest.mark.parametrize("message", ["title", "wants_police", "wants_police.no"])
def test_every_word_is_there_in_every_language(message: str):
    changed = json.loads(form({"wants_police": YES_NO}))
    del changed["texts"]["rw"][message]
    changed["texts"]["fr"][message] = " x"
    assert said(changed) == [f"has no words for {message} in rw. Add them"]


def test_a_hint_in_one_language_is_wanted_in_all():
    changed = json.loads(form({"wants_police": YES_NO}))
    changed["texts"]["en"] = {**changed["texts"]["en"], "wants_police.hint": "Ask gently"}
    assert said(changed) == ["has no words for wants_police.hint in fr, rw. Add them"]


def test_the_label_of_a_group_has_words():
    changed = json.loads(form({"wants_police": YES_NO}))
    changed["uischema"]["elements"] = [{"type": "Group", "label": "about", "elements": changed["uischema"]["elements"]}]
    assert said(changed) == ["has no words for about in en, fr, rw. Add them"]


def test_placeholders_are_the_same_in_every_language():
    changed = json.loads(form({"wants_police": YES_NO}))
    for language, words in {"en": "Case {code}", "fr": "Dossier {code}", "rw": "Dosiye {kode}"}.items():
        changed["texts"][language] = {**changed["texts"][language], "title": words}
    [message] = said(changed)
    assert message.startswith("has different placeholders in title (en: {code}, fr: {code}, rw: {kode})")


# texts


def edited(old: str, new: str) -> Library:
    """The edition in which the words of one thing are changed, wherever they stand."""
    body = drawn('begin: start\n ask: user ask_age; name="Ask"\n finish: end\n begin -> ask\n ask -> finish')
    found = files(body)
    assert any(old in data.decode() for data in found.values())
    return from_files({path: data.decode().replace(old, new).encode() for path, data in found.items()}, "rwanda")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (", rw: Ubufasha}", "}", "The title of the pathway has no words in rw. Add them"),
        (
            "fr: Accueil, rw: Kwakira}, form",
            "fr: Accueil}, form",
            "The title of reception has no words in rw. Add them",
        ),
        ("fr: Le dossier, ", "", "The title of process case_main has no words in fr. Add them"),
        ("fr: Profil, ", "", "The title of profile has no words in fr. Add them"),
        ("fr: Veut la police, ", "", "The title of wants_police has no words in fr. Add them"),
        ("fr: Un exemple, ", "", "The reason why example starts has no words in fr. Add them"),
        ('  rw: {"close_case": "Close", "ask": "Ask"}\n', "", "The name of ask has no words in rw. Add them"),
    ],
)
def test_every_text_is_there_in_every_language(old: str, new: str, says: str):
    assert says in [item.message for item in texts.check(edited(old, new))]


def test_a_placeholder_that_nothing_fills_in_is_found():
    messages = [item.message for item in texts.check(edited("fr: Profil, ", "fr: 'Profil {nom}', "))]
    assert messages == ["The title of profile holds braces in fr, which nothing fills in here. Write it without"]


def test_languages_nobody_reviewed_are_one_note():
    [finding] = texts.check(edited("main: case_main\n", "unreviewed: [rw, fr]\nmain: case_main\n"))
    assert (finding.severity, "in fr, rw yet" in finding.message) == ("info", True)


def test_a_translation_of_a_step_without_a_name_is_told():
    [finding] = texts.check(edited('"ask": "Ask"', '"ask": "Ask", "begin": "Begin"'))
    assert (finding.severity, finding.elements) == ("warning", ("begin",))


def test_what_a_table_decides_has_words_for_each_value():
    rules = "facts:\n- {id: out, title: {en: O, fr: O, rw: O}, type: choice, values: [a, b], group: profile%s}\n"
    titles = ", value_titles: {a: {en: a, fr: a, rw: a}, b: {en: b, fr: b, rw: b}}"
    assert list(texts.check(library(yaml=rules % titles))) == []
    assert [
        item.message for item in texts.check(library(yaml=rules % ", value_titles: {a: {en: a, fr: a, rw: a}}"))
    ] == ["The value b of out, which no form names, has no words in en, fr, rw. Add them"]
