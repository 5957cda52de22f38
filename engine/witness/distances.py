"""How far a case is from what must come about: a sum over the cheapest ways, found once for all needs.

The sum counts what two needs share twice, so it is no bound; it only says what looks nearer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.witness.needs import Need, Needs

FAR = 1_000
"""What a need costs to which no way is seen."""


class Distances:
    """How far a case is from each of some needs, by the cheapest ways, and which needs those ways go through."""

    def __init__(self, needs: Needs, asked: Iterable[Need]) -> None:
        self.asked = tuple(asked)
        """All needs that may matter, each once."""
        self.numbers = {need: number for number, need in enumerate(self.asked)}
        self._free: list[tuple[int, int]] = []
        self._users: list[list[tuple[int, int, tuple[int, ...]]]] = [[] for _ in self.asked]
        for number, need in enumerate(self.asked):
            for way in needs.ways(need):
                first = tuple(self.numbers[other] for other in way.first)
                if not first:
                    self._free.append((number, way.cost))
                for other in dict.fromkeys(first):
                    self._users[other].append((number, way.cost, first))

    def numbered(self, needs: Iterable[Need]) -> Iterator[int]:
        """The numbers of needs, as far as they may matter."""
        return (self.numbers[need] for need in needs if need in self.numbers)

    def of(self, met: Iterable[int]) -> Reached:
        """What each need costs where these are met, by their numbers."""
        cost: list[int] = [FAR] * len(self.asked)
        by: dict[int, tuple[int, ...]] = {}
        queue: list[int] = []
        for number in met:
            if cost[number]:
                cost[number] = 0
                queue.append(number)
        for number, price in self._free:
            if price < cost[number]:
                cost[number] = price
                by[number] = ()
                queue.append(number)
        for changed in queue:
            for number, price, first in self._users[changed]:
                whole = price + sum(cost[other] for other in first)
                if whole < cost[number]:
                    cost[number] = whole
                    by[number] = first
                    queue.append(number)
        return Reached(self, cost, by)


class Reached:
    """The distances of one case."""

    def __init__(self, distances: Distances, cost: list[int], by: dict[int, tuple[int, ...]]) -> None:
        self._all = distances
        self._cost = cost
        self._by = by

    def cost(self, need: Need) -> int:
        """FAR when no way is seen."""
        return self._cost[self._all.numbers[need]]

    def through(self, targets: Iterable[Need]) -> tuple[frozenset[Need], frozenset[Need]]:
        """The needs that the cheapest ways to the targets go through: those still to be met, and those met already,
        which must stay so."""
        ahead: set[int] = set()
        met: set[int] = set()
        queue = [self._all.numbers[target] for target in targets]
        while queue:
            number = queue.pop()
            if number not in self._by:
                met.add(number)
            elif number not in ahead:
                ahead.add(number)
                queue += self._by[number]
        asked = self._all.asked
        return frozenset(asked[number] for number in ahead), frozenset(asked[number] for number in met)
