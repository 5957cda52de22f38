"""The proofs of a content folder: what is remembered of earlier ones, what Isange ships, and who waits for them."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from engine.checks.report import DutyVerdict
from engine.drills import Unreadable, vocabulary_of
from engine.drills.vocabulary import Vocabulary, plain_vocabulary
from engine.library import Library
from engine.proofs import (
    DutyProof,
    ProofRecord,
    RecordError,
    for_good,
    proved,
    read_record,
    while_waiting,
    write_record,
)
from web.settings import SHIPPED_CONTENT, Settings

MOST_REMEMBERED = 8
"""Records that are remembered of a jurisdiction: of the editions that were checked last."""
Say = Callable[[str], None]
"""Tells whoever waits a line."""
PATIENCE = 1.0
"""Seconds after which whoever waits is told how far it is, and how often."""


@dataclass
class Proving:
    """Proves the content of a folder, with what is known of earlier editions; `record` is what it came to."""

    settings: Settings
    folder: Path
    say: Say
    forget: bool = False
    anew: bool = False
    long: bool = False
    """As long as `isange prove` looks, at duties that only warn, too: for what is kept."""
    found: Callable[[DutyProof], None] = lambda proof: None
    """Gets what each duty came to, as soon as it did."""
    record: ProofRecord | None = None
    _started: float = field(default_factory=time.monotonic)
    _told: float = 0.0

    def __call__(self, library: Library) -> tuple[DutyVerdict, ...]:
        self.record = proved(
            library,
            self._vocabulary(library),
            () if self.forget else tuple(self._known(library.jurisdiction)),
            told=self._tell,
            anew=self.anew or self.long,
            effort=for_good if self.long else while_waiting,
            processes=os.cpu_count() or 1,
        )
        self._remember(self.record)
        return self.record.verdicts

    def _vocabulary(self, library: Library) -> Vocabulary:
        try:
            return vocabulary_of(library, self.folder / "features")
        except Unreadable as error:
            self.say(f"{str(error).rstrip('.')}. Cases are told without it")
            return plain_vocabulary(library)

    def _known(self, jurisdiction: str) -> Iterator[ProofRecord]:
        """What was checked here before, the newest first, and what Isange ships."""
        for file in (*self._remembered(jurisdiction), shipped_record(jurisdiction)):
            with suppress(OSError, RecordError):  # what cannot be read is proved anew
                yield read_record(file.read_bytes())

    def _remembered(self, jurisdiction: str) -> list[Path]:
        with suppress(OSError):
            files = (self.settings.proofs_folder / jurisdiction).glob("*.json")
            return sorted(files, key=lambda file: file.stat().st_mtime, reverse=True)
        return []

    def _remember(self, record: ProofRecord) -> None:
        """Keeps the record; where nothing can be kept, the next check only takes longer."""
        folder = self.settings.proofs_folder / record.jurisdiction
        with suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
            growing = folder / f".{os.getpid()}.new"
            growing.write_text(write_record(record), encoding="utf-8")
            growing.replace(folder / f"{record.edition}.json")
            for old in self._remembered(record.jurisdiction)[MOST_REMEMBERED:]:
                old.unlink(missing_ok=True)

    def _tell(self, done: int, of: int, last: DutyProof) -> None:
        self.found(last)
        now = time.monotonic()
        if done < of and now - max(self._told, self._started) >= PATIENCE:
            self._told = now
            self.say(f"{done} of {of} duties are looked at; the last was {last.verdict.id}")


def shipped_record(jurisdiction: str) -> Path:
    """Where the record of the shipped content lies."""
    return SHIPPED_CONTENT / "docs" / "proofs" / f"{jurisdiction}.json"


def shipped_proof(jurisdiction: str, edition: str) -> bytes | None:
    """The record as it was written, if it is of this very edition."""
    try:
        record = shipped_record(jurisdiction).read_bytes()
        return record if read_record(record).edition == edition else None
    except (OSError, RecordError):
        return None
