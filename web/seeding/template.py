"""A text with slots: what differs between cases that are alike, which are ids and dates."""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta

UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
DATE = r"(?<![0-9])[0-9]{4}-[0-9]{2}-[0-9]{2}(?![0-9-])"
STAMP = r"(?<=:)[0-9]{14}(?![0-9])"
"""A moment as ids of timers have it: 20260305020001."""
_TOKEN = re.compile(f"({UUID}|{DATE}|{STAMP})")
_STAMP_FORM = "%Y%m%d%H%M%S"


class Template:
    """Made of a text in which every id and date is a slot."""

    def __init__(self, text: str) -> None:
        self._parts = _TOKEN.split(text)
        self.tokens = self._parts[1::2]

    def fill(self, values: Mapping[str, str]) -> str:
        """The text with the value of each token in its place."""
        parts = self._parts.copy()
        parts[1::2] = map(values.__getitem__, self.tokens)
        return "".join(parts)


class Refrain:
    """As a Template, for a long text in whose slots a few things stand again and again: twice as fast."""

    def __init__(self, text: str) -> None:
        parts = _TOKEN.split(text)
        self.tokens = list(dict.fromkeys(parts[1::2]))
        self._marks = dict(zip(self.tokens, _marks(), strict=False))
        self._text = "".join(self._marks.get(part, part) for part in parts).encode()

    def fill(self, values: Mapping[str, str]) -> bytes:
        """The text with the value of each token in its place."""
        text = self._text
        for token, mark in self._marks.items():
            text = text.replace(mark.encode(), values[token].encode())
        return text


def _marks() -> Iterator[str]:
    """What no JSON holds: each one control character, as long as they last."""
    yield from map(chr, (*range(1, ord("\n")), *range(ord("\n") + 1, 31)))
    yield from (f"\x1f{number}\x1f" for number in itertools.count())


class Slots:
    """What stands in the slots of some templates, sorted by what it is."""

    def __init__(self, templates: Iterable[Template | Refrain]) -> None:
        tokens = sorted({token for template in templates for token in template.tokens})
        self.ids = [token for token in tokens if len(token) == 36]  # noqa: PLR2004  # as UUIDs are
        self._dates = [(token, date.fromisoformat(token).toordinal()) for token in tokens if len(token) == 10]  # noqa: PLR2004
        self._stamps = [(token, datetime.strptime(token, _STAMP_FORM)) for token in tokens if token.isdigit()]  # noqa: DTZ007

    def moved(self, days: int) -> dict[str, str]:
        """Each date of them, so many days later."""
        found = {token: date.fromordinal(day + days).isoformat() for token, day in self._dates}
        for token, moment in self._stamps:
            found[token] = (moment + timedelta(days=days)).strftime(_STAMP_FORM)
        return found


def new_ids(count: int, chance: random.Random) -> list[str]:
    """Random UUIDs of version 4."""
    digits = chance.randbytes(16 * count).hex()
    return [
        f"{digits[n : n + 8]}-{digits[n + 8 : n + 12]}-4{digits[n + 13 : n + 16]}-a{digits[n + 17 : n + 20]}-"
        f"{digits[n + 20 : n + 32]}"
        for n in range(0, 32 * count, 32)
    ]
