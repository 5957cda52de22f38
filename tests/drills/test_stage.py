"""On a stage, time passes in order, people see what the Desk shows them, and a step can be refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from engine import clock
from engine.drills.problems import DrillFailed
from engine.drills.sentences import Sentences
from engine.drills.stage import Stage

ARRIVAL = (
    ("given", "a survivor who is 12 years old"),
    ("given", "the assault happened 5 hours ago"),
    ("when", "reception receives her with her mother"),
    ("when", "medical records that a crime is suspected"),
)


@pytest.fixture
def girl(stage: Stage, sentences: Sentences) -> Stage:
    for kind, said in ARRIVAL:
        sentences.perform(stage, kind, said)
    return stage


def test_what_becomes_due_meanwhile_happens_in_order_and_at_its_moment(girl: Stage) -> None:
    [owed] = [duty for duty in girl.file().duties if duty.rule == "minor-report"]
    start = girl.now
    girl.pass_time(timedelta(hours=70))

    noted = [row.entry for row in reversed(girl.store.trail(girl.case)) if row.entry.at > start]
    moments = {entry.kind: entry.at for entry in noted if entry.params.get("duty") == "minor-report"}
    assert owed.warn_at is not None
    assert owed.due_at is not None
    assert moments["duty.warned"] - owed.warn_at < timedelta(seconds=1)
    assert moments["duty.late"] - owed.due_at < timedelta(seconds=1)
    assert [entry.at for entry in noted] == sorted(entry.at for entry in noted)
    assert [entry for entry in noted if entry.kind == "timer.fired"] != []
    assert girl.now - start == timedelta(hours=70)
    assert all(timer.due_at > girl.now for timer in girl.file().timers)


def test_the_desk_reads_the_time_of_the_stage(girl: Stage) -> None:
    before = girl.now
    girl.pass_time(timedelta(days=2))
    assert clock.now() == before + timedelta(days=2)


def test_a_refused_step_can_be_tried_and_its_reason_checked(stage: Stage, sentences: Sentences) -> None:
    sentences.perform(stage, "when", "reception receives her")
    sentences.perform(stage, "when", 'reception tries to do "Open the file"', (("birth_date", "some summer"),))
    sentences.perform(stage, "then", 'it is refused, because "need another look"')
    with pytest.raises(DrillFailed, match="It was refused, because: Some answers"):
        sentences.perform(stage, "then", 'it is refused, because "the moon is full"')
    sentences.perform(stage, "when", 'reception tries to do "Open the file"')
    with pytest.raises(DrillFailed, match="Nothing was refused"):
        sentences.perform(stage, "then", 'it is refused, because "need another look"')


@pytest.mark.parametrize(
    ("said", "instead"),
    [
        ("no duty is open", "Open: "),
        ("the report is met", "It is owed"),
        ("the report is late", "It is owed"),
        ("the centre must report to the police within 23 hours", "It is due within 24 hours"),
        ("the coordinator sees that the report is due in 4 hours", "It is due in 24 hours"),
        ("medical sees that PEP is possible for 1 hour", "It is possible for 67 hours"),
        ("reception sees that emergency contraception is possible for 1 hour", "does not see it"),
        ("protection is adult", "It is child"),
        ("suspected crime is not known", "It is known"),
        ("the police were notified", "It was not done yet"),
        ("medical has no task", "Open now: "),
        ("medical care has not started", "It is running"),
        ("medical care has ended", "It is running"),
        ("mandatory report was cancelled", "It is running"),
        ("adult report is running", "It has not started"),
        ("the case is closed", "It is open"),
        ("rights and services were explained before the survivor chose", None),
        ("the survivor chose before rights and services were explained", "It was done after that"),
        ("it never happened that the survivor chose", "It was done"),
    ],
)
def test_each_check_can_fail_and_says_what_is_so(
    girl: Stage, sentences: Sentences, said: str, instead: str | None
) -> None:
    if instead is None:
        sentences.perform(girl, "then", said)
        return
    with pytest.raises(DrillFailed) as caught:
        sentences.perform(girl, "then", said)
    assert instead in str(caught.value)


def test_a_duty_that_is_only_noted_does_not_count_as_a_reason_to_stay_open(girl: Stage, sentences: Sentences) -> None:
    only_noted = replace(girl.library.duties["minor-report"], severity="record")
    girl.library = replace(girl.library, duties={**girl.library.duties, "minor-report": only_noted})
    with pytest.raises(DrillFailed, match="does not keep the case open"):
        sentences.perform(girl, "then", 'the case cannot be closed, because "The report is still owed"')


def test_answers_may_be_given_in_a_table_and_corrected_later(stage: Stage, sentences: Sentences) -> None:
    told = (("who came along", "A parent or guardian"), ("incident_at", "3 hours ago"))
    titles = {rule.title["en"].casefold(): rule for rule in stage.library.facts.values()}
    assert titles["who came along"].id == "accompanied_by"
    sentences.perform(stage, "given", "these answers", (("who came along", "parent or guardian"), told[1]))
    sentences.perform(stage, "when", "reception receives her")
    sentences.perform(stage, "then", "accompanied by is parent")
    sentences.perform(stage, "when", 'reception corrects who came along to "Nobody"')
    sentences.perform(stage, "then", "who came along is alone")
    with pytest.raises(DrillFailed, match="computed"):
        sentences.perform(stage, "when", "reception corrects age at arrival to 12")
    with pytest.raises(DrillFailed, match="nothing was recorded"):
        sentences.perform(stage, "when", "reception corrects date of birth to 2000-01-01")


def test_a_drill_follows_one_case(girl: Stage, sentences: Sentences) -> None:
    with pytest.raises(DrillFailed, match="one case"):
        sentences.perform(girl, "when", "reception receives her")


def test_nothing_can_be_checked_before_anyone_arrived(stage: Stage, sentences: Sentences) -> None:
    with pytest.raises(DrillFailed, match="Nobody has received"):
        sentences.perform(stage, "then", "no duty is open")
