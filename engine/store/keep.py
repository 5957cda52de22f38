"""Keeps a move: everything one command changes, in one commit or not at all, its entries chained last."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, and_, bindparam, delete, insert, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from engine.model import ActDone, Case, Clock, Duty, Entry, Move, Outcome, Stuck, Task, Timer
from engine.store import commands, trail
from engine.store.contract import CaseChanged, StoreBusy, TaskChanged
from engine.store.database import DIALECTS, Database, means_retry, means_taken, run, upsert
from engine.store.encryption import CaseKey
from engine.store.failpoints import reach
from engine.store.rows import binder
from engine.store.sealed import decision_row, fact_row, process_row
from engine.store.tables import (
    act,
    care_case,
    case_key,
    clock,
    decision,
    duty,
    fact,
    fact_current,
    identity,
    identity_current,
    process,
    saved_answers,
    stuck,
    task,
    timer,
)

ATTEMPTS = 3
"""How often a move is tried when PostgreSQL ends the transaction in favour of another."""

_NEW_CASE = insert(care_case)
_NEW_KEY = insert(case_key)
_KEY = [
    select(case_key.c[column])
    .where(case_key.c.centre == care_case.c.opened_at_centre, case_key.c.case_id == care_case.c.id)
    .scalar_subquery()
    .label(f"key_{column}")
    for column in ("version", "master_version", "wrapped")
]
_CHANGE_CASE = (
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
    .returning(*_KEY)
)
_CHANGE_LEASED_CASE = _CHANGE_CASE.where(
    care_case.c.lease_timer == bindparam("b_timer"),
    care_case.c.fence == bindparam("b_fence"),
    care_case.c.lease_until >= bindparam("b_at"),
).values(lease_timer=None, lease_worker=None, lease_until=None)
_NEXT_VERSION = update(care_case).where(care_case.c.id == bindparam("b_id")).values(version=care_case.c.version + 1)

_OPEN_TASK = and_(task.c.id == bindparam("b_id"), task.c.closed_at.is_(None))
_SEEN_TASK = and_(_OPEN_TASK, task.c.version == bindparam("b_version"))
_HOLD_SEEN_TASK = select(task.c.id).where(_SEEN_TASK).with_for_update()
_CLOSING: dict[str, Any] = {name: bindparam(name) for name in ("closed_at", "closed_by", "closed_how")}
_CLOSE_TASK = update(task).where(_OPEN_TASK).values(_CLOSING)
_CLOSE_SEEN_TASK = update(task).where(_SEEN_TASK).values(_CLOSING)
_CLAIM_TASK = (
    update(task)
    .where(_SEEN_TASK)
    .values(claimed_by=bindparam("claimed_by"), claimed_at=bindparam("claimed_at"), version=bindparam("version"))
)

_NEW_FACT = {"fact": insert(fact), "identity": insert(identity)}
_NEW_DECISION = insert(decision)
_CLEAR_TIMER = delete(timer).where(
    timer.c.centre == bindparam("centre"), timer.c.case_id == bindparam("case_id"), timer.c.id == bindparam("id")
)
_CLEAR_ANSWERS = delete(saved_answers).where(
    saved_answers.c.centre == bindparam("centre"),
    saved_answers.c.case_id == bindparam("case_id"),
    saved_answers.c.task_id == bindparam("task_id"),
)
_REPLACED = (fact_current, identity_current, process, task, timer, duty, clock, act, stuck)
_UPSERTS = {
    d: {table.name: upsert(table, d, *(_CLOSING if table is task else ())) for table in _REPLACED} for d in DIALECTS
}

_case_row, _task_row, _timer_row = binder(Case), binder(Task), binder(Timer)
_duty_row, _clock_row, _stuck_row, _act_row = binder(Duty), binder(Clock), binder(Stuck), binder(ActDone)

Result = TypeVar("Result")


class Keeping(Database):
    """Commands on cases."""

    def keep(self, move: Move, fence: tuple[str, int] | None = None) -> Outcome:
        """Keeps the whole move; see the contract."""
        reach("keep.before_begin")
        outcome = self._tried(lambda: self._keep_once(move, fence))
        reach("keep.after_commit")
        return outcome

    def earlier(self, command_id: str, fingerprint: str) -> Outcome | None:
        """The outcome kept for this command, or None. Raises CommandReused."""
        with self.reading() as connection:
            return commands.earlier(connection, self.keyring, command_id, fingerprint)

    def change_task(self, task: Task, expected_version: int, entries: Sequence[Entry]) -> None:
        """Claim or release; see the contract."""
        self._tried(lambda: self._change_task_once(task, expected_version, entries))

    def _tried(self, once: Callable[[], Result]) -> Result:
        for _ in range(ATTEMPTS - 1):
            try:
                return once()
            except StoreBusy as why:
                if not (isinstance(why.__cause__, DBAPIError) and means_retry(why.__cause__)):
                    raise
        return once()

    def _keep_once(self, move: Move, fence: tuple[str, int] | None) -> Outcome:
        with self.writing() as connection:
            if move.command_id is not None and not commands.first(connection, self.keyring, move, move.command_id):
                return commands.again(connection, self.keyring, move.command_id, move.fingerprint)
            reach("keep.after_command")
            key = self._keep_case(connection, move, fence)
            reach("keep.after_case")
            _close_tasks(connection, move)
            reach("keep.after_tasks_closed")
            self._keep_facts(connection, move, key)
            reach("keep.after_facts")
            self._keep_processes(connection, move, key)
            reach("keep.after_processes")
            self._keep_work(connection, move)
            trail.append(connection, self.keyring, move.entries)
            reach("keep.after_trail")
        return move.outcome

    def _keep_case(self, connection: Connection, move: Move, fence: tuple[str, int] | None) -> CaseKey:
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
            found = connection.execute(_CHANGE_CASE, binds).one_or_none()
        else:
            leased = {**binds, "b_timer": fence[0], "b_fence": fence[1], "b_at": move.at}
            found = connection.execute(_CHANGE_LEASED_CASE, leased).one_or_none()
        if found is None:
            raise CaseChanged("The case moved on, or the lease of its timer ended, since it was read")
        return self.keyring.unwrap(case.opened_at_centre, case.id, *found)

    def _keep_new_case(self, connection: Connection, case: Case) -> CaseKey:
        try:
            connection.execute(_NEW_CASE, _case_row(case))
        except IntegrityError as why:
            if means_taken(why):
                raise CaseChanged("Another case has this id or code; choose a new one") from why
            raise
        key = self.keyring.new_case_key(case.opened_at_centre, case.id)
        row = {
            "centre": key.centre,
            "case_id": key.case_id,
            "version": key.version,
            "master_version": self.keyring.version,
            "wrapped": self.keyring.wrap(key),
        }
        connection.execute(_NEW_KEY, row)
        return key

    def _keep_facts(self, connection: Connection, move: Move, key: CaseKey) -> None:
        rows: dict[str, list[dict[str, Any]]] = {"fact": [], "identity": []}
        current: dict[str, list[dict[str, Any]]] = {"fact": [], "identity": []}
        for n, known in enumerate(move.facts):
            kept_in = "identity" if self.apart(known.name) else "fact"
            rows[kept_in].append(fact_row(known, kept_in, move.case.version, n, key))
            current[kept_in] += rows[kept_in][-1:] if known.current else []
        for kept_in, new in rows.items():
            if new:
                run(connection, _NEW_FACT[kept_in], new)
            if current[kept_in]:
                run(connection, _UPSERTS[self.dialect][f"{kept_in}_current"], current[kept_in])
        if move.decisions:
            decisions = [decision_row(made, move.case.version, n, key) for n, made in enumerate(move.decisions)]
            run(connection, _NEW_DECISION, decisions)

    def _keep_processes(self, connection: Connection, move: Move, key: CaseKey) -> None:
        if move.processes:
            rows = [process_row(running, key) for running in move.processes]
            run(connection, _UPSERTS[self.dialect]["process"], rows)

    def _keep_work(self, connection: Connection, move: Move) -> None:
        """What is to be done, and what was. Nothing in these rows is personal."""
        centre = move.case.opened_at_centre
        here = {"centre": centre, "case_id": move.case.id}
        if move.timers_cleared:
            run(connection, _CLEAR_TIMER, [{**here, "id": id} for id in move.timers_cleared])
        if move.saved_answers_cleared:
            run(connection, _CLEAR_ANSWERS, [{**here, "task_id": id} for id in move.saved_answers_cleared])
        lists: tuple[tuple[str, list[dict[str, Any]]], ...] = (
            ("task", [_task_row(task, centre=centre) for task in move.tasks]),
            ("timer", [_timer_row(timer, centre=centre, ready_at=timer.due_at) for timer in move.timers]),
            ("duty", [_duty_row(duty, centre=centre, note_at=_note_at(duty)) for duty in move.duties]),
            ("clock", [_clock_row(clock, centre=centre) for clock in move.clocks]),
            ("act", [_act_row(done, **here) for done in move.acts]),
            ("stuck", [_stuck_row(row, centre=centre) for row in move.stuck]),
        )
        for name, rows in lists:
            if rows:
                run(connection, _UPSERTS[self.dialect][name], rows)
            reach(f"keep.after_{name}")

    def _change_task_once(self, task: Task, expected_version: int, entries: Sequence[Entry]) -> None:
        with self.writing() as connection:
            # The case moves on, too: a move computed before the claim must not overwrite it.
            connection.execute(_NEXT_VERSION, {"b_id": task.case_id})
            binds = {
                "b_id": task.id,
                "b_version": expected_version,
                "claimed_by": task.claimed_by,
                "claimed_at": task.claimed_at,
                "version": expected_version + 1,
            }
            if connection.execute(_CLAIM_TASK, binds).rowcount != 1:
                raise _task_changed()
            trail.append(connection, self.keyring, entries)


def _task_changed() -> TaskChanged:
    return TaskChanged("The task was changed or closed since it was read; read it again")


def _close_tasks(connection: Connection, move: Move) -> None:
    """Closes tasks; the one that the person saw only if it is still as they saw it."""
    binds = {
        id: {"b_id": id, "closed_at": move.at, "closed_by": move.person, "closed_how": how}
        for id, how in move.task_closed
    }
    if move.task_expected is not None:
        id, version = move.task_expected
        seen = {"b_id": id, "b_version": version}
        closing = binds.pop(id, None)
        if closing is None:
            still_there = connection.execute(_HOLD_SEEN_TASK, seen).one_or_none() is not None
        else:
            still_there = connection.execute(_CLOSE_SEEN_TASK, {**seen, **closing}).rowcount == 1
        if not still_there:
            raise _task_changed()
    if binds:
        run(connection, _CLOSE_TASK, list(binds.values()))


def _note_at(duty: Duty) -> datetime | None:
    """When an owed duty is next to be noted as warned or late; None when nothing is left to note."""
    if duty.status != "owed":
        return None
    moments = [duty.due_at, None if "warned" in duty.flags else duty.warn_at]
    return min((moment for moment in moments if moment is not None), default=None)
