"""Every duty of the shipped content that blocks is proved, but for those that stand here with their reason."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.proofs import in_the_way, making, proved, read_record
from engine.prove.net import Net
from engine.prove.proving import BUDGET, prove
from tests.walk import ROOT, shipped, vocabulary

UNPROVED = {
    "agreed-channel-only": "what happened otherwise must be recorded: who records it is refused, and goes past it",
}
PROGRESS_SHOWN = {
    "consent-renewed", "crisis-answered", "evidence-sealed", "follow-up-planned", "help-sent", "home-with-a-plan",
    "lost-child-seen", "suicide-answered",
}  # fmt: skip
"""Duties of which it is shown, too, that wherever they are owed people can still do what they demand."""
LIBRARY = shipped()
BLOCKING = sorted(duty.id for duty in LIBRARY.duties.values() if duty.severity == "block")
RECORD = read_record((ROOT / "docs" / "proofs" / f"{LIBRARY.jurisdiction}.json").read_bytes())


def test_the_record_that_is_shipped_is_of_this_content_and_this_prover(monkeypatch: pytest.MonkeyPatch) -> None:
    """`make proofs` writes it anew."""

    def judge(*_: object) -> None:
        raise AssertionError("The shipped proof record is out of date: `make proofs` writes it anew")

    monkeypatch.setattr(making, "judge", judge)
    unsigned = {id_: replace(proof, accepted="", accepted_by="") for id_, proof in RECORD.proofs.items()}
    assert proved(LIBRARY, vocabulary(), [RECORD]) == replace(RECORD, proofs=unsigned)


@pytest.mark.parametrize("duty", [duty for duty in BLOCKING if duty not in UNPROVED])
def test_a_duty_that_blocks_is_proved(duty: str) -> None:
    """Once more, looking as finely as the record says."""
    recorded = RECORD.proofs[duty]
    found = prove(LIBRARY, Net(LIBRARY), LIBRARY.duties[duty], hint=recorded.looked, progress=BUDGET)
    assert (found.proved, found.never_arises, found.looked) == (True, False, recorded.looked)
    assert recorded.verdict.status == "proved"
    assert (recorded.verdict.progress == "shown") == found.surely_done == (duty in PROGRESS_SHOWN)


def test_the_duties_that_are_not_proved_are_known_and_signed_for() -> None:
    unproved = {id_ for id_, proof in RECORD.proofs.items() if proof.verdict.status != "proved"}
    assert unproved & set(BLOCKING) == set(UNPROVED)
    assert {id_ for id_, proof in RECORD.proofs.items() if proof.accepted} == set(UNPROVED)
    assert in_the_way(RECORD) == ()
