"""Fires due timers: exactly once and never early, whoever else does the same beside it."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from engine import clock
from engine.model import Outcome, Refusal
from engine.store.contract import Store
from engine.store.errors import CaseChanged, StoreBusy, StoreDamaged, StoreMoved
from engine.store.records import DueTimer

LEASE_SECONDS = 60
"""A worker that dies leaves its timers to others after this long."""
WAKE_SECONDS = 1.0
AT_A_TIME = 20
SHORTEST_WAIT = timedelta(seconds=2)
LONGEST_WAIT = timedelta(hours=1)
GIVES_UP_AFTER = timedelta(minutes=1)
"""A timer that still fails so long after it was due makes its case stuck; it is tried again all the same."""
DUTIES_AT_A_TIME = 50
LOOKS_FOR_HOLDERS = timedelta(minutes=1)
"""How often it looks for duties that nobody awake holds, and for tasks whose holder has gone: people come and go by the
hour."""
TIDIES = timedelta(minutes=1)
PUT_AWAY_AT_A_TIME = 50
"""So that nobody waits long for the database: 72,000 cases, chapters or rounds of commands in a day."""

_log = structlog.get_logger("isange.worker")


class Front(Protocol):
    """What a worker needs of the Desk."""

    def fire_timer(self, due: DueTimer) -> Outcome | None: ...
    def stop_at_timer(self, due: DueTimer) -> None: ...
    def watch_duties(self, limit: int) -> int: ...
    def give_back(self, limit: int) -> int: ...
    def note_unheld(self, limit: int) -> int: ...


class Worker:
    """Leases due timers and has the Desk fire them; several may run at once, on several machines.

    Exactly once: the timer's row goes in the commit that moves the case, and that commit is refused when
    the lease (its fence) has passed to another. Never early: only rows due before now are leased."""

    def __init__(self, desk: Front, store: Store, name: str, lease_seconds: int = LEASE_SECONDS) -> None:
        self._desk = desk
        self._store = store
        self._name = name
        self._lease_seconds = lease_seconds
        self._looked_for_holders: datetime | None = None
        self._tidied: datetime | None = None

    def run_once(self, now: datetime) -> int:
        """Fires what is due at `now` (aware UTC), notes duties that became late, and puts away what has been at rest
        for long; how many timers fired.

        All of one firing shares one instant: `now`."""
        fired = 0
        while leased := self._store.lease_timers(now, self._name, self._lease_seconds, AT_A_TIME):
            fired += sum(self._fire(timer, now) for timer in leased)
        with clock.at(now):
            self._desk.watch_duties(DUTIES_AT_A_TIME)
            if self._looked_for_holders is None or now - self._looked_for_holders >= LOOKS_FOR_HOLDERS:
                self._looked_for_holders = now
                self._desk.give_back(DUTIES_AT_A_TIME)
                self._desk.note_unheld(DUTIES_AT_A_TIME)
        if self._tidied is None or now - self._tidied >= TIDIES:
            self._tidied = now
            self._store.tidy(now, PUT_AWAY_AT_A_TIME)
        return fired

    def run(self, stop: threading.Event) -> None:
        """Works until `stop` is set, waking each second; what goes wrong is logged by its kind and tried again."""
        while not stop.is_set():
            try:
                self.run_once(clock.now())
            except Exception as error:  # a thread that dies would leave every timer unfired
                _log.error("worker_round_failed", worker=self._name, error=type(error).__name__, **_said(error))
            stop.wait(WAKE_SECONDS)

    def _fire(self, timer: DueTimer, now: datetime) -> bool:
        """Whether it fired; else its lease is given back, for as long as it is late already: each wait doubles."""
        later = now + min(max(now - timer.due_at, SHORTEST_WAIT), LONGEST_WAIT)
        try:
            with clock.at(now):
                fired = self._desk.fire_timer(timer) is not None
        except (StoreBusy, CaseChanged) as error:
            fired, later = False, now + SHORTEST_WAIT
            _note_failure(timer, error)
        except Exception as error:  # one case that cannot go on must not hold up the others
            fired = False
            _note_failure(timer, error)
            if now - timer.due_at > GIVES_UP_AFTER:
                with clock.at(now):
                    self._desk.stop_at_timer(timer)
        if not fired:
            self._store.release_timer(timer, later)
        return fired


def _note_failure(timer: DueTimer, error: Exception) -> None:
    """The kind of error only: its message may hold data."""
    code = error.code if isinstance(error, Refusal) else ""
    _log.warning("timer_not_fired", element=timer.element, error=type(error).__name__, code=code, **_said(error))


def _said(error: Exception) -> dict[str, str]:
    """What to do, where that is always the same sentence of ours."""
    return {"said": str(error)} if isinstance(error, (StoreDamaged, StoreMoved)) else {}
