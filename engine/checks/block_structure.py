"""Parallel branches must meet again in one join: a branch that leaves lets the join wait for ever."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from engine.checks.analysis.blocks import Block, Level, all_levels, blocks
from engine.checks.analysis.graph import BOUNDARIES, reachable
from engine.checks.report import Finding, finding
from engine.library import Element, Library

CODE = "block-structure"


def check(library: Library) -> Iterator[Finding]:
    found = blocks(library)
    joined = {block.join for block in found}
    for block in found:
        if block.join is None:  # the fork is complained of, not the joins behind it
            joined |= reachable(block.level.graph, [block.fork.id])
    for block in found:
        yield from _block(block)
    for level in all_levels(library):
        for element in level.elements:
            yield from _gateway(level, element, joined)
            if element.kind in BOUNDARIES and not element.interrupting:
                yield from _beside(level, element)


def _block(block: Block) -> Iterator[Finding]:
    fork, level = block.fork, block.level
    if fork.id in reachable(level.graph, level.graph[fork.id]):
        message = f"{fork.id} forks on a loop. Put what runs in parallel into a sub-process of its own"
        yield finding(CODE, "error", message, fork.where)
        return
    join = level.diagram.elements.get(block.join or "")
    if join is None:
        boundary = next((step for step in block.escape if _is_boundary(level, step)), None)
        way = f" by {boundary}" if boundary else ""
        message = (
            f"The branches of {fork.id} do not all come to one join: one leaves{way}. Lead it back into its branch"
        )
        yield finding(CODE, "error", message, fork.where, path=block.escape)
        return
    if join.kind != "parallel":
        message = f"The branches of {fork.id} meet in {join.id}, which is no parallel gateway. Join them in one first"
        yield finding(CODE, "error", message, fork.where, elements=(fork.id, join.id))
        return
    yield from _branches(block, join)


def _branches(block: Block, join: Element) -> Iterator[Finding]:
    fork, level = block.fork, block.level
    for one, other in combinations(block.branches, 2):
        shared = sorted(one & other)
        if shared:
            message = f"Two branches of {fork.id} share {', '.join(shared)} before the join {join.id}. Keep them apart"
            yield finding(CODE, "error", message, fork.where, elements=(fork.id, *shared))
    arriving = [flow.source for flow in level.diagram.incoming(join.id)]
    for branch in block.branches:
        ways = [source for source in arriving if source in branch]
        if branch and len(ways) != 1:
            message = (
                f"A branch of {fork.id} comes to {join.id} on {len(ways)} ways ({', '.join(ways)}), but the join waits "
                "for each of them. Merge them in an exclusive gateway before the join"
            )
            yield finding(CODE, "error", message, join.where, elements=(join.id, *ways))
    inside = frozenset({fork.id}).union(*block.branches)
    for source in arriving:
        if source not in inside:
            message = f"{source} comes to the join {join.id} from outside of the block that {fork.id} opens"
            yield finding(CODE, "error", message, join.where, elements=(join.id, source))
    for flow in level.diagram.flows.values():
        if flow.target in inside - {fork.id} and flow.source in level.graph and flow.source not in inside:
            message = f"{flow.id} jumps into a branch of {fork.id}. Lead it to the fork, or past the join"
            yield finding(CODE, "error", message, flow.where, elements=(flow.id, fork.id))


def _gateway(level: Level, element: Element, joined: set[str | None]) -> Iterator[Finding]:
    if element.kind not in ("exclusive", "parallel"):
        return
    incoming = len(level.diagram.incoming(element.id))
    outgoing = len(level.diagram.outgoing(element.id))
    if incoming > 1 and outgoing > 1:
        message = f"{element.id} merges and splits at once. Draw two gateways, one after the other"
        yield finding(CODE, "error", message, element.where)
    elif element.kind == "parallel" and incoming > 1 and element.id not in joined:
        message = (
            f"{element.id} joins branches that no fork opened together, so it waits for ever. Use an exclusive gateway"
        )
        yield finding(CODE, "error", message, element.where)
    elif incoming <= 1 and outgoing <= 1:
        yield finding(CODE, "warning", f"{element.id} neither splits nor merges. Remove it", element.where)


def _beside(level: Level, boundary: Element) -> Iterator[Finding]:
    """What a non-interrupting event begins runs beside its step, and so may not come back to the main way."""
    plain_ends = {element.id for element in level.elements if element.kind == "end"}
    main = reachable(level.graph, level.starts)
    met = sorted((reachable(level.graph, level.graph[boundary.id]) & main) - plain_ends)
    if met:
        message = (
            f"What {boundary.id} begins runs beside its step, but it comes back to {met[0]}, which would then be done "
            "twice. Give it an end of its own"
        )
        yield finding(CODE, "error", message, boundary.where, elements=(boundary.id, *met))


def _is_boundary(level: Level, step: str) -> bool:
    return level.diagram.elements[step].kind in BOUNDARIES
