"""The whole store: the contract of contract.py kept over SQLAlchemy, composed of its parts."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy.exc import SQLAlchemyError

from engine.store.accounts import Accounts
from engine.store.answers import SavedAnswers
from engine.store.bulk import Bulk
from engine.store.database import told_as_busy
from engine.store.editions import Editions
from engine.store.errors import StoreBusy, StoreMoved
from engine.store.freed import GivingBack
from engine.store.history import History
from engine.store.keep import Keeping
from engine.store.key_check import KeyCheck
from engine.store.migrate import is_newest
from engine.store.people import People
from engine.store.questions import Questions
from engine.store.reading import Reading
from engine.store.rota import Rota
from engine.store.samples import Samples
from engine.store.tidying import Tidying
from engine.store.timers import Timers
from engine.store.trail import Trails
from engine.store.trail_check import TrailCheck
from engine.store.unsent import Unsent

_TRIED_WRITING = "ready"
"""A key of the throttle that stands for nobody."""


class SqlStore(
    Keeping,
    Reading,
    Questions,
    History,
    SavedAnswers,
    Timers,
    Trails,
    TrailCheck,
    KeyCheck,
    Tidying,
    Editions,
    Accounts,
    People,
    Unsent,
    Rota,
    GivingBack,
    Samples,
    Bulk,
):
    """Cases, people, editions and the trail in SQLite or PostgreSQL. Safe for many threads."""

    def ready(self) -> bool:
        """True when the database answers, its schema is the newest, and something small can be written."""
        self.file.look()
        try:
            with told_as_busy():
                if not is_newest(self.engine):
                    return False
            self.note_failure(_TRIED_WRITING, datetime(2000, 1, 1, tzinfo=UTC))
            self.clear_failures(_TRIED_WRITING)
        except StoreMoved:
            raise
        except (SQLAlchemyError, StoreBusy):
            return False
        return True

    def close(self) -> None:
        """Gives back every connection."""
        self.engine.dispose()
