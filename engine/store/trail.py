"""The append-only trail: entries are chained last in a transaction; questions; and the check of the chains."""

from __future__ import annotations

import hmac
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, Row, bindparam, insert, select, update

from engine.model import Entry
from engine.store.chain import GENESIS, head_text, line_hash, link
from engine.store.contract import Fault, Head, TrailRow
from engine.store.database import Database
from engine.store.database import insert as insert_for
from engine.store.encryption import Keyring
from engine.store.prepared import Prepared
from engine.store.tables import care_case, task, trail, trail_head

End = tuple[int, str]
"""(number, hash) of the newest entry of a chain."""
LINE = ("centre", "seq", "at", "kind", "person", "case_id", "params")
"""What is hashed of a row: its columns but the last, the hash."""
_HEAD = ("centre", "seq", "hash", "mark")
_LOCK_HEAD = Prepared(
    select(trail_head.c.seq, trail_head.c.hash).where(trail_head.c.centre == bindparam("centre")).with_for_update()
)
_NEW_HEAD = Prepared(lambda dialect: insert_for(trail_head, dialect).on_conflict_do_nothing(), _HEAD)
_MOVE_HEAD = Prepared(
    update(trail_head)
    .where(trail_head.c.centre == bindparam("b_centre"), trail_head.c.seq == bindparam("b_seq"))
    .values(seq=bindparam("seq"), hash=bindparam("hash"), mark=bindparam("mark"))
    .returning(trail_head.c.centre)
)
_APPEND = Prepared(insert(trail), (*LINE, "hash"))
_OF_CASE = (
    select(trail)
    .where(trail.c.case_id == bindparam("case_id"), trail.c.seq < bindparam("before"))
    .order_by(trail.c.seq.desc())
    .limit(bindparam("limit"))
)
_KINDS: Any = bindparam("kinds", expanding=True)
_OF_CASE_AND_KINDS = _OF_CASE.where(trail.c.kind.in_(_KINDS))
_FIRED = select(trail.c.params).where(trail.c.case_id == bindparam("case_id"), trail.c.kind == "timer.fired")
_COMPLETED = (
    select(task.c.element)
    .join(care_case, (task.c.centre == care_case.c.opened_at_centre) & (task.c.case_id == care_case.c.id))
    .where(care_case.c.id == bindparam("case_id"), task.c.closed_how == "completed")
    .distinct()
)
_HEADS = select(trail_head.c.centre, trail_head.c.seq, trail_head.c.hash).order_by(trail_head.c.centre)
_LINK = select(trail.c.hash).where(trail.c.centre == bindparam("centre"), trail.c.seq == bindparam("seq"))
_NO_END = 2**63 - 1


def append(
    connection: Connection, keyring: Keyring, entries: Sequence[Entry], seen: Mapping[str, End] | None = None
) -> None:
    """Chains entries to the trails of their centres. Must be the last thing that a transaction writes: the
    heads stay locked until it ends. `seen` are ends that this transaction read before, and did not lock: who added to
    a chain since then is followed."""
    for centre in sorted({entry.centre for entry in entries}):
        here = [entry for entry in entries if entry.centre == centre]
        end = (seen or {}).get(centre)
        if end is None or not _linked(connection, keyring, here, end):
            _linked(connection, keyring, here, _locked_head(connection, centre))


def _linked(connection: Connection, keyring: Keyring, entries: Sequence[Entry], end: End) -> bool:
    """Chains entries of one centre to the end of its chain; False when the end is no longer this one."""
    centre = entries[0].centre
    rows = list(link(centre, entries, *end))
    seq, last = rows[-1]["seq"], rows[-1]["hash"]
    mark = keyring.mark(head_text(centre, seq, last), use="head")
    moved = {"b_centre": centre, "b_seq": end[0], "seq": seq, "hash": last, "mark": mark}
    if _MOVE_HEAD.first(connection, moved) is None:
        return False
    _APPEND.run(connection, rows)
    return True


def _locked_head(connection: Connection, centre: str) -> End:
    """The end of a centre's chain, held until the transaction ends."""
    head = _LOCK_HEAD.first(connection, {"centre": centre})
    if head is None:
        _NEW_HEAD.run(connection, [{"centre": centre, "seq": 0, "hash": GENESIS, "mark": ""}])
        ((seq, last),) = _LOCK_HEAD.all(connection, {"centre": centre})
        return seq, last
    return head[0], head[1]


class Trails(Database):
    """What the contract asks of the trail."""

    def note(self, entries: Sequence[Entry]) -> None:
        """Appends entries in a commit of their own."""
        if entries:
            with self.writing() as connection:
                append(connection, self.keyring, entries)

    def trail(
        self, case_id: str, limit: int = 200, before_seq: int | None = None, kinds: Collection[str] | None = None
    ) -> list[TrailRow]:
        """A case's entries, newest first; of these kinds alone, when any are named."""
        binds: dict[str, Any] = {"case_id": case_id, "limit": limit}
        binds["before"] = _NO_END if before_seq is None else before_seq
        with self.reading() as connection:
            if kinds is None:
                rows = connection.execute(_OF_CASE, binds).all()
            else:
                rows = connection.execute(_OF_CASE_AND_KINDS, {**binds, "kinds": sorted(kinds)}).all()
        return [_trail_row(row) for row in rows]

    def passed(self, case_id: str) -> frozenset[str]:
        """The steps a case has behind it: tasks that were completed and timers that fired."""
        with self.reading() as connection:
            completed = connection.execute(_COMPLETED, {"case_id": case_id}).scalars().all()
            fired = connection.execute(_FIRED, {"case_id": case_id}).scalars().all()
        return frozenset(completed) | {str(orjson.loads(params)["element"]) for params in fired}

    def trail_heads(self) -> list[Head]:
        """The end of each centre's chain, to be written down where nobody can change it."""
        with self.reading() as connection:
            return [Head(*row) for row in connection.execute(_HEADS)]

    def missing_heads(self, heads: Sequence[Head]) -> list[Fault]:
        """Which of the heads written down elsewhere are no longer in the chains; a hash may be its beginning."""
        with self.reading() as connection:
            found = [
                connection.execute(_LINK, {"centre": head.centre, "seq": head.seq}).scalar_one_or_none()
                for head in heads
            ]
        return [
            Fault(head.centre, head.seq, "The entry that was written down is not there, or is another one now")
            for head, link in zip(heads, found, strict=True)
            if link is None or not head.hash or not link.startswith(head.hash)
        ]

    def verify_trail(self, centre: str | None = None) -> list[Fault]:
        """What is wrong with the chains, of one centre or of all. A whole chain removed together with its head
        is found only by a head kept elsewhere (`missing_heads`)."""
        lines = select(trail).order_by(trail.c.centre, trail.c.seq)
        heads = select(trail_head)
        if centre is not None:
            lines = lines.where(trail.c.centre == centre)
            heads = heads.where(trail_head.c.centre == centre)
        faults: list[Fault] = []
        with self.reading() as connection, _any_text(connection):
            kept = {head.centre: head for head in connection.execute(heads)}
            found: dict[str, tuple[int, str]] = {}
            for row in connection.execution_options(yield_per=1000).execute(lines):
                seq, previous = found.get(row.centre, (0, GENESIS))
                faults += _faults_of(row, seq, previous)
                found[row.centre] = (row.seq, row.hash)
        for name in sorted(kept.keys() | found.keys()):
            faults += _faults_of_end(name, found.get(name, (0, GENESIS)), kept.get(name), self.keyring)
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


def _faults_of_end(centre: str, last: tuple[int, str], head: Row[Any] | None, keyring: Keyring) -> list[Fault]:
    if head is None:
        return [Fault(centre, last[0], "The head of the chain is missing")]
    if (head.seq, head.hash) != last:
        return [Fault(centre, head.seq, f"Expected the chain to end at entry {head.seq}, but it ends at {last[0]}")]
    text = head_text(centre, head.seq, head.hash)
    # as bytes: whoever changed the mark may have left text that is not ASCII
    right = keyring.mark(text, like=head.mark, use="head").encode()
    if not right or not hmac.compare_digest(right, head.mark.encode(errors="surrogateescape")):
        return [Fault(centre, head.seq, "The head was not written by this house: the end may have been cut off")]
    return []
