"""Processes that complete one task each and may be killed on the way, forked from one that has read the content.

`python -m tests.faults.workers` reads a request a line and writes an answer a line: how the process ended, and
what it acknowledged before.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import IO

from engine import clock
from engine.content import load
from engine.desk import Desk
from engine.library import Library
from engine.model import Person
from engine.store.encryption import Keyring
from engine.store.failpoints import VARIABLE
from engine.store.open import open_store
from tests.databases import MASTER_KEY
from tests.walk import ROOT

Request = Mapping[str, object]
"""database, person, centre, role, now, task, version, answers, command and failpoint ('' for none)."""


@dataclass(frozen=True)
class Ended:
    """How a worker ended (0, or the negative number of the signal that killed it) and what it acknowledged."""

    status: int
    acknowledged: dict[str, object] | None


@dataclass(frozen=True)
class OneEdition:
    """The only edition there is, read before the process was forked."""

    library: Library

    def current(self) -> Library:
        return self.library

    def get(self, digest: str) -> Library:
        return self.library


class Workers:
    """Has requests done by a process each."""

    def __init__(self, asked: IO[str], said: IO[str]) -> None:
        self._asked, self._said = asked, said

    def do(self, request: Request) -> Ended:
        self._asked.write(json.dumps(request) + "\n")
        self._asked.flush()
        return Ended(**json.loads(self._said.readline()))


@contextmanager
def workers() -> Iterator[Workers]:
    """Within it, workers stand ready."""
    command = [sys.executable, "-m", "tests.faults.workers"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield Workers(process.stdin, process.stdout)
        process.stdin.close()


def complete(request: dict[str, str], library: Library, said: int) -> None:
    """Opens the store, completes the task, and only then says so."""
    os.environ[VARIABLE] = request["failpoint"]
    groups, facts = library.groups, library.facts
    store = open_store(request["database"], Keyring({1: MASTER_KEY}), lambda fact: groups[facts[fact].group].apart)
    person = Person(request["person"], request["person"], {request["centre"]: frozenset({request["role"]})})
    with clock.at(datetime.fromisoformat(request["now"])):
        outcome = Desk(store, OneEdition(library)).complete_task(
            person,
            request["task"],
            int(request["version"]),
            request["answers"],  # type: ignore[arg-type]
            request["command"],
        )
    os.write(said, json.dumps(asdict(outcome)).encode())


def in_a_process(request: dict[str, str], library: Library) -> Ended:
    """Forks, waits, and hears what the fork said before it ended."""
    hears, says = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            complete(request, library, says)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    os.close(says)
    with os.fdopen(hears) as heard:
        acknowledged = heard.read()
    _, status = os.waitpid(child, 0)
    return Ended(os.waitstatus_to_exitcode(status), json.loads(acknowledged) if acknowledged else None)


if __name__ == "__main__":
    read = load(ROOT)
    for line in sys.stdin:
        sys.stdout.write(json.dumps(asdict(in_a_process(json.loads(line), read))) + "\n")
        sys.stdout.flush()
