"""What the processes of the fault tests do: complete a task, race a colleague, fire timers."""

from __future__ import annotations

import atexit
import itertools
import os
import signal
import time
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from engine import clock
from engine.desk import Desk
from engine.editions import Editions
from engine.library import Library
from engine.model import Outcome, Person, Refusal
from engine.store import failpoints, keep
from engine.store.open import open_store
from engine.store.records import DueTimer
from engine.worker import Worker
from tests.databases import KEYRING
from tests.faults.forks import Answering, Job, Request, Say
from tests.faults.small import AGES, ANSWERS, NOW, someone
from tests.walk import shipped
from tests.web.running import Hands, house_at, served
from web import logs


@dataclass(frozen=True)
class Shipped:
    """The content of the release, read before the process was forked."""

    library: Library

    def current(self) -> Library:
        return self.library

    def get(self, digest: str) -> Library:
        return self.library


SHIPPED = Shipped(shipped())


def complete(_: Say, database: str, failpoint: str) -> Answering:
    """Completes tasks of the shipped content; dies at the failpoint, if one is named."""
    os.environ[failpoints.VARIABLE] = failpoint
    desk = Desk(open_store(database, KEYRING, SHIPPED.library.is_apart), SHIPPED)

    def completed(request: Request) -> dict[str, Any]:
        person = Person(request["person"], request["person"], {request["centre"]: frozenset({request["role"]})})
        with clock.at(datetime.fromisoformat(request["now"])):
            outcome = desk.complete_task(
                person, request["task"], request["version"], request["answers"], request["command"]
            )
        return asdict(outcome)

    return completed


def colleague(_: Say, database: str, person: str) -> Answering:
    """Completes tasks of the small content, each from a moment on (nanoseconds of the clock that all processes share);
    gives the outcome or why it was refused, and when it was at it."""
    store = open_store(database, KEYRING)
    desk, who = Desk(store, Editions(store)), someone(person)

    def completed(request: Request) -> dict[str, Any]:
        while (began := time.monotonic_ns()) < request["moment"]:
            pass
        done, why = None, None
        try:
            with clock.at(NOW):
                done = asdict(desk.complete_task(who, request["task"], 1, {**ANSWERS, "age_stated": AGES[person]}))
        except Refusal as refusal:
            why = {"code": refusal.code, "status": refusal.status, "params": dict(refusal.params)}
        return {"done": done, "refused": why, "at": (began, time.monotonic_ns())}

    return completed


@dataclass(frozen=True)
class Telling:
    """A Desk that says what it is about to do."""

    desk: Desk
    say: Say

    def fire_timer(self, due: DueTimer) -> Outcome | None:
        self.say("firing")
        return self.desk.fire_timer(due)

    def stop_at_timer(self, due: DueTimer) -> None:
        self.desk.stop_at_timer(due)

    def watch_duties(self, limit: int) -> int:
        return self.desk.watch_duties(limit)

    def give_back(self, limit: int) -> int:
        return self.desk.give_back(limit)

    def note_unheld(self, limit: int) -> int:
        return self.desk.note_unheld(limit)


def fire(say: Say, database: str, name: str, dies_at: int) -> Answering:
    """Fires what is due at a moment; gives how many timers fired. Dies when it passes a failpoint for the
    `dies_at`-th time, unless that is 0."""
    store = open_store(database, KEYRING)
    worker = Worker(Telling(Desk(store, Editions(store)), say), store, name)
    passed = itertools.count(1)

    def reach(_: str) -> None:
        if next(passed) == dies_at:
            os.kill(os.getpid(), signal.SIGKILL)

    keep.reach = reach
    return lambda request: worker.run_once(datetime.fromisoformat(request["now"]))


def serve(_: Say, database: str, content: str) -> Answering:
    """Serves a house over HTTP; gives its address."""
    logs.configure()
    stack = ExitStack()
    atexit.register(stack.close)  # it is open for as long as the process is there
    house = stack.enter_context(house_at(database, content, Hands()))
    url = stack.enter_context(served(house)).url
    return lambda _: url


JOBS: dict[str, Job] = {"complete": complete, "colleague": colleague, "fire": fire, "serve": serve}
