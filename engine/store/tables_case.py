"""The tables of a case itself: its row, its key, what is known of it, its processes and half-filled forms."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, LargeBinary, Table, false
from sqlalchemy import text as sql

from engine.store.columns import Json, Moment
from engine.store.tables_base import belongs_to_case, maybe, metadata, of_case, text

care_case = Table(
    "care_case",
    metadata,
    Column("opened_at_centre", ForeignKey("centre.id", name="fk_care_case_opened_at"), primary_key=True),
    text("id", primary_key=True, unique=True),
    text("code", unique=True),
    Column("current_centre", ForeignKey("centre.id", name="fk_care_case_current"), nullable=False),
    text("edition"),
    text("door"),
    Column("opened_at", Moment, nullable=False),
    text("status"),
    Column("closed_at", Moment),
    Column("version", Integer, nullable=False),
    # The lease of the one timer that a worker is firing: on the case, so that there is never a second one.
    Column("fence", Integer, nullable=False, server_default="0"),
    maybe("lease_timer"),
    maybe("lease_worker"),
    Column("lease_until", Moment),
    Column("archived", Boolean, nullable=False, server_default=false()),
)
Index(
    "ix_care_case_open",
    care_case.c.current_centre,
    care_case.c.opened_at,
    sqlite_where=sql("status = 'open'"),
    postgresql_where=sql("status = 'open'"),
)

# closed cases that are still to be archived
Index(
    "ix_care_case_closed",
    care_case.c.closed_at,
    sqlite_where=sql("status = 'closed' AND NOT archived"),
    postgresql_where=sql("status = 'closed' AND NOT archived"),
)

case_key = Table(
    "case_key",
    metadata,
    *of_case(),
    Column("version", Integer, nullable=False),
    Column("master_version", Integer, nullable=False),
    Column("wrapped", LargeBinary, nullable=False),
    belongs_to_case(),
)
"""The case's data key, wrapped by a master key that the database never sees. Erase the row, erase the person."""


def _facts(name: str, *key: str) -> Table:
    """Facts by `key` within their case. Value and reason are sealed for the row (version of the case, number within
    the move)."""
    return Table(
        name,
        metadata,
        *of_case(),
        Column("version", Integer, primary_key="version" in key, autoincrement=False, nullable=False),
        Column("n", Integer, primary_key="n" in key, autoincrement=False, nullable=False),
        text("name", primary_key="name" in key),
        text("scope", primary_key="scope" in key),
        Column("sealed", LargeBinary, nullable=False),
        Column("happened_at", Moment, nullable=False),
        Column("recorded_at", Moment, nullable=False),
        text("person"),
        text("source"),
        Column("corrects", Boolean, nullable=False),
        belongs_to_case(),
        sqlite_with_rowid=False,
    )


fact = _facts("fact", "name", "scope")
identity = _facts("identity", "name", "scope")
"""What is current: reading it costs the same however long the history is. Facts of a group that is stored apart are in
`identity`, all others in `fact`. A row gives way to a newer one only once it is among the former, as a trigger sees
to."""

fact_former = _facts("fact_former", "version", "n")
identity_former = _facts("identity_former", "version", "n")
"""Append-only: what was current, as it was sealed, and news that came too late to be. With the current ones, all that
was ever accepted."""

decision = Table(
    "decision",
    metadata,
    *of_case(),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("n", Integer, primary_key=True, autoincrement=False),
    text("rule"),
    text("scope"),
    text("output"),
    Column("row_number", Integer, nullable=False),
    text("cite"),
    Column("decided_at", Moment, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    belongs_to_case(),
)

process = Table(
    "process",
    metadata,
    *of_case(),
    text("id", primary_key=True),
    text("key"),
    text("scope"),
    text("status"),
    Column("sealed", LargeBinary, nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("waits", Json, nullable=False),
    text("because"),
    belongs_to_case(),
)

saved_answers = Table(
    "saved_answers",
    metadata,
    *of_case(),
    text("task_id", primary_key=True),
    text("person", primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("at", Moment, nullable=False),
    belongs_to_case(),
)


def _archived(name: str) -> Table:
    return Table(name, metadata, *of_case(), Column("sealed", LargeBinary, nullable=False), belongs_to_case())


archived_case = _archived("archived_case")
archived_identity = _archived("archived_identity")
"""All rows that a closed case had in the other tables, compressed and sealed as one; those of the identity tables
apart. Its own row and its key stay."""
