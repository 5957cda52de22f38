"""Bytes of a content file to text: plain UTF-8 that a person can see, within a size, or refused."""

from __future__ import annotations

import re
from pathlib import Path

from engine.reading.complaints import Unreadable

_UNSEEN = re.compile(
    "[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f\\xad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180e"
    "\\u200b\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u2069\\u2800\\u3164\\ud800-\\udfff\\ufeff\\uffa0"
    "\\ufff9-\\ufffb\\ufffe\\uffff\\U000e0000-\\U000e007f]"
)
"""Controls, halves of letters, what has no width, and what turns the direction of writing: what is read would not be
what is seen. What joins letters or keeps them apart (U+200C, U+200D) some scripts need."""


def bytes_of(path: Path, max_bytes: int) -> bytes:
    """The bytes of a file, and of one that is larger only so many that `decode` refuses it. Raises OSError."""
    with path.open("rb") as file:
        return file.read(max_bytes + 1)


def decode(data: bytes, max_bytes: int) -> str:
    """The text; raises Unreadable when it is too large, not plain UTF-8, or holds what nobody can see."""
    if len(data) > max_bytes:
        raise Unreadable(0, "too_large", f"Expected at most {max_bytes // 1024} kB, but the file is larger")
    if data.startswith(b"\xef\xbb\xbf"):
        raise Unreadable(1, "encoding", "Expected UTF-8 without a byte order mark: save the file as plain UTF-8")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Unreadable(line, "encoding", "Expected UTF-8: save the file as UTF-8") from error
    refuse_unseen(text, 1)
    return text


def refuse_unseen(text: str, line: int) -> None:
    """Raises Unreadable for a character that no screen shows; `text` begins on this line."""
    found = _UNSEEN.search(text)
    if found:
        at = line + text.count("\n", 0, found.start())
        message = f"The character U+{ord(found.group()):04X} cannot be seen or kept: remove it, or save as plain UTF-8"
        raise Unreadable(at, "characters", message)
