"""Archives closed cases: all rows that a case has in other tables become one, compressed and sealed with its key.

Whoever reads an archived case gets the rows as they were; before a case goes on they are put back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, Table, and_, bindparam, delete, exists, insert, or_, select, update

from engine.store.columns import Moment, Words
from engine.store.compression import compress, decompress
from engine.store.database import Database
from engine.store.encryption import CaseKey, Keyring
from engine.store.errors import DoesNotOpen
from engine.store.prepared import Prepared
from engine.store.sealed import place_of
from engine.store.tables import (
    act,
    archived_case,
    archived_identity,
    care_case,
    case_key,
    clock,
    decision,
    duty,
    fact,
    fact_former,
    identity,
    identity_former,
    process,
    saved_answers,
    stuck,
    task,
    timer,
    unheld,
)

Rows = Mapping[str, Sequence[Mapping[str, Any]]]
"""Rows of one case by table."""
HELD_IN: Mapping[Table, tuple[Table, ...]] = {
    archived_case: (fact, fact_former, decision, process, task, duty, clock, act, stuck, unheld),
    archived_identity: (identity, identity_former),
}
"""Archive -> the tables whose rows of a case it holds."""
_HELD = [table for held in HELD_IN.values() for table in held]
_READ: Mapping[type, Callable[[Any], Any]] = {Moment: datetime.fromisoformat, Words: tuple}
_CONVERTED = {
    table.name: [(column.name, _READ[type(column.type)]) for column in table.columns if type(column.type) in _READ]
    for table in _HELD
}
"""Table -> columns whose values are not what JSON says, and how they are read from that."""


def _of_it(table: Table) -> Any:
    """That a row of the table is the case's."""
    return and_(table.c.centre == care_case.c.opened_at_centre, table.c.case_id == care_case.c.id)


def _has(table: Table, *conditions: Any) -> Any:
    return exists().where(_of_it(table), *conditions)


def _here(table: Table) -> Any:
    return and_(table.c.centre == bindparam("b_centre"), table.c.case_id == bindparam("b_case_id"))


_ALL = {table.name: Prepared(select(table).where(_here(table))) for table in _HELD}
_PUT = {table.name: Prepared(insert(table), table.columns.keys()) for table in (*_HELD, *HELD_IN)}
_DROP = {table.name: Prepared(delete(table).where(_here(table))) for table in (*_HELD, *HELD_IN)}
_KEY = [case_key.c[name] for name in ("centre", "case_id", "version", "master_version", "wrapped")]
_AT_REST = (
    select(care_case.c.id)
    .join(case_key, _of_it(case_key))  # a case whose key was erased has nothing that could be read
    .where(
        care_case.c.status == "closed",
        ~care_case.c.archived,
        care_case.c.closed_at < bindparam("before"),
        ~_has(timer, timer.c.ready_at.is_not(None)),
        ~_has(saved_answers),
        ~_has(task, task.c.closed_at.is_(None)),
        ~_has(stuck, stuck.c.freed_at.is_(None)),
        ~_has(duty, or_(duty.c.note_at.is_not(None), duty.c.status.in_(("owed", "late")))),
        *(~_has(archive) for archive in HELD_IN),  # there is one: somebody took the mark off, as the check tells
    )
    .order_by(care_case.c.closed_at)
)
_SOME_AT_REST = _AT_REST.limit(bindparam("limit"))
_STILL_AT_REST = (
    _AT_REST.add_columns(*_KEY)
    .where(care_case.c.id == bindparam("case_id"))
    .with_for_update(of=care_case, skip_locked=True)
)
MARK_AND_SEALS = (care_case.c.archived, archived_case.c.sealed, archived_identity.c.sealed)
"""What `rows_of` takes, of `WITH_ARCHIVES`."""
WITH_ARCHIVES = care_case.outerjoin(archived_case, _of_it(archived_case)).outerjoin(
    archived_identity, _of_it(archived_identity)
)
"""Each case with its archives, which are None when it has none."""
_ONE = Prepared(
    select(*_KEY, *MARK_AND_SEALS)
    .select_from(WITH_ARCHIVES.join(case_key, _of_it(case_key)))
    .where(care_case.c.id == bindparam("b_case_id"))
)
_MARK = Prepared(
    update(care_case).where(care_case.c.id == bindparam("b_case_id")).values(archived=bindparam("archived"))
)


@dataclass(frozen=True, slots=True)
class Archived:
    """The rows of an archived case as they were, sealed for their places with its key."""

    key: CaseKey
    rows: Rows


class Archive(Database):
    """Puts away cases that nobody works on any more."""

    def at_rest(self, before: datetime, limit: int) -> list[str]:
        """Cases that were closed before then and to which nothing is open or owed, not archived yet. Looked for without
        a lock, for there may be many closed cases that something is still owed to."""
        with self.reading() as connection:
            return list(connection.execute(_SOME_AT_REST, {"before": before, "limit": limit}).scalars())

    def archive(self, case_id: str, before: datetime) -> bool:
        """Archives the case if it is still at rest; whether it was."""
        with self.writing() as connection:
            row = connection.execute(_STILL_AT_REST, {"before": before, "case_id": case_id}).one_or_none()
            if row is None:
                return False
            put_away(connection, self.keyring.unwrap(*row[1:]))
        return True


def archived(connection: Connection, keyring: Keyring, case_id: str) -> Archived | None:
    """None when the case is not archived, or its key was erased. Raises DoesNotOpen."""
    row = _ONE.first(connection, {"b_case_id": case_id})
    if row is None:
        return None
    *wrapped, marked, case, identity = row
    key = keyring.unwrap(*wrapped)
    rows = rows_of(marked, case, identity, key)
    return None if rows is None else Archived(key, rows)


def rows_of(marked: bool, case: bytes | None, identity: bytes | None, key: CaseKey) -> Rows | None:
    """The rows of an archived case, sealed for their places; None when it is not archived. Raises DoesNotOpen, also
    when one of its archives is not there: its rows are nowhere else."""
    if not marked and case is None and identity is None:
        return None
    if case is None or identity is None:
        raise DoesNotOpen("Expected the archive of this case, but it is not there; restore it from a backup")
    return unpack(case, identity, key)


def put_away(connection: Connection, key: CaseKey) -> None:
    """Archives a case and marks it so; then the triggers let its rows go from where they were."""
    here = {"b_centre": key.centre, "b_case_id": key.case_id}
    for archive, held in HELD_IN.items():
        rows = {}
        for table in held:
            names = table.columns.keys()
            found = (dict(zip(names, row, strict=True)) for row in _ALL[table.name].all(connection, here))
            rows[table.name] = [_opened(table.name, row, key) for row in found]
        sealed = pack(_content(archive, rows), archive.name, key)
        _PUT[archive.name].run(connection, [{"centre": key.centre, "case_id": key.case_id, "sealed": sealed}])
    _MARK.run(connection, [{**here, "archived": True}])
    for table in _HELD:
        _DROP[table.name].run(connection, [here])


def put_back(connection: Connection, case: Archived) -> None:
    """The rows stand in their tables again, and the mark is off the case; then the triggers let its archives go."""
    here = {"b_centre": case.key.centre, "b_case_id": case.key.case_id}
    for name, rows in case.rows.items():
        _PUT[name].run(connection, rows)
    _MARK.run(connection, [{**here, "archived": False}])
    for archive in HELD_IN:
        _DROP[archive.name].run(connection, [here])


def _content(archive: Table, rows: Rows) -> bytes:
    """What the archive keeps of rows whose sealed values were opened: by table its columns, then their values."""
    content = {}
    for table in HELD_IN[archive]:
        names = [column.name for column in table.columns if column.name not in ("centre", "case_id")]
        content[str(table.name)] = [names, [[row[name] for name in names] for row in rows[table.name]]]
    return orjson.dumps(content)


def pack(content: bytes, archive: str, key: CaseKey) -> bytes:
    """The content of an archive, compressed and sealed."""
    return key.seal(compress(content), archive)


def content_of(sealed: bytes, archive: str, key: CaseKey) -> bytes:
    """The content of an archive. Raises DoesNotOpen."""
    return decompress(key.open(sealed, archive))


def unpack(case: bytes, identity: bytes, key: CaseKey) -> Rows:
    """The rows of a case, sealed for their places. Raises DoesNotOpen."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for archive, sealed in ((archived_case, case), (archived_identity, identity)):
        for name, (columns, rows) in orjson.loads(content_of(sealed, archive.name, key)).items():
            found[name] = [_sealed(name, dict(zip(columns, row, strict=True)), key) for row in rows]
    return found


def _opened(table: str, row: dict[str, Any], key: CaseKey) -> Mapping[str, Any]:
    if "sealed" in row:
        row["sealed"] = key.open(row["sealed"], *place_of(table, row)).decode() if row["sealed"] else ""
    return row


def _sealed(table: str, row: dict[str, Any], key: CaseKey) -> Mapping[str, Any]:
    for column, read in _CONVERTED[table]:
        if row[column] is not None:
            row[column] = read(row[column])
    if "sealed" in row:
        kept_in, *within = place_of(table, row)
        row["kept_in"] = kept_in
        row["sealed"] = key.seal(row["sealed"].encode(), kept_in, *within) if row["sealed"] else b""
    return {**row, "centre": key.centre, "case_id": key.case_id}
