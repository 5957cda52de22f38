"""Unreduced search: every state that a case can reach, one by one, breadth first, for each duty anew.

`python -m benchmarks.peers.explicit SECONDS`; how it is asked and answers: answering.py."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from itertools import product
from typing import Any

from benchmarks.peers.answering import GONE, Deadline, Net, answer, one_by_one, table_at

LOOKS = 500
"""States between two looks at the clock."""
State = tuple[int, tuple[int, ...]]
"""Which places have a token, a bit each, and what is answered."""


class Walker:
    """All that can follow on a state."""

    def __init__(self, net: Net) -> None:
        self.start: State = (1, (0,) * len(net["facts"]))
        self.moves = [(_bits(move["takes"]), _bits(move["gives"]), move) for move in net["moves"]]

    def after(self, state: State) -> Iterator[tuple[int, State]]:
        """The number of each possible move, and the state that it leads to."""
        marking, data = state
        for number, (takes, gives, move) in enumerate(self.moves):
            if marking & takes == takes and all(table_at(test, data) for test in move["needs"]):
                stands = marking & ~takes | gives
                for known in _answered(move["asks"], data):
                    if all(table_at(test, known) for test in move["then"]):
                        yield number, (stands, known)


def _bits(places: list[int]) -> int:
    return sum(1 << place for place in places)


def _answered(asks: list[list[Any]], data: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """Every way to answer: anything, or other than before."""
    for values in product(*((3 - data[fact],) if how == "other" else (1, 2) for fact, how in asks)):
        known = list(data)
        for (fact, _), value in zip(asks, values, strict=True):
            known[fact] = value
        yield tuple(known)


def kept(walker: Walker, duty: dict[str, Any], deadline: Deadline) -> bool:
    """Whether no state is reached in which the duty breaks."""
    kinds = [duty["kinds"][kind] for kind in duty["of"]]
    first = (walker.start, 0)
    seen, queue = {first}, deque([first])
    looks = 0
    while queue:
        looks += 1
        if looks % LOOKS == 0:
            deadline.left()
        state, mark = queue.popleft()
        for number, target in walker.after(state):
            then = table_at(kinds[number], target[1])[mark]
            if then == GONE:
                return False
            if (target, then) not in seen:
                seen.add((target, then))
                queue.append((target, then))
    return True


def search(net: Net, seconds: float) -> Iterator[tuple[str, str]]:
    """Each duty by itself."""
    walker = Walker(net)
    return one_by_one(net["duties"], seconds, lambda duty, deadline: kept(walker, duty, deadline))


if __name__ == "__main__":
    answer(search)
