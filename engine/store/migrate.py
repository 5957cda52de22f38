"""Brings a database's schema to the newest, by the Alembic migrations shipped beside this file."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect, text

from engine.store.database import begin_writing
from engine.store.errors import StoreForeign
from engine.store.tables import metadata

_SCRIPTS = Path(__file__).parent / "migrations"
_ONE_AT_A_TIME = 7_236_451
"""Any number, the same in every process: the advisory lock under which PostgreSQL is migrated."""


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    return config


@cache
def newest() -> str | None:
    """The revision that the code needs."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def is_newest(engine: Engine) -> bool:
    """True when the database has exactly the schema that the code needs."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() == newest()


def upgrade(engine: Engine) -> None:
    """Runs the missing migrations in one transaction; two processes at once wait for one another.

    Raises StoreForeign, before anything is changed."""
    config = _config()
    with begin_writing(engine) as connection:
        if engine.dialect.name == "postgresql":
            # A large table takes its time; so does waiting for another process that is changing it.
            connection.execute(text("SET LOCAL statement_timeout = 0"))
            connection.execute(text("SET LOCAL lock_timeout = 0"))
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _ONE_AT_A_TIME})
        if _is_foreign(connection):
            raise StoreForeign
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _is_foreign(connection: Connection) -> bool:
    """Whether no migration of ours leads on from here: our tables without a revision, or one that is not ours."""
    revision = MigrationContext.configure(connection).get_current_revision()
    if revision is None:
        return not metadata.tables.keys().isdisjoint(inspect(connection).get_table_names())
    return revision not in {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
