"""Bytes of a content file to text: UTF-8 without a byte order mark, within a size, or refused."""

from __future__ import annotations

from engine.reading.complaints import Unreadable


def decode(data: bytes, max_bytes: int) -> str:
    """The text; raises Unreadable when it is too large or not plain UTF-8."""
    if len(data) > max_bytes:
        raise Unreadable(0, "too_large", f"Expected at most {max_bytes // 1024} kB, but it has {len(data) // 1024} kB")
    if data.startswith(b"\xef\xbb\xbf"):
        raise Unreadable(1, "encoding", "Expected UTF-8 without a byte order mark: save the file as plain UTF-8")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Unreadable(line, "encoding", "Expected UTF-8: save the file as UTF-8") from error
