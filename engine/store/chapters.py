"""Old entries of the trail, bound in chapters: many to a row, compressed, each chapter with the hash of its last.

The chain goes through the chapters into the entries that are still loose."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, bindparam, delete, func, insert, select

from engine.store.chain import GENESIS, LINE, line_hash
from engine.store.columns import iso
from engine.store.compression import compress, decompress
from engine.store.database import Database
from engine.store.prepared import Prepared
from engine.store.tables import trail, trail_chapter, trail_chapter_case, trail_head

LENGTH = 1000
"""Entries of a chapter."""
_KEPT = LINE[2:]


@dataclass(frozen=True, slots=True)
class Chapter:
    centre: str
    first_seq: int
    last_seq: int
    hash: str
    lines: bytes
    """Compressed: each entry a JSON list on a line of its own, without what its place tells (centre, number)."""

    def texts(self) -> list[bytes]:
        """Each entry as it is kept, in order."""
        return decompress(self.lines).split(b"\n")

    def line(self, place: int, text: bytes) -> dict[str, Any]:
        """The entry that is kept as this text at this place (from 0)."""
        values = (self.centre, self.first_seq + place, *orjson.loads(text))
        return dict(zip(LINE, values, strict=True))

    def links(self, previous: str) -> Iterator[tuple[dict[str, Any], str]]:
        """Each entry with its hash; `previous` is the hash before the first."""
        for place, text in enumerate(self.texts()):
            line = self.line(place, text)
            previous = line_hash(line, previous)
            yield line, previous


def kept(line: Mapping[str, Any]) -> bytes:
    """An entry (`LINE`) as a chapter keeps it."""
    return orjson.dumps([line[name] for name in _KEPT])


def bound(centre: str, first_seq: int, length: int, text: bytes, last_hash: str) -> Chapter:
    """A chapter of so many entries, which follow from one another and stand in `text` as they are `kept`."""
    return Chapter(centre, first_seq, first_seq + length - 1, last_hash, compress(text))


CHAPTER = select(*(trail_chapter.c[name] for name in Chapter.__slots__))
_LAST = select(func.max(trail_chapter.c.last_seq)).where(trail_chapter.c.centre == trail_head.c.centre)
_BOUND = func.coalesce(_LAST.correlate(trail_head).scalar_subquery(), 0)
_RIPE = (
    select(trail_head.c.centre, _BOUND)
    .select_from(trail_head)
    .join(trail, (trail.c.centre == trail_head.c.centre) & (trail.c.seq == _BOUND + bindparam("length")))
    .where(trail.c.at < bindparam("before"))
    .order_by(trail_head.c.centre)
)
"""Centres whose loose entries fill a chapter with entries from before then, and their last bound entry."""
_HOLD = select(trail_head.c.seq).where(trail_head.c.centre == bindparam("centre")).with_for_update()
_LOOSE = (
    select(trail)
    .where(trail.c.centre == bindparam("centre"), trail.c.seq > bindparam("after"))
    .order_by(trail.c.seq)
    .limit(bindparam("length"))
)
_HOLDING = (
    CHAPTER.where(trail_chapter.c.centre == bindparam("centre"), trail_chapter.c.first_seq <= bindparam("seq"))
    .order_by(trail_chapter.c.first_seq.desc())
    .limit(1)
)
OF_CASE = (
    CHAPTER.join(
        trail_chapter_case,
        (trail_chapter_case.c.centre == trail_chapter.c.centre)
        & (trail_chapter_case.c.first_seq == trail_chapter.c.first_seq),
    )
    .where(trail_chapter_case.c.case_id == bindparam("case_id"), trail_chapter.c.first_seq < bindparam("before"))
    .order_by(trail_chapter.c.last_seq.desc())
)
_ADD = Prepared(insert(trail_chapter), trail_chapter.columns.keys())
_ADD_CASES = Prepared(insert(trail_chapter_case), trail_chapter_case.columns.keys())
_UNBIND = Prepared(
    delete(trail).where(
        trail.c.centre == bindparam("centre"),
        trail.c.seq >= bindparam("first_seq"),
        trail.c.seq <= bindparam("last_seq"),
    )
)


def add(connection: Connection, chapter: Chapter, cases: Iterable[str]) -> None:
    """Keeps a chapter; `cases` are those of which it has entries."""
    place = {"centre": chapter.centre, "first_seq": chapter.first_seq}
    _ADD.run(connection, [{**place, "last_seq": chapter.last_seq, "hash": chapter.hash, "lines": chapter.lines}])
    _ADD_CASES.run(connection, [{**place, "case_id": case} for case in sorted(cases)])


def hash_at(connection: Connection, centre: str, seq: int) -> str | None:
    """The hash of a bound entry; None when no chapter has it. Before the first entry it is GENESIS."""
    if seq == 0:
        return GENESIS
    row = connection.execute(_HOLDING, {"centre": centre, "seq": seq}).one_or_none()
    if row is None or row.last_seq < seq:
        return None
    if row.last_seq == seq:
        return str(row.hash)
    before = hash_at(connection, centre, row.first_seq - 1)
    return None if before is None else next(h for line, h in Chapter(*row).links(before) if line["seq"] == seq)


class Chapters(Database):
    """Binds what is old."""

    def bind_one(self, before: datetime, length: int = LENGTH) -> bool:
        """Binds the oldest loose entries of one centre, all from before then; whether there was a chapter of them.

        Entries that do not follow from one another stay as they are, for `verify_trail` to tell of."""
        with self.writing() as connection:
            ripe = connection.execute(_RIPE, {"before": iso(before), "length": length}).all()
            return any(self._bind(connection, centre, after, length) for centre, after in ripe)

    def _bind(self, connection: Connection, centre: str, after: int, length: int) -> bool:
        connection.execute(_HOLD, {"centre": centre})  # of two workers the second sees what the first bound
        last_hash = hash_at(connection, centre, after)
        rows = connection.execute(_LOOSE, {"centre": centre, "after": after, "length": length}).all()
        if last_hash is None or [row.seq for row in rows] != list(range(after + 1, after + 1 + length)):
            return False
        lines = [dict(zip(LINE, row, strict=False)) for row in rows]
        for line, row in zip(lines, rows, strict=True):
            last_hash = line_hash(line, last_hash)
            if last_hash != row.hash:
                return False
        chapter = bound(centre, after + 1, length, b"\n".join(map(kept, lines)), last_hash)
        add(connection, chapter, {line["case_id"] for line in lines} - {None})
        _UNBIND.run(connection, [{name: getattr(chapter, name) for name in ("centre", "first_seq", "last_seq")}])
        return True
