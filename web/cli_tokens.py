"""The administrator's commands on the tokens of programs, as `isange token` runs them."""

from __future__ import annotations

from collections.abc import Iterable

from engine.clock import now
from web.accounts import by_centre
from web.house import House
from web.tokens import Issued


def issue_token(
    house: House, login: str, name: str | None, written: Iterable[str], scopes: Iterable[str], days: int
) -> str:
    """Issues a token to a program; the answer shows it, this once."""
    token, issued = house.tokens.issue(login, name or login, by_centre(written), frozenset(scopes), days, now())
    return f"{token}\nThis is the token of {issued.login}; it is not shown again. {_described(issued)}"


def list_tokens(house: House) -> str:
    """Every token that was not revoked, one a line."""
    return "\n".join(f"{one.login}: {_described(one)}" for one in house.tokens.all()) or "No tokens are issued"


def revoke_token(house: House, id: str) -> str:
    return f"The token {id} of {house.tokens.revoke(id, now()).login} opens nothing any more"


def _described(one: Issued) -> str:
    used = f"last used {one.seen_at:%Y-%m-%d}" if one.seen_at else "not used yet"
    ends = "ended" if one.ends_at <= now() else "ends"
    return f"id {one.id}, {ends} {one.ends_at:%Y-%m-%d}, {used}, for {', '.join(sorted(one.scopes))}"
