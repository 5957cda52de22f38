"""Whether a password is the one of an account: asked behind the throttle, and every wrong one noted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from engine.entries import entry
from engine.model import Refusal
from engine.store.contract import Store
from engine.store.records import Account
from web.accounts import UNKNOWN, home
from web.names import LONGEST_LOGIN
from web.passwords import LONGEST, Hashing
from web.throttle import Slowed, left

_DENIED = "The login or the password is not right. Check both; your administrator can give you a new password"


class PasswordCheck:
    """Compares passwords with those of the store; `slowing` is what wrong ones slow. Times are aware UTC."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def verified(self, login: str, password: str, slowing: Sequence[Slowed], now: datetime) -> Account:
        """The account whose password it is. Raises Refusal `denied` (401), after the same work whatever is wrong, or
        `throttled` (429, params: seconds)."""
        with Hashing() as hashing:  # within: not more guesses than places can pass the throttle at once
            self._refuse_hurry(slowing, now)
            account = self._store.account(login=login) if len(login) <= LONGEST_LOGIN else None
            kept = account.password_hash if account and not account.is_machine else None
            right = len(password) <= LONGEST and hashing.matches(kept, password)
            if account is None or not right or account.disabled:
                raise self.denied(account, slowing, now)
            if hashing.outdated(account.password_hash):
                self._store.renew_hash(account.id, account.password_hash, hashing.hash(password))
        return account

    def _refuse_hurry(self, slowing: Sequence[Slowed], now: datetime) -> None:
        wait = left(self._store, slowing, now)
        if wait:
            seconds = str(int(wait.total_seconds()) + 1)
            raise Refusal(
                "throttled",
                f"Too many attempts. Wait {seconds} seconds, then try again",
                status=429,
                params={"seconds": seconds},
            )

    def denied(self, account: Account | None, slowing: Sequence[Slowed], now: datetime) -> Refusal:
        """What to raise, once the failure is counted and in the trail."""
        self._store.note_failures([key for _, key in slowing], now)
        self._note_failed(account, now)
        return Refusal("denied", _DENIED, status=401)

    def _note_failed(self, account: Account | None, now: datetime) -> None:
        """Whoever typed it is unknown; what was typed is not kept (it may be a password)."""
        tried = account.id if account else UNKNOWN
        self._store.note([entry("sign_in.failed", now, UNKNOWN, home(account), account=tried)])
