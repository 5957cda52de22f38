"""Every duty of the shipped content that blocks is proved, but for those that stand here with their reason."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.model import Value
from engine.proofs import in_the_way, making, proved, read_record
from engine.proofs.memory import Memory
from engine.prove.focus import can_follow, focus, inputs_of
from engine.prove.net import Net
from engine.prove.proving import BUDGET, prove
from engine.prove.standing import beginning
from engine.prove.writing import Writing
from tests.unit.checks.edition import shipped_with
from tests.walk import ROOT, shipped, vocabulary

UNPROVED = {
    "agreed-channel-only": "what happened otherwise must be recorded: who records it is refused, and goes past it",
}
PROGRESS_SHOWN = {
    "crisis-answered", "danger-answered", "evidence-sealed", "follow-up-planned", "help-sent",
    "home-with-a-plan", "lost-child-seen", "safety-decided", "suicide-answered",
    "suicide-at-visit-answered",
}  # fmt: skip
"""Duties of which it is shown, too, that wherever they are owed people can still do what they demand."""
WARNINGS_PROVED = {
    "adult-offered-choice", "evidence-asked", "handover-confirmed", "hbv-offered", "medical-offered",
    "report-acknowledged", "tetanus-offered",
}  # fmt: skip
"""Of the duties that only warn, those that are proved when there is time to look."""
CLOSURE = "pathways/bpmn/closure.bpmn"
PARAMETERS = "rules/rwanda/parameters.yaml"
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


def test_one_that_would_need_a_look_too_large_is_not_looked_at_again_because_a_step_is_called_otherwise() -> None:
    """Its course is told by ids, and it hangs on no more than what there was room for."""
    (duty,) = UNPROVED
    renamed = shipped_with(CLOSURE, 'name="Say how to come back"', 'name="Say goodbye"')
    keys = {
        Memory(library, Net(library), "", ()).key(library.duties[duty], "unproved", RECORD.proofs[duty].looked)
        for library in (LIBRARY, renamed)
    }
    assert keys == {RECORD.proofs[duty].key}


def test_the_duties_that_warn_and_are_proved_are_known() -> None:
    proved_ = {id_ for id_, proof in RECORD.proofs.items() if proof.verdict.status == "proved"}
    assert proved_ - set(BLOCKING) == WARNINGS_PROVED


def test_what_a_table_says_at_any_moment_follows_from_what_it_looks_at() -> None:
    """Too late stays too late, however much time passes, until another time of the incident is learnt; though neither
    the moments nor the clock are followed, and though the table always says something."""
    looked = focus(LIBRARY, Net(LIBRARY), LIBRARY.duties["pep-offered"], ())
    assert inputs_of(LIBRARY, "now.pep_way").isdisjoint(looked.names)
    writing, control, values = Writing(LIBRARY, looked), beginning(0), looked.valuations.space.classes["now.pep_way"]
    assert None not in values

    def after(form: str | None, value: str) -> set[Value | None]:
        here = looked.valuations.where("now.pep_way", value) & writing.possible()
        told = LIBRARY.forms[form] if form is not None else None
        then = writing.pass_time(here, control) if told is None else writing.accept(here, told, control)
        return {one for index, one in enumerate(values) if then & looked.valuations.column("now.pep_way", index)}

    assert after(None, "late") == after("offer_pep", "late") == {"late"}
    assert "late" in after(None, "judge")
    assert "judge" in after("incident_time", "late")


def test_a_clock_that_may_open_again_is_left_open() -> None:
    """A longer window comes into force on some day: what was too late may be possible again."""
    now, old = (
        "values: [{from: 1900-01-01, value: 72, cite",
        "[{from: 1900-01-01, value: 48, cite: Old, status: unverified}",
    )
    changed = shipped_with(PARAMETERS, now, f"values: {old}, {{from: 2020-01-01, value: 72, cite")
    assert [dated.value for dated in changed.parameters["pep_window_hours"].values] == [48, 72]
    assert can_follow(LIBRARY, "clock.pep")
    assert not can_follow(changed, "clock.pep")
