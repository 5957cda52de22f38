"""What brute force breaks is broken by a case in the real engine, and what holds for every case never is."""

from __future__ import annotations

from collections.abc import Iterator

from engine.drills.vocabulary import plain_vocabulary
from engine.library import Library
from engine.prove.net import Net
from engine.prove.proving import prove
from engine.witness.finding import find
from tests.oracle.amounts import WITNESSED
from tests.oracle.brute import Brute, TooMany
from tests.oracle.compare import told
from tests.oracle.generate import pathways

STATES = 20_000
OUT_OF_TIME = {(10, "duty_2")}
"""Broken only when a timer of 50 hours fires before one of 24 that takes its step away: brute force lets timers fire
in any order, the engine does not."""


def broken(library: Library) -> Iterator[tuple[str, bool]]:
    """(duty, whether a case breaks it in the engine) for each duty to which the prover gives a course."""
    net = Net(library)
    for id_ in library.duties:
        duty = library.duties[id_]
        course = prove(library, net, duty).course
        if course is not None:
            found = find(library, net, plain_vocabulary(library), duty, course)
            yield id_, found.witness is not None


def test_every_duty_that_brute_force_breaks_has_a_witness_and_none_that_holds() -> None:
    shown, missed, invented = 0, [], []
    for seed, files, library in pathways(WITNESSED):
        try:
            answer = Brute(files, STATES, after_closing=True).answer()
        except TooMany:
            continue
        if answer.unsound:
            continue
        for id_, found in broken(library):
            way = answer.ways[id_]
            shown += found
            if way is not None and not found and (seed, id_) not in OUT_OF_TIME:
                missed.append(f"seed {seed}, {id_}: {told(way)}")
            if way is None and found:
                invented.append(f"seed {seed}, {id_}")

    assert (missed, invented) == ([], [])
    assert shown > len(WITNESSED)
