"""The exclusive splits of a pathway, each with the situations in which its guards are read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.checks.analysis.assigned import assigned
from engine.checks.analysis.once import once
from engine.checks.analysis.situations import Situations
from engine.checks.analysis.space import TooLarge
from engine.expressions import Expression
from engine.library import Element, Flow, Library


@dataclass(frozen=True, slots=True)
class Split:
    """`guarded` are its flows with a condition, in the order of the file; `situations` is None when there are
    too many to count through."""

    gateway: Element
    flows: tuple[Flow, ...]
    guarded: tuple[tuple[Flow, Expression], ...]
    situations: Situations | None

    @property
    def has_default(self) -> bool:
        return any(flow.is_default for flow in self.flows)


@once
def splits(library: Library) -> tuple[Split, ...]:
    return tuple(_splits(library))


def _splits(library: Library) -> Iterator[Split]:
    facts = assigned(library)
    for diagram in library.pathway.diagrams.values():
        for element in diagram.elements.values():
            flows = diagram.outgoing(element.id)
            if element.kind != "exclusive" or len(flows) < 2:
                continue
            guarded = tuple((flow, flow.condition) for flow in flows if flow.condition is not None)
            try:
                situations = Situations(library, [guard for _, guard in guarded], facts.known(element.id))
            except TooLarge:
                situations = None
            yield Split(element, flows, guarded, situations)
