"""Whether the keys are those that the database was sealed with: what another key seals nobody could ever open."""

from __future__ import annotations

from sqlalchemy import select

from engine.store.database import Database
from engine.store.errors import DoesNotOpen
from engine.store.tables import case_key, trail_head
from engine.store.trail import is_marked

TRIED = 5
"""Case keys and ends of trails that are tried: one may be damaged, all of them are not."""
_KEYS = select(case_key.c.centre, case_key.c.case_id, case_key.c.version, case_key.c.master_version, case_key.c.wrapped)
_HEADS = select(trail_head.c.centre, trail_head.c.seq, trail_head.c.hash, trail_head.c.mark).where(trail_head.c.seq > 0)


class KeyCheck(Database):
    """Tries the keys on what is there."""

    def fits_key(self) -> bool:
        """False when something was kept with other keys, and nothing that was tried opens with these."""
        with self.reading() as connection:
            keys = connection.execute(_KEYS.limit(TRIED)).all()
            heads = connection.execute(_HEADS.limit(TRIED)).all()
        tried = [self._opens(*row) for row in keys] or [is_marked(self.keyring, *row) for row in heads]
        return not tried or any(tried)

    def _opens(self, centre: str, case_id: str, version: int, master: int, wrapped: bytes) -> bool:
        try:
            self.keyring.unwrap(centre, case_id, version, master, wrapped)
        except DoesNotOpen:
            return False
        return True
