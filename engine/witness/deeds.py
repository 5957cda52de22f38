"""What people and time do in a case that a search walks, one deed after the other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Literal

from engine.drills.vocabulary import Answer

Kind = Literal["open", "do", "record", "correct", "wait"]


@dataclass(frozen=True)
class Deed:
    """`what` is the door, the step, the form for any time, or the fact that is corrected. `answers` are those that the
    one who does it gives; the rest is answered as anyone would. `ago`: it happened so long before it is entered."""

    kind: Kind
    what: str = ""
    role: str = ""
    answers: Mapping[str, Answer] = field(default_factory=dict)
    ago: timedelta | None = None
    length: timedelta = timedelta()

    def without(self, fact: str) -> Deed:
        """The same with one answer left to what anyone would say."""
        return replace(self, answers={name: answer for name, answer in self.answers.items() if name != fact})


Deeds = tuple[Deed, ...]
