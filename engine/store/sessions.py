"""How sessions end without their person's doing: a browser's stays known as ended, others are forgotten."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, update

from engine.store.tables import session

_THEIRS = session.c.person_id == bindparam("b_person")
_THESE = session.c.token_hash.in_(bindparam("hashes", expanding=True))
_BROWSER = session.c.kind == "browser"
_KNOWN = update(session).where(_THEIRS, _BROWSER, session.c.ended_at.is_(None)).values(ended_at=bindparam("at"))
_FORGOTTEN = delete(session).where(_THEIRS, ~_BROWSER)


def end(connection: Connection, person_id: str, at: datetime, hashes: Collection[str] | None = None) -> None:
    """Ends these sessions of a person, or all: what a browser still sends from one is known to be its writer's."""
    given: dict[str, object] = {"b_person": person_id, "at": at}
    known, forgotten = _KNOWN, _FORGOTTEN
    if hashes is not None:
        known, forgotten = known.where(_THESE), forgotten.where(_THESE)
        given["hashes"] = sorted(hashes)
    connection.execute(known, given)
    connection.execute(forgotten, given)
