"""An exclusive gateway must always have a way out: a guard that is true, or a default."""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.analysis.guards import splits
from engine.checks.analysis.space import LIMIT
from engine.checks.report import Finding, describe, finding
from engine.library import Library

CODE = "guards-complete"


def check(library: Library) -> Iterator[Finding]:
    for split in splits(library):
        gateway, situations = split.gateway, split.situations
        if situations is None:
            message = (
                f"The guards of {gateway.id} were not checked: they tell more than {LIMIT} situations apart. Decide "
                "in a table first and branch on its output"
            )
            yield finding(CODE, "error", message, gateway.where)
            continue
        if split.has_default:
            continue
        closed = situations.possible
        for _, guard in split.guarded:
            closed &= ~(situations.true(guard) | situations.unknown(guard))
        if closed:
            witness = situations.witness(closed, *(guard for _, guard in split.guarded))
            message = (
                f"No way out of {gateway.id} is open when {describe(witness)}. Mark one of its flows as the default, "
                "or widen a guard"
            )
            yield finding(CODE, "error", message, gateway.where, witness=witness)
