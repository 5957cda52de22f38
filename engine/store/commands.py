"""Each command is carried out once: its first outcome is kept under its id and given again."""

from __future__ import annotations

import hmac
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select

from engine.model import Move, Outcome
from engine.store.contract import CommandReused
from engine.store.database import DIALECTS, insert
from engine.store.encryption import Keyring
from engine.store.tables import command

# RETURNING says whether a row was inserted; the row count does not, on every driver
_ONCE = {d: insert(command, d).on_conflict_do_nothing().returning(command.c.command_id) for d in DIALECTS}
_EARLIER = select(command.c.fingerprint, command.c.outcome).where(command.c.command_id == bindparam("command_id"))


def first(connection: Connection, keyring: Keyring, move: Move, command_id: str) -> bool:
    """Keeps the move's outcome under its command id; False when one was kept before. Of two at once the second
    waits here until the first is committed or undone."""
    row = {
        "command_id": command_id,
        "fingerprint": keyring.mark(move.fingerprint),
        "outcome": asdict(move.outcome),
        "at": move.at,
    }
    return connection.execute(_ONCE[connection.dialect.name], row).one_or_none() is not None


def again(connection: Connection, keyring: Keyring, command_id: str, fingerprint: str) -> Outcome:
    """The outcome of a command that was kept before (`first` said so). Raises CommandReused."""
    return _outcome(connection.execute(_EARLIER, {"command_id": command_id}).one(), keyring, fingerprint)


def earlier(connection: Connection, keyring: Keyring, command_id: str, fingerprint: str) -> Outcome | None:
    """The outcome kept for this command, marked as given again. Raises CommandReused for other content."""
    found = connection.execute(_EARLIER, {"command_id": command_id}).one_or_none()
    return None if found is None else _outcome(found, keyring, fingerprint)


def _outcome(found: Row[str, Any], keyring: Keyring, fingerprint: str) -> Outcome:
    if not hmac.compare_digest(found.fingerprint, keyring.mark(fingerprint, like=found.fingerprint)):
        raise CommandReused("This command id was used for other content; take a new one")
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in found.outcome.items()
    }
    return Outcome(**{**values, "replayed": True})
