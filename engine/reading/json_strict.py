"""Strict JSON with lines: no duplicate keys, no NaN, no endless nesting, numbers of sensible size."""

from __future__ import annotations

import re
from bisect import bisect_right
from json import JSONDecodeError
from json.decoder import scanstring  # type: ignore[attr-defined]  # the C scanner of the standard library

from engine.reading.complaints import Notes, Unreadable, quoted
from engine.reading.node import MAX_BYTES, MAX_DEPTH, Node, Scalar
from engine.reading.text import decode, refuse_unseen

_SPACE = re.compile(r"[ \t\n\r]*")
_SPACES = frozenset(" \t\n\r")
_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,12})?(?![0-9.eE])")
_WORD = re.compile(r"[^\s,:\[\]{}\"]+")
_WORDS: dict[str, Scalar] = {"true": True, "false": False, "null": None}


def read_json(data: bytes, notes: Notes) -> Node | None:
    """The value of `data`, or None once something was complained of that hides the rest."""
    try:
        text = decode(data, MAX_BYTES)
        return _Reader(text, notes).whole()
    except Unreadable as stop:
        notes.add(stop.line, "", stop.code, stop.message)
    return None


class _Reader:
    def __init__(self, text: str, notes: Notes) -> None:
        self.text = text
        self.notes = notes
        self.at = 0
        self.escapes = "\\u" in text
        """They can write what the file itself may not hold."""
        self.newlines = [match.start() for match in re.finditer("\n", text)]

    def line(self, at: int) -> int:
        return bisect_right(self.newlines, at - 1) + 1

    def fail(self, message: str, code: str = "json") -> Unreadable:
        return Unreadable(self.line(self.at), code, message)

    def skip(self) -> str:
        """The next character that is not space, or ''."""
        found = self.text[self.at : self.at + 1]
        if found in _SPACES:
            match = _SPACE.match(self.text, self.at)
            self.at = match.end() if match else self.at
            found = self.text[self.at : self.at + 1]
        return found

    def missing(self, mark: str, after: str, found: str) -> Unreadable:
        return self.fail(f"This is not JSON: expected {mark} {after}, but found {found or 'the end'}")

    def whole(self) -> Node:
        node = self.value(0)
        if self.skip():
            raise self.fail("This is not JSON: something follows the end of the value")
        return node

    def value(self, depth: int) -> Node:
        if depth > MAX_DEPTH:
            raise self.fail(f"Nested deeper than {MAX_DEPTH} levels", "too_deep")
        found = self.skip()
        line = self.line(self.at)
        if found == "{":
            return Node(self.object(depth), line)
        if found == "[":
            return Node(self.array(depth), line)
        if found == '"':
            return Node(self.string(), line)
        return Node(self.scalar(), line)

    def string(self) -> str:
        try:
            result, self.at = scanstring(self.text, self.at + 1, True)
        except JSONDecodeError as error:
            raise self.fail(f"This is not JSON: {error.msg}") from error
        if self.escapes:
            refuse_unseen(result, self.line(self.at))
        return str(result)

    def scalar(self) -> Scalar:
        number = _NUMBER.match(self.text, self.at)
        if number:
            self.at = number.end()
            return float(number.group()) if "." in number.group() else int(number.group())
        word = _WORD.match(self.text, self.at)
        if word and word.group() in _WORDS:
            self.at = word.end()
            return _WORDS[word.group()]
        raise self.fail(
            f"This is not JSON: expected a value, but found {quoted(word.group()) if word else 'none'} "
            f"(a text stands in quotes; a number is decimal, without exponent, of at most 15 digits)"
        )

    def array(self, depth: int) -> list[Node]:
        self.at += 1
        items: list[Node] = []
        if self.skip() == "]":
            self.at += 1
            return items
        while True:
            items.append(self.value(depth + 1))
            found = self.skip()
            if found not in (",", "]"):
                raise self.missing("]", "after an item", found)
            self.at += 1
            if found == "]":
                return items

    def object(self, depth: int) -> dict[str, Node]:
        self.at += 1
        entries: dict[str, Node] = {}
        if self.skip() == "}":
            self.at += 1
            return entries
        while True:
            if self.skip() != '"':
                raise self.fail("This is not JSON: expected a key in quotes")
            begins = self.at
            key = self.string()
            if key in entries:
                line = self.line(begins)
                self.notes.add(line, key, "duplicate_key", f"The key {quoted(key)} is written twice: keep one")
            found = self.skip()
            if found != ":":
                raise self.missing(":", f"after the key {quoted(key)}", found)
            self.at += 1
            entries[key] = self.value(depth + 1)
            found = self.skip()
            if found not in (",", "}"):
                raise self.missing("}", "after an entry", found)
            self.at += 1
            if found == "}":
                return entries
