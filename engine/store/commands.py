"""Each command is carried out once: its first outcome is kept under its id and given again."""

from __future__ import annotations

import hmac
from dataclasses import fields
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, bindparam, select

from engine.model import Move, Outcome
from engine.store.database import insert
from engine.store.encryption import Keyring
from engine.store.errors import CommandReused
from engine.store.prepared import Prepared
from engine.store.tables import command

# RETURNING says whether a row was inserted; the row count does not, on every driver
_ONCE = Prepared(
    lambda dialect: insert(command, dialect).on_conflict_do_nothing().returning(command.c.command_id),
    ("command_id", "fingerprint", "outcome", "at"),
)
KEPT = select(command.c.fingerprint, command.c.outcome).where(command.c.command_id == bindparam("command_id"))
"""(fingerprint, outcome) of a command that was kept."""
_EARLIER = Prepared(KEPT)
_FIELDS = tuple(field.name for field in fields(Outcome))
_READ = attrgetter(*_FIELDS)


def first(connection: Connection, keyring: Keyring, move: Move, command_id: str) -> bool:
    """Keeps the move's outcome under its command id; False when one was kept before. Of two at once the second
    waits here until the first is committed or undone."""
    row = {
        "command_id": command_id,
        "fingerprint": keyring.mark(move.fingerprint),
        "outcome": dict(zip(_FIELDS, _READ(move.outcome), strict=True)),
        "at": move.at,
    }
    return _ONCE.first(connection, row) is not None


def again(connection: Connection, keyring: Keyring, command_id: str, fingerprint: str) -> Outcome:
    """The outcome of a command that was kept before (`first` said so). Raises CommandReused."""
    (kept,) = _EARLIER.all(connection, {"command_id": command_id})
    return given_again(kept, keyring, fingerprint)


def earlier(connection: Connection, keyring: Keyring, command_id: str, fingerprint: str) -> Outcome | None:
    """The outcome kept for this command, marked as given again. Raises CommandReused for other content."""
    kept = _EARLIER.first(connection, {"command_id": command_id})
    return None if kept is None else given_again(kept, keyring, fingerprint)


def given_again(kept: tuple[Any, ...], keyring: Keyring, fingerprint: str) -> Outcome:
    """The outcome of a row of `KEPT`, marked as given again. Raises CommandReused when it was of other content."""
    marked, outcome = kept
    if not hmac.compare_digest(marked, keyring.mark(fingerprint, like=marked)):
        raise CommandReused("This command id was used for other content; take a new one")
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in outcome.items()
    }
    return Outcome(**{**values, "replayed": True})
