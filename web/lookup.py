"""A case by its code, for whoever may know of it: codes that lead to no case slow whoever tries many."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta

from engine.desk import Desk
from engine.model import Person, Refusal
from engine.store.errors import StoreBusy
from web.throttle import Attempt, attempt, looking

MINUTE = timedelta(minutes=1)


def find_case(desk: Desk, person: Person, code: str, now: datetime) -> str:
    """The id of the case. Raises Refusal `not_found` (404) for a code that nobody has and for a case that is not theirs
    to know alike; `looked_too_often` (429, params: at), whatever the code, after too many of these. A look counts as
    one of them before it is answered, and no more once it was none."""
    tried = attempt(desk.store, looking(person.id), now)
    if not isinstance(tried, Attempt):
        raise _too_often(now + tried)
    missed = False
    try:
        return desk.find_case(person, code)
    except Refusal as refused:
        missed = refused.status == 404
        raise
    finally:
        if not missed:
            with suppress(StoreBusy):  # it is found, whatever is counted
                tried.take_back(desk.store)


def _too_often(until: datetime) -> Refusal:
    at = until.replace(second=0, microsecond=0) + MINUTE  # times are shown to the minute: never too early
    message = "Too many codes that lead to no case of yours. Look again later"
    return Refusal("looked_too_often", message, status=429, params={"at": at.isoformat()})
