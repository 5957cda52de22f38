"""Fixtures that give a test its own database: SQLite as a file, PostgreSQL on a private server.

The server runs one for each pytest process (so pytest-xdist is safe), on a Unix socket only, as `nobody` when
the tests run as root, and ends with the process. Its binaries are those of TEST_PG_BIN, else the newest under
/usr/lib/postgresql.
"""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from engine.store.encryption import Keyring
from engine.store.open import migrate, open_store
from engine.store.store import SqlStore

START_SECONDS = 30
MASTER_KEY = bytes(range(32))
KEYRING = Keyring({1: MASTER_KEY})
_numbers = itertools.count(1)

# Ends the server at once (SIGQUIT) when this process closes the pipe, however this process ends, and removes its
# files unless it was told to keep them.
_WATCH = 'home=$1; shift; "$@" & read word; kill -QUIT $!; wait $!; [ "$word" = keep ] || rm -rf "$home"'
_KEEP = b"keep\n"


def _binaries() -> Path:
    """The folder of PostgreSQL's programs. Fails loudly when there is none."""
    named = os.environ.get("TEST_PG_BIN")
    if named:
        return Path(named)
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if not found:
        pytest.fail(
            "PostgreSQL's server programs were not found under /usr/lib/postgresql. Install them "
            "(Debian: apt-get install postgresql) or set TEST_PG_BIN to the folder that holds initdb and postgres.",
            pytrace=False,
        )
    return max(found, key=lambda path: float(path.parent.name))


def postgres_home() -> Path:
    """A new folder for a server's files, in memory where the machine has such a place."""
    memory = Path("/dev/shm")
    return Path(tempfile.mkdtemp(prefix="isange-pg-", dir=memory if os.access(memory, os.W_OK) else None))


class PostgresServer:
    """A private server with its files in `home`. `url(name)` is the address of one of its databases."""

    def __init__(self, home: Path, *settings: str) -> None:
        self.home = home
        self._settings = [word for setting in settings for word in ("-c", setting)]
        self._binaries = _binaries()
        self._who = {"user": "nobody", "group": "nogroup", "extra_groups": []} if os.geteuid() == 0 else {}
        if self._who:
            shutil.chown(home, "nobody", "nogroup")
        initdb = [self._binaries / "initdb", "-D", home / "data", "-U", "isange", "-A", "trust", "-E", "UTF8"]
        subprocess.run([*initdb, "--locale=C", "--no-sync"], check=True, capture_output=True, cwd="/", **self._who)
        self.start()

    def start(self) -> None:
        """Starts the server and waits until it answers."""
        data = self.home / "data"
        server = [
            self._binaries / "postgres",
            "-D",
            data,
            "-k",
            self.home,
            "-c",
            "listen_addresses=",
            "-F",
            *self._settings,
        ]
        with (self.home / "log").open("ab") as log:
            self._watcher = subprocess.Popen(
                ["/bin/sh", "-c", _WATCH, "watch", self.home, *server],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                cwd="/",
                start_new_session=True,
                **self._who,
            )
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if time.monotonic() > deadline:
                pytest.fail(f"PostgreSQL did not start: {(self.home / 'log').read_text()}", pytrace=False)
            time.sleep(0.02)

    def _answers(self) -> bool:
        try:
            self.run("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True

    def run(self, statement: str) -> None:
        """Runs one statement on the maintenance database."""
        where = {"host": str(self.home), "user": "isange", "dbname": "postgres"}
        with psycopg.connect(autocommit=True, **where) as connection:
            connection.execute(statement)

    def url(self, database: str) -> str:
        return f"postgresql://isange@/{database}?host={self.home}"

    def crash(self) -> None:
        """Ends the server at once, as a loss of power to its process would; its files stay."""
        assert self._watcher.stdin is not None
        self._watcher.stdin.write(_KEEP)
        self.stop()

    def stop(self) -> None:
        """Ends the server and removes its files."""
        assert self._watcher.stdin is not None
        self._watcher.stdin.close()
        self._watcher.wait(START_SECONDS)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    server = PostgresServer(postgres_home())
    yield server
    server.stop()


@pytest.fixture(scope="session")
def postgres_template(postgres_server: PostgresServer) -> str:
    """A migrated database that others are copied from."""
    postgres_server.run("CREATE DATABASE template_isange")
    migrate(postgres_server.url("template_isange"))
    return "template_isange"


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file that others are copied from."""
    path = tmp_path_factory.mktemp("template") / "isange.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture
def postgres_url(postgres_server: PostgresServer, postgres_template: str) -> Iterator[str]:
    """A migrated PostgreSQL database of the test's own."""
    name = f"test_{next(_numbers)}"
    postgres_server.run(f"CREATE DATABASE {name} TEMPLATE {postgres_template} STRATEGY FILE_COPY")
    yield postgres_server.url(name)
    postgres_server.run(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A migrated SQLite file of the test's own."""
    path = tmp_path / "isange.db"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of a migrated, empty database: the test runs once on each kind."""
    url: str = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")
    return url


@pytest.fixture
def opened() -> Iterator[Callable[..., SqlStore]]:
    """Opens stores (as `open_store`, with the tests' key) and closes them when the test ends."""
    stores: list[SqlStore] = []

    def open_one(url: str, keyring: Keyring = KEYRING, **options: Callable[[str], bool]) -> SqlStore:
        stores.append(open_store(url, keyring, **options))
        return stores[-1]

    yield open_one
    for store in stores:
        store.close()


@pytest.fixture
def store(database_url: str, opened: Callable[..., SqlStore]) -> SqlStore:
    """A store on a migrated, empty database: the test runs once on each kind."""
    return opened(database_url)
