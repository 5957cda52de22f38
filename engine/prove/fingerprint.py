"""A short name for any value of the content: the same in every process and on every machine."""

from __future__ import annotations

import hashlib


def fingerprint(*values: object) -> str:
    """The sha256 of the values as Python writes them, in hex: of frozen values, tuples and mappings, whose order
    counts (the first condition that holds is taken). A set has no order and would get another name each time."""
    return hashlib.sha256("\0".join(map(repr, values)).encode()).hexdigest()
