"""Whatever text, bytes or values there are: a reader reads them or complains, and nothing else happens."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TypeVar
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.drills.problems import Unreadable
from engine.drills.reading import read_feature
from engine.expressions import ExpressionError, parse, parse_acts, write
from engine.forms import post_to_answers, read_answers
from engine.model import Refusal
from engine.reading.complaints import Notes, quoted, shown
from engine.reading.json_strict import read_json
from engine.reading.xml_hardened import read_xml
from engine.reading.yaml_strict import read_yaml
from tests.walk import shipped

MANY = settings(max_examples=60)
WORDS = st.text(max_size=60) | st.sampled_from(("0001-01-01", "9999-12-31T23:59:59-14:00", "1" * 400, "yes", "-0"))
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | WORDS
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3))
PIECES = st.lists(
    st.sampled_from(list("a: \n-[]{}\"'<>/&|#\\1,=")) | st.characters(),
    max_size=60,
).map("".join)

Refused = TypeVar("Refused", bound=Exception)


def refusal_of(kind: type[Refused], read: Callable[[], object]) -> Refused | None:
    """The refusal of this kind that reading ends with; any other exception is a fault."""
    try:
        read()
    except kind as refused:
        return refused
    return None


@given(st.binary(max_size=200) | PIECES.map(lambda text: text.encode(errors="surrogatepass")))
@MANY
def test_any_bytes_are_read_or_complained_of_once_in_one_line(data: bytes) -> None:
    for read in (read_yaml, read_json, read_xml):
        notes = Notes("file")

        found = read(data, notes)

        assert found is not None or notes.complaints
        assert all(one.message and one.message.isprintable() for one in notes.complaints)


@given(st.dictionaries(st.text(st.characters(categories=("L", "N")), min_size=1), VALUES, max_size=4))
@MANY
def test_what_json_can_write_is_read_back_as_it_was_or_refused(value: dict[str, object]) -> None:
    notes = Notes("file")

    node = read_json(json.dumps(value).encode(), notes)

    assert notes.complaints or (node is not None and node.plain() == value)


@given(PIECES)
@MANY
def test_any_text_is_an_expression_that_can_be_written_again_or_names_a_column(text: str) -> None:
    for read in (parse, parse_acts):
        refused = refusal_of(ExpressionError, lambda read=read: read(text))
        assert refused is None or (refused.problem and refused.column > 0)
    if refusal_of(ExpressionError, lambda: parse(text)) is None:
        assert parse(write(parse(text))) == parse(text)


@given(PIECES.map(lambda text: f"Feature: x\n  Scenario: y\n    Then z\n{text}"))
@MANY
def test_any_drill_is_read_or_names_its_line(text: str) -> None:
    refused = refusal_of(Unreadable, lambda: read_feature("x.feature", text))

    assert refused is None or (refused.line > 0 and refused.message.isprintable())


@given(st.data())
@MANY
def test_any_post_is_answers_or_problems_in_words(data: st.DataObject) -> None:
    form = data.draw(st.sampled_from([shipped().forms[id] for id in sorted(shipped().forms)]))
    names = [f"{name}{part}" for name in form.properties for part in ("", "-day", "-month", "-year", "-time")]
    posted = data.draw(st.dictionaries(st.sampled_from(names), st.lists(WORDS, max_size=3), max_size=8))

    answers, problems = post_to_answers(form, posted, ZoneInfo("Africa/Kigali"))

    assert set(answers) <= set(form.properties)
    assert all(problem.message and problem.field in form.properties for problem in problems)


@given(st.data())
@MANY
def test_any_answers_are_values_or_a_refusal_in_words(data: st.DataObject) -> None:
    form = data.draw(st.sampled_from([shipped().forms[id] for id in sorted(shipped().forms)]))
    answers = data.draw(st.dictionaries(st.sampled_from(sorted(form.properties)) | WORDS, VALUES, max_size=6))

    refused = refusal_of(Refusal, lambda: read_answers(form, shipped().facts, answers))

    assert refused is None or (refused.problems and all(problem.message for problem in refused.problems))


@given(st.text())
@MANY
def test_whatever_is_quoted_in_a_message_disturbs_no_screen(text: str) -> None:
    assert shown(text).isprintable()
    assert quoted(text).isprintable()
    assert text.isprintable() == (shown(text) == text)
