"""Where a case may stand in a proof, and what was met on the way."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from engine.prove.net import Marking
from engine.rules.duties import MonitorState

RUNNING = "running"


class Control(NamedTuple):
    """Where a case stands, apart from what is known: the marking of each process followed and how it stands (`none`,
    `running`, `done`, `cancelled`), the acts done among those that matter, the duty's monitor, whether it is closed."""

    markings: tuple[Marking, ...]
    statuses: tuple[str, ...]
    acts: frozenset[str]
    monitor: MonitorState
    closed: bool

    def at(self, index: int, marking: Marking, status: str) -> Control:
        """The same, with one process standing elsewhere."""
        statuses = (*self.statuses[:index], status, *self.statuses[index + 1 :])
        return Control(self.marked(index, marking), statuses, *self[2:])

    def acted(self, acts: frozenset[str]) -> Control:
        """The same, after these acts."""
        return Control(self.markings, self.statuses, acts, self.monitor, self.closed)

    def monitored(self, state: MonitorState) -> Control:
        """The same, the monitor in another state."""
        return Control(self.markings, self.statuses, self.acts, state, self.closed)

    def marked(self, index: int, marking: Marking) -> tuple[Marking, ...]:
        """The markings, that of one process replaced."""
        return (*self.markings[:index], marking, *self.markings[index + 1 :])


def beginning(processes: int) -> Control:
    """Before anything has happened."""
    return Control(((),) * processes, ("none",) * processes, frozenset(), MonitorState(), closed=False)


class Told(NamedTuple):
    """Facts of which an answer was given just now: perhaps, and surely. `turned` are the start rules, by number, that
    would have started nothing by what was known before, where the case stood `at`."""

    perhaps: frozenset[str] = frozenset()
    surely: frozenset[str] = frozenset()
    turned: frozenset[int] = frozenset()
    at: Control | None = None


Cases = dict[Control, int]
"""Where cases may stand, each with the valuations it may have."""


def add(cases: Cases, control: Control, valuations: int) -> None:
    if valuations:
        cases[control] = cases.get(control, 0) | valuations


@dataclass
class Report:
    """What was met while commands were followed: steps that would break the duty or at which a case would be stuck,
    each with valuations in which it happens."""

    broken: dict[str, int] = field(default_factory=dict)
    stuck: dict[str, int] = field(default_factory=dict)

    def kept(self) -> Report:
        """The same, to be kept: where nothing was met, the one for all of that."""
        return self if self.broken or self.stuck else _NOTHING

    def breaks(self, step: str, valuations: int) -> None:
        if valuations:
            self.broken[step] = self.broken.get(step, 0) | valuations

    def take(self, other: Report) -> None:
        """Adds what was met elsewhere."""
        if not (other.broken or other.stuck):
            return
        for step, where in other.broken.items():
            self.breaks(step, where)
        for step, where in other.stuck.items():
            self.sticks(step, where)

    def sticks(self, step: str, valuations: int) -> None:
        if valuations:
            self.stuck[step] = self.stuck.get(step, 0) | valuations


_NOTHING = Report()
