"""Counts what a request sends to the database (SQLite tells every statement, prepared ones too)."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from engine.store.store import SqlStore

NOT_COUNTED = ("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA")
"""Where a transaction begins and ends is not a question."""


@contextmanager
def counted(store: SqlStore) -> Iterator[list[str]]:
    """Within it, every statement that the store sends is added to the list; one that is sent with several rows once."""
    sent: list[str] = []
    store.engine.dispose()  # so that each connection is made anew, and told on

    def note(sql: str) -> None:
        same_rows = sent and sql.startswith("INSERT") and sql.split(" VALUES")[0] == sent[-1].split(" VALUES")[0]
        if not sql.startswith(NOT_COUNTED) and not same_rows:
            sent.append(sql)

    def tell(connection: sqlite3.Connection, _record: object) -> None:
        connection.set_trace_callback(note)

    event.listen(store.engine, "connect", tell)
    try:
        yield sent
    finally:
        event.remove(store.engine, "connect", tell)
        store.engine.dispose()
