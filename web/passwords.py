"""Passwords: what makes one good enough, its argon2id hash, and how many are hashed at once."""

from __future__ import annotations

import re
import secrets
import threading
import unicodedata
from collections.abc import Iterable

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from engine.model import Problem, Refusal

SHORTEST = 12
LONGEST = 1024
"""Longer ones are refused before hashing: a megabyte of password must not cost a megabyte of hashing."""
OWN_PART = 8
"""Characters that must remain once the words everyone tries are taken out."""
DIFFERENT = 5
AT_ONCE = 2
WAIT_SECONDS = 5.0
_WORDS = """
password passw0rd motdepasse ijambobanga secret welcome bienvenue murakaza muraho bonjour admin administrator
qwerty azerty qwertyuiop azertyuiop asdfgh zxcvbn letmein login iloveyou monkey dragon football princess sunshine
master shadow superman michael jesus imana yesu rwanda kigali amahoro umuganda isange gender violence survivor
centre center police hospital hopital changeme default demo test training 123456789 12345678 1234567 123456 12345
1234 987654321 87654321 654321 4321 0123456789 111111 000000 abcdefgh abcdef abcd abc123 2023 2024 2025 2026 2027
"""
_SPOKEN = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without those that are mistaken for one another on paper; sixteen of them are 79 bits."""
COMMON = frozenset(_WORDS.split())
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_slots = threading.BoundedSemaphore(AT_ONCE)
_nobody = _hasher.hash("the hash that unknown logins are compared with")


class Hashing:
    """Within it, one of the two places to hash is held: sign-ins never take all processors.

    Raises Refusal `busy` (503) when none is free for five seconds."""

    def __enter__(self) -> Hashing:
        if not _slots.acquire(timeout=WAIT_SECONDS):
            raise Refusal("busy", "Too many people are signing in just now. Try again in a moment", status=503)
        return self

    def __exit__(self, *_: object) -> None:
        _slots.release()

    def hash(self, password: str) -> str:
        return _hasher.hash(_normal(password))

    def matches(self, kept: str | None, password: str) -> bool:
        """True when `password` is the one of `kept`; for nobody (None) the same work is done for False."""
        try:
            return _hasher.verify(kept or _nobody, _normal(password)) and kept is not None
        except (VerificationError, InvalidHashError):
            return False

    def outdated(self, kept: str) -> bool:
        return _hasher.check_needs_rehash(kept)


def _normal(password: str) -> str:
    """One spelling of a letter that keyboards write in several ways (e + accent)."""
    return unicodedata.normalize("NFKC", password)


def refuse_weak(password: str, context: Iterable[str] = ()) -> None:
    """Raises Refusal `weak_password` with the reason; `context` are words that others know of the person:
    login, names, centres. Length counts, not kinds of characters."""
    reason = _weakness(_normal(password), context)
    if reason:
        raise weak(reason)


def weak(reason: str) -> Refusal:
    return Refusal("weak_password", _REASONS[reason], problems=(Problem("password", reason, _REASONS[reason]),))


def start_password() -> str:
    """A password that is read out or written on a slip of paper once, and replaced when it was used."""
    letters = (secrets.choice(_SPOKEN) for _ in range(16))
    return "-".join("".join(group) for group in zip(*[letters] * 4, strict=True))


_REASONS = {
    "password_short": f"Use at least {SHORTEST} characters: several words that do not belong together",
    "password_long": f"Use at most {LONGEST} characters",
    "password_same": "Choose another one than before",
    "password_common": "Too easy to guess: leave out names, places, years and the words that everyone uses",
}


def _weakness(password: str, context: Iterable[str]) -> str | None:
    if len(password) < SHORTEST:
        return "password_short"
    if len(password) > LONGEST:
        return "password_long"
    rest = password.casefold()
    known = {word for text in context for word in re.split(r"\W+", text.casefold()) if len(word) > 2}
    for word in sorted(known | COMMON, key=len, reverse=True):
        rest = rest.replace(word, "")
    if len(rest) < OWN_PART or len(set(rest)) < DIFFERENT:
        return "password_common"
    return None
