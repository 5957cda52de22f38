"""Names as they are searched: small letters without accents, the same on every database."""

from __future__ import annotations

import unicodedata


def folded(text: str) -> str:
    """`Immaculée` as `immaculee`."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))
