"""One database as the store uses it: reading and writing transactions, and what its errors mean."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import psycopg
from sqlalchemy import Connection, Engine, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from engine.store.encryption import Keyring
from engine.store.errors import StoreBusy, StoreDamaged, StoreUnsure
from engine.store.opened_file import OpenedFile
from engine.store.sqlite import begin_immediately

DIALECTS = ("sqlite", "postgresql")

_BUSY_SQLITE = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_NOMEM,
    }
)
_DAMAGED_SQLITE = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_DAMAGED_POSTGRESQL = frozenset({"XX001", "XX002"})
_UNWRITABLE_POSTGRESQL = frozenset({"25006", "42501"})
"""A server that takes no writing (a standby), and one that does not let this user write."""
_RETRY_POSTGRESQL = frozenset({"40001", "40P01"})


def _said(why: BaseException | None) -> BaseException | None:
    """What the driver said: SQLAlchemy wraps it, prepared statements do not."""
    return why.orig if isinstance(why, DBAPIError) else why


def means_busy(why: DBAPIError | sqlite3.Error | psycopg.Error) -> bool:
    """True when the database cannot serve just now; false when the statement itself is at fault."""
    if isinstance(why, DBAPIError) and why.connection_invalidated:
        return True
    said = _said(why)
    if isinstance(said, sqlite3.Error):
        return getattr(said, "sqlite_errorcode", 0) & 0xFF in _BUSY_SQLITE
    return isinstance(said, psycopg.OperationalError) or getattr(said, "sqlstate", None) in _UNWRITABLE_POSTGRESQL


def means_damaged(why: DBAPIError | sqlite3.Error | psycopg.Error) -> bool:
    """True when what is kept cannot be read any more."""
    said = _said(why)
    code: int | None = getattr(said, "sqlite_errorcode", None)
    if code is not None:
        return code & 0xFF in _DAMAGED_SQLITE
    return getattr(said, "sqlstate", None) in _DAMAGED_POSTGRESQL


def means_retry(why: BaseException | None) -> bool:
    """True when PostgreSQL ended the transaction in favour of another (deadlock, serialization)."""
    return getattr(_said(why), "sqlstate", None) in _RETRY_POSTGRESQL


def means_taken(why: IntegrityError) -> bool:
    """True when a row with this key or unique value is already there."""
    sqlite_code: int | None = getattr(why.orig, "sqlite_errorcode", None)
    if sqlite_code is not None:
        return sqlite_code in (sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY, sqlite3.SQLITE_CONSTRAINT_UNIQUE)
    return getattr(why.orig, "sqlstate", None) == "23505"


ATTEMPTS = 3
"""How often a commit is tried when PostgreSQL ends the transaction in favour of another."""

Result = TypeVar("Result")
Insert = sqlite.Insert | postgresql.Insert


def insert(table: Table, dialect: str) -> Insert:
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)


def upsert(table: Table, dialect: str, *keep: str) -> Insert:
    """INSERT that replaces the row of the same primary key, except for the columns named in `keep`."""
    statement = insert(table, dialect)
    key = [column.name for column in table.primary_key]
    changed = [column.name for column in table.columns if column.name not in (*key, *keep)]
    return statement.on_conflict_do_update(
        index_elements=key, set_={name: statement.excluded[name] for name in changed}
    )


def driver(connection: Connection) -> Any:
    """The driver's own connection, for what each step sends: going through SQLAlchemy costs more than it does."""
    return connection.connection.driver_connection


class Database:
    """An engine, the master keys, and which facts are stored apart. Base of the store's parts."""

    def __init__(self, engine: Engine, keyring: Keyring, apart: Callable[[str], bool]) -> None:
        self.engine = engine
        self.dialect = engine.dialect.name
        self.keyring = keyring
        self.apart = apart
        self.file = OpenedFile(engine)
        self._asks = engine.execution_options(isolation_level="AUTOCOMMIT") if self.dialect == "postgresql" else engine
        # on PostgreSQL, several statements of one question must see one state of the case
        self._reads = (
            engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            if self.dialect == "postgresql"
            else engine
        )

    @contextmanager
    def asking(self) -> Iterator[Connection]:
        """For one prepared statement that reads: it sees one state without a transaction, whose beginning and end would
        cost as much again. Raises StoreBusy."""
        with told_as_busy(), self._asks.connect() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One reading transaction, a consistent view. Raises StoreBusy."""
        with told_as_busy(), self._reads.begin() as connection:
            if self.dialect == "sqlite":
                driver(connection).execute("BEGIN")
            yield connection

    @contextmanager
    def writing(self, *, patient: bool = True) -> Iterator[Connection]:
        """One writing transaction: committed when the block ends, undone when it raises. Raises StoreBusy, soon unless
        it is `patient`, and StoreUnsure when the connection is lost while it is committed."""
        self.file.look_now_and_then()
        done = False
        try:
            with told_as_busy(), begin_writing(self.engine, patient=patient) as connection:
                yield connection
                done = True
        except StoreBusy as why:
            if done and isinstance(why.__cause__, DBAPIError) and why.__cause__.connection_invalidated:
                raise StoreUnsure("The database went away while it was saving; send the same again") from why.__cause__
            raise

    def tried(self, once: Callable[[], Result]) -> Result:
        """What a commit gives, tried again while PostgreSQL ends it in favour of another."""
        for _ in range(ATTEMPTS - 1):
            try:
                return once()
            except StoreBusy as why:
                if not means_retry(why.__cause__):
                    raise
        return once()


@contextmanager
def begin_writing(engine: Engine, *, patient: bool = True) -> Iterator[Connection]:
    """A transaction that will write; where another program holds SQLite's lock, it is waited for by whoever is
    `patient`. SQLite takes the writer's lock at once: a transaction that first reads and
    then asks for the lock is refused without waiting when another wrote in between. (Said here rather than in
    an event of the engine, for any such event makes each statement slower.)"""
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            begin_immediately(driver(connection), patient=patient)
        yield connection


@contextmanager
def told_as_busy() -> Iterator[None]:
    """Tells what a driver says within it as StoreBusy or StoreDamaged, if it means one of them."""
    try:
        yield
    except PoolTimeout as why:
        raise StoreBusy("The database has no free connection; try again in a few seconds") from why
    except (DBAPIError, sqlite3.Error, psycopg.Error) as why:
        if means_damaged(why):
            raise StoreDamaged("part of it cannot be read") from why
        if not means_busy(why):
            raise
        raise StoreBusy("The database cannot be used just now; nothing was saved, try again") from why
