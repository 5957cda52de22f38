"""The whole store: the contract of contract.py kept over SQLAlchemy, composed of its parts."""

from __future__ import annotations

from sqlalchemy.exc import SQLAlchemyError

from engine.store.answers import SavedAnswers
from engine.store.editions import Editions
from engine.store.history import History
from engine.store.keep import Keeping
from engine.store.migrate import is_newest
from engine.store.people import People
from engine.store.questions import Questions
from engine.store.reading import Reading
from engine.store.timers import Timers
from engine.store.trail import Trails


class SqlStore(Keeping, Reading, Questions, History, SavedAnswers, Timers, Trails, Editions, People):
    """Cases, people, editions and the trail in SQLite or PostgreSQL. Safe for many threads."""

    def ready(self) -> bool:
        """True when the database answers and its schema is the newest."""
        try:
            return is_newest(self.engine)
        except SQLAlchemyError:
            return False

    def close(self) -> None:
        """Gives back every connection."""
        self.engine.dispose()
