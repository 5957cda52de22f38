"""A case as the bare rows that a database has of it, its sealed values opened: what a seeded country is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table, select

from engine.store.archive import HELD_IN, Archive, content_of, put_away
from engine.store.encryption import CaseKey
from engine.store.sealed import place_of
from engine.store.tables import care_case, case_key, timer
from engine.store.trail import entries_of

Row = dict[str, Any]
TABLES: Mapping[str, Table] = {str(table.name): table for held in (*HELD_IN.values(), (timer,)) for table in held}
"""The tables that hold what is known of a case beside its own row, its key and its trail."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Values stand as SQLite has them: text and numbers."""

    case: Row
    rows: Mapping[str, Sequence[Row]]
    """By table (`TABLES`), without the centre and the case; sealed values are text."""
    archive: Mapping[str, str]
    """What each archive keeps of it; nothing of a case that cannot be archived."""
    entries: Sequence[tuple[datetime, str, str, Mapping[str, str]]]
    """(at, kind, person, params) of its trail, oldest first."""


class Samples(Archive):
    """Only of a store in memory: to look at a case's archive it archives it."""

    def sample(self, case_id: str, *, archive: bool) -> Sample:
        """`archive`: the case was closed for good, and is taken as its archive, too."""
        with self.writing() as connection:
            found = connection.execute(select(case_key).where(case_key.c.case_id == case_id)).one()
            key = self.keyring.unwrap(found.centre, case_id, found.version, found.master_version, found.wrapped)
            (case,) = self._bare(connection, care_case, "id", case_id)
            rows = {
                name: [_opened(name, row, key) for row in self._bare(connection, table, "case_id", case_id)]
                for name, table in TABLES.items()
            }
            rows[timer.name] = [row for row in rows[timer.name] if row["ready_at"] is not None]  # others were cleared
            archived = {}
            if archive:
                put_away(connection, key)
                for table in HELD_IN:
                    ((sealed,),) = connection.execute(select(table.c.sealed).where(table.c.case_id == case_id))
                    archived[str(table.name)] = content_of(sealed, table.name, key).decode()
            entries = [row.entry for row in reversed(entries_of(connection, case_id))]
        return Sample(case, rows, archived, [(one.at, one.kind, one.person, one.params) for one in entries])

    def _bare(self, connection: Any, table: Table, column: str, value: str) -> list[Row]:
        """Rows as the driver gives them, without the types of the columns."""
        names = [str(one.name) for one in table.columns]
        driver = connection.connection.driver_connection
        asked = f"SELECT {', '.join(names)} FROM {table.name} WHERE {column} = ?"  # noqa: S608  # names of our own
        return [dict(zip(names, row, strict=True)) for row in driver.execute(asked, (value,))]


def _opened(table: str, row: Row, key: CaseKey) -> Row:
    if row.get("sealed") is not None:
        row["sealed"] = key.open(row["sealed"], *place_of(table, row)).decode() if row["sealed"] else ""
    return {name: value for name, value in row.items() if name not in ("centre", "case_id")}
