"""The house, made from its settings: store, editions, Desk, people and worker, whoever uses them."""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from dataclasses import dataclass, replace

from engine import content
from engine.clock import Now, now, using
from engine.desk import Desk
from engine.editions import Editions
from engine.store.encryption import Keyring
from engine.store.errors import StoreBusy, StoreDamaged, StoreMoved
from engine.store.open import Trouble, migrate, open_store, trouble_with
from engine.store.store import SqlStore
from engine.worker import Worker
from web.accounts import Accounts
from web.centres import Centres
from web.database_file import make_folder, make_private, refuse_parts, remove_database
from web.key import key_of, new_key_gone_if_it_fails
from web.people import People
from web.production import refuse_unsafe
from web.proving import shipped_proof
from web.runs import Runs
from web.settings import RELEASE, Settings, SettingsError
from web.tokens import Tokens

NOT_READY: Mapping[Trouble, str] = {
    "empty": "The database is empty. Run `isange migrate-database` with the same --database first",
    "version": "The database was made by another version. Make a backup, then run `isange migrate-database`",
    "damaged": "The database is damaged, or is none of Isange. Restore it from a backup (docs/backup.md)",
    "silent": "The database does not answer, or cannot be written. Check ISANGE_DATABASE, that it runs and may be "
    "written, and that its disk has room",
}


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
    refuse_parts(file)
    growing = file.with_name(f".{file.name}.unfinished")  # a name that nobody gives to a copy of theirs
    remove_database(growing)
    kind = settings.database.partition(":///")[0]
    key_file = settings.key_file if settings.key_text else str(settings.key_path)
    apart = replace(settings, database=f"{kind}:///{growing}", key_file=key_file)
    with new_key_gone_if_it_fails(settings):
        try:
            with closing(build(apart)) as house:
                fill(house)
            growing.replace(file)
        finally:
            remove_database(growing)


@contextmanager
def told_plainly() -> Iterator[None]:
    """Tells what makes or fills a database what to look at, when the database cannot be had. Raises SettingsError."""
    try:
        yield
    except StoreMoved:
        raise
    except StoreBusy as error:
        raise SettingsError(NOT_READY["silent"]) from error
    except StoreDamaged as error:
        raise SettingsError(NOT_READY["damaged"]) from error


def bring_up(settings: Settings, *, only_new: bool = False) -> None:
    """Gives the database the newest schema, or only a new file; of a new one nothing stays when that fails.

    Raises SettingsError, and StoreForeign."""
    new = make_private(settings)
    if only_new and not new:
        return
    try:
        with told_plainly():
            migrate(settings.database)
    except BaseException:
        if new and settings.sqlite_file is not None:
            remove_database(settings.sqlite_file)
        raise


def build(settings: Settings, clock: Now | None = None) -> House:
    """The house on its database, with the shipped content published if nothing was yet.

    Raises SettingsError when it may not start like this, ContentError when the content cannot be read."""
    if clock is not None and settings.production:
        raise SettingsError("Time cannot be moved in production")
    with new_key_gone_if_it_fails(settings):
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
    key = key_of(settings)
    bring_up(settings, only_new=True)
    reading: list[Editions] = []
    store = open_store(settings.database, Keyring({1: key}), lambda fact: reading[0].is_apart(fact))
    try:
        with told_plainly():
            _refuse_unfit(store, settings)
    except BaseException:
        store.close()
        raise
    reading.append(Editions(store))
    return store, reading[0]


def _refuse_unfit(store: SqlStore, settings: Settings) -> None:
    if not store.ready():
        raise SettingsError(NOT_READY[trouble_with(settings.database)])
    if not store.fits_key():
        raise SettingsError(
            "The key is not the one that this database was sealed with: nothing of it opens, and what was kept now "
            "nobody could ever read. Nothing was changed. Set ISANGE_KEY_FILE to the right key, or restore database "
            "and key from one backup"
        )


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
