"""Parallel blocks of a diagram: each fork with its join, the branches between them, and what spoils them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.checks.analysis.graph import ENDS, Graph, level_graph, levels, path, reachable, reversed_graph
from engine.checks.analysis.once import once
from engine.library import Diagram, Element, Library


@dataclass(frozen=True, slots=True)
class Level:
    """The steps of a diagram or of one of its sub-processes. `graph` has no ways out of non-interrupting
    boundary events, because what follows them runs beside the step; `whole` has them."""

    diagram: Diagram
    elements: tuple[Element, ...]
    graph: Graph
    whole: Graph

    @property
    def ends(self) -> frozenset[str]:
        return frozenset(element.id for element in self.elements if element.kind in ENDS)

    @property
    def starts(self) -> frozenset[str]:
        return frozenset(element.id for element in self.elements if element.kind == "start")


@dataclass(frozen=True, slots=True)
class Block:
    """A fork; `join` is None when its branches do not all come to one; `escape` is then a way round it."""

    level: Level
    fork: Element
    join: str | None
    branches: tuple[frozenset[str], ...]
    escape: tuple[str, ...] = ()


@once
def all_levels(library: Library) -> tuple[Level, ...]:
    return tuple(_levels(library))


def _levels(library: Library) -> Iterator[Level]:
    for diagram in library.pathway.diagrams.values():
        for elements in levels(diagram).values():
            whole = level_graph(diagram, elements)
            beside = {element.id for element in elements if element.attached_to and not element.interrupting}
            graph = {
                source: tuple(target for target in targets if target not in beside) for source, targets in whole.items()
            }
            yield Level(diagram, elements, graph, whole)


@once
def blocks(library: Library) -> tuple[Block, ...]:
    """Every parallel gateway with several ways out, on any level."""
    return tuple(
        _block(level, element)
        for level in all_levels(library)
        for element in level.elements
        if element.kind == "parallel" and len(level.diagram.outgoing(element.id)) > 1
    )


def _block(level: Level, fork: Element) -> Block:
    first = [flow.target for flow in level.diagram.outgoing(fork.id) if flow.target in level.graph]
    join = _meeting_point(level, fork.id)
    without = frozenset({join} if join else ())
    branches = tuple(reachable(level.graph, [target], without) for target in first)
    escape: tuple[str, ...] = ()
    if join is None:
        escape = _way_out(level, fork.id, first)
    return Block(level, fork, join, branches, escape)


def _meeting_point(level: Level, fork: str) -> str | None:
    """The nearest step that every way from the fork to an end passes."""
    after = reachable(level.graph, level.graph[fork]) - {fork}
    passed = [step for step in after if not reachable(level.graph, level.graph[fork], frozenset({step})) & level.ends]
    if not after & level.ends:
        return None
    before = {step: reachable(level.graph, level.graph[fork], frozenset({step})) for step in passed}
    nearest = [step for step in passed if not before[step] & (frozenset(passed) - {step})]
    return nearest[0] if nearest and nearest[0] not in level.ends else None


def _way_out(level: Level, fork: str, first: list[str]) -> tuple[str, ...]:
    """A way from the fork to an end that passes none of the joins which another branch comes to."""
    back = reversed_graph(level.graph)
    joins = frozenset(
        element.id for element in level.elements if element.kind == "parallel" and len(back[element.id]) > 1
    )
    inner = {node: targets if node not in joins else () for node, targets in level.graph.items()}
    for end in sorted(level.ends):
        way = path(inner, first, end)
        if way:
            return (fork, *way)
    return (fork,)
