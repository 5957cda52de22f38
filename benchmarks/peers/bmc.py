"""Bounded search with z3: whether a duty can break within so many moves, one more each time, until the time is over.

`python -m benchmarks.peers.bmc SECONDS`; how it is asked and answers: answering.py. All duties are asked of one solver.
It proves nothing: a duty that does not break within the depth reached stays open."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import z3

from benchmarks.peers.answering import BROKEN, OPEN, Deadline, Net, TooLong, answer
from benchmarks.peers.formulas import State, case, marks_after, met


class Unrolling:
    """The net, moves one after the other."""

    def __init__(self, net: Net) -> None:
        self.net = net
        self.solver = z3.Solver()
        self.depth = 0
        self.here = case(net, "0 ")
        places = [place if number == 0 else z3.Not(place) for number, place in enumerate(self.here.places)]
        self.solver.add(*places, *(z3.Not(one) for one in (*self.here.known, *self.here.value)))
        self.marks = [[z3.BoolVal(mark == 0) for mark in range(duty["marks"])] for duty in net["duties"]]

    def step(self) -> list[Any]:
        """One move more; whether each duty breaks by it."""
        self.depth += 1
        there = case(self.net, f"{self.depth} ")
        moves = [z3.Bool(f"{self.depth} move {number}") for number in range(len(self.net["moves"]))]
        self.solver.add(z3.PbEq([(move, 1) for move in moves], 1))
        for chosen, move in zip(moves, self.net["moves"], strict=True):
            demands = [self.here.places[place] for place in move["takes"]]
            demands += [met(test, True, self.here) for test in move["needs"]]
            demands += [met(test, True, there) for test in move["then"]]
            for fact, how in move["asks"]:
                other = there.value[fact] != self.here.value[fact]
                demands += [there.known[fact]] if how == "any" else [there.known[fact], other]
            self.solver.add(z3.Implies(chosen, z3.And(demands)))
        self._frame(there, moves)
        breaks = [self._duty(number, duty, moves, there) for number, duty in enumerate(self.net["duties"])]
        self.here = there
        return breaks

    def _frame(self, there: State, moves: list[Any]) -> None:
        """What no move touches stays as it is."""
        every = list(zip(moves, self.net["moves"], strict=True))
        for place, (before, after) in enumerate(zip(self.here.places, there.places, strict=True)):
            gives = z3.Or([chosen for chosen, move in every if place in move["gives"]])
            takes = z3.Or([chosen for chosen, move in every if place in move["takes"]])
            self.solver.add(after == z3.Or(gives, z3.And(before, z3.Not(takes))))
        for fact in range(len(there.known)):
            asked = z3.Or([chosen for chosen, move in every if any(fact == one for one, _ in move["asks"])])
            same = z3.And(there.known[fact] == self.here.known[fact], there.value[fact] == self.here.value[fact])
            self.solver.add(z3.Or(asked, same))

    def _duty(self, number: int, duty: dict[str, Any], moves: list[Any], there: State) -> Any:
        """Moves the duty's marks on; whether it breaks."""
        found = [marks_after(kind, self.marks[number], there) for kind in duty["kinds"]]
        chosen = [
            z3.Or([move for move, kind in zip(moves, duty["of"], strict=True) if kind == wanted])
            for wanted in range(len(found))
        ]
        names = [z3.Bool(f"{self.depth} duty {number} mark {mark}") for mark in range(duty["marks"])]
        for mark, name in enumerate(names):
            led = [z3.And(kind, after[mark]) for kind, after in zip(chosen, found, strict=True)]
            self.solver.add(name == z3.Or(led))
        self.marks[number] = names
        breaks = z3.Bool(f"{self.depth} duty {number} breaks")
        self.solver.add(breaks == z3.Or([z3.And(kind, after[-1]) for kind, after in zip(chosen, found, strict=True)]))
        return breaks


def search(net: Net, seconds: float) -> Iterator[tuple[str, str]]:
    """Broken duties as they are found, the others at the end."""
    unrolling, deadline = Unrolling(net), Deadline(seconds)
    left = dict(enumerate(duty["id"] for duty in net["duties"]))
    try:
        while left:
            breaks = unrolling.step()
            while left:
                unrolling.solver.set("timeout", max(1, int(deadline.left() * 1000)))
                asked = z3.Or([breaks[number] for number in left])
                answered = unrolling.solver.check(asked)
                if answered == z3.unknown:
                    raise TooLong
                if answered == z3.unsat:
                    break
                model = unrolling.solver.model()
                for number in [number for number in left if z3.is_true(model.eval(breaks[number]))]:
                    yield left.pop(number), BROKEN
    except TooLong:
        yield from ((id, OPEN) for id in left.values())
    print(f"depth {unrolling.depth}", file=sys.stderr)


if __name__ == "__main__":
    answer(search)
