"""Rows of the database as values of the model, and back: columns stand in the order of a dataclass's fields."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from operator import attrgetter
from typing import Any

from sqlalchemy import ColumnElement, FromClause

from engine.model import ActDone, Case, Clock, Duty, Stuck, Task, Timer, Turn

Kind = type[Case] | type[Task] | type[Timer] | type[Duty] | type[Clock] | type[Stuck] | type[ActDone] | type[Turn]


def names_of(kind: Kind) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


def columns_of(table: FromClause, kind: Kind) -> list[ColumnElement[Any]]:
    """The table's columns such that `kind(*row)` is a value of the model."""
    return [table.c[name] for name in names_of(kind)]


def binder(kind: Kind) -> Callable[..., dict[str, Any]]:
    """A function (value, **more columns) -> the row's binds."""
    names = names_of(kind)
    read = attrgetter(*names)

    def bind(value: Any, **more: Any) -> dict[str, Any]:
        row = dict(zip(names, read(value), strict=True))
        row.update(more)
        return row

    return bind


CASE_WIDTH = len(names_of(Case))
TASK_WIDTH = len(names_of(Task))
