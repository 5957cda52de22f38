"""Accounts: who may sign in, with which roles at which centres; found by name, changed by one person at a time."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Text, bindparam, func, insert, or_, select, update
from sqlalchemy import type_coerce as typed
from sqlalchemy.exc import IntegrityError

from engine.entries import Entry
from engine.store.database import Database, means_taken
from engine.store.errors import AccountChanged, NobodyLeft
from engine.store.folded import folded
from engine.store.records import Account, Found
from engine.store.rota import end_turns
from engine.store.sessions import end
from engine.store.tables import account, turn
from engine.store.trail import append

FIELDS = ("id", "login", "name", "password_hash", "language", "roles", "disabled", "demo", "version", "start_until")
_ACCOUNTS = select(*(account.c[name] for name in FIELDS)).order_by(account.c.login)
_BY_ID = _ACCOUNTS.where(account.c.id == bindparam("id"))
_BY_LOGIN = _ACCOUNTS.where(account.c.login == bindparam("login"))
_NAMES = select(account.c.id, account.c.name).where(account.c.id.in_(bindparam("ids", expanding=True)))
_ADD = insert(account)
# Only what is changed: what somebody else changes of the same account at the same moment must stand.
_THE_ACCOUNT = update(account).where(account.c.id == bindparam("b_id"))
_SET_LANGUAGE = _THE_ACCOUNT.values(language=bindparam("language"), version=account.c.version + 1)
_RENEW_HASH = _THE_ACCOUNT.where(account.c.password_hash == bindparam("old")).values(password_hash=bindparam("new"))
_TURNS = select(turn.c.id, turn.c.centre, turn.c.role).where(
    turn.c.person == bindparam("person"), turn.c.ends_at > bindparam("at")
)
_ROLES = typed(account.c.roles, Text)
"""The roles as they are kept: JSON text, to search in."""


def to_account(row: Sequence[Any]) -> Account:
    """The account of a row of FIELDS."""
    values = dict(zip(FIELDS, row, strict=True))
    values["roles"] = {at: frozenset(roles) for at, roles in values["roles"].items()}
    return Account(**values)


def _row(changes: Mapping[str, Any]) -> dict[str, Any]:
    row = dict(changes)
    if "roles" in row:
        row["roles"] = {at: sorted(held) for at, held in row["roles"].items()}
    return row


def _at(centre: str) -> ColumnElement[bool]:
    """Of an account: whether it has a role at this centre."""
    return _ROLES.contains(f'"{centre}":', autoescape=True)


def _sought(name: str, login: str) -> str:
    return folded(f"{name} {login}")


class Accounts(Database):
    """What web/people.py and web/accounts.py keep."""

    def add_account(self, account: Account, entries: Sequence[Entry] = ()) -> None:
        """Raises ValueError when the id or login is taken."""
        row = _row({name: getattr(account, name) for name in FIELDS})
        with self.writing() as connection:
            _run(connection, _ADD, row | {"sought": _sought(account.name, account.login)})
            append(connection, self.keyring, entries)

    def account(self, *, login: str | None = None, id: str | None = None) -> Account | None:
        """The account with this login or this id (give one of them)."""
        with self.reading() as connection:
            if id is not None:
                row = connection.execute(_BY_ID, {"id": id}).one_or_none()
            else:
                row = connection.execute(_BY_LOGIN, {"login": login}).one_or_none()
        return to_account(row) if row is not None else None

    def accounts(self) -> list[Account]:
        """All, by login."""
        with self.reading() as connection:
            return [to_account(row) for row in connection.execute(_ACCOUNTS)]

    def names_of(self, ids: Sequence[str]) -> dict[str, str]:
        """The names of these people, by id."""
        with self.reading() as connection:
            return {row.id: row.name for row in connection.execute(_NAMES, {"ids": list(ids)})}

    def find_accounts(self, words: str, centre: str | None, *, disabled: bool, start: int, limit: int) -> Found:
        """The accounts whose name or login holds each of the words, whatever their case and accents; of those with
        a role at this centre, if one is given. Disabled ones only when asked for."""
        wanted: list[ColumnElement[bool]] = [
            account.c.sought.contains(word, autoescape=True) for word in folded(words).split()
        ]
        if centre is not None:
            wanted.append(_at(centre))
        if not disabled:
            wanted.append(account.c.disabled.is_(False))
        page = _ACCOUNTS.where(*wanted).order_by(None).order_by(account.c.sought, account.c.id)
        count = select(func.count()).select_from(account).where(*wanted)
        with self.reading() as connection:
            rows = connection.execute(page.offset(start).limit(limit)).all()
            total: int = connection.execute(count).scalar_one()
        return Found(tuple(to_account(row) for row in rows), total)

    def people_at(self, centres: Collection[str], limit: int) -> list[Account]:
        """Those with a role at one of these centres who may sign in, by name."""
        if not centres:
            return []
        here = _ACCOUNTS.where(account.c.disabled.is_(False), or_(*(_at(centre) for centre in sorted(centres))))
        with self.reading() as connection:
            rows = connection.execute(here.order_by(None).order_by(account.c.sought, account.c.id).limit(limit))
            return [to_account(row) for row in rows]

    def change_account(
        self,
        id: str,
        version: int,
        changes: Mapping[str, object],
        entries: Sequence[Entry],
        *,
        sessions_end: datetime | None = None,
        held: Collection[str] = (),
    ) -> None:
        """Keeps these fields of an account that still has this version, with their entries; where a moment is given,
        all its sessions end then. Raises AccountChanged;
        ValueError when the login is taken; NobodyLeft when the last who held one of the roles `held` would go."""
        row: dict[str, Any] = _row(changes)
        with self.writing() as connection:
            before = _holders(connection, held)
            if row.keys() & {"name", "login"}:
                kept = connection.execute(_BY_ID, {"id": id}).one_or_none()
                named = (dict(kept._mapping) if kept is not None else {}) | row
                row["sought"] = _sought(named.get("name", ""), named.get("login", ""))
            statement = _THE_ACCOUNT.where(account.c.version == bindparam("b_version")).values(
                **{name: bindparam(f"n_{name}") for name in row}, version=account.c.version + 1
            )
            given = {f"n_{name}": value for name, value in row.items()}
            if not _run(connection, statement, {"b_id": id, "b_version": version, **given}):
                raise AccountChanged
            if before and not _holders(connection, held):
                raise NobodyLeft
            if sessions_end is not None:
                end(connection, id, sessions_end)
            if entries:
                _end_turns(connection, id, changes, entries[0].at)
            append(connection, self.keyring, entries)

    def set_language(self, id: str, language: str) -> None:
        """Keeps the language of an account. Raises LookupError when there is no such account."""
        with self.writing() as connection:
            if not _run(connection, _SET_LANGUAGE, {"b_id": id, "language": language}):
                raise LookupError("Expected an account that exists; add it first")

    def renew_hash(self, id: str, old: str, new: str) -> None:
        """Keeps a stronger hash of the same password, unless another password was set meanwhile; sessions go on."""
        with self.writing() as connection:
            connection.execute(_RENEW_HASH, {"b_id": id, "old": old, "new": new})


def _run(connection: Connection, statement: Any, row: Mapping[str, Any]) -> bool:
    """Whether a row was written. Raises ValueError when its id or login is taken."""
    try:
        return connection.execute(statement, row).rowcount == 1
    except IntegrityError as why:
        if means_taken(why):
            raise ValueError("Expected a new account, but its id or login is already taken") from why
        raise


def _end_turns(connection: Connection, id: str, changes: Mapping[str, object], at: datetime) -> None:
    """Whoever may no longer sign in, or loses a role, is from now on neither on shift nor on call in it."""
    roles = changes.get("roles")
    if changes.get("disabled") is not True and not isinstance(roles, Mapping):
        return
    kept = roles if isinstance(roles, Mapping) and changes.get("disabled") is not True else {}
    turns = connection.execute(_TURNS, {"person": id, "at": at}).all()
    end_turns(connection, [one.id for one in turns if one.role not in kept.get(one.centre, ())], at)


def _holders(connection: Connection, held: Iterable[str]) -> set[str]:
    """Who may sign in and holds one of these roles; nobody else changes them until this transaction ends."""
    roles = frozenset(held)
    if not roles:
        return set()
    likely = or_(*(_ROLES.contains(f'"{role}"', autoescape=True) for role in roles))
    people = account.c.password_hash != ""  # a program runs no accounts
    wanted = select(account.c.id, account.c.roles).where(account.c.disabled.is_(False), people, likely)
    rows = connection.execute(wanted.order_by(account.c.id).with_for_update())
    return {row.id for row in rows if any(roles & set(at) for at in row.roles.values())}
