"""Real processes for little: forked from one that has imported and read everything, spoken to over a socket.

`python -m tests.faults.forks SOCKET` forks once for each line it reads: the name of a job and its settings. A fork
answers each request it is sent; it may be killed at any moment, and that is seen as the end of its socket.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from tests.walk import ROOT

Request = dict[str, Any]
Say = Callable[[object], None]
Answering = Callable[[Request], object]
"""Does what a request asks; gives what is to be answered, in JSON's shapes."""
Job = Callable[..., Answering]
"""Given how to say something before an answer is there, and the settings: what answers the requests."""


class Killed(Exception):
    """The process is gone without an answer."""


class Fork:
    """One process with a job."""

    def __init__(self, channel: socket.socket) -> None:
        self._lines = channel.makefile("rw", encoding="utf-8")
        channel.close()
        self.pid = int(self._lines.readline())

    def say(self, **request: object) -> None:
        self._lines.write(json.dumps(request) + "\n")
        self._lines.flush()

    def hear(self) -> Any:
        """The next answer. Raises Killed, or AssertionError with the traceback of an exception over there."""
        try:
            line = self._lines.readline()
        except ConnectionResetError:
            line = ""
        if not line:
            raise Killed
        answer = json.loads(line)
        assert "failed" not in answer, answer["failed"]
        return answer["answer"]

    def ask(self, **request: object) -> Any:
        self.say(**request)
        return self.hear()

    def kill(self) -> None:
        """kill -9."""
        os.kill(self.pid, signal.SIGKILL)

    def close(self) -> None:
        self._lines.close()


class Forks:
    """Starts processes; all of them end with it."""

    def __init__(self, orders: IO[str], door: socket.socket) -> None:
        self._orders, self._door = orders, door
        self._starting = threading.Lock()
        self._started: list[Fork] = []

    def start(self, job: str, **settings: object) -> Fork:
        with self._starting:
            self._orders.write(json.dumps([job, settings]) + "\n")
            self._orders.flush()
            fork = Fork(self._door.accept()[0])
            self._started.append(fork)
        return fork

    def close(self) -> None:
        for fork in self._started:
            fork.close()


@contextmanager
def forks() -> Iterator[Forks]:
    """Within it, processes can be started."""
    with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as door:
        door.bind(f"{folder}/door")
        door.listen()
        command = [sys.executable, "-m", "tests.faults.forks", f"{folder}/door"]
        with subprocess.Popen(command, stdin=subprocess.PIPE, text=True, cwd=ROOT) as process:
            assert process.stdin is not None
            started = Forks(process.stdin, door)
            try:
                yield started
            finally:
                started.close()
                process.stdin.close()


def serve(door: Path, jobs: dict[str, Job]) -> None:
    """Forks for each order until there are none."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them
    for line in sys.stdin:
        if os.fork() == 0:
            job, settings = json.loads(line)
            with socket.socket(socket.AF_UNIX) as channel:
                channel.connect(str(door))
                with channel.makefile("rw", encoding="utf-8") as lines:
                    _work(lines, jobs[job], settings)
            os._exit(0)


def _work(lines: IO[str], job: Job, settings: Request) -> None:
    def write(line: object) -> None:
        lines.write(f"{line}\n")
        lines.flush()

    def say(what: object) -> None:
        write(json.dumps({"answer": what}))

    write(os.getpid())
    try:
        answering = job(say, **settings)
        for line in lines:
            say(answering(json.loads(line)))
    except BaseException:
        write(json.dumps({"failed": traceback.format_exc()}))


if __name__ == "__main__":
    from tests.faults.jobs import JOBS

    serve(Path(sys.argv[1]), JOBS)
