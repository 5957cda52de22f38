"""The tables of centres and of the people who sign in."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, LargeBinary, Table, UniqueConstraint, false

from engine.store.columns import Json, Moment
from engine.store.tables_base import maybe, metadata, text

centre = Table("centre", metadata, text("id", primary_key=True), text("name"), text("zone"), text("kind"))

account = Table(
    "account",
    metadata,
    text("id", primary_key=True),
    text("login", unique=True),
    text("name"),
    text("password_hash"),
    text("language"),
    Column("roles", Json, nullable=False),
    Column("disabled", Boolean, nullable=False),
    Column("demo", Boolean, nullable=False),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("start_until", Moment, nullable=True),
    maybe("sought"),
)

session = Table(
    "session",
    metadata,
    text("token_hash", primary_key=True),
    Column("person_id", ForeignKey("account.id"), nullable=False, index=True),
    Column("created_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Column("locked", Boolean, nullable=False),
    text("kind"),
    text("csrf"),
    Column("scopes", Json),
    Column("ends_at", Moment),
    Column("confirmed_at", Moment, nullable=True),
    Column("ended_at", Moment, nullable=True),
)
"""A token of an API client is a session that does not idle out: it ends at `ends_at`."""

throttle = Table(
    "throttle",
    metadata,
    text("key", primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("last_at", Moment, nullable=False),
)

unsent = Table(
    "unsent",
    metadata,
    Column("person", ForeignKey("account.id"), primary_key=True),
    text("page", primary_key=True),
    Column("version", Integer, nullable=False),
    Column("master_version", Integer, nullable=False),
    Column("wrapped", LargeBinary, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("at", Moment, nullable=False, index=True),
    Column("led_to", Boolean, nullable=False, server_default=false()),
    maybe("command"),
)
"""Sealed with a key of the row's own: what was written may be of no case yet. `page` is the address of one opening of a
form; `led_to`: some page of the browser shows it or leads back to it; `command`: the id of the command that it is to
be, and once such a command is kept it was sent."""

turn = Table(
    "turn",
    metadata,
    text("id", primary_key=True),
    Column("centre", ForeignKey("centre.id"), nullable=False),
    text("kind"),
    text("role"),
    Column("person", ForeignKey("account.id"), nullable=False, index=True),
    Column("starts_at", Moment, nullable=False),
    Column("ends_at", Moment, nullable=False),
    # so that a plan that is sent twice is kept once
    UniqueConstraint("centre", "kind", "role", "person", "starts_at"),
)
Index("ix_turn_now", turn.c.centre, turn.c.ends_at)
"""Who is on shift, and the plan of who is on call: one row a person and role."""
