"""The tables of what was done: the trail with its heads, commands and their outcomes, published editions."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, Table
from sqlalchemy import text as sql

from engine.store.columns import Json, Moment
from engine.store.tables_base import maybe, metadata, text

trail = Table(
    "trail",
    metadata,
    text("centre", primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    # `at` and `params` are text as it was hashed: a type that reads two texts as one value would hide a change
    text("at"),
    text("kind"),
    text("person"),
    maybe("case_id"),
    text("params"),
    text("hash"),
)
Index(
    "ix_trail_case",
    trail.c.case_id,
    trail.c.seq,
    sqlite_where=sql("case_id IS NOT NULL"),
    postgresql_where=sql("case_id IS NOT NULL"),
)
# so that what was done to a case is found without walking over who read it
Index(
    "ix_trail_case_kind",
    trail.c.case_id,
    trail.c.kind,
    trail.c.seq,
    sqlite_where=sql("case_id IS NOT NULL"),
    postgresql_where=sql("case_id IS NOT NULL"),
)

trail_chapter = Table(
    "trail_chapter",
    metadata,
    text("centre", primary_key=True),
    Column("first_seq", BigInteger, primary_key=True, autoincrement=False),
    Column("last_seq", BigInteger, nullable=False),
    text("hash"),
    Column("lines", LargeBinary, nullable=False),
)
"""Old entries of the trail, many to a row and compressed, with the hash of the last: the hashes between follow from
the lines."""

trail_chapter_case = Table(
    "trail_chapter_case",
    metadata,
    text("case_id", primary_key=True),
    text("centre", primary_key=True),
    Column("first_seq", BigInteger, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)
"""Which chapters have entries of a case."""

trail_head = Table(
    "trail_head",
    metadata,
    text("centre", primary_key=True),
    Column("seq", BigInteger, nullable=False),
    text("hash"),
    text("mark"),
)
"""The last link of each chain, marked with a key that the database does not have: it finds a tail that was cut off,
and its row is the lock under which entries are added."""

command = Table(
    "command",
    metadata,
    text("command_id", primary_key=True),
    text("fingerprint"),
    Column("outcome", Json, nullable=False),
    Column("at", Moment, nullable=False, index=True),
)

edition = Table(
    "edition",
    metadata,
    text("digest", primary_key=True),
    Column("number", Integer, nullable=False),
    text("jurisdiction"),
    text("author"),
    text("approver"),
    Column("at", Moment, nullable=False),
)

edition_file = Table(
    "edition_file",
    metadata,
    Column("digest", ForeignKey("edition.digest"), primary_key=True),
    text("path", primary_key=True),
    Column("content", LargeBinary, nullable=False),
)

edition_proof = Table(
    "edition_proof",
    metadata,
    Column("digest", ForeignKey("edition.digest"), primary_key=True),
    Column("record", LargeBinary, nullable=False),
)
"""What was proved of an edition when it was published (engine/proofs), as it was written then."""
