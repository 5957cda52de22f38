"""Who is awake: the people on shift and on call at the asker's centres, and what they hold."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cached_property

from engine.library import Library
from engine.rules.rota import Awake, awake_holder, chain
from engine.store.contract import Store
from engine.store.records import TurnRow


class Rota:
    """Who is on shift and on call at some centres at one moment: one statement, when it is first needed."""

    def __init__(self, store: Store, centres: Sequence[str], now: datetime) -> None:
        self._store = store
        self._centres = centres
        self._now = now

    @cached_property
    def rows(self) -> tuple[TurnRow, ...]:
        return tuple(self._store.rota(self._centres, self._now, self._now))

    def holder(self, library: Library, centre: str, role: str, duty: str = "") -> Awake | None:
        """Who holds what a role owes; with a duty, only roles that may know of it."""
        here = (row.turn for row in self.rows if row.turn.centre == centre)
        return awake_holder(chain(library, duty, role), here, self._now)

    def name(self, person: str) -> str:
        return next(row.name for row in self.rows if row.turn.person == person)

    def shift_of(self, person: str, centre: str) -> datetime | None:
        """Until when somebody is on shift at a centre; None while they are not."""
        turns = (row.turn for row in self.rows if (row.turn.person, row.turn.centre) == (person, centre))
        return max((turn.ends_at for turn in turns if turn.kind == "shift"), default=None)
