"""A database's file that is taken away while it is open is missed: nothing is acknowledged that nobody would find."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.store import opened_file
from engine.store.errors import StoreMoved
from engine.store.opened_file import OpenedFile
from engine.store.store import SqlStore
from tests.store.build import KIGALI

Open = Callable[[str], SqlStore]


@pytest.fixture
def always_looking(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opened_file, "SECONDS", 0.0)


def taken_away(file: Path) -> None:
    file.rename(file.with_name("elsewhere.db"))


def replaced(file: Path) -> None:
    shutil.copy(file, file.with_name("copy.db"))
    taken_away(file)
    file.with_name("copy.db").rename(file)


@pytest.mark.usefixtures("always_looking")
@pytest.mark.parametrize("change", [taken_away, replaced, Path.unlink])
def test_nothing_is_written_any_more_once_the_file_is_not_where_it_was(
    sqlite_url: str, tmp_path: Path, opened: Open, change: Callable[[Path], object]
) -> None:
    store = opened(sqlite_url)
    assert store.ready()

    change(tmp_path / "isange.db")

    with pytest.raises(StoreMoved, match="put the file back"):
        store.add_centre(KIGALI)


def test_who_asks_whether_all_is_ready_is_told_at_once(sqlite_url: str, tmp_path: Path, opened: Open) -> None:
    store = opened(sqlite_url)
    assert store.ready()
    taken_away(tmp_path / "isange.db")

    with pytest.raises(StoreMoved):
        store.ready()


@pytest.mark.usefixtures("always_looking")
def test_a_file_that_was_put_back_is_written_again(sqlite_url: str, tmp_path: Path, opened: Open) -> None:
    store = opened(sqlite_url)
    store.ready()
    taken_away(tmp_path / "isange.db")
    with pytest.raises(StoreMoved):
        store.add_centre(KIGALI)

    (tmp_path / "elsewhere.db").rename(tmp_path / "isange.db")

    store.add_centre(KIGALI)
    assert store.ready()


def test_no_connection_is_made_to_another_file_beside_those_to_the_first(
    sqlite_url: str, tmp_path: Path, opened: Open
) -> None:
    store = opened(sqlite_url)
    with store.reading():
        taken_away(tmp_path / "isange.db")
        with pytest.raises(StoreMoved), store.reading():
            pass

    assert not (tmp_path / "isange.db").exists()


def test_a_file_is_looked_at_once_a_second_however_much_is_written(
    sqlite_url: str, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = opened(sqlite_url)
    store.ready()
    looks: list[OpenedFile] = []
    moments = iter([5.0, 5.0, 5.5, 5.9, 6.0, 6.0, 6.5])
    monkeypatch.setattr(store.file, "_look_at", 5.0)
    monkeypatch.setattr(opened_file, "monotonic", lambda: next(moments))
    monkeypatch.setattr(OpenedFile, "_there", lambda file: looks.append(file) or file._opened)

    for _ in range(5):
        store.file.look_now_and_then()

    assert len(looks) == 2


def test_a_server_and_a_database_in_memory_have_no_file_that_could_be_missed(postgres_url: str, opened: Open) -> None:
    assert opened(postgres_url).ready()
    assert opened("sqlite://").ready()
