"""Two ways out of an exclusive gateway must never be open together: else the drawing's order would decide."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from engine.checks.analysis.guards import splits
from engine.checks.report import Finding, describe, finding
from engine.library import Library

CODE = "guards-disjoint"


def check(library: Library) -> Iterator[Finding]:
    for split in splits(library):
        if split.situations is None:
            continue  # guards-complete says so
        for (first, one), (second, other) in combinations(split.guarded, 2):
            both = split.situations.true(one) & split.situations.true(other)
            if both:
                witness = split.situations.witness(both, one, other)
                message = (
                    f"Two ways out of {split.gateway.id} are open when {describe(witness)}: {first.id} and "
                    f"{second.id}. Narrow one of the guards"
                )
                elements = (split.gateway.id, first.id, second.id)
                yield finding(CODE, "error", message, split.gateway.where, elements=elements, witness=witness)
