"""What a database holds and cannot be read any more, or is not what was kept, is said to be damaged, and is not taken
for something else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from engine.editions import Editions
from engine.store.errors import StoreDamaged
from engine.store.open import migrate
from engine.store.store import SqlStore
from tests.store.build import MONDAY
from tests.walk import shipped
from web import cli

PAGE = 4096
KEY = "00112233445566778899aabbccddeeff" * 2
UNREADABLE = "DO $$ BEGIN RAISE EXCEPTION 'invalid page in block 1' USING ERRCODE = 'XX001'; END $$"


def publish(store: SqlStore) -> str:
    library = shipped()
    store.publish(library.digest, library.jurisdiction, library.files, "ama", "ben", MONDAY)
    return library.digest


def files_with_a_page_lost(whole: Path) -> list[Path]:
    """Copies of a database, each without one page of it."""
    kept = whole.read_bytes()
    lost = []
    for number in range(1, len(kept) // PAGE, len(kept) // PAGE // 12):
        file = whole.with_name(f"without-{number}.db")
        file.write_bytes(kept[: number * PAGE] + bytes(PAGE) + kept[(number + 1) * PAGE :])
        file.chmod(0o600)
        lost.append(file)
    return lost


def test_whatever_page_of_a_file_is_lost_a_command_says_in_a_line_that_it_is_damaged_or_does_not_need_it(
    tmp_path: Path,
    opened: Callable[..., SqlStore],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("ISANGE_KEY", KEY)
    whole = tmp_path / "isange.db"
    migrate(f"sqlite:///{whole}")
    store = opened(f"sqlite:///{whole}")
    publish(store)
    store.close()

    told = []
    for file in files_with_a_page_lost(whole):
        status = cli.main(["verify-trail", "--database", f"sqlite:///{file}"])
        said = capsys.readouterr().err
        assert (status, len(said.splitlines())) in ((0, 0), (1, 1)), said
        told.append("The database is damaged" in said)
    assert any(told)


def test_a_page_that_postgresql_cannot_read_is_told_apart_from_a_busy_database(
    postgres_url: str, opened: Callable[..., SqlStore]
) -> None:
    store = opened(postgres_url)

    with pytest.raises(StoreDamaged, match="Restore it from a backup"), store.reading() as connection:
        connection.execute(text(UNREADABLE))


def test_an_edition_that_is_not_as_it_was_published_is_not_worked_by(
    store: SqlStore, by_hand: Callable[..., None]
) -> None:
    digest = publish(store)
    by_hand("UPDATE edition_file SET content = :lost WHERE path LIKE '%arrival.json'", lost=b"{}")

    with pytest.raises(StoreDamaged, match=digest[:12]):
        Editions(store).get(digest)
