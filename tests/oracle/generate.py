"""Random small pathways as content folders, the same for the same seed: diagrams of every kind of step, forms, tables,
start rules and duties, of which about half are kept by everything that can happen.

`edition(seed)` gives bytes by path. Not every one passes the checks of content; `pathways` passes those over.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from engine import content
from engine.checks import check
from engine.library import Library
from tests.oracle import paper
from tests.oracle.paper import Drawing, Way

ACTS = ("told.first", "told.again", "police.told", "care.given", "care.offered")
ROOM = 25
"""Steps of all diagrams together, gateways included."""


@dataclass(frozen=True)
class Place:
    """Where the pen is: on which level, what is surely known there, and what may be drawn."""

    parent: str = ""
    known: frozenset[str] = frozenset()
    branch: bool = False
    loop: bool = False
    depth: int = 0


@dataclass(frozen=True)
class Open:
    """A way that leads on from a step to what is drawn next."""

    source: str
    guard: str = ""
    default: bool = False


class Author:
    """Writes one edition."""

    def __init__(self, seed: int, room: int = 0) -> None:
        self.dice = random.Random(seed)
        self.later = random.Random(f"{seed} later")
        self.repeats = random.Random(f"{seed} repeats")
        self.room = self.dice.choice((5, 8, 11, 14, 17))
        self.room = room or self.room
        self.facts: dict[str, Sequence[Any]] = {}
        for number in range(self.dice.choice((1, 2, 2, 2, 3, 3))):
            values = self.dice.choice(((True, False), ("yes", "no"), ("yes", "no", "later")))
            self.facts[f"fact_{number}"] = values
        self.tables: dict[str, list[tuple[dict[str, str], str]]] = {}
        self.decides: list[str] = []
        for number in range(self.dice.choice((0, 1, 1, 2))):
            self._table(f"way_{number}")
        self.forms: dict[str, tuple[list[str], list[str]]] = {}
        self.files: dict[str, bytes] = {}
        for number in range(max(len(self.facts), self.dice.choice((2, 3, 4)))):
            self._form(f"form_{number}")
        self.doors = ["front", "back"][: self.dice.choice((1, 1, 2))]
        self.door_forms = {door: self.dice.choice(list(self.forms)) for door in self.doors}
        at_doors = [self.forms[form][1] for form in self.door_forms.values()]
        self.first_known = frozenset.intersection(*map(frozenset, at_doors))
        self.services = [f"service_{number}" for number in range(self.dice.choice((0, 0, 1, 1, 2)))]
        self.called = ["inner"] if self.chance(0.3) else []
        self.drawings: dict[str, Drawing] = {}
        self.done: set[str] = set()

    def chance(self, share: float) -> bool:
        return self.dice.random() < share

    # --- words ---

    def _table(self, output: str) -> None:
        """A table over a fact, or over what an earlier one decided."""
        name = self.dice.choice([*self.facts, *self.tables])
        rows = []
        silent = self.chance(0.3)
        values = self.facts.get(name, ("left", "right"))
        for value in values:
            rows.append(({name: f"== {_written(value)}"}, self.dice.choice(("left", "right"))))
        rows.append(({name: "is unset"}, "unset" if silent else self.dice.choice(("left", "right"))))
        other = self.dice.choice(list(self.facts))
        if other != name and self.chance(0.3):
            cells, then = rows.pop(0)
            value = _written(self.facts[other][0])
            rows.insert(0, ({**cells, other: f"== {value}"}, then))
            rows.insert(1, ({**cells, other: f"!= {value}"}, self.dice.choice(("left", "right"))))
            rows.insert(2, ({**cells, other: "is unset"}, self.dice.choice(("left", "right"))))
        if len({then for _, then in rows} - {"unset"}) < 2:
            rows[0] = (rows[0][0], "left" if rows[-1][1] == "right" or rows[1][1] == "right" else "right")
        self.tables[output] = rows
        if not silent:
            self.decides.append(output)

    def _form(self, id: str) -> None:
        asked = self.dice.sample(list(self.facts), min(len(self.facts), self.dice.choice((1, 1, 2))))
        if len(self.forms) < len(self.facts):  # each fact is asked by some form
            first = list(self.facts)[len(self.forms)]
            asked = [first, *(name for name in asked if name != first)][:2]
        required = [name for name in asked if self.chance(0.7)]
        after = None
        if len(asked) == 2 and asked[0] in required and self.chance(0.25):
            after = (asked[0], self.facts[asked[0]][0], asked[1])
            required = [asked[0]]
        self.forms[id] = (asked, required)
        self.files[f"forms/{id}.json"] = paper.form({name: self.facts[name] for name in asked}, required, after)

    def atom(self, known: frozenset[str] | None = None) -> str:
        """A short condition. With `known`, it is never unknown where those facts are set."""
        kind = self.dice.choice(("fact", "fact", "fact", "fact", "unset", "act", "process", "now", "door"))
        if kind == "act" and self.done:
            return f"act.{self.dice.choice(sorted(self.done))}"
        if kind == "process" and self.services:
            status = self.dice.choice(("none", "running", "done", "cancelled"))
            return f"process.{self.dice.choice(self.services)} {self.dice.choice(('==', '!='))} '{status}'"
        if kind == "now" and self.tables and (known is None or self.decides):
            output = self.dice.choice(self.decides if known is not None else list(self.tables))
            return f"now.{output} == '{self.dice.choice(('left', 'right'))}'"
        if kind == "door" and len(self.doors) > 1:
            return "door == 'front'"
        name = self.dice.choice(list(self.facts))
        if kind == "unset":
            return f"{name} is {self.dice.choice(('', 'not '))}unset"
        values = self.facts[name]
        said = f"{name} {self.dice.choice(('==', '==', '!='))} {_written(self.dice.choice(values))}"
        if len(values) == 3 and self.chance(0.3):
            said = f"{name} in ({', '.join(map(_written, self.dice.sample(values, 2)))})"
        return said if known is None or name in known else f"({name} is not unset and {said})"

    def condition(self, known: frozenset[str] | None = None) -> str:
        if self.chance(0.7):
            return self.atom(known)
        first, second = self.atom(known), self.atom(known)
        return self.dice.choice((f"{first} and {second}", f"{first} or {second}", f"not ({first})"))

    def acts(self, share: float) -> str:
        chosen = self.dice.sample(ACTS, self.dice.choice((1, 1, 2))) if self.chance(share) else []
        self.done |= set(chosen)
        return "; ".join(act + (f"[{self.condition()}]" if self.chance(0.3) else "") for act in chosen)

    # --- steps ---

    def draw(self, key: str, known: frozenset[str], ending: bool) -> None:
        """One process; `ending` when its last task closes the case."""
        self.pen = self.drawings[key] = Drawing(key)
        place = Place(known=known)
        ways = self.line([Open(self.pen.node("startEvent", ""))], place, self.dice.choice((1, 2, 3, 4)))
        if ending and ways:
            self.room += 4
            if self.chance(0.3):
                rest = self.dice.choice(("case.processes_running == 0",) * 3 + ("case.duties_owed == 0",))
                ways = [Open(self.wait(ways, place, rest))]
            acts = "case.end" if self.chance(0.85) else f"case.end[{self.condition()}]"
            more = self.acts(0.2)
            ways = [Open(self.task(ways, place, f"{acts}; {more}" if more else acts)[0])]
        if ways:
            self.end(ways, place)

    def step(self, kind: str, ways: Iterable[Open], place: Place, inside: str = "", **attributes: str) -> str:
        """Draws a step at the end of the ways."""
        self.room -= 1
        id = self.pen.node(kind, place.parent, inside, **{name: value for name, value in attributes.items() if value})
        self.pen.ways += [Way(way.source, id, place.parent, way.guard, way.default) for way in ways]
        return id

    def line(self, ways: list[Open], place: Place, length: int) -> list[Open]:
        """Draws some steps one after the other; gives the ways that lead on, none when it ended."""
        for _ in range(length):
            if self.room < 2 or not ways:
                break
            ways, known = self.one(ways, place)
            place = replace(place, known=place.known | known)
        return ways

    def one(self, ways: list[Open], place: Place) -> tuple[list[Open], frozenset[str]]:
        """Draws what comes next, gives the ways on and what is known after it."""
        kinds = ["task"] * 6 + ["wait", "timer"]
        kinds += ["rule"] * 2 if self.decides else []
        kinds += ["call"] * 3 if self.called and self.pen.key != "inner" else []
        if place.depth < 2 and self.room >= 6:
            kinds += ["choice"] * 3 + ["within"] * 2
            kinds += ["fork"] * 2 if not place.loop else []
            kinds += ["loop"] * 2 if not place.branch else []
        kind = self.dice.choice(kinds)
        deeper = replace(place, depth=place.depth + 1)
        match kind:
            case "wait":
                return [Open(self.wait(ways, place, self.condition()))], frozenset()
            case "timer":
                inside = paper.timer(f"{self.pen.key}_t{len(self.pen.nodes)}", self.dice.choice(("short", "long")))
                acts = self.acts(0.3)
                step = self.step("intermediateCatchEvent", ways, place, inside, care__acts=acts)
                return [Open(step)], frozenset()
            case "rule":
                table = self.dice.choice(self.decides)
                return [Open(self.step("businessRuleTask", ways, place, care__table=table))], frozenset({table})
            case "call":
                step = self.step("callActivity", ways, place, calledElement="inner")
                return self.beside([Open(step)], step, place), frozenset()
            case "choice":
                return self.choice(ways, deeper), frozenset()
            case "within":
                return self.within(ways, deeper), frozenset()
            case "fork":
                return self.fork(ways, deeper)
            case "loop":
                return self.loop(ways, deeper), frozenset()
        step, known = self.task(ways, place, self.acts(0.6))
        onward = self.beside([Open(step)], step, place)
        return onward, known if onward == [Open(step)] else frozenset()

    def task(self, ways: list[Open], place: Place, acts: str) -> tuple[str, frozenset[str]]:
        form = self.dice.choice(list(self.forms))
        requires = self.condition(place.known) if self.chance(0.15) else ""
        step = self.step("userTask", ways, place, care__form=form, care__acts=acts, care__requires=requires)
        return step, frozenset(self.forms[form][1])

    def wait(self, ways: list[Open], place: Place, condition: str) -> str:
        inside = paper.condition(f"{self.pen.key}_c{len(self.pen.nodes)}", condition)
        return self.step("intermediateCatchEvent", ways, place, inside, care__acts=self.acts(0.3))

    def end(self, ways: list[Open], place: Place) -> None:
        acts = self.acts(0.15)
        inside = ""
        if not place.branch and self.chance(0.15):
            inside = f'<bpmn:terminateEventDefinition id="{self.pen.key}_x{len(self.pen.nodes)}" />'
        self.step("endEvent", ways, place, inside, care__acts=acts)

    def merged(self, ways: list[Open], place: Place) -> list[Open]:
        return ways if len(ways) < 2 else [Open(self.step("exclusiveGateway", ways, place))]

    def choice(self, ways: list[Open], place: Place) -> list[Open]:
        """An exclusive gateway over the values of one fact, or over a condition; its ways meet again, or end."""
        gateway = self.step("exclusiveGateway", ways, place)
        guards = [self.condition(place.known)]
        settled = [name for name in (*self.facts, *self.decides) if name in place.known or name in self.facts]
        if settled and self.chance(0.6):
            name = self.dice.choice(settled)
            values = list(self.facts.get(name, ("left", "right")))
            self.dice.shuffle(values)
            guards = [f"{name} == {_written(value)}" for value in values[1:]]
            if name not in place.known:
                guards = [f"{name} is not unset and {guard}" for guard in guards]
        onward: list[Open] = []
        last = len(guards)
        for number, guard in enumerate([*guards, ""]):
            first = Open(gateway, guard, default=not guard)
            if number == last and not onward:
                branch = self.line([first], place, 1)
            elif not place.branch and not place.loop and self.chance(0.2):
                self.end([first], place)
                continue
            else:
                branch = self.line([first], place, self.dice.choice((0, 1, 1, 2)))
            onward += branch
        return self.merged(onward, place)

    def loop(self, ways: list[Open], place: Place) -> list[Open]:
        top = self.step("exclusiveGateway", ways, place)
        inside = replace(place, loop=True)
        task, known = self.task([Open(top)], inside, self.acts(0.6))
        bottom = self.step("exclusiveGateway", self.line([Open(task)], inside, self.dice.choice((0, 0, 1))), inside)
        again = self.condition(place.known | known)
        self.pen.ways.append(Way(bottom, top, place.parent, again))
        return [Open(bottom, default=True)]

    def fork(self, ways: list[Open], place: Place) -> tuple[list[Open], frozenset[str]]:
        gateway = self.step("parallelGateway", ways, place)
        inside = replace(place, branch=True)
        ends = []
        for _ in range(self.dice.choice((2, 2, 3))):
            step, _ = self.task([Open(gateway)], inside, self.acts(0.6))
            ends += self.merged(self.line([Open(step)], inside, self.dice.choice((0, 0, 1, 2))), inside)
        return [Open(self.step("parallelGateway", ends, place))], frozenset()

    def within(self, ways: list[Open], place: Place) -> list[Open]:
        """An embedded sub-process, in which loops and parallel blocks may be again."""
        step = self.step("subProcess", ways, place)
        inside = Place(step, place.known, depth=place.depth)
        onward = self.line([Open(self.step("startEvent", [], inside))], inside, self.dice.choice((1, 1, 2, 3)))
        if onward:
            self.end(onward, inside)
        return self.beside([Open(step)], step, place)

    def beside(self, ways: list[Open], host: str, place: Place) -> list[Open]:
        """Sometimes puts boundary events on a step; gives the ways on."""
        if self.room < 3 or not self.chance(0.35):
            return ways
        ways = self.boundary(ways, host, place, interrupting=self.chance(0.6))
        return self.boundary(ways, host, place, interrupting=self.chance(0.5)) if self.chance(0.3) else ways

    def boundary(self, ways: list[Open], host: str, place: Place, interrupting: bool) -> list[Open]:
        """What interrupts the step leads on, or to an end of its own; what does not runs beside it, and never piles up
        on a loop."""
        id = f"{host}_b{len(self.pen.nodes)}"
        wakes = paper.timer(id, self.dice.choice(("short", "long")))
        if self.chance(0.5):
            wakes = paper.condition(id, self.condition())
        attributes = {"attachedToRef": host, "cancelActivity": "" if interrupting else "false"}
        step = self.step("boundaryEvent", [], place, wakes, **attributes, care__acts=self.acts(0.4))
        way = [Open(step)]
        if self.chance(0.4) and (interrupting or not place.loop):
            way = [Open(self.task(way, place, self.acts(0.6))[0])]
        if not interrupting or (not place.branch and not place.loop and self.chance(0.4)):
            self.end(way, place)
            return ways
        return self.merged([*ways, *way], place)

    # --- rules ---

    def starts(self) -> str:
        text = ""
        for service in self.services:
            name = self.dice.choice(list(self.facts))
            values = self.facts[name]
            when = f"{name} == {_written(values[0])}" if self.chance(0.7) else self.condition()
            cancel = f"{name} == {_written(values[1])}" if self.chance(0.5) else ""
            again = self.repeats.choice(("changed", "changed", "said", "at_any_time")) if self.chance(0.3) else ""
            text += paper.start(service, when, cancel, again)
        return text

    def duty(self) -> dict[str, Any]:
        """One duty of any form, over acts that some step does."""
        says = self._demand()
        if "when" not in says and (self.chance(0.7) or says.keys() == {"never"}):
            says["when"] = [self.atom() for _ in range(self.dice.choice((1, 1, 2)))]
        if self.chance(0.25):
            says["exceptions"] = [{"id": "but", "when": self.atom(), "cite": "House rule"}]
        if self.chance(0.5):
            says["if_unknown"] = self.dice.choice(("broken", "ignore"))
        return says

    def _demand(self) -> dict[str, Any]:
        done = sorted(self.done | {"case.end"})
        act, other, third = (self.dice.choice(done) for _ in range(3))
        one = self.dice.choice(sorted(self.done) or done)
        match self.dice.choice(("before", "before", "after", "without", "without", "unless", "plain", "always")):
            case "before":
                return {"must": one, **({"before": other} if self.chance(0.3) else {}), **self._anew(done)}
            case "after":
                return {"must": one, "after": other, **({"before": third} if self.chance(0.2) else {})}
            case "without":
                says: dict[str, Any] = {"without": sorted({other, *([third] if self.chance(0.3) else [])})}
                more: dict[str, Any] = {"revoked_by": [self.dice.choice(done)], "scope": "each"}
                more["unless"] = self.condition()
                kept = {key: value for key, value in more.items() if self.chance(0.3)}
                return {"never": act, **says, **kept}
            case "unless":
                return {"never": act, "unless": self.condition()}
            case "plain":
                return {"never": act}
        return {"always": self.condition()}

    def _anew(self, done: list[str]) -> dict[str, Any]:
        """What makes an act count no more; from dice of its own, so that seeds go on meaning what they meant."""
        more: dict[str, Any] = {"revoked_by": [self.later.choice(done)], "scope": "each"}
        return {key: value for key, value in more.items() if self.later.random() < 0.3}

    # --- the whole ---

    def edition(self) -> dict[str, bytes]:
        starts = self.starts()
        for key in self.services:
            self.room += 2
            self.draw(key, self.first_known, ending=False)
        self.draw("main", self.first_known, ending=True)
        if any(node.kind == "callActivity" for drawing in self.drawings.values() for node in drawing.nodes):
            self.room = max(self.room, 4)
            self.draw("inner", self.first_known, ending=False)
        doors = "".join(paper.entry(door, self.door_forms[door], self.acts(0.3)) for door in self.doors)
        anytime = ""
        for number in range(self.dice.choice((0, 1, 1, 2))):
            when = self.condition() if self.chance(0.3) else ""
            anytime += paper.entry(f"news_{number}", self.dice.choice(list(self.forms)), self.acts(0.3), when)
        facts = "".join(paper.fact(name, values) for name, values in self.facts.items())
        facts += "".join(paper.fact(name, ("left", "right"), titled=True) for name in self.tables)
        facts += paper.fact("door", self.doors)
        facts += f"- {{id: arrived_at, title: {paper.words('arrived')}, type: datetime, group: care}}\n"
        acts = "".join(f"- {{id: {act}, title: {paper.words('act')}}}\n" for act in (*ACTS, "case.end"))
        rules = f"parameters:\n{paper.parameter('short', 24)}{paper.parameter('long', 50)}"
        if self.tables:
            inputs = {
                output: list(dict.fromkeys(n for cells, _ in rows for n in cells))
                for output, rows in self.tables.items()
            }
            last_first = reversed(self.tables.items())  # what a table reads is decided by one that stands behind it
            rules += "tables:\n" + "".join(paper.table(o, inputs[o], rows) for o, rows in last_first)
        rules += "duties:\n" + "".join(
            paper.duty(f"duty_{n}", self.duty()) for n in range(self.dice.choice((3, 4, 5, 6)))
        )
        rules += f"starts:\n{starts}" if starts else ""
        pathway = paper.manifest("main", self.drawings, doors, anytime)
        return {
            "pathways/small.yaml": pathway.encode(),
            **{f"pathways/bpmn/{key}.bpmn": drawing.written() for key, drawing in self.drawings.items()},
            "rules/common/words.yaml": f"{paper.ROLES}facts:\n{facts}acts:\n{acts}".encode(),
            "rules/rwanda/law.yaml": rules.encode(),
            **self.files,
        }


def _written(value: Any) -> str:
    """A value as a constant of the expression language."""
    return f"'{value}'" if isinstance(value, str) else str(value).lower()


def edition(seed: int, room: int = 0) -> dict[str, bytes]:
    """The edition of this seed, bytes by path; `room` is about how many steps the main process has, few if not told."""
    return Author(seed, room).edition()


def size(library: Library) -> int:
    """Steps of all diagrams together."""
    return sum(len(diagram.elements) for diagram in library.pathway.diagrams.values())


def read(files: Mapping[str, bytes], most: int = ROOM) -> Library | None:
    """The library of an edition; None when it grew too large or a check finds an error in it."""
    library = content.from_files(files, "rwanda")
    if size(library) > most:
        return None
    return None if any(finding.severity == "error" for finding in check(library).findings) else library


def pathways(seeds: Iterable[int]) -> Iterator[tuple[int, dict[str, bytes], Library]]:
    """The editions of these seeds that pass all checks."""
    for seed in seeds:
        files = edition(seed)
        library = read(files)
        if library is not None:
            yield seed, files, library
