"""Several questions asked as one statement: rows of different tables under each other, told apart by a number.

Each part is a SELECT of its own; its columns are laid out in slots by kind (text, number, moment, bytes, yes or no),
so that a column of the whole has one type on PostgreSQL too. What comes back is read with each part's own types."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Connection,
    DateTime,
    Dialect,
    Integer,
    Label,
    LargeBinary,
    Select,
    Text,
    cast,
    literal,
    null,
    type_coerce,
    union_all,
)
from sqlalchemy.types import TypeDecorator, TypeEngine

from engine.store.columns import Moment
from engine.store.prepared import Binds, Prepared, reader, taker

Rows = list[tuple[Any, ...]]
Back = Callable[[Any], Any]
"""How a type reads what the driver gives."""
Part = tuple[str, Callable[[tuple[Any, ...]], tuple[Any, ...]], list[tuple[int, Back]]]
"""A part's name, what takes its values out of a row of the whole, and which of these are read, and how."""
SLOTS: Mapping[str, TypeEngine[Any]] = {
    "boolean": Boolean(),
    "bytes": LargeBinary(),
    "moment": DateTime(timezone=True),
    "number": BigInteger(),
    "text": Text(),
}


class Together:
    """Parts by name. Their order within the whole is the database's: whoever needs one sorts."""

    def __init__(self, **parts: Select[Any]) -> None:
        self._parts = parts
        self._statement = Prepared(self._written)
        self._read: dict[str, list[Part]] = {}

    def all(self, connection: Connection, binds: Binds) -> Mapping[str, Rows]:
        """The rows of each part by its name; none for a part that found nothing."""
        read = self._readers(connection.dialect)
        found: dict[str, Rows] = {name: [] for name in self._parts}
        for row in self._statement.unread(connection, binds):
            name, take, backs = read[row[0]]
            values = list(take(row))
            for at, back in backs:
                values[at] = back(values[at])
            found[name].append(tuple(values))
        return found

    def _written(self, dialect: str) -> Any:
        kinds, places = self._layout(dialect)
        return union_all(
            *(
                _laid_out(number, part, dict(zip(places[name], part.selected_columns, strict=True)), kinds)
                for number, (name, part) in enumerate(self._parts.items())
            )
        )

    def _readers(self, dialect: Dialect) -> list[Part]:
        if dialect.name not in self._read:
            _, places = self._layout(dialect.name)
            self._read[dialect.name] = [
                (name, taker(places[name]), list(_backs(part, dialect))) for name, part in self._parts.items()
            ]
        return self._read[dialect.name]

    def _layout(self, dialect: str) -> tuple[list[str], dict[str, list[int]]]:
        """The kind of each slot, and for each part the slots of its columns. Slot 0 is the part's number."""
        wanted = {name: [_kind(c.type, dialect) for c in part.selected_columns] for name, part in self._parts.items()}
        widest: Counter[str] = Counter()
        for kinds in wanted.values():
            widest |= Counter(kinds)
        slots = ["number", *sorted(widest.elements())]
        return slots, {name: list(_placed(kinds, slots)) for name, kinds in wanted.items()}


def _backs(part: Select[Any], dialect: Dialect) -> Iterator[tuple[int, Back]]:
    """Which of a part's values are read by their type, and how."""
    for at, column in enumerate(part.selected_columns):
        back = _back(column, dialect)
        if back is not None:
            yield at, back


def _back(column: ColumnElement[Any], dialect: Dialect) -> Back | None:
    """How a column's value is read. Most are moments that are never missing: on SQLite a text, read by C alone."""
    kept: Any = column.element if isinstance(column, Label) else column
    if isinstance(column.type, Moment) and dialect.name == "sqlite" and not getattr(kept, "nullable", True):
        return datetime.fromisoformat
    return reader(column.type, dialect)


def _placed(kinds: Iterable[str], slots: list[str]) -> Iterable[int]:
    free: dict[str, int] = defaultdict(lambda: 1)
    for kind in kinds:
        free[kind] = slots.index(kind, free[kind]) + 1
        yield free[kind] - 1


def _laid_out(number: int, part: Select[Any], filled: Mapping[int, Any], slots: list[str]) -> Select[Any]:
    columns: list[ColumnElement[Any]] = [literal(number, Integer)]
    for at, kind in enumerate(slots[1:], start=1):
        columns.append(type_coerce(filled[at], SLOTS[kind]) if at in filled else cast(null(), SLOTS[kind]))
    # labelled by place, since parts have columns of the same name
    return part.with_only_columns(*(column.label(f"c{at}") for at, column in enumerate(columns)))


def _kind(type_: TypeEngine[Any], dialect: str) -> str:
    if isinstance(type_, Moment):
        return "text" if dialect == "sqlite" else "moment"
    stored = type_.impl_instance if isinstance(type_, TypeDecorator) else type_
    if isinstance(stored, Boolean):
        return "boolean"
    if isinstance(stored, Integer):
        return "number"
    return "bytes" if isinstance(stored, LargeBinary) else "text"
