"""The generator of `make fuzz`: a seed gives its inputs again, the watch notices, what fails is made small."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

import pytest
from lxml import etree

from tests.fuzz.__main__ import TURNS, keep
from tests.fuzz.inputs import SORTS, Input, shipped_files
from tests.fuzz.mutate import copy_element, mutated
from tests.fuzz.smaller import smaller
from tests.fuzz.watch import Judged, Watched

SEED = 2026
INPUTS = 60


@pytest.mark.parametrize("number", range(0, INPUTS, len(TURNS)))
def test_random_inputs_are_accepted_or_refused_as_they_should_be(number: int, worker: Watched) -> None:
    for turn, sort in enumerate(TURNS):
        given = mutated(SEED, number + turn, sort)
        assert worker.judge(given).fault == "", f"input {number + turn} of seed {SEED}: {given.place}"


def test_a_seed_gives_the_same_inputs_again_and_another_one_others() -> None:
    first, again, other = ([mutated(seed, number, "yaml") for number in range(20)] for seed in (1, 1, 2))

    assert first == again
    assert first != other
    assert all(any(mutated(3, number, sort).data for number in range(5)) for sort in SORTS)


def test_an_element_that_is_copied_into_itself_does_not_double_each_time() -> None:
    class Chance(Random):
        """Takes the first, and copies five times."""

        def choice(self, several: Sequence[Any]) -> Any:
            return 5 if several[-1] == 300 else several[0]

    root = etree.fromstring("<x><y/></x>")

    copy_element([root[0]], Chance())

    assert len(list(root.iter("y"))) == 1 + 5


@pytest.mark.parametrize(
    ("trap", "noticed"),
    [
        ("computes without end", "Hang: it still computes"),
        ("reaches into the network", "Reached: socket.connect"),
        ("asks for a name", "Reached: socket.getaddrinfo"),
        ("takes all memory", "MemoryError"),
        ("breaks", "KeyError"),
    ],
)
def test_the_watch_notices_what_an_input_must_never_do(trap: str, noticed: str, worker: Watched) -> None:
    assert worker.judge(Input("trap", trap, b"")).fault.startswith(noticed)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Fault: The message speaks of '__a__': x", "Fault: The message speaks of 'str': y", True),
        ("Fault: What was typed into 'a' is gone", "Fault: What was typed into 'b' is gone", True),
        ("Fault: The message speaks of 'str': x", "Fault: The message is too long to be read (901): x", False),
        ("Fault: The message speaks of 'str': x", "Fault: The message is empty", False),
        ("Fault: 404 has no page, but 'a': x", "Fault: 500: x", False),
        ("KeyError: 'a'", "KeyError: 'b'", True),
    ],
)
def test_one_fault_of_a_place_does_not_hide_another(one: str, other: str, same: bool) -> None:
    assert (Judged(fault=f"{one}\nhere").kind == Judged(fault=f"{other}\nhere").kind) is same
    assert Judged(fault=f"{one}\nhere").kind != Judged(fault=f"{one}\nthere").kind


def test_what_fails_is_made_small_and_can_be_judged_again(tmp_path: Path) -> None:
    class Breaks(Watched):
        """Stands in for a program that cannot read one word."""

        def __init__(self) -> None:
            """Starts nothing."""

        def judge(self, given: Input) -> Judged:
            return Judged(fault="KeyError: 'x'\nhere") if b"minor-report" in given.data else Judged("accepted")

    path = "rules/rwanda/law.yaml"
    given = Input("yaml", path, shipped_files("yaml")[path])
    worker = Breaks()

    small = smaller(worker, SEED, 0, "yaml", given, worker.judge(given))
    keep(small, tmp_path / "kept.json")

    assert small.data.count(b"\n") < 3
    assert b"minor-report" in small.data
    assert (tmp_path / "kept.input").read_bytes() == small.data
    assert Input.from_json((tmp_path / "kept.json").read_text()) == small
