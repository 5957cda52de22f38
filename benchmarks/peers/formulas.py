"""States, tests and duties of a net (benchmarks/nets.py) as formulas of z3."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import z3

from benchmarks.peers.answering import GONE, Net, combinations


@dataclass
class State:
    """What stands for a case: a place has a token, a fact is answered, and with yes."""

    places: list[Any]
    known: list[Any]
    value: list[Any]

    @property
    def all(self) -> list[Any]:
        return [*self.places, *self.known, *self.value]


def case(net: Net, prefix: str) -> State:
    """Variables for a state."""
    places = [z3.Bool(f"{prefix}p{number}") for number in range(len(net["places"]))]
    known, value = ([z3.Bool(f"{prefix}{what}{n}") for n in range(len(net["facts"]))] for what in "kv")
    return State(places, known, value)


def met(test: dict[str, Any], wanted: Any, state: State) -> Any:
    """Whether a test says what is wanted."""
    cubes = []
    for pairs, said in combinations(test):
        if said == wanted:
            parts = [state.known[fact] if answer else z3.Not(state.known[fact]) for fact, answer in pairs]
            parts += [state.value[fact] if answer == 2 else z3.Not(state.value[fact]) for fact, answer in pairs]
            cubes.append(z3.And(parts))
    return z3.BoolVal(True) if len(cubes) == len(test["table"]) else z3.Or(cubes)


def marks_after(kind: dict[str, Any], marks: list[Any], state: State) -> list[Any]:
    """By a move of this kind: whether the duty comes to each mark, and, last, whether it breaks."""
    led: list[list[Any]] = [[] for _ in (*marks, None)]
    for mark, stands in enumerate(marks):
        column = {"facts": kind["facts"], "table": [row[mark] for row in kind["table"]]}
        for to in sorted(set(column["table"])):
            led[to if to != GONE else -1].append(z3.And(stands, met(column, to, state)))
    return [z3.Or(ways) for ways in led]
