"""The expression language once more, written from docs/expressions.md and from nothing else.

The oracle shares no line with the engine, so that a misreading in one of them shows as a disagreement.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Read = Callable[[str], Any]
"""Gives the value of a name; None while it is not set."""
Holds = Callable[[Read], bool | None]
"""True, false, or None for unknown."""

_PIECE = re.compile(r"\s*('[^']*'|-?[0-9][0-9.]*|[a-z][a-z0-9_.-]*|==|!=|<=|>=|[<>(),])")
_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass(frozen=True)
class Condition:
    """One expression: its text, what it reads, and whether it holds."""

    text: str
    names: frozenset[str]
    holds: Holds


def said(text: str) -> Condition:
    """The condition that a text says."""
    reader = _Reader(text)
    holds = reader.any_of()
    if reader.pieces:
        raise ValueError(f"{reader.pieces} is left over of {text!r}")
    return Condition(text, frozenset(reader.names), holds)


def all_hold(answers: list[bool | None]) -> bool | None:
    """False when one is false, else unknown when one is unknown."""
    if False in answers:
        return False
    return None if None in answers else True


def one_holds(answers: list[bool | None]) -> bool | None:
    """True when one is true, else unknown when one is unknown."""
    if True in answers:
        return True
    return None if None in answers else False


class _Reader:
    def __init__(self, text: str) -> None:
        self.names: set[str] = set()
        self.pieces: list[str] = []
        at, text = 0, text.rstrip()
        while at < len(text):
            piece = _PIECE.match(text, at)
            if piece is None:
                raise ValueError(f"{text[at:]!r} is not in the language")
            self.pieces.append(piece.group(1))
            at = piece.end()

    def next_is(self, *words: str) -> bool:
        if self.pieces[: len(words)] == list(words):
            del self.pieces[: len(words)]
            return True
        return False

    def any_of(self) -> Holds:
        parts = [self.all_of()]
        while self.next_is("or"):
            parts.append(self.all_of())
        return parts[0] if len(parts) == 1 else lambda read: one_holds([part(read) for part in parts])

    def all_of(self) -> Holds:
        parts = [self.denied()]
        while self.next_is("and"):
            parts.append(self.denied())
        return parts[0] if len(parts) == 1 else lambda read: all_hold([part(read) for part in parts])

    def denied(self) -> Holds:
        if self.next_is("not"):
            inner = self.denied()
            return lambda read: None if (answer := inner(read)) is None else not answer
        if self.next_is("("):
            whole = self.any_of()
            if not self.next_is(")"):
                raise ValueError("A parenthesis is not closed")
            return whole
        return self.compared()

    def compared(self) -> Holds:
        left = self.side()
        if self.pieces and self.pieces[0] in _OPERATORS:
            compare = _OPERATORS[self.pieces.pop(0)]
            right = self.side()

            def compared(read: Read) -> bool | None:
                one, other = left(read), right(read)
                return None if one is None or other is None else bool(compare(one, other))

            return compared
        if self.next_is("is", "not", "unset"):
            return lambda read: left(read) is not None
        if self.next_is("is", "unset"):
            return lambda read: left(read) is None
        for words, wanted in ((("in",), True), (("not", "in"), False)):
            if self.next_is(*words):
                values = self.listed()
                return lambda read: None if (value := left(read)) is None else (value in values) is wanted  # noqa: B023
        return left

    def side(self) -> Callable[[Read], Any]:
        piece = self.pieces.pop(0)
        if re.match(r"[a-z]", piece) and piece not in ("true", "false"):
            self.names.add(piece)
            return lambda read: read(piece)
        value = _constant(piece)
        return lambda _: value

    def listed(self) -> list[Any]:
        if not self.next_is("("):
            raise ValueError("Expected a list of values")
        values = [_constant(self.pieces.pop(0))]
        while self.next_is(","):
            values.append(_constant(self.pieces.pop(0)))
        if not self.next_is(")"):
            raise ValueError("A list is not closed")
        return values


def _constant(piece: str) -> Any:
    if piece[0] == "'":
        return piece[1:-1]
    if piece in ("true", "false"):
        return piece == "true"
    return float(piece) if "." in piece else int(piece)


@dataclass(frozen=True)
class Act:
    """An act of a step, and the condition under which it is done."""

    name: str
    when: Condition | None


def acts_of(text: str | None) -> tuple[Act, ...]:
    """The acts that a step lists."""
    found = []
    for part in (text or "").split(";"):
        name, bracket, when = part.strip().partition("[")
        if name:
            found.append(Act(name.strip(), said(when.rstrip("] ")) if bracket else None))
    return tuple(found)
