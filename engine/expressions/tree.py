"""The nodes of an expression, and what is wrong with a text that is none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from engine.model import Value

Comparator = Literal["==", "!=", "<", "<=", ">", ">="]
Constant = str | int | float | bool


class ExpressionError(ValueError):
    """The text is not in the language; `column` is 1-based."""

    def __init__(self, message: str, text: str, column: int) -> None:
        super().__init__(f"{message} (column {column} of: {text})")
        self.problem = message
        self.text = text
        self.column = column


@dataclass(frozen=True, slots=True)
class Name:
    """A fact, parameter or derived fact (`wants_police`), or a dotted one (`act.police.notified`)."""

    id: str


@dataclass(frozen=True, slots=True)
class Literal_:  # noqa: N801
    """A constant: 'text', number, true or false."""

    value: Constant


@dataclass(frozen=True, slots=True)
class Compare:
    left: Name | Literal_
    op: Comparator
    right: Name | Literal_


@dataclass(frozen=True, slots=True)
class In:
    name: Name
    values: tuple[Constant, ...]
    negated: bool


@dataclass(frozen=True, slots=True)
class Has:
    """`care_accepted has 'photographs'`: one of several choices was made."""

    name: Name
    value: Constant


@dataclass(frozen=True, slots=True)
class Unset:
    name: Name
    negated: bool


@dataclass(frozen=True, slots=True)
class Truth:
    """A bare yes/no name."""

    name: Name


@dataclass(frozen=True, slots=True)
class Not:
    item: Expression


@dataclass(frozen=True, slots=True)
class And:
    items: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Or:
    items: tuple[Expression, ...]


Expression = Compare | In | Has | Unset | Truth | Literal_ | Not | And | Or
Lookup = Callable[[str], Value | None]
"""name -> its value, or None when it is not set. May raise KeyError for a name that cannot exist."""
