"""A move is kept whole or not at all, once, and only by who saw the newest state."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from engine.model import ActDone, CaseFile, Clock, Duty, Outcome, Stuck, Wait
from engine.store.encryption import Keyring
from engine.store.errors import CaseChanged, CommandReused, StoreBusy, TaskChanged
from engine.store.store import SqlStore
from engine.store.tables import command
from tests.store.build import (
    KIGALI,
    MONDAY,
    a_case,
    a_fact,
    a_process,
    a_task,
    a_timer,
    an_entry,
    closed,
    given_back,
    going_on,
    minutes,
    opening,
)

Read = Callable[..., CaseFile]


def test_a_whole_move_is_read_back_as_it_was_kept(store: SqlStore, read: Read) -> None:
    case = a_case()
    facts = (
        a_fact("note", "é ¿? \u0000 «x»"),
        a_fact("age", 12),
        a_fact("weight", 31.5),
        a_fact("injured", False),
        a_fact("birth_date", date(2014, 2, 28)),
        a_fact("assault_at", datetime(2026, 3, 1, 23, 59, 59, 123456, tzinfo=UTC)),
        a_fact("services", ("medical", "police")),
        a_fact("outcome", "seen", scope="visit:fu_2w", corrects=True, reason="typed in the wrong row"),
    )
    process = a_process(case.id, waits=(Wait("s1", "wait_report", "process.report == 'done'"),), because="door")
    ended = a_process(case.id, key="reception", status="done", snapshot=b"", ended_at=MONDAY)
    task = a_task(case.id, "t1", due_at=MONDAY + minutes(60), claimed_by="ama", claimed_at=MONDAY)
    timer = a_timer(case.id, "tm1", MONDAY + minutes(5))
    duty = Duty(case.id, "report", "case", "owed", ("seen", "told"), "medical", MONDAY, MONDAY + minutes(9), None)
    clock = Clock(case.id, "pep", MONDAY + minutes(60), MONDAY + minutes(90))
    stuck = Stuck("s1", case.id, process.id, "gateway", "unknown_guard", "why", MONDAY, task_id="t1")
    move = opening(
        case,
        facts=facts,
        processes=(process, ended),
        tasks=(task,),
        timers=(timer,),
        duties=(duty,),
        clocks=(clock,),
        acts=(ActDone("police.notified", "case", MONDAY, "notify"),),
        stuck=(stuck,),
    )

    store.keep(move)

    assert read() == CaseFile(
        case=case,
        facts={fact.key: fact for fact in facts},
        processes=(process, ended),
        tasks=(task,),
        timers=(timer,),
        duties=(duty,),
        clocks=(clock,),
        acts={("police.notified", "case"): MONDAY},
        stuck=(stuck,),
        zone="Africa/Kigali",
    )


def test_what_a_later_move_ends_is_no_longer_in_the_file(store: SqlStore, read: Read) -> None:
    case = a_case()
    stuck = Stuck("s1", case.id, "p", "gateway", "unknown_guard", "why", MONDAY)
    store.keep(opening(case, tasks=(a_task(case.id, "t1"),), timers=(a_timer(case.id, "tm1", MONDAY),), stuck=(stuck,)))
    freed = replace(stuck, freed_at=MONDAY, freed_by="ama")

    ended = ((a_task(case.id, "t1"), "completed"),)
    store.keep(going_on(case, task_closed=ended, timers_cleared=read().timers, stuck=(freed,)))

    file = read()
    assert (file.tasks, file.timers, file.stuck) == ((), (), ())
    assert closed(store, "t1") == ("ama", "completed", MONDAY)
    assert store.task("t1") is None


def test_the_newest_fact_is_current_and_the_former_stays_in_the_history(store: SqlStore, read: Read) -> None:
    case = a_case()
    store.keep(opening(case, facts=(a_fact("age", 17),)))

    store.keep(going_on(case, facts=(a_fact("age", 18, corrects=True, reason="birth certificate seen"),)))

    assert read().facts["age", "case"].value == 18
    assert [fact.value for fact in store.facts_history(case.id)] == [17, 18]
    assert store.facts_history(case.id)[1].reason == "birth certificate seen"


def test_a_fact_that_came_late_and_one_that_was_passed_at_once_are_history(store: SqlStore, read: Read) -> None:
    case = a_case()
    store.keep(opening(case, facts=(a_fact("age", 17), a_fact("age", 18))))

    store.keep(going_on(case, facts=(a_fact("age", 16, current=False),)))

    assert read().facts["age", "case"].value == 18
    assert [fact.value for fact in store.facts_history(case.id)] == [17, 18, 16]


def test_the_database_loses_no_fact_for_a_move_that_does_not_say_what_it_replaces(store: SqlStore, read: Read) -> None:
    case = a_case()
    store.keep(opening(case, facts=(a_fact("age", 17),)))

    with pytest.raises(Exception, match="fact is append-only"):
        store.keep(going_on(case, facts=(a_fact("age", 18),), facts_replaced=()))

    assert read().facts["age", "case"].value == 17


def test_a_case_that_moved_on_refuses_a_move_computed_before(store: SqlStore, read: Read) -> None:
    case = a_case()
    store.keep(opening(case))
    late = going_on(case, facts=(a_fact("age", 1),))
    store.keep(going_on(case, facts=(a_fact("age", 2),)))

    with pytest.raises(CaseChanged):
        store.keep(late)

    assert read().facts["age", "case"].value == 2


def test_a_claim_refuses_a_move_computed_before_it(store: SqlStore, read: Read) -> None:
    case = a_case()
    task = a_task(case.id, "t1")
    store.keep(opening(case, tasks=(task,)))
    store.change_task(replace(task, claimed_by="ama", claimed_at=MONDAY), 1, ())

    with pytest.raises(CaseChanged):
        store.keep(going_on(case, tasks=(replace(task, due_at=MONDAY),)))

    assert read().tasks[0].claimed_by == "ama"


def test_a_claim_counts_once_and_is_in_the_trail(store: SqlStore) -> None:
    case = a_case()
    task = a_task(case.id, "t1")
    store.keep(opening(case, tasks=(task,)))
    claimed = an_entry("task.claimed", element=task.element, role=task.role)

    store.change_task(replace(task, claimed_by="ama", claimed_at=MONDAY), 1, (claimed,))
    with pytest.raises(TaskChanged):
        store.change_task(replace(task, claimed_by="ben", claimed_at=MONDAY), 1, ())

    row = store.task("t1")
    assert row is not None
    assert (row.task.claimed_by, row.task.version) == ("ama", 2)


def test_tasks_are_given_back_together_but_those_that_changed_meanwhile(store: SqlStore, read: Read) -> None:
    held = []
    for number in range(3):
        case, task = a_case(f"case-{number}"), a_task(f"case-{number}", f"t{number}")
        store.keep(opening(case, tasks=(task,)))
        store.change_task(replace(task, claimed_by="ama", claimed_at=MONDAY), 1, ())
        held.append(replace(task, claimed_by="ama", claimed_at=MONDAY, version=2))
    store.change_task(replace(held[1], claimed_by="ben"), 2, ())
    freed = [given_back(task) for task in held]
    late = going_on(a_case("case-0"))

    assert store.free_tasks([]) == 0
    assert [row.task.id for row in store.held_tasks(9, {"ama"})] == ["t0", "t2"]
    assert store.free_tasks(freed) == 2
    with pytest.raises(CaseChanged):
        store.keep(late)

    assert [(row.task.id, row.task.claimed_by) for row in store.held_tasks(9)] == [("t1", "ben")]
    assert [row.task.version for row in map(store.task, ("t0", "t1", "t2")) if row] == [3, 3, 3]
    told = {row.entry.case_id for case in range(3) for row in store.trail(f"case-{case}", kinds=["task.given_back"])}
    assert told == {"case-0", "case-2"}


def test_the_same_command_gives_its_first_outcome_and_changes_nothing(store: SqlStore, read: Read) -> None:
    case = a_case()
    first = Outcome(case.id, case.code, "t1", opened=("t1", "t2"), duties_opened=("report",), decisions=("reporting",))
    store.keep(opening(case, command_id="c1", fingerprint="same", outcome=first))
    again = going_on(case, command_id="c1", fingerprint="same", facts=(a_fact("age", 3),))

    assert store.keep(again) == replace(first, replayed=True)
    assert store.earlier("c1", "same") == replace(first, replayed=True)
    assert read().facts == {}
    assert len(store.trail(case.id)) == 1


def test_the_same_command_with_other_content_is_refused(store: SqlStore) -> None:
    store.keep(opening(command_id="c1", fingerprint="one"))

    with pytest.raises(CommandReused):
        store.keep(opening(a_case("case-2"), command_id="c1", fingerprint="two"))
    with pytest.raises(CommandReused):
        store.earlier("c1", "two")
    assert store.case("case-2") is None


def test_a_refused_command_may_be_given_again(store: SqlStore, read: Read) -> None:
    case = a_case()
    store.keep(opening(case))
    store.keep(going_on(case))
    with pytest.raises(CaseChanged):
        store.keep(going_on(case, command_id="c1", fingerprint="x"))
    assert store.earlier("c1", "x") is None

    assert not store.keep(going_on(read().case, command_id="c1", fingerprint="x")).replayed


def test_a_code_that_is_taken_asks_for_another(store: SqlStore) -> None:
    store.keep(opening(a_case("case-1", code="K-7")))

    with pytest.raises(CaseChanged):
        store.keep(opening(a_case("case-2", code="K-7")))

    assert store.code_exists("K-7")
    assert not store.code_exists("K-8")


def test_a_case_keeps_its_key_when_it_moves_to_another_centre(store: SqlStore, read: Read) -> None:
    case = a_case()
    store.keep(opening(case, facts=(a_fact("age", 9),)))

    store.keep(going_on(case, replace(case, current_centre="huye"), facts=(a_fact("city", "Huye"),)))

    file = read()
    assert (file.case.opened_at_centre, file.case.current_centre) == ("kigali", "huye")
    assert {fact.value for fact in file.facts.values()} == {9, "Huye"}


def test_no_such_case_is_none(store: SqlStore) -> None:
    assert store.read_file("nobody") is None
    assert store.case("nobody") is None


def test_a_store_that_is_locked_says_so_and_recovers(
    sqlite_url: str, opened: Callable[..., SqlStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.store.sqlite.BUSY_SECONDS", 0)
    store, other = opened(sqlite_url), opened(sqlite_url)
    store.add_centre(KIGALI)

    with other.writing(), pytest.raises(StoreBusy):
        store.keep(opening())

    assert store.keep(opening()).case_id == "case-1"


def test_what_a_command_was_cannot_be_guessed_from_the_database_without_the_key(store: SqlStore) -> None:
    store.keep(opening(command_id="c1", fingerprint="answer=yes"))
    with store.engine.connect() as connection:
        kept = connection.execute(select(command.c.fingerprint)).scalar_one()
    assert "answer" not in kept
    assert hashlib.sha256(b"answer=yes").hexdigest() not in kept
    assert Keyring({1: bytes(32)}).mark("answer=yes") != kept
    assert store.earlier("c1", "answer=yes") is not None
