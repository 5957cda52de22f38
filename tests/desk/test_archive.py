"""A case that the worker has archived looks to everybody as it did, and can go on."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select

from engine.entries import READS
from engine.store.store import SqlStore
from engine.store.tables import archived_case, fact, trail, trail_chapter
from engine.store.tidying import AT_REST
from engine.views import CaseView
from tests.survivors import CHILD
from tests.walk import Walk, published, shipped, walk_on


def number_of(store: SqlStore, table: object) -> int:
    with store.engine.connect() as connection:
        return int(connection.execute(select(func.count()).select_from(table)).scalar_one())  # type: ignore[arg-type]


def views(walk: Walk) -> dict[str, CaseView]:
    """What each role that may read it sees of the case."""
    roles = [id for id, role in shipped().roles.items() if "case.read" in role.may]
    return {role: walk.desk.case(walk.person(role), walk.case_id) for role in roles}


def test_everybody_sees_an_archived_case_as_it_was(store: SqlStore) -> None:
    with walk_on(store, published(store), CHILD) as walk:
        walk.arrive("reception", "reception")
        walk.to_closure()
        before, facts, entries = views(walk), number_of(store, fact), store.trail(walk.case_id, 10_000)

        walk.pass_time(AT_REST + timedelta(minutes=1))
        while store.bind_one(walk.now, 10):
            pass

        assert (facts > 100, number_of(store, fact), number_of(store, archived_case)) == (True, 0, 1)
        assert number_of(store, trail) < 10 < number_of(store, trail_chapter)
        assert views(walk) == before
        after = [row for row in store.trail(walk.case_id, 10_000) if row.entry.kind not in READS]
        assert after == [row for row in entries if row.entry.kind not in READS]
        assert store.verify_trail() == []
