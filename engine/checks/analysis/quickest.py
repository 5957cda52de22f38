"""The quickest way from a step to others, over calls and their ends, when only what is counted takes time."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import timedelta
from heapq import heappop, heappush
from itertools import count

from engine.checks.analysis.graph import ENDS
from engine.checks.analysis.occurrences import Occurrence, homes, occurrences, starts_inside
from engine.library import Element, Flow, Library

Wait = Callable[[Element], timedelta]
"""How long a step is waited at before it is done."""

NONE = timedelta()


class Quickest:
    """`done[step]` is after which time it may be done at the earliest, counted from when the step `after` was done. A
    join waits for all its branches; every other place is reached by whatever comes first, whichever guard or condition
    must hold for it. What is `open` by then may be done at once, and what `begins` then is reached at once."""

    def __init__(
        self,
        library: Library,
        wait: Wait,
        after: Occurrence,
        open_then: Collection[Occurrence],
        begins: Iterable[Occurrence],
    ) -> None:
        self.done: dict[Occurrence, timedelta] = {}
        self._steps, self._homes, self._library = occurrences(library), homes(library), library
        self._came_from: dict[Occurrence, Occurrence | None] = {}
        self._arrived: dict[Occurrence, set[str]] = {}
        self._queue: list[tuple[timedelta, int, Occurrence, Occurrence | None, str]] = []
        self._order = count()
        self._open, self._wait = frozenset(open_then), wait
        for step in (*self._open, *begins):
            self._reach(NONE, step, None)
        for around, onward in self._left(after):
            self._reach(NONE, (*around[:-1], onward.target), None, onward.id)
        self._run()

    def way(self, step: Occurrence) -> tuple[Occurrence, ...]:
        """The steps by which the quickest way leads there, itself the last."""
        found: list[Occurrence] = []
        at: Occurrence | None = step
        while at is not None:
            found.append(at)
            at = self._came_from[at]
        return tuple(reversed(found))

    def _reach(self, time: timedelta, step: Occurrence, source: Occurrence | None, flow: str = "") -> None:
        heappush(self._queue, (time, next(self._order), step, source, flow))

    def _run(self) -> None:
        while self._queue:
            time, _, step, source, flow = heappop(self._queue)
            if step in self.done or not self._has_all(step, flow):
                continue
            element = self._steps[step]
            self._came_from[step] = source
            self.done[step] = time if step in self._open else time + self._wait(element)
            for inner in self._entered(step, element):
                self._reach(time, inner, step)
            for around, onward in self._left(step):
                self._reach(self.done[step], (*around[:-1], onward.target), step, onward.id)

    def _has_all(self, step: Occurrence, flow: str) -> bool:
        """Whether this was the last that a join waited for."""
        element = self._steps[step]
        if element.kind != "parallel" or not flow:
            return True
        arrived = self._arrived.setdefault(step, set())
        arrived.add(flow)
        return len(arrived) == len(self._homes[element.id].incoming(element.id))

    def _entered(self, step: Occurrence, element: Element) -> Iterator[Occurrence]:
        """What begins when the step does: events at its border, and the inside of a sub-process or call."""
        for other in self._homes[element.id].elements.values():
            if other.attached_to == element.id:
                yield (*step[:-1], other.id)
        yield from starts_inside(self._library, step)

    def _left(self, step: Occurrence) -> Iterator[tuple[Occurrence, Flow]]:
        """The flows by which the token goes on, each with the step that it leaves: an end leaves what is around it."""
        if self._steps[step].kind in ENDS:
            step = step[:-1]
        elif starts_inside(self._library, step):
            return  # it goes on when its inside ends
        if len(step) > 1:
            for flow in self._homes[step[-1]].outgoing(step[-1]):
                yield step, flow
