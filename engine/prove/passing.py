"""What needs nobody, in processes that a proof does not follow: events, and steps that do not wait.

Such a step may do its acts while a case is still coming to rest after something else: in the same breath in which a
person has answered, before rules have started or cancelled what follows from the answer. So it is tried where cases
stand in passing, too, and not only where they rest."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from engine.library import Element
from engine.prove.settling import Settling
from engine.prove.standing import Cases, Control, Report, add

Act = Callable[[Report, Element, Control, int], Iterator[tuple[Control, int]]]
"""Does the acts of a step where a case stands."""


class Passing:
    """Steps that need nobody, within one focus."""

    def __init__(self, steps: Iterable[Element], settling: Settling) -> None:
        self.steps = tuple(steps)
        self.settling = settling

    def come(self, report: Report, first: Element, stirred: Cases, act: Act) -> Cases:
        """Where cases stand, not at rest, after this step and whichever others in the same breath."""
        todo: Cases = {}
        for control, valuations in stirred.items():
            for after, here in act(report, first, control, valuations):
                add(todo, after, here)
        done: Cases = {}
        while todo:
            control, valuations = todo.popitem()
            new = valuations & ~done.get(control, 0)
            if new:
                add(done, control, new)
                for step in self.steps:
                    for after, here in act(report, step, control, new):
                        add(todo, after, here)
        return done

    def stirred(self, resting: Cases, follow: Callable[[], object]) -> Cases:
        """Where cases rest, and everywhere they stand in passing while something is followed."""
        found = dict(resting)
        self.settling.passed = found
        try:
            follow()
        finally:
            self.settling.passed = None
        return found
