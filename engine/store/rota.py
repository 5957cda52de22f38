"""Who is on shift and on call; and the open duties that nobody awake holds, noted once each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, and_, bindparam, delete, select, update

from engine.entries import Entry, entry
from engine.model import Turn
from engine.store import trail
from engine.store.database import DIALECTS, Database, insert
from engine.store.freed import Freed, free
from engine.store.questions import many, owned
from engine.store.records import Owed, TurnRow
from engine.store.rows import binder, columns_of
from engine.store.tables import account, care_case, duty, turn, unheld

KEPT = timedelta(days=31)
"""The rota of the last month; what was before is in the trail alone."""

_TURN = columns_of(turn, Turn)
_ROTA = (
    select(*_TURN, account.c.name, account.c.roles)
    .join(account, account.c.id == turn.c.person)
    .where(
        turn.c.centre.in_(many("centres")),
        turn.c.ends_at > bindparam("since"),
        turn.c.starts_at <= bindparam("until"),
        account.c.disabled.is_(False),
        account.c.password_hash != "",  # a program is never awake
    )
    .order_by(turn.c.starts_at, account.c.name, turn.c.role, turn.c.id)
)
_ONE = select(*_TURN).where(turn.c.id == bindparam("id"))
# held until the turn is kept: of two pages that start one shift, or plan one person, the second sees the first
_WHO = select(account.c.id).where(account.c.id == bindparam("person"), account.c.disabled.is_(False)).with_for_update()
_ON_SHIFT = select(turn.c.id).where(
    turn.c.person == bindparam("person"),
    turn.c.centre == bindparam("centre"),
    turn.c.kind == "shift",
    turn.c.starts_at <= bindparam("at"),
    turn.c.ends_at > bindparam("at"),
)
_ON_CALL = select(turn.c.starts_at, turn.c.ends_at).where(
    turn.c.person == bindparam("person"),
    turn.c.centre == bindparam("centre"),
    turn.c.role == bindparam("role"),
    turn.c.kind == "call",
    turn.c.starts_at < bindparam("until"),
    turn.c.ends_at > bindparam("since"),
)
_ADD = {d: insert(turn, d).on_conflict_do_nothing() for d in DIALECTS}
_THESE = turn.c.id.in_(many("ids"))
_END = (
    update(turn)
    .where(_THESE, turn.c.starts_at <= bindparam("at"), turn.c.ends_at > bindparam("at"))
    .values(ends_at=bindparam("at"))
    .returning(turn.c.centre)
)
_DROP = delete(turn).where(_THESE, turn.c.starts_at > bindparam("at")).returning(turn.c.centre)
_FORGET = delete(turn).where(turn.c.centre == bindparam("centre"), turn.c.ends_at < bindparam("before"))

_NOTED = and_(
    unheld.c.centre == duty.c.centre,
    unheld.c.case_id == duty.c.case_id,
    unheld.c.rule == duty.c.rule,
    unheld.c.scope == duty.c.scope,
    unheld.c.opened_at == duty.c.opened_at,
)
_UNNOTED = and_(care_case.c.status == "open", duty.c.status.in_(("owed", "late")), unheld.c.case_id.is_(None))
_KIND = (care_case.c.current_centre, care_case.c.edition, duty.c.rule, duty.c.holder)
_OWED = select(*_KIND).join(care_case, owned(duty)).outerjoin(unheld, _NOTED).where(_UNNOTED).distinct()
_OF_KIND = (
    select(duty.c.centre, duty.c.case_id, duty.c.rule, duty.c.scope, duty.c.opened_at)
    .join(care_case, owned(duty))
    .outerjoin(unheld, _NOTED)
    .where(_UNNOTED, *(column == bindparam(f"b_{column.name}") for column in _KIND))
    .order_by(duty.c.opened_at, duty.c.case_id, duty.c.scope)
    .limit(bindparam("limit"))
)
_NOTE = {d: insert(unheld, d).on_conflict_do_nothing().returning(unheld.c.rule) for d in DIALECTS}

_turn_row = binder(Turn)
_Whom = tuple[str, str, str]
"""Person, centre, role."""


def _by_whom(turns: Iterable[Turn]) -> list[tuple[_Whom, list[Turn]]]:
    """In the order in which people are locked, the same in all processes."""
    whom = attrgetter("person", "centre", "role")
    return [(key, list(theirs)) for key, theirs in groupby(sorted(turns, key=whom), whom)]


def _overlap(connection: Connection, whom: _Whom, turns: Sequence[Turn]) -> bool:
    """Whether somebody is planned already at a part of one of these turns. Whoever plans them meanwhile waits."""
    person, centre, role = whom
    connection.execute(_WHO, {"person": person})
    since, until = min(one.starts_at for one in turns), max(one.ends_at for one in turns)
    asked = {"person": person, "centre": centre, "role": role, "since": since, "until": until}
    planned = {(starts_at, ends_at) for starts_at, ends_at in connection.execute(_ON_CALL, asked)}
    new = {(one.starts_at, one.ends_at) for one in turns} - planned
    return any(starts < end and start < ends for starts, ends in new for start, end in planned)


def end_turns(connection: Connection, ids: Sequence[str], at: datetime) -> list[str]:
    """Ends turns that have not ended, and drops those that have not begun; the centre of each."""
    if not ids:
        return []
    binds = {"ids": list(ids), "at": at}
    return [centre for statement in (_END, _DROP) for centre in connection.execute(statement, binds).scalars()]


class Rota(Database):
    """Turns, and what nobody holds."""

    def rota(self, centres: Sequence[str], since: datetime, until: datetime) -> list[TurnRow]:
        """Turns that cover any moment from `since` to `until`; see the contract."""
        with self.reading() as connection:
            rows = connection.execute(_ROTA, {"centres": list(centres), "since": since, "until": until}).all()
        found = ((Turn(*row[: len(_TURN)]), row.name, row.roles) for row in rows)
        return [TurnRow(one, name) for one, name, roles in found if one.role in roles.get(one.centre, ())]

    def turn(self, id: str) -> Turn | None:
        with self.reading() as connection:
            row = connection.execute(_ONE, {"id": id}).one_or_none()
        return Turn(*row) if row is not None else None

    def start_shift(self, turns: Sequence[Turn], entries: Sequence[Entry]) -> bool:
        """Keeps one person's turns unless they are on shift there already; see the contract."""
        first = turns[0]
        with self.writing() as connection:
            if connection.execute(_WHO, {"person": first.person}).one_or_none() is None:
                raise LookupError("Expected an account that may sign in, but it is disabled or not there")
            now = {"person": first.person, "centre": first.centre, "at": first.starts_at}
            if connection.execute(_ON_SHIFT, now).first() is not None:
                return False
            connection.execute(_FORGET, {"centre": first.centre, "before": first.starts_at - KEPT})
            connection.execute(_ADD[self.dialect], [_turn_row(one) for one in turns])
            trail.append(connection, self.keyring, entries)
        return True

    def plan_turns(self, turns: Mapping[Turn, Entry]) -> int | None:
        """Keeps turns that are not planned yet; see the contract."""
        if not turns:
            return 0
        with self.writing() as connection:
            if any(_overlap(connection, person, theirs) for person, theirs in _by_whom(turns)):
                return None
            added = insert(turn, self.dialect).values([_turn_row(one) for one in turns]).on_conflict_do_nothing()
            new = set(connection.execute(added.returning(turn.c.id)).scalars())
            trail.append(connection, self.keyring, [noted for one, noted in turns.items() if one.id in new])
        return len(new)

    def end_turns(self, turns: Sequence[Turn], at: datetime, entries: Sequence[Entry], freed: Freed = ()) -> int:
        """Ends turns that have not ended; see the contract."""

        def once() -> int:
            with self.writing() as connection:
                ended = end_turns(connection, [one.id for one in turns], at)
                noted = [one for one in entries if one.centre in ended]
                trail.append(connection, self.keyring, [*noted, *free(connection, freed)])
            return len(ended)

        return self.tried(once)

    def owed_unnoted(self) -> list[Owed]:
        """The kinds of open duties of which some were not yet noted as held by nobody."""
        with self.reading() as connection:
            return [Owed(*row) for row in connection.execute(_OWED)]

    def note_unheld(self, owed: Owed, at: datetime, person: str, limit: int) -> int:
        """Notes open duties of a kind, each once; see the contract."""
        binds: dict[str, Any] = {
            "b_current_centre": owed.centre,
            "b_edition": owed.edition,
            "b_rule": owed.rule,
            "b_holder": owed.holder,
            "limit": limit,
        }
        with self.writing() as connection:
            new = [
                entry("duty.unheld", at, person, owed.centre, row.case_id, duty=owed.rule, holder=owed.holder)
                for row in connection.execute(_OF_KIND, binds).all()
                if connection.execute(_NOTE[self.dialect], {**row._mapping, "at": at}).first()
            ]
            if new:
                trail.append(connection, self.keyring, new)
        return len(new)
