"""The open tasks of a store, for tests that ask what waits and not in which order."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime

from engine.store.records import Stakes, TaskRow
from engine.store.store import SqlStore

NO_STAKES = Stakes(urgent=(), duties=(), clocks=(), shown=())
_WHENEVER = datetime(2026, 1, 1, tzinfo=UTC)


def waiting(store: SqlStore, centres: Collection[str], roles: Collection[str]) -> list[TaskRow]:
    """Every open task of these roles at these centres."""
    asked = {(centre, role) for centre in centres for role in roles}
    return store.most_urgent(asked, NO_STAKES, "nobody", _WHENEVER, limit=1_000_000)
