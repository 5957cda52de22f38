"""Notes in the trail who read what; while the trail cannot be written, holds the entries until it can."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import structlog

from engine.entries import Entry
from engine.store.contract import Store
from engine.store.errors import StoreBusy

MOST_HELD = 10_000
"""Beyond this, nothing more is shown: no read may go unnoted."""

_log = structlog.get_logger("isange.reads")


class Reads:
    """A full disk keeps nobody from the case that lies before them. Safe for many threads."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._held: list[Entry] = []
        self._changing = threading.Lock()

    def note(self, entries: Sequence[Entry]) -> None:
        """Appends entries (or none), after those that still wait. Raises StoreBusy when too many wait already."""
        with self._changing:
            waiting, self._held = [*self._held, *entries], []
        if not waiting:
            return
        try:
            self._store.note(waiting, patient=False)
        except StoreBusy:
            self._hold(waiting)
            if len(waiting) > MOST_HELD:
                raise
            for one in entries:  # should the process end before they are written, the log still tells
                _log.error("read_not_yet_noted", kind=one.kind, person=one.person, case=one.case_id, at=str(one.at))

    def _hold(self, entries: list[Entry]) -> None:
        with self._changing:
            self._held = [*entries[:MOST_HELD], *self._held]
