"""Opens SQLite so that nothing acknowledged is lost and a writer never meets a deadlock with itself."""

from __future__ import annotations

import sqlite3
from typing import Any

from sqlalchemy import URL, Engine, StaticPool, create_engine, event

BUSY_SECONDS = 15
"""How long a writer waits for another before it is told that the store is busy."""
SOON_SECONDS = 2
"""The same of what may as well be written later: nobody waits so long for a page that only reads."""


def is_memory(url: URL) -> bool:
    return url.database in (None, "", ":memory:")


def open_sqlite(url: URL) -> Engine:
    """An engine on a file, or on memory of its own (one connection, gone with the engine)."""
    options: dict[str, Any] = (
        {"poolclass": StaticPool} if is_memory(url) else {"pool_size": 10, "pool_timeout": BUSY_SECONDS}
    )
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False}, **options)
    event.listen(engine, "connect", _prepare)
    return engine


def begin_immediately(connection: Any, *, patient: bool) -> None:
    """Begins a transaction of SQLite that writes: it has the lock at once, or waits for it."""
    if patient:
        connection.execute("BEGIN IMMEDIATE")
        return
    connection.execute(f"PRAGMA busy_timeout={SOON_SECONDS * 1000}")
    try:
        connection.execute("BEGIN IMMEDIATE")
    finally:
        connection.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves: the driver's own comes too late for a read
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")
