"""Lengths of time are read and said as people do."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, strategies

from engine.drills import durations


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("5 hours", timedelta(hours=5)),
        ("71 hours and 50 minutes", timedelta(hours=71, minutes=50)),
        ("1 week, 2 days and 1 minute", timedelta(days=9, minutes=1)),
    ],
)
def test_lengths_are_read(text: str, length: timedelta) -> None:
    assert durations.parse(text) == length


@pytest.mark.parametrize("text", ["", "five hours", "5 ours", "5 hours 3 minutes", "2 months"])
def test_other_words_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="length of time"):
        durations.parse(text)


@given(strategies.integers(min_value=0, max_value=100_000))
def test_what_is_said_is_read_back_as_the_same(minutes: int) -> None:
    length = timedelta(minutes=minutes)
    assert durations.parse(durations.say(length)) == length
    assert durations.say(-length) == ("-" if minutes else "") + durations.say(length)
