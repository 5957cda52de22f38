"""Counts what a request sends to the database: SQLite tells every statement, and PostgreSQL's driver is listened to."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from sqlalchemy import event

from engine.store.store import SqlStore

NOT_COUNTED = ("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA")
"""Where a transaction begins and ends is not a question."""
ALIVE = ";"
"""Asks of a connection to PostgreSQL whether it still lives: no question either."""


@contextmanager
def counted(store: SqlStore) -> Iterator[list[str]]:
    """Within it, every statement that the store sends is added to the list; one that is sent with several rows once."""
    sent: list[str] = []
    store.engine.dispose()  # so that each connection is made anew, and told on

    def note(sql: str) -> None:
        same_rows = sent and sql.startswith("INSERT") and sql.split(" VALUES")[0] == sent[-1].split(" VALUES")[0]
        if not sql.startswith(NOT_COUNTED) and sql != ALIVE and not same_rows:
            sent.append(sql)

    def tell(connection: sqlite3.Connection | psycopg.Connection[Any], _record: object) -> None:
        if isinstance(connection, sqlite3.Connection):
            connection.set_trace_callback(note)
        else:
            connection.cursor_factory = _telling(note)

    event.listen(store.engine, "connect", tell)
    try:
        yield sent
    finally:
        event.remove(store.engine, "connect", tell)
        store.engine.dispose()


def _telling(note: Callable[[str], None]) -> type[psycopg.Cursor[Any]]:
    """A cursor that tells each statement before it is sent, and one for several rows as often as there are rows."""

    class Telling(psycopg.Cursor[Any]):
        def execute(self, query: Any, *rest: Any, **more: Any) -> Telling:
            note(query)
            return super().execute(query, *rest, **more)

        def executemany(self, query: Any, rows: Sequence[Any], **more: Any) -> None:  # type: ignore[override]
            for _ in rows:
                note(query)
            super().executemany(query, rows, **more)

    return Telling
