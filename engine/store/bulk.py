"""Writes very many rows into a fresh database, as fast as it takes them: what `isange seed` does, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

from sqlalchemy import BigInteger, Integer, LargeBinary, Text, text

from engine.store.database import Database, begin_writing, told_as_busy
from engine.store.tables import metadata

Batch = Mapping[str, Sequence[Sequence[Any]]]
"""Rows by table: every column in its order, moments as text in UTC, yes and no as numbers."""
_FAST = {"synchronous": "OFF", "cache_size": "-1000000", "foreign_keys": "OFF", "journal_mode": "MEMORY"}
"""Of SQLite, while it loads: should the machine stop meanwhile, the load must begin anew."""
AT_ONCE = 100
_BINARY = {Text: "text", Integer: "int4", BigInteger: "int8", LargeBinary: "bytea"}
"""Of PostgreSQL: columns that need no reading to be sent as it keeps them."""


class Bulk(Database):
    """Loads rows as they are: nothing is checked, hashed or sealed here."""

    @property
    def loads_at_once(self) -> bool:
        """Whether several processes may load at the same time."""
        return self.dialect == "postgresql"

    @contextmanager
    def loading(self) -> Iterator[Loading]:
        """A load on a connection of its own. Raises StoreBusy."""
        with told_as_busy(), self.engine.connect() as connection:
            driver: Any = connection.connection.driver_connection
            if self.dialect == "postgresql":
                yield _OnPostgresql(driver)
                return
            was = {name: driver.execute(f"PRAGMA {name}").fetchone()[0] for name in _FAST}
            for name, value in _FAST.items():
                driver.execute(f"PRAGMA {name}={value}")
            try:
                yield _OnSqlite(driver)
                driver.commit()
            finally:
                driver.rollback()
                for name, value in was.items():
                    driver.execute(f"PRAGMA {name}={value}")

    def loaded(self) -> None:
        """After all loads: makes all of it durable, and the statistics by which the database plans."""
        with told_as_busy(), begin_writing(self.engine) as connection:
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
    """Commits each batch, without waiting until it is on the disk."""

    def __init__(self, driver: Any) -> None:
        self._driver = driver

    def add(self, batch: Batch) -> None:
        with self._driver.cursor() as cursor:
            cursor.execute("SET LOCAL synchronous_commit = off")
            for table, rows in batch.items():
                columns = metadata.tables[table].columns
                into = f"COPY {table} ({', '.join(columns.keys())}) FROM STDIN"
                types = [_BINARY.get(type(column.type)) for column in columns]
                with cursor.copy(into if None in types else f"{into} (FORMAT BINARY)") as copy:
                    if None not in types:
                        copy.set_types(types)
                    for row in rows:
                        copy.write_row(row)
        self._driver.commit()
