"""A form's answers become typed values, or problems that say what to do and repeat no answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.content import from_files
from engine.forms import PROBLEMS, check_times, post_to_answers, read_answers, visible
from engine.library import Form
from engine.model import CASE_SCOPE, Fact, Problem, Refusal, Value
from tests.unit.content_samples import sample_files
from tests.walk import shipped

LIBRARY = from_files(sample_files(), "rwanda")
FORM = LIBRARY.forms["choice"]
KIGALI = ZoneInfo("Africa/Kigali")
YES: dict[str, object] = {"wants_medical": "yes", "care_accepted": []}


def read(answers: Mapping[str, object], language: str = "en", form: Form = FORM) -> dict[str, Value]:
    return read_answers(form, LIBRARY.facts, answers, language)


def problems(answers: Mapping[str, object], language: str = "en") -> dict[str, Problem]:
    with pytest.raises(Refusal) as refused:
        read(answers, language)
    assert refused.value.code == "invalid_answers"
    assert refused.value.status == 422
    return {problem.field: problem for problem in refused.value.problems}


class TestReadAnswers:
    def test_every_kind_of_answer_becomes_a_value_of_its_type_in_the_order_of_the_page(self) -> None:
        values = read(
            {
                "interpreter": False,
                "weight_kg": 61,
                "age_stated": 17,
                "incident_at": "2026-11-20T23:30:00+02:00",
                "birth_date": "2009-02-28",
                "words": "  one\r\ntwo ",
                "care_accepted": ["photographs", "examination"],
                "wants_medical": "yes",
            }
        )

        assert list(values.items()) == [
            ("wants_medical", "yes"),
            ("care_accepted", ("examination", "photographs")),
            ("words", "one\ntwo"),
            ("birth_date", date(2009, 2, 28)),
            ("incident_at", datetime(2026, 11, 20, 21, 30, tzinfo=UTC)),
            ("age_stated", 17),
            ("weight_kg", 61.0),
            ("interpreter", False),
        ]
        assert isinstance(values["weight_kg"], float)

    def test_a_question_that_is_not_asked_is_dropped_before_anything_is_checked(self) -> None:
        assert read({"wants_medical": "no", "care_accepted": "not even a list"}) == {"wants_medical": "no"}

    def test_hiding_one_question_hides_those_that_depend_on_it(self) -> None:
        hidden = {"wants_medical": "no", "care_accepted": ["photographs"], "words": "text of a hidden question"}

        assert read(hidden) == {"wants_medical": "no"}
        assert "words" not in visible(FORM, hidden)

    def test_nothing_blank_counts_as_an_answer(self) -> None:
        assert read({"wants_medical": "no", "birth_date": "", "age_stated": None, "words": " "}) == {
            "wants_medical": "no"
        }

    @pytest.mark.parametrize(
        ("field", "answer", "code"),
        [
            ("wants_medical", "maybe", "choice"),
            ("wants_medical", ["yes"], "choice"),
            ("care_accepted", "examination", "choices"),
            ("care_accepted", ["surgery"], "choices"),
            ("care_accepted", ["examination", "examination"], "choices"),
            ("words", 7, "text"),
            ("words", "x" * 201, "too_long"),
            ("words", "bell \x07", "characters"),
            ("words", "half \ud800", "characters"),
            ("words", "unread \ufffd", "characters"),
            ("birth_date", "2009-02-30", "date"),
            ("birth_date", "20090228", "date"),
            ("birth_date", "2009-W09-6", "date"),
            ("birth_date", "28 February", "date"),
            ("birth_date", 20090228, "date"),
            ("incident_at", "yesterday", "moment"),
            ("incident_at", "2026-11-20", "moment"),
            ("incident_at", "2026-11-20T25:00:00Z", "moment"),
            ("incident_at", "0001-01-01T00:00:00+14:00", "moment"),
            ("incident_at", "2026-11-20T23:30", "moment_offset"),
            ("age_stated", "17", "whole_number"),
            ("age_stated", 17.5, "whole_number"),
            ("age_stated", True, "whole_number"),
            ("age_stated", -1, "minimum"),
            ("age_stated", 121, "maximum"),
            ("weight_kg", "61", "number"),
            ("weight_kg", 0.5, "minimum"),
            ("weight_kg", float("nan"), "number"),
            ("weight_kg", float("inf"), "maximum"),
            ("interpreter", "yes", "yes_no"),
            ("interpreter", 1, "yes_no"),
            ("nickname", "x", "unknown_field"),
        ],
    )
    def test_an_answer_of_the_wrong_kind_is_a_problem_of_its_field_that_does_not_repeat_it(
        self, field: str, answer: object, code: str
    ) -> None:
        found = problems(YES | {"care_accepted": ["photographs"]} | {field: answer})

        assert found.keys() == {field}
        assert found[field].code == code
        if isinstance(answer, str) and len(answer) > 3:
            assert answer not in found[field].message
            assert answer not in found[field].params.values()

    def test_what_is_required_is_asked_for_by_the_words_of_the_form_in_the_language_of_the_reader(self) -> None:
        assert problems({})["wants_medical"].message == "Answer this: Medical care"
        assert problems({}, "fr")["wants_medical"].params == {"label": "Soins médicaux"}
        assert problems({}, "sw")["wants_medical"].params == {"label": "Medical care"}

    def test_what_another_answer_makes_required_is_missed(self) -> None:
        assert {name: problem.code for name, problem in problems({"wants_medical": "yes"}).items()} == {
            "care_accepted": "required"
        }

    def test_all_problems_are_told_at_once_in_the_order_of_the_page(self) -> None:
        wrong: dict[str, object] = {"age_stated": -1, "birth_date": "x", "wants_medical": "x", "stranger": 1}

        assert list(problems(wrong)) == ["wants_medical", "birth_date", "age_stated", "stranger"]

    def test_the_vocabulary_limits_every_form_that_asks_the_fact(self) -> None:
        loose = dict(FORM.schema) | {"properties": {**FORM.properties, "weight_kg": {"type": "number"}}}
        form = replace(FORM, schema=loose)

        with pytest.raises(Refusal) as refused:
            read({"wants_medical": "no", "weight_kg": 301}, form=form)

        assert [problem.code for problem in refused.value.problems] == ["maximum"]
        assert refused.value.problems[0].params["limit"] == "300"

    def test_every_problem_has_its_sentence(self) -> None:
        for code, sentence in PROBLEMS.items():
            words = sentence.format(label="Weight", limit=3, other="Height")
            assert words, code
            assert "{" not in words


class TestPosts:
    def post(self, **posted: str | list[str]) -> tuple[dict[str, object], dict[str, str]]:
        fields = {
            name.replace("__", "-"): [value] if isinstance(value, str) else value for name, value in posted.items()
        }
        answers, problems = post_to_answers(FORM, fields, KIGALI)
        return answers, {problem.field: problem.code for problem in problems}

    def test_a_browsers_fields_become_answers(self) -> None:
        answers, unreadable = self.post(
            csrf_token="t",
            wants_medical="yes",
            care_accepted=["examination", "photographs", ""],
            words=" a\r\nb ",
            birth_date__day="8",
            birth_date__month="2",
            birth_date__year="2009",
            incident_at__day="20",
            incident_at__month="11",
            incident_at__year="2026",
            incident_at__time="7.05",
            age_stated="17",
            weight_kg="61,5",
            interpreter="false",
        )

        assert not unreadable
        assert answers == {
            "wants_medical": "yes",
            "care_accepted": ["examination", "photographs"],
            "words": "a\r\nb",
            "birth_date": "2009-02-08",
            "incident_at": "2026-11-20T07:05:00+02:00",
            "age_stated": 17,
            "weight_kg": 61.5,
            "interpreter": False,
        }

    def test_days_and_moments_may_come_whole(self) -> None:
        assert self.post(birth_date="2009-02-08", incident_at="2026-11-20T07:05")[0] == {
            "birth_date": "2009-02-08",
            "incident_at": "2026-11-20T07:05:00+02:00",
        }
        assert self.post(incident_at="2026-11-20", incident_at__time="23:59")[0] == {
            "incident_at": "2026-11-20T23:59:00+02:00"
        }
        assert self.post(incident_at="2026-11-20T05:05:00Z")[0] == {"incident_at": "2026-11-20T05:05:00+00:00"}

    def test_what_is_left_empty_is_no_answer(self) -> None:
        assert self.post(wants_medical="", birth_date__day="", incident_at__time=" ", words=" ", age_stated="") == (
            {},
            {},
        )

    @pytest.mark.parametrize(
        ("posted", "code"),
        [
            ({"birth_date__year": "2009"}, "date"),
            ({"birth_date__day": "31", "birth_date__month": "2", "birth_date__year": "2009"}, "date"),
            ({"birth_date__day": "1", "birth_date__month": "2", "birth_date__year": "09"}, "date"),
            ({"birth_date__day": "١", "birth_date__month": "2", "birth_date__year": "2009"}, "date"),
            ({"birth_date": "1 May"}, "date"),
            ({"incident_at": "2026-11-20"}, "moment"),
            ({"incident_at__time": "10:00"}, "moment"),
            ({"incident_at": "2026-11-20", "incident_at__time": "25:00"}, "moment"),
            ({"age_stated": "17.5"}, "whole_number"),
            ({"age_stated": "seventeen"}, "whole_number"),
            ({"weight_kg": "1e3"}, "number"),
            ({"weight_kg": "9" * 400}, "number"),
            ({"interpreter": "perhaps"}, "yes_no"),
        ],
    )
    def test_what_cannot_be_read_is_a_problem_and_no_answer(self, posted: dict[str, str], code: str) -> None:
        answers, unreadable = self.post(**posted)

        assert not answers
        assert list(unreadable.values()) == [code]

    def test_an_unreadable_answer_to_a_question_that_is_not_asked_is_no_problem(self) -> None:
        files = sample_files()
        schema = '"scope": "#/properties/birth_date"'
        condition = '{"scope": "#/properties/wants_medical", "schema": {"const": "yes"}}'
        rule = f'"rule": {{"effect": "SHOW", "condition": {condition}}}'
        files["forms/choice.json"] = files["forms/choice.json"].replace(schema.encode(), f"{schema}, {rule}".encode())
        form = from_files(files, "rwanda").forms["choice"]

        assert post_to_answers(form, {"wants_medical": ["no"], "birth_date": ["x"]}, KIGALI)[1] == ()
        assert len(post_to_answers(form, {"wants_medical": ["yes"], "birth_date": ["x"]}, KIGALI)[1]) == 1


TEXTS = st.text(
    st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="\ufffd"), min_size=1, max_size=50
).filter(str.strip)
ANSWERS = st.fixed_dictionaries(
    {"wants_medical": st.sampled_from(["yes", "no", "later"])},
    optional={
        "care_accepted": st.lists(st.sampled_from(["examination", "photographs"]), unique=True, min_size=1),
        "words": TEXTS.map(str.strip),
        "birth_date": st.dates(date(1000, 1, 1)).map(date.isoformat),
        "incident_at": st.datetimes(datetime(1950, 1, 1), datetime(2100, 1, 1), timezones=st.just(KIGALI)).map(  # noqa: DTZ001
            lambda moment: moment.replace(second=0, microsecond=0).isoformat()
        ),
        "age_stated": st.integers(0, 120),
        "weight_kg": st.decimals(1, 300, places=3).map(float),
        "interpreter": st.booleans(),
    },
)


def posted(answers: Mapping[str, object]) -> dict[str, list[str]]:
    """The answers as a browser posts them."""
    fields: dict[str, list[str]] = {"csrf_token": ["token"]}
    for name, value in answers.items():
        if isinstance(value, list):
            fields[name] = value
        elif name in ("birth_date", "incident_at"):
            day, _, time = str(value).partition("T")
            fields |= {
                f"{name}-{part}": [text] for part, text in zip(("year", "month", "day"), day.split("-"), strict=True)
            }
            fields |= {f"{name}-time": [time[:5]]} if time else {}
        elif isinstance(value, bool):
            fields[name] = ["true" if value else "false"]
        else:
            fields[name] = [str(value)]
    return fields


@given(ANSWERS)
def test_answers_survive_the_way_through_a_browser(answers: dict[str, object]) -> None:
    asked = {name: value for name, value in answers.items() if name in visible(FORM, answers)}

    assert post_to_answers(FORM, posted(answers), KIGALI) == (asked, ())


def refused_or_read(answers: Mapping[str, object]) -> tuple[tuple[Problem, ...], dict[str, Value]]:
    try:
        return (), read(answers)
    except Refusal as refused:
        return refused.problems, {}


@given(ANSWERS)
def test_only_questions_that_are_asked_are_required_or_answered(answers: dict[str, object]) -> None:
    problems, values = refused_or_read(answers)

    assert {problem.field for problem in problems} | values.keys() <= set(visible(FORM, answers))
    assert problems or values.keys() == answers.keys() & set(visible(FORM, answers))


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text("yesno 19-T:é\x00\ud800", max_size=12)
ANYTHING = SCALARS | st.lists(SCALARS, max_size=3) | st.dictionaries(st.text("ab", max_size=3), SCALARS, max_size=3)


@given(st.dictionaries(st.sampled_from([*FORM.properties, "stranger"]), ANYTHING))
def test_whatever_is_sent_gives_typed_values_or_problems(answers: dict[str, object]) -> None:
    problems, values = refused_or_read(answers)

    assert bool(problems) != bool(values)
    assert all(problem.message for problem in problems)
    assert values.keys() <= answers.keys()


class TestWhatBeginsAfterItsKnownEnd:
    """When it happened may be said anew of another time; its old end would go on to count."""

    form = shipped().forms["incident_time"]
    facts = shipped().facts
    now = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
    begin, end = "incident_at", "incident_until"

    def check(self, hours: Mapping[str, int], known: int | None) -> list[tuple[str, str]]:
        """The problems of times so many hours ago, when the end is known to be so many hours ago."""
        values = {name: self.now - timedelta(hours=ago) for name, ago in hours.items()}
        facts = {}
        if known is not None:
            at = self.now - timedelta(hours=known)
            facts[self.end, CASE_SCOPE] = Fact(self.end, CASE_SCOPE, at, at, self.now, "ama", "form:x")
        try:
            check_times(self.form, self.facts, values, self.now, "en", facts)
        except Refusal as refused:
            return [(problem.field, problem.code) for problem in refused.problems]
        return []

    @pytest.mark.parametrize(
        ("hours", "known", "problems"),
        [
            ({"incident_at": 2}, 75, [("incident_at", "left_behind")]),
            ({"incident_at": 2, "incident_until": 2}, 75, []),
            ({"incident_at": 2, "incident_until": 3}, 75, [("incident_until", "out_of_order")]),
            ({"incident_at": 76}, 75, []),
            ({"incident_at": 75}, 75, []),
            ({"incident_at": 2}, None, []),
        ],
    )
    def test_it_is_said_with_another_end(
        self, hours: Mapping[str, int], known: int | None, problems: list[tuple[str, str]]
    ) -> None:
        assert self.check(hours, known) == problems
