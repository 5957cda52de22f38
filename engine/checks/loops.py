"""Every loop must wait for a person or a time, and no loop may run inside a parallel branch."""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.analysis.blocks import Block, Level, all_levels, blocks
from engine.checks.analysis.graph import cycles
from engine.checks.analysis.waiting import calls_itself, may_go_round, passes_at_once
from engine.checks.report import Finding, finding
from engine.library import Library

CODE = "loops"


def check(library: Library) -> Iterator[Finding]:
    for level in all_levels(library):
        for cycle in cycles(passes_at_once(library, level)):
            if may_go_round(library, level, cycle):
                what = "never waits for a person or a time, so it would run for ever. Put a task or a timer on it"
                yield _loop(level, cycle, what)
                break
    for block in blocks(library):
        if block.join is not None:
            yield from _in_branches(block)
    for key in calls_itself(library):
        message = f"{key} calls itself, directly or through others. Let a rule start it instead"
        yield finding(CODE, "error", message, library.pathway.diagrams[key].where, elements=(key,))


def _in_branches(block: Block) -> Iterator[Finding]:
    for branch in block.branches:
        inside = {node: tuple(target for target in block.level.whole[node] if target in branch) for node in branch}
        for cycle in cycles(inside):
            what = f"runs inside a parallel branch of {block.fork.id}. Put it into a sub-process or process of its own"
            yield _loop(block.level, cycle, what)
            break


def _loop(level: Level, cycle: tuple[str, ...], what: str) -> Finding:
    where = level.diagram.elements[cycle[0]].where
    message = f"The loop over {', '.join(cycle)} {what}"
    return finding(CODE, "error", message, where, elements=cycle, path=(*cycle, cycle[0]))
