"""Puts away what has been at rest for long, a little at a time, so that the tables of every day stay small."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, select

from engine.store.archive import Archive
from engine.store.chapters import Chapters
from engine.store.tables import command

AT_REST = timedelta(days=30)
"""A case closed for this long is archived, an entry of the trail bound, a command sent again no longer known."""
COMMANDS_AT_ONCE = 500
_FORGET = delete(command).where(
    command.c.command_id.in_(
        select(command.c.command_id).where(command.c.at < bindparam("before")).limit(COMMANDS_AT_ONCE)
    )
)


class Tidying(Archive, Chapters):
    """The worker's housekeeping."""

    def tidy(self, now: datetime, limit: int) -> int:
        """Puts away what is at rest; see the contract."""
        before = now - AT_REST
        done = sum(self.archive(case_id, before) for case_id in self.at_rest(before, limit))
        while done < limit and (self.bind_one(before) or self._forget(before)):
            done += 1
        return done

    def _forget(self, before: datetime) -> bool:
        """Forgets old commands; whether there were any."""
        with self.writing() as connection:
            return bool(connection.execute(_FORGET, {"before": before}).rowcount)
