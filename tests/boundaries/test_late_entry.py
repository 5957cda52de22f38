"""What was done on paper and entered later counts at its real time: live and late entry give the same verdicts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from engine.drills.opening import open_stage
from engine.drills.stage import Stage
from engine.drills.vocabulary import read_vocabulary
from engine.drills.work import reach
from tests.boundaries.situations import LIBRARY, hours
from tests.house.source import ROOT

FEATURES = ROOT / "features" / "vocabulary.yaml"
ARRIVED = {"life_threat": "no", "able_to_express": "yes", "wants_medical": "yes"}
ACCEPTED = {"exposure": "yes", "pep_answer": "accepted"}


@pytest.fixture
def stage() -> Iterator[Stage]:
    with open_stage(LIBRARY, read_vocabulary(FEATURES.name, FEATURES.read_bytes(), LIBRARY)) as opened:
        yield opened


def arrive(stage: Stage, assaulted: datetime, arrived: datetime) -> str:
    """Medical is the first door; the arrival is entered now, whenever it was. The name of medical's first task."""
    answers = ARRIVED | {"incident_at": assaulted.isoformat(), "happened_at": arrived.isoformat()}
    outcome = stage.desk.open_case(stage.person("medical"), stage.vocabulary.centre.id, "medical", answers)
    stage.case_id = outcome.case_id
    return stage.name(stage.tasks("medical")[0])


OFFER, JUDGE, CONTRACEPTION = (
    "Offer PEP against HIV",
    "Decide whether PEP may still help",
    "Offer emergency contraception",
)
ENTRIES = [
    # assault to arrival, arrival to entry -> the first task of medical
    ("71:59", "0:00", OFFER),
    ("72:00", "0:00", OFFER),
    ("72:00:01", "0:00", CONTRACEPTION),
    ("72:01", "0:00", CONTRACEPTION),
    ("52:00", "20:00", OFFER),
    ("71:59", "20:00", JUDGE),
    ("72:00", "20:00", JUDGE),
    ("72:00:01", "20:00", CONTRACEPTION),
    ("119:59", "0:00", CONTRACEPTION),
    ("120:00", "0:00", CONTRACEPTION),
]


@pytest.mark.parametrize(("before", "entered", "first"), ENTRIES)
def test_what_was_in_time_on_arrival_is_never_closed_by_a_late_entry(
    stage: Stage, before: str, entered: str, first: str
) -> None:
    arrived = stage.now - hours(entered)
    assert arrive(stage, arrived - hours(before), arrived) == first


def test_a_dose_given_in_time_and_entered_a_day_later_is_in_time(stage: Stage) -> None:
    arrived = stage.now - timedelta(hours=20)
    assert arrive(stage, arrived - timedelta(hours=71), arrived) == JUDGE

    given = arrived + timedelta(minutes=30)
    task = stage.tasks("medical")[0]
    entered = ACCEPTED | {"happened_at": given.isoformat(), "pep_first_dose_at": given.isoformat()}
    stage.desk.complete_task(stage.person("medical"), task.id, task.version, entered)

    file = stage.store.read_file(stage.case)
    assert file is not None
    assert file.acts[("pep.offered", "case")] == given
    [offer] = [duty for duty in file.duties if duty.rule == "pep-offered"]
    assert offer.status == "met"
    assert "pep-late-explained" not in [duty.rule for duty in file.duties if duty.open]


@pytest.mark.parametrize(
    ("said", "first"),
    [
        ("not_yet", "Record whether the survivor came"),
        ("no", "Say how to come back"),
        ("yes", "Explain rights and services"),
    ],
)
def test_a_paper_of_before_never_ends_the_waiting_for_a_caller_who_is_expected(
    stage: Stage, said: str, first: str
) -> None:
    stage.tell({"call_agreement": "no", "able_to_express": "yes", "suspected_crime": "no"})
    stage.arrive("hotline", "reception")
    stage.pass_time(hours("12:01"))
    stage.complete(reach(stage, "reception", "Say whether to go on waiting"), {"survivor_arrived": "not_yet"})
    paper = stage.now - hours("1:00")
    if (known := stage.fact("survivor_arrived")) is not None and known.value != said:
        stage.correct("reception", known, said, "Somebody looked again")

    task = stage.tasks("reception")[0]
    late = {"survivor_arrived": "no", "suspected_crime": "no", "happened_at": paper.isoformat()}
    stage.desk.complete_task(stage.person("reception"), task.id, task.version, late)

    file = stage.store.read_file(stage.case)
    assert file is not None
    assert [stage.name(task) for task in file.tasks] == [first]
