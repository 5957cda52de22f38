"""How wrong passwords slow further tries, by login and address, by login, by address, by locked screen; and codes that
lead to no case, by person."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.store.contract import Store

FORGET = timedelta(hours=1)
"""Failures count until none came for this long."""
KNOWN = timedelta(days=30)
"""Who signed in from an address within this time is known there."""
AT_ONCE = 100
"""Whoever finds this many other tries counted before their own has to wait."""


@dataclass(frozen=True, slots=True)
class Throttle:
    """`free` failures cost nothing; each one after them doubles the wait, up to `longest`."""

    kind: str
    free: int
    longest: timedelta

    def wait(self, failures: int) -> timedelta:
        if failures < self.free:
            return timedelta()
        return min(timedelta(seconds=2 ** min(failures - self.free, 30)), self.longest)


HERE = Throttle("login here", 5, timedelta(minutes=1))
"""One login tried from one address (or at one locked screen): nobody elsewhere is slowed by it."""
ACCOUNT = Throttle("login anywhere", 100, timedelta(seconds=30))
"""One login tried from many addresses. High and short: an attacker must not keep the owner of a login out."""
ADDRESS = Throttle("address", 20, timedelta(minutes=5))
"""All logins tried from one address. A whole centre may share it, so people known there neither add nor wait."""
CODE = Throttle("code", 10, timedelta(minutes=5))
"""Codes that lead one person to no case. A misread one is typed again two or three times, never ten."""

Slowed = tuple[Throttle, str]
"""A throttle and the key under which failures are counted for it."""


@dataclass(frozen=True, slots=True)
class Tried:
    """A login tried from an address: what slows it, and where it is remembered that it once succeeded."""

    login: str
    here: Slowed
    anywhere: Slowed
    address: Slowed
    known: str

    @classmethod
    def of(cls, login: str, address: str) -> Tried:
        login = login.strip().casefold()
        name = digest(login)
        return cls(
            login,
            (HERE, f"here:{name}@{address}"),
            (ACCOUNT, f"account:{name}"),
            (ADDRESS, f"address:{address}"),
            f"known:{name}@{address}",
        )


def at_screen(token: str) -> Slowed:
    """What slows the password of a locked screen."""
    return HERE, f"screen:{digest(token)}"


def looking(person_id: str) -> Slowed:
    """What slows whoever tries codes."""
    return CODE, f"code:{person_id}"


def left(store: Store, slowing: Sequence[Slowed], now: datetime) -> timedelta:
    """How long still to wait until nothing of these slows any more. Failures of long ago are forgotten."""
    counted = store.failures_of([key for _, key in slowing])
    wait = timedelta()
    for throttle, key in slowing:
        failures, last = counted.get(key, (0, now))
        if now - last > FORGET:
            store.clear_failures(key)
        else:
            wait = max(wait, last + throttle.wait(failures) - now)
    return wait


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try that is counted as a failure before it is answered: however many come at once, none is left out."""

    key: str
    at: datetime
    before: datetime | None
    """When the last failure before it was."""

    def take_back(self, store: Store) -> None:
        """It was no failure."""
        store.take_back_attempt(self.key, self.at, self.before)


def attempt(store: Store, slowed: Slowed, now: datetime) -> Attempt | timedelta:
    """The try, counted; or how long still to wait before one, which counts for nothing."""
    throttle, key = slowed
    for _ in range(AT_ONCE):  # each time round, another try was counted first: soon one has to wait
        seen = failures, last = store.failures(key)
        if last is not None and now - last > FORGET:
            failures = 0
        elif last is not None and last + throttle.wait(failures) > now:
            return last + throttle.wait(failures) - now
        if store.note_attempt(key, seen, failures + 1, now):
            return Attempt(key, now, last)
    return timedelta(seconds=1)


def digest(text: str) -> str:
    """What is kept of a token or of a login that may be none (a password typed into the wrong field)."""
    return hashlib.sha256(text.encode()).hexdigest()
