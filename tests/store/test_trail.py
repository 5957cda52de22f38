"""The trail shows any later change of what was written, whoever made it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import LargeBinary, Text, cast, insert, literal, select, text, update
from sqlalchemy.exc import DBAPIError

from engine.entries import entry
from engine.store.chain import GENESIS, head_text
from engine.store.records import Head
from engine.store.store import SqlStore
from engine.store.tables import APPEND_ONLY, trail, trail_head
from engine.store.trail import append
from tests.databases import KEYRING
from tests.store.build import MONDAY, a_case, a_decision, a_fact, an_entry, going_on, minutes, opening

ByHand = Callable[..., None]


def wrote(store: SqlStore, count: int = 6) -> None:
    """A trail of `count` entries at one centre and one at another."""
    for number in range(count):
        store.note([an_entry("sign_in.failed", at=MONDAY + minutes(number), account=f"person-{number}")])
    store.note([an_entry(centre="huye")])


def faulty(store: SqlStore, centre: str = "kigali") -> list[int]:
    """The places at which the chain is broken; the other centre's stays sound."""
    assert store.verify_trail("huye") == []
    faults = store.verify_trail()
    assert {fault.centre for fault in faults} <= {centre}
    return [fault.seq for fault in faults]


def test_a_sound_trail_has_no_fault(store: SqlStore) -> None:
    wrote(store)

    assert store.verify_trail() == []


def test_a_chain_without_entries_has_no_end_to_be_written_down(store: SqlStore) -> None:
    mark = KEYRING.mark(head_text("kigali", 0, GENESIS), use="head")
    with store.writing() as connection:
        connection.execute(insert(trail_head).values(centre="kigali", seq=0, hash=GENESIS, mark=mark))

    assert (store.trail_heads(), store.verify_trail()) == ([], [])


def test_who_added_to_a_chain_since_its_end_was_seen_is_followed(store: SqlStore) -> None:
    wrote(store, count=1)
    ends = {head.centre: (head.seq, head.hash) for head in store.trail_heads()}
    store.note([an_entry()])

    with store.writing() as connection:
        append(connection, KEYRING, [an_entry()], ends)

    assert store.verify_trail() == []
    assert {head.centre: head.seq for head in store.trail_heads()} == {"kigali": 3, "huye": 1}


def test_entries_of_several_centres_follow_each_its_own_chain(store: SqlStore, by_hand: ByHand) -> None:
    wrote(store, count=2)
    ends = {head.centre: (head.seq, head.hash) for head in store.trail_heads()}
    by_hand("UPDATE trail_head SET mark = 'forged' WHERE centre = 'huye'")

    store.note([an_entry(centre=centre) for centre in ("nyanza", "kigali", "huye", "kigali")])
    with store.writing() as connection:
        append(connection, KEYRING, [an_entry(), an_entry(centre="nyanza")], ends)

    assert {head.centre: head.seq for head in store.trail_heads()} == {"huye": 3, "kigali": 5, "nyanza": 2}
    assert [(fault.centre, fault.seq) for fault in store.verify_trail()] == [("huye", 2)]


def test_chains_that_two_begin_at_once_are_begun_once(store: SqlStore) -> None:
    """Of several centres, named in different orders."""
    both = Barrier(2)

    def begin(centres: tuple[str, ...]) -> None:
        both.wait(10)
        store.note([an_entry(centre=centre) for centre in centres])

    with ThreadPoolExecutor(2) as two:
        list(two.map(begin, [("nyanza", "huye", "kigali"), ("kigali", "nyanza", "huye")]))

    assert store.verify_trail() == []
    assert {head.centre: head.seq for head in store.trail_heads()} == {"huye": 2, "kigali": 2, "nyanza": 2}


def test_an_edited_entry_is_found(store: SqlStore, by_hand: ByHand) -> None:
    wrote(store)
    by_hand("UPDATE trail SET person = 'ben' WHERE centre = 'kigali' AND seq = 3")

    assert faulty(store) == [3]


def test_an_entry_removed_from_the_middle_is_found(store: SqlStore, by_hand: ByHand) -> None:
    wrote(store)
    by_hand("DELETE FROM trail WHERE centre = 'kigali' AND seq = 3")

    assert 3 in faulty(store)


def test_a_removed_beginning_is_found(store: SqlStore, by_hand: ByHand) -> None:
    wrote(store)
    by_hand("DELETE FROM trail WHERE centre = 'kigali' AND seq < 3")

    assert faulty(store)[0] == 1


def test_a_cut_off_tail_is_found_by_the_head(store: SqlStore, by_hand: ByHand) -> None:
    wrote(store)
    by_hand("DELETE FROM trail WHERE centre = 'kigali' AND seq > 4")

    assert faulty(store) == [6]


def test_a_trail_emptied_but_for_its_head_is_found(store: SqlStore, by_hand: ByHand) -> None:
    wrote(store)
    by_hand("DELETE FROM trail WHERE centre = 'kigali'")

    assert faulty(store) == [6]


def test_a_removed_head_is_found(store: SqlStore, by_hand: ByHand) -> None:
    wrote(store)
    by_hand("DELETE FROM trail_head WHERE centre = 'kigali'")

    assert faulty(store) == [6]


def test_a_tail_cut_off_together_with_its_head_is_found(store: SqlStore, by_hand: ByHand) -> None:
    wrote(store)
    by_hand("DELETE FROM trail WHERE centre = 'kigali' AND seq > 4")
    by_hand(
        "UPDATE trail_head SET seq = 4, hash = (SELECT hash FROM trail WHERE centre = 'kigali' AND seq = 4) "
        "WHERE centre = 'kigali'"
    )

    assert faulty(store) == [4]
    for _ in range(2):  # what follows does not sign it away
        store.note([entry("signed.in", MONDAY, "ama", "kigali")])
        assert faulty(store) == [5]
    with store.reading() as connection:
        kinds = list(connection.scalars(select(trail.c.kind).where(trail.c.centre == "kigali").order_by(trail.c.seq)))
    assert kinds[4:] == ["trail.altered", "signed.in", "signed.in"]


def test_the_head_of_another_centre_or_key_does_not_pass_for_this_one(store: SqlStore, by_hand: ByHand) -> None:
    wrote(store)
    by_hand("UPDATE trail_head SET mark = (SELECT mark FROM trail_head WHERE centre = 'huye') WHERE centre = 'kigali'")
    assert faulty(store) == [6]

    by_hand("UPDATE trail_head SET mark = '9' || substr(mark, 2)")
    assert len(store.verify_trail()) == 2


def test_a_trail_put_back_to_an_earlier_day_is_found_by_the_paper_register(store: SqlStore, by_hand: ByHand) -> None:
    wrote(store)
    earlier = store.trail_heads()
    store.note([an_entry("sign_in.failed", account="person-7")])
    written = [Head(head.centre, head.seq, head.hash[:16]) for head in store.trail_heads()]
    assert store.missing_heads(written) == []

    by_hand("DELETE FROM trail WHERE centre = 'kigali' AND seq > 6")

    assert store.missing_heads(earlier) == []
    assert [(fault.centre, fault.seq) for fault in store.missing_heads(written)] == [("kigali", 7)]
    assert store.missing_heads([Head("kigali", 6, "0" * 16)]) != []


def test_swapped_entries_are_found(store: SqlStore, by_hand: ByHand) -> None:
    wrote(store)
    by_hand("UPDATE trail SET seq = 99 WHERE centre = 'kigali' AND seq = 2")
    by_hand("UPDATE trail SET seq = 2 WHERE centre = 'kigali' AND seq = 3")
    by_hand("UPDATE trail SET seq = 3 WHERE centre = 'kigali' AND seq = 99")

    assert {2, 3} <= set(faulty(store))


def test_an_inserted_entry_is_found(store: SqlStore, by_hand: ByHand) -> None:
    wrote(store)
    by_hand(
        "INSERT INTO trail SELECT centre, 7, at, kind, person, case_id, params, hash FROM trail "
        "WHERE centre = 'kigali' AND seq = 6"
    )

    assert 7 in faulty(store)


def test_an_entry_moved_to_another_centre_is_found(store: SqlStore, by_hand: ByHand) -> None:
    wrote(store)
    by_hand("UPDATE trail SET centre = 'musanze' WHERE centre = 'kigali' AND seq = 6")

    assert {fault.centre for fault in store.verify_trail()} == {"kigali", "musanze"}


@pytest.mark.parametrize("table", [table.name for table in APPEND_ONLY])
@pytest.mark.parametrize("change", ["DELETE FROM {table}", "UPDATE {table} SET {column} = {column}"])
def test_the_database_itself_refuses_to_change_what_is_append_only(store: SqlStore, table: str, change: str) -> None:
    store.apart = lambda name: name == "full_name"
    facts = (a_fact("age", 3), a_fact("full_name", "A"))
    case = a_case()
    store.keep(opening(case, facts=facts, decisions=(a_decision("reporting", "mandatory"),)))
    store.keep(going_on(case, facts=facts))
    store.publish("e1", "rwanda", {"a.yaml": b"x"}, "ama", "ben", MONDAY, proof=b"{}")
    store.note([entry("trail.read", MONDAY, "ama", "huye", case.id)])
    assert store.bind_one(MONDAY + minutes(1), length=1)
    store.keep(opening(a_case("old", status="closed", closed_at=MONDAY)))
    assert store.archive("old", MONDAY + minutes(1))
    column = "digest" if table.startswith("edition") else "centre"

    with pytest.raises(DBAPIError, match="append-only"), store.writing() as connection:
        connection.execute(text(change.format(table=table, column=column)))


def test_reads_of_a_case_come_newest_first_and_in_pages(store: SqlStore) -> None:
    case = a_case()
    store.keep(opening(case))
    store.keep(opening(a_case("case-2")))
    read = replace(an_entry("case.read", groups="clinical"), case_id=case.id)
    store.note([replace(read, at=MONDAY + minutes(number)) for number in range(5)])

    newest = store.trail(case.id, limit=2)
    older = store.trail(case.id, before_seq=newest[-1].seq)

    assert [row.entry.at for row in newest] == [MONDAY + minutes(4), MONDAY + minutes(3)]
    assert [row.entry.kind for row in older] == ["case.read"] * 3 + ["case.opened"]
    assert newest[0].entry == replace(read, at=MONDAY + minutes(4))


def test_what_was_done_is_found_however_often_the_case_was_read(store: SqlStore) -> None:
    case = a_case()
    store.keep(opening(case))
    read = replace(an_entry("case.read", groups="clinical"), case_id=case.id)
    store.note([replace(read, at=MONDAY + minutes(number)) for number in range(215)])

    assert [row.entry.kind for row in store.trail(case.id, kinds={"case.opened", "task.opened"})] == ["case.opened"]
    assert store.trail(case.id, kinds=()) == []


def test_one_move_may_speak_to_the_trails_of_two_centres(store: SqlStore) -> None:
    case = a_case()
    store.keep(opening(case))

    store.keep(going_on(case, entries=(an_entry(centre="kigali"), an_entry(centre="huye"), an_entry(centre="kigali"))))

    assert store.verify_trail() == []
    assert [fault.what for fault in store.verify_trail("huye")] == []


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_changed_byte_of_any_entry_or_head_is_found(opened: Callable[..., SqlStore], data: st.DataObject) -> None:
    store = opened("sqlite://")
    for number in range(3):
        store.note([replace(an_entry("sign_in.failed", account=f"person-{number}"), case_id=f"case-{number}")])
    table = data.draw(st.sampled_from([trail, trail_head]))
    column = data.draw(st.sampled_from([column for column in table.columns if isinstance(column.type, Text)]))
    seq = data.draw(st.integers(1, 3)) if table is trail else 3
    with store.writing() as connection:
        connection.execute(text("DROP TRIGGER trail_no_update"))
        before = connection.execute(select(cast(column, LargeBinary)).where(table.c.seq == seq)).scalar_one()
        after = bytearray(before)
        after[data.draw(st.integers(0, len(before) - 1))] ^= data.draw(st.integers(min_value=1, max_value=255))
        change = update(table).where(table.c.seq == seq)
        connection.execute(change.values({column.name: cast(literal(bytes(after), LargeBinary), Text)}))

    assert store.verify_trail() != []
