"""The prover never proves what brute force can break, and proves nearly all that holds."""

from __future__ import annotations

from collections import Counter

from engine.library import Library
from engine.prove import verdicts
from tests.oracle.amounts import PROVED
from tests.oracle.compare import disagreements

SEEDS = (*PROVED, 332)
"""In the last a step elsewhere asks first for a value that the duty does not tell from others."""


def proved(library: Library, duty: str) -> str:
    (verdict,) = verdicts(library, duties=(duty,))
    return "shown" if verdict.progress == "shown" else verdict.word


def test_what_the_prover_proves_no_concrete_case_breaks() -> None:
    counts: Counter[str] = Counter()
    assert list(disagreements(SEEDS, proved, counts=counts)) == []
    assert counts["pathways compared"] >= len(SEEDS) // 2
    holds = {said: counts[f"oracle holds, prover {said}"] for said in ("proved", "unproved")}
    shown = counts["oracle holds, prover shown"]
    assert shown + holds["proved"] > 9 * holds["unproved"]
    assert shown > len(SEEDS) // 6
    idle = {said: counts[f"oracle is never about anything, prover {said}"] for said in ("vacuous", "proved")}
    assert idle["vacuous"] > 5 * idle["proved"]
    assert counts["oracle broken, prover unproved"] > len(SEEDS) // 2
