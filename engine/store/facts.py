"""Keeps the facts of a move: what is current, and among the former what gave way to it or came too late."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from sqlalchemy import ARRAY, ColumnElement, Connection, Insert, Table, Text, any_, bindparam, func, insert, select

from engine.model import Move
from engine.store.columns import Json
from engine.store.database import insert as insert_for
from engine.store.database import upsert
from engine.store.encryption import CaseKey
from engine.store.prepared import Prepared
from engine.store.sealed import fact_row
from engine.store.tables import fact, fact_former, identity, identity_former

_BETWEEN = "\x1f"
"""Between a name and a scope; it stands in neither."""


def keep_facts(connection: Connection, move: Move, key: CaseKey, apart: Callable[[str], bool]) -> None:
    """Nothing is sent for a table that none of the facts belongs to."""
    newest = {known.key: n for n, known in enumerate(move.facts) if known.current}
    for kept_in, table in _TABLES.items():
        rows = {
            n: fact_row(known, kept_in, move.case.version, n, key)
            for n, known in enumerate(move.facts)
            if apart(known.name) == (kept_in == "identity")
        }
        current = {known: rows.pop(n) for known, n in newest.items() if n in rows}
        replaced = [_BETWEEN.join(known) for known in move.facts_replaced if known in current]
        if replaced:
            table.end.run(connection, [{"centre": key.centre, "case_id": key.case_id, "replaced": replaced}])
        table.replace.run(connection, list(current.values()))
        table.add_former.run(connection, list(rows.values()))


class _Kept:
    """The statements of one table of current facts and the one of its former ones."""

    def __init__(self, current: Table, former: Table) -> None:
        self.end = Prepared(partial(_end, current, former))
        self.replace = Prepared(partial(upsert, current))
        self.add_former = Prepared(insert(former))


def _end(current: Table, former: Table, dialect: str) -> Insert:
    """Copies facts that are about to be replaced to the former ones, just as they were sealed."""
    names = [column.name for column in former.columns]
    these = select(*(current.c[name] for name in names)).where(
        current.c.centre == bindparam("centre"),
        current.c.case_id == bindparam("case_id"),
        _among(current.c.name + _BETWEEN + current.c.scope, "replaced", dialect),
    )
    return insert_for(former, dialect).from_select(names, these)


def _among(text: ColumnElement[str], name: str, dialect: str) -> ColumnElement[bool]:
    """Whether a text is one of the list bound under this name: one bind, however many there are."""
    if dialect == "sqlite":
        return text.in_(select(func.json_each(bindparam(name, type_=Json)).table_valued("value").c.value))
    return text == any_(bindparam(name, type_=ARRAY(Text)))


_TABLES = {"fact": _Kept(fact, fact_former), "identity": _Kept(identity, identity_former)}
