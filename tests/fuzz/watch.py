"""Has inputs judged by a worker process, and says so when one kills it or is never answered."""

from __future__ import annotations

import json
import re
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.fuzz.inputs import ROOT, Input
from tests.fuzz.verdicts import Fault

WALL_SECONDS = 60
"""When the worker does not use the processor either: it waits for something that never comes."""
_DIFFERS = re.compile(r"['\":(\[]|(?<=\D)\d")


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of an input: an outcome with what was said, or a fault."""

    outcome: str = ""
    said: tuple[dict[str, object], ...] = ()
    status: int = 0
    fault: str = ""

    @property
    def kind(self) -> str:
        """Two faults of one kind are the same bug. One place of the judge finds several: those are told apart by its
        words, up to what differs from input to input."""
        head, _, where = self.fault.partition("\n")
        name, _, words = head.partition(": ")
        said = _DIFFERS.split(words)[0].strip() if name == Fault.__name__ else ""
        return " ".join(filter(None, (name, said, where))) if where else head[:60]


class Watched:
    """One worker; it is started anew when an input has killed it."""

    def __init__(self) -> None:
        self._start()

    def _start(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.fuzz.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=ROOT,
        )
        assert self._process.stdout is not None
        assert self._process.stdout.readline(), "The worker did not start"

    def judge(self, given: Input) -> Judged:
        said = self._said(given.to_json())
        if "fault" in said:
            return Judged(fault=f"{said['fault']}\n{said['where']}")
        return Judged(str(said["outcome"]), tuple(said["said"]), int(said["status"]))

    def lost(self) -> list[str]:
        """What is not whole any more of all that the worker's house kept."""
        return list(self._said("").get("lost", ["the worker could not say"]))

    def _said(self, line: str) -> dict[str, object]:  # type: ignore[type-arg]
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(line.encode() + b"\n")
        self._process.stdin.flush()
        ready, _, _ = select.select([self._process.stdout], [], [], WALL_SECONDS)
        answered = self._process.stdout.readline() if ready else b""
        if answered:
            return json.loads(answered)  # type: ignore[no-any-return]
        return {"fault": self._ended(waits=not ready), "where": ""}

    def _ended(self, waits: bool) -> str:
        """Why there was no answer; another worker is started."""
        if waits:
            self._process.kill()
        status = self._process.wait()
        self._close_pipes()
        self._start()
        if waits:
            return "Hang: it waits for something that does not come"
        if status == -signal.SIGPROF:
            return "Hang: it still computes when its time is over"
        return f"Crash: the process ended with {status}"

    def _close_pipes(self) -> None:
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()

    def close(self) -> None:
        self._close_pipes()
        self._process.wait()


@contextmanager
def watched() -> Iterator[Watched]:
    """Within it, a worker stands ready."""
    one = Watched()
    try:
        yield one
    finally:
        one.close()
