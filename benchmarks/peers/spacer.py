"""Spacer of z3: what holds of all states is sought as an invariant, for each duty anew (constrained Horn clauses).

`python -m benchmarks.peers.spacer SECONDS`; how it is asked and answers: answering.py. A clause a move, and one a move
that may break the duty."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import z3

from benchmarks.peers.answering import Deadline, Net, TooLong, answer, one_by_one
from benchmarks.peers.formulas import State, case, marks_after, met


def kept(net: Net, duty: dict[str, Any], deadline: Deadline) -> bool:
    """Whether no state is reached in which the duty breaks. Raises TooLong when it is not found out."""
    engine = z3.Fixedpoint()
    engine.set("engine", "spacer")
    here, new = case(net, ""), case(net, "new ")
    marks = [z3.Bool(f"mark {mark}") for mark in range(duty["marks"])]
    whole = [*here.all, *marks]
    reached = z3.Function("reached", *(z3.BoolSort() for _ in whole), z3.BoolSort())
    broken = z3.Function("broken", z3.BoolSort())
    engine.register_relation(reached, broken)
    engine.declare_var(*whole, *new.all)
    started = [z3.BoolVal(number == 0) for number in range(len(here.all))]
    engine.rule(reached(*started, *(z3.BoolVal(mark == 0) for mark in range(len(marks)))))
    for move, number in zip(net["moves"], duty["of"], strict=True):
        deadline.left()
        there = _there(here, new, move)
        body = [reached(*whole), *(here.places[place] for place in move["takes"])]
        body += [met(test, True, here) for test in move["needs"]] + [met(test, True, there) for test in move["then"]]
        body += [here.known[fact] for fact, how in move["asks"] if how == "other"]
        kind = duty["kinds"][number]
        *led, breaks = marks_after(kind, marks, there)
        engine.rule(reached(*there.all, *led), z3.And(*body, z3.Not(breaks)))
        if any(-1 in row for row in kind["table"]):
            engine.rule(broken(), z3.And(*body, breaks))
    engine.set("timeout", max(1, int(deadline.left() * 1000)))
    try:
        said = engine.query(broken())
    except z3.Z3Exception as error:  # it says no otherwise that its time is over
        if "canceled" not in str(error):
            raise
        raise TooLong from error
    if said == z3.unknown:
        raise TooLong
    return bool(said == z3.unsat)


def _there(here: State, new: State, move: dict[str, Any]) -> State:
    """The state after a move; what is answered anything may be."""
    there = State(list(here.places), list(here.known), list(here.value))
    for place in move["takes"]:
        there.places[place] = z3.BoolVal(False)
    for place in move["gives"]:
        there.places[place] = z3.BoolVal(True)
    for fact, how in move["asks"]:
        there.known[fact] = z3.BoolVal(True)
        there.value[fact] = new.value[fact] if how == "any" else z3.Not(here.value[fact])
    return there


def search(net: Net, seconds: float) -> Iterator[tuple[str, str]]:
    """Each duty by itself."""
    return one_by_one(net["duties"], seconds, lambda duty, deadline: kept(net, duty, deadline))


if __name__ == "__main__":
    answer(search)
