"""A duty was broken when its monitor says so, or when a step went past the limit of what is owed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from engine.content import from_files
from engine.drills.broken import broke, refused_for
from engine.entries import Entry
from engine.library import DutyRule
from engine.model import Refusal
from tests.unit.content_samples import sample_files

NOW = datetime(2026, 3, 2, tzinfo=UTC)
RULE = from_files(sample_files(), "rwanda").duties["minor-report"]
ANSWER = replace(RULE, after="case.received")
"""The police are to be told after the case was received, and before it ends."""


def told(*words: str) -> list[Entry]:
    """`act step` for an act that a step did, `opened` and so on for the duty."""
    entries = []
    for word in words:
        act, _, step = word.partition(" ")
        params = {"act": act, "element": step} if step else {"duty": RULE.id}
        entries.append(Entry("act.done" if step else f"duty.{act}", NOW, "ana", "kigali", "1", params))
    return entries


@pytest.mark.parametrize(
    ("rule", "words", "broken"),
    [
        (RULE, ("opened", "broken"), True),
        (RULE, ("opened", "case.end close"), False),
        (ANSWER, ("case.received door", "opened", "case.end close"), True),
        (ANSWER, ("case.received door", "opened", "police.notified tell", "met", "case.end close"), False),
        (ANSWER, ("case.end close", "police.notified close", "met"), False),
        (ANSWER, ("opened", "case.end close", "police.notified close", "met"), False),
        (ANSWER, ("opened", "case.end close", "police.notified tell", "met"), True),
        (ANSWER, ("case.end close", "case.received close", "opened"), True),
    ],
)
def test_a_duty_is_broken_when_its_limit_is_passed_while_it_is_owed(
    rule: DutyRule, words: tuple[str, ...], broken: bool
) -> None:
    assert broke(rule, told(*words)) is broken


def test_a_case_that_may_not_end_yet_breaks_only_what_was_due_before_its_end() -> None:
    refusal = Refusal("duty_blocks", "-", duties=(RULE.id,))
    assert refused_for(RULE, refusal, {"case.end"})
    assert not refused_for(replace(RULE, before="case.received"), refusal, {"case.end"})
    assert not refused_for(RULE, replace_duties(refusal), {"case.end"})


def replace_duties(refusal: Refusal) -> Refusal:
    """The same refusal because of another duty."""
    return Refusal(refusal.code, refusal.message, duties=("another",))
