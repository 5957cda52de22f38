"""Proves that the cases are those whose opening the trail tells of, and that each archive opens with its case's key.

Case after case, whatever their number; cases are only remembered of a centre where something is wrong."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from sqlalchemy import Connection, LargeBinary, Select, and_, bindparam, cast, exists, select

from engine.store.archive import HELD_IN, MARK_AND_SEALS, WITH_ARCHIVES
from engine.store.chapters import CHAPTER, OF_CASE, Chapter
from engine.store.compression import ZstdError
from engine.store.database import Database
from engine.store.encryption import Keyring
from engine.store.errors import DoesNotOpen
from engine.store.records import Fault
from engine.store.tables import care_case, case_key, process, trail, trail_chapter
from engine.store.trail import NO_END

OPENED = "case.opened"
STARTED = "process.started"
AT_ONCE = 200
NAMED = 20
"""Cases of a centre that are named one by one; of more it is told how many."""
_OWN_KEY = and_(case_key.c.centre == care_case.c.opened_at_centre, case_key.c.case_id == care_case.c.id)
_CASES = (
    select(
        care_case.c.opened_at_centre.label("centre"),
        care_case.c.id,
        care_case.c.status,
        exists()
        .where(process.c.centre == care_case.c.opened_at_centre, process.c.case_id == care_case.c.id)
        .label("kept"),
        case_key.c.version,
        case_key.c.master_version,
        *(
            cast(one, LargeBinary) if isinstance(one.type, LargeBinary) else one  # SQLite would keep a text there
            for one in (case_key.c.wrapped, *MARK_AND_SEALS)
        ),
    )
    .select_from(WITH_ARCHIVES.outerjoin(case_key, _OWN_KEY))
    .order_by(care_case.c.opened_at_centre, care_case.c.id)  # so that the first rows come at once: each table's key
)
_IDS_OF = select(care_case.c.id).where(care_case.c.opened_at_centre == bindparam("centre"))
_LOOSE_OF = select(trail.c.case_id).where(trail.c.centre == bindparam("centre"), trail.c.kind == OPENED)
_LOOSE_STARTED = select(trail.c.seq).where(trail.c.case_id == bindparam("case_id"), trail.c.kind == STARTED).limit(1)
_CHAPTERS_OF = CHAPTER.where(trail_chapter.c.centre == bindparam("centre"))


def weight(*parts: object) -> int:
    """A number for one row of a list: sums of such numbers are equal when the rows are."""
    text = "\x1f".join(map(str, parts))
    return int.from_bytes(hashlib.sha256(text.encode(errors="surrogateescape")).digest()[:16], "big")


class Openings:
    """By centre, the weight of the cases whose opening its trail tells of, less that of the cases that are there."""

    def __init__(self) -> None:
        self._left: dict[str, int] = defaultdict(int)

    def told(self, centre: str, kind: str, case_id: str | None) -> None:
        """The trail has such an entry."""
        if kind == OPENED:
            self._left[centre] += weight(case_id)

    def there(self, centre: str, case_id: str) -> None:
        """There is this case."""
        self._left[centre] -= weight(case_id)

    def wrong(self) -> list[str]:
        """Centres whose trail tells of other cases than there are."""
        return sorted(centre for centre, left in self._left.items() if left)


class CaseCheck(Database):
    """What an inspector asks of the cases."""

    def faults_of_cases(self, connection: Connection, centre: str | None, openings: Openings) -> Iterator[Fault]:
        """What is wrong with the cases of one centre or of all; `openings` has what the whole trail tells."""
        cases: Select[Any] = _CASES if centre is None else _CASES.where(care_case.c.opened_at_centre == centre)
        bare = []
        for row in _each(connection, cases, AT_ONCE):
            openings.there(row.centre, row.id)
            yield from (Fault(row.centre, 0, what) for what in _faults_of_archive(row, self.keyring))
            if not row.kept and row[-len(MARK_AND_SEALS) :] == (False, None, None):
                bare.append((row.centre, row.id))
        for name, case_id in bare:
            if _was_worked_on(connection, case_id):
                yield Fault(name, 0, f"The trail tells what was done in case {case_id}, but nothing of it is there")
        for name in openings.wrong():
            yield from _faults_of_openings(connection, name)


def _each(connection: Connection, statement: Select[Any], at_once: int, **binds: str) -> Iterator[Any]:
    return iter(connection.execution_options(yield_per=at_once).execute(statement, binds))


def _faults_of_archive(row: Any, keyring: Keyring) -> Iterator[str]:
    """`row` is of _CASES."""
    wrapped, marked, case, identity = row[-1 - len(MARK_AND_SEALS) :]
    seals = {name: sealed for name, sealed in zip(HELD_IN, (case, identity), strict=True) if sealed is not None}
    if marked and len(seals) < len(HELD_IN):
        yield f"Case {row.id} is marked as archived, but its archive is not there"
    if seals and not marked:
        yield f"Case {row.id} has an archive, but is not marked as archived"
    if marked and row.status != "closed":
        yield f"Case {row.id} is marked as archived, but is not closed"
    if not seals or row.version is None:  # its key was erased, and with it all that the archive holds
        return
    try:
        key = keyring.unwrap(row.centre, row.id, row.version, row.master_version, wrapped)
        for archive, sealed in seals.items():
            key.open(sealed, archive.name)
    except DoesNotOpen:
        yield f"The archive of case {row.id} does not open with the key of the case"


def _faults_of_openings(connection: Connection, centre: str) -> Iterator[Fault]:
    """Names the cases that make the difference at this centre."""
    there = Counter(row.id for row in _each(connection, _IDS_OF, AT_ONCE, centre=centre))
    told = Counter(_told(connection, centre))
    if there and not told:
        first = min(there)
        what = f"The trail tells of no case, but there are {len(there):,} that were opened here, such as {first}"
        yield Fault(centre, 0, what)
        return
    yield from _named(centre, there - told, "Case {id} is there, but the trail does not tell of its opening")
    more = (told - there).keys()
    yield from _named(centre, more - there.keys(), "The trail tells of the opening of case {id}, but it is not there")
    yield from _named(centre, more & there.keys(), "The trail tells more than once of the opening of case {id}")


def _told(connection: Connection, centre: str) -> Iterator[str]:
    """The cases whose opening the centre's trail tells of."""
    for row in _each(connection, _LOOSE_OF, AT_ONCE, centre=centre):
        yield str(row.case_id)
    for row in _each(connection, _CHAPTERS_OF, 1, centre=centre):
        yield from (str(line["case_id"]) for line in _lines(Chapter(*row)) if line["kind"] == OPENED)


def _was_worked_on(connection: Connection, case_id: str) -> bool:
    """Whether the trail tells of a process of the case, which then has a row for good."""
    if connection.execute(_LOOSE_STARTED, {"case_id": case_id}).all():
        return True
    chapters = connection.execute(OF_CASE, {"case_id": case_id, "before": NO_END}).all()
    lines = (line for row in chapters for line in _lines(Chapter(*row)))
    return any((line["case_id"], line["kind"]) == (case_id, STARTED) for line in lines)


def _lines(chapter: Chapter) -> list[dict[str, Any]]:
    """None of a chapter that cannot be read: that is told of the chain."""
    try:
        return [chapter.line(place, text) for place, text in enumerate(chapter.texts())]
    except (ZstdError, ValueError, TypeError):
        return []


def _named(centre: str, cases: Iterable[str], what: str) -> Iterator[Fault]:
    ids = sorted(cases)
    yield from (Fault(centre, 0, what.format(id=id)) for id in islice(ids, NAMED))
    if len(ids) > NAMED:
        yield Fault(centre, 0, f"The same holds for {len(ids) - NAMED:,} cases more, to {ids[-1]}")
