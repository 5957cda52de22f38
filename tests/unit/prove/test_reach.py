"""Of a table that leaves something out, or says two things at once, it is told whether a case can come to that."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.checks import check
from engine.library import Library
from engine.prove.reach import with_reach
from tests.unit.checks.drawn import drawn
from tests.unit.checks.edition import library

# ruff: noqa: E501  # content is written as its authors write it

FACT = "facts:\n- {id: out, title: {en: Out, fr: Sortie, rw: Igisubizo}, type: choice, values: [a, b], group: profile, value_titles: {a: {en: A, fr: A, rw: A}, b: {en: B, fr: B, rw: B}}}\n"
ASKED_BEFORE = """\
    begin: start
    ask: user ask_age
    decide: rule t
    done: end
    begin -> ask
    ask -> decide
    decide -> done
"""
PERHAPS_ASKED = """\
    begin: start
    which: exclusive
    ask: user ask_age
    decide: rule t
    done: end
    begin -> which
    which -> ask when wants_police == 'yes'
    which -> decide otherwise
    ask -> decide
    decide -> done
"""
READ = """\
duties:
- id: read
  title: {en: D, fr: D, rw: D}
  kind: policy
  when: now.out == 'a'
  never: case.end
  severity: warn
  holder: reception
  source: {cite: House rule}
"""
CHILD, ADULT, UNSET = 'age: "< 18"', 'age: ">= 18"', "age: is unset"
NOBODY = "No case can come to this"


def told(drawing: str, *rows: str, more: str = "") -> list[str]:
    return messages(with_table(drawing, *rows, more=more))


def messages(found: Library) -> list[str]:
    return [item.message for item in check(found, look=with_reach).findings if item.severity == "error"]


def with_table(drawing: str, *rows: str, more: str = "") -> Library:
    lines = [f"  - {{when: {{{row}}}, then: a, because: {{en: a, fr: b, rw: c}}}}\n" for row in rows]
    head = "tables:\n- id: t\n  title: {en: T, fr: T, rw: T}\n  inputs: [age]\n  output: out\n  source: {cite: House rule}\n  rows:\n"
    return library(drawn(drawing), FACT + head + "".join(lines) + more)


@pytest.mark.parametrize(
    ("drawing", "more", "said"),
    [
        (ASKED_BEFORE, "", NOBODY),
        (PERHAPS_ASKED, "", "A case may come to this: reception"),
        (ASKED_BEFORE, READ, "A case may come to this: reception"),
    ],
)
def test_what_a_table_leaves_out_is_reached_or_not(drawing: str, more: str, said: str) -> None:
    """A rule that reads the table at any moment reads it before anybody was asked."""
    (message,) = told(drawing, CHILD, ADULT, more=more)
    assert message == f"Table t has no row for age not set. Add a row that says what happens. {said}"


@pytest.mark.parametrize(
    ("twice", "said"), [(UNSET, NOBODY), ('age: "< 10"', "A case may come to this: reception > example > ask")]
)
def test_where_two_rows_fire_at_once_is_reached_or_not(twice: str, said: str) -> None:
    (message,) = told(ASKED_BEFORE, CHILD, ADULT, UNSET, twice)
    assert message.endswith(f"Narrow one of them. {said}")


def test_of_content_with_another_error_nothing_is_said() -> None:
    whole = with_table(ASKED_BEFORE, CHILD, ADULT)
    broken = replace(whole, forms={id: form for id, form in whole.forms.items() if id != "ask_age"})
    assert len(messages(broken)) > 1
    assert not any("case can come" in message or "case may come" in message for message in messages(broken))
