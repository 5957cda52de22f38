"""Every form of the shipped content: only what is asked is required, and answers survive the way through a browser."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.forms import post_to_answers, read_answers, visible
from engine.library import LANGUAGES, Form
from engine.model import Refusal
from tests.walk import shipped

LIBRARY = shipped()
KIGALI = ZoneInfo("Africa/Kigali")
FORMS = pytest.mark.parametrize("form", LIBRARY.forms.values(), ids=LIBRARY.forms.keys())


def answers_to(schema: Mapping[str, Any]) -> st.SearchStrategy[object]:
    """Valid answers to one property."""
    match schema:
        case {"enum": values}:
            return st.sampled_from(values)
        case {"items": {"enum": values}}:
            most = schema.get("maxItems", len(values))
            return st.lists(
                st.sampled_from(values), unique=True, min_size=max(1, schema.get("minItems", 1)), max_size=most
            )
        case {"format": "date"}:
            return st.dates(date(1930, 1, 1), date(2026, 12, 31)).map(date.isoformat)
        case {"format": "date-time"}:
            moments = st.datetimes(datetime(1990, 1, 1), datetime(2030, 1, 1), timezones=st.just(KIGALI))  # noqa: DTZ001
            return moments.map(lambda moment: moment.replace(second=0, microsecond=0).isoformat())
        case {"type": "integer" | "number"}:
            return st.integers(int(schema.get("minimum", 0)), int(schema.get("maximum", 100)))
        case {"type": "boolean"}:
            return st.booleans()
    return st.text("abc é'", min_size=1, max_size=schema["maxLength"]).map(str.strip).filter(bool)


def filled(form: Form) -> st.SearchStrategy[dict[str, object]]:
    """Some of the questions answered, asked or not."""
    some = st.fixed_dictionaries({}, optional={name: answers_to(schema) for name, schema in form.properties.items()})
    return some.map(lambda answers: fitting(form, answers))


def fitting(form: Form, answers: Mapping[str, object]) -> dict[str, object]:
    """The answers, with all ticked where another answer may say what a list must hold."""
    said = [branch.get("then", {}).get("properties", {}) for branch in form.schema.get("allOf", ())]
    lists = {name for properties in said for name, schema in properties.items() if "contains" in schema}
    return {**answers, **{name: form.properties[name]["items"]["enum"] for name in lists & answers.keys()}}


def posted(form: Form, answers: Mapping[str, object]) -> dict[str, list[str]]:
    fields: dict[str, list[str]] = {}
    for name, value in answers.items():
        if "format" in form.properties[name]:
            day, _, time = str(value).partition("T")
            parts = dict(zip(("year", "month", "day"), day.split("-"), strict=True)) | (
                {"time": time[:5]} if time else {}
            )
            fields |= {f"{name}-{part}": [text] for part, text in parts.items()}
        elif isinstance(value, list):
            fields[name] = value
        else:
            fields[name] = [str(value).lower() if isinstance(value, bool) else str(value)]
    return fields


def missing(form: Form, answers: Mapping[str, object]) -> set[str]:
    """The questions that are refused as unanswered; every other problem fails the test."""
    try:
        values = read_answers(form, LIBRARY.facts, answers)
    except Refusal as refused:
        problems = refused.problems
    else:
        assert values.keys() == answers.keys() & set(visible(form, answers))
        return set()
    assert {problem.code for problem in problems} == {"required"}, problems
    return {problem.field for problem in problems}


@FORMS
def test_only_what_is_asked_is_required(form: Form) -> None:
    @given(filled(form))
    @settings(max_examples=10, database=None)
    def hold(answers: dict[str, object]) -> None:
        assert missing(form, answers) <= set(visible(form, answers))

    hold()


@FORMS
def test_answering_what_is_missing_is_enough(form: Form) -> None:
    @given(st.data(), filled(form))
    @settings(max_examples=10, database=None)
    def hold(data: st.DataObject, answers: dict[str, object]) -> None:
        for _ in range(len(form.properties) + 1):
            wanted = missing(form, answers)
            drawn = {name: data.draw(answers_to(form.properties[name])) for name in wanted}
            answers = fitting(form, answers | drawn)
        assert not missing(form, answers)

    hold()


@FORMS
def test_answers_survive_the_way_through_a_browser(form: Form) -> None:
    @given(filled(form))
    @settings(max_examples=10, database=None)
    def hold(answers: dict[str, object]) -> None:
        asked = {name: answers[name] for name in visible(form, answers) if name in answers}
        assert post_to_answers(form, posted(form, answers), KIGALI) == (asked, ())

    hold()


def test_pep_is_passed_over_only_for_a_reason() -> None:
    form = LIBRARY.forms["offer_pep"]
    judged = {"exposure": "yes", "pep_answer": "not_indicated"}

    assert missing(form, judged) == {"pep_why_not"}
    assert missing(form, {**judged, "pep_why_not": "other"}) == {"pep_reason"}
    assert missing(form, {**judged, "pep_why_not": "hiv_positive"}) == set()
    assert missing(form, {**judged, "pep_why_not": "other", "pep_reason": "in words"}) == set()
    for answer in ("accepted", "declined"):
        asked = visible(form, {**judged, "pep_answer": answer, "pep_why_not": "other", "pep_reason": "in words"})
        assert not {"pep_why_not", "pep_reason"} & set(asked)


@pytest.mark.parametrize(("medicine", "known"), [("pep", "exposure"), ("ec", "pregnancy_possible")])
def test_who_judges_that_a_medicine_is_passed_over_says_what_it_rests_on(medicine: str, known: str) -> None:
    form, answer, reason = LIBRARY.forms[f"judge_{medicine}"], f"{medicine}_answer", f"{medicine}_reason"

    for judged in ("cannot_help", "not_indicated"):
        assert missing(form, {known: "yes", answer: judged}) == {reason}
    for offered in ("accepted", "declined"):
        assert missing(form, {known: "yes", answer: offered}) == set()
        assert reason not in visible(form, {known: "yes", answer: offered, reason: "in words"})


@pytest.mark.parametrize(("form", "question"), [("crisis", "crisis_steps"), ("evidence_collect", "evidence_items")])
def test_what_says_that_something_was_done_says_at_least_one_thing(form: str, question: str) -> None:
    with pytest.raises(Refusal) as refused:
        read_answers(LIBRARY.forms[form], LIBRARY.facts, {question: []})

    assert [(problem.field, problem.code) for problem in refused.value.problems] == [(question, "too_few")]


def test_that_no_part_of_care_is_accepted_is_an_answer() -> None:
    assert read_answers(LIBRARY.forms["care_parts"], LIBRARY.facts, {"care_accepted": []}) == {"care_accepted": ()}


def test_every_required_list_was_judged_whether_nothing_is_an_answer_to_it() -> None:
    may_be_empty = {
        question
        for form in LIBRARY.forms.values()
        for question, schema in form.properties.items()
        if schema.get("type") == "array" and question in form.schema["required"] and not schema.get("minItems")
    }
    assert may_be_empty == {"care_accepted"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_fact_is_called_as_another_is(language: str) -> None:
    called: defaultdict[str, list[str]] = defaultdict(list)
    for fact in LIBRARY.facts.values():
        called[fact.title[language]].append(fact.id)
    assert {title: facts for title, facts in called.items() if len(facts) > 1} == {}


def test_no_answer_that_somebody_must_look_at_when_it_changes_is_taken_over_from_last_time() -> None:
    decided_by = {fact.id for fact in LIBRARY.facts.values() if fact.review}
    consents = {fact.id for fact in LIBRARY.facts.values() if fact.group in ("choice", "consent", "report", "closure")}
    assert {id for id in decided_by | consents if LIBRARY.facts[id].lasting} <= {"ob_number"}
