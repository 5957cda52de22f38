"""Checks and drills that somebody asks for from outside: one at a time, in a process of its own, within limits.

A run may need all of a processor for minutes. In a process of its own it takes none of the time of the people at
work, can be stopped, and sees neither key nor database: it is `isange check` or `isange drill` on a folder."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from engine.model import Refusal
from web.settings import SHIPPED_CONTENT, Settings

NICE = 10
MEMORY = 2 * 1024**3
UNREADABLE = 2
FEATURES = "features/"
VOCABULARY = "features/vocabulary.yaml"
BUSY_SECONDS = "5"
_SAYS = "isange: "


class Runs:
    """Runs checks and drills for the API. Safe for many threads; a second run at the same time is refused."""

    def __init__(self, settings: Settings) -> None:
        self._seconds = settings.run_seconds
        self.jurisdiction = settings.jurisdiction
        self._content = settings.content_folder
        self._proofs = settings.proofs_folder.resolve()
        self.running = threading.Lock()
        """Held while one runs."""

    def check(self, files: Mapping[str, bytes], jurisdiction: str) -> Any:
        """The report on this content, as `isange check --json` prints it; cases are told in the words of the house's
        drills unless the content brings its own. Raises Refusal."""
        words = {path: data for path, data in self._features().items() if path == VOCABULARY}
        return self._run({**words, **files}, "check", ".", "--jurisdiction", jurisdiction, "--json")

    def drill(self, files: Mapping[str, bytes], jurisdiction: str, chosen: Sequence[str] = ()) -> Any:
        """What came of the drills, as `isange drill --json` prints it: of the chosen feature files, or of all. Content
        that brings no drills is played with those of the house. Raises Refusal."""
        features = {path: data for path, data in files.items() if path.startswith(FEATURES)}
        ours = self._features()
        if not any(path.endswith(".feature") for path in features):
            features = ours | features
        elif VOCABULARY in ours:
            features.setdefault(VOCABULARY, ours[VOCABULARY])
        missing = [path for path in chosen if path not in features or not path.endswith(".feature")]
        if missing:
            raise Refusal("no_such_drill", f"There is no feature file {missing[0]}", status=422)
        words = ("drill", "--content", ".", "--jurisdiction", jurisdiction, "--json", *sorted(set(chosen)))
        return self._run({**files, **features}, *words)

    def _features(self) -> dict[str, bytes]:
        folder = self._content / FEATURES
        return {
            path.relative_to(self._content).as_posix(): path.read_bytes()
            for path in folder.rglob("*")
            if path.is_file() and path.suffix in (".feature", ".yaml")
        }

    def _run(self, files: Mapping[str, bytes], *words: str) -> Any:
        if not self.running.acquire(blocking=False):
            raise Refusal(
                "busy", "Another check or drill is running; one runs at a time", status=503,
                params={"seconds": BUSY_SECONDS},
            )  # fmt: skip
        try:
            with tempfile.TemporaryDirectory(prefix="isange-") as made:
                folder = Path(made).resolve()
                _write(folder, files)
                return self._report(folder, words)
        finally:
            self.running.release()

    def _report(self, folder: Path, words: Sequence[str]) -> Any:
        environment = {
            "PYTHONPATH": str(SHIPPED_CONTENT),
            "PATH": os.environ.get("PATH", ""),
            "LANG": "C.UTF-8",
            "ISANGE_PROOFS": str(self._proofs),
        }
        process = subprocess.Popen(  # noqa: S603  # our own program; `words` are ours or of a checked shape
            [sys.executable, "-P", "-m", "web.cli", *words],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        with process:
            try:
                _limit(process.pid, self._seconds)
                said, complained = process.communicate(timeout=self._seconds)
            except subprocess.TimeoutExpired as error:
                raise self._too_long() from error
            finally:
                process.kill()
        if process.returncode == UNREADABLE and not said:
            why = complained.decode(errors="replace").partition(_SAYS)[2].replace(f"{folder}/", "").strip()
            raise Refusal("unreadable", why, status=422)
        try:
            return json.loads(said)
        except ValueError as error:
            if b"MemoryError" in complained or process.returncode < 0:
                raise self._too_long() from error
            raise

    def _too_long(self) -> Refusal:
        message = f"It needed more than {self._seconds} seconds or {MEMORY // 1024**3} GB of memory and was stopped"
        return Refusal("too_long", message, status=422)


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)


def _limit(pid: int, seconds: int) -> None:
    """People at work come first; and if this program ends meanwhile, the run does not go on for ever."""
    with suppress(ProcessLookupError):  # it has ended already
        os.setpriority(os.PRIO_PROCESS, pid, NICE)
        if hasattr(resource, "prlimit"):  # Linux
            resource.prlimit(pid, resource.RLIMIT_AS, (MEMORY, MEMORY))
            resource.prlimit(pid, resource.RLIMIT_CPU, (seconds + 1, seconds + 1))
