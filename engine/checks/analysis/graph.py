"""How the steps of a diagram hang together: the ways out of a step, what can be reached, and cycles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from engine.library import Diagram, Element

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


def cycles(graph: Graph) -> list[tuple[str, ...]]:
    """One cycle for each set of steps that can all reach each other, as the way round it."""
    back = reversed_graph(graph)
    found: list[tuple[str, ...]] = []
    seen: set[str] = set()
    for node in graph:
        if node in seen:
            continue
        after = reachable(graph, graph[node])
        if node in after:
            together = after & reachable(back, [node])
            seen |= together
            found.append(_round_trip(graph, node, together))
    return found


def _round_trip(graph: Graph, node: str, inside: frozenset[str]) -> tuple[str, ...]:
    way = path(graph, [target for target in graph[node] if target in inside], node, inside)
    return (node, *way[:-1]) if way else (node,)


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
