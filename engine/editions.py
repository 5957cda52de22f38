"""The published editions as Libraries, each read once: a case is worked by the edition it is pinned to."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

from engine import clock
from engine.content import digest_of, from_files
from engine.library import Library
from engine.store.contract import Store
from engine.store.errors import StoreDamaged


class NoEdition(Exception):
    """Nothing was published yet, or not with this digest."""


FRESH = timedelta(seconds=2)
"""How old the answer to which edition is current may be: every page asks, and another process may publish."""


class Editions:
    """Libraries by digest, from the bytes that the store keeps. Safe for many threads."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._read: dict[str, Library] = {}
        self._reading = threading.Lock()
        self._current: tuple[datetime, str] | None = None

    def current(self) -> Library:
        """The edition published last: new cases open on it. Raises NoEdition."""
        now, known = clock.now(), self._current
        if known is None or not timedelta() <= now - known[0] < FRESH:
            published = self._store.editions()
            if not published:
                raise NoEdition(
                    "No edition is published. `isange serve` publishes the shipped content at its first start"
                )
            self._current = known = (now, published[0][0])
        return self.get(known[1])

    def told(self, newest: str, now: datetime) -> None:
        """Which edition was published last, as somebody read it just now beside something else; '' tells nothing."""
        if newest:
            self._current = (now, newest)

    def get(self, digest: str) -> Library:
        """The edition with this digest. Raises NoEdition, and StoreDamaged when it is not as it was published."""
        with self._reading:
            if digest not in self._read:
                kept = self._store.edition_files(digest)
                if kept is None:
                    raise NoEdition(f"No edition {digest[:12]} is published; `isange editions` lists them")
                jurisdiction, files = kept
                if digest_of(files, jurisdiction) != digest:
                    raise StoreDamaged(f"edition {digest[:12]} is not as it was published")
                self._read[digest] = from_files(files, jurisdiction)
            return self._read[digest]

    def is_apart(self, fact: str) -> bool:
        """True when an edition in use keeps this fact apart from the case (identity)."""
        return any(library.is_apart(fact) for library in tuple(self._read.values()))
