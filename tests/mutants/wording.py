"""Conditions with one word changed: a comparison the other way round, or another constant."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from engine.library import Library

Domain = Callable[[str], Sequence[str]]
"""The values that a name can have; none where they are not listed."""
FLIPPED = {"==": "!=", "!=": "==", "<": "<=", "<=": "<", ">": ">=", ">=": ">"}
"""Of an order the edge changes sides: that is the slip that people make."""
STATUSES = {
    "process": ("none", "running", "done", "cancelled"),
    "duty": ("none", "owed", "met", "broken", "cancelled"),
}
_WORDS = re.compile(
    r"'(?P<text>[^']*)'|(?P<op>==|!=|<=|>=|<|>)|(?P<unset>\bis (?:not )?unset\b)|(?P<among>\b(?:not )?in(?= ?\())"
    r"|(?P<truth>\btrue\b|\bfalse\b)|(?P<number>(?<![\w.'-])-?\d+(?![\w.]))|(?P<name>[a-z][\w.-]*)|(?P<mark>[()])"
)
_BEFORE, _AFTER = re.compile(r"(?:\S+\s+)?\S*\s*$"), re.compile(r"^\s?[^\s;]*")
_NOT_NAMES = {"and", "or", "not", "has", "in", "is", "unset"}


def flipped(text: str) -> Iterator[tuple[str, str, str]]:
    """(the whole text, what was, what is) for each comparison."""
    for found in _WORDS.finditer(text):
        was = found.group()
        match found.lastgroup:
            case "op":
                yield _put(text, found, FLIPPED[was])
            case "unset":
                yield _put(text, found, "is not unset" if was == "is unset" else "is unset")
            case "among":
                yield _put(text, found, "not in" if was == "in" else "in")


def shifted(text: str, domain: Domain, name: str = "") -> Iterator[tuple[str, str, str]]:
    """The same for each constant: a number is one more, a truth the other, a text the next value of its name that the
    comparison does not name. `name` is what a cell of a table speaks of."""
    listed: set[str] = set()
    for found in _WORDS.finditer(text):
        was = found.group()
        match found.lastgroup:
            case "name" if was not in _NOT_NAMES:
                name = was
            case "among":
                listed = set(re.findall(r"'([^']*)'", text[found.end() :].partition(")")[0]))
            case "mark" if was == ")":
                listed = set()
            case "number":
                yield _put(text, found, str(int(was) + 1))
            case "truth":
                yield _put(text, found, "false" if was == "true" else "true")
            case "text":
                values = list(domain(name))
                at = values.index(found["text"]) + 1 if found["text"] in values else 0
                others = [value for value in (*values[at:], *values[:at]) if value not in {found["text"], *listed}]
                if others:
                    yield _put(text, found, f"'{others[0]}'")


def domain_of(library: Library) -> Domain:
    """What the names of an edition can be."""

    def domain(name: str) -> Sequence[str]:
        space = name.partition(".")[0]
        fact = library.facts.get(name.removeprefix("now."))
        return STATUSES.get(space, ()) if "." in name and space != "now" else fact.values if fact else ()

    return domain


def _put(text: str, found: re.Match[str], new: str) -> tuple[str, str, str]:
    """With a word or two before and after, so that the place is found."""
    before, after = text[: found.start()], text[found.end() :]
    near, next_ = _BEFORE.findall(before)[0], _AFTER.findall(after)[0]
    return before + new + after, near + found.group() + next_, near + new + next_
