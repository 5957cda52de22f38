"""A whole house for tests: real store, real Desk, real HTTP on a free port, and a clock that tests move."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import uvicorn

from engine.model import Centre
from tests.walk import read_once, shipped
from web.house import House, build
from web.serve import asgi, listen
from web.settings import Settings

KEY = bytes(range(32)).hex()
CENTRE = "kacyiru"
PASSWORD = "blue kettle seventeen lanterns"


class Hands:
    """The hands of a clock: they stand still until a test moves them."""

    def __init__(self, moment: datetime = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment

    def move(self, by: timedelta) -> None:
        self.moment += by


def write_content(folder: Path, files: Mapping[str, bytes]) -> str:
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    return str(folder)


@contextmanager
def house_at(database: str, content: str, hands: Hands, **more: object) -> Iterator[House]:
    """A house with one centre and a login for each role, named like it. Its worker runs when a test says so."""
    values = {"mode": "demo", "key_text": KEY, "worker": False} | more
    with read_once(shipped()):
        house = build(Settings(database=database, content=content, **values), clock=hands)  # type: ignore[arg-type]
    try:
        house.store.add_centre(Centre(CENTRE, "Kacyiru", "Africa/Kigali"))
        _add_people(house)
        yield house
    finally:
        house.close()


def _add_people(house: House) -> None:
    """One hash for all: hashing each would take seconds."""
    first, *others = house.editions.current().roles
    known = house.accounts.add_with_password(first, first.title(), PASSWORD, {CENTRE: frozenset({first})}, demo=True)
    for role in others:
        roles = {CENTRE: frozenset({role})}
        house.store.add_account(replace(known, id=f"who-{role}", login=role, name=role.title(), roles=roles))


def another_centre(house: House, centre: str) -> None:
    """One more centre, in another time zone, at which everybody works in the roles that they have at the first."""
    house.store.add_centre(Centre(centre, centre.title(), "Africa/Nairobi"))
    for account in house.store.accounts():
        roles = {**account.roles, centre: account.roles[CENTRE]}
        house.store.change_account(account.id, account.version, {"roles": roles}, [])


@dataclass(frozen=True)
class Address:
    host: str
    port: int

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"


@contextmanager
def served(house: House) -> Iterator[Address]:
    """The house over HTTP."""
    with listen("127.0.0.1", 0) as listener:
        config = uvicorn.Config(asgi(house), log_config=None, access_log=False, proxy_headers=False)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield Address(*listener.getsockname())
        finally:
            server.should_exit = True
            thread.join(10)
