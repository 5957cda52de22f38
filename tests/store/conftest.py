"""What the tests of the store share: a store with two centres, and the row they read most."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import text

from engine.model import CaseFile
from engine.store.store import SqlStore
from tests.store.build import HUYE, KIGALI


@pytest.fixture
def store(store: SqlStore) -> SqlStore:
    """A store on each kind of database, with two centres."""
    store.add_centre(KIGALI)
    store.add_centre(HUYE)
    return store


@pytest.fixture
def read(store: SqlStore) -> Callable[..., CaseFile]:
    """Reads the file of a case that is there."""

    def read_one(case_id: str = "case-1") -> CaseFile:
        file = store.read_file(case_id)
        assert file is not None
        return file

    return read_one


@pytest.fixture
def by_hand(store: SqlStore) -> Callable[..., None]:
    """Changes the database behind the store's back, as someone with its password could: triggers are dropped."""

    def change(statement: str, **binds: object) -> None:
        with store.writing() as connection:
            if store.dialect == "sqlite":
                names = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
                for name in names.scalars().all():
                    connection.execute(text(f"DROP TRIGGER {name}"))
            else:
                connection.execute(text("SET session_replication_role = replica"))
            connection.execute(text(statement), binds)

    return change
