"""When the database fails, people are told that nothing was saved, and the store goes on once it is back."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import text

from engine.entries import entry
from engine.model import CaseFile, Outcome
from engine.store import sqlite
from engine.store.database import driver
from engine.store.errors import StoreBusy
from engine.store.open import migrate
from engine.store.store import SqlStore
from tests.databases import PostgresServer, postgres_home
from tests.store.build import KIGALI, MONDAY, a_case, a_fact, opening

Read = Callable[..., CaseFile]
Opened = Callable[..., SqlStore]


def big(store: SqlStore, number: int) -> Outcome:
    return store.keep(opening(a_case(f"case-{number}"), facts=(a_fact("story", "x" * 4000),)))


def test_a_full_disk_saves_nothing_by_halves_and_is_got_over_without_a_restart(sqlite_url: str, opened: Opened) -> None:
    store = opened(sqlite_url)
    store.add_centre(KIGALI)

    def limit(pages: str) -> None:
        # the limit belongs to a connection, so it is set on the one that the pool gives again
        with store.engine.connect() as connection:
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    with store.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    kept = 0
    for room in range(20):
        limit(str(pages + room))
        try:
            big(store, kept)
            kept += 1
        except StoreBusy:
            assert store.read_file(f"case-{kept}") is None
            assert not store.code_exists(a_case(f"case-{kept}").code)
    assert 0 < kept < 20

    limit("1000000")
    for number in range(kept, 20):
        big(store, number)

    assert len(store.open_cases(["kigali"])) == 20
    assert [store.facts_history(f"case-{number}")[0].value for number in range(20)] == ["x" * 4000] * 20
    assert store.verify_trail() == []


@pytest.fixture
def own_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    """A server that the test may kill."""
    server = PostgresServer(postgres_home())
    yield server
    server.stop()


def test_whoever_only_reads_waits_little_for_another_program_that_writes(
    sqlite_url: str, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = opened(sqlite_url)
    store.add_centre(KIGALI)
    monkeypatch.setattr(sqlite, "SOON_SECONDS", 0)
    read = entry("case.read", MONDAY, "ama", KIGALI.id, "case-1", groups="")
    other = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    said: list[str] = []
    with store.engine.connect() as connection:
        driver(connection).set_trace_callback(said.append)

    with pytest.raises(StoreBusy):
        store.note([read], patient=False)

    assert said == ["PRAGMA busy_timeout=0", "BEGIN IMMEDIATE", f"PRAGMA busy_timeout={1000 * sqlite.BUSY_SECONDS}"]
    other.rollback()
    other.close()
    store.note([read], patient=False)
    assert [line.entry.kind for line in store.trail("case-1")] == ["case.read"]


def test_a_database_that_restarts_is_told_as_busy_and_used_again(own_server: PostgresServer, opened: Opened) -> None:
    url = own_server.url("postgres")
    migrate(url)
    store = opened(url)
    store.add_centre(KIGALI)
    big(store, 1)

    own_server.crash()
    with pytest.raises(StoreBusy):
        big(store, 2)
    with pytest.raises(StoreBusy):
        store.read_file("case-1")
    assert not store.ready()
    own_server.start()

    assert store.ready()
    assert store.read_file("case-1") is not None
    assert store.read_file("case-2") is None
    big(store, 2)
    assert store.verify_trail() == []


def test_a_connection_that_dies_within_a_command_saves_nothing(postgres_url: str, opened: Opened) -> None:
    store = opened(postgres_url)
    store.add_centre(KIGALI)

    def cut_off() -> None:
        with store.writing() as connection:
            connection.execute(text("INSERT INTO throttle VALUES ('key', 1, now())"))
            pid = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
            with store.writing() as other:
                other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
            connection.execute(text("SELECT 1"))

    with pytest.raises(StoreBusy):
        cut_off()
    assert store.failures("key") == (0, None)


def test_postgresql_ends_what_lasts_too_long(postgres_url: str, opened: Opened) -> None:
    with opened(postgres_url).reading() as connection:
        names = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout", "TimeZone")
        limits = [connection.execute(text(f"SHOW {name}")).scalar_one() for name in names]

    assert limits == ["15s", "5s", "1min", "UTC"]


def test_sqlite_keeps_its_promises_of_durability(sqlite_url: str, opened: Opened) -> None:
    with opened(sqlite_url).reading() as connection:
        names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        pragmas = [connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in names]

    assert pragmas == ["wal", 2, 1, 15000]


def test_a_case_locked_for_too_long_is_told_as_busy(postgres_url: str, opened: Opened) -> None:
    store = opened(postgres_url)
    store.add_centre(KIGALI)
    store.keep(opening())

    def take(patience: str) -> None:
        with store.writing() as other:
            other.execute(text(f"SET LOCAL lock_timeout = '{patience}'"))
            other.execute(text("SELECT 1 FROM care_case FOR UPDATE"))

    with store.writing() as connection:
        connection.execute(text("SELECT 1 FROM care_case FOR UPDATE"))
        with pytest.raises(StoreBusy):
            take("1ms")
    take("5s")


def test_a_move_ended_by_a_deadlock_is_tried_again(
    postgres_url: str, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = opened(postgres_url)
    store.add_centre(KIGALI)
    failing = iter(["40P01", "40001"])

    def lose(name: str) -> None:
        code = next(failing, None) if name == "keep.after_facts" else None
        if code is not None:
            raise_in_database(store, code)

    monkeypatch.setattr("engine.store.keep.reach", lose)
    store.keep(opening(command_id="c1", facts=(a_fact("age", 9),)))

    assert [fact.value for fact in store.facts_history("case-1")] == [9]
    assert next(failing, None) is None


def test_a_move_that_always_loses_is_told_as_busy(
    postgres_url: str, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = opened(postgres_url)
    store.add_centre(KIGALI)
    tried: list[str] = []

    def lose(name: str) -> None:
        if name == "keep.after_facts":
            tried.append(name)
            raise_in_database(store, "40001")

    monkeypatch.setattr("engine.store.keep.reach", lose)
    with pytest.raises(StoreBusy):
        store.keep(opening())

    assert len(tried) == 3
    assert store.read_file("case-1") is None


def raise_in_database(store: SqlStore, code: str) -> None:
    """A real error of the server with this SQLSTATE."""
    with store.engine.connect() as connection:
        connection.exec_driver_sql(f"DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '{code}'; END $$")
