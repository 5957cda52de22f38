"""The append-only trail: entries are chained last in a transaction; questions; and the check of the chains."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, Row, bindparam, insert, select, update

from engine.model import Entry
from engine.store.chain import GENESIS, line_hash, link
from engine.store.contract import Fault, TrailRow
from engine.store.database import DIALECTS, Database, run
from engine.store.database import insert as insert_for
from engine.store.tables import trail, trail_head

_LOCK_HEAD = (
    select(trail_head.c.seq, trail_head.c.hash).where(trail_head.c.centre == bindparam("centre")).with_for_update()
)
_NEW_HEAD = {d: insert_for(trail_head, d).on_conflict_do_nothing() for d in DIALECTS}
_MOVE_HEAD = (
    update(trail_head)
    .where(trail_head.c.centre == bindparam("b_centre"))
    .values(seq=bindparam("seq"), hash=bindparam("hash"))
)
_APPEND = insert(trail)
_OF_CASE = (
    select(trail)
    .where(trail.c.case_id == bindparam("case_id"), trail.c.seq < bindparam("before"))
    .order_by(trail.c.seq.desc())
    .limit(bindparam("limit"))
)
LINE = ("centre", "seq", "at", "kind", "person", "case_id", "params")
"""What is hashed of a row: its columns but the last, the hash."""
_NO_END = 2**63 - 1


def append(connection: Connection, entries: Sequence[Entry]) -> None:
    """Chains entries to the trails of their centres. Must be the last thing that a transaction writes: the
    heads stay locked until it ends."""
    centres = sorted({entry.centre for entry in entries})
    for centre in centres:
        head = _locked_head(connection, centre)
        rows = list(link(centre, (e for e in entries if e.centre == centre), head.seq, head.hash))
        run(connection, _APPEND, rows)
        connection.execute(_MOVE_HEAD, {"b_centre": centre, "seq": rows[-1]["seq"], "hash": rows[-1]["hash"]})


def _locked_head(connection: Connection, centre: str) -> Row[int, str]:
    head = connection.execute(_LOCK_HEAD, {"centre": centre}).one_or_none()
    if head is None:
        connection.execute(_NEW_HEAD[connection.dialect.name], {"centre": centre, "seq": 0, "hash": GENESIS})
        head = connection.execute(_LOCK_HEAD, {"centre": centre}).one()
    return head


class Trails(Database):
    """What the contract asks of the trail."""

    def note(self, entries: Sequence[Entry]) -> None:
        """Appends entries in a commit of their own."""
        if entries:
            with self.writing() as connection:
                append(connection, entries)

    def trail(self, case_id: str, limit: int = 200, before_seq: int | None = None) -> list[TrailRow]:
        """A case's entries, newest first."""
        before = _NO_END if before_seq is None else before_seq
        with self.reading() as connection:
            rows = connection.execute(_OF_CASE, {"case_id": case_id, "before": before, "limit": limit}).all()
        return [_trail_row(row) for row in rows]

    def verify_trail(self, centre: str | None = None) -> list[Fault]:
        """What is wrong with the chains, of one centre or of all. A whole chain removed together with its head
        is found only by a head kept elsewhere."""
        lines = select(trail).order_by(trail.c.centre, trail.c.seq)
        heads = select(trail_head)
        if centre is not None:
            lines = lines.where(trail.c.centre == centre)
            heads = heads.where(trail_head.c.centre == centre)
        faults: list[Fault] = []
        with self.reading() as connection, _any_text(connection):
            kept = {head.centre: (head.seq, head.hash) for head in connection.execute(heads)}
            found: dict[str, tuple[int, str]] = {}
            for row in connection.execution_options(yield_per=1000).execute(lines):
                seq, previous = found.get(row.centre, (0, GENESIS))
                faults += _faults_of(row, seq, previous)
                found[row.centre] = (row.seq, row.hash)
        for name in sorted(kept.keys() | found.keys()):
            faults += _faults_of_end(name, found.get(name, (0, GENESIS)), kept.get(name))
        return faults


@contextmanager
def _any_text(connection: Connection) -> Iterator[None]:
    """SQLite's driver refuses text that is not UTF-8; a check must find such a change, not stop at it."""
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name != "sqlite":
        yield
        return
    driver.text_factory = lambda raw: raw.decode(errors="surrogateescape")
    try:
        yield
    finally:
        driver.text_factory = str


def _trail_row(row: Row[Any]) -> TrailRow:
    entry = Entry(
        kind=row.kind,
        at=datetime.fromisoformat(row.at),
        person=row.person,
        centre=row.centre,
        case_id=row.case_id,
        params=orjson.loads(row.params),
    )
    return TrailRow(centre=row.centre, seq=row.seq, entry=entry, hash=row.hash)


def _faults_of(row: Row[Any], seq: int, previous: str) -> list[Fault]:
    if row.seq != seq + 1:
        return [Fault(row.centre, seq + 1, f"Expected entry {seq + 1} after {seq}, but found {row.seq}")]
    line = dict(zip(LINE, row, strict=False))
    if line_hash(line, previous) != row.hash:
        return [Fault(row.centre, row.seq, "The entry, or the one before it, was changed after it was written")]
    return []


def _faults_of_end(centre: str, last: tuple[int, str], head: tuple[int, str] | None) -> list[Fault]:
    if head is None:
        return [Fault(centre, last[0], "The head of the chain is missing")]
    if head != last:
        return [Fault(centre, head[0], f"Expected the chain to end at entry {head[0]}, but it ends at {last[0]}")]
    return []
