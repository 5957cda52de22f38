"""Pathways made for measuring proofs, the same for the same seed, of about as many steps as are asked for.

One diagram as a centre would draw it: people do one step after the other, each asks nothing, one or two yes-or-no
questions and may do an act; choices go by what was answered (`requires` stands where an answer may be withdrawn),
rounds are done again while an answer says so, and in the middle third so many branches run beside each other, of steps
and choices alike. Every other question can be corrected at any time. The duties (demands.py) speak of what was drawn.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field

from benchmarks.demands import Done, Spot, duties
from tests.oracle import paper
from tests.oracle.paper import Drawing, Way


@dataclass(frozen=True)
class Model:
    """What to make. With `gates`, every branch is a row of so many choices, and all questions come before them."""

    nodes: int
    branches: int
    booleans: int
    gates: int = 0


@dataclass(frozen=True)
class End:
    """A way that leads on from a step."""

    source: str
    guard: str = ""
    default: bool = False


@dataclass
class Author:
    """Draws one diagram."""

    model: Model
    dice: random.Random
    pen: Drawing = field(default_factory=lambda: Drawing("main"))
    forms: dict[str, tuple[str, ...]] = field(default_factory=dict)
    done: list[Done] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def draw(self) -> None:
        """The whole diagram, from the door to the step that closes the case."""
        ways, spot = [End(self.pen.node("startEvent", ""))], Spot(known=("fact_0",))
        self._form(("fact_0",))
        if self.model.gates:
            for first in range(1, self.model.booleans, 2):
                both = tuple(f"fact_{n}" for n in range(first, min(first + 2, self.model.booleans)))
                ways, spot = self.task(ways, spot, both)
            ways, spot = self.block(ways, spot)
        elif self.model.branches:
            ways, spot = self.line(ways, spot, self.model.nodes // 3)
            ways, spot = self.block(ways, spot)
        ways, spot = self.line(ways, spot, self.model.nodes - 3)
        ways, _ = self.task(ways, spot, (), "case.end")
        self.step("endEvent", ways)

    def line(self, ways: list[End], spot: Spot, until: int) -> tuple[list[End], Spot]:
        """Draws until so many nodes stand there."""
        while len(self.pen.nodes) < until:
            room = until - len(self.pen.nodes)
            kinds = ["task"] * 5 + (["choice"] * 3 if room > 5 else [])
            kinds += ["round"] if room > 5 and spot.branch < 0 and not spot.behind else []
            match self.dice.choice(kinds):
                case "choice":
                    ways = self.choice(ways, spot, self.dice.choice(spot.known))
                case "round":
                    ways, spot = self.round(ways, spot)
                case _:
                    ways, spot = self.task(ways, spot)
        return ways, spot

    def step(self, kind: str, ways: list[End], **attributes: str) -> str:
        """Draws a step where the ways lead."""
        id = self.pen.node(kind, "", **{name: value for name, value in attributes.items() if value})
        self.pen.ways += [Way(way.source, id, "", way.guard, way.default) for way in ways]
        return id

    def task(
        self, ways: list[End], spot: Spot, asks: tuple[str, ...] | None = None, act: str = "", requires: str = ""
    ) -> tuple[list[End], Spot]:
        """A person's step; what it asks and does by chance unless told."""
        if asks is None:
            fresh = f"fact_{len(self.asked)}"
            first = fresh if len(self.asked) < self.model.booleans else self.dice.choice(self.asked)
            others = (first, self.dice.choice(self.asked))
            asks = self.dice.choice(((), (), (first,), (first,), tuple(dict.fromkeys(others))))
        if not act and self.dice.random() < 0.6:
            new = self.dice.random() < 0.7 or not self.done
            act = f"done.n{len(self.pen.nodes)}" if new else self.dice.choice(self.done).act
        if act and act != "case.end":
            self.done.append(Done(act, spot, len(self.pen.nodes)))
        text = f"{act}[{asks[0]}]" if act.startswith("done") and asks and self.dice.random() < 0.2 else act
        id = self.step("userTask", ways, care__form=self._form(asks), care__acts=text, care__requires=requires)
        return [End(id)], Spot(spot.branch, spot.behind, tuple(dict.fromkeys((*spot.known, *asks))))

    def _form(self, asks: tuple[str, ...]) -> str:
        """The form that asks just this."""
        self.asked += [name for name in asks if name not in self.asked]
        id = "_".join(("form", *(name.removeprefix("fact_") for name in asks)))
        self.forms[id] = asks
        return id

    def choice(self, ways: list[End], spot: Spot, name: str, both: bool = False) -> list[End]:
        """Goes by one answer: where it is yes there is something to do, else often nothing."""
        gateway = self.step("exclusiveGateway", ways)
        there = Spot(spot.branch, (*spot.behind, name), spot.known)
        requires = name if self.dice.random() < 0.3 and correctable(name) else ""
        yes, there = self.task([End(gateway, name)], there, requires=requires)
        if not both and self.dice.random() < 0.5:
            yes, _ = self.task(yes, there)
        no = [End(gateway, default=True)]
        if both or self.dice.random() < 0.4:
            no, _ = self.task(no, Spot(spot.branch, (*spot.behind, f"not {name}"), spot.known))
        return [End(self.step("exclusiveGateway", [*yes, *no]))]

    def round(self, ways: list[End], spot: Spot) -> tuple[list[End], Spot]:
        """Steps that are done again while an answer says so."""
        top = self.step("exclusiveGateway", ways)
        ways, spot = self.task([End(top)], spot, (self.dice.choice(spot.known),))
        again = spot.known[-1]
        if self.dice.random() < 0.5:
            ways, spot = self.task(ways, spot)
        bottom = self.step("exclusiveGateway", ways)
        self.pen.ways.append(Way(bottom, top, "", again))
        return [End(bottom, default=True)], spot

    def block(self, ways: list[End], spot: Spot) -> tuple[list[End], Spot]:
        """Branches beside each other, and a step behind them that waits for all."""
        fork = self.step("parallelGateway", ways)
        began, ends = len(self.pen.nodes), []
        for number in range(self.model.branches):
            branch, there = self.task([End(fork)], Spot(number, spot.behind, spot.known), ())
            for gate in range(self.model.gates):
                name = f"fact_{(number * 5 + gate) % self.model.booleans}"
                branch = self.choice(branch, there, name, both=True)
            if not self.model.gates:
                share = self.model.nodes // 3 * (number + 1) // self.model.branches
                branch, there = self.line(branch, there, began + share)
            ends += branch
        return self.task([End(self.step("parallelGateway", ends))], spot, ())


def correctable(name: str) -> bool:
    return int(name.removeprefix("fact_")) % 2 == 0


def edition(model: Model, seed: int) -> Mapping[str, bytes]:
    """The content, bytes by path."""
    author = Author(model, random.Random(f"{model} {seed}"))
    author.draw()
    law = "".join(
        paper.duty(f"duty_{number}", says) for number, says in enumerate(duties(author.done, author.asked, author.dice))
    )
    facts = "".join(
        paper.fact(name, (True, False)).replace("}\n", "}\n" if correctable(name) else ", correctable: false}\n")
        for name in author.asked
    )
    facts += paper.fact("door", ("front",))
    facts += f"- {{id: arrived_at, title: {paper.words('arrived')}, type: datetime, group: care}}\n"
    names = dict.fromkeys(("case.end", *(one.act for one in author.done)))
    acts = "".join(f"- {{id: {name}, title: {paper.words('act')}}}\n" for name in names)
    forms = {
        f"forms/{id}.json": paper.form({name: (True, False) for name in asks}, asks, None)
        for id, asks in author.forms.items()
    }
    return {
        "pathways/model.yaml": paper.manifest("main", ["main"], paper.entry("front", "form_0", ""), "").encode(),
        "pathways/bpmn/main.bpmn": author.pen.written(),
        "rules/common/words.yaml": f"{paper.ROLES}facts:\n{facts}acts:\n{acts}".encode(),
        "rules/rwanda/law.yaml": f"duties:\n{law}".encode(),
        **forms,
    }
