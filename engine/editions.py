"""The published editions as Libraries, each read once: a case is worked by the edition it is pinned to."""

from __future__ import annotations

import threading

from engine.content import from_files
from engine.library import Library
from engine.store.contract import Store


class NoEdition(Exception):
    """Nothing was published yet, or not with this digest."""


class Editions:
    """Libraries by digest, from the bytes that the store keeps. Safe for many threads."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._read: dict[str, Library] = {}
        self._reading = threading.Lock()

    def current(self) -> Library:
        """The edition published last: new cases open on it. Raises NoEdition."""
        published = self._store.editions()
        if not published:
            raise NoEdition("No edition is published. `isange serve` publishes the shipped content at its first start")
        return self.get(published[0][0])

    def get(self, digest: str) -> Library:
        """The edition with this digest. Raises NoEdition."""
        with self._reading:
            if digest not in self._read:
                kept = self._store.edition_files(digest)
                if kept is None:
                    raise NoEdition(f"No edition {digest[:12]} is published; `isange editions` lists them")
                jurisdiction, files = kept
                self._read[digest] = from_files(files, jurisdiction)
            return self._read[digest]

    def is_apart(self, fact: str) -> bool:
        """True when an edition in use keeps this fact apart from the case (identity)."""
        return any(library.is_apart(fact) for library in tuple(self._read.values()))
