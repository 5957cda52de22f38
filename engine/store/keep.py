"""Keeps a move: everything one command changes, in one commit or not at all, its entries chained last."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, and_, bindparam, delete, insert, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from engine.model import ActDone, Case, Clock, Decision, Duty, Entry, Fact, Move, Outcome, Process, Stuck, Task, Timer
from engine.store import trail
from engine.store.contract import CaseChanged, CommandReused, StoreBusy, TaskChanged
from engine.store.database import Database, means_retry, means_taken, upsert
from engine.store.database import insert as insert_for
from engine.store.encryption import CaseKey
from engine.store.failpoints import reach
from engine.store.rows import binder
from engine.store.tables import (
    act,
    care_case,
    case_key,
    clock,
    command,
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
from engine.store.values import value_to_bytes

ATTEMPTS = 3
"""How often a move is tried when PostgreSQL ends the transaction in favour of another."""

_DIALECTS = ("sqlite", "postgresql")
_ONCE = {d: insert_for(command, d).on_conflict_do_nothing().returning(command.c.command_id) for d in _DIALECTS}
_EARLIER = select(command.c.fingerprint, command.c.outcome).where(command.c.command_id == bindparam("command_id"))

_NEW_CASE = insert(care_case)
_NEW_KEY = insert(case_key)


def _key_of_row(column: str) -> Any:
    return (
        select(case_key.c[column])
        .where(case_key.c.centre == care_case.c.opened_at_centre, case_key.c.case_id == care_case.c.id)
        .scalar_subquery()
        .label(f"key_{column}")
    )


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
    .returning(_key_of_row("version"), _key_of_row("master_version"), _key_of_row("wrapped"))
)
_CHANGE_LEASED_CASE = _CHANGE_CASE.where(
    care_case.c.lease_timer == bindparam("b_timer"),
    care_case.c.fence == bindparam("b_fence"),
    care_case.c.lease_until >= bindparam("b_at"),
).values(lease_timer=None, lease_worker=None, lease_until=None)
_NEXT_VERSION = update(care_case).where(care_case.c.id == bindparam("b_id")).values(version=care_case.c.version + 1)

_OPEN_TASK = and_(task.c.id == bindparam("b_id"), task.c.closed_at.is_(None))
_TASK_VERSION = select(task.c.version).where(_OPEN_TASK).with_for_update()
_CLOSE_TASK = (
    update(task)
    .where(_OPEN_TASK)
    .values(closed_at=bindparam("closed_at"), closed_by=bindparam("closed_by"), closed_how=bindparam("closed_how"))
)
_CLAIM_TASK = (
    update(task)
    .where(_OPEN_TASK, task.c.version == bindparam("b_version"))
    .values(claimed_by=bindparam("claimed_by"), claimed_at=bindparam("claimed_at"), version=bindparam("version"))
)
_CLEAR_TIMER = delete(timer).where(
    timer.c.centre == bindparam("centre"), timer.c.case_id == bindparam("case_id"), timer.c.id == bindparam("id")
)
_CLEAR_ANSWERS = delete(saved_answers).where(
    saved_answers.c.centre == bindparam("centre"),
    saved_answers.c.case_id == bindparam("case_id"),
    saved_answers.c.task_id == bindparam("task_id"),
)
_NEW_FACT, _NEW_IDENTITY, _NEW_DECISION = insert(fact), insert(identity), insert(decision)
_CLOSED = ("closed_at", "closed_by", "closed_how")
_UPSERTS = {
    d: {
        table.name: upsert(table, d, *(_CLOSED if table is task else ()))
        for table in (fact_current, identity_current, process, task, timer, duty, clock, act, stuck)
    }
    for d in _DIALECTS
}

_case_row, _task_row, _timer_row = binder(Case), binder(Task), binder(Timer)
_duty_row, _clock_row, _stuck_row, _act_row = binder(Duty), binder(Clock), binder(Stuck), binder(ActDone)
_CURRENT = ("centre", "case_id", "name", "scope", "version", "n")

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
            return _earlier(connection, command_id, fingerprint)

    def change_task(self, task: Task, expected_version: int, entries: Sequence[Entry]) -> None:
        """Claim or release; see the contract."""
        self._tried(lambda: self._change_task_once(task, expected_version, entries))

    def _tried(self, once: Callable[[], Result]) -> Result:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return once()
            except StoreBusy as why:
                if attempt == ATTEMPTS or not (isinstance(why.__cause__, DBAPIError) and means_retry(why.__cause__)):
                    raise
        raise AssertionError("unreachable: the last attempt returns or raises")

    def _keep_once(self, move: Move, fence: tuple[str, int] | None) -> Outcome:
        with self.writing() as connection:
            if move.command_id is not None and not self._first(connection, move, move.command_id):
                earlier = _earlier(connection, move.command_id, move.fingerprint)
                if earlier is not None:
                    return earlier
            reach("keep.after_command")
            key = self._keep_case(connection, move, fence)
            reach("keep.after_case")
            _close_tasks(connection, move)
            reach("keep.after_tasks_closed")
            self._keep_facts(connection, move, key)
            reach("keep.after_facts")
            self._keep_processes(connection, move, key)
            reach("keep.after_processes")
            self._keep_rows(connection, move)
            trail.append(connection, move.entries)
            reach("keep.after_trail")
        return move.outcome

    def _first(self, connection: Connection, move: Move, command_id: str) -> bool:
        """Keeps the outcome under the command's id; False when it was kept before. Of two at once the second
        waits here for the first."""
        row = {
            "command_id": command_id,
            "fingerprint": move.fingerprint,
            "outcome": _outcome_to_json(move.outcome),
            "at": move.at,
        }
        return connection.execute(_ONCE[self.dialect], row).one_or_none() is not None

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
        version, master_version, wrapped = found
        return self.keyring.unwrap(case.opened_at_centre, case.id, version, master_version, wrapped)

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
        for n, known in enumerate(move.facts):
            kept_in = "identity" if self.apart(known.name) else "fact"
            rows[kept_in].append(_fact_row(known, kept_in, move.case.version, n, key))
        for kept_in, append_only in (("fact", _NEW_FACT), ("identity", _NEW_IDENTITY)):
            if rows[kept_in]:
                connection.execute(append_only, rows[kept_in])
                current = [{name: row[name] for name in _CURRENT} for row in rows[kept_in]]
                connection.execute(_UPSERTS[self.dialect][f"{kept_in}_current"], current)
        if move.decisions:
            decisions = [_decision_row(made, move.case.version, n, key) for n, made in enumerate(move.decisions)]
            connection.execute(_NEW_DECISION, decisions)

    def _keep_processes(self, connection: Connection, move: Move, key: CaseKey) -> None:
        if move.processes:
            rows = [_process_row(process, key) for process in move.processes]
            connection.execute(_UPSERTS[self.dialect]["process"], rows)

    def _keep_rows(self, connection: Connection, move: Move) -> None:
        """The rows of what is to be done. Nothing in them is personal."""
        centre, case_id = move.case.opened_at_centre, move.case.id
        here = {"centre": centre, "case_id": case_id}
        if move.timers_cleared:
            connection.execute(_CLEAR_TIMER, [{**here, "id": id} for id in move.timers_cleared])
        if move.saved_answers_cleared:
            connection.execute(_CLEAR_ANSWERS, [{**here, "task_id": id} for id in move.saved_answers_cleared])
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
                connection.execute(_UPSERTS[self.dialect][name], rows)
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
                raise TaskChanged("The task was changed or closed since it was read")
            trail.append(connection, entries)


def _earlier(connection: Connection, command_id: str, fingerprint: str) -> Outcome | None:
    found = connection.execute(_EARLIER, {"command_id": command_id}).one_or_none()
    if found is None:
        return None
    if found.fingerprint != fingerprint:
        raise CommandReused("This command id was used for other content; take a new one")
    return _outcome_from_json(found.outcome)


def _outcome_to_json(outcome: Outcome) -> dict[str, Any]:
    return asdict(outcome)


def _outcome_from_json(kept: dict[str, Any]) -> Outcome:
    values: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in kept.items()}
    return Outcome(**{**values, "replayed": True})


def _close_tasks(connection: Connection, move: Move) -> None:
    if move.task_expected is not None:
        id, expected = move.task_expected
        if connection.execute(_TASK_VERSION, {"b_id": id}).scalar_one_or_none() != expected:
            raise TaskChanged("The task was changed or closed since it was read")
    if move.task_closed:
        closing = {"closed_at": move.at, "closed_by": move.person}
        connection.execute(_CLOSE_TASK, [{**closing, "b_id": id, "closed_how": how} for id, how in move.task_closed])


def _fact_row(known: Fact, kept_in: str, version: int, n: int, key: CaseKey) -> dict[str, Any]:
    plain = value_to_bytes(known.value, known.reason)
    return {
        "centre": key.centre,
        "case_id": key.case_id,
        "version": version,
        "n": n,
        "name": known.name,
        "scope": known.scope,
        "sealed": key.seal(plain, kept_in, version, n, known.name, known.scope),
        "happened_at": known.happened_at,
        "recorded_at": known.recorded_at,
        "person": known.person,
        "source": known.source,
        "corrects": known.corrects,
    }


def _decision_row(made: Decision, version: int, n: int, key: CaseKey) -> dict[str, Any]:
    plain = value_to_bytes(made.value, made.because)
    return {
        "centre": key.centre,
        "case_id": key.case_id,
        "version": version,
        "n": n,
        "rule": made.table,
        "scope": made.scope,
        "output": made.output,
        "row_number": made.row,
        "cite": made.cite,
        "decided_at": made.decided_at,
        "sealed": key.seal(plain, "decision", version, n, made.table, made.scope),
    }


def _process_row(process: Process, key: CaseKey) -> dict[str, Any]:
    return {
        "centre": key.centre,
        "case_id": key.case_id,
        "id": process.id,
        "key": process.key,
        "scope": process.scope,
        "status": process.status,
        "sealed": key.seal(process.snapshot, "process", process.id) if process.snapshot else b"",
        "started_at": process.started_at,
        "ended_at": process.ended_at,
        "waits": [[wait.spiff_task, wait.element, wait.condition] for wait in process.waits],
        "because": process.because,
    }


def _note_at(duty: Duty) -> datetime | None:
    """When an owed duty is next to be noted as warned or late; None when nothing is left to note."""
    if duty.status != "owed":
        return None
    moments = [duty.due_at, None if "warned" in duty.flags else duty.warn_at]
    return min((moment for moment in moments if moment is not None), default=None)
