"""What must come about so that something else can: steps before a step, answers that open a way, rules that start.

Each need lists the ways to meet it, each way other needs that come first and what it costs itself. It is rough, and
only used to try the promising first (`distances.py`): what a case really does, the engine decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from engine.checks.analysis.situations import row_condition
from engine.expressions import (
    ActText,
    And,
    Expression,
    ExpressionTypeError,
    Literal_,
    Name,
    Not,
    Or,
    Truth,
    Unset,
    evaluate,
    names,
)
from engine.library import DutyRule, Element, Library, Table
from engine.prove.focus import CASE_END, NOW, base_of, conditions_of
from engine.prove.net import Net


@dataclass(frozen=True, slots=True)
class At:
    """A token stands at a step."""

    step: str


@dataclass(frozen=True, slots=True)
class Past:
    """A step is done."""

    step: str


@dataclass(frozen=True, slots=True)
class Holds:
    """A condition is true."""

    condition: Expression


@dataclass(frozen=True, slots=True)
class Fails:
    """A condition is not true: false, or not known."""

    condition: Expression


@dataclass(frozen=True, slots=True)
class Told:
    """A name has got another value."""

    name: str


Need = At | Past | Holds | Fails | Told


class Way(NamedTuple):
    cost: int
    first: tuple[Need, ...]


STEP = 1
"""A person does something, or time passes."""
CORRECTION = 3
"""A person corrects what is known: the usual comes first."""


class Needs:
    """The needs of one library, found as they are asked for."""

    def __init__(self, library: Library, net: Net, sought: DutyRule) -> None:
        """`sought` is the duty to be broken: the others stand in the way of the steps that they speak of."""
        self.library = library
        self.net = net
        self.others = [rule for rule in library.duties.values() if rule != sought and rule.severity != "record"]
        self._ways: dict[Need, tuple[Way, ...]] = {}
        self._called: dict[str, list[str]] = {}
        for element in net.elements.values():
            if element.called is not None:
                self._called.setdefault(element.called, []).append(element.id)
        self._acts: dict[str, list[ActText]] = {}
        for element in net.elements.values():
            for act in element.acts:
                self._acts.setdefault(f"act.{act.act}", []).append(act)
        self._ends: dict[tuple[str, str], list[str]] = {}
        for element in net.elements.values():
            if element.kind in ("end", "terminate"):
                self._ends.setdefault((net.home[element.id], element.parent), []).append(element.id)

    def ways(self, need: Need) -> tuple[Way, ...]:
        """The ways to meet a need; none when it cannot come about."""
        found = self._ways.get(need)
        if found is None:
            found = self._ways[need] = tuple(self._of(need))
        return found

    def within(self, targets: Iterable[Need]) -> dict[Need, int]:
        """All that the targets need, each with the number of conditions between it and them."""
        found = dict.fromkeys(targets, 0)
        queue = list(found)
        for need in queue:
            deeper = found[need] + isinstance(need, Holds)  # what fails is what its contrary needs to hold
            for way in self.ways(need):
                for first in way.first:
                    if first not in found:
                        found[first] = deeper
                        queue.append(first)
        return found

    def facts_of(self, condition: Expression) -> frozenset[str]:
        """The facts on which a condition depends, also through what tables decide from them and steps then do."""
        found: set[str] = set()
        queue = list(names(condition))
        while queue:
            name = queue.pop()
            if name in found:
                continue
            found.add(name)
            table = self.library.table_of(name.removeprefix("now."))
            queue += base_of(self.library, name) - {name}
            queue += table.inputs if table is not None else ()
            queue += (read for act in self._acts.get(name, ()) if act.when is not None for read in names(act.when))
        return frozenset(found & set(self.library.facts))

    def _of(self, need: Need) -> Iterator[Way]:
        match need:
            case At(step):
                yield from self._to(self.net.elements[step])
            case Past(step):
                yield from self._over(self.net.elements[step])
            case Holds(condition):
                yield from self._true(condition)
            case Fails(condition):
                yield Way(0, (Holds(Not(condition)),))
            case Told(name):
                yield from self._written(name)

    # --- steps ---

    def _to(self, element: Element) -> Iterator[Way]:
        if element.attached_to is not None:
            yield Way(0, (At(element.attached_to),))
        elif element.kind == "start":
            yield from self._begun(element)
        else:
            arrivals = self._incoming[element.id]
            if element.kind == "parallel" and len(arrivals) > 1:
                yield Way(0, tuple(first for arrival in arrivals for first in arrival))
            else:
                yield from (Way(0, arrival) for arrival in arrivals)

    @cached_property
    def _incoming(self) -> dict[str, list[tuple[Need, ...]]]:
        """What comes first along each flow that leads to a step; a default is taken when no guard is true."""
        found: dict[str, list[tuple[Need, ...]]] = {id_: [] for id_ in self.net.elements}
        for id_, flows in self.net.outgoing.items():
            guards = [flow.condition for flow in flows if flow.condition is not None and not flow.is_default]
            for flow in flows:
                if flow.condition is not None and not flow.is_default:
                    found[flow.target].append((Past(id_), Holds(flow.condition)))
                else:
                    found[flow.target].append((Past(id_), *map(Fails, guards)))
        return found

    def _begun(self, start: Element) -> Iterator[Way]:
        home = self.net.home[start.id]
        if start.parent:
            yield Way(0, (At(start.parent),))
            return
        yield from (Way(0, (At(caller),)) for caller in self._called.get(home, ()))
        for rule in self.library.starts:
            if rule.process == home:
                yield Way(STEP, (Holds(rule.when),))
        for schedule in self.library.schedules.values():
            for visit in schedule.visits if schedule.process == home else ():
                anchor = Name(visit.anchor)
                known = Truth(anchor) if visit.anchor.startswith("act.") else Unset(anchor, negated=True)
                asked = [schedule.when, known, *([visit.when] if visit.when is not None else [])]
                yield Way(STEP, tuple(map(Holds, asked)))
        if home == self.library.pathway.reopened:
            ends = [id_ for id_, item in self.net.elements.items() if any(a.act == "case.end" for a in item.acts)]
            yield from (Way(STEP, (Past(id_),)) for id_ in ends)
        if home == self.library.pathway.review:
            outputs = [table.output for table in self.library.tables.values() if table.review]
            yield from (Way(STEP, (Told(output),)) for output in outputs)

    def _over(self, element: Element) -> Iterator[Way]:
        here: list[Need] = [At(element.id)]
        if element.requires is not None:
            here.append(Holds(element.requires))
        if element.condition is not None:
            here.append(Holds(element.condition))
        if element.kind in ("call", "subprocess"):
            key = (str(element.called), "") if element.kind == "call" else (self.net.home[element.id], element.id)
            yield from (Way(0, (At(end),)) for end in self._ends.get(key, ()))
        else:
            if element.kind == "user":
                here += [Fails(blocks) for blocks in self._blocked({act.act for act in element.acts})]
            waits = element.kind == "user" or element.timer is not None
            yield Way(STEP if waits else 0, tuple(here))

    def _blocked(self, acts: set[str]) -> Iterator[Expression]:
        """When the engine refuses these acts for another duty, about."""
        for rule in self.others:
            applies = [rule.when] if rule.when is not None else []
            undone = [Not(Truth(Name(f"act.{act}"))) for act in (rule.act, *rule.without) if act is not None]
            if rule.form == "never" and rule.act in acts and rule.severity == "block":
                allowed = [Not(rule.unless)] if rule.unless is not None else []
                without = [Or(tuple(undone[1:]))] if rule.without else []
                yield And((*applies, *allowed, *without))
            elif rule.form == "must" and (rule.before in acts or CASE_END in acts):
                began = [Truth(Name(f"act.{rule.after}"))] if rule.after is not None else []
                yield And((*applies, *began, *undone[:1]))

    # --- conditions ---

    def _true(self, condition: Expression) -> Iterator[Way]:
        match condition:
            case Literal_(value):
                if value:
                    yield Way(0, ())
            case And(items):
                yield Way(0, tuple(map(Holds, items)))
            case Or(items):
                yield from (Way(0, (Holds(item),)) for item in items)
            case Not(And(items)):
                yield from (Way(0, (Holds(Not(item)),)) for item in items)
            case Not(Or(items)):
                yield Way(0, tuple(Holds(Not(item)) for item in items))
            case Not(Not(item)):
                yield Way(0, (Holds(item),))
            case _:
                for name in sorted(names(condition)):
                    table = self.library.table_of(name.removeprefix("now."))
                    if table is None:
                        yield Way(STEP, (Told(name),))
                    else:
                        yield from self._said(table, name, condition)

    def _said(self, table: Table, name: str, condition: Expression) -> Iterator[Way]:
        """The rows by which a table would say what is asked."""
        for row in table.rows:
            if names(condition) == {name} and not _reads_true(condition, name, row.then):
                continue
            yield Way(0, (Holds(row_condition(row)),))

    # --- values ---

    def _written(self, name: str) -> Iterator[Way]:
        prefix, _, rest = name.partition(".")
        if prefix == "act":
            for element in self.net.elements.values():
                for act in element.acts:
                    if act.act == rest:
                        yield Way(0, (Past(element.id), *([Holds(act.when)] if act.when is not None else [])))
        elif prefix == "process":
            for id_ in self.net.home:
                element = self.net.elements[id_]
                if self.net.home[id_] == rest and not element.parent and element.kind in ("start", "end", "terminate"):
                    yield Way(0, (At(id_),))
        elif prefix == "duty" or name == "case.duties_owed":
            yield from self._stands(self.library.duties[rest] if prefix == "duty" else None)
        elif name == "case.processes_running":
            roots = {rule.process for rule in self.library.starts}
            yield from (Way(STEP, (At(end),)) for root in sorted(roots) for end in self._ends.get((root, ""), ()))
        else:
            yield from self._answered(name)

    def _stands(self, duty: DutyRule | None) -> Iterator[Way]:
        """What changes how a duty, or any, stands: its act, and what its conditions read."""
        for rule in (duty,) if duty is not None else self.library.duties.values():
            read = frozenset().union(*map(names, conditions_of(rule)))
            told = [*([f"act.{rule.act}"] if rule.act is not None else []), *sorted(read)]
            yield from (Way(STEP, (Told(name),)) for name in told)

    def _answered(self, name: str) -> Iterator[Way]:
        bases = base_of(self.library, name)
        if NOW in bases:
            yield Way(2 * STEP, ())
        if bases != {name}:
            yield from (Way(0, (Told(base),)) for base in sorted(bases - {NOW, name}))
            return
        for element in self.net.elements.values():
            form = self.library.forms.get(str(element.form)) if element.kind == "user" else None
            table = self.library.tables.get(str(element.table)) if element.kind == "rule" else None
            if (form is not None and name in form.properties) or (table is not None and table.output == name):
                yield Way(0, (Past(element.id),))
        for anytime in self.library.pathway.anytime.values():
            if name in self.library.forms[anytime.form].properties:
                yield Way(STEP, (Holds(anytime.when),) if anytime.when is not None else ())
        rule = self.library.facts.get(name)
        if rule is not None and rule.correctable:
            yield Way(CORRECTION, (Holds(Unset(Name(name), negated=True)),))


def _reads_true(condition: Expression, name: str, value: str | None) -> bool:
    try:
        return evaluate(condition, {name: value}.__getitem__) is True
    except ExpressionTypeError:
        return False
