"""The step registry: sentences in plain English, each bound to what it does on the stage of a drill.

A sentence holds literal words and blanks. A word pair such as `has/have` accepts either. A blank is
`{name}` or `{name:kind}`; the kinds are `int`, `duration` (`2 hours and 5 minutes`), `text` (in double
quotes), `answer` (in double quotes or the rest of the line), and the kinds of words of `words.py`
(role, duty, clock, ...), which match only what the content or the vocabulary really calls so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal, Protocol

from engine.drills import durations

Kind = Literal["given", "when", "then"]
Value = str | int | timedelta
Table = tuple[tuple[str, ...], ...]
"""The rows of a data table under a step, without its first row (`fact | answer`)."""

_BLANK = re.compile(r"\{(?P<name>[a-z_]+)(?::(?P<kind>[a-z_]+))?\}")
_PLAIN: Mapping[str, str] = {
    "int": r"[0-9]{1,3}",
    "duration": durations.PATTERN,
    "text": r'"[^"]*"',
    "answer": r'"[^"]*"|\S.*',
    "survivor": r"her|him|them|she|he|they|(?:the )?(?:survivor|child|girl|boy|woman|man)",
}

PLAIN_KINDS = frozenset(_PLAIN)


class Words(Protocol):
    """What a blank of a kind of words may hold (`words.py`)."""

    def pattern(self, kind: str) -> str: ...
    def meaning(self, kind: str, phrase: str) -> str: ...
    def nearest(self, kind: str, phrase: str) -> list[str]: ...


@dataclass(frozen=True, slots=True)
class Step:
    """A sentence, what it is for in one sentence, and what it does. `action(stage, **blanks)`; one that
    `takes_table` gets the rows of its data table as `table`, too."""

    kind: Kind
    sentence: str
    about: str
    action: Callable[..., None]
    takes_table: bool = False
    blanks: tuple[tuple[str, str], ...] = field(default=())
    """(name, kind) of each blank, in order."""


@dataclass(slots=True)
class Registry:
    """The one list of steps, in the order in which a trainer reads about them."""

    steps: list[Step] = field(default_factory=list)

    def given(self, sentence: str, *, table: bool = False) -> Callable[[Callable[..., None]], Callable[..., None]]:
        """Adds a sentence that says how things are before anyone acts."""
        return self._add("given", sentence, table)

    def when(self, sentence: str, *, table: bool = False) -> Callable[[Callable[..., None]], Callable[..., None]]:
        """Adds a sentence that says what a person does, or that time passes."""
        return self._add("when", sentence, table)

    def then(self, sentence: str, *, table: bool = False) -> Callable[[Callable[..., None]], Callable[..., None]]:
        """Adds a sentence that must be true; it changes nothing."""
        return self._add("then", sentence, table)

    def _add(self, kind: Kind, sentence: str, table: bool) -> Callable[[Callable[..., None]], Callable[..., None]]:
        def decorate(action: Callable[..., None]) -> Callable[..., None]:
            about = " ".join((action.__doc__ or "").split())
            if not about:
                raise ValueError(f"Expected a docstring that says what {sentence!r} is for")
            if any(step.kind == kind and step.sentence == sentence for step in self.steps):
                raise ValueError(f"{sentence!r} is already in the list")
            self.steps.append(Step(kind, sentence, about, action, table, blanks(sentence)))
            return action

        return decorate


def blanks(sentence: str) -> tuple[tuple[str, str], ...]:
    """(name, kind) of each blank of a sentence."""
    return tuple((m["name"], m["kind"] or m["name"]) for m in _BLANK.finditer(sentence))


@dataclass(frozen=True, slots=True)
class Pattern:
    """A sentence compiled against the words of one library and vocabulary."""

    sentence: str
    regex: re.Pattern[str]
    loose: re.Pattern[str]
    """The same sentence with anything in its blanks."""
    blanks: tuple[tuple[str, str], ...]
    words: Words

    @property
    def takes_known_words_only(self) -> bool:
        return all(kind != "answer" for _, kind in self.blanks)

    def raw(self, text: str) -> dict[str, str] | None:
        """What stands in each blank, as written; None when the text does not fit."""
        match = self.regex.fullmatch(plain(text))
        return match.groupdict() if match else None

    def match(self, text: str) -> dict[str, Value] | None:
        """What each blank means; None when the text does not fit."""
        raw = self.raw(text)
        return None if raw is None else {name: self._value(kind, raw[name]) for name, kind in self.blanks}

    def nearly(self, text: str) -> str | None:
        """When a text would fit but for one unknown word: which, and what is like it."""
        match = self.loose.fullmatch(plain(text))
        words = {} if match is None else match.groupdict()
        for name, kind in self.blanks if match else ():
            if kind in _PLAIN or re.fullmatch(self.words.pattern(kind), words[name], re.IGNORECASE):
                continue
            if near := self.words.nearest(kind, words[name]):
                return f"{words[name]} is not a {kind} here. Did you mean: {'; '.join(near)}?"
        return None

    def _value(self, kind: str, text: str) -> Value:
        if kind == "int":
            return int(text)
        if kind == "duration":
            return durations.parse(text)
        if kind in _PLAIN:
            return text[1:-1] if text.startswith('"') and text.endswith('"') else text
        return self.words.meaning(kind, text)


def plain(text: str) -> str:
    """A step's text with single spaces and without the colon before a data table."""
    return " ".join(text.split()).rstrip(":")


def compile_sentence(sentence: str, words: Words) -> Pattern:
    """Raises ValueError for a blank of an unknown kind."""
    exact, loose = [], []
    at = 0
    for match in _BLANK.finditer(sentence):
        literal = _literal(sentence[at : match.start()])
        kind = match["kind"] or match["name"]
        exact += [literal, f"(?P<{match['name']}>{_PLAIN.get(kind) or words.pattern(kind)})"]
        loose += [literal, f"(?P<{match['name']}>.+)"]
        at = match.end()
    end = _literal(sentence[at:])
    return Pattern(
        sentence=sentence,
        regex=re.compile("".join(exact) + end, re.IGNORECASE),
        loose=re.compile("".join(loose) + end, re.IGNORECASE),
        blanks=blanks(sentence),
        words=words,
    )


def _literal(text: str) -> str:
    """Escaped words; `has/have` accepts either."""
    return re.sub(r"([a-z]+)/([a-z]+)", r"(?:\1|\2)", re.escape(text).replace("\\ ", " "))
