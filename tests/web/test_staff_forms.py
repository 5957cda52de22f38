"""Every form of the content, drawn as a page and posted back as a browser would: nothing is lost or added."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import chain
from typing import Any

import pytest
from flask import Flask
from lxml import html

from engine.forms import post_to_answers, visible
from engine.library import LANGUAGES, Form
from engine.model import Problem
from tests.unit.content_samples import sample_files
from tests.walk import shipped
from tests.web.running import Hands, house_at, write_content
from web.demo_answers import invent
from web.staff.app import create_staff_app
from web.staff.forms import MOST_RADIOS, Field, draw, raw_of
from web.staff.show import Show
from web.words import Words

FORMS = sorted(shipped().forms)
NOW = datetime(2026, 11, 23, 7, 10, tzinfo=UTC)
SHOW = Show(Words("en", "Africa/Kigali"), NOW)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    folder = tmp_path_factory.mktemp("forms")
    with house_at(f"sqlite:///{folder / 'isange.db'}", write_content(folder, sample_files()), Hands()) as house:
        yield create_staff_app(house.desk, house.people, house.settings)


def page(app: Flask, form: Form, raw: Any, show: Show = SHOW, problems: tuple[Problem, ...] = ()) -> html.HtmlElement:
    macros = app.jinja_env.get_template("fields.html").make_module({"t": show.words, "show": show})
    return html.fromstring(f"<form>{macros.sections(draw(form, show, raw, problems))}</form>")  # type: ignore[attr-defined]


def fields_of(form: Form, raw: Any = None) -> list[Field]:
    sections = draw(form, SHOW, raw or {}).sections
    tops = list(chain.from_iterable(section.fields for section in sections))
    return tops + [inner for top in tops for option in top.options for inner in option.follow_ups]


def as_posted(element: html.HtmlElement) -> dict[str, list[str]]:
    posted: dict[str, list[str]] = {}
    for name, value in element.form_values() if element.tag == "form" else element.find(".//form").form_values():
        posted.setdefault(name, []).append(value)
    return posted


@pytest.mark.parametrize("id", FORMS)
def test_what_is_drawn_and_posted_back_is_what_was_known(app: Flask, id: str) -> None:
    form, chance = shipped().forms[id], random.Random(id)  # noqa: S311  # invented answers
    for _ in range(10):
        invented = invent(form.schema, chance, NOW)
        known = {name: value for name, value in invented.items() if name in visible(form, invented)}

        element = page(app, form, raw_of(known, form, SHOW))
        back, problems = post_to_answers(form, as_posted(element), SHOW.words.zone)

        assert problems == ()
        assert {name: same(value) for name, value in back.items()} == {name: same(v) for name, v in known.items()}


def same(value: object) -> object:
    """Moments are equal at any offset; choices in any order."""
    if isinstance(value, list):
        return sorted(value)
    if isinstance(value, str) and "T" in value and value[:4].isdigit():
        return datetime.fromisoformat(value)
    return value


@pytest.mark.parametrize("id", FORMS)
def test_every_question_is_drawn_once_with_words_in_every_language(app: Flask, id: str) -> None:
    form = shipped().forms[id]

    assert sorted(field.name for field in fields_of(form)) == sorted(form.properties)
    for language in LANGUAGES:
        show = Show(Words(language, "Africa/Kigali"), NOW)
        shown = page(app, form, {}, show).text_content()
        assert all(form.texts[language][name] in shown for name in form.properties)


@pytest.mark.parametrize("id", FORMS)
def test_every_input_has_a_label_of_its_own_and_no_id_twice(app: Flask, id: str) -> None:
    element = page(app, shipped().forms[id], {})
    ids = [one.get("id") for one in element.iter() if one.get("id")]
    labelled = {label.get("for") for label in element.iter("label")}
    asked = {one.get("id") for one in element.iter("input", "select", "textarea")}

    assert len(ids) == len(set(ids))
    assert asked <= labelled


@pytest.mark.parametrize("id", FORMS)
def test_nothing_a_survivor_says_is_offered_again_or_sent_to_a_spelling_service(app: Flask, id: str) -> None:
    element = page(app, shipped().forms[id], {})
    free = [one for one in element.iter("input", "textarea") if one.get("type") not in ("radio", "checkbox", "hidden")]

    assert all(one.get("autocomplete") == "off" for one in free)
    assert all(one.get("spellcheck") == "false" for one in free if one.get("inputmode") is None)


def form(properties: dict[str, Any], rules: dict[str, tuple[str, Any]] | None = None, **more: Any) -> Form:
    """A small form: property -> schema; property -> (asked after, schema of the answer that brings it)."""
    controls = []
    for name in properties:
        control: dict[str, Any] = {"type": "Control", "scope": f"#/properties/{name}"}
        if name in (rules or {}):
            other, schema = (rules or {})[name]
            condition = {"scope": f"#/properties/{other}", "schema": schema}
            control["rule"] = {"effect": "SHOW", "condition": condition}
        controls.append(control)
    schema = {"type": "object", "properties": properties, **more}
    some = shipped().forms[FORMS[0]]
    return replace(some, schema=schema, uischema={"type": "VerticalLayout", "elements": controls}, texts={"en": {}})


def choice(*values: str) -> dict[str, Any]:
    return {"type": "string", "enum": list(values)}


def test_few_choices_are_radios_and_many_are_a_list() -> None:
    few, many = (choice(*map(str, range(number))) for number in (MOST_RADIOS, MOST_RADIOS + 1))

    assert [field.kind for field in fields_of(form({"few": few, "many": many}))] == ["radios", "select"]


def test_a_plain_follow_up_stands_under_the_answer_that_brings_it() -> None:
    one = form({"told": choice("yes", "no"), "words": {"type": "string"}}, {"words": ("told", {"const": "yes"})})

    (section,) = draw(one, SHOW, {}).sections

    (told,) = section.fields
    assert {option.value: [f.name for f in option.follow_ups] for option in told.options} == {
        "yes": ["words"],
        "no": [],
    }


@pytest.mark.parametrize(
    "rules",
    [
        {"words": ("told", {"enum": ["yes", "later"]})},
        {"words": ("told", {"const": "yes"}), "more": ("words", {"const": "x"})},
    ],
    ids=["several answers bring it", "something hangs on it"],
)
def test_any_other_follow_up_stands_alone_and_says_when_it_is_asked(rules: dict[str, tuple[str, Any]]) -> None:
    properties = {"told": choice("yes", "later", "no"), "words": {"type": "string"}, "more": {"type": "string"}}

    (words,) = (field for section in draw(form(properties, rules), SHOW, {}).sections for field in section.fields if field.name == "words")  # fmt: skip # noqa: E501

    assert words.shown_when is not None
    assert words.shown_when.values == tuple(rules["words"][1].get("enum", ["yes"]))
    assert words.shown_when.sentence.startswith("Only if “told” is: yes")


def test_only_what_may_be_left_out_is_marked_so() -> None:
    asked = form(
        {"a": {"type": "string"}, "b": {"type": "string"}, "c": {"type": "string"}},
        required=["a"],
        **{"if": {"required": ["a"]}, "then": {"required": ["b"]}},
    )

    assert {field.name: field.optional for field in fields_of(asked)} == {"a": False, "b": False, "c": True}


def test_an_error_stands_beside_its_field_and_on_top_and_leads_to_the_input(app: Flask) -> None:
    asked = form({"day": {"type": "string", "format": "date"}})
    problem = Problem("day", "date", "", {"label": "day"})

    drawn = draw(asked, SHOW, {"day-day": ["31"], "day-month": ["2"]}, [problem])
    element = page(app, asked, {"day-day": ["31"], "day-month": ["2"]}, problems=(problem,))

    ((target, words),) = drawn.errors
    assert element.get_element_by_id(target).get("value") == "31"
    assert words in element.get_element_by_id("day-error").text_content()


def test_words_of_the_content_are_never_markup(app: Flask) -> None:
    asked = form({"a": choice("x", "y"), "b": {"type": "string"}}, {"b": ("a", {"enum": ["x", "y"]})})
    evil = replace(asked, texts={"en": {"a": "<b>a", "b.hint": "<b>hint", "a.x": "<b>x", "b.why": "<b>why"}})

    element = page(app, evil, {"b": ['"><b>v']})

    assert element.findall(".//b") == []
    assert element.fields["b"] == '"><b>v'
