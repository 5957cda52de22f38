"""Opens and migrates a store by its URL: `sqlite:///file.db`, `sqlite://` (in memory) or `postgresql://...`."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from functools import cache
from typing import Literal, cast

from sqlalchemy import Engine, inspect, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, OperationalError, SQLAlchemyError

from engine.store import failpoints
from engine.store.database import told_as_busy
from engine.store.encryption import Keyring
from engine.store.errors import NoAddress, StoreBusy, StoreDamaged
from engine.store.migrate import is_newest, upgrade
from engine.store.postgres import open_postgresql
from engine.store.sqlite import is_memory, open_sqlite
from engine.store.store import SqlStore


def _nothing_apart(name: str) -> bool:
    return False


def open_store(url: str, key: Keyring, apart: Callable[[str], bool] = _nothing_apart) -> SqlStore:
    """The store at `url`. `apart` says which facts (by name) are kept in the identity tables.

    A file or server must have been migrated (`migrate`); a store in memory is born with the newest schema.
    Raises ValueError for any other kind of URL.
    """
    failpoints.arm()
    engine = _engine(url)
    if is_memory(engine.url):
        _fill(engine)
    return SqlStore(engine, key, apart)


def migrate(url: str) -> None:
    """Brings the database at `url` to the newest schema; does nothing when it is there. Raises StoreBusy, StoreDamaged
    and StoreForeign."""
    engine = _engine(url)
    try:
        with told_as_busy():
            upgrade(engine)
    finally:
        engine.dispose()


Trouble = Literal["empty", "version", "damaged", "silent"]


def trouble_with(url: str) -> Trouble:
    """Why a database at `url` is not ready: it has no table at all, or those of another version; it is damaged, or no
    database; or it does not answer, or only reads."""
    engine = _engine(url)
    try:
        with told_as_busy():
            if not inspect(engine).get_table_names():
                return "empty"
            return "silent" if is_newest(engine) else "version"
    except OperationalError:
        return "silent"
    except (DatabaseError, StoreDamaged):
        return "damaged"
    except (SQLAlchemyError, StoreBusy):
        return "silent"
    finally:
        engine.dispose()


def _engine(url: str) -> Engine:
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise NoAddress from error
    match parsed.get_backend_name():
        case "sqlite":
            return open_sqlite(parsed)
        case "postgresql":
            return open_postgresql(parsed)
        case other:
            raise ValueError(f"Expected a sqlite or postgresql URL, but got {other}; see ISANGE_DATABASE in the docs")


@cache
def _empty() -> bytes:
    """An empty database with the newest schema: migrated once a process, copied for each store in memory."""
    engine = open_sqlite(make_url("sqlite://"))
    try:
        upgrade(engine)
        return _driver(engine).serialize()
    finally:
        engine.dispose()


def _fill(engine: Engine) -> None:
    _driver(engine).deserialize(_empty())


def _driver(engine: Engine) -> sqlite3.Connection:
    """The one connection of an engine in memory."""
    pooled = engine.raw_connection()
    try:
        return cast(sqlite3.Connection, pooled.driver_connection)
    finally:
        pooled.close()
