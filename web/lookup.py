"""A case by its code, for whoever may know of it: codes that lead to no case slow whoever tries many."""

from __future__ import annotations

from datetime import datetime, timedelta

from engine.desk import Desk
from engine.model import Person, Refusal
from web.throttle import left, looking

MINUTE = timedelta(minutes=1)


def find_case(desk: Desk, person: Person, code: str, now: datetime) -> str:
    """The id of the case. Raises Refusal `not_found` (404) for a code that nobody has and for a case that is not theirs
    to know alike; `looked_too_often` (429, params: at), whatever the code, after too many of these."""
    slowed = looking(person.id)
    wait = left(desk.store, slowed, now)
    if wait:
        raise _too_often(now + wait)
    try:
        return desk.find_case(person, code)
    except Refusal as refused:
        if refused.status == 404:
            desk.store.note_failure(slowed[1], now)
        raise


def _too_often(until: datetime) -> Refusal:
    at = until.replace(second=0, microsecond=0) + MINUTE  # times are shown to the minute: never too early
    message = "Too many codes that lead to no case of yours. Look again later"
    return Refusal("looked_too_often", message, status=429, params={"at": at.isoformat()})
