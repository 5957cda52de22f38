"""Centres, accounts, sessions and the throttle of sign-in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import CursorResult, Row, bindparam, case, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from engine.model import Centre
from engine.store.contract import Account, Session
from engine.store.database import DIALECTS, Database, means_taken, upsert
from engine.store.database import insert as insert_for
from engine.store.tables import account, centre, session, throttle

_ADD_CENTRE = {d: upsert(centre, d) for d in DIALECTS}
_CENTRES = select(centre.c.id, centre.c.name, centre.c.zone, centre.c.kind).order_by(centre.c.id)

_ACCOUNT_FIELDS = ("id", "login", "name", "password_hash", "language", "roles", "disabled", "demo")
_ACCOUNTS = select(*(account.c[name] for name in _ACCOUNT_FIELDS)).order_by(account.c.login)
_ACCOUNT_BY_ID = _ACCOUNTS.where(account.c.id == bindparam("id"))
_ACCOUNT_BY_LOGIN = _ACCOUNTS.where(account.c.login == bindparam("login"))
_NAMES = select(account.c.id, account.c.name).where(account.c.id.in_(bindparam("ids", expanding=True)))
_ADD_ACCOUNT = insert(account)
# One column at a time: what somebody else changes of the same account at the same moment must stand.
_THE_ACCOUNT = update(account).where(account.c.id == bindparam("b_id"))
_SET_LANGUAGE = _THE_ACCOUNT.values(language=bindparam("language"))
_SET_ROLES = _THE_ACCOUNT.values(roles=bindparam("roles"))
_DISABLE = _THE_ACCOUNT.values(disabled=True)
_RENEW_HASH = _THE_ACCOUNT.where(account.c.password_hash == bindparam("old")).values(password_hash=bindparam("new"))
# held until the session is there: who disables the account meanwhile waits, and then ends the session
_MAY_SIGN_IN = (
    select(account.c.id)
    .where(account.c.id == bindparam("id"), account.c.disabled.is_(False))
    .with_for_update(read=True)
)

_SESSION_FIELDS = ("token_hash", "person_id", "created_at", "seen_at", "locked", "kind", "csrf", "scopes", "ends_at")
_SESSIONS = select(*(session.c[name] for name in _SESSION_FIELDS))
_SESSION = _SESSIONS.where(session.c.token_hash == bindparam("token_hash"))
_TOKENS = _SESSIONS.where(session.c.kind == "token").order_by(session.c.created_at, session.c.token_hash)
_START = insert(session)
_TOUCH = (
    update(session)
    .where(session.c.token_hash == bindparam("b_token_hash"))
    .values(seen_at=bindparam("seen_at"), locked=bindparam("locked"))
)
_END = delete(session).where(session.c.token_hash == bindparam("token_hash"))
_END_ALL = delete(session).where(session.c.person_id == bindparam("person_id"))

_FAILURES = select(throttle.c.failures, throttle.c.last_at).where(throttle.c.key == bindparam("key"))
_FORGIVE = delete(throttle).where(throttle.c.key == bindparam("key"))
_TAKE_BACK = (
    update(throttle)
    .where(throttle.c.key == bindparam("b_key"))
    .values(
        failures=case((throttle.c.failures > bindparam("number"), throttle.c.failures - bindparam("number")), else_=0)
    )
)


def _count(dialect: str) -> Any:
    statement = insert_for(throttle, dialect)
    return statement.on_conflict_do_update(
        index_elements=["key"],
        set_={"failures": throttle.c.failures + 1, "last_at": statement.excluded.last_at},
    ).returning(throttle.c.failures)


_NOTE_FAILURE = {d: _count(d) for d in DIALECTS}


def _to_account(row: Row[Any]) -> Account:
    values = dict(row._mapping)
    values["roles"] = {at: frozenset(roles) for at, roles in values["roles"].items()}
    return Account(**values)


def _account_row(who: Account) -> dict[str, Any]:
    row = {name: getattr(who, name) for name in _ACCOUNT_FIELDS}
    row["roles"] = _roles_row(who.roles)
    return row


def _roles_row(roles: Mapping[str, frozenset[str]]) -> dict[str, list[str]]:
    return {at: sorted(held) for at, held in roles.items()}


def _to_session(row: Row[Any]) -> Session:
    values = dict(row._mapping)
    values["scopes"] = None if values["scopes"] is None else frozenset(values["scopes"])
    return Session(**values)


def _session_row(one: Session) -> dict[str, Any]:
    row = {name: getattr(one, name) for name in _SESSION_FIELDS}
    row["scopes"] = None if one.scopes is None else sorted(one.scopes)
    return row


def _changed(result: CursorResult[Any]) -> None:
    if result.rowcount == 0:
        raise LookupError("Expected an account that exists; add it first")


class People(Database):
    """What web/people.py keeps."""

    def add_centre(self, centre: Centre) -> None:
        """Adds a centre, or keeps its new name, zone and kind."""
        row = {"id": centre.id, "name": centre.name, "zone": centre.zone, "kind": centre.kind}
        with self.writing() as connection:
            connection.execute(_ADD_CENTRE[self.dialect], row)

    def centres(self) -> dict[str, Centre]:
        """By id."""
        with self.reading() as connection:
            return {row.id: Centre(*row) for row in connection.execute(_CENTRES)}

    def add_account(self, account: Account) -> None:
        """Raises ValueError when the id or login is taken."""
        with self.writing() as connection:
            try:
                connection.execute(_ADD_ACCOUNT, _account_row(account))
            except IntegrityError as why:
                if means_taken(why):
                    raise ValueError("Expected a new account, but its id or login is already taken") from why
                raise

    def account(self, *, login: str | None = None, id: str | None = None) -> Account | None:
        """The account with this login or this id (give one of them)."""
        with self.reading() as connection:
            if id is not None:
                row = connection.execute(_ACCOUNT_BY_ID, {"id": id}).one_or_none()
            else:
                row = connection.execute(_ACCOUNT_BY_LOGIN, {"login": login}).one_or_none()
        return _to_account(row) if row is not None else None

    def accounts(self) -> list[Account]:
        """All, by login."""
        with self.reading() as connection:
            return [_to_account(row) for row in connection.execute(_ACCOUNTS)]

    def names_of(self, ids: Sequence[str]) -> dict[str, str]:
        """The names of these people, by id."""
        with self.reading() as connection:
            return {row.id: row.name for row in connection.execute(_NAMES, {"ids": list(ids)})}

    def set_language(self, id: str, language: str) -> None:
        """Keeps the language of an account. Raises LookupError when there is no such account."""
        with self.writing() as connection:
            _changed(connection.execute(_SET_LANGUAGE, {"b_id": id, "language": language}))

    def set_roles(self, id: str, roles: Mapping[str, frozenset[str]]) -> None:
        """Keeps the roles of an account; its sessions end. Raises LookupError when there is no such account."""
        with self.writing() as connection:
            _changed(connection.execute(_SET_ROLES, {"b_id": id, "roles": _roles_row(roles)}))
            connection.execute(_END_ALL, {"person_id": id})

    def disable_account(self, id: str) -> None:
        """Nobody signs in with this account any more; its sessions end. Raises LookupError when there is none."""
        with self.writing() as connection:
            _changed(connection.execute(_DISABLE, {"b_id": id}))
            connection.execute(_END_ALL, {"person_id": id})

    def renew_hash(self, id: str, old: str, new: str) -> None:
        """Keeps a stronger hash of the same password, unless another password was set meanwhile; sessions go on."""
        with self.writing() as connection:
            connection.execute(_RENEW_HASH, {"b_id": id, "old": old, "new": new})

    def start_session(self, session: Session) -> None:
        """Raises LookupError when there is no such account, or it was disabled meanwhile."""
        with self.writing() as connection:
            if connection.execute(_MAY_SIGN_IN, {"id": session.person_id}).one_or_none() is None:
                raise LookupError("Expected an account that may sign in, but it is disabled or not there")
            connection.execute(_START, _session_row(session))

    def session(self, token_hash: str) -> Session | None:
        with self.reading() as connection:
            row = connection.execute(_SESSION, {"token_hash": token_hash}).one_or_none()
        return _to_session(row) if row is not None else None

    def tokens(self) -> list[Session]:
        """The tokens issued to API clients, oldest first."""
        with self.reading() as connection:
            return [_to_session(row) for row in connection.execute(_TOKENS)]

    def touch_session(self, token_hash: str, seen_at: datetime, locked: bool) -> None:
        with self.writing() as connection:
            connection.execute(_TOUCH, {"b_token_hash": token_hash, "seen_at": seen_at, "locked": locked})

    def end_session(self, token_hash: str) -> None:
        with self.writing() as connection:
            connection.execute(_END, {"token_hash": token_hash})

    def failures(self, key: str) -> tuple[int, datetime | None]:
        """(failed sign-ins since the last success, when the last one was) of a throttle key."""
        with self.reading() as connection:
            row = connection.execute(_FAILURES, {"key": key}).one_or_none()
        return (row.failures, row.last_at) if row is not None else (0, None)

    def note_failure(self, key: str, at: datetime) -> int:
        """Counts one more failed sign-in; gives the new count."""
        with self.writing() as connection:
            row = {"key": key, "failures": 1, "last_at": at}
            count: int = connection.execute(_NOTE_FAILURE[self.dialect], row).scalar_one()
        return count

    def note_failures(self, keys: Sequence[str], at: datetime) -> None:
        """Counts one more failed sign-in under each of these keys."""
        with self.writing() as connection:
            for key in keys:
                connection.execute(_NOTE_FAILURE[self.dialect], {"key": key, "failures": 1, "last_at": at})

    def take_back_failures(self, key: str, number: int) -> None:
        """Counts so many failures less, down to none."""
        with self.writing() as connection:
            connection.execute(_TAKE_BACK, {"b_key": key, "number": number})

    def clear_failures(self, key: str) -> None:
        with self.writing() as connection:
            connection.execute(_FORGIVE, {"key": key})
