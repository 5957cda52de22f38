"""Forms are filled in as a person would: told first, then known, then usual, else the least valid answer."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from jsonschema import Draft202012Validator

from engine.drills.answers import Moment, fill_in, read_answer
from engine.drills.problems import DrillFailed
from engine.library import Form, Library, Where

AT = Moment(datetime(2026, 3, 1, 22, 30, tzinfo=UTC), ZoneInfo("Africa/Kigali"))
FORM = Form(
    id="tea",
    schema={
        "type": "object",
        "properties": {
            "wants": {"type": "string", "enum": ["no", "yes"]},
            "kind": {"type": "string", "enum": ["green", "black"]},
            "cups": {"type": "integer", "minimum": 1, "maximum": 9},
            "with": {"type": "array", "minItems": 1, "items": {"type": "string", "enum": ["milk", "honey"]}},
            "day": {"type": "string", "format": "date"},
            "at": {"type": "string", "format": "date-time"},
            "hot": {"type": "boolean"},
            "note": {"type": "string"},
        },
        "required": ["wants"],
        "if": {"properties": {"wants": {"const": "yes"}}, "required": ["wants"]},
        "then": {"required": ["kind", "cups", "with", "day", "at", "hot"]},
    },
    uischema={},
    texts={},
    where=Where("tea.json"),
)


def test_only_what_is_required_is_answered_with_the_least() -> None:
    assert fill_in(FORM, {}, {}, {}, AT) == {"wants": "no"}


def test_what_an_answer_makes_required_is_answered_too() -> None:
    answers = fill_in(FORM, {"wants": "yes"}, {}, {}, AT)
    assert answers == {
        "wants": "yes",
        "kind": "green",
        "cups": 1,
        "with": ["milk"],
        "day": "2026-03-02",
        "at": "2026-03-01T22:30:00+00:00",
        "hot": False,
    }
    assert Draft202012Validator(FORM.schema).is_valid(answers)


def test_told_wins_over_known_and_known_over_usual() -> None:
    usual = {"wants": "yes", "kind": "black", "cups": 3, "note": "usual"}
    answers = fill_in(FORM, {"cups": 7}, {"cups": 5, "kind": "green"}, usual, AT)
    assert (answers["cups"], answers["kind"], answers["wants"], answers["note"]) == (7, "green", "yes", "usual")


def test_a_usual_answer_that_the_form_does_not_allow_is_not_given() -> None:
    assert fill_in(FORM, {"wants": "yes"}, {}, {"cups": 99, "kind": "red"}, AT)["cups"] == 1


@pytest.mark.parametrize(
    ("fact", "said", "answer"),
    [
        ("suspected_crime", "yes", "yes"),
        ("accompanied_by", "someone the survivor trusts", "trusted"),
        ("care_accepted", "examination, evidence", ["examination", "evidence"]),
        ("birth_date", "today", "2026-03-02"),
        ("incident_at", "30 minutes ago", "2026-03-02T00:00:00+02:00"),
        ("age_stated", "17", 17),
        ("name_used", "Kaze", "Kaze"),
    ],
)
def test_answers_are_read_as_people_write_them(library: Library, fact: str, said: str, answer: object) -> None:
    assert read_answer(library, library.facts[fact], said, AT) == answer


def test_an_answer_that_is_no_choice_names_the_choices(library: Library) -> None:
    with pytest.raises(DrillFailed, match="yes, no, unknown"):
        read_answer(library, library.facts["suspected_crime"], "perhaps", AT)
