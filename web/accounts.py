"""What administrators do with accounts: add, change, disable and enable them, give start passwords; each an entry."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from engine.access import MANAGING
from engine.entries import Entry, entry
from engine.library import LANGUAGES, Role
from engine.model import Person, Problem, Refusal
from engine.store.contract import Store
from engine.store.errors import AccountChanged, NobodyLeft
from engine.store.records import Account, Found
from web.names import clean_login, clean_name, folded
from web.passwords import Hashing, refuse_weak, start_password
from web.settings import Settings

Roles = Mapping[str, frozenset[str]]
"""Role ids by centre."""
NO_CENTRE = "-"
"""The chain of entries that belong to no centre: sign-ins of unknown logins and of people without a role."""
UNKNOWN = "unknown"
"""Who acted, in the trail, when nobody knows."""
PAGE = 50
LONGEST_NAME = 100
LONGEST_SEARCH = 100


@dataclass(frozen=True, slots=True)
class Wanted:
    """How an account is to be, as somebody wrote it."""

    login: str
    name: str
    language: str
    roles: Roles


def by_centre(written: Iterable[str]) -> dict[str, frozenset[str]]:
    """`centre:role` as roles by centre."""
    found: dict[str, set[str]] = defaultdict(set)
    for each in written:
        centre, _, role = each.partition(":")
        found[centre].add(role)
    return {centre: frozenset(roles) for centre, roles in found.items()}


class Accounts:
    """Accounts over the store; `roles` are those of the pathway in force. `by` is the id of who asks.

    A change names the version of the account that was seen; Refusal `account_changed` (409) when there is a newer."""

    def __init__(self, store: Store, roles: Callable[[], Mapping[str, Role]], settings: Settings) -> None:
        self._store = store
        self._roles = roles
        self._start = timedelta(hours=settings.start_hours)

    def find(self, words: str, centre: str | None, *, disabled: bool, page: int) -> Found:
        """A page (from 1) of those whose name or login holds the words."""
        start = (page - 1) * PAGE
        return self._store.find_accounts(words[:LONGEST_SEARCH], centre, disabled=disabled, start=start, limit=PAGE)

    def get(self, id: str) -> Account:
        """Raises Refusal `no_such_person` (404)."""
        return self._known(self._store.account(id=id), id)

    def by_login(self, login: str) -> Account:
        """Raises Refusal `no_such_person` (404)."""
        return self._known(self._store.account(login=folded(login)), login)

    def _known(self, account: Account | None, asked: str) -> Account:
        if account is None:
            raise Refusal("no_such_person", f"Nobody has the login {asked}", status=404)
        return account

    def add(self, by: str, wanted: Wanted, now: datetime) -> tuple[Account, str]:
        """A new account and its start password, which is kept nowhere and shown once."""
        given, changes = self._start_password(now)
        return self._added(by, wanted, changes, now), given

    def add_with_password(
        self,
        login: str,
        name: str,
        password: str,
        roles: Roles,
        *,
        language: str = "en",
        demo: bool = False,
    ) -> Account:
        """An account with a password that is known already, as a demo's are.
        Raises Refusal as `clean_login` and `clean_name`, `login_taken` (409) or `weak_password` (a demo's is known to
        all)."""
        login, name = clean_login(login), clean_name(name)
        if self._store.account(login=login) is not None:
            raise login_taken(login)
        if not demo:
            refuse_weak(password, (login, name, *(c.name for c in self._store.centres().values())))
        with Hashing() as hashing:
            kept = hashing.hash(password)
        account = Account(uuid.uuid4().hex, login, name, kept, language, dict(roles), demo=demo)
        self._store.add_account(account)
        return account

    def add_machine(self, by: str, wanted: Wanted, now: datetime) -> Account:
        """A new account of a program: it has no password, so nobody signs in with it."""
        self._refuse_managing(wanted.roles)
        return self._added(by, wanted, {"password_hash": ""}, now)

    def may(self, roles: Roles) -> frozenset[str]:
        """What somebody with these roles may do, at one centre or another."""
        known = self._roles()
        return frozenset(
            action for held in roles.values() for role in held if role in known for action in known[role].may
        )

    def knows(self, roles: Roles) -> bool:
        """Whether each of these roles is there."""
        return self._roles().keys() >= {role for held in roles.values() for role in held}

    def _refuse_managing(self, roles: Roles) -> None:
        """Raises Refusal for roles that a program must not have."""
        known = self._roles()
        if any(known[role].may & MANAGING for held in roles.values() for role in held if role in known):
            why = "A program runs no accounts and no centres: give it another role"
            raise Refusal("managing_machine", why, problems=(Problem("roles", "managing_machine", why),))

    def _added(self, by: str, wanted: Wanted, more: Mapping[str, object], now: datetime) -> Account:
        wanted = self._checked(wanted)
        if self._store.account(login=wanted.login) is not None:
            raise login_taken(wanted.login)
        account = Account(uuid.uuid4().hex, **asdict(wanted), **more)  # type: ignore[arg-type]
        told = [
            _about("account.added", account, by, now, at, roles=_listed(account.roles.get(at, ())))
            for at in _homes(account)
        ]
        try:
            self._store.add_account(account, told)
        except ValueError:
            raise login_taken(account.login) from None
        return account

    def change(self, by: str, account: Account, version: int, wanted: Wanted, now: datetime) -> bool:
        """Whether anything changed. With other roles, their sessions end."""
        _same(account, version)
        if account.is_machine:
            self._refuse_managing(wanted.roles)
        new = asdict(self._checked(wanted, account))
        changes = {field: value for field, value in new.items() if value != getattr(account, field)}
        roles: Roles = new["roles"]
        told = [
            _about("account.roles", account, by, now, at, roles=_listed(roles.get(at, ())))
            for at in _differing(account.roles, roles)
        ]
        fields = _listed(field for field in changes if field != "roles")
        if fields:
            told += [_about("account.changed", account, by, now, at, fields=fields) for at in _homes(account)]
        if changes:
            self._keep(account, changes, told, sessions_end=now if "roles" in changes else None)
        return bool(changes)

    def disable(self, by: str, account: Account, version: int, now: datetime) -> None:
        """Nobody signs in with it any more, and its sessions end at once."""
        self._turn(by, account, version, now, disabled=True)

    def enable(self, by: str, account: Account, version: int, now: datetime) -> None:
        self._turn(by, account, version, now, disabled=False)

    def _turn(self, by: str, account: Account, version: int, now: datetime, *, disabled: bool) -> None:
        _same(account, version)
        kind = "account.disabled" if disabled else "account.enabled"
        told = [_about(kind, account, by, now, at) for at in _homes(account)]
        self._keep(account, {"disabled": disabled}, told, sessions_end=now if disabled else None)

    def reset_password(self, by: str, account: Account, version: int, now: datetime) -> str:
        """A start password in place of theirs; their sessions end."""
        _same(account, version)
        if account.id == by:
            raise Refusal("own_password", "Change your own password under My account")
        if account.is_machine:
            raise Refusal("a_machine", "This is a program's account: it has no password, and `isange token` runs it")
        given, changes = self._start_password(now)
        told = [_about("password.reset", account, by, now, at) for at in _homes(account)]
        self._keep(account, changes, told, sessions_end=now)
        return given

    def _keep(
        self, account: Account, changes: Mapping[str, object], told: list[Entry], *, sessions_end: datetime | None
    ) -> None:
        held = {role.id for role in self._roles().values() if "people.manage" in role.may}
        try:
            self._store.change_account(account.id, account.version, changes, told, sessions_end=sessions_end, held=held)
        except AccountChanged:
            raise account_changed() from None
        except ValueError:
            raise login_taken(str(changes["login"])) from None
        except NobodyLeft:
            why = "Nobody else could run accounts then. Give somebody else the role for it first"
            raise Refusal("last_administrator", why) from None

    def _start_password(self, now: datetime) -> tuple[str, dict[str, object]]:
        given = start_password()
        with Hashing() as hashing:
            return given, {"password_hash": hashing.hash(given), "start_until": now + self._start}

    def _checked(self, wanted: Wanted, before: Account | None = None) -> Wanted:
        """The same, clean; what an account had before may stay. Raises the first Refusal with the problems of all
        fields: each is said where it is."""
        if wanted.language not in LANGUAGES:
            raise Refusal("bad_language", f"Choose one of {', '.join(LANGUAGES)}")
        name, login, roles = wanted.name, wanted.login, wanted.roles
        refused: list[Refusal] = []
        try:
            name = clean_name(name, before.name if before else None)
            if not 0 < len(name) <= LONGEST_NAME:
                why = f"Give a name of at most {LONGEST_NAME} characters, as colleagues know them"
                raise Refusal("bad_name", why, problems=(Problem("name", "bad_name", why),))
        except Refusal as why_not:
            refused.append(why_not)
        try:
            login = clean_login(login, before.login if before else None)
        except Refusal as why_not:
            refused.append(why_not)
        try:
            roles = self._checked_roles(roles, before.roles if before else {})
        except Refusal as why_not:
            refused.append(why_not)
        if refused:
            first = refused[0]
            problems = tuple(problem for each in refused for problem in each.problems)
            raise Refusal(first.code, first.message, status=first.status, problems=problems)
        return Wanted(login, name, wanted.language, roles)

    def _checked_roles(self, roles: Roles, before: Roles) -> Roles:
        """Raises Refusal `unknown_centre`, `unknown_role`, or `managing_alone` for a role that manages together with
        one that does not."""
        known, centres = self._roles(), self._store.centres()
        for centre, held in roles.items():
            if centre not in centres:
                raise Refusal("unknown_centre", f"No centre {centre}. There are: {', '.join(centres) or 'none yet'}")
            for role in sorted(held - before.get(centre, frozenset())):
                if role not in known:
                    raise Refusal("unknown_role", f"No role {role}. There are: {', '.join(sorted(known))}")
        every = {role for held in roles.values() for role in held if role in known}
        managing = {role for role in every if known[role].may & MANAGING}
        if managing and every - managing:
            why = "Whoever runs accounts or centres sees no case: give the other roles to an account of its own"
            raise Refusal("managing_alone", why, problems=(Problem("roles", "managing_alone", why),))
        return {centre: held for centre, held in roles.items() if held}


def login_taken(login: str) -> Refusal:
    why = f"The login {login} is taken. Choose another"
    return Refusal("login_taken", why, status=409, problems=(Problem("login", "login_taken", why),))


def account_changed() -> Refusal:
    why = "Somebody changed this account meanwhile. Look at it as it is now, then change it again"
    return Refusal("account_changed", why, status=409)


def home(account: Account | None) -> str:
    """The centre in whose chain a sign-in is written: the person's first."""
    return min(account.roles, default=NO_CENTRE) if account else NO_CENTRE


def person_of(account: Account) -> Person:
    """The account as the engine knows it."""
    return Person(account.id, account.name, account.roles, account.language)


def _same(account: Account, version: int) -> None:
    if account.version != version:
        raise account_changed()


def _about(kind: str, account: Account, by: str, now: datetime, centre: str, **more: str) -> Entry:
    return entry(kind, now, by, centre, account=account.id, **more)


def _homes(account: Account) -> list[str]:
    """The centres in whose chains it is written what becomes of an account."""
    return sorted(account.roles) or [NO_CENTRE]


def _differing(before: Roles, after: Roles) -> list[str]:
    """The centres where the roles differ."""
    nothing: frozenset[str] = frozenset()
    return sorted(at for at in before.keys() | after.keys() if before.get(at, nothing) != after.get(at, nothing))


def _listed(words: Iterable[str]) -> str:
    return ",".join(sorted(words))
