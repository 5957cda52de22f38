"""Proves that nobody changed the trail: every link of every chain, each chain's end, the cases that it tells of, and
heads kept elsewhere."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, select, text

from engine.store.case_check import CaseCheck, Openings, weight
from engine.store.chain import ALTERED, GENESIS, LINE, line_hash
from engine.store.chapters import CHAPTER, Chapter, hash_at
from engine.store.compression import ZstdError
from engine.store.encryption import Keyring
from engine.store.records import Fault, Head
from engine.store.tables import trail, trail_chapter, trail_chapter_case, trail_head
from engine.store.trail import is_marked

_LINK = select(trail.c.hash).where(trail.c.centre == bindparam("centre"), trail.c.seq == bindparam("seq"))
_LINES = select(trail).order_by(trail.c.centre, trail.c.seq)
_CHAPTERS = CHAPTER.order_by(trail_chapter.c.centre, trail_chapter.c.first_seq)
_LISTED = select(trail_chapter_case.c.centre, trail_chapter_case.c.first_seq, trail_chapter_case.c.case_id)
_AT_ONCE = 1000
_CHAPTERS_AT_ONCE = 20
WAS_ALTERED = "The trail did not end as this house had left it when this entry was written: entries may be missing"
End = tuple[int, str]
"""(number, hash) of the last entry of a chain that was seen."""


class TrailCheck(CaseCheck):
    """What an inspector asks of the trail."""

    def missing_heads(self, heads: Sequence[Head]) -> list[Fault]:
        """Which of the heads written down elsewhere are no longer in the chains; a hash may be its beginning."""
        with self.reading() as connection:
            found = [_hash_of(connection, head) for head in heads]
        return [
            Fault(head.centre, head.seq, "The entry that was written down is not there, or is another one now")
            for head, link in zip(heads, found, strict=True)
            if link is None or not head.hash or not link.startswith(head.hash)
        ]

    def verify_trail(self, centre: str | None = None) -> list[Fault]:
        """What is wrong with the chains, of one centre or of all, and with the cases opened there. A whole chain that
        was removed with its head and its cases is found only by a head kept elsewhere (`missing_heads`)."""

        def chosen(statement: Select[Any], table: Any) -> Select[Any]:
            return statement if centre is None else statement.where(table.c.centre == centre)

        faults: list[Fault] = []
        ends: dict[str, End] = {}
        listed: dict[str, int] = defaultdict(int)
        openings = Openings()
        with self.reading() as connection, _any_text(connection):
            if self.dialect == "postgresql":  # of a whole country this takes longer than any page may
                connection.execute(text("SET LOCAL statement_timeout = 0"))
            kept = {head.centre: head for head in connection.execute(chosen(select(trail_head), trail_head))}
            chapters = chosen(_CHAPTERS, trail_chapter)
            for row in connection.execution_options(yield_per=_CHAPTERS_AT_ONCE).execute(chapters):
                chapter = Chapter(*row)
                faults += _faults_of_chapter(chapter, ends.get(chapter.centre, (0, GENESIS)), listed, openings)
                ends[chapter.centre] = (chapter.last_seq, chapter.hash)
            for row in connection.execution_options(yield_per=_AT_ONCE).execute(chosen(_LINES, trail)):
                faults += _faults_of(row, *ends.get(row.centre, (0, GENESIS)))
                ends[row.centre] = (row.seq, row.hash)
                openings.told(row.centre, row.kind, row.case_id)
            for row in connection.execution_options(yield_per=_AT_ONCE).execute(chosen(_LISTED, trail_chapter_case)):
                listed[row.centre] -= weight(*row)
            faults_of_cases = list(self.faults_of_cases(connection, centre, openings))
        for name in sorted(kept.keys() | ends.keys() | listed.keys()):
            faults += _faults_of_end(name, ends.get(name, (0, GENESIS)), kept.get(name), self.keyring)
            if listed[name]:
                faults.append(Fault(name, 0, "The list of which chapters tell of which case is not what they tell"))
        return faults + faults_of_cases


def _hash_of(connection: Connection, head: Head) -> str | None:
    """The hash that stands in the chain where this head was; None when no entry does."""
    loose: str | None = connection.execute(_LINK, {"centre": head.centre, "seq": head.seq}).scalar_one_or_none()
    return loose if loose is not None else hash_at(connection, head.centre, head.seq)


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


def _faults_of_chapter(chapter: Chapter, end: End, listed: dict[str, int], openings: Openings) -> Iterator[Fault]:
    """`listed` gains the weight of each case that the chapter has entries of, `openings` the cases opened in it."""
    seq, before = end
    if chapter.first_seq != seq + 1:
        what = f"Expected entry {seq + 1} after {seq}, but found {chapter.first_seq}"
        yield Fault(chapter.centre, seq + 1, what)
    cases, found = set(), (0, "")
    try:
        for line, hash in chapter.links(before):
            if line["kind"] == ALTERED:
                yield Fault(chapter.centre, line["seq"], WAS_ALTERED)
            cases.add(line["case_id"])
            openings.told(chapter.centre, line["kind"], line["case_id"])
            found = (line["seq"], hash)
    except (ZstdError, ValueError, TypeError):  # not what a chapter holds
        found = (0, "")
    if found != (chapter.last_seq, chapter.hash):
        what = f"An entry from here to {chapter.last_seq}, or the one before, was changed after it was written"
        yield Fault(chapter.centre, chapter.first_seq, what)
    for case_id in cases - {None}:
        listed[chapter.centre] += weight(chapter.centre, chapter.first_seq, case_id)


def _faults_of(row: Row[Any], seq: int, previous: str) -> Iterator[Fault]:
    if row.seq != seq + 1:
        yield Fault(row.centre, seq + 1, f"Expected entry {seq + 1} after {seq}, but found {row.seq}")
    elif line_hash(dict(zip(LINE, row, strict=False)), previous) != row.hash:
        yield Fault(row.centre, row.seq, "The entry, or the one before it, was changed after it was written")
    elif row.kind == ALTERED:
        yield Fault(row.centre, row.seq, WAS_ALTERED)


def _faults_of_end(centre: str, last: End, head: Row[Any] | None, keyring: Keyring) -> Iterator[Fault]:
    if head is None:
        yield Fault(centre, last[0], "The head of the chain is missing")
        return
    if (head.seq, head.hash) != last:
        yield Fault(centre, head.seq, f"Expected the chain to end at entry {head.seq}, but it ends at {last[0]}")
        return
    if not is_marked(keyring, centre, head.seq, head.hash, head.mark):
        what = "The head was not written by this house, or with another key: the end may have been cut off"
        yield Fault(centre, head.seq, what)
