"""Writes very many rows into a fresh database, as fast as it takes them: what `isange seed` does, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

from sqlalchemy import text

from engine.store.database import Database, begin_writing
from engine.store.tables import metadata

Batch = Mapping[str, Sequence[Sequence[Any]]]
"""Rows by table: every column in its order, moments as text in UTC, yes and no as numbers."""
_FAST = {"synchronous": "OFF", "cache_size": "-1000000", "foreign_keys": "OFF", "journal_mode": "MEMORY"}
"""Of SQLite, while it loads: should the machine stop meanwhile, the load must begin anew."""


AT_ONCE = 100


class Bulk(Database):
    """Loads rows as they are: nothing is checked, hashed or sealed here."""

    @contextmanager
    def loading(self) -> Iterator[Loading]:
        """A load on a connection of its own; the statistics of the tables are made at its end."""
        with self.engine.connect() as connection:
            driver: Any = connection.connection.driver_connection
            if self.dialect == "sqlite":
                was = {name: driver.execute(f"PRAGMA {name}").fetchone()[0] for name in _FAST}
                for name, value in _FAST.items():
                    driver.execute(f"PRAGMA {name}={value}")
                yield _OnSqlite(driver)
                driver.commit()
                for name, value in was.items():
                    driver.execute(f"PRAGMA {name}={value}")
            else:
                yield _OnPostgresql(driver)
        with begin_writing(self.engine) as connection:
            if self.dialect == "postgresql":
                connection.execute(text("SET LOCAL statement_timeout = 0"))
            connection.execute(text("ANALYZE"))


class Loading(Protocol):
    """A load under way."""

    def add(self, batch: Batch) -> None: ...


class _OnSqlite:
    """Commits a hundred batches at once: the pages of an index are written anew with each commit."""

    def __init__(self, driver: Any) -> None:
        self._driver = driver
        self._batches = 0

    def add(self, batch: Batch) -> None:
        if not self._driver.in_transaction:
            self._driver.execute("BEGIN IMMEDIATE")
        for table, rows in batch.items():
            names = metadata.tables[table].columns.keys()
            into = f"{table} ({', '.join(names)})"
            self._driver.executemany(f"INSERT INTO {into} VALUES ({', '.join('?' * len(names))})", rows)  # noqa: S608
        self._batches += 1
        if self._batches % AT_ONCE == 0:
            self._driver.commit()


class _OnPostgresql:
    """Commits each batch."""

    def __init__(self, driver: Any) -> None:
        self._driver = driver

    def add(self, batch: Batch) -> None:
        with self._driver.cursor() as cursor:
            for table, rows in batch.items():
                names = ", ".join(metadata.tables[table].columns.keys())
                with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                    for row in rows:
                        copy.write_row(row)
        self._driver.commit()
