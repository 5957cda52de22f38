"""Composition root: settings -> store, editions, Desk, people, worker -> the two faces in one process."""

from __future__ import annotations

import fcntl
import os
import socket
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager, nullcontext
from dataclasses import dataclass

import uvicorn
from a2wsgi import WSGIMiddleware
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.types import ASGIApp

from engine import content
from engine.clock import Now, now, using
from engine.desk import Desk
from engine.editions import Editions
from engine.store.encryption import Keyring
from engine.store.open import migrate, open_store
from engine.store.store import SqlStore
from engine.worker import Worker
from web.accounts import Accounts
from web.api.app import PREFIX, create_api
from web.centres import Centres
from web.gate import Gate
from web.people import People
from web.runs import Runs
from web.settings import Settings, SettingsError, make_private, refuse_unsafe
from web.staff.app import create_staff_app
from web.tokens import Tokens

RELEASE = "release"
"""Author and approver of the shipped content; every later edition needs two people."""
STAFF_THREADS = 16
STOP_SECONDS = 5


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
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
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
        raise SettingsError(
            "The database does not answer or was made by another version. Check ISANGE_DATABASE, make a backup, "
            "then run `isange migrate-database`"
        )
    reading.append(Editions(store))
    return store, reading[0]


def _publish_shipped(house: House) -> None:
    if not house.store.editions():
        library = content.load(house.settings.content_folder, house.settings.jurisdiction)
        house.store.publish(library.digest, library.jurisdiction, library.files, RELEASE, RELEASE, now())


def asgi(house: House) -> ASGIApp:
    """Both faces as one ASGI application; while it runs, so does the worker (unless the settings say no)."""
    api = create_api(house.desk, house.people, house.store, house.runs)
    staff = create_staff_app(house.desk, house.people, house.settings)
    routes = [Mount(PREFIX, api), Mount("/", WSGIMiddleware(staff, workers=STAFF_THREADS))]
    return Gate(Starlette(routes=routes, lifespan=lambda _: _working(house)), house.settings, house.clock)


@asynccontextmanager
async def _working(house: House) -> AsyncIterator[None]:
    stop = threading.Event()
    thread = threading.Thread(target=work, args=(house, stop), name="isange-worker", daemon=True)
    if house.settings.worker:
        thread.start()
    yield
    stop.set()
    if house.settings.worker:
        thread.join(STOP_SECONDS)


def work(house: House, stop: threading.Event) -> None:
    """Fires timers until `stop` is set."""
    with house.own_time():
        house.worker.run(stop)


class _Server(uvicorn.Server):
    """Says when it listens, and where (port 0 takes a free one)."""

    def __init__(self, config: uvicorn.Config, listening: Callable[[str], None]) -> None:
        super().__init__(config)
        self._listening = listening

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if not self.should_exit:
            host, port, *_ = self.servers[0].sockets[0].getsockname()
            self._listening(f"http://{host}:{port}")


def serve(house: House, listening: Callable[[str], None]) -> None:
    """Serves until the process is told to stop; `listening` is called with the address once it answers.

    Raises SettingsError when the port cannot be had."""
    with listen(house.settings.host, house.settings.port) as listener:
        _Server(_config(house), listening).run(sockets=[listener])


def listen(host: str, port: int) -> socket.socket:
    """A socket whose connections send at once what is written to them: an answer is written in two parts, and without
    this the second would wait 40 ms for the first to be acknowledged. Raises SettingsError when it cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family)
    except (OSError, OverflowError) as error:
        raise SettingsError(
            f"Port {port} on {host} cannot be had: another program may use it. Stop that one, or choose another port "
            "with --port"
        ) from error
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def _config(house: House) -> uvicorn.Config:
    return uvicorn.Config(
        asgi(house),
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=STOP_SECONDS,
    )
