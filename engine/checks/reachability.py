"""Every step must be reachable from the start, and from every step an end must be reachable."""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.analysis.blocks import all_levels
from engine.checks.analysis.graph import reachable, reversed_graph
from engine.checks.report import Finding, finding
from engine.library import Library

CODE = "reachability"


def check(library: Library) -> Iterator[Finding]:
    for level in all_levels(library):
        reached = reachable(level.whole, level.starts)
        ending = reachable(reversed_graph(level.whole), level.ends)
        for element in level.elements:
            if element.id not in reached:
                message = f"{element.id} can never be reached from the start. Connect it, or remove it"
                yield finding(CODE, "error", message, element.where)
            elif element.id not in ending:
                message = f"No end can be reached from {element.id}. Connect it to what comes next, or to an end"
                yield finding(CODE, "error", message, element.where)
