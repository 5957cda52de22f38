"""Typed reading of one mapping of a content file: every slip is noted, a placeholder is given, reading goes on.

Placeholders never reach anyone: a library is only built when nothing was noted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date
from typing import Any, Final, TypeVar

from engine.expressions import KEYWORDS, ActText, Expression, ExpressionError, Literal_, parse, parse_acts
from engine.library import LANGUAGES, Source, Where
from engine.model import Text
from engine.reading.complaints import Notes, one_of, quoted
from engine.reading.node import Node

Item = TypeVar("Item")

NOTHING: Final[Mapping[str, str]] = {}

_NEVER: Final[Expression] = Literal_(value=False)

WORD: Final = re.compile(r"[a-z][a-z0-9_]{0,79}")
DASHED: Final = re.compile(r"[a-z][a-z0-9_]*(?:-[a-z][a-z0-9_]*)*")
DOTTED: Final = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)+")
NAME: Final = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)*")
RESERVED: Final = KEYWORDS | {"now", "act", "process", "duty", "clock", "case", "happened_at"}
"""Words that expressions, scopes and answers already give a meaning: no fact, parameter or process has them as id."""

EXCERPT: Final = 200
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SHAPES: Final = {
    WORD: "lower case letters, digits and underscores, such as birth_date",
    DASHED: "lower case words joined by hyphens or underscores, such as minor-report",
    DOTTED: "lower case words joined by dots, such as police.notified",
    NAME: "a name that expressions may read, such as birth_date or now.protection",
}


class Fields:
    """The entries of one mapping; `element` names it in complaints (its id where it has one)."""

    def __init__(
        self, node: Node, notes: Notes, element: str, keys: Collection[str], refused: Mapping[str, str] = NOTHING
    ) -> None:
        """`keys` may be there; `refused` says of keys that people know from elsewhere why they may not."""
        self.notes = notes
        self.line = node.line
        self.element = element
        self.entries: dict[str, Node] = {}
        if not isinstance(node.value, dict):
            self.complain("shape", f"Expected a mapping with {one_of(keys)}, but found {node.what}")
            return
        self.entries = node.value
        own_id = self.entries.get("id")
        if own_id is not None and isinstance(own_id.value, str):
            self.element = own_id.value
        for key, entry in self.entries.items():
            if key in refused:
                self.complain("refused_key", f"{quoted(key)} is not allowed: {refused[key]}", entry.line)
            elif key not in keys:
                self.complain(
                    "unknown_key",
                    f"{quoted(key)} is not known here: expected {one_of(keys)}.{self.notes.did_you_mean(key, keys)}",
                    entry.line,
                )

    @property
    def where(self) -> Where:
        return self.notes.where(self.line, self.element)

    def complain(self, code: str, message: str, line: int | None = None) -> None:
        self.notes.add(self.line if line is None else line, self.element, code, message)

    def has(self, key: str) -> bool:
        return key in self.entries

    def get(self, key: str, needed: bool) -> Node | None:
        node = self.entries.get(key)
        if node is None and needed:
            self.complain("missing_key", f'Expected "{key}", but it is missing')
        return node

    def wrong(self, key: str, node: Node, expected: str, code: str = "shape") -> None:
        found = quoted(node.value) if isinstance(node.value, str) else node.what
        self.complain(code, f'Expected {expected} for "{key}", but found {found}', node.line)

    # text

    def string(self, key: str, needed: bool = True) -> str:
        """A text that is not empty; '' while absent."""
        node = self.get(key, needed)
        if node is None:
            return ""
        if not isinstance(node.value, str) or not node.value.strip():
            self.wrong(key, node, "a text" if isinstance(node.value, str) else "a text (in quotes if need be)")
            return ""
        return node.value.strip()

    def optional(self, key: str) -> str | None:
        return self.string(key) if self.has(key) else None

    def word(self, key: str, pattern: re.Pattern[str] = WORD, needed: bool = True) -> str:
        """An id in the shape of `pattern`; '' while absent."""
        text = self.string(key, needed)
        if text and not pattern.fullmatch(text):
            self.wrong(key, self.entries[key], _SHAPES[pattern], "bad_id")
        return text

    def own_id(self, pattern: re.Pattern[str] = WORD) -> str:
        """The `id` of the item itself, which is no reserved word."""
        text = self.word("id", pattern)
        if text in RESERVED:
            self.wrong("id", self.entries["id"], "a word that the expression language does not use itself", "bad_id")
        return text

    def choice(self, key: str, known: Collection[str], default: str | None = None) -> Any:
        """One of `known` (given as Any, so that it fits the Literal of the library)."""
        if default is not None and not self.has(key):
            return default
        text = self.string(key)
        if text and text not in known:
            close = self.notes.did_you_mean(text, known)
            message = f'Expected {one_of(known)} for "{key}", but found {quoted(text)}.{close}'
            self.complain("unknown_word", message, self.entries[key].line)
        return text

    def text(self, key: str, needed: bool = True) -> Text:
        """The same words by language; English at least (that all languages are there is a check)."""
        node = self.get(key, needed)
        return {} if node is None else languages(node, self.notes, self.element, key)

    # numbers and truth

    def boolean(self, key: str, default: bool) -> bool:
        node = self.entries.get(key)
        if node is None:
            return default
        if not isinstance(node.value, bool):
            self.wrong(key, node, "true or false")
            return default
        return node.value

    def number(self, key: str) -> float | None:
        node = self.entries.get(key)
        if node is None:
            return None
        if isinstance(node.value, bool) or not isinstance(node.value, int | float):
            self.wrong(key, node, "a number")
            return None
        return node.value

    def day(self, key: str) -> date:
        """A plain ISO day, YYYY-MM-DD."""
        text = self.string(key)
        if text:
            try:
                if _DATE.fullmatch(text):
                    return date.fromisoformat(text)
            except ValueError:
                pass
            self.wrong(key, self.entries[key], "a day such as 2018-09-01", "bad_date")
        return date.min

    # lists

    def items(self, key: str, needed: bool = False) -> list[Node]:
        node = self.get(key, needed)
        if node is None:
            return []
        if not isinstance(node.value, list):
            self.wrong(key, node, "a list")
            return []
        return node.value

    def words(self, key: str, pattern: re.Pattern[str] = WORD, needed: bool = False) -> tuple[str, ...]:
        """A list of ids, each once; one alone may be written without the list."""
        node = self.get(key, needed)
        if node is None:
            return ()
        found: list[str] = []
        for item in node.value if isinstance(node.value, list) else [node]:
            if not isinstance(item.value, str) or not pattern.fullmatch(item.value):
                self.wrong(key, item, _SHAPES[pattern], "bad_id")
            elif item.value in found:
                self.complain("duplicate_id", f'{quoted(item.value)} is listed twice under "{key}"', item.line)
            else:
                found.append(item.value)
        return tuple(found)

    # the expression language

    def expression(self, key: str, needed: bool = False) -> Expression | None:
        node = self.get(key, needed)
        return None if node is None else self.parsed(key, node)

    def parsed(self, key: str, node: Node, before: str = "") -> Expression:
        """The expression written in `node`, where the text `before` (an input's name) is understood."""
        if isinstance(node.value, bool):
            return Literal_(node.value)
        if not isinstance(node.value, str) or not node.value.strip():
            self.wrong(key, node, "an expression such as \"wants_police == 'yes'\"", "bad_expression")
            return _NEVER
        return self._try(key, node, lambda: parse(before + str(node.value)), _NEVER, len(before))

    def acts(self, key: str) -> tuple[ActText, ...]:
        text = self.string(key, needed=False)
        return self._try(key, self.entries[key], lambda: parse_acts(text), ()) if text else ()

    def _try(self, key: str, node: Node, read: Callable[[], Item], instead: Item, shift: int = 0) -> Item:
        try:
            return read()
        except ExpressionError as error:
            self.complain("bad_expression", f"{expression_problem(error, shift)}, in {quoted(key)}", node.line)
            return instead

    def source(self, key: str = "source") -> Source:
        """The law or protocol behind the item."""
        node = self.get(key, needed=True)
        if node is None:
            return Source("")
        return read_source(Fields(node, self.notes, self.element, {"cite", "text", "url", "status"}))


def read_source(fields: Fields) -> Source:
    """cite, text, url and status of a source or of a dated value."""
    status = fields.choice("status", ("verified", "unverified"), "unverified")
    return Source(fields.string("cite"), fields.string("text", False), fields.string("url", False), status)


def expression_problem(error: ExpressionError, shift: int = 0) -> str:
    """What is wrong at which column of the text as the author wrote it."""
    column = max(1, error.column - shift)
    return f"{error.problem}, at column {column} of: {_around(error.text[shift:], column)}"


def _around(text: str, column: int) -> str:
    """So much of the text as can be read at once."""
    start = max(0, column - EXCERPT // 2)
    before, after = "..." if start else "", "..." if start + EXCERPT < len(text) else ""
    return f"{before}{text[start : start + EXCERPT]}{after}"


def languages(node: Node, notes: Notes, element: str, key: str) -> Text:
    """`{en: ..., fr: ..., rw: ...}`; English at least."""
    if not isinstance(node.value, dict):
        notes.add(
            node.line,
            element,
            "text_languages",
            f'Expected the words by language, {{en: ..., fr: ..., rw: ...}}, for "{key}", but found {node.what}',
        )
        return {}
    words: dict[str, str] = {}
    for language, entry in node.value.items():
        if language not in LANGUAGES:
            message = f'{quoted(language)} is no language here, in "{key}": expected {one_of(LANGUAGES)}'
            notes.add(entry.line, element, "text_languages", message)
        elif not isinstance(entry.value, str) or not entry.value.strip():
            message = f'Expected a text for "{key}" in {language}, but found {entry.what}'
            notes.add(entry.line, element, "text_languages", message)
        else:
            words[language] = entry.value.strip()
    if "en" not in node.value:
        notes.add(
            node.line, element, "text_languages", f'Expected English words (en) for "{key}", but they are missing'
        )
    return words


def each(
    fields: Fields, key: str, keys: Collection[str], pattern: re.Pattern[str] = WORD
) -> Iterator[tuple[str, Fields]]:
    """(id, entries) of every item of the list `key`; an id that comes twice in the list is noted."""
    seen: dict[str, int] = {}
    for number, node in enumerate(fields.items(key), start=1):
        item = Fields(node, fields.notes, f"{key} {number}", keys)
        if not isinstance(node.value, dict):
            continue
        own = item.own_id(pattern)
        if own in seen and own:
            item.complain("duplicate_id", f"{quoted(own)} is already defined on line {seen[own]}")
        seen.setdefault(own, item.line)
        yield own, item
