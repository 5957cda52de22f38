"""The administrator's commands on people and programs, as `isange person` and `isange token` run them."""

from __future__ import annotations

import getpass
import sys
from collections import defaultdict
from collections.abc import Iterable

from engine.clock import now
from engine.model import Refusal
from web.serve import House
from web.tokens import Issued


def person(house: House, what: str, login: str, name: str | None, written: Iterable[str], language: str) -> str:
    """Adds a person (the password is asked, or read from a pipe), sets their roles, or disables them.

    `written` are all their roles as `centre:role`; says what was done, raises Refusal when it was not."""
    roles = _roles(house, written)
    if what == "add":
        house.people.add(login, name or login, _password(), roles, language=language)
        return f"{login} may sign in"
    if what == "roles":
        house.people.set_roles(login, roles)
        return f"{login} has the roles given; earlier sessions ended"
    house.people.disable(login)
    return f"{login} may no longer sign in; earlier sessions ended"


def issue_token(
    house: House, login: str, name: str | None, written: Iterable[str], scopes: Iterable[str], days: int
) -> str:
    """Issues a token to a program; the answer shows it, this once."""
    token, issued = house.tokens.issue(login, name or login, _roles(house, written), frozenset(scopes), days, now())
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


def _roles(house: House, written: Iterable[str]) -> dict[str, frozenset[str]]:
    """`centre:role` as roles by centre; raises Refusal for a centre or role that is not there."""
    centres, known = house.store.centres(), house.editions.current().roles
    found: dict[str, set[str]] = defaultdict(set)
    for each in written:
        centre, _, role = each.partition(":")
        if centre not in centres:
            raise Refusal("unknown_centre", f"No centre {centre}. There are: {', '.join(centres) or 'none yet'}")
        if role not in known:
            raise Refusal("unknown_role", f"No role {role}. There are: {', '.join(sorted(known))}")
        found[centre].add(role)
    return {centre: frozenset(roles) for centre, roles in found.items()}


def _password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    first = getpass.getpass("Password: ")
    if getpass.getpass("Once more: ") != first:
        raise Refusal("not_the_same", "The two are not the same. Try again")
    return first
