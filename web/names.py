"""Names of people and centres, and logins: each is seen whole, and no login looks like that of somebody else."""

from __future__ import annotations

import re

from engine.model import SYSTEM, Problem, Refusal
from web.settings import RELEASE

LONGEST_LOGIN = 200
RESERVED = frozenset({SYSTEM.id, RELEASE})
"""Names under which the trail tells of what no person did."""
_LOGIN = re.compile(rf"[a-z0-9._@-]{{1,{LONGEST_LOGIN}}}")
_BLANK = re.compile(
    "[\\u034f\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u2800\\u3164\\ufe00-\\ufe0f\\uffa0\\U000e0100-\\U000e01ef]"
)
"""Signs that count as letters or accents and show nothing."""


def folded(login: str) -> str:
    """A login as it is compared. One from before there was a rule for their letters still opens its account."""
    return login.strip().casefold()


def clean_login(login: str, kept: str | None = None) -> str:
    """A login as it is kept; the one that the account has already may stay. Raises Refusal `bad_login`."""
    login = folded(login)
    if login != kept and login in RESERVED:
        why = f"{login} stands in the trail for what no person did. Choose another login"
        raise Refusal("bad_login", why, problems=(Problem("login", "bad_login", why),))
    if login != kept and not _LOGIN.fullmatch(login):
        why = f"A login has 1 to {LONGEST_LOGIN} characters: plain letters from a to z, digits and . _ - @"
        raise Refusal("bad_login", why, problems=(Problem("login", "bad_login", why),))
    return login


def clean_name(name: str, kept: str | None = None) -> str:
    """A name in one line, as it is kept; the one that is there already may stay.

    Raises Refusal `unseen_letters` for what shows nothing, or turns the direction of writing."""
    clean = " ".join(name.split())
    if name != kept and (not clean.isprintable() or _BLANK.search(clean)):
        why = "The name has characters that nobody can see. Type it anew instead of pasting it"
        raise Refusal("unseen_letters", why, problems=(Problem("name", "unseen_letters", why),))
    return clean
