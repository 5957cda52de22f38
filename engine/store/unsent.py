"""What a person wrote on a page and did not send: sealed, their own, gone after a shift.

A page is named by its address. One that can be open several times has several: its path, and behind a `?` which
opening of it this is. Each keeps its own. It was sent as soon as the command that it was to be is kept, by that very
commit: nothing need be taken away for it, and nothing that was recorded is offered again after a crash. Another opening
may hold the same command and other words, so what was sent stays there for whoever comes back to that very opening."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Text, and_, bindparam, delete, exists, func, or_, select, update

from engine.store.columns import Moment
from engine.store.database import DIALECTS, Database
from engine.store.database import insert as insert_for
from engine.store.encryption import Keyring
from engine.store.errors import DoesNotOpen
from engine.store.records import Written
from engine.store.tables import account, command, unsent

MOST_PAGES = 8
"""So many pages of one person are kept, the newest; nobody fills more forms at once."""
MOST_BYTES = 2_000_000
"""So much of one person is kept, sealed, however many pages it is of; the newest page is kept in any case."""

_SEALED = ("version", "master_version", "wrapped", "sealed")
SENT = exists().where(command.c.command_id == unsent.c.command, command.c.at >= unsent.c.at)
"""What was written before its command was kept, by it; what is written afterwards on such a page was not."""
_ROW = select(unsent).where(unsent.c.person == bindparam("person"), unsent.c.page == bindparam("page"))
_OPENINGS = (
    select(unsent, SENT.label("sent"))
    .where(
        unsent.c.person == bindparam("person"),
        or_(
            unsent.c.page == bindparam("path"),
            func.substr(unsent.c.page, 1, bindparam("length")) == bindparam("start", type_=Text()),
        ),
        unsent.c.at >= bindparam("since"),
    )
    .order_by(unsent.c.at.desc(), unsent.c.page)
)
_THESE = and_(unsent.c.person == bindparam("b_person"), unsent.c.page.in_(bindparam("b_pages", expanding=True)))
_DROP = delete(unsent).where(_THESE)
_CLEAR = delete(unsent).where(
    or_(unsent.c.at < bindparam("since"), and_(_THESE, unsent.c.at < bindparam("over", type_=Moment)))
)
_LED_TO = (
    update(unsent)
    .where(unsent.c.person == bindparam("b_person"), unsent.c.page == bindparam("b_page"))
    .values(led_to=True)
)

# held until the row is there: of two pages that one person sends at once, each is counted with the other
_ONE_BY_ONE = select(account.c.id).where(account.c.id == bindparam("person")).with_for_update(key_share=True)


def _over() -> Any:
    """Takes away the oldest of what is beyond the limits of one person, what was sent before all else."""
    newest_first = ((unsent.c.page == bindparam("b_page")).desc(), SENT, unsent.c.at.desc(), unsent.c.page)
    counted = (
        select(
            unsent.c.page,
            func.row_number().over(order_by=newest_first).label("place"),
            func.sum(func.length(unsent.c.sealed)).over(order_by=newest_first).label("bytes"),
        )
        .where(unsent.c.person == bindparam("b_person"))
        .subquery()
    )
    beyond = or_(counted.c.place > MOST_PAGES, (counted.c.place > 1) & (counted.c.bytes > MOST_BYTES))
    return delete(unsent).where(
        unsent.c.person == bindparam("b_person"), unsent.c.page.in_(select(counted.c.page).where(beyond))
    )


_OVER = _over()


def _keep(dialect: str) -> Any:
    statement = insert_for(unsent, dialect)
    new = {name: statement.excluded[name] for name in (*_SEALED, "at", "led_to", "command")}
    return statement.on_conflict_do_update(
        index_elements=["person", "page"], set_=new, where=unsent.c.at < bindparam("over")
    ).returning(unsent.c.page)


_KEEP = {d: _keep(d) for d in DIALECTS}


class Unsent(Database):
    """The raw fields of a form, as a browser posts them."""

    def keep_unsent(
        self,
        person: str,
        page: str,
        fields: Mapping[str, Sequence[str]],
        *,
        at: datetime,
        since: datetime,
        over: datetime,
        led_to: bool = False,
        after: str = "",
        command: str | None = None,
    ) -> bool:
        """Keeps the fields of a page, unless some that were written at `over` or later are kept for it; whether they
        are kept. What is kept of the page `after` which they were written goes, and without any field what is kept of
        this one, if it is older. `command`: the id of what it is to be. Everything written before `since` is cleared
        away, and of this person's the oldest beyond `MOST_PAGES` and `MOST_BYTES`, what was sent first."""
        key = self.keyring.new_case_key("unsent", person)
        plain = json.dumps({name: list(texts) for name, texts in fields.items()}, ensure_ascii=False).encode()
        row = {
            "person": person,
            "page": page,
            "version": key.version,
            "master_version": self.keyring.version,
            "wrapped": self.keyring.wrap(key),
            "sealed": key.seal(plain, "unsent", page),
            "at": at,
            "led_to": led_to,
            "command": command,
        }
        gone = [one for one in (after, page if not fields else "") if one]
        with self.writing() as connection:
            connection.execute(_ONE_BY_ONE, {"person": person})
            connection.execute(_CLEAR, {"since": since, "b_person": person, "b_pages": gone, "over": over})
            if not fields:
                return False
            kept = connection.execute(_KEEP[self.dialect], row | {"over": over}).first() is not None
            connection.execute(_OVER, {"b_person": person, "b_page": page})
        return kept

    def unsent(self, person: str, page: str, since: datetime) -> dict[str, list[str]] | None:
        """What was written since then on this page; None when there is nothing that opens."""
        with self.reading() as connection:
            row = connection.execute(_ROW, {"person": person, "page": page}).one_or_none()
        return None if row is None or row.at < since else _fields_of(self.keyring, row)

    def unsent_of(self, person: str, path: str, since: datetime) -> list[Written]:
        """What was written since then on every opening of the page at a path, the latest first."""
        start = f"{path}?"
        asked = {"person": person, "path": path, "start": start, "length": len(start), "since": since}
        with self.reading() as connection:
            rows = connection.execute(_OPENINGS, asked).all()
        opened = ((row, _fields_of(self.keyring, row)) for row in rows)
        return [Written(row.page, fields, row.at, row.led_to, row.sent) for row, fields in opened if fields is not None]

    def lead_to_unsent(self, person: str, page: str) -> None:
        """A page shows it from now on."""
        with self.writing() as connection:
            connection.execute(_LED_TO, {"b_person": person, "b_page": page})

    def drop_unsent(self, person: str, *pages: str) -> None:
        """They were sent, or thrown away."""
        with self.writing() as connection:
            connection.execute(_DROP, {"b_person": person, "b_pages": list(pages)})


def _fields_of(keyring: Keyring, row: Row[Any]) -> dict[str, list[str]] | None:
    try:
        key = keyring.unwrap("unsent", row.person, row.version, row.master_version, row.wrapped)
        fields: dict[str, list[str]] = json.loads(key.open(row.sealed, "unsent", row.page))
    except DoesNotOpen:  # of another master key: a page without it is better than no page
        return None
    return fields
