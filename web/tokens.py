"""Tokens of API clients: an administrator issues one for some actions and some days, and may revoke it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.access import IDENTITY_READ
from engine.entries import entry
from engine.model import SYSTEM, Refusal
from engine.store.contract import Store
from engine.store.records import Account, Session
from web.accounts import UNKNOWN, Accounts, Wanted, home
from web.names import folded
from web.throttle import digest

OPEN = frozenset({"edition.read"})
"""What everyone who is signed in may do, whatever their role."""
SCOPES = OPEN | frozenset(
    {
        "case.open",
        "case.read",
        "identity.read",
        "board.read",
        "task.work",
        "facts.record",
        "fact.correct",
        "trail.read",
        "content.check",
        "content.drill",
    }
)
"""What a token may be narrowed to: the actions of the API. Its account's roles must include them as well."""
SHOWN = 12
"""Digits of a token's digest that name it in lists: they open nothing."""
MOST_DAYS = 366


@dataclass(frozen=True, slots=True)
class Issued:
    """A token as lists show it; the token itself was shown once, when it was issued."""

    id: str
    login: str
    scopes: frozenset[str]
    created_at: datetime
    seen_at: datetime | None
    """When it was last used; None while it was not."""
    ends_at: datetime


class Tokens:
    """Machine accounts and their tokens over the store. Times are aware UTC and passed in."""

    def __init__(self, store: Store, accounts: Accounts) -> None:
        self._store = store
        self._accounts = accounts

    def issue(
        self,
        login: str,
        name: str,
        roles: Mapping[str, frozenset[str]],
        scopes: frozenset[str],
        days: int,
        now: datetime,
    ) -> tuple[str, Issued]:
        """A new token and what lists say of it. A login that is new becomes a machine account with these roles.

        Raises Refusal when the login is a person's or disabled, or when something that is needed is not given."""
        if not scopes:
            raise Refusal("no_scopes", "Name what the token may be used for, with --scope")
        unknown = scopes - SCOPES
        if unknown:
            raise Refusal("unknown_scope", f"No scope {min(unknown)}. There are: {', '.join(sorted(SCOPES))}")
        if not 1 <= days <= MOST_DAYS:
            raise Refusal("bad_days", f"A token is for 1 to {MOST_DAYS} days")
        self._refuse_useless(folded(login), roles, scopes)
        account = self._machine(folded(login), name, roles, now)
        token = secrets.token_urlsafe(32)
        ends_at = now + timedelta(days=days)
        kept = Session(digest(token), account.id, now, now, False, "token", scopes=scopes, ends_at=ends_at)
        self._store.start_session(kept)
        self._store.note(
            [entry("token.issued", now, UNKNOWN, home(account), account=account.id, until=ends_at.date().isoformat())]
        )
        return token, _issued(kept, account)

    def _refuse_useless(self, login: str, roles: Mapping[str, frozenset[str]], scopes: frozenset[str]) -> None:
        """Raises Refusal for scopes none of which the roles include: the token would open nothing."""
        account = self._store.account(login=login)
        held = roles if account is None else account.roles
        if account is None and not self._accounts.knows(held):
            return  # it is said which role there is not when the account is made
        may = self._accounts.may(held)
        useful = SCOPES & (OPEN | may | ({IDENTITY_READ} if "case.read" in may else frozenset()))
        if held and not scopes & useful:
            why = f"The roles of {login} include none of these scopes: the token would open nothing"
            raise Refusal("useless_scopes", f"{why}. They include {', '.join(sorted(useful))}")

    def _machine(self, login: str, name: str, roles: Mapping[str, frozenset[str]], now: datetime) -> Account:
        account = self._store.account(login=login)
        if account is None:
            if not roles:
                raise Refusal("no_roles", f"{login} is new: say what roles it has at which centres, with --role")
            return self._accounts.add_machine(SYSTEM.id, Wanted(login, name or login, "en", roles), now)
        if not account.is_machine:
            raise Refusal("a_person", f"{login} is a person, who signs in. Give the program a login of its own")
        if account.disabled:
            raise Refusal("disabled", f"{login} is disabled. Give the program another login")
        if roles:
            raise Refusal("has_roles", f"{login} is there already; `isange person roles` changes its roles")
        if not any(account.roles.values()):
            raise Refusal("no_roles", f"{login} has no role any more: `isange person roles` gives it one")
        return account

    def all(self) -> list[Issued]:
        """Every token that was not revoked, the oldest first."""
        accounts = {account.id: account for account in self._store.accounts()}
        return [_issued(kept, accounts[kept.person_id]) for kept in self._store.tokens()]

    def revoke(self, id: str, now: datetime) -> Issued:
        """Ends the token with this id at once. Raises Refusal `no_such_token`."""
        for kept in self._store.tokens():
            account = self._store.account(id=kept.person_id)
            if kept.token_hash[:SHOWN] == id and account is not None:
                told = entry("token.revoked", now, UNKNOWN, home(account), account=account.id)
                self._store.forget_session(kept.token_hash, [told])
                return _issued(kept, account)
        raise Refusal("no_such_token", f"No token {id}. `isange token list` lists them", status=404)


def _issued(kept: Session, account: Account) -> Issued:
    used_at = kept.seen_at if kept.seen_at > kept.created_at else None
    ends_at = kept.ends_at or kept.created_at
    return Issued(kept.token_hash[:SHOWN], account.login, kept.scopes or frozenset(), kept.created_at, used_at, ends_at)
