"""Lists page by page: `limit`, an opaque `cursor`, and in the answer `next` with a Link header."""

from __future__ import annotations

import base64
import binascii
from datetime import UTC, datetime
from typing import Annotated, Any, Generic, TypeVar
from urllib.parse import urlencode

import orjson
from fastapi import Query, Request
from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, Field, TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError

from engine.model import Problem, Refusal

MOST = 100
Key = TypeVar("Key")


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("Expected a moment that UTC can write") from error


def _digits(value: object) -> object:
    """A number in digits alone: no sign, no space, no point."""
    if isinstance(value, str) and not (value.isascii() and value.isdigit()):
        raise PydanticCustomError("int_parsing", "not in digits")
    return value


Moment = Annotated[AwareDatetime, AfterValidator(_in_utc)]
Id = Annotated[str, Field(max_length=100, pattern=r"^[\w.:-]+$")]
Seq = Annotated[int, Field(ge=1, le=2**63 - 1)]
Limit = Annotated[int, BeforeValidator(_digits), Query(ge=1, le=MOST, description="Rows of a page")]
Cursor = Annotated[
    str | None, Query(max_length=500, pattern=r"^[A-Za-z0-9_-]+$", description="The `next` of the page before")
]


class Cursors(Generic[Key]):
    """Writes and reads the cursors of one list: after which key its next page begins."""

    def __init__(self, name: str, kind: Any) -> None:
        self._name = name
        self._keys: TypeAdapter[tuple[str, Key]] = TypeAdapter(tuple[str, kind])

    def write(self, key: Key | None) -> str | None:
        if key is None:
            return None
        return base64.urlsafe_b64encode(orjson.dumps([self._name, key])).rstrip(b"=").decode()

    def read(self, cursor: str | None) -> Key | None:
        """Raises Refusal `invalid_request` for what is no cursor of this list."""
        if cursor is None:
            return None
        try:
            padded = cursor + "=" * (-len(cursor) % 4)
            name, key = self._keys.validate_json(base64.b64decode(padded, altchars="-_", validate=True), strict=True)
        except (ValidationError, binascii.Error) as error:
            raise no_cursor() from error
        if name != self._name:
            raise no_cursor()
        return key


def no_cursor() -> Refusal:
    problem = Problem("query.cursor", "cursor", "Expected the `next` of an earlier page of this list")
    return Refusal("invalid_request", "This is no cursor of this list", status=400, problems=(problem,))


class PageShape(BaseModel):
    """Some of a list."""

    next: Annotated[str | None, Field(description="The `cursor` of the next page; null when this is the last")]

    def link(self, request: Request) -> dict[str, str]:
        """The Link header (RFC 8288) to the next page, if there is one."""
        if self.next is None:
            return {}
        asked = {**request.query_params, "cursor": self.next}
        return {"Link": f'<{request.url.path}?{urlencode(asked)}>; rel="next"'}


LINKED: dict[str, Any] = {
    "Link": {"schema": {"type": "string"}, "description": "The next page, `rel=next`, when there is one"}
}
