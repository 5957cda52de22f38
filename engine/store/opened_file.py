"""Whether a database's file is still the one that was opened: what goes into one that was moved away, nobody finds."""

from __future__ import annotations

import os
from time import monotonic

from sqlalchemy import Engine, event

from engine.store.errors import StoreMoved
from engine.store.sqlite import is_memory

SECONDS = 1.0
"""How old what is known of it may be when something is written."""
Identity = tuple[int, int]
"""Device and number: what a file is, whatever its name."""


class OpenedFile:
    """The file of an engine. Of a server, and of a database in memory, nothing is ever found moved."""

    def __init__(self, engine: Engine) -> None:
        self._path = ""
        self._opened: Identity | None = None
        self._moved = False
        self._look_at = 0.0
        if engine.dialect.name == "sqlite" and not is_memory(engine.url):
            self._path = os.path.abspath(str(engine.url.database))
            event.listen(engine, "do_connect", self._before)
            event.listen(engine, "connect", self._after)

    def look(self) -> None:
        """Raises StoreMoved when the file that was opened does not stand in its place any more."""
        self._moved = self._opened is not None and self._there() != self._opened
        self._look_at = monotonic() + SECONDS
        if self._moved:
            raise StoreMoved

    def look_now_and_then(self) -> None:
        """The same, by what was found a moment ago: it costs a write nothing."""
        if self._moved or (self._path and monotonic() >= self._look_at):
            self.look()

    def _before(self, *_: object) -> None:
        """No connection is made to another file beside those to the first."""
        self.look()

    def _after(self, *_: object) -> None:
        self._opened = self._opened or self._there()

    def _there(self) -> Identity | None:
        try:
            found = os.stat(self._path)
        except OSError:
            return None
        return found.st_dev, found.st_ino
