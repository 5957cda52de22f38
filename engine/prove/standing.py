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
        return self._replace(
            markings=(*self.markings[:index], marking, *self.markings[index + 1 :]),
            statuses=(*self.statuses[:index], status, *self.statuses[index + 1 :]),
        )


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

    def about(self, names: frozenset[str]) -> Told:
        """As far as it is about these."""
        return self._replace(perhaps=self.perhaps & names, surely=self.surely & names)

    def turns(self, rule: int, control: Control) -> bool:
        """Whether a rule that says now that something starts says so because of what was told: all else is as it
        was."""
        at = self.at
        return at is not None and rule in self.turned and (at.acts, at.statuses) == (control.acts, control.statuses)


Cases = dict[Control, int]
"""Where cases may stand, each with the valuations it may have."""


def add(cases: Cases, control: Control, valuations: int) -> None:
    if valuations:
        cases[control] = cases.get(control, 0) | valuations


@dataclass
class Report:
    """What was met while commands were followed: steps that would break the duty or at which a case would be stuck,
    each with valuations in which it happens, and every step that was passed."""

    broken: dict[str, int] = field(default_factory=dict)
    stuck: dict[str, int] = field(default_factory=dict)
    passed: set[str] = field(default_factory=set)

    def breaks(self, step: str, valuations: int) -> None:
        if valuations:
            self.broken[step] = self.broken.get(step, 0) | valuations

    def take(self, other: Report) -> None:
        """Adds what was met elsewhere."""
        for step, where in other.broken.items():
            self.breaks(step, where)
        for step, where in other.stuck.items():
            self.sticks(step, where)
        self.passed |= other.passed

    def sticks(self, step: str, valuations: int) -> None:
        if valuations:
            self.stuck[step] = self.stuck.get(step, 0) | valuations
