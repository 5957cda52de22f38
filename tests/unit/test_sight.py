"""What expressions see: ages to the day, clocks to the second, the value that was in force, what is not known."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from engine import expressions
from engine.content import from_files
from engine.model import CASE_SCOPE, Case, Fact, Value
from engine.rules import tables
from engine.rules.sight import Sight
from engine.rules.state import State
from tests.unit.content_samples import COMMON, LAW, changed, sample_files

LIBRARY = from_files(sample_files(), "rwanda")
NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
ZONE = "Africa/Kigali"


def state(**facts: Value) -> State:
    case = Case("c", "ABC-DEF", "k", "k", LIBRARY.digest, "reception", NOW)
    kept = {
        (name, CASE_SCOPE): Fact(name, CASE_SCOPE, value, NOW, NOW, "p", "form:choice") for name, value in facts.items()
    }
    return State(case, frozenset({"case_main"}), kept, {}, {}, {}, {}, {}, {}, {})


def sight(now: datetime = NOW, **facts: Value) -> Sight:
    return Sight(LIBRARY, state(**facts), now, ZONE)


def test_age_is_counted_in_completed_years_on_the_day_of_the_incident_in_the_zone_of_the_centre() -> None:
    born = date(2008, 11, 23)
    just_before_midnight_in_kigali = datetime(2026, 11, 22, 21, 59, tzinfo=UTC)
    assert sight(birth_date=born, incident_at=just_before_midnight_in_kigali)("age_at_incident") == 17
    just_after = just_before_midnight_in_kigali + timedelta(minutes=2)
    assert sight(birth_date=born, incident_at=just_after)("age_at_incident") == 18


def test_the_age_stated_stands_in_while_no_birth_date_is_known() -> None:
    assert sight(age_stated=16)("age_at_incident") == 16
    assert sight(age_stated=16, birth_date=date(2000, 1, 1))("age_at_incident") is None


@pytest.mark.parametrize(
    ("age", "outcome"), [(17, "child"), (18, "adult"), (None, None)], ids=["below", "of age", "not known"]
)
def test_a_table_answers_now_what_it_would_decide(age: int | None, outcome: str | None) -> None:
    facts: dict[str, Any] = {} if age is None else {"age_stated": age}
    assert sight(**facts)("now.protection") == outcome


def test_a_table_that_does_not_give_exactly_one_answer_is_an_error_and_no_guess() -> None:
    overlapping = from_files(changed(LAW, '">= majority_age"', '">= 0"'), "rwanda")
    looked = Sight(overlapping, state(age_stated=17), NOW, ZONE)
    with pytest.raises(tables.TableError):
        tables.decide(overlapping.tables["protection"], looked)


@pytest.mark.parametrize(
    ("hours", "open_"),
    [(0, "open"), (23.9, "open"), (24, "open"), (24 + 1 / 3600, "closed")],
)
def test_a_window_is_open_up_to_its_last_moment(hours: float, open_: str) -> None:
    assert sight(incident_at=NOW - timedelta(hours=hours))("clock.pep") == open_


def test_a_window_without_a_time_is_neither_open_nor_closed() -> None:
    assert sight()("clock.pep") == "unknown"


def test_the_law_of_the_day_of_the_incident_counts() -> None:
    law = 'value: 18, cite: "Law 71/2018, art. 6", status: unverified}'
    later = law + '\n  - {from: 2026-06-01, value: 21, cite: "A later law", status: unverified}'
    library = from_files(changed(LAW, law, later), "rwanda")
    before = Sight(library, state(incident_at=datetime(2026, 5, 31, 12, tzinfo=UTC)), NOW, ZONE)
    after = Sight(library, state(incident_at=datetime(2026, 6, 1, 12, tzinfo=UTC)), NOW, ZONE)
    assert (before("majority_age"), after("majority_age")) == (18, 21)


def test_the_facts_of_a_visit_are_read_before_those_of_the_case() -> None:
    ground = state(wants_medical="yes")
    own = replace(ground.facts[("wants_medical", CASE_SCOPE)], scope="visit:a", value="later")
    ground.facts[own.key] = own
    assert Sight(LIBRARY, ground, NOW, ZONE, "visit:a")("wants_medical") == "later"
    assert Sight(LIBRARY, ground, NOW, ZONE, "visit:b")("wants_medical") == "yes"


def test_hours_since_are_exact_and_a_name_that_cannot_exist_is_an_error() -> None:
    assert sight(incident_at=NOW - timedelta(hours=71, minutes=30))("hours_since") == 71.5
    with pytest.raises(KeyError):
        sight()("hours_sinse")


def test_a_condition_over_what_is_not_known_is_not_known() -> None:
    looked = sight()
    assert looked.holds(expressions.parse("age_at_incident < majority_age")) is None
    assert looked.holds(expressions.parse("age_at_incident is unset")) is True
    assert looked.holds(expressions.parse("act.police.notified")) is False


@pytest.mark.parametrize(
    ("then", "least", "most"),
    [
        ("2026-11-23", 18, 18),
        ("2026-11-22", 17, 18),
        ("2025-11-24", 17, 18),
        ("2025-11-23", 17, 17),
        ("2024-12-23", 16, 17),
    ],
)
def test_an_age_that_was_told_says_how_old_one_can_have_been_before(then: str, least: int, most: int) -> None:
    bounds = "".join(
        f"- {{id: {kind}, title: {{en: A, fr: A, rw: A}}, kind: {kind}, from: age_stated, told: told_at, to: then_at, group: profile}}\n"  # noqa: E501
        for kind in ("least_age", "most_age")
    )
    moments = "".join(
        f"- {{id: {id}, title: {{en: M, fr: M, rw: M}}, type: datetime, group: profile}}\n"
        for id in ("told_at", "then_at")
    )
    files = changed(COMMON, "derived:\n", f"derived:\n{bounds}")
    files[COMMON] = files[COMMON].decode().replace("facts:\n", f"facts:\n{moments}", 1).encode()
    library = from_files(files, "rwanda")
    at = datetime.fromisoformat(f"{then}T09:00:00+02:00")
    looked = Sight(library, state(age_stated=18, told_at=NOW, then_at=at), NOW, ZONE)
    assert (looked("least_age"), looked("most_age")) == (least, most)
