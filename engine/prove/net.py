"""Where the tokens of a process stand, and how the parts of its diagrams hang together (prove.md 3.1).

A process is followed with all that it calls: a token's path names the call activities and sub-processes around it,
the outermost first. Between two commands tokens rest only at steps that wait for a person, a time, a condition or
the other branches of a block.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import NamedTuple

from engine.library import Element, Flow, Library
from engine.rules.schedules import OPENS_AT

WAITING = frozenset({"user", "timer", "conditional"})
"""Steps at which a token rests until a person, a time or a condition lets it go on."""

MANY = 2
"""Equal tokens that are told apart: two stand for two or more, so that a handler that starts again and again stays
finite. What is proved of two or more holds for any number."""


class Token(NamedTuple):
    """`rest` are the non-interrupting events of a step that have not fired yet, or the flow by which a join was
    reached."""

    path: tuple[str, ...]
    element: str
    rest: tuple[str, ...] = ()


Marking = tuple[Token, ...]
"""Where a process stands: tokens, sorted."""


def marking(tokens: Iterable[Token]) -> Marking:
    """Sorted, and no token more than MANY times."""
    kept: list[Token] = []
    for token in sorted(tokens):
        if kept[-MANY:] != [token] * MANY:
            kept.append(token)
    return tuple(kept)


class Net:
    """The diagrams of a pathway, ready to be followed."""

    def __init__(self, library: Library) -> None:
        self.elements: dict[str, Element] = {}
        self.home: dict[str, str] = {}
        self.outgoing: dict[str, tuple[Flow, ...]] = {}
        self.incoming: dict[str, tuple[str, ...]] = {}
        self.attached: dict[str, list[Element]] = {}
        self.starts: dict[tuple[str, str], list[str]] = {}
        for diagram in library.pathway.diagrams.values():
            for element in diagram.elements.values():
                self.elements[element.id] = element
                self.home[element.id] = diagram.key
                self.outgoing[element.id] = diagram.outgoing(element.id)
                self.incoming[element.id] = tuple(flow.id for flow in diagram.incoming(element.id))
                if element.attached_to is not None:
                    self.attached.setdefault(element.attached_to, []).append(element)
                if element.kind == "start":
                    self.starts.setdefault((diagram.key, element.parent), []).append(element.id)
        schedules = [schedule.process for schedule in library.schedules.values()]
        self.roots = frozenset({*library.pathway.named, *(rule.process for rule in library.starts), *schedules})
        """The processes that begin on their own."""
        once = (library.pathway.main, library.pathway.reopened, *(rule.process for rule in library.starts))
        self.single = tuple(dict.fromkeys(key for key in once if key is not None))
        """Those of which no two run at the same time, so that one of them can be followed."""
        self.opening = frozenset(id_ for key in schedules for id_ in self._opening(key))
        """The timers at which a visit waits to open: until then it may be taken back."""
        self.visits = tuple(key for key in dict.fromkeys(schedules) if key not in self.single and self._opening(key))
        """Processes of a schedule, of which several may run at the same time: any one of them can be followed."""
        self.scopes = {schedule.process: schedule.scope for schedule in library.schedules.values()}
        """The kind of scope that each visit has of its own."""
        self.followable = (*self.single, *self.visits)
        self._inside: dict[str, frozenset[str]] = {}
        self._reaches: dict[str, frozenset[str]] = {}
        self.after = {id_: self._after(id_) for id_ in self.elements}
        """The steps that may come next after each, on its level: where it leads, and the events at its border."""
        self.before: dict[str, list[str]] = {id_: [] for id_ in self.elements}
        for id_, steps in self.after.items():
            for step in steps:
                self.before[step].append(id_)

    def _after(self, step: str) -> tuple[str, ...]:
        events = (event.id for event in self.attached.get(step, ()))
        return (*(flow.target for flow in self.outgoing[step]), *events)

    @cached_property
    def rounds(self) -> frozenset[str]:
        """The steps to which a token may come back on its level."""
        return frozenset(id_ for id_ in self.elements if id_ in self.ahead(id_))

    def ahead(self, step: str) -> set[str]:
        """The steps to which a token may come from one, on its level."""
        seen: set[str] = set()
        queue = [step]
        while queue:
            new = [after for after in self.after[queue.pop()] if after not in seen]
            seen.update(new)
            queue += new
        return seen

    def _opening(self, process: str) -> tuple[str, ...]:
        """The timers that a process comes to at once and that wait for a visit to open; none unless nothing else
        happens before."""
        first = [flow.target for id_ in self.starts.get((process, ""), ()) for flow in self.outgoing[id_]]
        waits = [id_ for id_ in first if self.elements[id_].kind == "timer" and self.elements[id_].timer == OPENS_AT]
        return tuple(waits) if len(waits) == len(first) else ()

    def unattended(self, process: str) -> bool:
        """Whether a process might begin and end without anybody doing a step of it: unless every way from its start
        comes to a person's step that no event can take away."""
        seen: set[str] = set()
        queue = list(self.starts.get((process, ""), ()))
        while queue:
            step = queue.pop()
            element, events = self.elements[step], self.attached.get(step, ())
            if element.kind in ("end", "terminate"):
                return True
            if step not in seen and (element.kind != "user" or events):
                queue += [flow.target for one in (element, *events) for flow in self.outgoing[one.id]]
            seen.add(step)
        return False

    def leads(self, token: Token, step: str) -> bool:
        """Whether a token may come to a step, or into what is called there."""
        return any(step in self._reach(id_) for id_ in (token.element, *token.path))

    def _reach(self, step: str) -> frozenset[str]:
        found = self._reaches.get(step)
        if found is None:
            ahead = self.ahead(step)
            found = self._reaches[step] = frozenset(ahead).union(*(self.around(self.elements[id_]) for id_ in ahead))
        return found

    def own_facts(self, library: Library, processes: Iterable[str]) -> frozenset[str]:
        """The facts that each visit has of its own, of the visits among some processes."""
        scopes = {self.scopes[process] for process in processes if process in self.visits}
        return frozenset(fact.id for fact in library.facts.values() if fact.scope in scopes)

    def start(self, process: str) -> list[Token]:
        return [Token((), id_) for id_ in self.starts[process, ""]]

    def entered(self, token: Token) -> list[Token]:
        """The starts of what a call activity calls, or of a sub-process."""
        return [Token((*token.path, token.element), id_) for id_ in self.entered_at(self.elements[token.element])]

    def entered_at(self, element: Element) -> list[str]:
        key = (str(element.called), "") if element.kind == "call" else (self.home[element.id], element.id)
        return self.starts.get(key, [])

    def around(self, element: Element) -> frozenset[str]:
        """Every step within a call activity or a sub-process."""
        if element.kind == "call":
            return self.steps(str(element.called))
        if element.kind != "subprocess":
            return frozenset()
        own = {id_ for id_, other in self.elements.items() if other.parent == element.id}
        return frozenset(own).union(*(self.around(self.elements[id_]) for id_ in own))

    def callers(self, end: Element) -> list[str] | None:
        """The steps that an end lets go on; None when its process may have begun on its own."""
        if end.parent:
            return [end.parent]
        home = self.home[end.id]
        if home in self.roots:
            return None
        return [element.id for element in self.elements.values() if element.called == home]

    def armed(self, element: str) -> tuple[str, ...]:
        """The non-interrupting events that may still fire at a step that was just entered."""
        return tuple(sorted(event.id for event in self.attached.get(element, ()) if not event.interrupting))

    def events(self, token: Token) -> Iterator[Element]:
        """The timers and conditions that may fire where a token rests."""
        element = self.elements[token.element]
        if element.kind in ("timer", "conditional"):
            yield element
        for event in self.attached.get(token.element, ()):
            if event.interrupting or event.id in token.rest:
                yield event

    def steps(self, process: str) -> frozenset[str]:
        """Every element of a process and of what it calls."""
        found = self._inside.get(process)
        if found is None:
            self._inside[process] = frozenset()  # a process that calls itself is refused by a check
            own = {id_ for id_, home in self.home.items() if home == process}
            called = {str(self.elements[id_].called) for id_ in own if self.elements[id_].kind == "call"}
            found = frozenset(own).union(*(self.steps(key) for key in called if key in set(self.home.values())))
            self._inside[process] = found
        return found


def within(token: Token, path: tuple[str, ...]) -> bool:
    """Whether a token stands in a scope, or deeper."""
    return token.path[: len(path)] == path
