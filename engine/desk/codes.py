"""The code of a case: how one is made, and how it is read however somebody types it."""

from __future__ import annotations

import secrets

LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
"""No letters or digits that are confused when read aloud or written by hand."""
LONG = 6
HALF = LONG // 2


def new_code() -> str:
    """Such as KMT-4R7."""
    return _written("".join(secrets.choice(LETTERS) for _ in range(LONG)))


def read_code(typed: str) -> str:
    """The code as it is kept: `kmt4r7` and `KMT 4R7` are KMT-4R7."""
    return _written("".join(letter for letter in typed.upper() if letter.isalnum()))


def _written(letters: str) -> str:
    return f"{letters[:HALF]}-{letters[HALF:]}"
