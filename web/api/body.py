"""Reads the body of a request as JSON in which nothing is named twice: of two answers, none is chosen unseen. Whatever
else is no JSON for us is refused in words, too."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any

from fastapi import HTTPException, Request

Place = tuple[str | int, ...]
TWICE = "This name stands twice in one object: send it once"
MOST = 20
"""Places that are told of one body."""


class Unread(HTTPException):
    """A body that cannot be read: at which places, and why. It is this kind of exception as FastAPI lets no other
    through."""

    def __init__(self, code: str, words: str, places: Sequence[Place] = (("body",),)) -> None:
        super().__init__(400)
        self.code, self.words, self.places = code, words, places


class Strict(Request):
    """A request whose JSON is refused where a name stands twice, as content files are."""

    async def json(self) -> Any:
        """Raises Unread, or as its parent does."""
        twice: dict[int, list[str]] = {}
        made: list[dict[str, Any]] = []

        def mapping(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
            found = dict(pairs)
            if len(found) < len(pairs):
                times = Counter(name for name, _ in pairs)
                twice[id(found)] = [name for name in found if times[name] > 1]
                made.append(found)  # an id names it only for as long as it is there
            return found

        read = _loaded(await self.body(), mapping)
        if twice:
            places = list(islice(_places(read, twice, ("body",)), MOST)) or [("body",)]
            raise Unread("duplicate_key", TWICE, places)
        return read


def _loaded(body: bytes, mapping: Callable[[list[tuple[str, Any]]], dict[str, Any]]) -> Any:
    try:
        return json.loads(body, object_pairs_hook=mapping)
    except json.JSONDecodeError:  # which is told with where it is
        raise
    except UnicodeDecodeError:
        raise Unread("not_utf8", "This is not text in UTF-8: send the letters of JSON so") from None
    except RecursionError:
        raise Unread("too_deep", "This is nested too deep: send objects and lists as the document has them") from None
    except ValueError:
        raise Unread("number_too_long", "A number in it is too long to be read") from None


def _places(value: object, twice: dict[int, list[str]], at: Place) -> Iterator[Place]:
    """Where the names stand that are there twice."""
    yield from ((*at, name) for name in twice.get(id(value), ()))
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, one in inner:
        yield from _places(one, twice, (*at, name))
