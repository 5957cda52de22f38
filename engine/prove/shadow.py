"""The net that proofs are about, beside SpiffWorkflow: where it would not come to, no case comes (prove.md 7).

A proof holds for the net. So after each command the net is asked where a process may stand now, given where it stood
before, what was done, and which ways the conditions at gateways open; should the engine have brought it anywhere else,
that is not taken: the case stays where it was and is stuck, for a supervisor. Where the net leads is found out once for
each place of an edition.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from functools import cached_property

from engine.expressions import Expression
from engine.flow import Context, FlowError, Flows, Place, Places, Standing
from engine.library import Element, Library
from engine.prove.net import WAITING, Net

MOST = 2000
"""Courses that are followed from one place: beyond that the net says nothing of it."""
REMEMBERED = 10_000
"""Places of which it is remembered where they lead. Cases stand at a few hundred."""
Ways = tuple[str, ...]
_Run = tuple[Places, Places]
"""Tokens at rest, and those that are still to move."""


class ShadowedFlows(Flows):
    """Runs diagrams, and comes nowhere that the net does not: raises FlowError `off_course` besides what Flows
    raises."""

    @cached_property
    def _shadow(self) -> Shadow:
        return Shadow(self.library)

    def start(self, key: str, context: Context) -> Standing:
        seen = _Watching(context, self._shadow)
        return self._followed(key, super().start(key, seen), seen)

    def complete(self, key: str, snapshot: bytes, task_id: str, context: Context) -> Standing:
        seen = _Watching(context, self._shadow)
        return self._followed(key, super().complete(key, snapshot, task_id, seen), seen)

    def advance(self, key: str, snapshot: bytes, context: Context) -> Standing:
        seen = _Watching(context, self._shadow)
        return self._followed(key, super().advance(key, snapshot, seen), seen)

    def _followed(self, key: str, standing: Standing, seen: _Watching) -> Standing:
        if standing.was is None or standing.places is None:
            return standing
        may_stand = self._shadow.after(key, standing.was, standing.step, tuple(seen.ways))
        if may_stand is None or standing.places in may_stand:
            return standing
        known = {place for places in may_stand for place in places}
        where = next((place.element for place in standing.places if place not in known), standing.step or key)
        raise FlowError("off_course", where, "The program came to where the diagram does not lead")


class _Watching:
    """A case's own context, which is read once more at each gateway that the engine passes."""

    def __init__(self, context: Context, shadow: Shadow) -> None:
        self.context = context
        self.shadow = shadow
        self.ways: list[str] = []
        """The flows that were open, by their own conditions."""

    @property
    def now(self) -> datetime:
        return self.context.now

    def evaluate(self, condition: Expression) -> bool | None:
        return self.context.evaluate(condition)

    def due(self, element: Element) -> datetime:
        return self.context.due(element)

    def decide(self, element: Element) -> None:
        self.context.decide(element)

    def passed(self, element: Element) -> None:
        if element.kind == "exclusive":
            self.ways += self._open(element)
        self.context.passed(element)

    def _open(self, gateway: Element) -> list[str]:
        flows = self.shadow.net.outgoing[gateway.id]
        asked = [flow for flow in flows if flow.condition is not None and not flow.is_default]
        true = [flow.id for flow in asked if flow.condition is not None and self.evaluate(flow.condition)]
        return true or [flow.id for flow in flows if flow not in asked]


class Shadow:
    """Where each process of an edition may stand after each command."""

    def __init__(self, library: Library) -> None:
        self.net = Net(library)
        diagrams = library.pathway.diagrams.values()
        self.sources = {
            id_: Counter(flow.source for flow in diagram.incoming(id_))
            for diagram in diagrams
            for id_, element in diagram.elements.items()
            if element.kind == "parallel"
        }
        self._known: dict[tuple[str, Places, str, Ways], frozenset[Places] | None] = {}

    def after(self, process: str, was: Places, step: str, ways: Ways = ()) -> frozenset[Places] | None:
        """All that may follow when `step` is done, or fires, where a process was waiting; when it starts, for one that
        was nowhere. `ways` are the flows that were open at the gateways that were passed; at others, any may be. None
        when the net cannot say."""
        key = (process, was, step, ways)
        if key not in self._known:
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            self._known[key] = _Steps(self, frozenset(ways)).after(process, was, step)
        return self._known[key]


class _Steps:
    """Where tokens go, some ways being open."""

    def __init__(self, shadow: Shadow, ways: frozenset[str]) -> None:
        self.net = shadow.net
        self.sources = shadow.sources
        self.ways = ways

    def after(self, process: str, was: Places, step: str) -> frozenset[Places] | None:
        if any(number > 1 and self._has_border(place) for place, number in Counter(was).items()):
            return None  # which of two that are alike goes on is not said
        if not was:
            return self._to_rest((), tuple(Place((), id_) for id_ in self.net.starts[process, ""]))
        if not step:
            return frozenset({was})
        found: set[Places] = set()
        for place in dict.fromkeys(was):
            if place.element == step:
                after = self._to_rest(*self._left(was, place, self.net.elements[step]))
                if after is None:
                    return None
                found |= after
        return frozenset(found)

    def _has_border(self, place: Place) -> bool:
        """Whether it is a step with events at its border, or such an event."""
        return bool(self.net.attached.get(place.element)) or self.net.elements[place.element].attached_to is not None

    def _left(self, was: Places, place: Place, element: Element) -> _Run:
        """A token goes on from where it rests. One that fires at the border of a step takes that step away, with all
        within it, if it interrupts; a step that is done takes away what waits at its border."""
        host = element.attached_to
        left = list(was)
        left.remove(place)
        rest = tuple(left)
        if host is None:
            rest = self._without_border(rest, place.path, place.element)
        elif element.interrupting:
            inside = (*place.path, host)
            rest = self._without_border(rest, place.path, host)
            rest = tuple(o for o in rest if (o.path, o.element) != (place.path, host) and not _within(o, inside))
        return rest, self._onward(place.path, place.element)

    def _without_border(self, rest: Places, path: tuple[str, ...], host: str) -> Places:
        events = {event.id for event in self.net.attached.get(host, ())}
        return tuple(other for other in rest if other.path != path or other.element not in events)

    def _to_rest(self, rest: Places, moving: Places) -> frozenset[Places] | None:
        """Where all tokens may come to rest, whichever way is taken at each gateway."""
        todo: list[_Run] = [(rest, moving)]
        seen: set[_Run] = set()
        found: set[Places] = set()
        while todo:
            run = todo.pop()
            if run in seen:
                continue
            seen.add(run)
            if len(seen) > MOST:
                return None
            rest, moving = run
            if moving:
                todo += ((tuple(sorted(r)), m) for r, m in self._moved(rest, moving[1:], moving[0]))
            else:
                found.add(rest)
        return frozenset(found)

    def _moved(self, rest: Places, moving: Places, token: Place) -> Iterator[_Run]:
        element = self.net.elements[token.element]
        path, id_, _ = token
        if element.kind in WAITING or element.kind in ("call", "subprocess"):
            stays = [Place(path, id_)] if element.kind in WAITING else []
            border = (Place(path, event.id) for event in self.net.attached.get(id_, ()))
            within = () if stays else (Place((*path, id_), start) for start in self.net.entered_at(element))
            yield (*rest, *stays, *border), (*moving, *within)
        elif element.kind == "exclusive":
            flows = self.net.outgoing[id_]
            for flow in [flow for flow in flows if flow.id in self.ways] or flows:
                yield rest, (*moving, Place(path, flow.target, id_))
        elif element.kind == "parallel" and self.sources[id_].total() > 1:
            yield self._joined(rest, moving, token)
        elif element.kind in ("end", "terminate"):
            if element.kind == "terminate":
                rest, moving = (tuple(o for o in tokens if not _within(o, path)) for tokens in (rest, moving))
            stay = any(_within(other, path) for other in (*rest, *moving))
            yield (rest, moving) if stay else self._out(rest, moving, path)
        else:
            yield rest, (*moving, *self._onward(path, id_))

    def _joined(self, rest: Places, moving: Places, token: Place) -> _Run:
        """The branches go on together once there is one by each flow."""
        rest = (*rest, token)
        here = Counter(other.came for other in rest if other[:2] == token[:2])
        if self.sources[token.element] - here:
            return rest, moving
        left = list(rest)
        for source in self.sources[token.element].elements():
            left.remove(token._replace(came=source))
        return tuple(left), (*moving, *self._onward(token.path, token.element))

    def _out(self, rest: Places, moving: Places, scope: tuple[str, ...]) -> _Run:
        """What is around the steps of a scope goes on after the last of them."""
        if not scope:
            return rest, moving
        path, host = scope[:-1], scope[-1]
        return self._without_border(rest, path, host), (*moving, *self._onward(path, host))

    def _onward(self, path: tuple[str, ...], element: str) -> Places:
        return tuple(Place(path, flow.target, element) for flow in self.net.outgoing[element])


def _within(place: Place, path: tuple[str, ...]) -> bool:
    return place.path[: len(path)] == path
