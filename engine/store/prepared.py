"""Statements that are compiled once and run on the driver itself: what a step of a case sends, it sends this way.

SQLAlchemy writes the SQL and knows the types; going through its execution for each statement as well costs several
times what the database does (benchmarks/README.md)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from sqlalchemy import ClauseElement, Connection, Dialect
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine

from engine.store.columns import Moment, iso_or_none

Binds = Mapping[str, Any]
Process = Callable[[Any], Any]


def in_one_go(connection: Connection) -> AbstractContextManager[object]:
    """Within it, what needs no answer is sent without waiting for one (PostgreSQL's pipeline mode)."""
    if connection.dialect.name != "postgresql":
        return nullcontext()
    pipeline: AbstractContextManager[object] = _driver(connection).pipeline()
    return pipeline


class Prepared:
    """One statement for each dialect; `write` makes it, `columns` are the ones an INSERT fills.

    Binds are given by name, each row with the same names. Rows come back as plain tuples. Raises what the driver
    raises: `Database.reading` and `writing` say what that means."""

    def __init__(self, write: Callable[[str], ClauseElement] | ClauseElement, columns: Sequence[str] | None = None):
        self._write = write
        self._columns = columns
        self._made: dict[str, _Made] = {}

    def all(self, connection: Connection, binds: Binds) -> list[tuple[Any, ...]]:
        return self._for(connection).read(self.unread(connection, binds))

    def unread(self, connection: Connection, binds: Binds) -> list[tuple[Any, ...]]:
        """The rows as the driver gives them: for who reads their values by types of its own."""
        made = self._for(connection)
        rows: list[tuple[Any, ...]] = _driver(connection).cursor().execute(made.sql, made.bound(binds)).fetchall()
        return rows

    def first(self, connection: Connection, binds: Binds) -> tuple[Any, ...] | None:
        """The one row there is; None when there is none."""
        rows = self.all(connection, binds)
        return rows[0] if rows else None

    def run(self, connection: Connection, rows: Sequence[Binds]) -> None:
        """Runs it once for each of these rows; not at all for none."""
        if not rows:
            return
        made, cursor = self._for(connection), _driver(connection).cursor()
        if len(rows) == 1:
            cursor.execute(made.sql, made.bound(rows[0]))
        else:
            cursor.executemany(made.sql, [made.bound(row) for row in rows])

    def _for(self, connection: Connection) -> _Made:
        made = self._made.get(connection.dialect.name)
        if made is None:
            statement = self._write if isinstance(self._write, ClauseElement) else self._write(connection.dialect.name)
            made = self._made[connection.dialect.name] = _made(statement, connection.dialect, self._columns)
        return made


@dataclass(frozen=True, slots=True)
class _Made:
    """A statement as one driver takes it: its text, its binds in order, and how to write those and to read a row."""

    sql: str
    names: tuple[str, ...]
    take: Callable[[Any], tuple[Any, ...]]
    """What is bound under these names, in their order."""
    writers: tuple[tuple[int, Process], ...]
    fixed: dict[str, Any]
    """Binds that the statement itself brings along (a word in a condition)."""
    positional: bool
    results: tuple[tuple[int, Process], ...]

    def bound(self, given: Binds) -> Any:
        values = {**self.fixed, **given} if self.fixed else given
        bound = list(self.take(values))
        for place, write in self.writers:
            bound[place] = write(bound[place])
        return bound if self.positional else dict(zip(self.names, bound, strict=True))

    def read(self, rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        if not self.results:
            return rows
        found = []
        for row in rows:
            values = list(row)
            for place, read in self.results:
                values[place] = read(values[place])
            found.append(tuple(values))
        return found


def _made(statement: ClauseElement, dialect: Dialect, columns: Sequence[str] | None) -> _Made:
    compiled = statement.compile(dialect=dialect, column_keys=None if columns is None else list(columns))
    assert isinstance(compiled, SQLCompiler)  # noqa: S101  # a statement, not a type
    names = (compiled.positiontup if compiled.positional else list(compiled.binds)) or ()
    writers = [(place, _writer(compiled.binds[name].type, dialect)) for place, name in enumerate(names)]
    results = [(place, reader(column.type, dialect)) for place, column in enumerate(compiled._result_columns)]
    return _Made(
        sql=compiled.string,
        names=tuple(names),
        take=taker(names),
        writers=tuple((place, write) for place, write in writers if write is not None),
        fixed={name: bind.value for name, bind in compiled.binds.items() if not bind.required},
        positional=compiled.positional,
        results=tuple((place, read) for place, read in results if read is not None),
    )


def taker(keys: Sequence[Any]) -> Callable[[Any], tuple[Any, ...]]:
    """Takes what stands at these places, or under these names, in this order."""
    return itemgetter(*keys) if len(keys) > 1 else lambda row: tuple(row[key] for key in keys)


def _writer(kind: TypeEngine[Any], dialect: Dialect) -> Process | None:
    if isinstance(kind, Moment) and dialect.name == "sqlite":
        return iso_or_none  # what its own processor comes to, in one call
    return kind.dialect_impl(dialect).bind_processor(dialect)


def reader(kind: TypeEngine[Any], dialect: Dialect) -> Process | None:
    """How a value of this type is read from what the driver gives; None when it is that value already."""
    return kind.dialect_impl(dialect).result_processor(dialect, None)


def _driver(connection: Connection) -> Any:
    return connection.connection.driver_connection
