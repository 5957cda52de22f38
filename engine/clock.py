"""The one clock of the process. A contextvar, so that a drill's virtual time never touches a live case."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

Now = Callable[[], datetime]


def _system() -> datetime:
    return datetime.now(UTC)


_now: ContextVar[Now] = ContextVar("isange_now", default=_system)


def now() -> datetime:
    """This moment, aware, in UTC, by the clock of the present context."""
    return _now.get()()


@contextmanager
def using(clock: Now) -> Iterator[None]:
    """Within it, `now()` reads `clock`: a drill's, a test's, or a fixed transaction time."""
    token = _now.set(clock)
    try:
        yield
    finally:
        _now.reset(token)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Within it, time stands still at `moment` (aware)."""
    if moment.tzinfo is None:
        raise ValueError("Expected an aware moment, but it has no time zone")
    fixed = moment.astimezone(UTC)
    with using(lambda: fixed):
        yield
