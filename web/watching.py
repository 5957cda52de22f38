"""`isange check --watch`: content is checked each time that a file of it is saved, for whoever edits it.

Lint and proofs run beside each other, in processes that begin as copies of this one and so need not read and import
anew. What they find comes over pipes, as it is found: whoever waits has an answer after a second, in which what is
still looked at is said to be so, and never called proved. A newer save ends the check of the older one.
"""

from __future__ import annotations

import multiprocessing
import signal
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from multiprocessing.connection import Connection, wait
from pathlib import Path
from stat import S_ISDIR
from typing import NamedTuple, cast

from engine import checks
from engine.checks.report import DutyVerdict, Report
from engine.content import ContentError, load
from engine.proofs import end_with_parent
from engine.prove.reach import with_reach
from web.proving import Proving, Say
from web.settings import Settings

FOLDERS = ("pathways", "rules", "forms", "features")
TICK = 0.1
"""Seconds between two looks at the files."""
SOON = 0.7
"""Seconds after which there is an answer, whatever is still looked at."""
_COPIES = multiprocessing.get_context("fork" if "fork" in multiprocessing.get_all_start_methods() else None)
Stamps = Mapping[str, tuple[int, int]]
"""Of each file when it was written last, and its size."""


class Done(NamedTuple):
    """Every duty was looked at; `failed` says why not."""

    failed: str = ""


News = Report | DutyVerdict | Done


@dataclass
class Found:
    """What is known so far: the report of the lint, what each duty came to, and whether that is all."""

    report: Report | None = None
    verdicts: dict[str, DutyVerdict] = field(default_factory=dict)
    done: Done | None = None

    def take(self, news: News) -> None:
        match news:
            case Report():
                self.report = news
            case DutyVerdict():
                self.verdicts[news.id] = news
            case Done():
                self.done = news

    @property
    def whole(self) -> bool:
        """Whether nothing is left to wait for: nothing is proved of content with an error."""
        return self.report is not None and (self.done is not None or self.report.exit_code != 0)

    @property
    def failed(self) -> str:
        """Why no more is known, of content in which nothing is wrong."""
        if not self.whole:
            return "the check ended before it was done"
        sound = self.report is not None and self.report.exit_code == 0
        return self.done.failed if sound and self.done is not None else ""

    def so_far(self, report: Report) -> Report:
        """The report, in which what is still looked at is not proved."""
        return report if report.exit_code else replace(report, duties=tuple(map(self._now, report.duties)))

    def _now(self, duty: DutyVerdict) -> DutyVerdict:
        return self.verdicts.get(duty.id) or replace(
            duty, because="it is still being looked at; enforced while cases run"
        )


class Watch:
    """Checks a folder again and again. `say` gets each answer, `tell` how far a long one is."""

    def __init__(self, settings: Settings, folder: Path, say: Say, tell: Say, patience: float = SOON) -> None:
        self.settings = settings
        self.folder = folder
        self.say = say
        self.tell = tell
        self.patience = patience
        self.ended = False

    def end(self) -> None:
        """Whoever watches has seen enough. May be called by a signal."""
        self.ended = True

    def run(self) -> None:
        """Until it is ended."""
        seen: Stamps = {}
        while not self.ended:
            before, seen = seen, self.stamps()
            if before:
                self.say(f"\n{changed(before, seen)}")
            if self.check(partial(self.is_over, seen)):
                self.tell("waiting for the next save (Ctrl+C ends this)")
                with suppress(ContentError):  # what is read now need not be read after the next save
                    load(self.folder, self.settings.jurisdiction)
            while self.stamps() == seen and not self.ended:
                time.sleep(TICK)

    def is_over(self, seen: Stamps) -> bool:
        """Whether nobody waits for what is found of files that were so."""
        return self.ended or self.stamps() != seen

    def stamps(self) -> Stamps:
        """How the files are now."""
        found: dict[str, tuple[int, int]] = {}
        for name in FOLDERS:
            for path in sorted((self.folder / name).rglob("*")):
                with suppress(OSError):  # it is being replaced
                    state = path.stat()
                    if not S_ISDIR(state.st_mode):
                        found[path.relative_to(self.folder).as_posix()] = state.st_mtime_ns, state.st_size
        return found

    def check(self, outdated: Callable[[], bool]) -> bool:
        """Says what is found: after a moment what is known by then, and at the end all of it. Whether it came to that
        before it was `outdated`."""
        with self._apart(_lint) as lint, self._apart(_prove) as proofs:
            return self.answer([lint, proofs], outdated)

    def answer(self, pipes: list[Connection], outdated: Callable[[], bool]) -> bool:
        """The same of what comes over pipes."""
        started, answered, found = time.monotonic(), False, Found()
        while not found.whole:
            for pipe in cast(list[Connection], wait(pipes, TICK)):
                try:
                    found.take(pipe.recv())
                except EOFError:
                    pipes.remove(pipe)
            if outdated():
                return False
            if not pipes and not found.whole:
                break
            took = time.monotonic() - started
            if not found.whole and not answered and took >= self.patience:
                answered = self._say(found, took)
        if found.failed:
            self.tell(f"{found.failed}: save again, or run isange check")
            return False
        return self._say(found, time.monotonic() - started)

    def _say(self, found: Found, seconds: float) -> bool:
        """Says what is found so far, once the lint has found anything."""
        if found.report is None:
            return False
        self.say(replace(found.so_far(found.report), ms=seconds * 1000).to_text())
        return True

    @contextmanager
    def _apart(self, work: Callable[[Settings, Path, Say, Connection], None]) -> Iterator[Connection]:
        """Work in a process of its own, which ends at the latest when nobody listens any more."""
        ours, theirs = _COPIES.Pipe(duplex=False)
        process = _COPIES.Process(target=_begin, args=(work, self.settings, self.folder, self.tell, theirs))
        process.start()
        theirs.close()
        try:
            yield ours
        finally:
            process.terminate()
            process.join()
            ours.close()


def changed(before: Stamps, after: Stamps) -> str:
    """Which files are not as they were."""
    saved = sorted(file for file, stamp in after.items() if before.get(file) != stamp)
    gone = sorted(before.keys() - after.keys())
    said = {"saved": saved, "gone": gone}
    return "; ".join(f"{what}: {', '.join(files)}" for what, files in said.items() if files)


def _begin(
    work: Callable[[Settings, Path, Say, Connection], None],
    settings: Settings,
    folder: Path,
    tell: Say,
    pipe: Connection,
) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever watches ends this
    end_with_parent()
    work(settings, folder, tell, pipe)


def _lint(settings: Settings, folder: Path, tell: Say, pipe: Connection) -> None:
    pipe.send(checks.check_folder(folder, settings.jurisdiction, look=with_reach))


def _prove(settings: Settings, folder: Path, tell: Say, pipe: Connection) -> None:
    """Whether the content is sound is found out beside it: of what is not, the proofs may fail."""
    try:
        library = load(folder, settings.jurisdiction)
        Proving(settings, folder, tell, found=lambda proof: pipe.send(proof.verdict))(library)
        pipe.send(Done())
    except ContentError:
        return
    except Exception:
        pipe.send(Done(traceback.format_exc()))
