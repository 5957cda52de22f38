"""The words of the screens: every language has them all, and times, clocks and the timeline read as sentences."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest

from engine.entries import ENTRY_KINDS
from engine.forms import PROBLEMS
from engine.library import LANGUAGES
from engine.model import Problem, Refusal
from engine.views import ClockView, DutyView, Line
from web.words import CATALOGUE, Words, faults, sentences

NOW = datetime(2026, 11, 23, 7, 10, tzinfo=UTC)
EN, FR, RW = (Words(language, "Africa/Kigali") for language in LANGUAGES)


def test_every_language_has_every_sentence_with_the_same_placeholders() -> None:
    assert faults(CATALOGUE) == []


def test_a_missing_sentence_a_strange_one_and_another_placeholder_are_found() -> None:
    english = {f"entry.{kind}": "" for kind in ENTRY_KINDS} | {"a": "{time} left", "b": "yes"}
    french = {**english, "a": "{temps}", "c": "oui"}
    del french["b"]

    assert faults({"en": english, "fr": french}) == [
        "fr: 'a' has other placeholders than English",
        "fr: 'b' is missing",
        "fr: 'c' is not in English",
    ]


def test_a_kind_of_the_trail_without_a_sentence_is_found() -> None:
    english = {f"entry.{kind}": "" for kind in ENTRY_KINDS if kind != "duty.met"}

    assert faults({"en": english}) == ["en: no sentence for the trail's 'duty.met'"]


@pytest.mark.parametrize("kind", ENTRY_KINDS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_entry_of_the_trail_is_a_sentence_in_every_language(kind: str, language: str) -> None:
    params = {name: NOW.isoformat() if name == "due" else f"<{name}>" for name in ENTRY_KINDS[kind]}

    said = sentences.line(Words(language), Line(1, NOW, kind, "p", "Aline", params, {}), NOW)

    assert said.strip()
    assert "{" not in said


@pytest.mark.parametrize("code", PROBLEMS)
def test_every_problem_of_a_form_is_said_in_every_language(code: str) -> None:
    found = Problem("weight", code, PROBLEMS[code], {"label": "Weight", "limit": "3", "other": "Height"})

    said = {sentences.problem(Words(language), found) for language in LANGUAGES}

    assert len(said) == len(LANGUAGES)


def test_a_refusal_without_the_params_of_its_sentence_keeps_the_engines_own_words() -> None:
    assert sentences.refusal(FR, Refusal("claimed_by_other", "A colleague holds it"), NOW) == "A colleague holds it"


def test_an_unknown_refusal_keeps_the_engines_own_words() -> None:
    assert sentences.refusal(RW, Refusal("of_tomorrow", "Do this instead"), NOW) == "Do this instead"


def clock(state: str, until: timedelta | None, possible: timedelta | None) -> ClockView:
    return ClockView(
        "pep",
        {"en": "PEP"},
        state,  # type: ignore[arg-type]
        NOW + until if until is not None else None,
        NOW + possible if possible is not None else None,
        "",
        False,
    )


@pytest.mark.parametrize(
    ("view", "said"),
    [
        (
            clock("open", timedelta(hours=5, minutes=20), timedelta(hours=5, minutes=20)),
            "PEP: possible for 5 h 20 more, until 14:30 today",
        ),
        (
            clock("open", timedelta(hours=5, minutes=20), timedelta(hours=6)),
            "PEP: possible for 5 h 20 more, until 14:30 today; perhaps until 15:10 today",
        ),
        (
            clock("open", timedelta(minutes=-1), timedelta(hours=6)),
            "PEP: the time may be over since 09:09 today; still possible until 15:10 today at the latest",
        ),
        (
            clock("open", None, timedelta(hours=6)),
            "PEP: the time may be over; still possible until 15:10 today at the latest",
        ),
        (
            clock("closed", timedelta(hours=-9), timedelta(hours=-8)),
            "PEP: the time ended 01:10 today. Ask the clinician before saying no",
        ),
        (clock("answered", timedelta(hours=5), timedelta(hours=6)), "PEP: done"),
        (
            clock("unknown", None, None),
            "PEP: the time of the event is not known yet; act as if the clock runs",
        ),
    ],
    ids=["open", "open between two ends", "may be over", "first end not known", "closed", "answered", "unknown"],
)
def test_a_clock_says_how_long_and_until_when(view: ClockView, said: str) -> None:
    assert sentences.clock(EN, view, NOW) == said


def duty(status: str, due: timedelta | None = None) -> DutyView:
    ends = NOW + due if due is not None else None
    closed = NOW if status in ("met", "broken", "cancelled") else None
    words = {"en": "Report"}, "law", "block", "medical", {"en": "Medical"}
    return DutyView("d", "case", status, *words, NOW, ends, closed, "", "", True)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("view", "said"),
    [
        (duty("owed", timedelta(hours=7)), "by 16:10 today, held by Medical"),
        (duty("owed"), "held by Medical"),
        (duty("owed", timedelta(minutes=-10)), "was due 09:00 today, still owed, held by Medical"),
        (duty("met"), "met 09:10 today"),
        (duty("broken"), "broken 09:10 today"),
        (duty("cancelled"), "no longer owed 09:10 today"),
        (duty("idle"), "not owed"),
    ],
    ids=["owed", "without a limit", "late", "met", "broken", "cancelled", "idle"],
)
def test_a_duty_says_by_when_and_who_holds_it(view: DutyView, said: str) -> None:
    assert sentences.duty_due(EN, view, NOW) == said


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (True, "Yes"),
        (date(2026, 11, 22), "yesterday"),
        (NOW, "09:10 today"),
        (("a", "b"), "a, b"),
        ((), "None"),
        (3, "3"),
        (61.5, "61.5"),
        (61.0, "61"),
    ],
)
def test_a_value_without_titles_is_said_plainly(value: object, said: str) -> None:
    assert sentences.plain(EN, value, NOW) == said


@pytest.mark.parametrize(("words", "said"), [(EN, "61.5"), (FR, "61,5"), (RW, "61,5")], ids=LANGUAGES)
def test_a_number_has_the_decimal_sign_of_the_language_in_a_limit_too(words: Words, said: str) -> None:
    limit = Problem("weight", "minimum", "", {"label": "", "limit": "61.5"})

    assert sentences.number(words, 61.5) == said
    assert said in sentences.problem(words, limit)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_number_stands_before_a_word_that_would_have_to_agree_with_it(language: str) -> None:
    """`1 tasks` cannot be: numbers stand after a colon, or before a sign of measure. What is always more than one
    (two days and more; half a minute in seconds) may stand in the sentence."""
    free = {"identity.away", "time.days_hours"}
    agrees_not = r"(?!h\b|min\b|kB\b|ko\b|cyangwa|or\b|ou\b|\{)"
    number = re.compile(r"\{(number|seconds|days|hours|minutes|limit)\}[  ]" + agrees_not + r"\w+")

    assert {key for key, text in CATALOGUE[language].items() if number.search(text)} - free == set()
