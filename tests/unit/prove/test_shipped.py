"""Every duty of the shipped content that blocks is proved, but for those that stand here with their reason."""

from __future__ import annotations

import pytest

from engine.prove import verdicts
from engine.prove.proving import BUDGET
from tests.walk import shipped

UNPROVED = {
    "agreed-channel-only": "compares two answers of one form",
    "lost-child-seen": "is about visits, of which several go on at the same time",
}
PROGRESS_SHOWN = {"consent-renewed", "evidence-sealed", "follow-up-planned", "safe-room-left-safely"}
"""Duties of which it is shown, too, that wherever they are owed people can still do what they demand."""
LIBRARY = shipped()
BLOCKING = sorted(duty.id for duty in LIBRARY.duties.values() if duty.severity == "block")


@pytest.mark.parametrize("duty", [duty for duty in BLOCKING if duty not in UNPROVED])
def test_a_duty_that_blocks_is_proved(duty: str) -> None:
    (said,) = verdicts(LIBRARY, BUDGET, (duty,))
    assert (said.status, said.vacuous) == ("proved", False), said.because
    assert (said.progress == "shown") == (duty in PROGRESS_SHOWN), said.because


def test_the_duties_that_are_not_proved_are_known() -> None:
    assert set(UNPROVED) <= set(BLOCKING)
