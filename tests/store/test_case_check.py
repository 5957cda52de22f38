"""The check of the trail also finds a case that was emptied, added, or taken away behind the store's back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import Table, delete, select, text

from engine.entries import entry
from engine.store.archive import HELD_IN
from engine.store.case_check import NAMED
from engine.store.store import SqlStore
from engine.store.tidying import AT_REST
from tests.store.build import MONDAY, a_case, a_fact, an_entry, minutes, opening

ByHand = Callable[..., None]
LATER = MONDAY + AT_REST + minutes(1)
SECRET = "Uwase"


@pytest.fixture
def archived(store: SqlStore) -> SqlStore:
    """A store with two archived cases, an open one, and a closed one whose key was erased."""
    store.apart = lambda name: name == "name"
    facts = (a_fact("name", SECRET), a_fact("age", 12))
    for case_id in ("one", "two"):
        store.keep(opening(a_case(case_id, status="closed", closed_at=MONDAY), facts=facts))
    store.tidy(LATER, 10)
    store.keep(opening(a_case("open", "huye"), facts=facts))
    assert store.verify_trail() == []
    return store


def told(store: SqlStore) -> list[tuple[str, int, str]]:
    return [(fault.centre, fault.seq, fault.what) for fault in store.verify_trail()]


def kigali(*what: str) -> list[tuple[str, int, str]]:
    return [("kigali", 0, one) for one in what]


GONE = "Case one is marked as archived, but its archive is not there"
SHUT = "The archive of case {} does not open with the key of the case"


@pytest.mark.parametrize("archive", ["archived_case", "archived_identity"])
@pytest.mark.parametrize(
    ("change", "found"),
    [
        ("DELETE FROM {archive} WHERE case_id = 'one'", [GONE]),
        ("UPDATE {archive} SET sealed = '' WHERE case_id = 'one'", [SHUT.format("one")]),
        ("UPDATE {archive} SET sealed = '0011223344556677' WHERE case_id = 'one'", [SHUT.format("one")]),
    ],
    ids=["gone", "empty", "a text"],
)
def test_an_archive_is_found_that_is(
    archived: SqlStore, by_hand: ByHand, archive: str, change: str, found: list[str]
) -> None:
    by_hand(change.format(archive=archive))

    assert sorted(told(archived)) == kigali(*found)
    assert archived.verify_trail("huye") == []
    assert archived.verify_trail("kigali") != []


@pytest.mark.parametrize("table", HELD_IN, ids=str)
def test_two_archives_that_were_exchanged_are_found(archived: SqlStore, by_hand: ByHand, table: Table) -> None:
    with archived.engine.connect() as connection:
        seals = {row.case_id: row.sealed for row in connection.execute(select(table))}
    for case_id, other in (("one", "two"), ("two", "one")):
        by_hand(f"UPDATE {table} SET sealed = :sealed WHERE case_id = :id", sealed=seals[other], id=case_id)  # noqa: S608

    assert sorted(told(archived)) == kigali(SHUT.format("one"), SHUT.format("two"))


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (
            "UPDATE care_case SET archived = false WHERE id = 'one'",
            "Case one has an archive, but is not marked as archived",
        ),
        (
            "UPDATE care_case SET status = 'open' WHERE id = 'one'",
            "Case one is marked as archived, but is not closed",
        ),
    ],
    ids=["that is not marked", "that is not closed"],
)
def test_an_archive_is_found_of_a_case(archived: SqlStore, by_hand: ByHand, change: str, found: str) -> None:
    by_hand(change)

    assert told(archived) == kigali(found)


def test_a_case_that_is_marked_without_any_archive_is_found(archived: SqlStore, by_hand: ByHand) -> None:
    by_hand("UPDATE care_case SET archived = true, status = 'closed' WHERE id = 'open'")

    assert told(archived) == [("huye", 0, "Case open is marked as archived, but its archive is not there")]


@pytest.mark.parametrize("bound", [False, True], ids=["loose", "in chapters"])
def test_a_case_whose_mark_and_archives_were_taken_away_is_found(archived: SqlStore, bound: bool) -> None:
    started = entry("process.started", MONDAY, "ama", "kigali", "one", process="p", scope="case", because="arrival")
    archived.note([started, replace(started, case_id="two")])
    while bound and archived.bind_one(LATER, 1):
        pass
    assert archived.verify_trail() == []

    with archived.writing() as connection:  # no trigger is in the way
        connection.execute(text("UPDATE care_case SET archived = false WHERE id = 'one'"))
        for table in HELD_IN:
            connection.execute(delete(table).where(table.c.case_id == "one"))

    assert told(archived) == kigali("The trail tells what was done in case one, but nothing of it is there")


def test_an_archive_whose_key_was_erased_is_whole(archived: SqlStore, by_hand: ByHand) -> None:
    by_hand("DELETE FROM case_key WHERE case_id = 'one'")

    assert archived.verify_trail() == []


def test_nothing_is_opened_of_a_case_without_an_archive(archived: SqlStore, by_hand: ByHand) -> None:
    by_hand("UPDATE case_key SET wrapped = ''")

    assert sorted(told(archived)) == kigali(SHUT.format("one"), SHUT.format("two"))


@pytest.mark.parametrize("bound", [False, True], ids=["loose", "in chapters"])
def test_a_centre_with_cases_but_without_a_chain_is_found(archived: SqlStore, by_hand: ByHand, bound: bool) -> None:
    archived.note([an_entry()])
    if bound:
        while archived.bind_one(LATER, 1):
            pass
    for table in ("trail", "trail_head", "trail_chapter", "trail_chapter_case"):
        by_hand(f"DELETE FROM {table} WHERE centre = 'kigali'")  # noqa: S608

    assert told(archived) == kigali("The trail tells of no case, but there are 2 that were opened here, such as one")


@pytest.mark.parametrize("bound", [False, True], ids=["loose", "in chapters"])
def test_a_case_that_was_taken_away_is_found(archived: SqlStore, by_hand: ByHand, bound: bool) -> None:
    while bound and archived.bind_one(LATER, 1):
        pass
    for table in ("archived_case", "archived_identity", "case_key"):
        by_hand(f"DELETE FROM {table} WHERE case_id = 'one'")  # noqa: S608
    by_hand("DELETE FROM care_case WHERE id = 'one'")

    assert told(archived) == kigali("The trail tells of the opening of case one, but it is not there")


def test_a_case_that_was_never_opened_is_found(archived: SqlStore) -> None:
    archived.keep(opening(a_case("three"), entries=()))

    assert told(archived) == kigali("Case three is there, but the trail does not tell of its opening")


def test_a_case_that_was_opened_twice_is_found(archived: SqlStore) -> None:
    archived.note(opening(a_case("one")).entries)

    assert told(archived) == kigali("The trail tells more than once of the opening of case one")


def test_of_very_many_cases_the_first_are_named(store: SqlStore) -> None:
    store.keep(opening(a_case("first")))
    for number in range(NAMED + 5):
        store.keep(opening(a_case(f"case-{number:02}"), entries=()))

    found = told(store)

    assert len(found) == NAMED + 1
    assert found[-1] == ("kigali", 0, "The same holds for 5 cases more, to case-24")


def test_no_complaint_holds_a_value_of_a_case(archived: SqlStore, by_hand: ByHand) -> None:
    by_hand("UPDATE archived_case SET sealed = ''")
    by_hand("UPDATE care_case SET status = 'open'")

    said = repr(archived.verify_trail())

    assert "Case one" in said
    assert SECRET not in said
