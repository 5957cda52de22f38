"""The append-only trail: entries are chained last in a transaction; a case's entries, loose and bound."""

from __future__ import annotations

import hmac
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache, partial
from typing import Any

import orjson
from sqlalchemy import Connection, bindparam, insert, or_, select, update

from engine.entries import Entry, entry
from engine.model import SYSTEM
from engine.store.chain import ALTERED, GENESIS, LINE, head_text, link
from engine.store.chapters import OF_CASE, Chapter
from engine.store.database import Database, upsert
from engine.store.database import insert as insert_for
from engine.store.encryption import Keyring
from engine.store.prepared import Prepared
from engine.store.records import Head, TrailRow
from engine.store.tables import trail, trail_head

End = tuple[int, str]
"""(number, hash) of the newest entry of a chain."""
_HEAD = ("centre", "seq", "hash", "mark")
_NEW_HEAD = Prepared(lambda dialect: insert_for(trail_head, dialect).on_conflict_do_nothing(), _HEAD)
_MOVE_HEAD = Prepared(
    update(trail_head)
    .where(
        trail_head.c.centre == bindparam("b_centre"),
        trail_head.c.seq == bindparam("b_seq"),
        or_(trail_head.c.mark == bindparam("b_mark"), trail_head.c.seq == 0),
    )
    .values(seq=bindparam("seq"), hash=bindparam("hash"), mark=bindparam("mark"))
    .returning(trail_head.c.centre)
)
_MOVE_HELD_HEADS = Prepared(partial(upsert, trail_head), _HEAD)
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
    chains: dict[str, list[Entry]] = {}
    for one in entries:
        chains.setdefault(one.centre, []).append(one)
    if len(chains) == 1:
        end = (seen or {}).get(entries[0].centre)
        if end is not None and _linked(connection, keyring, entries, end):
            return
    if chains:
        _link_held(connection, keyring, chains)


def _linked(connection: Connection, keyring: Keyring, entries: Sequence[Entry], end: End) -> bool:
    """Chains entries of one centre to the end of its chain; False when the end is no longer this one, or may not be as
    the house left it."""
    centre = entries[0].centre
    rows = list(link(centre, entries, *end))
    moved = {"b_centre": centre, "b_seq": end[0], "b_mark": keyring.mark(head_text(centre, *end), use="head")}
    if _MOVE_HEAD.first(connection, moved | _head(keyring, rows[-1])) is None:
        return False
    _APPEND.run(connection, rows)
    return True


def _link_held(connection: Connection, keyring: Keyring, chains: Mapping[str, Sequence[Entry]]) -> None:
    """Chains entries to the ends of several chains, which are held until the transaction ends: with as many statements
    as to one. What follows an end that is not as this house left it would else sign, unseen, that nothing was cut
    off."""
    moved, added = [], []
    for centre, seq, last, mark in _held_heads(connection, sorted(chains)):
        here = chains[centre]
        if seq > 0 and not is_marked(keyring, centre, seq, last, mark):
            here = [entry(ALTERED, here[0].at, SYSTEM.id, centre, seq=str(seq)), *here]
        rows = list(link(centre, here, seq, last))
        moved.append({"centre": centre, **_head(keyring, rows[-1])})
        added += rows
    _MOVE_HELD_HEADS.run(connection, moved)
    _APPEND.run(connection, added)


def _held_heads(connection: Connection, centres: Sequence[str]) -> list[tuple[Any, ...]]:
    """The heads of these chains, always locked in one order; those that were not begun are begun."""
    binds = {f"centre_{place}": centre for place, centre in enumerate(centres)}
    held = _lock_heads(len(centres)).all(connection, binds)
    new = sorted(set(centres) - {centre for centre, *_ in held})
    if not new:
        return held
    _NEW_HEAD.run(connection, [{"centre": centre, "seq": 0, "hash": GENESIS, "mark": ""} for centre in new])
    return _lock_heads(len(centres)).all(connection, binds)


@cache
def _lock_heads(number: int) -> Prepared:
    these: list[Any] = [bindparam(f"centre_{place}") for place in range(number)]
    heads = select(*(trail_head.c[name] for name in _HEAD)).where(trail_head.c.centre.in_(these))
    return Prepared(heads.order_by(trail_head.c.centre).with_for_update())


def _head(keyring: Keyring, newest: Mapping[str, Any]) -> dict[str, Any]:
    """The head of a chain with this newest row."""
    mark = keyring.mark(head_text(newest["centre"], newest["seq"], newest["hash"]), use="head")
    return {"seq": newest["seq"], "hash": newest["hash"], "mark": mark}


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
