"""The pathways that proofs are measured on, as nets, mean to their rivals what they mean to Isange."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from benchmarks.models import Model, edition
from benchmarks.nets import net_of
from benchmarks.peers import explicit
from benchmarks.peers.answering import BROKEN, KEPT, OPEN
from benchmarks.rivals import DENSE, OURS, Parted, Said, compare, isange
from engine.content import from_files
from engine.prove.net import Net
from engine.prove.proving import BUDGET, prove
from tests.oracle.brute import Brute

SMALL = Model(nodes=22, branches=2, booleans=3)
PLAIN = Model(nodes=30, branches=0, booleans=4)
WORDS = "rules/common/words.yaml"


def unreduced(files: Mapping[str, bytes]) -> dict[str, str]:
    """What the search through all states says of each duty."""
    return dict(explicit.search(net_of(files), seconds=60))


@pytest.mark.parametrize("model", [SMALL, PLAIN], ids=["two branches", "none"])
def test_what_isange_proves_no_state_breaks(model: Model) -> None:
    said: list[str] = []
    for seed in range(3):
        files = edition(model, seed)
        ours, theirs = isange(files)[0].answers, unreduced(files)
        compare(f"{model}, seed {seed}", {OURS: Said(ours, 0), "unreduced": Said(theirs, 0)})
        assert OPEN not in theirs.values()
        said += [ours[duty] for duty, holds in theirs.items() if holds == KEPT]

    assert said.count(KEPT) > 9 * said.count(OPEN)


def test_a_break_that_lies_deep_among_parallel_branches_is_found_within_the_budget() -> None:
    library = from_files(edition(Model(150, 5, 12), 1), "rwanda")
    found = prove(library, Net(library), library.duties["duty_17"])
    assert (found.proved, found.why) == (False, "")
    assert found.course is not None
    assert found.spent < BUDGET / 2


def test_a_net_says_what_brute_force_says() -> None:
    """Brute force takes every answer for one that can be corrected."""
    broken = 0
    for seed in range(2):
        files = dict(edition(SMALL, seed))
        files[WORDS] = files[WORDS].replace(b", correctable: false", b"")
        ways = Brute(files, budget=40_000).answer().ways
        broken += sum(way is not None for way in ways.values())

        assert unreduced(files) == {duty: KEPT if way is None else BROKEN for duty, way in ways.items()}
    assert 5 < broken < 35


@pytest.mark.parametrize("model", [Model(60, 8, 8), DENSE], ids=["60 nodes", "18 booleans"])
def test_larger_ones_become_nets_and_are_the_same_for_the_same_seed(model: Model) -> None:
    net = net_of(edition(model, 0))

    assert edition(model, 0) == edition(model, 0)
    assert len(net["facts"]) == model.booleans
    assert len(net["duties"]) == 20
    assert all(len(test["table"]) == 3 ** len(test["facts"]) for move in net["moves"] for test in move["then"])


def test_two_that_part_are_named() -> None:
    with pytest.raises(Parted, match=r"a pathway, one: .*Isange.*kept.*bdd.*broken"):
        compare("a pathway", {OURS: Said({"one": KEPT}, 0), "bdd": Said({"one": BROKEN}, 0)})
