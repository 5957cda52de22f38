"""While nothing can be written, people go on reading, and each read comes into the trail as soon as it can."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

import pytest
from sqlalchemy import event, text

from engine.desk import reads
from engine.store.errors import StoreBusy
from engine.store.store import SqlStore
from tests.faults.small import arrive, small_house, someone

ANA = someone("ana")


FULL = """CREATE FUNCTION full_disk() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION USING ERRCODE = 'disk_full'; END $$
LANGUAGE plpgsql; CREATE TRIGGER full_disk BEFORE INSERT ON trail EXECUTE FUNCTION full_disk()"""
ROOM = "DROP TRIGGER full_disk ON trail; DROP FUNCTION full_disk"


@pytest.fixture
def read_only(store: SqlStore) -> Callable[[bool], None]:
    """Lets the database refuse what is written, as it does when its disk is full; and take it again."""

    def of_sqlite(connection: sqlite3.Connection, *_: object) -> None:
        connection.execute("PRAGMA query_only = ON")

    def switch(on: bool) -> None:
        if store.dialect == "postgresql":
            with store.engine.begin() as connection:
                connection.execute(text(FULL if on else ROOM))
        else:
            (event.listen if on else event.remove)(store.engine, "connect", of_sqlite)
            store.engine.dispose()

    return switch


def read_kinds(store: SqlStore, case_id: str) -> list[str]:
    return sorted(row.entry.kind for row in store.trail(case_id) if row.entry.kind.endswith(".read"))


def test_reading_goes_on_and_is_noted_when_the_trail_can_be_written(
    store: SqlStore, read_only: Callable[[bool], None]
) -> None:
    with small_house(store) as desk:
        case = arrive(desk)
        read_only(True)

        assert [item.id for item in desk.work_list(ANA).items] == list(case.opened)
        assert desk.task(ANA, case.opened[0]).item.case_code == case.case_code
        assert desk.case(ANA, case.case_id).case.code == case.case_code

        assert read_kinds(store, case.case_id) == []
        desk.watch_duties()
        assert read_kinds(store, case.case_id) == []
        read_only(False)
        desk.watch_duties()
        assert read_kinds(store, case.case_id) == ["case.read", "task.read"]
        desk.watch_duties()
        assert read_kinds(store, case.case_id) == ["case.read", "task.read"]
    assert store.verify_trail() == []


def test_who_the_survivor_is_is_shown_to_nobody_unless_it_is_noted_first(
    store: SqlStore, read_only: Callable[[bool], None]
) -> None:
    with small_house(store) as desk:
        case = arrive(desk)
        read_only(True)

        with pytest.raises(StoreBusy):
            desk.identity(ANA, case.case_id, "care")


def test_when_too_many_reads_wait_to_be_noted_nothing_more_is_shown(
    store: SqlStore, read_only: Callable[[bool], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reads, "MOST_HELD", 2)
    with small_house(store) as desk:
        case = arrive(desk)
        read_only(True)
        for _ in range(2):
            desk.case(ANA, case.case_id)

        with pytest.raises(StoreBusy):
            desk.case(ANA, case.case_id)

        read_only(False)
        desk.watch_duties()
        assert read_kinds(store, case.case_id) == ["case.read", "case.read"]
