"""Which steps a case may come to more than once."""

from __future__ import annotations

from engine.checks.analysis.blocks import all_levels
from engine.checks.analysis.graph import reachable
from engine.checks.analysis.once import once
from engine.library import Library


@once
def repeated(library: Library) -> frozenset[str]:
    """The steps in a loop, and those of processes that a schedule or a rule starts `again`, or the engine itself for a
    review or after closing; and whatever stands in them or is called by them."""
    processes = {schedule.process for schedule in library.schedules.values()}
    processes |= {start.process for start in library.starts if start.again}
    processes |= library.pathway.named - {library.pathway.main}
    steps = {
        element
        for level in all_levels(library)
        for element, targets in level.whole.items()
        if element in reachable(level.whole, targets)
    }
    elements = [(key, e) for key, diagram in library.pathway.diagrams.items() for e in diagram.elements.values()]
    while True:
        within = {e.id for key, e in elements if key in processes or e.parent in steps} - steps
        called = {e.called for _, e in elements if e.id in steps | within and e.called is not None} - processes
        if not within and not called:
            return frozenset(steps)
        steps |= within
        processes |= called
