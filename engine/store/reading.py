"""Reads a whole case file as it now stands, in one statement: of a case, or of a task at hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from operator import attrgetter, itemgetter
from typing import Any

from sqlalchemy import CTE, Select, Table, and_, bindparam, select

from engine.model import Case, CaseFile, Clock, Duty, Stuck, Task, Timer
from engine.store import archive, commands
from engine.store.database import Database
from engine.store.records import Arriving, AtHand, CaseAtHand, Earlier, TaskRow
from engine.store.rows import CASE_WIDTH, columns_of
from engine.store.sealed import PROCESS_COLUMNS, SealedFacts, fact_columns, to_process
from engine.store.tables import (
    act,
    care_case,
    case_key,
    centre,
    clock,
    duty,
    fact,
    identity,
    process,
    stuck,
    task,
    timer,
)
from engine.store.together import Rows, Together

KEY_COLUMNS = (case_key.c.version, case_key.c.master_version, case_key.c.wrapped)
OWN_KEY = and_(case_key.c.centre == care_case.c.opened_at_centre, case_key.c.case_id == care_case.c.id)


_BY_AGE = attrgetter("opened_at", "id")
_OLDEST_FIRST = itemgetter(1, 2)
"""Of rows of facts (version, n): one whose group came to be stored apart, or ceased to be, has its newest value."""


def _parts(here: CTE) -> dict[str, Select[Any]]:
    """What a case file is made of; `here` is the (centre, case_id) of the case.

    Compared with, not joined: knowing how many rows a table has, SQLite's planner would go through all of them to make
    a filter for a join with the one row that this is."""
    here_centre = select(here.c.centre).scalar_subquery()
    here_case = select(here.c.case_id).scalar_subquery()

    def of_case(columns: Iterable[Any], table: Table) -> Select[Any]:
        return select(*columns).where(table.c.centre == here_centre, table.c.case_id == here_case)

    return {
        "case": select(*columns_of(care_case, Case), *KEY_COLUMNS, *archive.MARK_AND_SEALS, centre.c.zone)
        .where(care_case.c.opened_at_centre == here_centre, care_case.c.id == here_case)
        .select_from(
            archive.WITH_ARCHIVES.join(centre, centre.c.id == care_case.c.current_centre).outerjoin(case_key, OWN_KEY)
        ),
        "fact": of_case(fact_columns(fact, fact), fact),
        "identity": of_case(fact_columns(identity, identity), identity),
        "process": of_case(PROCESS_COLUMNS, process),
        "task": of_case(columns_of(task, Task), task).where(task.c.closed_at.is_(None)),
        "timer": of_case(columns_of(timer, Timer), timer).where(timer.c.ready_at.is_not(None)),
        "duty": of_case(columns_of(duty, Duty), duty),
        "clock": of_case(columns_of(clock, Clock), clock),
        "act": of_case((act.c.act, act.c.scope, act.c.at), act),
        "stuck": of_case(columns_of(stuck, Stuck), stuck).where(stuck.c.freed_at.is_(None)),
    }


_IN_ARCHIVE: Mapping[str, tuple[str, Sequence[Any]]] = {
    "fact": ("fact", fact_columns(fact, fact)),
    "identity": ("identity", fact_columns(identity, identity)),
    "process": ("process", PROCESS_COLUMNS),
    "duty": ("duty", columns_of(duty, Duty)),
    "clock": ("clock", columns_of(clock, Clock)),
    "act": ("act", (act.c.act, act.c.scope, act.c.at)),
}
"""Part -> the table that an archive keeps it under, and the columns that make it."""
_THIS_CASE = (
    select(care_case.c.opened_at_centre.label("centre"), care_case.c.id.label("case_id"))
    .where(care_case.c.id == bindparam("case_id"))
    .cte("here")
)
_THIS_TASK = select(task.c.centre, task.c.case_id).where(task.c.id == bindparam("task_id")).cte("here")
_FILE = Together(**_parts(_THIS_CASE))
_CASE_AT_HAND = Together(**_parts(_THIS_CASE), command=commands.KEPT)
_ARRIVING = Together(
    centre=select(centre.c.zone).where(centre.c.id == bindparam("centre")),
    taken=select(care_case.c.id).where(care_case.c.code == bindparam("code")),
    command=commands.KEPT,
)
_AT_HAND = Together(
    **_parts(_THIS_TASK),
    asked=select(*columns_of(task, Task), task.c.closed_by, task.c.closed_how, task.c.closed_at).where(
        task.c.id == bindparam("task_id")
    ),
    command=commands.KEPT,
)


def _as_it_was(rows: archive.Rows) -> Mapping[str, Rows]:
    """The parts of a case file from the rows of an archived case: nothing of it is open."""
    return {
        part: [tuple(row[column.name] for column in columns) for row in rows[name]]
        for part, (name, columns) in _IN_ARCHIVE.items()
    }


class Reading(Database):
    """The case file."""

    def read_file(self, case_id: str) -> CaseFile | None:
        """Everything a move may read; None when there is no such case. Raises DoesNotOpen, StoreBusy."""
        with self.asking() as connection:
            found = _FILE.all(connection, {"case_id": case_id})
        return self._file(found) if found["case"] else None

    def case_at_hand(self, case_id: str, command_id: str | None = None) -> CaseAtHand:
        """A case, and what this command did before. Raises DoesNotOpen, StoreBusy."""
        with self.asking() as connection:
            found = _CASE_AT_HAND.all(connection, {"case_id": case_id, "command_id": command_id})
        return CaseAtHand(self._file(found) if found["case"] else None, self._earlier(found))

    def arriving(self, centre: str, code: str, command_id: str | None = None) -> Arriving:
        """What is to be known of a centre and a code before somebody is received, and what this command did before.
        Raises LookupError for a centre that is not known, StoreBusy."""
        with self.asking() as connection:
            found = _ARRIVING.all(connection, {"centre": centre, "code": code, "command_id": command_id})
        if not found["centre"]:
            raise LookupError(centre)
        ((zone,),) = found["centre"]
        return Arriving(zone, bool(found["taken"]), self._earlier(found))

    def at_hand(self, task_id: str, command_id: str | None = None) -> AtHand | None:
        """A task with its case, and what this command did before; None when there is no such task. Raises DoesNotOpen,
        StoreBusy."""
        with self.asking() as connection:
            found = _AT_HAND.all(connection, {"task_id": task_id, "command_id": command_id})
        if not found["asked"]:
            return None
        ((*known, closed_by, closed_how, closed_at),) = found["asked"]
        file = self._file(found)
        case = file.case
        return AtHand(
            TaskRow(Task(*known), case.code, case.current_centre, case.door, case.opened_at, case.edition),
            file,
            (closed_by, closed_how, closed_at) if closed_at else None,
            self._earlier(found),
        )

    def _earlier(self, found: Mapping[str, Rows]) -> Earlier:
        return partial(commands.given_again, found["command"][0], self.keyring) if found["command"] else None

    def _file(self, found: Mapping[str, Rows]) -> CaseFile:
        (row,) = found["case"]
        case = Case(*row[:CASE_WIDTH])
        *wrapped, marked, sealed, apart, zone = row[CASE_WIDTH:]
        key = self.keyring.unwrap(case.opened_at_centre, case.id, *wrapped)
        rows = archive.rows_of(marked, sealed, apart, key)
        if rows is not None:
            found = {**found, **_as_it_was(rows)}
        return CaseFile(
            case=case,
            facts=SealedFacts(sorted((*found["fact"], *found["identity"]), key=_OLDEST_FIRST), key),
            processes=tuple(
                sorted((to_process(one, key) for one in found["process"]), key=attrgetter("started_at", "id"))
            ),
            tasks=tuple(sorted((Task(*one) for one in found["task"]), key=_BY_AGE)),
            timers=tuple(sorted((Timer(*one) for one in found["timer"]), key=attrgetter("due_at", "id"))),
            duties=tuple(sorted((Duty(*one) for one in found["duty"]), key=attrgetter("rule", "scope"))),
            clocks=tuple(sorted((Clock(*one) for one in found["clock"]), key=attrgetter("rule"))),
            acts={(name, scope): at for name, scope, at in found["act"]},
            stuck=tuple(sorted((Stuck(*one) for one in found["stuck"]), key=_BY_AGE)),
            zone=zone,
        )
