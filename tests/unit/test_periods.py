"""Lengths of time are added as people count them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engine.rules import periods

NOON = datetime(2026, 1, 31, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("duration", "then"),
    [
        ("P14D", datetime(2026, 2, 14, 12, 0, tzinfo=UTC)),
        ("P6W", datetime(2026, 3, 14, 12, 0, tzinfo=UTC)),
        ("P1M", datetime(2026, 2, 28, 12, 0, tzinfo=UTC)),
        ("P3M", datetime(2026, 4, 30, 12, 0, tzinfo=UTC)),
        ("P1Y", datetime(2027, 1, 31, 12, 0, tzinfo=UTC)),
        ("PT1H30M", datetime(2026, 1, 31, 13, 30, tzinfo=UTC)),
    ],
)
def test_a_duration_is_added_by_the_calendar(duration: str, then: datetime) -> None:
    assert periods.add(NOON, duration) == then


@pytest.mark.parametrize("text", ["", "P", "3D", "P1.5M", "P1DT", "-P1D", "P3D ", "PT", "P99999D", "P\u0663D"])
def test_anything_else_is_refused(text: str) -> None:
    assert not periods.is_duration(text)
    with pytest.raises(ValueError, match="Expected an ISO 8601 duration"):
        periods.add(NOON, text)


@pytest.mark.parametrize(
    ("born", "day", "years"),
    [
        (date(2008, 11, 23), date(2026, 11, 22), 17),
        (date(2008, 11, 23), date(2026, 11, 23), 18),
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
    ],
)
def test_a_year_is_completed_on_the_birthday(born: date, day: date, years: int) -> None:
    assert periods.completed_years(born, day) == years


@given(st.dates(date(1920, 1, 1), date(2026, 1, 1)), st.dates(date(1920, 1, 1), date(2026, 12, 31)))
def test_age_grows_by_at_most_one_a_year(born: date, day: date) -> None:
    age = periods.completed_years(born, day)
    assert age in (day.year - born.year, day.year - born.year - 1)


@given(st.dates(date(1920, 1, 1), date(2026, 1, 1)), st.integers(0, 120))
@example(date(2008, 2, 29), 18)
@example(date(2004, 2, 29), 20)
def test_the_day_that_completes_a_year_is_the_first_on_which_it_is_completed(born: date, years: int) -> None:
    day = periods.completes(born, years)
    assert periods.completed_years(born, day) == years
    assert periods.completed_years(born, day - timedelta(days=1)) == years - 1
