"""Binary decision diagrams (dd, with CUDD where its wheel has it): all states at once, for each duty to a fixpoint.

`python -m benchmarks.peers.bdd SECONDS`; how it is asked and answers: answering.py. The transition relation is parted
by moves: the image of one is what is left when what it changes is forgotten and said anew, so no second set of
variables is needed. Moves follow one another within a round, each on what is new since its last turn. A set is kept for
each mark of the duty. Variables stand as moves first name them and are sifted by CUDD."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from benchmarks.peers.answering import GONE, Deadline, Net, answer, combinations, one_by_one

try:
    from dd.cudd import BDD
except ImportError:
    from dd.autoref import BDD


class Sets:
    """The net in decision diagrams."""

    def __init__(self, net: Net) -> None:
        self.net = net
        self.bdd = BDD()
        self.bdd.configure(reordering=True)
        for move in net["moves"]:
            facts = [fact for fact, _ in move["asks"]] + [fact for test in move["then"] for fact in test["facts"]]
            names = [f"p{place}" for place in (*move["takes"], *move["gives"])]
            names += [f"{what}{fact}" for fact in facts for what in "kv"]
            self.bdd.declare(*(name for name in names if name not in self.bdd.vars))
        self.enabled, self.given, self.then = [], [], []
        for move in net["moves"]:
            ready = self.cube({f"p{place}": True for place in move["takes"]})
            self.enabled.append(ready & self._all(move["needs"]))
            places = {f"p{place}": False for place in move["takes"]} | {f"p{place}": True for place in move["gives"]}
            self.given.append(self.cube(places | {f"k{fact}": True for fact, _ in move["asks"]}))
            self.then.append(self._all(move["then"]))

    def cube(self, values: dict[str, bool]) -> Any:
        return self.bdd.cube(values)

    def start(self) -> Any:
        """The case that is not open yet: of a fact without an answer the value says no."""
        return self.cube({name: name == "p0" for name in self.bdd.vars})

    def where(self, test: dict[str, Any], wanted: Any) -> Any:
        """The answers of which a test says what is wanted."""
        found = self.bdd.false
        for pairs, said in combinations(test):
            if said == wanted:
                known = {f"k{fact}": value > 0 for fact, value in pairs}
                found |= self.cube(known | {f"v{fact}": value == 2 for fact, value in pairs})
        return found

    def _all(self, tests: list[dict[str, Any]]) -> Any:
        holds = self.bdd.true
        for test in tests:
            holds &= self.where(test, True)
        return holds

    def image(self, number: int, states: Any) -> Any:
        """Where a move leads from these states, in all of which it is possible."""
        move = self.net["moves"][number]
        for fact in (fact for fact, how in move["asks"] if how == "other"):
            value = self.bdd.var(f"v{fact}")
            yes = self.bdd.exist([f"v{fact}"], states & value)
            states = yes & ~value | self.bdd.exist([f"v{fact}"], states & ~value) & value
        changed = {f"p{place}" for place in (*move["takes"], *move["gives"])}
        changed |= {f"{what}{fact}" for fact, how in move["asks"] if how == "any" for what in "kv"}
        return self.bdd.exist(changed, states) & self.given[number] & self.then[number]

    def marks(self, kind: dict[str, Any], mark: int) -> dict[int, Any]:
        """The answers with which a move of this kind leads from a mark to each next one."""
        column = {"facts": kind["facts"], "table": [row[mark] for row in kind["table"]]}
        said = set(column["table"])
        return dict.fromkeys(said, self.bdd.true) if len(said) == 1 else {to: self.where(column, to) for to in said}


def kept(sets: Sets, duty: dict[str, Any], deadline: Deadline) -> bool:
    """Whether no state is reached in which the duty breaks."""
    none = sets.bdd.false
    marks = [[sets.marks(kind, mark) for mark in range(duty["marks"])] for kind in duty["kinds"]]
    reached = [sets.start(), *(none for _ in range(1, duty["marks"]))]
    followed = [[none] * duty["marks"] for _ in sets.enabled]
    moving = True
    while moving:
        moving = False
        for number, enabled in enumerate(sets.enabled):
            for mark in range(duty["marks"]):
                deadline.left()
                here = reached[mark] & enabled
                new = here & ~followed[number][mark]
                if new == none:
                    continue
                followed[number][mark] = here
                after = sets.image(number, new)
                for to, answers in marks[duty["of"][number]][mark].items():
                    if to == GONE and after & answers != none:
                        return False
                    if to != GONE:
                        reached[to] |= after & answers
                moving = True
    return True


def search(net: Net, seconds: float) -> Iterator[tuple[str, str]]:
    """Each duty by itself, in one manager."""
    sets = Sets(net)
    return one_by_one(net["duties"], seconds, lambda duty, deadline: kept(sets, duty, deadline))


if __name__ == "__main__":
    answer(search)
