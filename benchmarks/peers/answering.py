"""How a peer that proves is asked: a net (benchmarks/nets.py) comes in, one line a duty goes out.

A duty may take four times its share of the time that is left for all: what one does not need, the others get. The last
line says how long all took, reading apart, and the memory of the process."""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

Net = dict[str, Any]
KEPT, BROKEN, OPEN = "kept", "broken", "open"
GONE = -1
"""The mark of a duty that is broken."""


SHARES = 4
"""Shares of the time left that one duty may take."""


class TooLong(Exception):
    """The time is over."""


class Deadline:
    """A moment after which a search ends."""

    def __init__(self, seconds: float) -> None:
        self.at = time.perf_counter() + seconds

    def left(self) -> float:
        """Seconds; raises TooLong when there are none."""
        left = self.at - time.perf_counter()
        if left <= 0:
            raise TooLong
        return left


Holds = Callable[[dict[str, Any], Deadline], bool]


def one_by_one(duties: list[dict[str, Any]], seconds: float, holds: Holds) -> Iterator[tuple[str, str]]:
    """What is said of each duty; what ends in TooLong stays open."""
    whole = time.perf_counter() + seconds
    for number, duty in enumerate(duties):
        left = whole - time.perf_counter()
        try:
            yield (
                duty["id"],
                KEPT if holds(duty, Deadline(min(left, SHARES * left / (len(duties) - number)))) else BROKEN,
            )
        except TooLong:
            yield duty["id"], OPEN


def answer(search: Callable[[Net, float], Iterator[tuple[str, str]]]) -> None:
    """Reads the net, and prints what the search says as it is said. `SECONDS` is what all may take together."""
    net, seconds = json.load(sys.stdin), float(sys.argv[1])
    began = time.perf_counter()
    for duty, said in search(net, seconds):
        print(json.dumps({"duty": duty, "said": said}), flush=True)
    took = time.perf_counter() - began
    print(json.dumps({"seconds": took, "memory": most_memory()}))


def most_memory() -> float:
    """MB that the process had at most; what the one that started it had, which Linux counts to it, is not asked."""
    status = Path("/proc/self/status")
    if status.exists():
        (most,) = (line.split()[1] for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(most) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def table_at(test: dict[str, Any], data: tuple[int, ...]) -> Any:
    """What a test says of answers."""
    index, weight = 0, 1
    for fact in test["facts"]:
        index += data[fact] * weight
        weight *= 3
    return test["table"][index]


def combinations(test: dict[str, Any]) -> Iterator[tuple[list[tuple[int, int]], Any]]:
    """Each combination of a test's facts, as pairs of fact and answer, and what the test says of it."""
    for index, said in enumerate(test["table"]):
        yield [(fact, index // 3**place % 3) for place, fact in enumerate(test["facts"])], said
