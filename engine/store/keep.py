"""Keeps a move: everything one command changes, in one commit or not at all, its entries chained last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from sqlalchemy import Connection, and_, bindparam, insert, literal_column, select, update

from engine.entries import Entry
from engine.model import ActDone, Case, Clock, Duty, Move, Outcome, Stuck, Task, Timer
from engine.store import archive, commands, trail
from engine.store.database import Database, upsert
from engine.store.database import insert as insert_for
from engine.store.encryption import CaseKey
from engine.store.errors import CaseChanged, TaskChanged
from engine.store.facts import keep_facts
from engine.store.failpoints import reach
from engine.store.prepared import Prepared, in_one_go
from engine.store.rows import binder, names_of
from engine.store.sealed import decision_row, process_row
from engine.store.tables import (
    act,
    care_case,
    case_key,
    clock,
    decision,
    duty,
    process,
    stuck,
    task,
    timer,
    trail_head,
)

_NEW_KEY = Prepared(insert(case_key))
_KEY = [
    select(case_key.c[column])
    .where(case_key.c.centre == care_case.c.opened_at_centre, case_key.c.case_id == care_case.c.id)
    .scalar_subquery()
    .label(f"key_{column}")
    for column in ("version", "master_version", "wrapped")
]
_HERE: Any = literal_column("care_case.current_centre")
"""Of the row that is written, by its name alone: SQLAlchemy ties a subquery to the table of an UPDATE, not of an
INSERT."""
_END = [
    select(trail_head.c[column]).where(trail_head.c.centre == _HERE).scalar_subquery() for column in ("seq", "hash")
]
"""Of the chain that the move's entries are to follow: read with the case, so that it need not be asked for."""
_NEW_CASE = Prepared(
    lambda dialect: insert_for(care_case, dialect).on_conflict_do_nothing().returning(*_END),
    names_of(Case),
)
_CHANGED_CASE = (
    update(care_case)
    .where(
        care_case.c.opened_at_centre == bindparam("b_centre"),
        care_case.c.id == bindparam("b_id"),
        care_case.c.version == bindparam("b_version"),
    )
    .values(
        current_centre=bindparam("current_centre"),
        edition=bindparam("edition"),
        status=bindparam("status"),
        closed_at=bindparam("closed_at"),
        version=bindparam("version"),
    )
    .returning(*_KEY, care_case.c.archived, *_END)
)
_CHANGE_CASE = Prepared(_CHANGED_CASE)
_CHANGE_LEASED_CASE = Prepared(
    _CHANGED_CASE.where(
        care_case.c.lease_timer == bindparam("b_timer"),
        care_case.c.fence == bindparam("b_fence"),
        care_case.c.lease_until >= bindparam("b_at"),
    ).values(lease_timer=None, lease_worker=None, lease_until=None)
)
_NEXT_VERSION = Prepared(
    update(care_case)
    .where(care_case.c.id == bindparam("b_id"))
    .values(version=care_case.c.version + 1)
    .returning(care_case.c.current_centre, *_END)
)

_OPEN_TASK = and_(task.c.id == bindparam("b_id"), task.c.closed_at.is_(None))
_CLAIM_TASK = Prepared(
    update(task)
    .where(_OPEN_TASK, task.c.version == bindparam("b_version"))
    .values(claimed_by=bindparam("claimed_by"), claimed_at=bindparam("claimed_at"), version=bindparam("version"))
    .returning(task.c.id)
)

_NEW_DECISION = Prepared(insert(decision))
_REPLACE = {table.name: Prepared(partial(upsert, table)) for table in (process, task, timer, duty, clock, act, stuck)}
_STILL_OPEN = {"closed_at": None, "closed_by": None, "closed_how": None}

_case_row, _task_row, _timer_row = binder(Case), binder(Task), binder(Timer)
_duty_row, _clock_row, _stuck_row, _act_row = binder(Duty), binder(Clock), binder(Stuck), binder(ActDone)

Seen = Mapping[str, trail.End]


class Keeping(Database):
    """Commands on cases."""

    def keep(self, move: Move, fence: tuple[str, int] | None = None) -> Outcome:
        """Keeps the whole move; see the contract."""
        reach("keep.before_begin")
        outcome = self.tried(lambda: self._keep_once(move, fence))
        reach("keep.after_commit")
        return outcome

    def earlier(self, command_id: str, fingerprint: str) -> Outcome | None:
        """The outcome kept for this command, or None. Raises CommandReused."""
        with self.asking() as connection:
            return commands.earlier(connection, self.keyring, command_id, fingerprint)

    def change_task(self, task: Task, expected_version: int, entries: Sequence[Entry]) -> None:
        """Claim or release; see the contract."""
        self.tried(lambda: self._change_task_once(task, expected_version, entries))

    def _keep_once(self, move: Move, fence: tuple[str, int] | None) -> Outcome:
        with self.writing() as connection, in_one_go(connection):
            if move.command_id is not None and not commands.first(connection, self.keyring, move, move.command_id):
                return commands.again(connection, self.keyring, move.command_id, move.fingerprint)
            reach("keep.after_command")
            key, seen = self._keep_case(connection, move, fence)
            reach("keep.after_case")
            keep_facts(connection, move, key, self.apart)
            made = [decision_row(one, move.case.version, n, key) for n, one in enumerate(move.decisions)]
            _NEW_DECISION.run(connection, made)
            reach("keep.after_facts")
            _REPLACE["process"].run(connection, [process_row(running, key) for running in move.processes])
            reach("keep.after_processes")
            _keep_work(connection, move)
            trail.append(connection, self.keyring, move.entries, seen)
            reach("keep.after_trail")
        return move.outcome

    def _keep_case(self, connection: Connection, move: Move, fence: tuple[str, int] | None) -> tuple[CaseKey, Seen]:
        """The case's key; and the end of its centre's chain, unless that one is to be begun."""
        case = move.case
        if move.expected_version is None:
            return self._keep_new_case(connection, case)
        binds = {
            "b_centre": case.opened_at_centre,
            "b_id": case.id,
            "b_version": move.expected_version,
            "current_centre": case.current_centre,
            "edition": case.edition,
            "status": case.status,
            "closed_at": case.closed_at,
            "version": case.version,
        }
        if fence is None:
            found = _CHANGE_CASE.first(connection, binds)
        else:
            leased = {**binds, "b_timer": fence[0], "b_fence": fence[1], "b_at": move.at}
            found = _CHANGE_LEASED_CASE.first(connection, leased)
        if found is None:
            raise CaseChanged("The case moved on, or the lease of its timer ended, since it was read")
        *wrapped, marked, seq, last = found
        key = self.keyring.unwrap(case.opened_at_centre, case.id, *wrapped)
        # asked for only now: of a case that was archived while this move waited for it, PostgreSQL shows the mark to
        # the statement that waited, but not the archive
        if marked and (put_away := archive.archived(connection, self.keyring, case.id)):
            archive.put_back(connection, put_away)
        return key, _seen(case.current_centre, seq, last)

    def _keep_new_case(self, connection: Connection, case: Case) -> tuple[CaseKey, Seen]:
        end = _NEW_CASE.first(connection, _case_row(case))
        if end is None:
            raise CaseChanged("Another case has this id or code; choose a new one")
        key = self.keyring.new_case_key(case.opened_at_centre, case.id)
        row = {
            "centre": key.centre,
            "case_id": key.case_id,
            "version": key.version,
            "master_version": self.keyring.version,
            "wrapped": self.keyring.wrap(key),
        }
        _NEW_KEY.run(connection, [row])
        return key, _seen(case.current_centre, *end)

    def _change_task_once(self, task: Task, expected_version: int, entries: Sequence[Entry]) -> None:
        with self.writing() as connection, in_one_go(connection):
            # The case moves on, too: a move computed before the claim must not overwrite it.
            case = _NEXT_VERSION.first(connection, {"b_id": task.case_id})
            binds = {
                "b_id": task.id,
                "b_version": expected_version,
                "claimed_by": task.claimed_by,
                "claimed_at": task.claimed_at,
                "version": expected_version + 1,
            }
            if case is None or _CLAIM_TASK.first(connection, binds) is None:
                raise TaskChanged("The task was changed or closed since it was read; read it again")
            trail.append(connection, self.keyring, entries, _seen(*case))


def _seen(centre: str, seq: int | None, last: str) -> Seen:
    return {} if seq is None else {centre: (seq, last)}


def _keep_work(connection: Connection, move: Move) -> None:
    """What is to be done, and what was. Nothing in these rows is personal."""
    centre = move.case.opened_at_centre
    here = {"centre": centre, "case_id": move.case.id}
    closed = {"closed_at": move.at, "closed_by": move.person}
    tasks = [_task_row(task, centre=centre, **closed, closed_how=how) for task, how in move.task_closed]
    tasks += [_task_row(task, centre=centre, **_STILL_OPEN) for task in move.tasks]
    _REPLACE["task"].run(connection, tasks)
    reach("keep.after_task")
    timers = [_timer_row(timer, centre=centre, ready_at=None) for timer in move.timers_cleared]
    timers += [_timer_row(timer, centre=centre, ready_at=timer.due_at) for timer in move.timers]
    _REPLACE["timer"].run(connection, timers)
    reach("keep.after_timer")
    _REPLACE["duty"].run(connection, [_duty_row(duty, centre=centre, note_at=duty.note_at) for duty in move.duties])
    reach("keep.after_duty")
    _REPLACE["clock"].run(connection, [_clock_row(clock, centre=centre) for clock in move.clocks])
    reach("keep.after_clock")
    _REPLACE["act"].run(connection, [_act_row(done, **here) for done in move.acts])
    reach("keep.after_act")
    _REPLACE["stuck"].run(connection, [_stuck_row(row, centre=centre) for row in move.stuck])
    reach("keep.after_stuck")
