"""How much a proof may cost: when it is spent the answer is `not proved`, never a guess."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")

SHARE = 4096
"""Valuations that cost as much to look through as the step itself."""


class OutOfBudget(Exception):
    """The budget is spent; `spent` says how much that was."""

    def __init__(self, spent: int) -> None:
        super().__init__(f"{spent} steps of work")
        self.spent = spent


@dataclass
class Budget:
    """Steps of work, a command or a round of rules each, counted by what they cost and not by the clock, so that
    every machine comes to the same answer."""

    most: int
    spent: int = 0

    def pay(self, valuations: int) -> None:
        """For one step of work over so many valuations. Raises OutOfBudget."""
        self.spent += 1 + valuations // SHARE
        if self.spent > self.most:
            raise OutOfBudget(self.spent)

    def at_most(self, share: int, work: Callable[[], T]) -> T | None:
        """What a part of the work finds; None when it costs more than its share. Raises OutOfBudget at the end."""
        whole = self.most
        self.most = min(whole, self.spent + share)
        try:
            return work()
        except OutOfBudget:
            if self.spent > whole:
                raise
            return None
        finally:
            self.most = whole
