"""The commands about content: check it, prove it, say its duties, publish it."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from engine.access import actions_of
from engine.checks import check, check_folder
from engine.checks.report import DutyVerdict, Report
from engine.clock import now
from engine.content import load
from engine.drills import Unreadable, run_drills, vocabulary_of
from engine.drills.vocabulary import FILE as VOCABULARY
from engine.drills.vocabulary import Vocabulary, plain_vocabulary
from engine.library import Library
from engine.model import Person, entry
from engine.proofs import ProofRecord, RecordError, accepting, in_the_way, proved, read_record, write_record
from engine.witness.keeping import keep_drill
from web.records import shipped_record
from web.settings import Settings

if TYPE_CHECKING:
    from web.house import House

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
    record: ProofRecord | None = None
    _started: float = field(default_factory=time.monotonic)
    _told: float = 0.0

    def __call__(self, library: Library) -> tuple[DutyVerdict, ...]:
        self.record = proved(
            library,
            self._vocabulary(library),
            () if self.forget else tuple(self._known(library.jurisdiction)),
            told=self._tell,
            anew=self.anew,
            processes=os.cpu_count() or 1,
        )
        self._remember(self.record)
        return self.record.verdicts

    def _vocabulary(self, library: Library) -> Vocabulary:
        try:
            return vocabulary_of(library, self.folder / "features")
        except Unreadable as error:
            self.say(f"{error}. Cases are told without it")
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

    def _tell(self, done: int, of: int, duty: str) -> None:
        now = time.monotonic()
        if done < of and now - max(self._told, self._started) >= PATIENCE:
            self._told = now
            self.say(f"{done} of {of} duties are looked at; the last was {duty}")


def checked(
    settings: Settings, folder: Path, say: Say, *, lint: bool, forget: bool = False
) -> tuple[Report, ProofRecord | None]:
    """The report on a folder, and the proof record unless only the lint was asked for, or something is wrong."""
    if lint:
        return check_folder(folder, settings.jurisdiction), None
    proving = Proving(settings, folder, say, forget)
    report = check_folder(folder, settings.jurisdiction, proving)
    return report, proving.record


def no_room_for(files: tuple[str | None, ...], drills: str | None, content: Path) -> str:
    """Why these files, and drills of this content into a folder, cannot be written; '' when they can."""
    for file in map(Path, filter(None, files)):
        if file.is_dir():
            return f"{file} is a folder: name a file in it"
        if not file.parent.is_dir():
            return f"There is no folder {file.parent} to write {file.name} into: make it first"
        if not os.access(file if file.exists() else file.parent, os.W_OK):
            return f"{file} cannot be written: see who may write there"
    vocabulary = content / "features" / VOCABULARY
    if drills and content.is_dir() and not vocabulary.is_file():
        return f"Drills need {vocabulary}; see docs/drills.md"
    if drills and Path(drills).exists() and not Path(drills).is_dir():
        return f"{drills} is a file: name a folder"
    return ""


def keep_drills(record: ProofRecord, content: Path, folder: Path) -> Iterator[Path]:
    """Writes a drill of each case that breaks a duty; gives their paths."""
    for id_, proof in record.proofs.items():
        if proof.drill:
            yield keep_drill(content / "features" / VOCABULARY, id_, proof.drill, folder)


class NotPublished(Exception):
    """Why an edition was not published, a line each."""


def publish(house: House, folder: Path, author: str, approver: str, reasons: Mapping[str, str], say: Say) -> str:
    """Publishes the content of a folder once it is checked, proved anew, drilled and approved by a second person; says
    what was done. Raises NotPublished, Refusal and ContentError."""
    people = [_answering(house, login) for login in (author, approver)]
    if people[0].id == people[1].id:
        raise NotPublished("Whoever approves an edition must be another than who made it")
    library = load(folder, house.settings.jurisdiction)
    proving = Proving(house.settings, folder, say, anew=True)
    report = check(library, proving)
    if proving.record is None:
        raise NotPublished(f"{report.count('error')} errors stand in this content: `isange check` names them")
    try:
        record = accepting(proving.record, reasons, approver)
    except RecordError as error:
        raise NotPublished(str(error)) from error
    if obstacles := in_the_way(record):
        raise NotPublished("\n".join(f"{item.duty}: {item.why}" for item in obstacles))
    try:
        drills = run_drills(library, [folder / "features"])
    except Unreadable as error:
        raise NotPublished(f"{error}. An edition is published with its drills") from error
    if not drills.all_passed:
        raise NotPublished("\n".join([*drills.lines(), "Not every drill passes: `isange drill` plays them"]))
    moment = now()
    entries = [
        entry("edition.published", moment, people[1].id, centre, edition=library.digest)
        for centre in house.store.centres()
    ]
    done = house.store.publish(
        library.digest,
        library.jurisdiction,
        library.files,
        author,
        approver,
        moment,
        proof=write_record(record).encode(),
        entries=entries,
    )
    if not done:
        return f"Edition {library.digest[:12]} is published already"
    return (
        f"Edition {library.digest[:12]} is published: new cases open on it, open cases stay on theirs. "
        f"{sum(verdict.status == 'proved' for verdict in record.verdicts)} of {len(record.verdicts)} duties proved, "
        f"{len(drills.results)} drills passed"
    )


def _answering(house: House, login: str) -> Person:
    """Somebody who may answer for content. Raises NotPublished, and Refusal when there is no such person."""
    account = house.accounts.by_login(login)
    if account.disabled:
        raise NotPublished(f"{login} may not sign in any more, and so answers for nothing")
    person = Person(account.id, account.name, account.roles)
    if "content.check" not in actions_of(house.editions.current(), person):
        raise NotPublished(f"{login} has no role that may check content (content.check)")
    return person
