"""Puts away what has been at rest for long, a little at a time, so that the tables of every day stay small."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, select

from engine.store.answers import LEFT_BEHIND, OF_CLOSED_TASKS
from engine.store.archive import Archive
from engine.store.chapters import Chapters
from engine.store.tables import command, session

AT_REST = timedelta(days=30)
"""A case closed for this long is archived, an entry of the trail bound, a command sent again or an ended session no
longer known."""
ROWS_AT_ONCE = 500
_FORGET = tuple(
    delete(key.table).where(key.in_(select(key).where(at < bindparam("before")).limit(ROWS_AT_ONCE)))
    for key, at in ((command.c.command_id, command.c.at), (session.c.token_hash, session.c.ended_at))
)


class Tidying(Archive, Chapters):
    """The worker's housekeeping."""

    def tidy(self, now: datetime, limit: int) -> int:
        """Puts away what is at rest; see the contract."""
        before = now - AT_REST
        done = sum(self.archive(case_id, before) for case_id in self.at_rest(before, limit))
        while done < limit and (self.bind_one(before) or self._forget(before, now)):
            done += 1
        return done

    def _forget(self, before: datetime, now: datetime) -> bool:
        """Forgets old commands and ended sessions, and what was half filled of tasks that were sent, or are long gone;
        whether there were any."""
        with self.writing() as connection:
            connection.execute(OF_CLOSED_TASKS, {"since": now - LEFT_BEHIND})
            return any([connection.execute(statement, {"before": before}).rowcount for statement in _FORGET])
