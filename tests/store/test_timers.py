"""A timer fires once and never early, whoever fires it; duties are noted when their time has come."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest
from sqlalchemy import select

from engine.model import CaseFile, Duty, Move
from engine.store.errors import CaseChanged
from engine.store.records import DueTimer
from engine.store.store import SqlStore
from engine.store.tables import timer as table
from tests.store.build import MONDAY, a_case, a_fact, a_timer, going_on, minutes, opening

Read = Callable[..., CaseFile]
NOON = MONDAY + minutes(210)
SECONDS = 60


def with_timers(store: SqlStore, *due: tuple[str, str, float]) -> None:
    """Cases with timers: (case id, timer id, minutes after MONDAY)."""
    for case_id in sorted({case_id for case_id, _, _ in due}):
        timers = tuple(a_timer(case_id, id, MONDAY + minutes(after)) for of, id, after in due if of == case_id)
        store.keep(opening(a_case(case_id), timers=timers))


def fired(read: Read, timer: DueTimer, at_minutes: float = 210) -> Move:
    """The move that a worker makes of a timer."""
    file = read(timer.case_id)
    cleared = tuple(one for one in file.timers if one.id == timer.id)
    return going_on(file.case, at=MONDAY + minutes(at_minutes), timers_cleared=cleared, facts=(a_fact("fired", True),))


def test_a_timer_is_leased_after_its_moment_and_not_at_it(store: SqlStore) -> None:
    with_timers(store, ("case-1", "t1", 10))

    assert store.lease_timers(MONDAY + minutes(9), "w", SECONDS) == []
    assert store.lease_timers(MONDAY + minutes(10), "w", SECONDS) == []
    assert [timer.id for timer in store.lease_timers(MONDAY + minutes(10.001), "w", SECONDS)] == ["t1"]


def test_a_leased_timer_is_given_to_nobody_else_until_the_lease_expires(store: SqlStore) -> None:
    with_timers(store, ("case-1", "t1", 10))

    first = store.lease_timers(NOON, "w1", SECONDS)
    during = store.lease_timers(NOON + minutes(1), "w2", SECONDS)
    after = store.lease_timers(NOON + minutes(1.001), "w2", SECONDS)

    assert (len(first), during) == (1, [])
    assert [timer.fence for timer in after] == [first[0].fence + 1]


def test_the_earliest_timer_of_each_case_is_leased_first(store: SqlStore) -> None:
    with_timers(store, ("case-1", "late", 20), ("case-1", "early", 10), ("case-2", "other", 15))

    leased = store.lease_timers(NOON, "w", SECONDS)

    assert [timer.id for timer in leased] == ["early", "other"]
    assert store.lease_timers(NOON, "w", SECONDS) == []


def test_a_fired_timer_is_gone_and_the_next_of_its_case_is_free(store: SqlStore, read: Read) -> None:
    with_timers(store, ("case-1", "t1", 10), ("case-1", "t2", 20))
    (timer,) = store.lease_timers(NOON, "w", SECONDS)

    store.keep(fired(read, timer), fence=(timer.id, timer.fence))

    assert [left.id for left in read().timers] == ["t2"]
    assert [next.id for next in store.lease_timers(NOON, "w", SECONDS)] == ["t2"]


def test_a_worker_whose_lease_went_to_another_is_refused(store: SqlStore, read: Read) -> None:
    with_timers(store, ("case-1", "t1", 10))
    (slow,) = store.lease_timers(NOON, "slow", SECONDS)
    (quick,) = store.lease_timers(NOON + minutes(2), "quick", SECONDS)

    with pytest.raises(CaseChanged):
        store.keep(fired(read, slow), fence=(slow.id, slow.fence))
    store.keep(fired(read, quick), fence=(quick.id, quick.fence))

    assert [fact.name for fact in store.facts_history("case-1")] == ["fired"]


def test_a_worker_whose_lease_expired_is_refused_even_if_nobody_took_it(store: SqlStore, read: Read) -> None:
    with_timers(store, ("case-1", "t1", 10))
    (slow,) = store.lease_timers(NOON, "slow", SECONDS)

    with pytest.raises(CaseChanged):
        store.keep(fired(read, slow, at_minutes=212), fence=(slow.id, slow.fence))

    assert read().facts == {}


def test_a_timer_that_a_person_s_step_cleared_does_not_fire(store: SqlStore, read: Read) -> None:
    with_timers(store, ("case-1", "t1", 10))
    (timer,) = store.lease_timers(NOON, "w", SECONDS)
    computed = fired(read, timer)
    store.keep(going_on(read().case, timers_cleared=read().timers))

    with pytest.raises(CaseChanged):
        store.keep(computed, fence=(timer.id, timer.fence))


def test_a_timer_that_was_cleared_while_it_was_leased_is_not_set_again(store: SqlStore, read: Read) -> None:
    with_timers(store, ("case-1", "t1", 10))
    (timer,) = store.lease_timers(NOON, "w", SECONDS)
    store.keep(going_on(read().case, timers_cleared=read().timers))

    store.release_timer(timer, NOON + minutes(5))

    assert read().timers == ()
    assert store.lease_timers(NOON + minutes(6), "w", SECONDS) == []


@pytest.mark.parametrize("moved_to", [5, 400])
def test_a_timer_that_was_moved_is_leased_after_its_new_moment_and_not_at_the_old_one(
    store: SqlStore, read: Read, moved_to: float
) -> None:
    with_timers(store, ("case-1", "t1", 10 if moved_to > 10 else 300))
    (before,) = read().timers
    moved = replace(before, due_at=MONDAY + minutes(moved_to))

    store.keep(going_on(read().case, timers=(moved,)))

    assert read().timers == (moved,)
    assert store.lease_timers(moved.due_at, "w", SECONDS) == []
    assert [one.due_at for one in store.lease_timers(moved.due_at + minutes(1), "w", SECONDS)] == [moved.due_at]


def test_the_worker_takes_away_what_was_cleared(store: SqlStore, read: Read) -> None:
    with_timers(store, ("case-1", "t1", 10), ("case-1", "t2", 300))
    store.keep(going_on(read().case, timers_cleared=read().timers[:1]))

    store.lease_timers(NOON, "w", SECONDS)

    with store.reading() as connection:
        assert connection.execute(select(table.c.id)).scalars().all() == ["t2"]


def test_a_released_timer_waits_for_its_retry(store: SqlStore) -> None:
    with_timers(store, ("case-1", "t1", 10))
    (timer,) = store.lease_timers(NOON, "w", SECONDS)

    store.release_timer(timer, NOON + minutes(5))

    assert store.lease_timers(NOON + minutes(4), "w", SECONDS) == []
    assert [again.fence for again in store.lease_timers(NOON + minutes(5.1), "w", SECONDS)] == [timer.fence + 1]


def test_a_retry_is_never_before_the_timer_is_due(store: SqlStore) -> None:
    with_timers(store, ("case-1", "t1", 10))
    (timer,) = store.lease_timers(NOON, "w", SECONDS)

    store.release_timer(timer, MONDAY)

    assert store.lease_timers(MONDAY + minutes(9), "w", SECONDS) == []


def test_a_late_release_leaves_the_next_worker_s_lease_alone(store: SqlStore, read: Read) -> None:
    with_timers(store, ("case-1", "t1", 10))
    (slow,) = store.lease_timers(NOON, "slow", SECONDS)
    (quick,) = store.lease_timers(NOON + minutes(2), "quick", SECONDS)

    store.release_timer(slow, NOON)

    assert store.lease_timers(NOON + minutes(2), "third", SECONDS) == []
    store.keep(fired(read, quick), fence=(quick.id, quick.fence))


def test_workers_at_once_fire_each_timer_once(store: SqlStore, read: Read) -> None:
    with_timers(store, *((f"case-{n % 10}", f"t{n}", 10) for n in range(40)))
    start = Barrier(4)

    def work(worker: str) -> list[str]:
        done: list[str] = []
        start.wait()
        while leased := store.lease_timers(NOON, worker, SECONDS, limit=3):
            for timer in leased:
                store.keep(fired(read, timer), fence=(timer.id, timer.fence))
                done.append(timer.id)
        return done

    with ThreadPoolExecutor(4) as pool:
        done = [id for ids in pool.map(work, ("a", "b", "c", "d")) for id in ids]
    # a worker may have found nothing while another held the last leases: what it left is still there to fire
    done += work_alone(store, read)

    assert sorted(done) == sorted(f"t{n}" for n in range(40))
    assert all(len(store.facts_history(f"case-{n}")) == 4 for n in range(10))


def work_alone(store: SqlStore, read: Read) -> list[str]:
    done = []
    while leased := store.lease_timers(NOON, "last", SECONDS):
        for timer in leased:
            store.keep(fired(read, timer), fence=(timer.id, timer.fence))
            done.append(timer.id)
    return done


REPORT = Duty("case-1", "report", "case", "owed", (), "medical", MONDAY, MONDAY + minutes(60), MONDAY + minutes(30))


def test_a_duty_is_to_be_noted_once_its_warning_or_its_end_has_passed(store: SqlStore) -> None:
    store.keep(opening(duties=(REPORT,)))

    assert store.due_duties(MONDAY + minutes(30)) == []
    assert store.due_duties(MONDAY + minutes(31)) == [("case-1", "report", "case")]


def test_a_warned_duty_is_to_be_noted_again_only_when_it_is_late(store: SqlStore) -> None:
    store.keep(opening(duties=(replace(REPORT, flags=("seen", "warned")),)))

    assert store.due_duties(MONDAY + minutes(59)) == []
    assert store.due_duties(MONDAY + minutes(61)) == [("case-1", "report", "case")]


@pytest.mark.parametrize("status", ["idle", "late", "met", "broken", "cancelled"])
def test_a_duty_that_is_not_owed_or_known_to_be_late_is_not_noted(store: SqlStore, status: str) -> None:
    store.keep(opening(duties=(replace(REPORT, status=status),)))  # type: ignore[arg-type]

    assert store.due_duties(MONDAY + minutes(9999)) == []


def test_a_duty_without_limit_is_not_noted(store: SqlStore) -> None:
    store.keep(opening(duties=(replace(REPORT, due_at=None, warn_at=None),)))

    assert store.due_duties(MONDAY + minutes(9999)) == []


def test_a_met_duty_is_no_longer_noted(store: SqlStore, read: Read) -> None:
    store.keep(opening(duties=(REPORT,)))
    store.keep(going_on(read().case, duties=(replace(REPORT, status="met", closed_at=MONDAY),)))

    assert store.due_duties(MONDAY + minutes(61)) == []
