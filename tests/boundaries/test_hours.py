"""Every edge of a window, cell by cell and to the second: what is possible, what the clinician decides, what is late.

The verdicts are written by hand and not computed: a window counts from the assault, its last second is inside, what
is possible goes by the latest plausible time and what is certain by the earliest.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.boundaries.situations import at, hours, sight

NOW = at("2026-03-02 09:00")
ORDER = ("tetanus", "pep", "ec", "evidence", "hbv")

WINDOWS = [
    # since the assault: tetanus, PEP, contraception, evidence, hepatitis B
    ("0:00", "open open open open open"),
    ("47:59:59", "open open open open open"),
    ("48:00", "open open open open open"),
    ("48:00:01", "closed open open open open"),
    ("71:59", "closed open open open open"),
    ("71:59:59", "closed open open open open"),
    ("72:00", "closed open open open open"),
    ("72:00:01", "closed closed open open open"),
    ("72:01", "closed closed open open open"),
    ("119:59", "closed closed open open open"),
    ("119:59:59", "closed closed open open open"),
    ("120:00", "closed closed open open open"),
    ("120:00:01", "closed closed closed open open"),
    ("120:01", "closed closed closed open open"),
    ("167:59:59", "closed closed closed open open"),
    ("168:00", "closed closed closed open open"),
    ("168:00:01", "closed closed closed closed open"),
    ("335:59:59", "closed closed closed closed open"),
    ("336:00", "closed closed closed closed open"),
    ("336:00:01", "closed closed closed closed closed"),
]


@pytest.mark.parametrize(("since", "windows"), WINDOWS)
def test_the_last_second_of_a_window_is_inside(since: str, windows: str) -> None:
    seen = sight(NOW, incident_at=NOW - hours(since), arrived_at=NOW)
    assert [seen(f"clock.{clock}") for clock in ORDER] == windows.split()


@pytest.mark.parametrize(("since", "windows"), WINDOWS)
def test_of_an_uncertain_time_the_latest_counts_for_what_is_possible(since: str, windows: str) -> None:
    seen = sight(NOW, incident_at=NOW - timedelta(days=60), incident_until=NOW - hours(since), arrived_at=NOW)
    assert [seen(f"clock.{clock}") for clock in ORDER] == windows.split()


def test_no_window_closes_while_no_time_is_known() -> None:
    seen = sight(NOW, arrived_at=NOW)
    assert [seen(f"clock.{clock}") for clock in ORDER] == ["unknown"] * len(ORDER)


WAYS = [
    # at the earliest, at the latest (before now), since arrival -> PEP, contraception
    ("71:59", None, "0:00", "offer", "offer"),
    ("71:59:59", None, "0:00", "offer", "offer"),
    ("72:00", None, "0:00", "offer", "offer"),
    ("72:00:01", None, "0:00", "late", "offer"),
    ("72:01", None, "0:00", "late", "offer"),
    ("80:00", None, "0:00", "late", "offer"),
    ("119:59", None, "0:00", "late", "offer"),
    ("120:00", None, "0:00", "late", "offer"),
    ("120:00:01", None, "0:00", "late", "late"),
    ("120:01", None, "0:00", "late", "late"),
    # not certain, and inside by every plausible time
    ("72:00", "10:00", "0:00", "offer", "offer"),
    ("72:00:01", "10:00", "0:00", "judge", "offer"),
    ("80:00", "71:59", "0:00", "judge", "offer"),
    ("80:00", "72:00", "0:00", "judge", "offer"),
    ("80:00", "72:00:01", "0:00", "late", "offer"),
    ("120:00", "72:01", "0:00", "late", "offer"),
    ("120:00:01", "72:01", "0:00", "late", "judge"),
    # some night last week: three to eight days ago
    ("192:00", "72:00", "0:00", "judge", "judge"),
    ("192:00", "72:00:01", "0:00", "late", "judge"),
    ("192:00", "119:59", "0:00", "late", "judge"),
    ("192:00", "120:00", "0:00", "late", "judge"),
    ("192:00", "120:00:01", "0:00", "late", "late"),
    # the window ended while the survivor was at the centre, or the entry was made later: nobody closes it by silence
    ("72:01", None, "0:01", "judge", "offer"),
    ("72:01", None, "0:00:59", "late", "offer"),
    ("192:00", "73:00", "1:00", "judge", "judge"),
    ("192:00", "73:00:01", "1:00", "late", "judge"),
    ("120:01", None, "0:01", "late", "judge"),
    ("91:00", None, "20:00", "judge", "offer"),
    # nobody knows when, or only when at the latest
    (None, None, "0:00", "judge", "judge"),
    (None, "10:00", "0:00", "judge", "judge"),
    (None, "72:00:01", "0:00", "late", "judge"),
    (None, "120:00:01", "0:00", "late", "late"),
]


@pytest.mark.parametrize(("earliest", "latest", "waited", "pep", "ec"), WAYS)
def test_what_is_certain_is_offered_what_is_not_is_decided_and_what_is_late_is_explained(
    earliest: str | None, latest: str | None, waited: str, pep: str, ec: str
) -> None:
    seen = sight(
        NOW,
        incident_at=NOW - hours(earliest) if earliest else None,
        incident_until=NOW - hours(latest) if latest else None,
        arrived_at=NOW - hours(waited),
    )
    assert (seen("now.pep_way"), seen("now.ec_way")) == (pep, ec)


@pytest.mark.parametrize("since", ["0:00", "120:00", "120:00:01"])
def test_contraception_that_does_not_apply_is_neither_offered_nor_explained(since: str) -> None:
    seen = sight(NOW, incident_at=NOW - hours(since), arrived_at=NOW, pregnancy_possible="no")
    assert seen("now.ec_way") == "not_needed"
