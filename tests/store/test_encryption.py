"""What is personal is unreadable without the case's key, and opens only in its own place."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

import pytest
from sqlalchemy import Connection, inspect, text

from engine.entries import entry
from engine.model import CaseFile
from engine.store.encryption import Keyring
from engine.store.errors import DoesNotOpen
from engine.store.store import SqlStore
from tests.databases import KEYRING
from tests.store.build import (
    KIGALI,
    MONDAY,
    a_case,
    a_decision,
    a_fact,
    a_process,
    a_task,
    going_on,
    opening,
)

ByHand = Callable[..., None]
Read = Callable[..., CaseFile]
CANARY = "ZZCANARY"


def every_cell(connection: Connection) -> bytes:
    """All that the database holds, table by table."""
    names = inspect(connection).get_table_names()
    rows = (row for name in names for row in connection.execute(text(f"SELECT * FROM {name}")))  # noqa: S608
    return b"\n".join(cell if isinstance(cell, bytes) else str(cell).encode() for row in rows for cell in row)


def a_case_full_of_canaries(store: SqlStore) -> None:
    store.apart = lambda name: name == "full_name"
    case = a_case()
    move = opening(
        case,
        facts=(a_fact("full_name", CANARY), a_fact("story", CANARY), a_fact("services", (CANARY,))),
        decisions=(a_decision("reporting", CANARY),),
        processes=(a_process(case.id, snapshot=CANARY.encode()),),
        tasks=(a_task(case.id, "t1"),),
    )
    store.keep(move)
    store.save_answers("t1", "ama", {"story": CANARY}, MONDAY)
    saved = store.case(case.id)
    assert saved is not None
    store.keep(going_on(saved, facts=(a_fact("story", CANARY, corrects=True, reason=CANARY),)))


def test_no_answer_stands_in_the_database_in_the_clear(store: SqlStore) -> None:
    a_case_full_of_canaries(store)

    with store.reading() as connection:
        held = every_cell(connection)

    assert b"case.opened" in held
    assert CANARY.encode() not in held


def test_no_answer_stands_in_the_files_of_sqlite_in_the_clear(
    sqlite_url: str, opened: Callable[..., SqlStore], tmp_path: object
) -> None:
    store = opened(sqlite_url)
    store.add_centre(KIGALI)
    a_case_full_of_canaries(store)
    store.close()
    path = sqlite_url.removeprefix("sqlite:///")

    with sqlite3.connect(path) as connection:
        dump = "\n".join(connection.iterdump())
    connection.close()
    with open(path, "rb") as file:
        raw = file.read()

    assert CANARY not in dump
    assert CANARY.encode() not in raw
    assert b"story" in raw


def test_erasing_the_case_s_key_makes_everything_unreadable(store: SqlStore, by_hand: ByHand) -> None:
    a_case_full_of_canaries(store)
    store.keep(opening(a_case("case-2"), facts=(a_fact("story", "other"),)))

    by_hand("DELETE FROM case_key WHERE case_id = 'case-1'")

    with pytest.raises(DoesNotOpen, match="erased"):
        store.read_file("case-1")
    with pytest.raises(DoesNotOpen):
        store.saved_answers("t1", "ama")
    case = store.case("case-1")
    assert case is not None
    with pytest.raises(DoesNotOpen):
        store.keep(going_on(case))
    assert store.facts_history("case-1") == []
    assert store.decisions("case-1") == []
    assert [fact.value for fact in store.facts_history("case-2")] == ["other"]
    assert store.verify_trail() == []


MOVES = {
    "to another fact": (
        "UPDATE fact SET sealed = (SELECT sealed FROM fact WHERE case_id = 'case-1' AND name = 'a') "
        "WHERE case_id = 'case-1' AND name = 'b'"
    ),
    "to another case": (
        "UPDATE fact SET sealed = (SELECT sealed FROM fact WHERE case_id = 'case-2' AND name = 'a') "
        "WHERE case_id = 'case-1' AND name = 'a'"
    ),
    "under another name": "UPDATE fact SET name = 'c' WHERE case_id = 'case-1' AND name = 'a'",
    "to another scope": "UPDATE fact SET scope = 'visit:1' WHERE case_id = 'case-1' AND name = 'a'",
    "to another version": "UPDATE fact SET version = 9 WHERE case_id = 'case-1' AND name = 'a'",
    "between tables": (
        "UPDATE process SET sealed = (SELECT sealed FROM fact WHERE case_id = 'case-1' AND name = 'a') "
        "WHERE case_id = 'case-1'"
    ),
    "with the key of another case": (
        "UPDATE case_key SET wrapped = (SELECT wrapped FROM case_key WHERE case_id = 'case-2') WHERE case_id = 'case-1'"
    ),
    "cut short": "UPDATE process SET sealed = substr(sealed, 1, 9) WHERE case_id = 'case-1'",
}


@pytest.mark.parametrize("change", MOVES.values(), ids=MOVES.keys())
def test_sealed_data_that_was_moved_does_not_open(store: SqlStore, read: Read, by_hand: ByHand, change: str) -> None:
    for case in (a_case("case-1"), a_case("case-2")):
        store.keep(opening(case, facts=(a_fact("a", 1), a_fact("b", 2)), processes=(a_process(case.id),)))

    by_hand(change)

    with pytest.raises(DoesNotOpen, match="changed, moved, or sealed with another key"):
        list(read("case-1").facts.values())
    assert len(list(read("case-2").facts.values())) == 2


def test_a_fact_that_is_apart_is_kept_apart_and_read_with_the_others(store: SqlStore, read: Read) -> None:
    store.apart = lambda name: name == "full_name"
    store.keep(opening(facts=(a_fact("full_name", "Aline"), a_fact("age", 9))))

    with store.reading() as connection:
        names = {
            table: set(connection.execute(text(f"SELECT name FROM {table}")).scalars())  # noqa: S608
            for table in ("fact", "identity")
        }

    assert names == {"fact": {"age"}, "identity": {"full_name"}}
    assert {fact.value for fact in read().facts.values()} == {"Aline", 9}
    assert [fact.name for fact in store.facts_history("case-1")] == ["full_name", "age"]


def test_a_fact_whose_group_came_to_be_apart_has_its_newest_value(store: SqlStore, read: Read) -> None:
    store.keep(opening(facts=(a_fact("phone", "old"),)))
    store.apart = lambda name: name == "phone"
    store.keep(going_on(read().case, facts=(a_fact("phone", "new"),)))

    assert read().facts["phone", "case"].value == "new"
    store.apart = lambda name: False
    store.keep(going_on(read().case, facts=(a_fact("phone", "newest"),)))

    assert read().facts["phone", "case"].value == "newest"
    assert [fact.value for fact in store.facts_history("case-1")] == ["old", "new", "newest"]


def test_a_new_master_key_wraps_new_cases_while_the_old_ones_stay_readable(
    database_url: str, opened: Callable[..., SqlStore]
) -> None:
    old = opened(database_url)
    old.add_centre(KIGALI)
    old.keep(opening(facts=(a_fact("age", 9),)))
    both = opened(database_url, Keyring({1: bytes(range(32)), 2: bytes(32)}))
    both.keep(opening(a_case("case-2"), facts=(a_fact("age", 10),)))

    assert [both.facts_history(id)[0].value for id in ("case-1", "case-2")] == [9, 10]
    with pytest.raises(DoesNotOpen, match="master key version 2"):
        old.read_file("case-2")
    with pytest.raises(DoesNotOpen, match="another key"):
        opened(database_url, Keyring({1: bytes(32)})).read_file("case-1")


def test_a_database_knows_whether_it_was_sealed_with_these_keys(store: SqlStore) -> None:
    own, other = store.keyring, Keyring({1: b"o" * 32})
    store.keyring = other
    assert store.fits_key()  # nothing was kept yet
    store.keyring = own
    store.note([entry("signed.in", MONDAY, "ama", KIGALI.id)])
    for kept in ("an entry of the trail", "a case"):
        store.keyring = other
        assert not store.fits_key(), kept
        store.keyring = own
        assert store.fits_key(), kept
        if kept != "a case":
            store.keep(opening(a_case()))
    store.keyring = Keyring({1: b"o" * 32, 2: b"p" * 32})
    assert not store.fits_key()


def test_the_same_answer_is_never_sealed_to_the_same_bytes() -> None:
    key = KEYRING.new_case_key("kigali", "case-1")

    assert key.seal(b"yes", "fact", 1) != key.seal(b"yes", "fact", 1)
    assert key.open(key.seal(b"yes", "fact", 1), "fact", 1) == b"yes"


@pytest.mark.parametrize(("keys", "why"), [({}, "at least one"), ({1: b"short"}, "32 bytes, but version 1 has 5")])
def test_a_ring_without_a_sound_key_is_refused(keys: dict[int, bytes], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        Keyring(keys)
