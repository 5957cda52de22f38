"""Every edge of an age, cell by cell: what the rules say is what law and guidelines were read to say by a person.

The verdicts are written by hand and not computed. Completed years count, in the centre's own time, at the incident
and at arrival, as two separate facts; whoever is not known to be an adult is protected as a child.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from tests.boundaries.situations import at, sight

ARRIVAL = "2026-03-02 09:00"
YESTERDAY = "2026-03-01 12:00"

BORN_AND_ASSAULTED = [
    # born          assaulted               at incident, at arrival, protected as, who consents today
    ("2026-03-02", "2026-03-02 08:00:00", 0, 0, "child", "caregiver"),
    ("2026-02-20", "2026-03-01 12:00:00", 0, 0, "child", "caregiver"),
    ("2025-03-02", "2026-03-01 23:59:59", 0, 1, "child", "caregiver"),
    ("2020-03-03", "2026-03-01 12:00:00", 5, 5, "child", "caregiver"),
    ("2020-03-02", "2026-03-01 23:59:59", 5, 6, "child", "caregiver_heard"),
    ("2020-03-02", "2026-03-02 00:00:00", 6, 6, "child", "caregiver_heard"),
    ("2014-03-03", "2026-03-01 12:00:00", 11, 11, "child", "caregiver_heard"),
    ("2014-03-02", "2026-03-01 23:59:59", 11, 12, "child", "both"),
    ("2014-03-02", "2026-03-02 00:00:00", 12, 12, "child", "both"),
    ("2011-03-03", "2026-03-01 12:00:00", 14, 14, "child", "both"),
    ("2011-03-02", "2026-03-01 23:59:59", 14, 15, "child", "child"),
    ("2011-03-02", "2026-03-02 00:00:00", 15, 15, "child", "child"),
    ("2008-03-03", "2026-03-01 12:00:00", 17, 17, "child", "child"),  # 17 years and 364 days
    ("2008-03-03", "2026-03-02 08:59:59", 17, 17, "child", "child"),
    ("2008-03-02", "2026-03-01 23:59:59", 17, 18, "child", "adult"),  # 18 years and 0 days at arrival
    ("2008-03-02", "2026-03-02 00:00:00", 18, 18, "adult", "adult"),  # 18 years and 0 days at the incident
    ("2008-03-01", "2026-03-01 00:00:00", 18, 18, "adult", "adult"),
    ("2007-03-02", "2025-03-01 23:59:59", 17, 19, "child", "adult"),
    ("2007-03-02", "2026-03-01 12:00:00", 18, 19, "adult", "adult"),
    # who is born on 29 February is a year older on 1 March of a short year, and on 29 February of a long one
    ("2008-02-29", "2026-02-28 23:59:59", 17, 18, "child", "adult"),
    ("2008-02-29", "2026-03-01 00:00:00", 18, 18, "adult", "adult"),
    ("2020-02-29", "2026-02-28 23:59:59", 5, 6, "child", "caregiver_heard"),
    ("2004-02-29", "2024-02-28 23:59:59", 19, 22, "adult", "adult"),
    ("2004-02-29", "2024-02-29 00:00:00", 20, 22, "adult", "adult"),
]


@pytest.mark.parametrize(("born", "assaulted", "then", "today", "protection", "consent"), BORN_AND_ASSAULTED)
def test_with_a_date_of_birth_on_paper_the_day_decides(
    born: str, assaulted: str, then: int, today: int, protection: str, consent: str
) -> None:
    seen = sight(
        at(ARRIVAL),
        age_known="documented",
        birth_date=date.fromisoformat(born),
        incident_at=at(assaulted),
        arrived_at=at(ARRIVAL),
    )
    assert (seen("age_at_incident"), seen("age_at_arrival")) == (then, today)
    assert (seen("now.protection"), seen("now.consent_by")) == (protection, consent)


CHILD, OF_AGE = date(2010, 1, 1), date(2000, 1, 1)
WAS_A_CHILD = date(2008, 3, 2)  # 18 today
KNOWN_AND_NOT_KNOWN = [
    # age known by, born, age said, assaulted, under age then? -> protected as
    ("documented", CHILD, None, YESTERDAY, None, "child"),
    ("documented", WAS_A_CHILD, None, YESTERDAY, None, "child"),
    ("documented", WAS_A_CHILD, None, YESTERDAY, "no", "child"),  # the date of birth counts, not what is said
    ("documented", OF_AGE, None, YESTERDAY, None, "adult"),
    ("documented", CHILD, None, None, None, "child"),
    ("documented", CHILD, None, None, "no", "child"),
    ("documented", OF_AGE, None, None, "yes", "child"),
    ("documented", OF_AGE, None, None, "unknown", "unestablished"),
    ("documented", OF_AGE, None, None, "no", "adult"),
    ("documented", OF_AGE, None, None, None, None),  # somebody still has to ask
    ("unknown", None, None, YESTERDAY, None, "unestablished"),
    ("unknown", None, None, None, None, "unestablished"),
    ("unknown", None, 30, YESTERDAY, "no", "unestablished"),
    ("unknown", OF_AGE, None, YESTERDAY, None, "unestablished"),
    ("stated", None, 0, YESTERDAY, None, "child"),
    ("stated", None, 17, YESTERDAY, None, "child"),
    ("stated", None, 18, "2026-03-02 00:00", None, "adult"),
    ("stated", None, 18, YESTERDAY, None, "unestablished"),  # yesterday may have been the day before the birthday
    ("stated", None, 19, YESTERDAY, None, "adult"),
    ("stated", None, 19, "2025-03-02 12:00", None, "adult"),  # a year to the day: 18 then, at least
    ("stated", None, 19, "2025-03-01 12:00", None, "unestablished"),
    ("stated", None, 19, "2024-03-01 12:00", None, "child"),
    ("stated", None, 17, None, None, "child"),
    ("stated", None, 18, None, "yes", "child"),
    ("stated", None, 18, None, "unknown", "unestablished"),
    ("stated", None, 18, None, "no", "adult"),
    ("stated", None, 18, None, None, None),
    (None, None, None, YESTERDAY, None, None),
    (None, None, None, None, None, None),
]


@pytest.mark.parametrize(("known", "born", "said", "assaulted", "child_then", "protection"), KNOWN_AND_NOT_KNOWN)
def test_an_age_that_nobody_can_prove_never_takes_protection_away(
    known: str | None,
    born: date | None,
    said: int | None,
    assaulted: str | None,
    child_then: str | None,
    protection: str | None,
) -> None:
    seen = sight(
        at(ARRIVAL),
        age_known=known,
        birth_date=born,
        age_stated=said,
        incident_at=at(assaulted) if assaulted else None,
        arrived_at=at(ARRIVAL),
        child_then=child_then,
    )
    assert seen("now.protection") == protection


WHO_REPORTS = [
    # known how, born, a crime is suspected -> who decides about the report
    ("documented", CHILD, "yes", "mandatory"),
    ("documented", CHILD, "unknown", "mandatory"),
    ("documented", CHILD, "no", "none"),
    ("documented", CHILD, None, "ask_first"),
    ("unknown", None, "yes", "mandatory"),
    ("unknown", None, "unknown", "mandatory"),
    ("unknown", None, "no", "none"),
    ("unknown", None, None, "ask_first"),
    ("documented", OF_AGE, "yes", "choice"),
    ("documented", OF_AGE, "unknown", "choice"),
    ("documented", OF_AGE, "no", "choice"),
    ("documented", OF_AGE, None, "choice"),
    (None, None, "yes", "ask_first"),
    (None, None, None, "ask_first"),
]


@pytest.mark.parametrize(("known", "born", "suspected", "reporting"), WHO_REPORTS)
def test_who_decides_about_the_report(
    known: str | None, born: date | None, suspected: str | None, reporting: str
) -> None:
    seen = sight(
        at(ARRIVAL),
        age_known=known,
        birth_date=born,
        incident_at=at(YESTERDAY),
        arrived_at=at(ARRIVAL),
        suspected_crime=suspected,
    )
    assert seen("now.reporting") == reporting


SAID_AGES = [
    (0, "caregiver"),
    (5, "caregiver"),
    (6, "caregiver_heard"),
    (11, "caregiver_heard"),
    (12, "both"),
    (14, "both"),
    (15, "child"),
    (17, "child"),
    (18, "adult"),
    (120, "adult"),
    (None, "both"),
]


@pytest.mark.parametrize(("said", "consent"), SAID_AGES)
def test_who_consents_when_an_age_is_only_said(said: int | None, consent: str) -> None:
    assert sight(at(ARRIVAL), age_known="stated", age_stated=said)("now.consent_by") == consent
    assert sight(at(ARRIVAL), age_known="unknown", age_stated=said)("now.consent_by") == "both"


BIRTHDAYS = [
    ("2008-03-03", datetime(2026, 3, 2, 22, 0, tzinfo=UTC)),  # midnight in Kigali is ten in the evening, UTC
    ("2008-01-01", datetime(2025, 12, 31, 22, 0, tzinfo=UTC)),
    ("2008-02-29", datetime(2026, 2, 28, 22, 0, tzinfo=UTC)),
    ("2006-02-28", datetime(2024, 2, 27, 22, 0, tzinfo=UTC)),
    ("2006-03-01", datetime(2024, 2, 29, 22, 0, tzinfo=UTC)),
]


@pytest.mark.parametrize(("born", "midnight"), BIRTHDAYS)
def test_a_child_comes_of_age_when_the_birthday_begins_where_the_centre_is(born: str, midnight: datetime) -> None:
    assert sight(at(ARRIVAL), birth_date=date.fromisoformat(born))("comes_of_age_at") == midnight


def test_nobody_comes_of_age_on_a_day_that_is_not_known() -> None:
    assert sight(at(ARRIVAL), age_known="stated", age_stated=17)("comes_of_age_at") is None
