"""Remembers what was computed for the newest library, so that several checks share one analysis."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from engine.library import Library

Result = TypeVar("Result")


def once(compute: Callable[[Library], Result]) -> Callable[[Library], Result]:
    """The same result again while the very same library is asked about (a library is frozen)."""
    newest: list[tuple[Library, Result]] = []

    @wraps(compute)
    def remembered(library: Library) -> Result:
        for known, result in newest:
            if known is library:
                return result
        result = compute(library)
        newest[:] = [(library, result)]
        return result

    return remembered
