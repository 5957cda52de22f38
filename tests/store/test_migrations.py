"""The migrations make exactly the schema that the code speaks of, on both databases."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, MetaData, insert, inspect, text

from engine.store.database import begin_writing
from engine.store.errors import StoreForeign
from engine.store.migrate import _config
from engine.store.open import migrate, open_store
from engine.store.sealed import fact_row
from engine.store.store import SqlStore
from engine.store.tables import APPEND_ONLY, care_case, case_key, centre, fact, metadata
from tests.databases import KEYRING, PostgresServer
from tests.store.build import MONDAY, a_fact, going_on


def test_the_migrations_match_the_tables(store: SqlStore) -> None:
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})

        assert compare_metadata(context, metadata) == []


def test_every_index_covers_the_rows_it_was_made_for(store: SqlStore) -> None:
    """Alembic does not compare the conditions of partial indexes."""
    made = {}
    with store.engine.connect() as connection:
        for table in metadata.tables:
            for index in inspect(connection).get_indexes(table):
                made[index["name"]] = f"{store.dialect}_where" in index["dialect_options"]
    partial = {
        index.name: index.dialect_options[store.dialect]["where"] is not None
        for table in metadata.tables.values()
        for index in table.indexes
    }

    assert {name: made[name] for name in partial} == partial


def test_each_append_only_table_has_its_triggers(store: SqlStore) -> None:
    catalogue = {
        "sqlite": "SELECT DISTINCT tbl_name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT DISTINCT event_object_table FROM information_schema.triggers",
    }
    with store.engine.connect() as connection:
        protected = set(connection.exec_driver_sql(catalogue[store.dialect]).scalars())

    assert protected == {table.name for table in APPEND_ONLY}


def test_migrating_again_changes_nothing(database_url: str, opened: Callable[..., SqlStore]) -> None:
    store = opened(database_url)

    migrate(database_url)

    assert store.ready()


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_processes_that_migrate_at_once_wait_for_one_another(
    kind: str, tmp_path: Path, postgres_server: PostgresServer, opened: Callable[..., SqlStore]
) -> None:
    url = f"sqlite:///{tmp_path}/new.db"
    if kind == "postgresql":
        postgres_server.run("CREATE DATABASE migrated_at_once")
        url = postgres_server.url("migrated_at_once")
    code = "import sys; from engine.store.open import migrate; migrate(sys.argv[1])"
    processes = [subprocess.Popen([sys.executable, "-c", code, url], stderr=subprocess.PIPE) for _ in range(4)]

    said = [process.communicate()[1].decode() for process in processes]

    assert [process.returncode for process in processes] == [0, 0, 0, 0], said
    assert opened(url).ready()


def test_a_database_that_was_not_migrated_is_not_ready(
    tmp_path: Path, postgres_server: PostgresServer, opened: Callable[..., SqlStore]
) -> None:
    assert not opened(f"sqlite:///{tmp_path}/new.db").ready()
    assert not opened(postgres_server.url("postgres")).ready()


def test_a_database_that_does_not_answer_is_not_ready(tmp_path: Path, opened: Callable[..., SqlStore]) -> None:
    assert not opened(f"postgresql://nobody@/none?host={tmp_path}").ready()
    assert not opened(f"sqlite:///{tmp_path}/no/such/folder.db").ready()


def test_a_store_in_memory_is_ready_at_once_and_of_its_own(opened: Callable[..., SqlStore]) -> None:
    one, two = opened("sqlite://"), opened("sqlite://")
    one.note_failure("key", MONDAY)

    assert one.ready()
    assert two.ready()
    assert two.failures("key") == (0, None)


def test_another_kind_of_database_is_refused() -> None:
    with pytest.raises(ValueError, match="sqlite or postgresql"):
        open_store("mysql://localhost/x", KEYRING)


@contextmanager
def as_of(revision: str, store: SqlStore) -> Iterator[Connection]:
    """A new database with the schema that it had then, to be filled."""
    with begin_writing(store.engine) as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        yield connection


def test_people_of_an_older_database_are_found_by_name(tmp_path: Path, opened: Callable[..., SqlStore]) -> None:
    url = f"sqlite:///{tmp_path}/old.db"
    store = opened(url)
    with as_of("0002", store) as connection:
        connection.exec_driver_sql("INSERT INTO account VALUES ('1', 'a.uwase', 'Émilie', '$', 'rw', '{}', 0, 0)")

    migrate(url)

    found = store.find_accounts("emilie uwase", None, disabled=False, start=0, limit=1).accounts
    assert [(account.name, account.version, account.start_until) for account in found] == [("Émilie", 1, None)]


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_facts_of_an_older_database_are_kept_once_and_none_is_lost(
    kind: str, tmp_path: Path, postgres_server: PostgresServer, opened: Callable[..., SqlStore]
) -> None:
    url = f"sqlite:///{tmp_path}/old.db"
    if kind == "postgresql":
        postgres_server.run("CREATE DATABASE old_facts")
        url = postgres_server.url("old_facts")
    store = opened(url)
    key = KEYRING.new_case_key("kigali", "case-1")
    known = [a_fact("age", 17), a_fact("phone", "1"), a_fact("age", 18), a_fact("age", 16, current=False)]
    rows = [fact_row(fact, "fact", version, 0, key) for version, fact in enumerate(known)]
    case = {"opened_at_centre": "kigali", "current_centre": "kigali", "opened_at": MONDAY, "version": 3, "id": "case-1"}
    words = dict.fromkeys(("code", "edition", "door", "status"), "open")
    wrapped = {"version": key.version, "master_version": KEYRING.version, "wrapped": KEYRING.wrap(key)}
    with as_of("0006", store) as connection:
        connection.execute(insert(centre).values(id="kigali", name="Kigali", zone="Africa/Kigali", kind="fixed"))
        connection.execute(insert(care_case).values(case | words))
        connection.execute(insert(case_key).values(wrapped | {"centre": "kigali", "case_id": "case-1"}))
        connection.execute(insert(fact).values(rows))
        connection.execute(insert(fact.to_metadata(MetaData(), name="fact_current")).values(rows[1:3]))

    migrate(url)

    file = store.read_file("case-1")
    assert file is not None
    assert {name: fact.value for (name, _), fact in file.facts.items()} == {"age": 18, "phone": "1"}
    assert [fact.value for fact in store.facts_history("case-1")] == [17, "1", 18, 16]
    store.keep(going_on(file.case, facts=(a_fact("age", 19),)))
    assert [fact.value for fact in store.facts_history("case-1")] == [17, "1", 18, 16, 19]


@pytest.mark.parametrize(
    "changed",
    ["UPDATE alembic_version SET version_num = '9999'", "DROP TABLE alembic_version"],
    ids=["of a later version", "of nobody knows which"],
)
def test_a_database_that_no_migration_leads_on_from_is_refused_and_left_as_it_is(
    store: SqlStore, database_url: str, changed: str
) -> None:
    with store.writing() as connection:
        connection.execute(text(changed))
        before = inspect(connection).get_table_names()

    with pytest.raises(StoreForeign):
        migrate(database_url)

    with store.reading() as connection:
        assert inspect(connection).get_table_names() == before
