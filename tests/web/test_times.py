"""Days, times and lengths of time in three languages, cell by cell: names, order and signs as CLDR (Babel) has them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from babel import Locale

from engine.library import LANGUAGES
from web.words import CATALOGUE, Words, times

NOW = datetime(2026, 11, 23, 7, 10, tzinfo=UTC)
KIGALI = {language: Words(language, "Africa/Kigali") for language in LANGUAGES}
EN = KIGALI["en"]
CLDR = {"en": Locale("en", "GB"), "fr": Locale("fr"), "rw": Locale("rw")}
IN_A_SENTENCE = {"en": str, "fr": str, "rw": lambda name: name[0].lower() + name[1:]}
"""CLDR writes Kinyarwanda's days as they begin a sentence; ours stand within one, as its French days do."""


def said(moment: datetime, now: datetime = NOW) -> list[str]:
    return [times.moment(words, moment, now) for words in KIGALI.values()]


# names and signs


@pytest.mark.parametrize("month", range(1, 13))
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_month_has_its_name(language: str, month: int) -> None:
    that, name = date(2027, month, 15), CLDR[language].months["format"]["wide"][month]

    assert name in times.day(KIGALI[language], that, NOW.date()).split()


@pytest.mark.parametrize("weekday", range(7))
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_day_of_the_week_has_its_name(language: str, weekday: int) -> None:
    that, name = date(2026, 12, 7 + weekday), CLDR[language].days["format"]["wide"][weekday]

    assert times.day(KIGALI[language], that, NOW.date()).startswith(IN_A_SENTENCE[language](name))


@pytest.mark.parametrize("language", LANGUAGES)
def test_signs_and_direction_are_those_of_the_language(language: str) -> None:
    assert CATALOGUE[language]["number.decimal"] == CLDR[language].number_symbols["latn"]["decimal"]
    assert CLDR[language].time_formats["short"].pattern == "HH:mm"  # 24 hours, a colon
    assert CLDR[language].text_direction == "ltr"  # as web/staff/templates/base.html says


# days and moments


@pytest.mark.parametrize(
    ("that", "en", "fr", "rw"),
    [
        (date(2026, 11, 22), "yesterday", "hier", "ejo hashize"),
        (date(2026, 11, 23), "today", "aujourd’hui", "uyu munsi"),
        (date(2026, 11, 24), "tomorrow", "demain", "ejo hazaza"),
        (
            date(2026, 11, 21),
            "Saturday 21 November",
            "samedi 21 novembre",
            "kuwa gatandatu tariki 21 Ugushyingo",
        ),
        (date(2026, 11, 25), "Wednesday 25 November", "mercredi 25 novembre", "kuwa gatatu tariki 25 Ugushyingo"),
        (date(2026, 11, 30), "Monday 30 November", "lundi 30 novembre", "kuwa mbere tariki 30 Ugushyingo"),
        (date(2026, 12, 1), "Tuesday 1 December", "mardi 1er décembre", "kuwa kabiri tariki 1 Ukuboza"),
        (date(2026, 12, 31), "Thursday 31 December", "jeudi 31 décembre", "kuwa kane tariki 31 Ukuboza"),
        (date(2027, 1, 1), "Friday 1 January 2027", "vendredi 1er janvier 2027", "kuwa gatanu tariki 1 Mutarama 2027"),
        (
            date(2028, 2, 29),
            "Tuesday 29 February 2028",
            "mardi 29 février 2028",
            "kuwa kabiri tariki 29 Gashyantare 2028",
        ),
        (date(2014, 6, 1), "Sunday 1 June 2014", "dimanche 1er juin 2014", "ku cyumweru tariki 1 Kamena 2014"),
    ],
)
def test_a_day_is_named_with_its_year_when_it_is_another_one(that: date, en: str, fr: str, rw: str) -> None:
    assert [times.day(words, that, NOW.date()) for words in KIGALI.values()] == [en, fr, rw]


@pytest.mark.parametrize(
    ("moment", "en", "fr", "rw"),
    [
        (datetime(2026, 11, 23, 12, 30, tzinfo=UTC), "14:30 today", "aujourd’hui à 14:30", "uyu munsi 14:30"),
        (datetime(2026, 11, 22, 22, 0, tzinfo=UTC), "00:00 today", "aujourd’hui à 00:00", "uyu munsi 00:00"),
        (datetime(2026, 11, 22, 21, 59, tzinfo=UTC), "23:59 yesterday", "hier à 23:59", "ejo hashize 23:59"),
        (datetime(2026, 11, 23, 21, 59, tzinfo=UTC), "23:59 today", "aujourd’hui à 23:59", "uyu munsi 23:59"),
        (datetime(2026, 11, 23, 22, 0, tzinfo=UTC), "00:00 tomorrow", "demain à 00:00", "ejo hazaza 00:00"),
        (datetime(2026, 11, 22, 8, 5, tzinfo=UTC), "10:05 yesterday", "hier à 10:05", "ejo hashize 10:05"),
        (
            datetime(2026, 12, 1, 7, 0, tzinfo=UTC),
            "09:00 on Tuesday 1 December",
            "mardi 1er décembre à 09:00",
            "kuwa kabiri tariki 1 Ukuboza 09:00",
        ),
        (
            datetime(2026, 12, 31, 22, 0, tzinfo=UTC),
            "00:00 on Friday 1 January 2027",
            "vendredi 1er janvier 2027 à 00:00",
            "kuwa gatanu tariki 1 Mutarama 2027 00:00",
        ),
    ],
)
def test_a_moment_is_said_with_its_day_at_the_centre(moment: datetime, en: str, fr: str, rw: str) -> None:
    assert said(moment) == [en, fr, rw]


def test_over_the_turn_of_the_year_tomorrow_is_still_tomorrow() -> None:
    eve = datetime(2026, 12, 31, 20, 0, tzinfo=UTC)

    assert said(eve + timedelta(hours=3), eve) == ["01:00 tomorrow", "demain à 01:00", "ejo hazaza 01:00"]


def test_today_is_the_centres_day_and_not_that_of_the_server() -> None:
    late = datetime(2026, 11, 23, 22, 30, tzinfo=UTC)  # already the 24th in Kigali

    assert times.moment(EN, late, late) == "00:30 today"
    assert times.moment(Words("en", "UTC"), late, late) == "22:30 today"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Wednesday 25 November 2026, 14:30"),
        ("fr", "mercredi 25 novembre 2026 à 14:30"),
        ("rw", "kuwa gatatu tariki 25 Ugushyingo 2026, 14:30"),
    ],
)
def test_on_paper_a_moment_is_said_in_full(language: str, said: str) -> None:
    assert times.full(KIGALI[language], datetime(2026, 11, 25, 12, 30, tzinfo=UTC)) == said


# lengths of time


@pytest.mark.parametrize(
    ("span", "en", "fr", "rw"),
    [
        (timedelta(minutes=-3), "0 min", "0 min", "0 min"),
        (timedelta(seconds=59), "0 min", "0 min", "0 min"),
        (timedelta(minutes=1), "1 min", "1 min", "1 min"),
        (timedelta(minutes=59, seconds=59), "59 min", "59 min", "59 min"),
        (timedelta(hours=1), "1 h 00", "1 h 00", "1 h 00"),
        (timedelta(hours=5, minutes=4), "5 h 04", "5 h 04", "5 h 04"),
        (timedelta(hours=47, minutes=59), "47 h 59", "47 h 59", "47 h 59"),
        (timedelta(hours=48), "2 days 0 h", "2 jours 0 h", "iminsi 2 na 0 h"),
        (timedelta(hours=76), "3 days 4 h", "3 jours 4 h", "iminsi 3 na 4 h"),
    ],
)
def test_a_length_of_time_is_short_and_never_a_wrong_plural(span: timedelta, en: str, fr: str, rw: str) -> None:
    assert [times.length(words, span) for words in KIGALI.values()] == [en, fr, rw]
