"""Duties in plain sentences: the same for the same rule, true to it, in every language, nothing left of the YAML."""

from __future__ import annotations

# ruff: noqa: E501  # sentences are written as they are said
import re
from datetime import date
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.content import from_files
from engine.expressions import And, Compare, Expression, In, Literal_, Name, Not, Or, Truth, Unset, evaluate, parse
from engine.library import LANGUAGES, Library
from engine.saying import limit_of, say_duty
from engine.saying.conditions import Conditions, _without_not
from engine.saying.phrases import Speech, lowered
from tests.unit.content_samples import LAW, changed, sample_files
from tests.unit.test_overrides import GOOD, MAY, with_law
from tests.walk import shipped

TODAY = date(2026, 11, 26)
SAMPLE = from_files(sample_files(), "rwanda")


def said(library: Library, duty: str = "minor-report", language: str = "en") -> str:
    return say_duty(library, library.duties[duty], language, TODAY)


def law(old: str, new: str) -> Library:
    return from_files(changed(LAW, old, new), "rwanda")


def test_a_duty_is_said_whole() -> None:
    assert said(shipped()) == (
        "If all of this holds: (a) “Protected as” is decided as “A child” or “A child until the age is established”; "
        "(b) at least one of these holds: (i) “Is a crime suspected” is answered “Yes” or “Not known”; (ii) it is on "
        "record: “A crime was suspected, or not excluded”, and it is not on record: “It was confirmed that no crime is "
        "suspected”; (iii) the service “Report that the law demands” is under way – then the centre must file the "
        "report that the law demands before it may close the case. This duty does not apply if “Did the survivor come” is answered “Will not "
        "come now”, and “Protected as” cannot be decided yet. If it is still not known whether this duty applies when "
        "the centre is to close the case, it counts as if it did. The limit is 24 hours from when it is owed, "
        "with a warning 4 hours before."
    )


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "Each time evidence was collected, the centre must seal the evidence before it may close the case."),
        ("fr", "Chaque fois que des preuves ont été recueillies, le centre doit sceller les preuves avant de pouvoir"),
        ("rw", "Buri gihe iyo ibimenyetso byafashwe, ikigo kigomba gufunga ibimenyetso mbere y’uko gishobora gufunga"),
    ],
)
def test_the_same_duty_is_said_in_every_language(language: str, sentence: str) -> None:
    assert said(shipped(), "evidence-sealed", language).startswith(sentence)


def test_a_title_begins_small_within_a_sentence_unless_it_is_an_abbreviation() -> None:
    assert [lowered(title) for title in ("A crime was suspected", "PEP was offered")] == [
        "a crime was suspected",
        "PEP was offered",
    ]


def test_french_is_spelt_as_it_is_spoken() -> None:
    assert "chaque fois qu’une visite" in said(shipped(), "lost-child-seen", "fr")
    assert "ou sauf s’il est noté" in said(shipped(), "safety-after-police-advice", "fr")


IDS = re.compile(r"\b[a-z]+_[a-z_]+\b|\b(act|now|process|clock)\.|[{}]|==|!=|\bunset\b")


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_of_the_yaml_is_left_in_a_sentence(language: str) -> None:
    library = shipped()
    for duty in library.duties:
        sentence = said(library, duty, language)
        assert IDS.search(sentence) is None, sentence
        assert sentence[0].isupper(), sentence
        assert sentence.endswith("."), sentence
        assert sentence == said(library, duty, language)


def test_every_act_that_a_duty_speaks_of_has_words_for_doing_it() -> None:
    library = shipped()
    spoken = {act for duty in library.duties.values() for act in (duty.act, duty.before, *duty.without) if act}
    assert [act for act in sorted(spoken) if set(library.acts[act].to) != set(LANGUAGES)] == []


def test_without_words_for_doing_it_an_act_is_called_by_its_title() -> None:
    assert "must bring this about: “Police notified” before" in said(SAMPLE)


def test_what_is_in_force_today_is_said_and_not_what_comes_later() -> None:
    later = '  - {from: 2018-09-01, value: 24, cite: "House rule", status: unverified}\n'
    library = law(later, later + later.replace("2018", "2030").replace("24", "12"))
    duty = library.duties["minor-report"]
    assert limit_of(library, duty, "en", TODAY).startswith("24 hours")
    assert limit_of(library, duty, "en", date(2031, 1, 1)).startswith("12 hours")
    assert (
        limit_of(library, duty, "en", date(2031, 1, 1))
        == "12 hours from when it is owed, with a warning 4 hours before"
    )


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("must: police.notified", "must: police.notified\n  after: survivor.told", "each time told, the centre must"),
        ("from: duty", "from: incident_at", "24 hours from “When it happened”"),
        ("if_unknown: broken", "if_unknown: ignore", "While it is not known whether this duty applies, it does not."),
        ("must: police.notified", "never: police.notified\n  without: [survivor.told, case.received]",
         "must not bring this about: “Police notified” unless it does this first: bring this about: “Told”, and bring"),
        ("must: police.notified", "never: police.notified\n  without: [survivor.told]\n  scope: each\n  revoked_by: [case.received]",
         "What was done for an earlier time does not count again. It does not count any more once this is on record: “Received”."),
        ("must: police.notified", "must: police.notified\n  ends_by: correction",
         "Another answer when it is asked again does not end it; only a correction of the answer does."),
        ("must: police.notified", "always: \"interpreter\"", "that this always holds: “Interpreter” is answered “yes”"),
    ],
)  # fmt: skip
def test_every_word_of_the_language_is_said(old: str, new: str, expected: str) -> None:
    assert expected in said(law(old, new))


def test_who_may_go_on_and_what_makes_good_is_said() -> None:
    assert said(from_files(with_law(MAY), "rwanda")).endswith(
        "With a written reason these may go on all the same: Reception."
    )
    good = said(from_files(with_law(GOOD), "rwanda"), "minor-report-if-broken")
    assert good.startswith("Each time the duty “A child’s case is reported” is late or broken, the centre must")


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ("wants_medical == 'yes'", "“Wants medical care” is answered “yes”"),
        ("wants_medical != 'yes'", "“Wants medical care” is answered otherwise than “yes”"),
        ("not wants_medical == 'yes'", "“Wants medical care” is answered otherwise than “yes”"),
        ("wants_medical is unset", "“Wants medical care” is not answered yet"),
        ("wants_medical is unset or wants_medical == 'no'", "“Wants medical care” is answered “no”, or is not answered yet"),
        ("wants_medical is not unset and wants_medical == 'no'", "“Wants medical care” is answered “no”"),
        ("care_accepted has 'photographs'", "“Care accepted” includes “photographs”"),
        ("not care_accepted has 'photographs'", "“Care accepted” does not include “photographs”"),
        ("age_at_incident < majority_age", "“Age then” is below 18 years (“Age of majority”)"),
        ("majority_age <= age_at_incident", "“Age then” is at least 18 years (“Age of majority”)"),
        ("majority_age > age_at_incident", "“Age then” is below 18 years (“Age of majority”)"),
        ("not age_at_incident < 18", "“Age then” is at least 18"),
        ("birth_date == incident_at", "“Birth date” is the same as “When it happened”"),
        ("now.protection == 'child'", "“Protection” is decided as “Child”"),
        ("not act.survivor.told", "it is not on record: “Told”"),
        ("interpreter or not interpreter", "“Interpreter” is answered “yes”, or “Interpreter” is answered otherwise than “yes”"),
        ("process.medical_care == 'none'", "the service “Medical care” has not begun"),
        ("process.medical_care not in ('none', 'running', 'done')", "the service “Medical care” was stopped"),
        ("duty.minor-report == 'met'", "the duty “A child's case is reported” is met"),
        ("clock.pep == 'closed'", "the 24 hours for “PEP” have run out"),
        ("case.duties_owed > 0", "the number of duties owed is above 0"),
        ("case.duties_owed == 0", "the number of duties owed is 0"),
    ],
)  # fmt: skip
def test_a_condition_in_words(condition: str, words: str) -> None:
    assert Conditions(SAMPLE, Speech("en"), TODAY).say(parse(condition)) == words


# what is said is what is read

ATOMS = ["wants_medical == 'yes'", "wants_medical is unset", "interpreter", "act.survivor.told", "age_stated < 18",
         "wants_medical in ('no', 'later')", "wants_medical is not unset", "age_stated is unset"]  # fmt: skip
EXPRESSIONS = st.recursive(
    st.sampled_from([parse(text) for text in ATOMS]),
    lambda inner: (
        inner.map(Not)
        | st.lists(inner, min_size=2, max_size=3).map(lambda items: And(tuple(items)))
        | st.lists(inner, min_size=2, max_size=3).map(lambda items: Or(tuple(items)))
    ),
    max_leaves=8,
)
CASES: list[dict[str, Any]] = [
    {"wants_medical": wants, "interpreter": interpreter, "act.survivor.told": told, "age_stated": age}
    for wants, interpreter, told, age in product(
        (None, "yes", "no"), (None, True, False), (True, False), (None, 17, 18)
    )
]


def read(expression: Expression) -> list[bool | None]:
    return [evaluate(expression, case.get) for case in CASES]


@given(EXPRESSIONS)
def test_moving_not_inwards_changes_nothing(expression: Expression) -> None:
    moved = _without_not(expression)
    assert read(moved) == read(expression)
    assert not any(
        isinstance(one, Not) and isinstance(one.item, And | Or | Compare | In | Unset) for one in parts(moved)
    )


def parts(expression: Expression) -> list[Expression]:
    inner = (
        expression.items
        if isinstance(expression, And | Or)
        else (expression.item,)
        if isinstance(expression, Not)
        else ()
    )
    return [expression, *(part for one in inner for part in parts(one))]


@given(EXPRESSIONS)
def test_what_is_said_to_be_always_known_is(expression: Expression) -> None:
    if not Conditions(SAMPLE, Speech("en"), TODAY).may_be_unknown(expression):
        assert None not in read(expression)


@pytest.mark.parametrize("text", ["wants_medical is unset or wants_medical == 'no'", "act.survivor.told"])
def test_what_asks_first_whether_it_is_set_is_always_known(text: str) -> None:
    assert not Conditions(SAMPLE, Speech("en"), TODAY).may_be_unknown(parse(text))
    assert Conditions(SAMPLE, Speech("en"), TODAY).may_be_unknown(Truth(Name("interpreter")))
    assert not Conditions(SAMPLE, Speech("en"), TODAY).may_be_unknown(Literal_(value=True))
