"""The rota of a centre as its page shows it: who is here, who is on call when, and where nobody is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import timedelta

from engine import access
from engine.questions.reader import Reader
from engine.rules.rota import gaps
from engine.store.records import Account, TurnRow
from engine.views import GapView, RotaView, TurnView

SHOWN = timedelta(days=14)
"""How far ahead the plan is shown."""
MOST_PEOPLE = 1000
"""More than any centre has."""
WATCHED = timedelta(days=1)
"""How far ahead gaps are warned of."""


def turns(reader: Reader, rows: Iterable[TurnRow], names: Mapping[str, str]) -> tuple[TurnView, ...]:
    """The turns with these names of people, by id; as the account has it where there is none."""
    return tuple(
        TurnView(row.turn, reader.role_title(row.turn.role), names.get(row.turn.person, row.name)) for row in rows
    )


def told_apart(people: Iterable[Account]) -> dict[str, str]:
    """Names by id; with the login where somebody else has the same name."""
    everybody = list(people)
    having = Counter(one.name.casefold() for one in everybody)
    return {one.id: one.name if having[one.name.casefold()] == 1 else f"{one.name} ({one.login})" for one in everybody}


def people_of(reader: Reader, centres: Collection[str]) -> list[Account]:
    """Everybody who has a role at one of these centres and may sign in."""
    return reader.store.people_at(centres, MOST_PEOPLE * len(centres))


def who_is_here(reader: Reader, centres: Sequence[str]) -> tuple[RotaView, ...]:
    """The rota of each of these centres."""
    rows = reader.store.rota(centres, reader.now, reader.now + SHOWN)
    people = people_of(reader, centres)
    return tuple(
        _rota(
            reader,
            centre,
            [row for row in rows if row.turn.centre == centre],
            [one for one in people if centre in one.roles],
        )
        for centre in centres
    )


def _rota(reader: Reader, centre: str, rows: Sequence[TurnRow], people: Sequence[Account]) -> RotaView:
    """The rota of a centre; whom one could plan is told only to those who may."""
    names = told_apart(people)
    may_plan = bool(access.roles_that_may(reader.library, reader.person, centre, "rota.plan"))
    return RotaView(
        centre=centre,
        here=turns(reader, (row for row in rows if row.turn.kind == "shift"), names),
        calls=turns(reader, (row for row in rows if row.turn.kind == "call"), names),
        gaps=tuple(_gaps(reader, rows)),
        may_plan=may_plan,
        people=tuple(_planned(reader, centre, people, names)) if may_plan else (),
    )


def _gaps(reader: Reader, rows: Sequence[TurnRow]) -> Iterator[GapView]:
    """The times of the coming day at which nobody of a role that holds duties is on shift or on call."""
    until = reader.now + WATCHED
    holders = {duty.holder for duty in reader.library.duties.values()}
    for role in (role for role in reader.library.roles if role in holders):
        for starts_at, ends_at in gaps((row.turn for row in rows if row.turn.role == role), reader.now, until):
            yield GapView(reader.role_title(role), starts_at, ends_at)


def _planned(
    reader: Reader, centre: str, people: Iterable[Account], names: Mapping[str, str]
) -> Iterator[tuple[str, str, str, dict[str, str]]]:
    """Whom one could plan: (id, name, role, its title) of everybody who comes on shift here."""
    persons = [account for account in people if not account.is_machine]
    for account in sorted(persons, key=lambda account: (names[account.id], account.id)):
        for role in sorted(account.roles.get(centre, ())):
            if role in reader.library.roles and "shift.own" in reader.library.roles[role].may:
                yield account.id, names[account.id], role, dict(reader.role_title(role))
