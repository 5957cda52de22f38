"""Reading again: an answer carries an ETag, and who has that very answer already is told so with 304."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Annotated, Any, TypeVar

import orjson
from fastapi import Depends, Header, Request, Response
from pydantic import BaseModel

from web.api.guard import Caller
from web.api.pages import LINKED, PageShape

View = TypeVar("View")
NOT_MODIFIED: dict[int | str, dict[str, Any]] = {
    200: {"headers": {"ETag": {"schema": {"type": "string"}, "description": "Names this very answer to you"}}},
    304: {"description": "You have this very answer already; nothing is written in the trail"},
}
LISTED: dict[int | str, dict[str, Any]] = {
    200: {"headers": {**NOT_MODIFIED[200]["headers"], **LINKED}},
    304: NOT_MODIFIED[304],
}
ETag = Annotated[str | None, Header(max_length=1000, description="The ETag of an answer that you have")]


def drawn(reader: str, shape: BaseModel) -> tuple[bytes, str]:
    """What is sent, and its ETag: a digest of all that is in it and of whom it was drawn for."""
    body = orjson.dumps(shape.model_dump(mode="json", by_alias=True), option=orjson.OPT_SORT_KEYS)
    return body, etag_of(body, reader)


def etag_of(body: bytes, reader: str = "") -> str:
    digest = hashlib.sha256(reader.encode() + b"\0" + body).hexdigest()
    return f'"{digest[:32]}"'


def names(header: str | None, etag: str, *, weakly: bool = True) -> bool:
    """Whether a header of ETags names this one; `weakly`, or as a change asks for it (RFC 9110, 13.1.1)."""
    given = [] if header is None else [one.strip() for one in header.split(",")]
    named = [one.removeprefix("W/") for one in given] if weakly else given
    return etag in named or given == ["*"]


class Reading:
    """One reading by a client that may have an earlier answer."""

    def __init__(self, reader: str, known: str | None, request: Request) -> None:
        self._reader = reader
        self._known = known
        self._request = request
        self._body = b""
        self._headers: dict[str, str] = {}

    def as_before(self, shape: Callable[[View], BaseModel]) -> Callable[[View], bool]:
        """For the Desk: draws what it has found, and says whether the client has this already."""
        return lambda view: self.draw(shape(view))

    def draw(self, shape: BaseModel) -> bool:
        """Makes this the answer; True when the client has it already."""
        self._body, etag = drawn(self._reader, shape)
        self._headers = {"ETag": etag}
        if isinstance(shape, PageShape):
            self._headers |= shape.link(self._request)
        return names(self._known, etag)

    def answer(self) -> Response:
        """What was drawn, or 304."""
        if names(self._known, self._headers["ETag"]):
            return Response(status_code=304, headers=self._headers)
        return Response(self._body, headers=self._headers, media_type="application/json")


def reading(request: Request, caller: Caller, if_none_match: ETag = None) -> Reading:
    return Reading(caller.person.id, if_none_match, request)


Asked = Annotated[Reading, Depends(reading)]
