"""Makes an input that fails smaller, as long as it fails in the same way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from tests.fuzz.inputs import Input, Sort
from tests.fuzz.mutate import MOST_CHANGES, mutated
from tests.fuzz.watch import Judged, Watched

TRIES = 150


def smaller(worker: Watched, seed: int, number: int, sort: Sort, given: Input, judged: Judged) -> Input:
    """The smallest input found with this fault: without changes that it does not need, then without parts."""
    tries = iter(range(TRIES))

    def still_fails(one: Input) -> bool:
        return next(tries, None) is not None and worker.judge(one).kind == judged.kind

    if not still_fails(given):
        return given  # it needs what came before it
    left_out: frozenset[int] = frozenset()
    for turn in range(MOST_CHANGES):
        fewer = mutated(seed, number, sort, left_out | {turn})
        if fewer != given and still_fails(fewer):
            given, left_out = fewer, left_out | {turn}
    pieces = 2
    while pieces <= max(2, len(given.data)) and pieces <= TRIES:
        shorter = next((one for one in _without_a_piece(given, pieces) if still_fails(one)), None)
        given, pieces = (shorter, max(2, pieces - 1)) if shorter else (given, pieces * 2)
    return given


def _without_a_piece(given: Input, pieces: int) -> Iterator[Input]:
    """The input without each of so many equal pieces."""
    step = max(1, len(given.data) // pieces)
    for start in range(0, len(given.data), step):
        yield replace(given, data=given.data[:start] + given.data[start + step :])
