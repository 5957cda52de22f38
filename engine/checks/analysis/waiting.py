"""Which ways through a diagram pass at once, without waiting for a person or a time."""

from __future__ import annotations

from engine.checks.analysis.blocks import Level, all_levels
from engine.checks.analysis.graph import Graph, reachable
from engine.library import Element, Library


def passes_at_once(library: Library, level: Level, calling: frozenset[str] = frozenset()) -> Graph:
    """The ways out of each step that may be taken in the moment it is reached.

    A condition is level-triggered, so an event that waits for one may pass at once; a boundary event that
    waits for a condition may interrupt a task before anybody touches it.
    """
    elements = {element.id: element for element in level.elements}
    graph: dict[str, tuple[str, ...]] = {}
    for source, targets in level.whole.items():
        waits = _waits(library, elements[source], calling)
        graph[source] = tuple(
            target
            for target in targets
            if (
                elements[target].kind == "boundary_conditional" if elements[target].attached_to == source else not waits
            )
        )
    return graph


def _waits(library: Library, element: Element, calling: frozenset[str]) -> bool:
    match element.kind:
        case "user" | "timer":
            return True
        case "subprocess":
            inner = next((item for item in all_levels(library) if item.elements[0].parent == element.id), None)
            return inner is not None and not _can_pass(library, inner, calling)
        case "call" if element.called in library.pathway.diagrams and element.called not in calling:
            called = library.pathway.diagrams[str(element.called)]
            top = next(item for item in all_levels(library) if item.diagram is called and _is_top(item))
            return not _can_pass(library, top, calling | {called.key})
    return False


def _is_top(level: Level) -> bool:
    return all(element.parent == "" for element in level.elements)


def _can_pass(library: Library, level: Level, calling: frozenset[str]) -> bool:
    return bool(reachable(passes_at_once(library, level, calling), level.starts) & level.ends)


def calls_itself(library: Library) -> list[str]:
    """The processes that call themselves, directly or through others."""
    diagrams = library.pathway.diagrams
    calls = {
        key: tuple(str(element.called) for element in diagram.elements.values() if element.called in diagrams)
        for key, diagram in diagrams.items()
    }
    return [key for key in calls if key in reachable(calls, calls[key])]
