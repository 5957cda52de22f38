"""Which ways through a diagram pass at once, without waiting for a person or a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from engine.checks.analysis.blocks import Level, all_levels
from engine.checks.analysis.graph import Graph, reachable, taken
from engine.checks.analysis.once import once
from engine.checks.analysis.situations import Situations
from engine.checks.analysis.space import TooLarge
from engine.expressions import And, Expression, names
from engine.library import Element, Library

Passing = Callable[[str], bool]
"""Whether a process may come to its end in the moment it begins."""


def passes_at_once(library: Library, level: Level) -> Graph:
    """The ways out of each step that may be taken in the moment it is reached.

    A condition is level-triggered, so an event that waits for one may pass at once; a boundary event that
    waits for a condition may interrupt a task before anybody touches it.
    """
    return _passes_at_once(library, level, _passing(library).__getitem__)


@once
def _passing(library: Library) -> dict[str, bool]:
    """Which processes may come to their end in the moment they begin; each is looked at once, however often it is
    called. One that calls itself is refused by another check."""
    tops = {level.diagram.key: level for level in all_levels(library) if _is_top(level)}
    found: dict[str, bool] = {}

    def passes(process: str) -> bool:
        if process not in found:
            found[process] = True
            found[process] = _can_pass(library, tops[process], passes)
        return found[process]

    for process in tops:
        passes(process)
    return found


def _passes_at_once(library: Library, level: Level, passing: Passing) -> Graph:
    elements = {element.id: element for element in level.elements}
    graph: dict[str, tuple[str, ...]] = {}
    for source, targets in level.whole.items():
        waits = _waits(library, elements[source], passing)
        graph[source] = tuple(
            target
            for target in targets
            if (
                elements[target].kind == "boundary_conditional" if elements[target].attached_to == source else not waits
            )
        )
    return graph


def _waits(library: Library, element: Element, passing: Passing) -> bool:
    match element.kind:
        case "user" | "timer":
            return True
        case "subprocess":
            inner = next((item for item in all_levels(library) if item.elements[0].parent == element.id), None)
            return inner is not None and not _can_pass(library, inner, passing)
        case "call" if element.called in library.pathway.diagrams:
            return not passing(str(element.called))
    return False


def _is_top(level: Level) -> bool:
    return all(element.parent == "" for element in level.elements)


def _can_pass(library: Library, level: Level, passing: Passing) -> bool:
    return bool(reachable(_passes_at_once(library, level, passing), level.starts) & level.ends)


def calls_itself(library: Library) -> list[str]:
    """The processes that call themselves, directly or through others."""
    diagrams = library.pathway.diagrams
    calls = {
        key: tuple(str(element.called) for element in diagram.elements.values() if element.called in diagrams)
        for key, diagram in diagrams.items()
    }
    return [key for key in calls if key in reachable(calls, calls[key])]


def may_go_round(library: Library, level: Level, cycle: tuple[str, ...]) -> bool:
    """Whether one moment can meet all conditions and guards on a cycle.

    What steps of the cycle change themselves (decisions, acts) and what may change beside it (processes,
    duties) is left out of the question. A task is only left by an event at its border here: what it does is not done.
    """
    elements = level.diagram.elements
    outputs = {
        library.tables[str(elements[id_].table)].output for id_ in cycle if elements[id_].table in library.tables
    }
    acts = {f"act.{act.act}" for id_ in cycle if elements[id_].kind != "user" for act in elements[id_].acts}
    asked = [
        condition
        for condition in _on_the_way(level, cycle)
        if not any(
            name in outputs | acts or name.startswith(("process.", "duty.", "case.")) for name in names(condition)
        )
    ]
    try:
        return bool(Situations(library, asked).true(And(tuple(asked))))
    except TooLarge:
        return True


def _on_the_way(level: Level, cycle: tuple[str, ...]) -> Iterator[Expression]:
    """The conditions of the events and flows that a cycle passes."""
    for source, target in zip(cycle, (*cycle[1:], cycle[0]), strict=True):
        waited_for = level.diagram.elements[source].condition
        if waited_for is not None:
            yield waited_for
        ways = [flow for flow in level.diagram.outgoing(source) if flow.target == target]
        if len(ways) == 1:
            guard = taken(level.diagram, ways[0])
            if guard is not None:
                yield guard
