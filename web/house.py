"""The house, made from its settings: store, editions, Desk, people and worker, whoever uses them."""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

from engine import content
from engine.clock import Now, now, using
from engine.desk import Desk
from engine.editions import Editions
from engine.store.encryption import Keyring
from engine.store.open import Trouble, migrate, open_store, trouble_with
from engine.store.store import SqlStore
from engine.worker import Worker
from web.accounts import Accounts
from web.centres import Centres
from web.people import People
from web.proving import shipped_proof
from web.runs import Runs
from web.settings import RELEASE, Settings, SettingsError, make_folder, make_private, refuse_unsafe
from web.tokens import Tokens

NOT_READY: Mapping[Trouble, str] = {
    "empty": "The database is empty. Run `isange migrate-database` with the same --database first",
    "version": "The database was made by another version. Make a backup, then run `isange migrate-database`",
    "damaged": "The database is damaged, or is none of Isange. Restore it from a backup (docs/backup.md)",
    "silent": "The database does not answer. Check ISANGE_DATABASE, and that it runs and may be written",
}
BESIDE = ("-wal", "-shm", "-journal")
"""Endings of what SQLite keeps beside a file that is open."""


@dataclass(frozen=True, slots=True)
class House:
    """Everything of a running Isange, made once."""

    settings: Settings
    store: SqlStore
    editions: Editions
    desk: Desk
    people: People
    worker: Worker
    runs: Runs
    clock: Now | None
    """The clock of tests; None for the system's."""

    @property
    def accounts(self) -> Accounts:
        return Accounts(self.store, lambda: self.editions.current().roles, self.settings)

    @property
    def tokens(self) -> Tokens:
        return Tokens(self.store, self.accounts)

    @property
    def centres(self) -> Centres:
        return Centres(self.store)

    def own_time(self) -> AbstractContextManager[None]:
        """Within it, time is the house's."""
        return using(self.clock) if self.clock else nullcontext()

    def close(self) -> None:
        self.store.close()


@contextmanager
def starting(settings: Settings) -> Iterator[None]:
    """Only one start at a time is within it: two at once on a new file would both want to fill it."""
    file = settings.sqlite_file
    if file is None:
        yield
        return
    make_folder(settings)
    try:
        folder = os.open(file.parent, os.O_RDONLY)
    except OSError as error:
        raise SettingsError(
            f"The folder of the database, {file.parent}, cannot be had. Check ISANGE_DATABASE"
        ) from error
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def fill_new(settings: Settings, fill: Callable[[House], None]) -> None:
    """Makes the database's file and fills it, under another name until it is whole: what fails or is killed leaves
    nothing that a later start would take for it. Of a database that is no file, or is there, nothing is done."""
    file = settings.sqlite_file
    if file is None or file.exists():
        return
    growing = file.with_name(f"{file.name}.new")
    _remove(growing)
    kind = settings.database.partition(":///")[0]
    apart = replace(settings, database=f"{kind}:///{growing}", key_file=str(settings.key_path))
    try:
        with closing(build(apart)) as house:
            fill(house)
        growing.replace(file)
    finally:
        _remove(growing)


def _remove(file: Path) -> None:
    for name in (file.name, *(file.name + ending for ending in BESIDE)):
        file.with_name(name).unlink(missing_ok=True)


def build(settings: Settings, clock: Now | None = None) -> House:
    """The house on its database, with the shipped content published if nothing was yet.

    Raises SettingsError when it may not start like this, ContentError when the content cannot be read."""
    if clock is not None and settings.production:
        raise SettingsError("Time cannot be moved in production")
    store, editions = _store_and_editions(settings)
    try:
        refuse_unsafe(settings, os.environ, [account.login for account in store.accounts() if account.demo])
        desk = Desk(store, editions)
        worker = Worker(desk, store, f"{os.uname().nodename}-{os.getpid()}")
        people = People(store, settings)
        house = House(settings, store, editions, desk, people, worker, Runs(settings), clock)
        with house.own_time():
            _publish_shipped(house)
        editions.current()
    except Exception:
        store.close()
        raise
    return house


def _store_and_editions(settings: Settings) -> tuple[SqlStore, Editions]:
    key = settings.key()
    if make_private(settings):
        migrate(settings.database)
    reading: list[Editions] = []
    store = open_store(settings.database, Keyring({1: key}), lambda fact: reading[0].is_apart(fact))
    if not store.ready():
        store.close()
        raise SettingsError(NOT_READY[trouble_with(settings.database)])
    if not store.fits_key():
        store.close()
        raise SettingsError(
            "The key is not the one that this database was sealed with: nothing of it opens, and what was kept now "
            "nobody could ever read. Nothing was changed. Set ISANGE_KEY_FILE to the right key, or restore database "
            "and key from one backup"
        )
    reading.append(Editions(store))
    return store, reading[0]


def _publish_shipped(house: House) -> None:
    if not house.store.editions():
        library = content.load(house.settings.content_folder, house.settings.jurisdiction)
        proof = shipped_proof(library.jurisdiction, library.digest)
        house.store.publish(
            library.digest, library.jurisdiction, library.files, RELEASE, RELEASE, now(), proof=proof or b""
        )


def work(house: House, stop: threading.Event) -> None:
    """Fires timers until `stop` is set."""
    with house.own_time():
        house.worker.run(stop)
