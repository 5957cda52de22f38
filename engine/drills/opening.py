"""Opens the stage of a drill: an empty store in memory, a Desk on it, the library under test, its own clock."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

from engine import clock
from engine.desk import Desk
from engine.drills.stage import Stage
from engine.drills.vocabulary import Vocabulary
from engine.library import Library
from engine.model import Move, Outcome
from engine.store.contract import Store
from engine.store.encryption import KEY_BYTES, Keyring

IN_MEMORY = "sqlite://"


@contextmanager
def open_stage(library: Library, vocabulary: Vocabulary) -> Iterator[Stage]:
    """A stage that nothing else shares; within it, the present time is the drill's, and only here."""
    from engine.store.open import open_store  # much to load, and a check that seeks no case opens no stage

    key = Keyring({1: os.urandom(KEY_BYTES)})
    kept = open_store(IN_MEMORY, key, lambda name: library.groups[library.facts[name].group].apart)
    try:
        kept.add_centre(vocabulary.centre)
        path: list[str] = []
        opened: list[str] = []
        store = cast(Store, _Watched(kept, path, opened))
        stage = Stage(
            library=library,
            vocabulary=vocabulary,
            desk=Desk(store, OneEdition(library)),
            store=store,
            now=vocabulary.begins.astimezone(UTC),
            path=path,
            opened=opened,
        )
        with clock.using(lambda: stage.now):
            yield stage
    finally:
        kept.close()


@dataclass(frozen=True, slots=True)
class OneEdition:
    """The library under test is the only edition there is."""

    library: Library

    def current(self) -> Library:
        return self.library

    def get(self, digest: str) -> Library:
        return self.library

    def told(self, newest: str, now: datetime) -> None:
        """No other is ever published."""


class _Watched:
    """The store, but what each kept move passed and which tasks it opened is written down, in order."""

    def __init__(self, store: Store, path: list[str], opened: list[str]) -> None:
        self._store = store
        self._path = path
        self._opened = opened

    def keep(self, move: Move, fence: tuple[str, int] | None = None) -> Outcome:
        outcome = self._store.keep(move, fence)
        if not outcome.replayed:
            self._path.extend(move.passed)
            elements = [entry.params["element"] for entry in move.entries if entry.kind == "task.opened"]
            new = [task for task in move.tasks if task.id not in self._opened and task.element in elements]
            self._opened.extend(task.id for task in sorted(new, key=lambda task: elements.index(task.element)))
        return outcome

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)
