"""Puts an edition into use: checked, proved anew, drilled, and approved by a second person."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from engine.access import actions_of
from engine.checks import check
from engine.clock import now
from engine.content import load
from engine.drills import Unreadable, run_drills
from engine.entries import entry
from engine.model import Person
from engine.proofs import RecordError, accepting, in_the_way, write_record
from web.proving import Proving, Say

if TYPE_CHECKING:
    from web.house import House


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
        why = f"{report.count('error')} errors stand in this content"
        raise NotPublished(f"{why}: `isange check {shlex.quote(str(folder))}` names them")
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
        raise NotPublished("\n".join([*drills.lines(), f"Not every drill passes: {_playing(folder)} plays them"]))
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


def _playing(folder: Path) -> str:
    return f"`isange drill --content {shlex.quote(str(folder))}`"


def _answering(house: House, login: str) -> Person:
    """Somebody who may answer for content. Raises NotPublished, and Refusal when there is no such person."""
    account = house.accounts.by_login(login)
    if account.disabled:
        raise NotPublished(f"{login} may not sign in any more, and so answers for nothing")
    person = Person(account.id, account.name, account.roles)
    if "content.check" not in actions_of(house.editions.current(), person):
        raise NotPublished(f"{login} has no role that may check content (content.check)")
    return person
