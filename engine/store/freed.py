"""Gives back held tasks, as many as there are, by as few statements as one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, tuple_, update

from engine.entries import Entry
from engine.model import Task
from engine.store.database import Database
from engine.store.tables import care_case, task
from engine.store.trail import append

_CASES: Any = bindparam("cases", expanding=True)
_TASKS: Any = bindparam("tasks", expanding=True)
_AS_READ: Any = bindparam("as_read", expanding=True)
_NEXT_VERSIONS = update(care_case).where(care_case.c.id.in_(_CASES)).values(version=care_case.c.version + 1)
_FREE = (
    update(task)
    .where(task.c.id.in_(_TASKS), task.c.closed_at.is_(None), tuple_(task.c.id, task.c.version).in_(_AS_READ))
    .values(claimed_by=None, claimed_at=None, version=task.c.version + 1)
    .returning(task.c.id)
)

Freed = Sequence[tuple[Task, Entry]]
"""Tasks that are given back, as they were read, each with its entry."""


def free(connection: Connection, freed: Freed) -> list[Entry]:
    """Gives back those that are still as they were read; the entries of these."""
    if not freed:
        return []
    # the cases move on and are locked first, as when one task is taken or done: no move overwrites this
    connection.execute(_NEXT_VERSIONS, {"cases": sorted({one.case_id for one, _ in freed})})
    binds = {"tasks": [one.id for one, _ in freed], "as_read": [(one.id, one.version) for one, _ in freed]}
    given = set(connection.execute(_FREE, binds).scalars())
    return [noted for one, noted in freed if one.id in given]


class GivingBack(Database):
    """What the contract asks of tasks that are given back."""

    def free_tasks(self, freed: Freed) -> int:
        """Gives back held tasks in one commit; see the contract."""

        def once() -> int:
            with self.writing() as connection:
                noted = free(connection, freed)
                append(connection, self.keyring, noted)
            return len(noted)

        return self.tried(once) if freed else 0
