"""The acts of a step, each with the condition under which it is done."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from engine.expressions.parsing import parse
from engine.expressions.tree import (
    Expression,
    ExpressionError,
)


@dataclass(frozen=True, slots=True)
class ActText:
    """One act of a step: `police.notified`, or `consent.police[police_consent == 'yes']`."""

    act: str
    when: Expression | None


_ACT = re.compile(r"\s*(?P<act>[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)+)\s*(?:\[(?P<when>[^\[\]]*)\])?\s*")


@lru_cache(maxsize=4096)
def parse_acts(text: str) -> tuple[ActText, ...]:
    """The acts of a step, separated by `;`. Raises ExpressionError."""
    acts: list[ActText] = []
    at = 0
    for part in text.split(";"):
        start, at = at, at + len(part) + 1
        if not part.strip():
            continue
        match = _ACT.fullmatch(part)
        if match is None:
            column = start + len(part) - len(part.lstrip()) + 1
            raise ExpressionError(
                "Expected an act such as police.notified or consent.police[answer == 'yes']", text, column
            )
        when = match.group("when")
        acts.append(
            ActText(match.group("act"), _guard(when, text, start + match.start("when")) if when is not None else None)
        )
    return tuple(acts)


def _guard(when: str, text: str, start: int) -> Expression:
    """The condition of an act, with columns counted in the whole text."""
    try:
        return parse(when)
    except ExpressionError as error:
        raise ExpressionError(error.problem, text, start + error.column) from error
