"""What an administrator's commands say of a database that is not there, damaged, not to be written or out of reach:
one line that says what to do, and nothing is made that was not there."""

from __future__ import annotations

import ctypes
import os
import resource
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from engine.store.errors import NoAddress
from tests.walk import ROOT
from web import cli
from web.house import NOT_READY

STRONG = "00112233445566778899aabbccddeeff0123456789abcdeffedcba9876543210"
SIZE = ["--cases", "2000", "--open", "9", "--centres", "2", "--samples", "2"]
DROP_BOUND, OVERRIDES_MODES = 24, 1
"""Of Linux: the call by which a process gives up, for what it runs, a right of root's; here to pass over the modes of
files."""
Told = tuple[int, str]
Run = Callable[..., Told]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs one command in this process, in a folder of its own; gives its exit code and what it said of errors."""
    monkeypatch.chdir(tmp_path)

    def one(*words: str) -> Told:
        status = cli.main(words)
        return status, capsys.readouterr().err

    return one


def _kept_to_modes() -> None:
    if os.geteuid() == 0:
        ctypes.CDLL(None).prctl(DROP_BOUND, OVERRIDES_MODES, 0, 0, 0)


def _on_a_disk_of(room: int) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))


def apart(folder: Path, before: Callable[[], None], *words: str, **env: str) -> Told:
    """The same in a process of its own, which first does what comes `before`."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("ISANGE_")}
    done = subprocess.run(
        [sys.executable, "-m", "web.cli", *words],
        cwd=folder,
        env=clean | {"PYTHONPATH": str(ROOT)} | env,
        capture_output=True,
        text=True,
        preexec_fn=before,
        check=False,
    )
    return done.returncode, done.stderr


def line(words: str) -> Told:
    return 1, f"isange: {words}\n"


ON_A_SERVER = [("migrate-database",), ("seed", *SIZE), ("editions", "--demo")]
ON_WHAT_IS_THERE = [
    ("verify-trail",),
    ("editions",),
    ("worker",),
    ("token", "list"),
    ("token", "revoke", "0123"),
    ("token", "add", "register", "--role", "kigali:reception", "--scope", "case.read"),
    ("person", "add", "ana"),
    ("person", "disable", "ana"),
    ("centre", "change", "kigali", "--name", "Kigali"),
    ("publish", "content", "--author", "ama", "--approver", "ben"),
]


@pytest.mark.parametrize("words", ON_WHAT_IS_THERE, ids=" ".join)
@pytest.mark.parametrize("named", [("--database", "sqlite:///isnage.db"), ()], ids=["named", "not named"])
def test_a_command_on_a_database_that_is_not_there_says_so_and_makes_nothing(
    run: Run, tmp_path: Path, words: tuple[str, ...], named: tuple[str, ...]
) -> None:
    file = named[1].removeprefix("sqlite:///") if named else "var/isange.db"

    told = run(*words, "--demo", *named)

    assert told == line(f"There is no database at {file}; check --database, or ISANGE_DATABASE")
    assert list(tmp_path.iterdir()) == []


def test_who_migrates_a_database_by_a_wrong_name_is_told_and_none_is_made(run: Run, tmp_path: Path) -> None:
    told = run("migrate-database", "--database", "sqlite:///typo.db")

    assert told == line("There is no database at typo.db; check --database, or ISANGE_DATABASE")
    assert list(tmp_path.iterdir()) == []


def test_a_new_house_begins_with_its_first_centre(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ISANGE_KEY", STRONG)

    told = run("centre", "add", "kigali", "--name", "Kigali", "--zone", "Africa/Kigali")

    assert told == (0, "")
    assert run("verify-trail") == (0, "")


def test_a_trail_without_an_entry_is_not_called_whole(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ISANGE_KEY", STRONG)
    (tmp_path / "new.db").touch(0o600)
    run("migrate-database", "--database", "sqlite:///new.db")

    told = run("verify-trail", "--database", "sqlite:///new.db")

    assert told == line("There is no entry in the trail yet, so nothing is proved. Another database? Check --database")


def test_a_file_that_is_no_database_is_told_by_who_migrates_it_and_left_as_it_is(run: Run, tmp_path: Path) -> None:
    (tmp_path / "isange.db").write_text("of something else\n" * 500)
    (tmp_path / "isange.db").chmod(0o600)

    assert run("migrate-database", "--database", "sqlite:///isange.db") == line(NOT_READY["damaged"])
    assert (tmp_path / "isange.db").read_text() == "of something else\n" * 500


@pytest.mark.parametrize("words", ON_A_SERVER, ids=["migrate", "seed", "read"])
@pytest.mark.parametrize("server", ["postgresql://isange@/isange?host={}/nowhere", "postgresql://[no.invalid/isange"])
def test_a_server_that_cannot_be_reached_is_told_in_a_line_and_no_key_is_left(
    run: Run, tmp_path: Path, words: tuple[str, ...], server: str
) -> None:
    told = run(*words, "--database", server.format(tmp_path))

    assert told == line(NOT_READY["silent"])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("words", ON_A_SERVER, ids=["migrate", "seed", "read"])
def test_an_address_that_cannot_be_read_is_told_without_the_password_in_it(
    run: Run, tmp_path: Path, words: tuple[str, ...]
) -> None:
    told = run(*words, "--database", "postgresql://isange:secret@here:port/isange")

    assert told == line(str(NoAddress()))
    assert list(tmp_path.iterdir()) == []


NO_NAME = (
    "postgresql://u:secret@127.0.0.1:1",
    "postgresql://u:secret@127.0.0.1:1/",
    "postgresql://localhost",
    "postgresql://",
    "postgresql://localhost?dbname=isange",
    "sqlite://var/isange.db",
    "sqlite:///file:isange.db?uri=true",
    "sqlite:///isange.db?mode=memory",
    "sqlite:///isange.db#frag",
)
HOW = "`sqlite:///path/of/a/file.db` (one machine) or `postgresql://user:password@host/database` (several)."


@pytest.mark.parametrize("address", NO_NAME)
def test_an_address_that_is_not_whole_is_told_with_how_one_looks_and_no_password(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("ISANGE_KEY", STRONG)
    monkeypatch.setenv("ISANGE_DATABASE", address)

    for words in (
        ("editions",),
        ("worker",),
        ("verify-trail",),
        ("serve", "--port", "0"),
        ("centre", "add", "kigali", "--name", "Kigali", "--zone", "Africa/Kigali"),
    ):
        told = run(*words)
        assert told == line(f"ISANGE_DATABASE cannot be read. It means: Where cases are kept: {HOW}"), words
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("address", ["sqlite://", "sqlite:///", "sqlite:///:memory:"])
@pytest.mark.parametrize(
    "words", [("serve",), ("centre", "add", "kigali", "--name", "Kigali", "--zone", "Africa/Kigali"), ("editions",)]
)
def test_no_house_for_real_people_is_kept_in_memory(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], address: str
) -> None:
    monkeypatch.setenv("ISANGE_KEY", STRONG)

    told = run(*words, "--database", address)

    assert told == line("A database in memory ends with the command. Name a file with --database")
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_loaded_into_memory_that_ends_with_the_command(run: Run, tmp_path: Path) -> None:
    assert run("seed", *SIZE, "--database", "sqlite://") == line(
        "A database in memory ends with the command. Name a file with --database"
    )


def test_a_folder_in_which_nothing_may_be_written_is_told_in_a_line(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    status, said = apart(tmp_path, _kept_to_modes, "seed", *SIZE, "--database", "sqlite:///isange.db")
    tmp_path.chmod(0o700)

    assert (status, len(said.splitlines())) == (1, 1), said
    assert "cannot be made. Check " in said
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "in_use"),
    [(("migrate-database",), False), (("verify-trail",), False), (("verify-trail",), True)],
    ids=["migrate", "verify", "verify with its log"],
)
def test_a_database_that_may_only_be_read_is_not_taken_for_one_of_another_version(
    tmp_path: Path, sqlite_url: str, words: tuple[str, ...], in_use: bool
) -> None:
    file = tmp_path / "isange.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("DELETE FROM throttle")
        connection.commit()
        beside = {one: one.read_bytes() for one in (file.with_name("isange.db-wal"), file.with_name("isange.db-shm"))}
    if in_use:  # as one who was killed leaves it
        for one, kept in beside.items():
            one.write_bytes(kept)
    for one in tmp_path.iterdir():
        one.chmod(0o400)
    tmp_path.chmod(0o500)
    told = apart(tmp_path, _kept_to_modes, *words, "--database", sqlite_url, ISANGE_KEY=STRONG)
    tmp_path.chmod(0o700)

    assert told == line(NOT_READY["silent"])


@pytest.mark.parametrize("room", [40, 64 * 1024, 3 * 1024 * 1024], ids=["for no key", "for no table", "for some cases"])
def test_a_disk_that_becomes_full_is_told_in_a_line_by_who_fills_a_database_and_nothing_is_left(
    tmp_path: Path, room: int
) -> None:
    status, said = apart(tmp_path, partial(_on_a_disk_of, room), "seed", *SIZE, "--database", "sqlite:///isange.db")

    assert (status, len(said.splitlines())) == (1, 1), said
    assert "disk has room" in said
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_becomes_full_is_told_in_a_line_by_who_migrates(tmp_path: Path) -> None:
    (tmp_path / "isange.db").touch(0o600)

    told = apart(tmp_path, partial(_on_a_disk_of, 64 * 1024), "migrate-database", "--database", "sqlite:///isange.db")

    assert told == line(NOT_READY["silent"])
    assert [one.name for one in tmp_path.iterdir()] == ["isange.db"]


MAKING = [("migrate-database",), ("seed", *SIZE), ("centre", "add", "a", "--name", "A", "--zone", "Africa/Kigali")]


@pytest.mark.parametrize("words", MAKING, ids=lambda words: words[0])
def test_no_new_database_is_made_beside_the_parts_of_one_that_was_moved_away(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.setenv("ISANGE_KEY", STRONG)
    (tmp_path / "isange.db-wal").write_bytes(b"recorded last")

    status, said = run(*words, "--database", f"sqlite:///{tmp_path}/isange.db")

    assert (status, len(said.splitlines()), "isange.db-wal" in said) == (1, 1, True), said
    assert [(one.name, one.read_bytes()) for one in tmp_path.iterdir()] == [("isange.db-wal", b"recorded last")]


def test_a_name_that_leads_to_a_disk_that_is_missing_is_told_and_stays(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ISANGE_KEY", STRONG)
    (tmp_path / "isange.db").symlink_to(tmp_path / "disk" / "isange.db")

    status, said = run("migrate-database", "--database", f"sqlite:///{tmp_path}/isange.db")

    assert (status, len(said.splitlines()), "disk missing" in said) == (1, 1, True), said
    assert [one.is_symlink() for one in tmp_path.iterdir()] == [True]
