"""Reads the body of a request as JSON in which nothing is named twice: of two answers, none is chosen unseen."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from fastapi import HTTPException, Request

Place = tuple[str | int, ...]
MOST = 20
"""Places that are told of one body."""


class NamedTwice(HTTPException):
    """A body that names something twice. It is this kind of exception as FastAPI lets no other through."""

    def __init__(self, places: Sequence[Place]) -> None:
        super().__init__(400)
        self.places = places


class Strict(Request):
    """A request whose JSON is refused where a name stands twice, as content files are."""

    async def json(self) -> Any:
        """Raises NamedTwice, or as its parent does."""
        twice: dict[int, list[str]] = {}
        made: list[dict[str, Any]] = []

        def mapping(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
            found = dict(pairs)
            if len(found) < len(pairs):
                times = Counter(name for name, _ in pairs)
                twice[id(found)] = [name for name in found if times[name] > 1]
                made.append(found)  # an id names it only for as long as it is there
            return found

        read = json.loads(await self.body(), object_pairs_hook=mapping)
        if twice:
            raise NamedTwice(list(islice(_places(read, twice, ("body",)), MOST)) or [("body",)])
        return read


def _places(value: object, twice: dict[int, list[str]], at: Place) -> Iterator[Place]:
    """Where the names stand that are there twice."""
    yield from ((*at, name) for name in twice.get(id(value), ()))
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, one in inner:
        yield from _places(one, twice, (*at, name))
