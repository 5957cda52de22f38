"""Steps that a proof need not stop at (agglomeration, prove.md 3.3).

A step that waits is passed at once when nothing the focus follows is read or written by it, nor on the ways from it to
the next steps that wait: whatever can happen while a token rests there can happen as well where it rests next. So the
state space shrinks to the steps that matter to the duty, and no course is lost.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from engine.checks.analysis.situations import row_condition
from engine.expressions import ActText, Expression, names
from engine.library import Element, Library
from engine.prove.focus import CASE_END, Focus, base_of, conditions_of
from engine.prove.net import WAITING, Net


class Skipping:
    """Which steps can be passed within one focus."""

    def __init__(self, library: Library, net: Net, focus: Focus) -> None:
        self.library = library
        self.net = net
        self.focus = focus
        told = frozenset().union(*(names(item) for item in conditions_of(focus.duty)))
        read = told.union(*(base_of(library, name) for name in told))
        self.decides = any(self._writes(table.output) and table.output in read for table in library.tables.values())
        """Whether what the duty reads may change between two acts, so that its monitor must hear of each step."""
        running = (name.removeprefix("process.") for name in read if name.startswith("process."))
        self.told_of = frozenset().union(*(net.steps(process) for process in running if self._in_one_go(process)))
        """Steps of processes of which the duty reads whether they run and that may begin and end in one go: only while
        they do something does its monitor hear of them."""
        self._mattering: dict[str, bool] = {}
        self._passed: dict[str, bool] = {}
        self._commuting: dict[str, bool] = {}
        self._fading: dict[str, bool] = {}
        self._lingering: dict[tuple[str, str], tuple[tuple[str, ...], str] | None] = {}

    def _in_one_go(self, process: str) -> bool:
        """Whether a process may end without ever having waited; what it calls is taken to let it go on."""
        seen: set[str] = set()
        queue = list(self.net.starts.get((process, ""), ()))
        while queue:
            step = queue.pop()
            element = self.net.elements[step]
            if element.kind in ("end", "terminate"):
                return True
            if step not in seen and element.kind not in WAITING:
                queue += self._next(step)
            seen.add(step)
        return False

    def passes(self, element: str) -> bool:
        """Whether a token may go on at once from a step that waits, along each way that leads out of it."""
        found = self._passed.get(element)
        if found is None:
            found = self._passed[element] = self._silent(element)
        return found

    def unseen(self, element: str) -> bool:
        """Whether a token never rests there."""
        return self.passes(element) or self.fades(element)

    def commutes(self, element: str) -> bool:
        """Whether it makes no difference when a token leaves a step that does not wait: nothing the focus follows is
        read, written or done, and no other token is taken away. Then no other order need be tried."""
        found = self._commuting.get(element)
        if found is None:
            step = self.net.elements[element]
            found = step.kind != "terminate" and not self.matters(step)
            found = found and not any(self._reads(flow.condition) for flow in self.net.outgoing[element])
            self._commuting[element] = found
        return found

    def fades(self, element: str) -> bool:
        """Whether nothing that the focus follows can come of a token any more until it is gone, in its own process or
        sub-process: all that it does there is to keep this running."""
        found = self._fading.get(element)
        if found is None:
            found = self._fading[element] = self._fades(element)
        return found

    def lingers(self, element: str) -> tuple[tuple[str, ...], str] | None:
        """A step at which a token may stand for all that fade beside this one, and the calls and sub-processes around
        it from here; None where none would wait."""
        key = self.net.home[element], self.net.elements[element].parent
        if key not in self._lingering:
            self._lingering[key] = self._waiting_at(*key)
        return self._lingering[key]

    def _waiting_at(self, home: str, parent: str) -> tuple[tuple[str, ...], str] | None:
        """The first step of a level that fades and waits, or else the first that waits within what fades there: a
        token stands there, whether or not it would fade by itself."""
        fading = [element for element in self._level(home, parent) if self.fades(element.id)]
        return self._first_waiting(fading)

    def _first_waiting(self, elements: list[Element]) -> tuple[tuple[str, ...], str] | None:
        for element in elements:
            if element.kind in WAITING:
                return (), element.id
        for element in elements:
            if element.kind in ("call", "subprocess"):
                within = (
                    (str(element.called), "") if element.kind == "call" else (self.net.home[element.id], element.id)
                )
                if found := self._first_waiting(self._level(*within)):
                    return (element.id, *found[0]), found[1]
        return None

    def _level(self, home: str, parent: str) -> list[Element]:
        elements = (self.net.elements[id_] for id_, at in sorted(self.net.home.items()) if at == home)
        return [element for element in elements if element.parent == parent]

    def _fades(self, id_: str) -> bool:
        if id_ in self._lasting:
            return False
        return not (self.focus.holding and self._comes_through({id_, *self.net.ahead(id_)}))

    @cached_property
    def _lasting(self) -> frozenset[str]:
        """The steps from which a token may come to anything that matters, or that hangs on other tokens."""
        queue = [element.id for element in self.net.elements.values() if self._lasts(element)]
        found = set(queue)
        while queue:
            new = [id_ for id_ in self.net.before[queue.pop()] if id_ not in found]
            found.update(new)
            queue += new
        return frozenset(found)

    def _lasts(self, element: Element) -> bool:
        if element.kind in ("terminate", "parallel") or self.matters(element):
            return True
        return any(self.matters(self.net.elements[inner]) for inner in self.net.around(element))

    def _comes_through(self, steps: set[str]) -> bool:
        """Whether whoever goes on among these steps surely comes to their end: nothing may hold a token there, and none
        comes round again. What stands for them all might stay for ever, so that each is followed by itself."""
        inside = steps.union(*(self.net.around(self.net.elements[step]) for step in steps))
        return not any(self.may_hold(self.net.elements[step]) or step in self.net.rounds for step in inside)

    def _silent(self, id_: str) -> bool:
        element = self.net.elements[id_]
        if self.matters(element) or id_ in self.net.opening:
            return False
        if self.focus.holding and (self.may_hold(element) or id_ in self.net.rounds):
            return False
        seen: set[str] = set()
        queue = list(self.net.after[id_])
        while queue:
            step = queue.pop()
            if step in seen:
                continue
            seen.add(step)
            other = self.net.elements[step]
            if self._hurries(other) or other.kind == "terminate":  # which takes away what else is there
                return False
            if other.kind in WAITING:
                continue
            if self.matters(other) or any(self._reads(flow.condition) for flow in self.net.outgoing[step]):
                return False
            onward = self._through(other)
            if onward is None:
                return False
            queue += onward
        return True

    def _hurries(self, element: Element) -> bool:
        """Whether something that the focus follows makes a token go on from there as soon as it comes: had it rested
        before, that might be no longer so."""
        events = (element, *self.net.attached.get(element.id, ()))
        return any(event.kind != "user" and self._reads(event.condition) for event in events)

    def may_hold(self, element: Element) -> bool:
        """Whether a token may have to rest there for something that the focus does not follow, and for ever."""
        return element.requires is not None or (element.condition is not None and element.kind == "conditional")

    def _next(self, step: str) -> list[str]:
        return [flow.target for flow in self.net.outgoing[step]]

    def _through(self, element: Element) -> list[str] | None:
        """Where a step that does not wait leads; None when a process may end there, which others see, or what has
        events at its border, which can fire no more."""
        if element.kind in ("end", "terminate"):
            callers = self.net.callers(element)
            if callers is None or any(self.net.attached.get(caller) for caller in callers):
                return None
            return [target for caller in callers for target in self._next(caller)]
        if element.kind in ("call", "subprocess"):
            return self.net.entered_at(element)
        return self._next(element.id)

    def matters(self, element: Element) -> bool:
        """Whether the focus follows anything that the step itself reads, writes or does."""
        found = self._mattering.get(element.id)
        if found is None:
            found = self._mattering[element.id] = self._matters(element)
        return found

    def _matters(self, element: Element) -> bool:
        if element.acts and element.id in self.told_of:
            return True
        if self._acts(element.acts) or self._reads(element.requires) or self._reads(element.condition):
            return True
        form = self.library.forms.get(str(element.form))
        if form is not None and any(self._writes(name) for name in form.properties):
            return True
        table = self.library.tables.get(str(element.table)) if element.kind == "rule" else None
        return table is not None and (
            self._writes(table.output) or any(self._reads(row_condition(row)) for row in table.rows)
        )

    def _acts(self, acts: Iterable[ActText]) -> bool:
        return any(act.act in self.focus.acts or act.act == CASE_END or self.decides for act in acts)

    def _writes(self, fact: str) -> bool:
        return fact in self.focus.names or bool(self.focus.follows.get(fact))

    def _reads(self, expression: Expression | None) -> bool:
        return expression is not None and any(self.focus.valuations.answers(name) for name in names(expression))
