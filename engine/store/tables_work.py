"""The tables of what is to be done: tasks, timers, duties, clocks, acts and stuck rows. No personal data."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, Table
from sqlalchemy import text as sql

from engine.store.columns import Moment, Words
from engine.store.tables_base import belongs_to_case, maybe, metadata, of_case, text

task = Table(
    "task",
    metadata,
    *of_case(),
    text("id", primary_key=True, unique=True),
    text("process_id"),
    text("process_key"),
    text("element"),
    text("scope"),
    text("role"),
    text("form"),
    Column("opened_at", Moment, nullable=False),
    Column("due_at", Moment),
    maybe("claimed_by"),
    Column("claimed_at", Moment),
    Column("version", Integer, nullable=False),
    Column("closed_at", Moment),
    maybe("closed_by"),
    maybe("closed_how"),
    belongs_to_case(),
)
Index(
    "ix_task_open",
    task.c.centre,
    task.c.case_id,
    task.c.role,
    sqlite_where=sql("closed_at IS NULL"),
    postgresql_where=sql("closed_at IS NULL"),
)
Index(
    "ix_task_held",
    task.c.claimed_at,
    sqlite_where=sql("closed_at IS NULL AND claimed_by IS NOT NULL"),
    postgresql_where=sql("closed_at IS NULL AND claimed_by IS NOT NULL"),
)

timer = Table(
    "timer",
    metadata,
    *of_case(),
    text("id", primary_key=True),
    text("process_id"),
    text("element"),
    Column("due_at", Moment, nullable=False),
    # due_at, or later after a failure: what the worker asks for; empty once it was cleared, until the worker takes the
    # row away
    Column("ready_at", Moment),
    belongs_to_case(),
)
Index("ix_timer_ready", timer.c.ready_at)

duty = Table(
    "duty",
    metadata,
    *of_case(),
    text("rule", primary_key=True),
    text("scope", primary_key=True),
    text("status"),
    Column("flags", Words, nullable=False),
    text("holder"),
    Column("opened_at", Moment),
    Column("due_at", Moment),
    Column("warn_at", Moment),
    Column("closed_at", Moment),
    text("because"),
    # when an owed duty is next to be noted: as warned or as late; empty when nothing is left to note
    Column("note_at", Moment),
    belongs_to_case(),
)
Index(
    "ix_duty_open",
    duty.c.centre,
    duty.c.case_id,
    sqlite_where=sql("status IN ('owed', 'late')"),
    postgresql_where=sql("status IN ('owed', 'late')"),
)
Index(
    "ix_duty_note",
    duty.c.note_at,
    sqlite_where=sql("note_at IS NOT NULL"),
    postgresql_where=sql("note_at IS NOT NULL"),
)

unheld = Table(
    "unheld",
    metadata,
    *of_case(),
    text("rule", primary_key=True),
    text("scope", primary_key=True),
    Column("opened_at", Moment, primary_key=True),
    Column("at", Moment, nullable=False),
    belongs_to_case(),
)
"""That nobody awake held a duty is noted once each time it opens."""

clock = Table(
    "clock",
    metadata,
    *of_case(),
    text("rule", primary_key=True),
    Column("ends_earliest", Moment),
    Column("ends_latest", Moment),
    Column("answered_at", Moment),
    belongs_to_case(),
)

act = Table(
    "act",
    metadata,
    *of_case(),
    text("act", primary_key=True),
    text("scope", primary_key=True),
    Column("at", Moment, nullable=False),
    text("element"),
    belongs_to_case(),
)
"""When each act was last done; every time it was done is in the trail."""

stuck = Table(
    "stuck",
    metadata,
    *of_case(),
    text("id", primary_key=True),
    text("process_id"),
    text("element"),
    text("code"),
    text("why"),
    Column("opened_at", Moment, nullable=False),
    maybe("task_id"),
    Column("freed_at", Moment),
    maybe("freed_by"),
    belongs_to_case(),
)
Index(
    "ix_stuck_open",
    stuck.c.centre,
    stuck.c.case_id,
    sqlite_where=sql("freed_at IS NULL"),
    postgresql_where=sql("freed_at IS NULL"),
)
