"""What a flow asks of its case, and what it gives back: where a process stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol

from engine import expressions
from engine.library import Element
from engine.model import Wait


class FlowError(Exception):
    """The flow cannot go on at `element`: the case becomes stuck there. Holds no answer."""

    def __init__(self, code: str, element: str, why: str) -> None:
        super().__init__(why)
        self.code = code
        self.element = element
        self.why = why


class Context(Protocol):
    """What a flow asks of its case while it runs, and what it tells it."""

    @property
    def now(self) -> datetime: ...

    def evaluate(self, condition: expressions.Expression) -> bool | None:
        """What a guard or condition says of the case now; None when it is not known."""

    def due(self, element: Element) -> datetime:
        """When the timer of this element, set now, is due. Raises FlowError when its moment is not known."""

    def decide(self, element: Element) -> None:
        """Decides by the table of a business rule task and records it."""

    def passed(self, element: Element) -> None:
        """Told of every element that completes, in order, before the next is looked at."""


@dataclass(frozen=True, slots=True)
class ReadyTask:
    id: str
    element: str
    """Element id in its diagram."""


@dataclass(frozen=True, slots=True)
class SetTimer:
    id: str
    element: str
    due_at: datetime


class Place(NamedTuple):
    """Where a process waits: the steps around it, the outermost first, and the element itself; of a branch that waits
    for others at a join, the step that it came from."""

    path: tuple[str, ...]
    element: str
    came: str = ""


Places = tuple[Place, ...]
"""All of them, sorted; none of a process that has ended, or not begun."""
NOWHERE: Places = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a process stands: its snapshot, the steps that wait for people, timers and conditions. It came from where
    it `was` by a `step` that somebody did or that fired (none when it started, or nothing fired) to these `places`;
    None where places cannot be told apart, for one step is called twice at a time."""

    snapshot: bytes
    ended: bool
    tasks: tuple[ReadyTask, ...]
    timers: tuple[SetTimer, ...]
    waits: tuple[Wait, ...]
    was: Places | None = NOWHERE
    step: str = ""
    places: Places | None = NOWHERE
