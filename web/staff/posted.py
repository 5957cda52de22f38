"""A request whose form is read as UTF-8: bytes that are no text become U+FFFD, and not text that nobody typed."""

from __future__ import annotations

from typing import IO
from urllib.parse import parse_qsl

from flask import Request
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

MOST_FIELDS = 1000
"""More than any form asks: each one costs time."""
UNREAD = "\ufffd"
"""What stands where bytes were no text."""
_FORM = "application/x-www-form-urlencoded"


class TooManyFields(RequestEntityTooLarge):
    """A form of more than MOST_FIELDS fields, however small it is."""


class _Reader(FormDataParser):
    """Reads a form as werkzeug reads the parts of a multipart one; its own way writes `%BD` for such a byte."""

    def parse(
        self, stream: IO[bytes], mimetype: str, content_length: int | None, options: dict[str, str] | None = None
    ) -> tuple[IO[bytes], MultiDict[str, str], MultiDict[str, FileStorage]]:
        if mimetype != _FORM:
            try:
                return super().parse(stream, mimetype, content_length, options)
            except RequestEntityTooLarge:
                if content_length is not None and content_length <= (self.max_form_memory_size or 0):
                    raise TooManyFields from None
                raise
        text = stream.read().decode(errors="replace")
        fields = parse_qsl(text, keep_blank_values=True, errors="replace")
        return stream, self.cls(fields), self.cls()


class Posted(Request):
    form_data_parser_class = _Reader
