"""The append-only trail: entries are chained last in a transaction; a case's entries, loose and bound."""

from __future__ import annotations

import hmac
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, bindparam, insert, or_, select, update

from engine.entries import Entry, entry
from engine.model import SYSTEM
from engine.store.chain import ALTERED, GENESIS, LINE, head_text, link
from engine.store.chapters import OF_CASE, Chapter
from engine.store.database import Database
from engine.store.database import insert as insert_for
from engine.store.encryption import Keyring
from engine.store.prepared import Prepared
from engine.store.records import Head, TrailRow
from engine.store.tables import trail, trail_head

End = tuple[int, str]
"""(number, hash) of the newest entry of a chain."""
_HEAD = ("centre", "seq", "hash", "mark")
_LOCK_HEAD = Prepared(
    select(trail_head.c.seq, trail_head.c.hash, trail_head.c.mark)
    .where(trail_head.c.centre == bindparam("centre"))
    .with_for_update()
)
_NEW_HEAD = Prepared(lambda dialect: insert_for(trail_head, dialect).on_conflict_do_nothing(), _HEAD)
_MOVE = (
    update(trail_head)
    .where(trail_head.c.centre == bindparam("b_centre"), trail_head.c.seq == bindparam("b_seq"))
    .values(seq=bindparam("seq"), hash=bindparam("hash"), mark=bindparam("mark"))
    .returning(trail_head.c.centre)
)
_MOVE_HEAD = Prepared(_MOVE.where(or_(trail_head.c.mark == bindparam("b_mark"), trail_head.c.seq == 0)))
_MOVE_HELD_HEAD = Prepared(_MOVE)
_APPEND = Prepared(insert(trail), (*LINE, "hash"))
_LOOSE = (
    select(*(trail.c[name] for name in LINE))
    .where(trail.c.case_id == bindparam("case_id"), trail.c.seq < bindparam("before"))
    .order_by(trail.c.seq.desc(), trail.c.centre)
    .limit(bindparam("limit"))
)
_KINDS: Any = bindparam("kinds", expanding=True)
_LOOSE_OF_KINDS = _LOOSE.where(trail.c.kind.in_(_KINDS))
_HEADS = (
    select(trail_head.c.centre, trail_head.c.seq, trail_head.c.hash)
    .where(trail_head.c.seq > 0)
    .order_by(trail_head.c.centre)
)
NO_END = 2**63 - 1


def append(
    connection: Connection, keyring: Keyring, entries: Sequence[Entry], seen: Mapping[str, End] | None = None
) -> None:
    """Chains entries to the trails of their centres. Must be the last thing that a transaction writes: the
    heads stay locked until it ends. `seen` are ends that this transaction read before, and did not lock: who added to
    a chain since then is followed."""
    for centre in sorted({one.centre for one in entries}):
        here = [one for one in entries if one.centre == centre]
        end = (seen or {}).get(centre)
        if end is None or not _linked(connection, keyring, here, end):
            held, as_left = _held_head(connection, keyring, centre)
            if not as_left:
                here.insert(0, entry(ALTERED, here[0].at, SYSTEM.id, centre, seq=str(held[0])))
            _linked(connection, keyring, here, held, held=True)


def _linked(
    connection: Connection, keyring: Keyring, entries: Sequence[Entry], end: End, *, held: bool = False
) -> bool:
    """Chains entries of one centre to the end of its chain; False when the end is no longer this one, or, unless it is
    `held`, may not be as the house left it."""
    centre = entries[0].centre
    rows = list(link(centre, entries, *end))
    seq, last = rows[-1]["seq"], rows[-1]["hash"]
    mark = keyring.mark(head_text(centre, seq, last), use="head")
    moved = {"b_centre": centre, "b_seq": end[0], "seq": seq, "hash": last, "mark": mark}
    if not held:
        moved["b_mark"] = keyring.mark(head_text(centre, *end), use="head")
    if (_MOVE_HELD_HEAD if held else _MOVE_HEAD).first(connection, moved) is None:
        return False
    _APPEND.run(connection, rows)
    return True


def _held_head(connection: Connection, keyring: Keyring, centre: str) -> tuple[End, bool]:
    """The end of a centre's chain, held until the transaction ends, and whether it is as this house left it: what
    follows it would else sign, unseen, that nothing was cut off."""
    head = _LOCK_HEAD.first(connection, {"centre": centre})
    if head is None:
        _NEW_HEAD.run(connection, [{"centre": centre, "seq": 0, "hash": GENESIS, "mark": ""}])
        (head,) = _LOCK_HEAD.all(connection, {"centre": centre})
    seq, last, mark = head
    return (seq, last), seq == 0 or is_marked(keyring, centre, seq, last, mark)


def is_marked(keyring: Keyring, centre: str, seq: int, last: str, mark: str) -> bool:
    """Whether a head carries the mark of its house."""
    # as bytes: whoever changed the mark may have left text that is not ASCII
    right = keyring.mark(head_text(centre, seq, last), like=mark, use="head").encode()
    return bool(right) and hmac.compare_digest(right, mark.encode(errors="surrogateescape"))


def entries_of(
    connection: Connection,
    case_id: str,
    limit: int = NO_END,
    before: int = NO_END,
    kinds: Collection[str] | None = None,
) -> list[TrailRow]:
    """A case's entries, newest first: its loose ones, then those bound in chapters, as far as they are needed."""
    binds: dict[str, Any] = {"case_id": case_id, "limit": limit, "before": before}
    if kinds is None:
        loose = connection.execute(_LOOSE, binds)
    else:
        loose = connection.execute(_LOOSE_OF_KINDS, {**binds, "kinds": sorted(kinds)})
    found = [dict(row._mapping) for row in loose]
    with connection.execution_options(yield_per=1).execute(OF_CASE, binds) as chapters:
        for row in chapters:
            # a case that moved has entries at two centres, whose numbers run side by side
            if sum(line["seq"] > row.last_seq for line in found) >= limit:
                break
            found += _bound(Chapter(*row), case_id, before, kinds)
    found.sort(key=lambda line: (-line["seq"], line["centre"]))
    return [_trail_row(line) for line in found[:limit]]


def _bound(chapter: Chapter, case_id: str, before: int, kinds: Collection[str] | None) -> Iterator[dict[str, Any]]:
    wanted = case_id.encode()
    for place, text in enumerate(chapter.texts()):
        if wanted in text:  # cheaper than to read every entry
            line = chapter.line(place, text)
            if line["case_id"] == case_id and line["seq"] < before and (kinds is None or line["kind"] in kinds):
                yield line


class Trails(Database):
    """What the contract asks of the trail, but for its check."""

    def note(self, entries: Sequence[Entry], *, patient: bool = True) -> None:
        """Appends entries in a commit of their own; see the contract."""
        if entries:
            with self.writing(patient=patient) as connection:
                append(connection, self.keyring, entries)

    def trail(
        self, case_id: str, limit: int = 200, before_seq: int | None = None, kinds: Collection[str] | None = None
    ) -> list[TrailRow]:
        """A case's entries, newest first; of these kinds alone, when any are named."""
        with self.reading() as connection:
            return entries_of(connection, case_id, limit, NO_END if before_seq is None else before_seq, kinds)

    def trail_heads(self) -> list[Head]:
        """The end of each centre's chain that has begun, to be written down where nobody can change it."""
        with self.reading() as connection:
            return [Head(*row) for row in connection.execute(_HEADS)]


def _trail_row(line: Mapping[str, Any]) -> TrailRow:
    at, params = datetime.fromisoformat(line["at"]), orjson.loads(line["params"])
    return TrailRow(line["seq"], Entry(line["kind"], at, line["person"], line["centre"], line["case_id"], params))
