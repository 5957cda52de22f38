"""Centres, sessions and the throttle of sign-in."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, bindparam, case, delete, exists, insert, select, update

from engine.entries import Entry
from engine.model import Centre
from engine.store.accounts import FIELDS, to_account
from engine.store.columns import Moment
from engine.store.database import DIALECTS, Database, upsert
from engine.store.database import insert as insert_for
from engine.store.editions import NEWEST
from engine.store.errors import CentreChanged
from engine.store.questions import CENTRE_OF
from engine.store.records import Session, Visitor
from engine.store.sessions import end
from engine.store.tables import account, centre, session, throttle, unsent
from engine.store.together import Together
from engine.store.trail import append

_ADD_CENTRE = {d: upsert(centre, d) for d in DIALECTS}
_NEW_CENTRE = {d: insert_for(centre, d).on_conflict_do_nothing().returning(centre.c.id) for d in DIALECTS}
_CHANGE_CENTRE = (
    update(centre)
    .where(
        centre.c.id == bindparam("b_id"),
        centre.c.name == bindparam("was_name"),
        centre.c.zone == bindparam("was_zone"),
        centre.c.kind == bindparam("was_kind"),
    )
    .values(name=bindparam("b_name"), zone=bindparam("b_zone"), kind=bindparam("b_kind"))
)
_EVERY_CENTRE = select(centre.c.id, centre.c.name, centre.c.zone, centre.c.kind)
_CENTRES = _EVERY_CENTRE.order_by(centre.c.id)

# held until the session is there: who disables the account meanwhile waits, and then ends the session
_MAY_SIGN_IN = (
    select(account.c.id)
    .where(account.c.id == bindparam("id"), account.c.disabled.is_(False))
    .with_for_update(read=True)
)

_SESSION_FIELDS = (
    "token_hash", "person_id", "created_at", "seen_at", "locked", "kind", "csrf", "scopes", "ends_at", "confirmed_at",
    "ended_at",
)  # fmt: skip
_SESSIONS = select(*(session.c[name] for name in _SESSION_FIELDS))
_SESSION = _SESSIONS.where(session.c.token_hash == bindparam("token_hash"))
_VISITOR = Together(
    visitor=select(
        *(session.c[name] for name in _SESSION_FIELDS),
        *(account.c[name] for name in FIELDS),
        exists().where(unsent.c.person == session.c.person_id),
    )
    .join(account, account.c.id == session.c.person_id)
    .where(session.c.token_hash == bindparam("token_hash")),
    centre=_EVERY_CENTRE,
    about=CENTRE_OF,
    edition=NEWEST,
)
_SESSIONS_OF = _SESSIONS.where(session.c.person_id == bindparam("person_id"), session.c.ended_at.is_(None)).order_by(
    session.c.created_at.desc()
)
_TOKENS = _SESSIONS.where(session.c.kind == "token").order_by(session.c.created_at, session.c.token_hash)
_START = insert(session)
# a sign of life opens no screen that was hidden in the same moment
_TOUCH = (
    update(session)
    .where(
        session.c.token_hash == bindparam("b_token_hash"),
        session.c.locked.is_(False) | bindparam("locked", type_=Boolean),
    )
    .values(seen_at=bindparam("seen_at"), locked=bindparam("locked"))
)
_CONFIRM = (
    update(session)
    .where(session.c.token_hash == bindparam("b_token_hash"))
    .values(seen_at=bindparam("at"), confirmed_at=bindparam("at"), locked=False)
)
_FORGET = delete(session).where(session.c.token_hash == bindparam("token_hash"))

_FAILURES = select(throttle.c.failures, throttle.c.last_at).where(throttle.c.key == bindparam("key"))
_FAILURES_OF = select(throttle.c.key, throttle.c.failures, throttle.c.last_at).where(
    throttle.c.key.in_(bindparam("keys", expanding=True))
)
_FORGIVE = delete(throttle).where(throttle.c.key == bindparam("key"))
_FORGIVE_COUNTED = _FORGIVE.returning(throttle.c.failures)
_TAKE_BACK = (
    update(throttle)
    .where(throttle.c.key.in_(bindparam("shared", expanding=True)))
    .values(
        failures=case((throttle.c.failures > bindparam("number"), throttle.c.failures - bindparam("number")), else_=0)
    )
)


def _count(dialect: str) -> Any:
    statement = insert_for(throttle, dialect)
    return statement.on_conflict_do_update(
        index_elements=["key"],
        set_={"failures": throttle.c.failures + 1, "last_at": statement.excluded.last_at},
    )


def _attempt(dialect: str) -> Any:
    statement = insert_for(throttle, dialect)
    new = statement.excluded
    return statement.on_conflict_do_update(
        index_elements=["key"],
        set_={"failures": new.failures, "last_at": new.last_at},
        where=(throttle.c.failures == bindparam("seen")) & (throttle.c.last_at == bindparam("seen_at")),
    ).returning(throttle.c.failures)


_NOTE_FAILURES = {d: _count(d) for d in DIALECTS}
_NOTE_FAILURE = {d: _NOTE_FAILURES[d].returning(throttle.c.failures) for d in DIALECTS}
_NOTE_ATTEMPT = {d: _attempt(d) for d in DIALECTS}
_TAKE_BACK_ATTEMPT = (
    update(throttle)
    .where(throttle.c.key == bindparam("b_key"))
    .values(
        failures=case((throttle.c.failures > 0, throttle.c.failures - 1), else_=0),
        last_at=case(
            (throttle.c.last_at == bindparam("at"), bindparam("before", type_=Moment)), else_=throttle.c.last_at
        ),
    )
)


def _to_session(row: Sequence[Any]) -> Session:
    values = dict(zip(_SESSION_FIELDS, row, strict=True))
    values["scopes"] = None if values["scopes"] is None else frozenset(values["scopes"])
    return Session(**values)


def _session_row(one: Session) -> dict[str, Any]:
    row = {name: getattr(one, name) for name in _SESSION_FIELDS}
    row["scopes"] = None if one.scopes is None else sorted(one.scopes)
    return row


class People(Database):
    """What web/people.py keeps."""

    def add_centre(self, centre: Centre) -> None:
        """Adds a centre, or keeps its new name, zone and kind."""
        row = {"id": centre.id, "name": centre.name, "zone": centre.zone, "kind": centre.kind}
        with self.writing() as connection:
            connection.execute(_ADD_CENTRE[self.dialect], row)

    def change_centre(self, centre: Centre, was: Centre | None, entries: Sequence[Entry]) -> None:
        """Keeps a centre that still is as it `was`, or a new one (None). Raises CentreChanged otherwise."""
        row = {"id": centre.id, "name": centre.name, "zone": centre.zone, "kind": centre.kind}
        with self.writing() as connection:
            if was is None:
                done = connection.execute(_NEW_CENTRE[self.dialect], row).one_or_none() is not None
            else:
                seen = {"was_name": was.name, "was_zone": was.zone, "was_kind": was.kind}
                new = {f"b_{name}": value for name, value in row.items()}
                done = connection.execute(_CHANGE_CENTRE, seen | new).rowcount == 1
            if not done:
                raise CentreChanged
            append(connection, self.keyring, entries)

    def centres(self) -> dict[str, Centre]:
        """By id."""
        with self.reading() as connection:
            return {row.id: Centre(*row) for row in connection.execute(_CENTRES)}

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

    def visitor(self, token_hash: str, about: str = "") -> Visitor | None:
        """Whose session it is, with what every page of theirs needs; see the contract."""
        with self.reading() as connection:
            found = _VISITOR.all(connection, {"token_hash": token_hash, "id": about})
        if not found["visitor"]:
            return None
        ((*row, unsent),) = found["visitor"]
        width = len(_SESSION_FIELDS)
        centres = {row[0]: Centre(*row) for row in sorted(found["centre"])}
        (where,), (edition,) = (min(found[part], default=("",)) for part in ("about", "edition"))
        return Visitor(_to_session(row[:width]), to_account(row[width:]), centres, unsent, where, edition)

    def tokens(self) -> list[Session]:
        """The tokens issued to API clients, oldest first."""
        with self.reading() as connection:
            return [_to_session(row) for row in connection.execute(_TOKENS)]

    def sessions_of(self, person_id: str) -> list[Session]:
        """Those that were not ended, the newest first; some may be over by time."""
        with self.reading() as connection:
            return [_to_session(row) for row in connection.execute(_SESSIONS_OF, {"person_id": person_id})]

    def touch_session(self, token_hash: str, seen_at: datetime, locked: bool, *, patient: bool = True) -> None:
        with self.writing(patient=patient) as connection:
            connection.execute(_TOUCH, {"b_token_hash": token_hash, "seen_at": seen_at, "locked": locked})

    def confirm_session(self, token_hash: str, at: datetime) -> None:
        """Its password was given: it is open, and may change accounts for a while."""
        with self.writing() as connection:
            connection.execute(_CONFIRM, {"b_token_hash": token_hash, "at": at})

    def forget_session(self, token_hash: str, entries: Sequence[Entry] = ()) -> None:
        """Its person left it: whatever is sent from it later is nobody's."""
        with self.writing() as connection:
            connection.execute(_FORGET, {"token_hash": token_hash})
            append(connection, self.keyring, entries)

    def end_sessions(
        self, person_id: str, token_hashes: Collection[str], at: datetime, entries: Sequence[Entry] = ()
    ) -> None:
        """Ends those of these that are this person's; a browser's is known as ended until it is tidied away."""
        with self.writing() as connection:
            end(connection, person_id, at, token_hashes)
            append(connection, self.keyring, entries)

    def failures(self, key: str) -> tuple[int, datetime | None]:
        """(failed sign-ins since the last success, when the last one was) of a throttle key."""
        with self.reading() as connection:
            row = connection.execute(_FAILURES, {"key": key}).one_or_none()
        return (row.failures, row.last_at) if row is not None else (0, None)

    def failures_of(self, keys: Collection[str]) -> dict[str, tuple[int, datetime]]:
        """The same of several keys, as far as something was counted under them."""
        with self.reading() as connection:
            rows = connection.execute(_FAILURES_OF, {"keys": sorted(keys)})
            return {row.key: (row.failures, row.last_at) for row in rows}

    def note_failure(self, key: str, at: datetime) -> int:
        """Counts one more failed sign-in; gives the new count."""
        with self.writing() as connection:
            row = {"key": key, "failures": 1, "last_at": at}
            count: int = connection.execute(_NOTE_FAILURE[self.dialect], row).scalar_one()
        return count

    def note_failures(self, keys: Sequence[str], at: datetime) -> None:
        """Counts one more failed sign-in under each of these keys."""
        with self.writing() as connection:
            rows = [{"key": key, "failures": 1, "last_at": at} for key in keys]
            connection.execute(_NOTE_FAILURES[self.dialect], rows)

    def forgive_failures(self, key: str, shared: Collection[str], known: str, at: datetime) -> None:
        """Whoever failed under a key signed in; see the contract."""
        with self.writing() as connection:
            failures = connection.execute(_FORGIVE_COUNTED, {"key": key}).scalar()
            if failures and shared:
                connection.execute(_TAKE_BACK, {"shared": sorted(shared), "number": failures})
            connection.execute(_NOTE_FAILURE[self.dialect], {"key": known, "failures": 1, "last_at": at})

    def clear_failures(self, key: str) -> None:
        with self.writing() as connection:
            connection.execute(_FORGIVE, {"key": key})

    def note_attempt(self, key: str, seen: tuple[int, datetime | None], failures: int, at: datetime) -> bool:
        """Counts so many failures from now on, if they still are as `failures` told them; whether it did."""
        row = {"key": key, "failures": failures, "last_at": at, "seen": seen[0], "seen_at": seen[1]}
        with self.writing() as connection:
            return connection.execute(_NOTE_ATTEMPT[self.dialect], row).one_or_none() is not None

    def take_back_attempt(self, key: str, at: datetime, before: datetime | None) -> None:
        """Counts one failure less; where nothing was counted after `at`, the last one was `before` again."""
        with self.writing() as connection:
            connection.execute(_TAKE_BACK_ATTEMPT, {"b_key": key, "at": at, "before": before or at})
