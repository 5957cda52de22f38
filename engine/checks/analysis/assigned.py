"""What is surely set before each step, on every way that leads there (definite assignment).

A forward analysis over all diagrams at once: element ids are unique in a pathway, so a called process and an
embedded sub-process are further steps of one graph. Where ways meet, only what all of them know stays; at a
parallel join each of them has been walked, so what any of them set stays. A correction of a single fact is
not followed: whoever corrects is asked for what follows from it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from engine.checks.analysis.answers import answered, invariants, surviving
from engine.checks.analysis.graph import ENDS, taken
from engine.checks.analysis.once import once
from engine.checks.analysis.situations import (
    VISIT_FACTS,
    Implication,
    Known,
    Situations,
    implied,
    row_condition,
    with_derived,
)
from engine.checks.analysis.space import TooLarge
from engine.expressions import And, Expression
from engine.library import Diagram, Element, Flow, Library


class Assigned:
    """`before[element]` is what is surely set when a step is reached; `ways[element]` are the ways into it."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.always: Known = invariants(library)
        self.elements: dict[str, Element] = {}
        self.home: dict[str, Diagram] = {}
        for diagram in library.pathway.diagrams.values():
            for element in diagram.elements.values():
                self.elements[element.id] = element
                self.home[element.id] = diagram
        self._said = {id_: answered(form) for id_, form in library.forms.items()}
        self._implied: dict[tuple[Expression, Known], frozenset[str]] = {}
        self._outgoing = {id_: self.home[id_].outgoing(id_) for id_ in self.elements}
        self._flow_sources = {flow.id: flow.source for flows in self._outgoing.values() for flow in flows}
        parallel = [item.id for item in self.elements.values() if item.kind == "parallel"]
        incoming = {id_: len(self.home[id_].incoming(id_)) for id_ in parallel}
        self._joins = {id_: count for id_, count in incoming.items() if count > 1}
        self.entries = {key: self._entry(key) for key in library.pathway.diagrams}
        self.before: dict[str, Known] = {}
        self.ways: dict[str, dict[str, Known]] = {}
        self._run()

    # where a process begins

    def _entry(self, process: str) -> list[Known]:
        """What is known at each way in which rules, schedules or a new case start the process."""
        doors = [self._accepted(door.form, frozenset()) for door in self.library.pathway.doors.values()]
        opened = frozenset.intersection(*doors) if doors else frozenset()
        base: Known = frozenset(item for item in opened if isinstance(item, str))
        found: list[Known] = [opened] if process == self.library.pathway.main else []
        if process in (self.library.pathway.review, self.library.pathway.reopened):
            found.append(base)
        for start in self.library.starts:
            if start.process == process:
                found.append(base | self._where_true(start.when, base))
        for schedule in self.library.schedules.values():
            if schedule.process == process:
                for visit in schedule.visits:
                    asked = schedule.when if visit.when is None else And((schedule.when, visit.when))
                    anchor = frozenset({visit.anchor} & set(self.library.facts))
                    found.append(base | VISIT_FACTS | anchor | self._where_true(asked, base))
        called = any(element.called == process for element in self.elements.values())
        return found or ([] if called else [base])

    def _accepted(self, form: str | None, known: Known) -> Known:
        """What is known after the form was accepted."""
        if form not in self.library.forms:
            return known
        said = self._said[str(form)]
        implications = (item for item in known if isinstance(item, Implication))
        still = frozenset(surviving(implications, self.library.forms[str(form)], said))
        return frozenset(item for item in known if isinstance(item, str)) | still | said

    def _where_true(self, expression: Expression, known: Known) -> frozenset[str]:
        key = (expression, known)
        if key not in self._implied:
            try:
                self._implied[key] = implied(self.library, expression, known | self.always)
            except TooLarge:
                self._implied[key] = frozenset()
        return self._implied[key]

    # from step to step

    def _run(self) -> None:
        queue: list[str] = []
        for key, entries in self.entries.items():
            for start in self._starts(self.library.pathway.diagrams[key], ""):
                for index, known in enumerate(entries):
                    self._arrive(start, f"@{index}", known, queue)
        while queue:
            element = self.elements[queue.pop(0)]
            for target, cause, known in self._leave(element):
                self._arrive(target, cause, known, queue)

    def _arrive(self, target: str, cause: str, known: Known, queue: list[str]) -> None:
        ways = self.ways.setdefault(target, {})
        if ways.get(cause) == known:
            return
        ways[cause] = known
        if len(ways) < self._joins.get(target, 1):
            return  # a parallel join is passed when every branch has arrived
        before = self._met(target, list(ways.values()))
        if self.before.get(target) != before:
            self.before[target] = before
            if target not in queue:
                queue.append(target)

    def _met(self, target: str, ways: list[Known]) -> Known:
        if target not in self._joins:
            return frozenset.intersection(*ways)
        together = frozenset(item for way in ways for item in way if isinstance(item, str))
        return together | frozenset(item for item in frozenset.intersection(*ways) if isinstance(item, Implication))

    def _leave(self, element: Element) -> Iterator[tuple[str, str, Known]]:
        """(next step, cause, what is known on the way there); the cause tells ways into one step apart."""
        before = self.before[element.id]
        for entered in self._entered(element):
            yield entered, element.id, before
        if element.kind in ENDS:
            for caller in self._callers(element):
                yield from self._onward(caller)
        yield from self._onward(element.id)

    def _entered(self, element: Element) -> Iterable[str]:
        """What begins when the step does: its boundary events, and the inside of a sub-process or call."""
        diagram = self.home[element.id]
        yield from (other.id for other in diagram.elements.values() if other.attached_to == element.id)
        if element.kind == "subprocess":
            yield from self._starts(diagram, element.id)
        if element.kind == "call" and element.called in self.library.pathway.diagrams:
            yield from self._starts(self.library.pathway.diagrams[str(element.called)], "")

    def _onward(self, step: str) -> Iterator[tuple[str, str, Known]]:
        """The flows out of a step that was reached, once it can be left."""
        after = self._after(self.elements[step], self.before[step]) if step in self.before else None
        if after is not None:
            for flow in self._outgoing[step]:
                yield flow.target, flow.id, self._along(flow, after)

    def _callers(self, end: Element) -> list[str]:
        """The steps that an end lets go on: the sub-process around it, or what calls its process."""
        if end.parent:
            return [end.parent]
        return [element.id for element in self.elements.values() if element.called == self.home[end.id].key]

    def _after(self, element: Element, before: Known) -> Known | None:
        """What is known once a step is done; None while nothing is known of its inside yet."""
        match element.kind:
            case "user":
                known = before if element.requires is None else before | self._where_true(element.requires, before)
                return self._accepted(element.form, known)
            case "rule":
                return self._decided(element, before)
            case "call":
                return self._inside(before, self.library.pathway.diagrams.get(str(element.called)), "")
            case "subprocess":
                return self._inside(before, self.home[element.id], element.id)
            case "conditional" | "boundary_conditional" if element.condition is not None:
                return before | self._where_true(element.condition, before)
            case "timer" | "boundary_timer" if element.timer_kind == "date" and element.timer is not None:
                return before | {element.timer}
        return before

    def _inside(self, before: Known, diagram: Diagram | None, parent: str) -> Known | None:
        """What is known after a called process or sub-process: what was known, and what all its ends know."""
        if diagram is None:
            return before
        ends = [
            self.before[element.id]
            for element in diagram.elements.values()
            if element.kind in ENDS and element.parent == parent and element.id in self.before
        ]
        if not ends:
            return None
        at_end = frozenset.intersection(*ends)
        return at_end | frozenset(item for item in before if isinstance(item, str))

    def _decided(self, element: Element, before: Known) -> Known:
        """A table's output is set unless one of its rows that leave it unset can fire here."""
        table = self.library.tables.get(str(element.table))
        if table is None:
            return before
        rows = [row_condition(row) for row in table.rows]
        try:
            situations = Situations(self.library, rows, before | self.always)
        except TooLarge:
            return before - {table.output}
        unset = [asked for asked, row in zip(rows, table.rows, strict=True) if row.then is None]
        if any(situations.true(asked) for asked in unset):
            return before - {table.output}
        return before | {table.output}

    def _along(self, flow: Flow, known: Known) -> Known:
        """A flow out of a gateway is taken where its guard is true; the default where all others are false."""
        asked = taken(self.home[flow.source], flow)
        return known if asked is None else known | self._where_true(asked, known)

    def _starts(self, diagram: Diagram, parent: str) -> Iterable[str]:
        return [item.id for item in diagram.elements.values() if item.kind == "start" and item.parent == parent]

    # questions

    def known(self, element: str) -> Known:
        """All that is sure when the step is reached, the invariants of the forms included."""
        return self.before.get(element, frozenset()) | self.always

    def way_without(self, element: str, name: str) -> tuple[str, ...]:
        """A shortest way to the step on which the name is not surely set (element ids, the step last)."""
        came_from: dict[str, str | None] = {element: None}
        queue = [element]
        while queue:
            at = queue.pop(0)
            for cause, known in self.ways.get(at, {}).items():
                if name in with_derived(self.library, known):
                    continue
                source = self._source(cause)
                if source is None:
                    return _unwound(came_from, at)
                if source not in came_from:
                    came_from[source] = at
                    queue.append(source)
        return (element,)

    def _source(self, cause: str) -> str | None:
        if cause.startswith("@"):
            return None
        return cause if cause in self.elements else self._flow_sources[cause]


def _unwound(came_from: Mapping[str, str | None], first: str) -> tuple[str, ...]:
    way: list[str] = []
    at: str | None = first
    while at is not None:
        way.append(at)
        at = came_from[at]
    return tuple(way)


@once
def assigned(library: Library) -> Assigned:
    return Assigned(library)
