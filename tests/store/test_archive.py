"""A closed case goes into the archive as it is, and comes out of it as it was."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Table, delete, func, select, text
from sqlalchemy.exc import DBAPIError

from engine.model import ActDone, Case, CaseFile, Clock, Duty, Move, Stuck
from engine.store.archive import HELD_IN, archived, content_of, put_away
from engine.store.encryption import Keyring
from engine.store.errors import DoesNotOpen
from engine.store.store import SqlStore
from engine.store.tables import (
    APPEND_ONLY,
    archived_case,
    archived_identity,
    care_case,
    case_key,
    decision,
    fact,
    identity,
    metadata,
)
from engine.store.tidying import AT_REST
from tests.databases import KEYRING
from tests.store.build import (
    KIGALI,
    MONDAY,
    a_case,
    a_decision,
    a_fact,
    a_process,
    a_task,
    a_timer,
    going_on,
    minutes,
    opening,
)

Read = Callable[..., CaseFile]
ByHand = Callable[..., None]
SECRET = "Uwase of the blue house"
CLOSED = MONDAY + minutes(60)
AT_REST_BY_NOW = CLOSED + AT_REST + minutes(1)
MOVED = AT_REST_BY_NOW + minutes(1)


@pytest.fixture
def store(database_url: str, opened: Callable[..., SqlStore]) -> SqlStore:
    """A store in which who somebody is stands apart."""
    store = opened(database_url, apart=lambda name: name == "name")
    store.add_centre(KIGALI)
    return store


def lived(store: SqlStore, case: Case | None = None, **last: Any) -> Case:
    """Opens a case with something in every table and closes it; `last` is what else the closing move does."""
    case = case or a_case()
    task = a_task(case.id, f"{case.id}-t1")
    process = a_process(case.id)
    store.keep(
        opening(
            case,
            facts=(
                a_fact("name", SECRET),
                a_fact("age", 12),
                a_fact("born", date(2014, 2, 28)),
                a_fact("assault_at", datetime(2026, 3, 1, 23, 59, 59, 123456, tzinfo=UTC)),
                a_fact("services", ("medical", "police")),
                a_fact("note", f"{SECRET} é ¿? «x»"),
                a_fact("weight", 31.5),
                a_fact("injured", False),
                a_fact("visit", "none"),
            ),
            processes=(process,),
            tasks=(task, a_task(case.id, f"{case.id}-t2", element="examine")),
            decisions=(a_decision("report", True), a_decision("route", "home")),
            duties=(Duty(case.id, "report", "case", "met", ("told",), "medical", MONDAY, MONDAY, None, CLOSED),),
            clocks=(Clock(case.id, "pep", MONDAY, MONDAY + minutes(9)),),
            acts=(ActDone("seen", "case", MONDAY, "explain_rights"),),
            stuck=(Stuck("s1", case.id, process.id, "gate", "unknown", "why", MONDAY, "t", MONDAY, "ben"),),
            command_id=f"{case.id}-opening",
            fingerprint="f",
        )
    )
    ended = replace(process, status="done", snapshot=b"", ended_at=CLOSED)
    newer = (a_fact("age", 13, corrects=True, reason="her mother says"), a_fact("visit", "seen", scope="visit:a"))
    values: dict[str, Any] = {
        "facts": newer,
        "processes": (ended,),
        "task_closed": ((task, "completed"), (a_task(case.id, f"{case.id}-t2", element="examine"), "withdrawn")),
    }
    closed = replace(case, status="closed", closed_at=CLOSED)
    store.keep(going_on(case, closed, at=CLOSED, **{**values, **last}))
    return replace(closed, version=case.version + 1)


def seen(store: SqlStore, case_id: str = "case-1") -> tuple[object, ...]:
    """All that the house can ask of a case."""
    return (
        store.read_file(case_id),
        store.facts_history(case_id),
        store.decisions(case_id),
        store.passed(case_id),
        store.trail(case_id),
        store.case(case_id),
    )


def rows(store: SqlStore) -> dict[str, int]:
    """Tables of cases that have rows, and how many."""
    with store.engine.connect() as connection:
        numbers = {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for held in HELD_IN.values()
            for table in (*held, *HELD_IN)
        }
    return {name: number for name, number in numbers.items() if number}


def wait_until_it_waits(store: SqlStore, other: Future[None]) -> None:
    """Until the other one waits for this transaction, or is done; SQLite does not tell, and has but one writer."""
    if store.dialect == "postgresql":
        with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            while not connection.execute(text("SELECT 1 FROM pg_locks WHERE NOT granted")).all():
                assert not other.done(), "it did not wait"


def kept(store: SqlStore) -> str:
    """Everything that the database has, as text."""
    with store.engine.connect() as connection:
        return "".join(repr(connection.execute(select(table)).all()) for table in metadata.tables.values())


def test_an_archived_case_is_seen_as_it_was(store: SqlStore) -> None:
    lived(store)
    before = seen(store)

    assert store.tidy(AT_REST_BY_NOW, 10) > 0

    assert seen(store) == before
    assert rows(store) == {"archived_case": 1, "archived_identity": 1}


def test_of_who_somebody_is_nothing_is_in_the_archive_of_the_rest(store: SqlStore) -> None:
    lived(store)
    store.tidy(AT_REST_BY_NOW, 10)
    with store.engine.connect() as connection:
        sealed, apart = (
            connection.execute(select(t.c.sealed)).scalar_one() for t in (archived_case, archived_identity)
        )
        wrapped = connection.execute(select(case_key)).one()
    key = KEYRING.unwrap(*wrapped)

    the_name = rf"\"{SECRET}\"".encode()
    assert the_name in content_of(apart, "archived_identity", key)
    assert the_name not in content_of(sealed, "archived_case", key)
    assert SECRET not in kept(store)


def test_before_an_archived_case_goes_on_it_is_put_back(store: SqlStore, read: Read) -> None:
    case = lived(store)
    before, tables = seen(store), rows(store)
    store.tidy(AT_REST_BY_NOW, 10)

    reopened = replace(case, status="open", closed_at=None)
    store.keep(going_on(case, reopened, at=MOVED, facts=(a_fact("note", "she came again", at=MOVED),)))

    file = read()
    assert file.case.status == "open"
    assert file.facts["note", "case"].value == "she came again"
    assert store.facts_history(case.id)[:-1] == before[1]
    assert (store.decisions(case.id), store.passed(case.id)) == (before[2], before[3])
    assert rows(store) == {**tables, "fact_former": tables["fact_former"] + 1}


def test_a_move_that_was_read_before_the_case_was_archived_is_kept_on_it(store: SqlStore, read: Read) -> None:
    case = lived(store)
    file = read()

    store.tidy(AT_REST_BY_NOW, 10)
    store.keep(going_on(file.case, at=MOVED, facts=(a_fact("note", "late news", at=MOVED),)))

    assert read().facts["note", "case"].value == "late news"
    assert read().case.version == case.version + 1


def test_it_is_archived_again_once_it_is_at_rest_again(store: SqlStore) -> None:
    case = lived(store)
    store.tidy(AT_REST_BY_NOW, 10)
    again = replace(case, closed_at=MOVED)
    store.keep(going_on(case, again, at=MOVED, facts=(a_fact("note", "late news", at=MOVED),)))
    before = seen(store)

    assert "fact" in rows(store)
    store.tidy(MOVED + AT_REST, 10)
    assert "fact" in rows(store)
    store.tidy(MOVED + AT_REST + minutes(1), 10)

    assert "fact" not in rows(store)
    assert seen(store) == before


OWED = Duty("case-1", "report", "case", "owed", (), "medical", MONDAY, None, None)


@pytest.mark.parametrize(
    "last",
    [
        {"tasks": (a_task("case-1", "t9"),)},
        {"timers": (a_timer("case-1", "tm1", MONDAY),)},
        {"duties": (OWED,)},
        {"duties": (replace(OWED, status="late"),)},
        {"stuck": (Stuck("s9", "case-1", "p", "gate", "unknown", "why", MONDAY),)},
    ],
    ids=["a task is open", "a timer runs", "a duty is owed", "a duty is late", "it is stuck"],
)
def test_a_case_stays_where_it_is_while(store: SqlStore, last: dict[str, Any]) -> None:
    lived(store, **last)
    before = rows(store)

    store.tidy(AT_REST_BY_NOW + timedelta(days=999), 10)

    assert rows(store) == before


def test_an_open_case_and_one_closed_of_late_stay_where_they_are(store: SqlStore) -> None:
    store.keep(opening(a_case("open"), facts=(a_fact("age", 12),)))
    lived(store)
    before = rows(store)

    store.tidy(CLOSED + AT_REST, 10)

    assert rows(store) == before


def test_a_case_whose_key_was_erased_stays_unreadable(store: SqlStore) -> None:
    lived(store)
    store.tidy(AT_REST_BY_NOW, 10)
    with store.writing() as connection:
        connection.execute(text("DELETE FROM case_key"))

    assert store.facts_history("case-1") == []
    with pytest.raises(DoesNotOpen):
        store.read_file("case-1")


def test_a_case_whose_key_is_erased_is_passed_over(store: SqlStore) -> None:
    lived(store, a_case("first"))
    lived(store, a_case("second"))
    with store.writing() as connection:
        connection.execute(text("DELETE FROM case_key WHERE case_id = 'first'"))

    store.tidy(AT_REST_BY_NOW, 10)

    assert rows(store)["archived_case"] == 1
    assert store.facts_history("second")


def test_an_archive_moved_to_another_case_does_not_open(store: SqlStore, by_hand: ByHand) -> None:
    lived(store, a_case("first"))
    lived(store, a_case("second"))
    store.tidy(AT_REST_BY_NOW, 10)
    by_hand("UPDATE archived_case SET sealed = (SELECT sealed FROM archived_case WHERE case_id = 'first')")

    with pytest.raises(DoesNotOpen):
        store.read_file("second")


@pytest.mark.parametrize("change", ["DELETE FROM archived_case", "DELETE FROM archived_identity"])
def test_a_case_whose_archive_is_gone_is_told_and_never_shown_empty(
    store: SqlStore, by_hand: ByHand, change: str
) -> None:
    case = lived(store)
    store.tidy(AT_REST_BY_NOW, 10)
    by_hand(change)
    news = going_on(case, at=MOVED, facts=(a_fact("note", "late news", at=MOVED),))

    for ask in (store.read_file, store.facts_history, store.decisions, store.passed):
        with pytest.raises(DoesNotOpen, match="archive of this case"):
            ask(case.id)
    with pytest.raises(DoesNotOpen, match="archive of this case"):
        store.keep(news)
    assert (found := store.case(case.id)) is not None
    assert found.version == case.version


def test_a_case_whose_mark_was_taken_off_is_seen_as_it_was_and_left_to_the_check(
    store: SqlStore, by_hand: ByHand
) -> None:
    lived(store)
    before = seen(store)
    store.tidy(AT_REST_BY_NOW, 10)
    by_hand("UPDATE care_case SET archived = false")

    assert seen(store) == before
    assert store.tidy(AT_REST_BY_NOW, 10) == 0


def test_facts_go_from_their_table_only_into_the_archive(store: SqlStore) -> None:
    lived(store)

    for table in (fact, identity, decision):
        with pytest.raises(DBAPIError, match="append-only"), store.engine.begin() as connection:
            connection.execute(delete(table))


@pytest.mark.parametrize(
    "only",
    ["UPDATE care_case SET archived = true", "INSERT INTO {archive} SELECT opened_at_centre, id, code FROM care_case"],
    ids=["the mark", "an archive"],
)
@pytest.mark.parametrize("table", [table for held in HELD_IN.values() for table in held if table in APPEND_ONLY])
def test_rows_of_a_case_stay_when_it_has_only(store: SqlStore, table: Table, only: str) -> None:
    lived(store, facts=(a_fact("name", "Keza"), a_fact("age", 13)))
    (archive,) = (archive for archive, held in HELD_IN.items() if table in held)
    only = only.format(archive=archive.name)
    with store.writing() as connection:
        connection.execute(text(only if store.dialect == "sqlite" else only.replace("code", "code::bytea")))

    with pytest.raises(DBAPIError, match=f"{table.name} is append-only"), store.engine.begin() as connection:
        connection.execute(delete(table))


@pytest.mark.parametrize("archive", HELD_IN)
@pytest.mark.parametrize("change", ["DELETE FROM {archive}", "UPDATE {archive} SET case_id = case_id"])
def test_the_archive_of_a_case_stays_as_it_is_while_the_case_is_marked(
    store: SqlStore, archive: Table, change: str
) -> None:
    lived(store)
    store.tidy(AT_REST_BY_NOW, 10)

    with pytest.raises(DBAPIError, match=f"{archive.name} is append-only"), store.engine.begin() as connection:
        connection.execute(text(change.format(archive=archive.name)))


def test_a_move_that_waits_while_its_case_is_archived_finds_the_archive(store: SqlStore, read: Read) -> None:
    case = lived(store)
    history = store.facts_history(case.id)
    with ThreadPoolExecutor(1) as other:
        with store.writing() as connection:
            key = KEYRING.unwrap(*connection.execute(select(case_key)).one())
            put_away(connection, key)
            kept = other.submit(store.keep, going_on(case, at=MOVED, facts=(a_fact("note", "late", at=MOVED),)))
            wait_until_it_waits(store, kept)
        kept.result()

    assert read().facts["note", "case"].value == "late"
    assert store.facts_history(case.id)[:-1] == history
    with store.reading() as connection:
        assert archived(connection, KEYRING, case.id) is None


def test_no_more_are_archived_than_asked(store: SqlStore) -> None:
    for number in range(5):
        lived(store, a_case(f"case-{number}"))

    assert store.tidy(AT_REST_BY_NOW, 2) == 2
    assert rows(store)["archived_case"] == 2
    while store.tidy(AT_REST_BY_NOW, 2):
        pass

    assert rows(store) == {"archived_case": 5, "archived_identity": 5}
    with store.engine.connect() as connection:
        assert set(connection.execute(select(care_case.c.archived)).scalars()) == {True}


def test_a_command_sent_again_is_known_until_it_is_at_rest(store: SqlStore) -> None:
    lived(store)
    again: Move = opening(a_case(), command_id="case-1-opening", fingerprint="f")

    store.tidy(MONDAY + AT_REST, 10)
    assert store.keep(again).replayed
    store.tidy(MONDAY + AT_REST + minutes(1), 10)

    assert store.earlier("case-1-opening", "f") is None


def test_the_archive_opens_with_an_older_master_key_in_the_ring(
    database_url: str, opened: Callable[..., SqlStore], store: SqlStore
) -> None:
    lived(store)
    before = seen(store)
    store.tidy(AT_REST_BY_NOW, 10)

    newer = opened(database_url, Keyring({1: bytes(range(32)), 2: bytes(32)}), apart=lambda name: name == "name")

    assert KEYRING.version == 1
    assert seen(newer) == before
