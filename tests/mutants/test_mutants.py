"""What watches over the content notices what it should, and raises no alarm where nothing is wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

import pytest

from engine.content import ContentError
from engine.library import Library
from tests.mutants.edit import Edit
from tests.mutants.edits import edits
from tests.mutants.legal import legal
from tests.mutants.noticing import FEATURES, Watch
from tests.mutants.report import PAPER, reasons
from tests.oracle import generate
from tests.oracle.compare import differences
from tests.oracle.test_prover_agrees import proved
from tests.walk import shipped

RECORDED = {
    "name_allowed has no default": "refused",
    "take_report stands in lane_adult_report_reception": "drill",
    "the step review_and_close is dropped": "check",
    "ask_evidence_consent no longer does evidence.asked": "check",
    "the flow flow_start_watch_to_watch_again leads to majority_reached instead of watch_again": "check",
    "consent_open is a parallelGateway": "check",
    "row 2 of the table pep_way is dropped": "check",
    "nothing starts suspicion_review by this rule": "check",
    "of child-told-before-report (cannot_understand) `told_child == 'not_possible'` becomes "
    "`told_child == 'yes'`": "duty",
    "the step prevent_infections is dropped": "unproved",
    "the step keep_safe_now is dropped": "drill",
    "say_goodbye no longer does return.explained[told_return == 'yes']": "nobody",
}
"""What an edit did, and who notices it; that nobody does is so with all drills, too (docs/mutants.md)."""
PLAYED = ("d02_adult_chooses_the_police_first", "e13_in_danger_from_herself")
"""The drills that are played for these."""
SEEDS = range(6)
EVERY = 3
"""Of the edits of a random pathway, each so-manyth."""
STATES = 1500


@pytest.fixture(scope="module")
def watch() -> Watch:
    return Watch(drills=tuple(FEATURES / f"{name}.feature" for name in PLAYED))


@pytest.fixture(scope="module")
def quiet() -> Watch:
    """Without drills, which name steps by their words."""
    return Watch(drills=())


@pytest.fixture(scope="module")
def known() -> dict[str, Edit]:
    return {edit.did: edit for edit in edits(shipped())}


@pytest.mark.parametrize("did", RECORDED)
def test_who_notices_is_as_it_was_recorded(watch: Watch, known: dict[str, Edit], did: str) -> None:
    noticed = watch.noticed(known[did])

    assert (noticed.who, noticed.said) == (RECORDED[did], noticed.said)


@pytest.mark.parametrize("edit", tuple(legal()), ids=lambda edit: edit.did)
def test_what_changes_nothing_raises_no_alarm(quiet: Watch, edit: Edit) -> None:
    noticed = quiet.noticed(edit)

    assert (noticed.who, noticed.said) == ("nobody", "")
    assert edit.data != shipped().files[edit.path]


def test_each_reason_is_of_a_step_that_the_paper_lists_and_stands_there() -> None:
    paper = PAPER.read_text(encoding="utf-8")

    assert reasons()
    for step, reason in reasons().items():
        assert any(line.startswith(f"| `{step}`") and line.endswith(f"| {reason} |") for line in paper.splitlines())


def mutants(counts: Counter[str]) -> Iterator[tuple[str, Mapping[str, bytes], Library]]:
    """Random pathways with one change of a diagram that no check refuses."""
    for seed, files, library in generate.pathways(SEEDS):
        drawn = [edit for edit in edits(library) if edit.path.endswith(".bpmn")]
        for edit in drawn[seed % EVERY :: EVERY]:
            try:
                changed = generate.read(edit.of(files), most=2 * generate.ROOM)
            except ContentError:
                continue
            if changed is not None:
                counts[edit.kind] += 1
                yield f"seed {seed}, {edit.what}", changed.files, changed


def test_of_changed_random_pathways_the_prover_says_what_brute_force_says() -> None:
    kinds: Counter[str] = Counter()
    counts: Counter[str] = Counter()

    assert list(differences(mutants(kinds), proved, STATES, counts)) == []
    assert counts["pathways compared"] > 15
    assert {"step", "act", "flow", "comparison"} <= kinds.keys()
