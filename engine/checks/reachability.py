"""Every step must be reachable from the start, and from every step an end must be reachable."""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.analysis.blocks import Level, all_levels
from engine.checks.analysis.graph import reachable, reversed_graph
from engine.checks.report import Finding, finding
from engine.library import Element, Library

CODE = "reachability"


def check(library: Library) -> Iterator[Finding]:
    for level in all_levels(library):
        reached = reachable(level.whole, level.starts)
        ending = reachable(reversed_graph(level.whole), level.ends)
        yield from _steps(
            level,
            [element.id for element in level.elements if element.id not in reached],
            "can never be reached from the start. Connect the first of them, or remove it",
        )
        yield from _steps(
            level,
            [element.id for element in level.elements if element.id in reached - ending],
            "can never come to an end. Connect the last of them to what comes next, or to an end",
        )
        yield from _steps(
            level,
            [element.id for element in level.elements if element.id in ending and _leads_nowhere(level, element)],
            "leads nowhere once it is done: only an event at its border goes on. Connect it to what comes next, or to "
            "an end",
        )


def _leads_nowhere(level: Level, element: Element) -> bool:
    return element.kind not in ("end", "terminate") and not level.diagram.outgoing(element.id)


def _steps(level: Level, steps: list[str], what: str) -> Iterator[Finding]:
    if steps:
        where = level.diagram.elements[steps[0]].where
        yield finding(CODE, "error", f"{', '.join(steps)} {what}", where, elements=tuple(steps))
