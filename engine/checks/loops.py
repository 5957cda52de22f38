"""Every loop must wait for a person or a time, and no loop may run inside a parallel branch."""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.analysis.blocks import Level, all_levels, blocks
from engine.checks.analysis.graph import cycles
from engine.checks.analysis.waiting import calls_itself, passes_at_once
from engine.checks.report import Finding, finding
from engine.library import Library

CODE = "loops"


def check(library: Library) -> Iterator[Finding]:
    for level in all_levels(library):
        for cycle in cycles(passes_at_once(library, level)):
            message = (
                f"The loop over {', '.join(cycle)} never waits for a person or a time, so it would run for ever. Put a "
                "task or a timer on it"
            )
            where = level.diagram.elements[cycle[0]].where
            yield finding(CODE, "error", message, where, elements=cycle, path=(*cycle, cycle[0]))
        yield from _in_branches(library, level)
    for key in calls_itself(library):
        message = f"{key} calls itself, directly or through others. Let a rule start it instead"
        yield finding(CODE, "error", message, library.pathway.diagrams[key].where, elements=(key,))


def _in_branches(library: Library, level: Level) -> Iterator[Finding]:
    for block in blocks(library):
        if block.level is not level or block.join is None:
            continue
        for branch in block.branches:
            inside = {node: tuple(t for t in level.whole[node] if t in branch) for node in branch}
            for cycle in cycles(inside):
                message = (
                    f"The loop over {', '.join(cycle)} runs inside a parallel branch of {block.fork.id}. Put it into a "
                    "sub-process or a process of its own"
                )
                where = level.diagram.elements[cycle[0]].where
                yield finding(CODE, "error", message, where, elements=cycle, path=(*cycle, cycle[0]))
