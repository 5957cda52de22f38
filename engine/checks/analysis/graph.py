"""How the steps of a diagram hang together: the ways out of a step, what can be reached, and cycles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from engine.expressions import And, Expression, Not
from engine.library import Diagram, Element, Flow

Graph = Mapping[str, tuple[str, ...]]
"""Element id -> the elements that may come next, at one level (a sub-process is a single step of its level)."""

TASKS = frozenset({"user", "rule", "call", "subprocess"})
BOUNDARIES = frozenset({"boundary_timer", "boundary_conditional"})
ENDS = frozenset({"end", "terminate"})


def levels(diagram: Diagram) -> Mapping[str, tuple[Element, ...]]:
    """The elements by the sub-process they stand in; '' is the diagram itself."""
    found: dict[str, list[Element]] = {"": []}
    for element in diagram.elements.values():
        found.setdefault(element.parent, []).append(element)
    return {parent: tuple(elements) for parent, elements in found.items()}


def level_graph(diagram: Diagram, elements: Iterable[Element]) -> dict[str, tuple[str, ...]]:
    """Flows, and the boundary events of a step as further ways out of it."""
    inside = {element.id: [] for element in elements}  # type: dict[str, list[str]]
    for flow in diagram.flows.values():
        if flow.source in inside and flow.target in inside:
            inside[flow.source].append(flow.target)
    for element in diagram.elements.values():
        if element.attached_to in inside and element.id in inside:
            inside[str(element.attached_to)].append(element.id)
    return {source: tuple(targets) for source, targets in inside.items()}


def reversed_graph(graph: Graph) -> dict[str, tuple[str, ...]]:
    back: dict[str, list[str]] = {node: [] for node in graph}
    for source, targets in graph.items():
        for target in targets:
            back[target].append(source)
    return {node: tuple(sources) for node, sources in back.items()}


def reachable(graph: Graph, starts: Iterable[str], without: frozenset[str] = frozenset()) -> frozenset[str]:
    """All that can be reached from `starts`, themselves included, without entering `without`."""
    found = {start for start in starts if start not in without}
    queue = list(found)
    while queue:
        for target in graph[queue.pop()]:
            if target not in found and target not in without:
                found.add(target)
                queue.append(target)
    return frozenset(found)


def cycles(graph: Graph, limit: int = 1000) -> Iterator[tuple[str, ...]]:
    """The ways round that pass no step twice, each once; at most `limit` of them."""
    order = {node: index for index, node in enumerate(graph)}
    counted = 0
    for first in graph:
        ways: list[tuple[str, ...]] = [(first,)]
        home = reachable(reversed_graph(graph), [first])
        while ways and counted < limit:
            way = ways.pop()
            for target in graph[way[-1]]:
                if target == first:
                    counted += 1
                    yield way
                elif target in home and order[target] > order[first] and target not in way:
                    ways.append((*way, target))


def path(graph: Graph, starts: Iterable[str], goal: str, inside: frozenset[str] | None = None) -> tuple[str, ...]:
    """A shortest way from one of `starts` to `goal`, both included; empty if there is none."""
    came_from: dict[str, str | None] = {start: None for start in starts}
    queue = list(came_from)
    while queue:
        at = queue.pop(0)
        if at == goal:
            way: list[str] = []
            step: str | None = at
            while step is not None:
                way.append(step)
                step = came_from[step]
            return tuple(reversed(way))
        for target in graph[at]:
            if target not in came_from and (inside is None or target in inside):
                came_from[target] = at
                queue.append(target)
    return ()


def taken(diagram: Diagram, flow: Flow) -> Expression | None:
    """When a flow is taken: where its guard is true, or, for the default, where all others are false."""
    if not flow.is_default:
        return flow.condition
    others = [other.condition for other in diagram.outgoing(flow.source) if other.id != flow.id]
    negated = tuple(Not(other) for other in others if other is not None)
    return And(negated) if negated else None
