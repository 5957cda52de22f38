"""Due timers, leased with a fence so that each fires once and never early; and duties that are to be noted."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import and_, bindparam, delete, or_, select, update

from engine.store.database import Database
from engine.store.records import DueTimer
from engine.store.tables import care_case, duty, timer

_CLEARED = delete(timer).where(timer.c.ready_at.is_(None))
_READY = (
    select(timer.c.id, timer.c.case_id, timer.c.process_id, timer.c.element, timer.c.due_at, care_case.c.fence)
    .join(care_case, and_(care_case.c.opened_at_centre == timer.c.centre, care_case.c.id == timer.c.case_id))
    .where(
        timer.c.ready_at < bindparam("now"),
        or_(care_case.c.lease_until.is_(None), care_case.c.lease_until < bindparam("now")),
    )
    .order_by(timer.c.ready_at, timer.c.id)
    .limit(bindparam("limit"))
    # The lease is on the case's row: whoever holds it, or is just keeping a move of this case, is passed over.
    .with_for_update(of=care_case, skip_locked=True)
)
_LEASE = (
    update(care_case)
    .where(care_case.c.id == bindparam("b_case"))
    .values(
        lease_timer=bindparam("timer"),
        lease_worker=bindparam("worker"),
        lease_until=bindparam("until"),
        fence=bindparam("new_fence"),
    )
)
_GIVE_BACK = (
    update(care_case)
    .where(
        care_case.c.id == bindparam("b_case"),
        care_case.c.lease_timer == bindparam("b_timer"),
        care_case.c.fence == bindparam("b_fence"),
    )
    .values(lease_timer=None, lease_worker=None, lease_until=None)
    .returning(care_case.c.opened_at_centre)
)
_LATER = (
    update(timer)
    .where(
        timer.c.centre == bindparam("b_centre"),
        timer.c.case_id == bindparam("b_case"),
        timer.c.id == bindparam("b_id"),
        timer.c.ready_at.is_not(None),
    )
    .values(ready_at=bindparam("ready_at"))
)
_DUE_DUTIES = (
    select(duty.c.case_id, duty.c.rule, duty.c.scope)
    .where(duty.c.note_at.is_not(None), duty.c.note_at < bindparam("now"))
    .order_by(duty.c.note_at, duty.c.case_id, duty.c.rule, duty.c.scope)
    .limit(bindparam("limit"))
)


class Timers(Database):
    """What the worker asks. `now` is the clock's, never the database's."""

    def lease_timers(self, now: datetime, worker: str, lease_seconds: int, limit: int = 20) -> list[DueTimer]:
        """Due timers of cases nobody else leases, at most one a case; each lease raises the fence by one. Those that
        were cleared are taken away, so that no step pays for it."""
        until = now + timedelta(seconds=lease_seconds)
        leased: dict[str, DueTimer] = {}
        with self.writing() as connection:
            connection.execute(_CLEARED)
            for row in connection.execute(_READY, {"now": now, "limit": limit}).all():
                if row.case_id not in leased:
                    leased[row.case_id] = DueTimer(*row[:5], fence=row.fence + 1)
            if leased:
                binds = [
                    {"b_case": t.case_id, "timer": t.id, "worker": worker, "until": until, "new_fence": t.fence}
                    for t in leased.values()
                ]
                connection.execute(_LEASE, binds)
        return list(leased.values())

    def release_timer(self, timer: DueTimer, retry_at: datetime) -> None:
        """Gives a lease back after a failure; not leased again before `retry_at`. Nothing happens when the lease
        is no longer this worker's."""
        with self.writing() as connection:
            binds = {"b_case": timer.case_id, "b_timer": timer.id, "b_fence": timer.fence}
            centre = connection.execute(_GIVE_BACK, binds).scalar_one_or_none()
            if centre is not None:
                ready_at = max(retry_at, timer.due_at)
                later = {"b_centre": centre, "b_case": timer.case_id, "b_id": timer.id, "ready_at": ready_at}
                connection.execute(_LATER, later)

    def due_duties(self, now: datetime, limit: int = 50) -> list[tuple[str, str, str]]:
        """(case id, rule, scope) of owed duties whose due_at or warn_at has passed and was not yet noted."""
        with self.reading() as connection:
            return [tuple(row) for row in connection.execute(_DUE_DUTIES, {"now": now, "limit": limit})]
