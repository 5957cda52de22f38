"""Counts what a request sends to the database: the cursors of both drivers tell every statement before it is sent."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from sqlalchemy import event

from engine.store.store import SqlStore

NOT_COUNTED = ("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA")
"""Where a transaction begins and ends is not a question."""
ALIVE = ";"
"""Asks of a connection to PostgreSQL whether it still lives: no question either."""
Note = Callable[[Any], None]


@contextmanager
def counted(store: SqlStore) -> Iterator[list[str]]:
    """Within it, every statement that the store sends is added to the list; one that is sent with several rows once."""
    sent: list[str] = []
    store.engine.dispose()  # so that each connection is made anew, and told on

    def note(sql: Any) -> None:
        if isinstance(sql, str) and not sql.startswith(NOT_COUNTED) and sql != ALIVE:
            sent.append(sql)

    def make(_dialect: object, _record: object, _given: object, named: dict[str, Any]) -> None:
        if store.dialect == "sqlite":
            named["factory"] = _telling_connection(_telling(sqlite3.Cursor, note))
        else:
            named["cursor_factory"] = _telling(psycopg.Cursor, note)

    event.listen(store.engine, "do_connect", make)
    try:
        yield sent
    finally:
        event.remove(store.engine, "do_connect", make)
        store.engine.dispose()


def _telling(cursor: Any, note: Note) -> Any:
    """A cursor that tells each statement before it is sent, and one for several rows once."""

    class Telling(cursor):  # type: ignore[misc]
        def execute(self, query: Any, *rest: Any, **more: Any) -> Any:
            note(query)
            return super().execute(query, *rest, **more)

        def executemany(self, query: Any, *rest: Any, **more: Any) -> Any:
            note(query)
            return super().executemany(query, *rest, **more)

    return Telling


def _telling_connection(telling: Any) -> type[sqlite3.Connection]:
    class Connection(sqlite3.Connection):
        def cursor(self, factory: Any = None) -> Any:
            return super().cursor(factory or telling)

        def execute(self, *statement: Any) -> Any:
            return self.cursor().execute(*statement)

    return Connection
