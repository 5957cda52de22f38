"""Who is there: sign-in and server-side sessions of people and of API clients."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal

from engine.entries import entry
from engine.model import Centre, Person, Problem, Refusal
from engine.store.contract import Store
from engine.store.errors import AccountChanged, StoreBusy
from engine.store.records import Account, Session, Visitor, Written
from web.accounts import account_changed, home, person_of
from web.password_check import PasswordCheck
from web.passwords import Hashing, refuse_weak, weak
from web.settings import Settings
from web.throttle import KNOWN, Tried, at_screen, digest

TOUCH = timedelta(seconds=15)
"""A click is written down at most this often."""
JUST_BEFORE = timedelta(milliseconds=1)
FRESH = timedelta(minutes=5)
"""A password that was given this long ago need not be given again to change an account."""

_WRONG = "This is not your password. Type it again; your administrator can give you a new one"


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A person at a screen (or an API client), as every request needs them."""

    account: Account
    person: Person
    locked: bool
    csrf: str
    language: str
    seen_at: datetime
    """The last click before it locked."""
    ends_at: datetime
    """When the session ends at the latest, unless a click comes before."""
    confirmed_at: datetime
    """When the password was last given here."""
    scopes: frozenset[str] | None = None
    """The only actions that a token may be used for; None when all of its person's."""
    centres: Mapping[str, Centre] = field(default_factory=dict)
    """All there are, by id, for the names and time zones of screens."""
    unsent: bool = False
    """Whether something that they wrote and did not send is kept, on any page."""
    where: str = ""
    """The centre at which the case of this page is, whether or not they work there; '' when it is about none."""
    edition: str = ""
    """The edition published last."""

    @property
    def starting(self) -> bool:
        """Whether all that is open to them is to choose a password of their own."""
        return self.account.start_until is not None

    @property
    def mark(self) -> str:
        """By which the tabs of a browser know whether they show the same session; opens nothing."""
        return digest(self.csrf)[:16]

    def just_confirmed(self, now: datetime) -> bool:
        """Whether accounts may be changed without the password being asked again."""
        return now - self.confirmed_at < FRESH


class People:
    """Sign-in and sessions over the store. Times are aware UTC and passed in."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._check = PasswordCheck(store)
        self._lock = timedelta(minutes=settings.lock_minutes)
        self._idle = timedelta(minutes=settings.idle_minutes)
        self._shift = timedelta(hours=settings.shift_hours)

    # signing in
    def sign_in(
        self,
        login: str,
        password: str,
        address: str,
        now: datetime,
        kind: Literal["browser", "api"] = "browser",
        scopes: frozenset[str] | None = None,
    ) -> tuple[str, Account]:
        """A new session's token (shown once; only its sha256 is kept) and whose it is; with `scopes` it may be used
        for these actions alone.

        Raises Refusal `denied` (401), in the same words and after the same work whether the login is unknown,
        the password wrong or the account disabled; `start_expired` or (a program) `start_password` (401) to whoever
        has the right start password; `throttled` (429, params: seconds); `busy` (503)."""
        tried = Tried.of(login, address)
        known = self._is_known(tried, now)
        slowing = (tried.here,) if known else (tried.here, tried.anywhere, tried.address)
        account = self._check.verified(tried.login, password, slowing, now)
        _refuse_start(account, kind, now)
        try:
            token = self._start(account, kind, now, scopes)
        except LookupError:  # disabled while the password was compared
            raise self._check.denied(account, slowing, now) from None
        # where nobody had signed in before, these failures were the owner's own, not somebody guessing
        shared = () if known else (tried.anywhere[1], tried.address[1])
        self._store.forgive_failures(tried.here[1], shared, tried.known, now)
        self._store.note([entry("signed.in", now, account.id, home(account))])
        return token, account

    def _start(
        self,
        account: Account,
        kind: Literal["browser", "api"],
        now: datetime,
        scopes: frozenset[str] | None = None,
    ) -> str:
        token, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
        self._store.start_session(Session(digest(token), account.id, now, now, False, kind, csrf=csrf, scopes=scopes))
        return token

    def _is_known(self, tried: Tried, now: datetime) -> bool:
        _, last = self._store.failures(tried.known)
        return last is not None and now - last < KNOWN

    # sessions
    def session(self, token: str, now: datetime, active: bool = True) -> SignedIn | None:
        """Who sits before the browser with this token, or None when it is unknown, ended, or its person may no longer
        sign in. A token of the API is none: it never locks.

        A page that asks by itself (`active=False`) does not keep the session awake."""
        return self._session(("browser",), self._visitor(token), now, active)

    def api_session(self, token: str, now: datetime) -> SignedIn | None:
        """As `session`, for a bearer token, of a person or issued to a machine: a browser's cookie is none."""
        return self._session(("api", "token"), self._visitor(token), now, active=True)

    def session_or_writer(
        self, token: str, now: datetime, active: bool, *, noting: bool = True, about: str = ""
    ) -> tuple[SignedIn | None, SignedIn | None]:
        """As `session`; and whose session this was before it ended: it was left alone, the shift is over, or it was
        ended from elsewhere. Nothing may be shown for the latter, but what was still written is kept for its writer.
        With `noting=False` it is left to `stay_awake`, or to the next page, to note that somebody is there. `about` is
        the case or task of which the page is: where it is is read at the same time."""
        visitor = self._visitor(token, about)
        return self._session(("browser",), visitor, now, active, noting=noting), self._writer(visitor, now)

    def stay_awake(self, token: str, signed_in: SignedIn, now: datetime) -> None:
        """Notes that somebody is at the screen. A database that cannot be written just now is no reason to refuse."""
        if not signed_in.locked and now - signed_in.seen_at >= TOUCH:
            with suppress(StoreBusy):
                self._store.touch_session(digest(token), now, False, patient=False)

    def _visitor(self, token: str, about: str = "") -> Visitor | None:
        return self._store.visitor(digest(token), about) if token else None

    def _writer(self, visitor: Visitor | None, now: datetime) -> SignedIn | None:
        if visitor is None or visitor.session.kind != "browser" or visitor.account.disabled:
            return None
        over = visitor.session.ended_at is not None or now >= self._ends_at(visitor.session)
        return _signed_in(visitor, True, now) if over else None

    def _session(
        self, kinds: Collection[str], visitor: Visitor | None, now: datetime, active: bool, *, noting: bool = True
    ) -> SignedIn | None:
        if visitor is None or visitor.session.kind not in kinds or visitor.session.ended_at is not None:
            return None
        kept, account = visitor.session, visitor.account
        ends_at = self._ends_at(kept)
        if account.disabled or now >= min(ends_at, account.start_until or ends_at):
            if active:  # a page that asks by itself leaves the end, and what is still written, to its person
                with suppress(StoreBusy):
                    self._store.end_sessions(account.id, {kept.token_hash}, now)
            return None
        locked = kept.locked or (kept.kind == "browser" and now - kept.seen_at >= self._lock)
        # A database that cannot be written just now must not keep a screen from being hidden or read.
        with suppress(StoreBusy):
            if locked != kept.locked:
                self._store.touch_session(kept.token_hash, kept.seen_at, True, patient=False)
            elif active and not locked and now - kept.seen_at >= TOUCH:
                if noting:
                    self._store.touch_session(kept.token_hash, now, False, patient=False)
                ends_at = self._ends_at(replace(kept, seen_at=now))
        return _signed_in(visitor, locked, ends_at)

    def _ends_at(self, kept: Session) -> datetime:
        return kept.ends_at or min(kept.created_at + self._shift, kept.seen_at + self._idle)

    def open_sessions(self, person_id: str, now: datetime) -> list[Session]:
        """Where this person is signed in, the newest first."""
        return [kept for kept in self._store.sessions_of(person_id) if now < self._ends_at(kept)]

    def lock(self, token: str, now: datetime, *, patient: bool = True) -> None:
        """Hides the screen: nothing is answered until `unlock`. What is hidden already stays as its person left it:
        what was kept then is theirs. StoreBusy when that cannot be written, sooner unless it is `patient`."""
        here = self.session(token, now, active=False)
        if here is not None and not here.locked:
            self._store.touch_session(digest(token), now, True, patient=patient)

    def unlock(self, token: str, password: str, now: datetime) -> None:
        """The password, given again: opens a locked screen, and for a while lets accounts be changed from it.
        Refusal `wrong_password` (401), `throttled` as at sign-in, or `signed_out` (401) when the session ended."""
        self._verified_here(token, password, now)
        self._store.confirm_session(digest(token), now)

    def _verified_here(self, token: str, password: str, now: datetime) -> Account:
        """Whose password it is. Only wrong ones at this very screen slow it: nobody elsewhere can keep them out."""
        screen = at_screen(token)
        try:
            account = self._check.verified(self._here(token, now).account.login, password, (screen,), now)
        except Refusal as refused:
            if refused.code != "denied":
                raise
            problem = Problem("old", "wrong_password", _WRONG)
            raise Refusal("wrong_password", _WRONG, status=401, problems=(problem,)) from None
        self._store.clear_failures(screen[1])
        return account

    def _here(self, token: str, now: datetime) -> SignedIn:
        signed_in = self.session(token, now, active=False)
        if signed_in is None:
            raise Refusal("signed_out", "The session has ended. Sign in again", status=401)
        return signed_in

    def change_password(self, token: str, old: str, new: str, now: datetime) -> str:
        """Keeps a password of the person's own choice: all their sessions end, and the token of a new one is given.

        The old one is needed, unless it is a start password that was given a moment ago. Refusal as of `unlock`,
        `weak_password` (also for the old one again), `account_changed` (409)."""
        here = self._here(token, now)
        account = here.account
        if not (here.starting and here.just_confirmed(now)):
            account = self._verified_here(token, old, now)
        refuse_weak(new, (account.login, account.name, *(c.name for c in self._store.centres().values())))
        with Hashing() as hashing:
            if hashing.matches(account.password_hash, new):
                raise weak("password_same")
            kept = hashing.hash(new)
        changes = {"password_hash": kept, "start_until": None}
        told = entry("password.changed", now, account.id, home(account))
        try:
            self._store.change_account(account.id, account.version, changes, [told], sessions_end=now)
        except AccountChanged:
            raise account_changed() from None
        return self._start(account, "browser", now)

    def end_sessions(self, person_id: str, hashes: Collection[str], by: str, now: datetime) -> None:
        """Ends those of these sessions that are the person's; what they name is kept as the digest of its token."""
        ended = {kept.token_hash for kept in self._store.sessions_of(person_id)} & set(hashes)
        if ended:
            account = self._store.account(id=person_id)
            told = entry("sessions.ended", now, by, home(account), account=person_id, count=str(len(ended)))
            self._store.end_sessions(person_id, ended, now, [told])

    def sign_out(self, token: str, now: datetime, account: Account | None = None) -> None:
        """The person leaves: this session, which is the `account`'s where that is known, is forgotten."""
        if account is None:
            visitor = self._visitor(token)
            account = visitor.account if visitor is not None else None
        if account is not None:
            told = entry("signed.out", now, account.id, home(account))
            self._store.forget_session(digest(token), [told])

    def set_language(self, token: str, language: str, now: datetime) -> None:
        """The language this person reads from now on, on every screen."""
        signed_in = self.session(token, now, active=False)
        if signed_in is not None:
            self._store.set_language(signed_in.account.id, language)

    # what was written and not sent
    def keep_unsent(
        self,
        writer: SignedIn,
        page: str,
        fields: Mapping[str, Sequence[str]],
        now: datetime,
        *,
        on_screen: bool = False,
        led_to: bool = False,
        after: str = "",
        command: str | None = None,
    ) -> bool:
        """Keeps what stands on a page for its writer; whether it does. Once the screen is locked, somebody else may sit
        there: what was kept since the last click is not replaced, unless it was kept with that click and the page
        stayed `on_screen`: its writer went on writing there. `led_to`: a page shows it or leads back to it. `after`:
        the page whose text stood there first, and which it takes the place of. `command`: what it is sent as."""
        over = writer.seen_at if writer.locked else now + TOUCH
        at = writer.seen_at - JUST_BEFORE if on_screen else now
        return self._store.keep_unsent(
            writer.person.id,
            page,
            fields,
            at=at,
            since=now - self._shift,
            over=over,
            led_to=led_to,
            after=after,
            command=command,
        )

    def unsent(self, writer: SignedIn, page: str, now: datetime) -> dict[str, list[str]] | None:
        """What this person wrote on this page within a shift and did not send."""
        return self._store.unsent(writer.person.id, page, now - self._shift) if writer.unsent else None

    def unsent_of(self, writer: SignedIn, path: str, now: datetime) -> list[Written]:
        """The same of every opening of the page at a path, the latest first."""
        return self._store.unsent_of(writer.person.id, path, now - self._shift) if writer.unsent else []

    def lead_to_unsent(self, writer: SignedIn, page: str) -> None:
        """A page shows it from now on."""
        self._store.lead_to_unsent(writer.person.id, page)

    def drop_unsent(self, writer: SignedIn, *pages: str) -> None:
        if writer.unsent:
            self._store.drop_unsent(writer.person.id, *pages)


def _signed_in(visitor: Visitor, locked: bool, ends_at: datetime) -> SignedIn:
    kept, account = visitor.session, visitor.account
    return SignedIn(
        account,
        person_of(account),
        locked,
        kept.csrf,
        account.language,
        kept.seen_at,
        ends_at,
        confirmed_at=kept.confirmed_at or kept.created_at,
        scopes=kept.scopes,
        centres=visitor.centres,
        unsent=visitor.unsent,
        where=visitor.where,
        edition=visitor.edition,
    )


def _refuse_start(account: Account, kind: str, now: datetime) -> None:
    """Raises Refusal where a start password opens nothing. It was right, so its owner may be told why."""
    if account.start_until is None:
        return
    if now >= account.start_until:
        why = "This start password was not used in time. Ask your administrator for a new one"
        raise Refusal("start_expired", why, status=401)
    if kind == "api":
        why = "This is a start password. Sign in at the pages first and choose a password of your own"
        raise Refusal("start_password", why, status=401)
