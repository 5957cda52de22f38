"""Old entries of the trail are bound in chapters; nothing of them is lost, and any later change is found."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from engine.entries import entry
from engine.store import chapters
from engine.store.chapters import Chapter
from engine.store.compression import compress
from engine.store.records import Head
from engine.store.store import SqlStore
from engine.store.tables import trail, trail_chapter
from tests.store.build import MONDAY, an_entry, minutes

ByHand = Callable[..., None]
LATER = MONDAY + timedelta(days=1)
KINDS = ("case.read", "act.done", "timer.fired")
PARAMS = {"case.read": {"groups": "all"}, "act.done": {"act": "told", "element": "e"}, "timer.fired": {"element": "e"}}


def wrote(store: SqlStore, count: int, centre: str = "kigali", cases: int = 3) -> None:
    """Entries of some cases at a centre, one a minute; each fourth is of no case."""
    store.note(
        [
            entry(kind, MONDAY + minutes(number), "ama", centre, f"case-{number % cases}", **PARAMS[kind])
            if number % 4
            else an_entry(centre=centre, at=MONDAY + minutes(number))
            for number in range(count)
            for kind in [KINDS[number // 2 % len(KINDS)]]
        ]
    )


def bind(store: SqlStore, length: int = 10) -> None:
    while store.bind_one(LATER, length):
        pass


def number_of(store: SqlStore, table: object) -> int:
    with store.engine.connect() as connection:
        return int(connection.execute(select(func.count()).select_from(table)).scalar_one())  # type: ignore[arg-type]


def places(store: SqlStore) -> list[tuple[str, int]]:
    return [(fault.centre, fault.seq) for fault in store.verify_trail()]


def test_a_chain_stays_whole_through_its_chapters(store: SqlStore) -> None:
    wrote(store, 47)
    wrote(store, 12, "huye")
    heads = store.trail_heads()

    bind(store)

    assert (number_of(store, trail_chapter), number_of(store, trail)) == (5, 9)
    assert store.verify_trail() == store.verify_trail("kigali") == []
    assert store.trail_heads() == heads
    wrote(store, 5)
    assert store.verify_trail() == []


def test_a_chain_that_is_bound_to_its_end_goes_on(store: SqlStore) -> None:
    wrote(store, 20)
    bind(store)

    assert (number_of(store, trail), store.verify_trail()) == (0, [])
    wrote(store, 3)

    assert store.verify_trail() == []


def test_what_is_not_old_or_fills_no_chapter_stays_loose(store: SqlStore) -> None:
    wrote(store, 47)

    assert not store.bind_one(MONDAY + minutes(9), 10)
    assert store.bind_one(MONDAY + minutes(10), 10)
    assert not store.bind_one(MONDAY + minutes(10), 10)
    assert not store.bind_one(LATER, 100)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    limit=st.integers(1, 60),
    before=st.none() | st.integers(0, 70),
    kinds=st.none() | st.sets(st.sampled_from(KINDS), min_size=1),
    case=st.integers(0, 3),
    centres=st.lists(st.sampled_from(["kigali", "huye"]), min_size=1, max_size=4),
)
def test_a_case_has_the_same_entries_bound_or_loose(
    store: SqlStore, limit: int, before: int | None, kinds: set[str] | None, case: int, centres: list[str]
) -> None:
    for centre in centres:
        wrote(store, 17, centre)
    asked = (f"case-{case}", limit, before, kinds)
    loose = store.trail(*asked)
    passed = store.passed(f"case-{case}")

    bind(store, 7)

    assert store.trail(*asked) == loose
    assert store.passed(f"case-{case}") == passed


def test_an_edited_chapter_is_found(store: SqlStore, by_hand: ByHand) -> None:
    wrote(store, 30)
    bind(store)
    with store.engine.connect() as connection:
        row = connection.execute(select(trail_chapter).where(trail_chapter.c.first_seq == 11)).one()
    chapter = Chapter(*row)
    edited = compress(b"\n".join(chapter.texts()).replace(b'"ama"', b'"ben"', 1))
    by_hand("UPDATE trail_chapter SET lines = :lines WHERE first_seq = 11", lines=edited)

    assert places(store) == [("kigali", 11)]


@pytest.mark.parametrize("lines", [b"", b"nothing of this kind", compress(b""), compress(b"[1]"), compress(b"{}\n[]")])
def test_a_chapter_that_cannot_be_read_is_found(store: SqlStore, by_hand: ByHand, lines: bytes) -> None:
    wrote(store, 30)
    bind(store)
    by_hand("UPDATE trail_chapter SET lines = :lines WHERE first_seq = 11", lines=lines)

    assert ("kigali", 11) in places(store)


def test_a_removed_chapter_is_found(store: SqlStore, by_hand: ByHand) -> None:
    wrote(store, 30)
    bind(store)
    by_hand("DELETE FROM trail_chapter WHERE first_seq = 11")

    assert ("kigali", 11) in places(store)


def test_a_case_taken_off_the_list_of_chapters_is_found(store: SqlStore, by_hand: ByHand) -> None:
    wrote(store, 30)
    wrote(store, 30, "huye")
    bind(store)
    by_hand("DELETE FROM trail_chapter_case WHERE centre = 'kigali' AND first_seq = 11 AND case_id = 'case-1'")

    assert [fault.what for fault in store.verify_trail("huye")] == []
    assert places(store) == [("kigali", 0)]


def test_an_entry_edited_before_it_was_bound_stays_loose_and_is_found(store: SqlStore, by_hand: ByHand) -> None:
    wrote(store, 30)
    wrote(store, 30, "musanze")
    by_hand("UPDATE trail SET person = 'ben' WHERE centre = 'kigali' AND seq = 15")

    bind(store)

    assert places(store) == [("kigali", 15)]
    with store.engine.connect() as connection:
        bound = connection.execute(select(trail_chapter.c.centre, trail_chapter.c.first_seq)).all()
    assert sorted(map(tuple, bound)) == [("kigali", 1), ("musanze", 1), ("musanze", 11), ("musanze", 21)]


def test_a_head_written_down_is_found_within_a_chapter(store: SqlStore) -> None:
    written = []
    for _ in range(30):
        wrote(store, 1)
        written += store.trail_heads()
    bind(store)
    wrote(store, 4)
    written += store.trail_heads()

    assert store.missing_heads(written) == []
    forged = [Head(head.centre, head.seq, head.hash[::-1]) for head in written]
    assert len(store.missing_heads(forged)) == len(forged)
    assert len(store.missing_heads([Head("kigali", 99, written[0].hash)])) == 1
    assert len(store.missing_heads([Head("nowhere", 1, written[0].hash)])) == 1


def test_entries_go_from_the_trail_only_into_a_chapter(store: SqlStore) -> None:
    wrote(store, 15)
    bind(store)

    for statement in (
        "DELETE FROM trail",
        "DELETE FROM trail_chapter",
        "UPDATE trail_chapter SET last_seq = 99",
        "DELETE FROM trail_chapter_case",
    ):
        with pytest.raises(DBAPIError, match="append-only"), store.engine.begin() as connection:
            connection.execute(text(statement))


def test_a_chapter_has_a_thousand_entries_by_itself(store: SqlStore) -> None:
    wrote(store, chapters.LENGTH)

    store.tidy(MONDAY + timedelta(days=60), 5)

    assert (number_of(store, trail_chapter), number_of(store, trail)) == (1, 0)
    assert store.verify_trail() == []
