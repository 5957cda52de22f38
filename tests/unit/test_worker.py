"""The worker: due timers fire exactly once and never early, whoever else does the same, whatever goes wrong."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import structlog

from engine import clock
from engine.content import from_files
from engine.desk import Desk
from engine.editions import Editions
from engine.model import Centre, Outcome, Person, Refusal
from engine.store.errors import CaseChanged, StoreBusy, StoreDamaged, StoreMoved
from engine.store.records import DueTimer
from engine.store.store import SqlStore
from engine.worker import LEASE_SECONDS, LONGEST_WAIT, SHORTEST_WAIT, Worker
from tests.unit.content_samples import COMMON, changed

START = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
PAUSE = timedelta(hours=4)
"""The timer of `care_pause` in the sample content; started by the choice of medical care."""
INSTANT = timedelta(microseconds=1)
RECEPTION = Person("p1", "Ana", {"kacyiru": frozenset({"reception"})})
ANSWERS = {"wants_medical": "yes", "care_accepted": ["examination"]}

SUPERVISOR = "- {id: supervisor, title: {en: S, fr: S, rw: S}, sees: [], may: [case.read, stuck.free]}"

Open = Callable[[str], SqlStore]


def prepared(store: SqlStore) -> Desk:
    """A Desk over the sample content, with one centre."""
    library = from_files(changed(COMMON, "roles:\n", f"roles:\n{SUPERVISOR}\n"), "rwanda")
    store.publish(library.digest, library.jurisdiction, library.files, "release", "release", START)
    store.add_centre(Centre("kacyiru", "Kacyiru", "Africa/Kigali"))
    return Desk(store, Editions(store))


def opened_cases(desk: Desk, count: int) -> list[str]:
    """Cases whose pause ends at START + PAUSE."""
    with clock.at(START):
        return [desk.open_case(RECEPTION, "kacyiru", "reception", ANSWERS).case_id for _ in range(count)]


def fired(store: SqlStore, case_id: str) -> list[tuple[str, datetime]]:
    """(element, when) of the timers that fired, oldest first."""
    rows = reversed(store.trail(case_id))
    return [(row.entry.params["element"], row.entry.at) for row in rows if row.entry.kind == "timer.fired"]


class Clumsy(Desk):
    """The real Desk, except that firing a timer goes wrong as often as told."""

    def __init__(self, desk: Desk, error: Exception, times: int) -> None:
        super().__init__(desk.store, desk.editions)
        self.error = error
        self.times = times

    def fire_timer(self, due: DueTimer) -> Outcome | None:
        if self.times:
            self.times -= 1
            raise self.error
        return super().fire_timer(due)


def test_a_timer_fires_once_its_moment_has_passed_and_never_again(store: SqlStore):
    desk = prepared(store)
    (case,) = opened_cases(desk, 1)
    worker = Worker(desk, store, "w1")
    assert worker.run_once(START + PAUSE - INSTANT) == 0
    assert worker.run_once(START + PAUSE) == 0
    assert worker.run_once(START + PAUSE + INSTANT) == 1
    assert worker.run_once(START + PAUSE + INSTANT) == 0
    assert worker.run_once(START + PAUSE + timedelta(hours=1)) == 0
    assert fired(store, case) == [("care_pause", START + PAUSE + INSTANT)]


def test_all_of_one_firing_happens_at_one_instant_and_the_systems_time_plays_no_part(store: SqlStore):
    desk = prepared(store)
    (case,) = opened_cases(desk, 1)
    late = START + timedelta(days=400)
    Worker(desk, store, "w1").run_once(late)
    assert {row.entry.at for row in store.trail(case) if row.entry.at != START} == {late}


def test_a_backlog_is_worked_off_in_one_go(store: SqlStore):
    desk = prepared(store)
    cases = opened_cases(desk, 30)
    assert Worker(desk, store, "w1").run_once(START + PAUSE + INSTANT) == 30
    assert all(len(fired(store, case)) == 1 for case in cases)


@pytest.mark.parametrize("workers", [2, 4])
def test_several_workers_at_once_fire_each_timer_exactly_once(postgres_url: str, opened: Open, workers: int):
    _race(opened, postgres_url, workers)


def test_two_workers_on_one_file_fire_each_timer_exactly_once(sqlite_url: str, opened: Open):
    _race(opened, sqlite_url, 2)


def _race(opened: Open, url: str, workers: int) -> None:
    cases = opened_cases(prepared(first := opened(url)), 40)
    gate = threading.Barrier(workers)
    counts: list[int] = []

    def work(store: SqlStore, name: str) -> None:
        worker = Worker(Desk(store, Editions(store)), store, name)
        gate.wait()
        counts.append(sum(worker.run_once(START + PAUSE + INSTANT) for _ in range(5)))

    threads = [threading.Thread(target=work, args=(opened(url), f"w{number}")) for number in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(counts) == len(cases)
    assert [fired(first, case) for case in cases] == [[("care_pause", START + PAUSE + INSTANT)]] * len(cases)
    assert first.verify_trail() == []


def test_a_worker_that_died_leaves_its_timers_to_others_and_comes_too_late_itself(store: SqlStore):
    desk = prepared(store)
    (case,) = opened_cases(desk, 1)
    now = START + PAUSE + INSTANT
    (stale,) = store.lease_timers(now, "dead", LEASE_SECONDS)
    other = Worker(desk, store, "w2")
    assert other.run_once(now + timedelta(seconds=LEASE_SECONDS)) == 0
    after = now + timedelta(seconds=LEASE_SECONDS + 1)
    (taken,) = store.lease_timers(after, "w2", LEASE_SECONDS)
    with clock.at(after), pytest.raises(CaseChanged):
        desk.fire_timer(stale)
    with clock.at(after):
        assert desk.fire_timer(taken) is not None
    assert len(fired(store, case)) == 1


@pytest.mark.parametrize("error", [StoreBusy(), CaseChanged()])
def test_a_busy_database_is_tried_again_after_a_moment(store: SqlStore, error: Exception):
    desk = Clumsy(prepared(store), error, times=1)
    (case,) = opened_cases(desk, 1)
    worker = Worker(desk, store, "w1")
    now = START + PAUSE + timedelta(hours=1)
    assert worker.run_once(now) == 0
    assert worker.run_once(now + SHORTEST_WAIT) == 0
    assert worker.run_once(now + SHORTEST_WAIT + INSTANT) == 1
    assert len(fired(store, case)) == 1


def test_what_keeps_failing_is_tried_ever_more_seldom(sqlite_url: str, opened: Open):
    store = opened(sqlite_url)
    desk = Clumsy(prepared(store), ValueError("a detail of the survivor"), times=10_000)
    opened_cases(desk, 1)
    worker = Worker(desk, store, "w1")
    tries: list[datetime] = []
    now = START + PAUSE + INSTANT
    while now < START + PAUSE + timedelta(hours=9):
        before = desk.times
        worker.run_once(now)
        tries += [now] if desk.times < before else []
        now += timedelta(seconds=1) if len(tries) < 8 else timedelta(minutes=1)
    waits = [later - sooner for sooner, later in zip(tries, tries[1:], strict=False)]
    assert waits[0] <= SHORTEST_WAIT + timedelta(seconds=1)
    assert all(later >= sooner for sooner, later in zip(waits, waits[1:-1], strict=False))
    assert LONGEST_WAIT <= waits[-1] <= LONGEST_WAIT + timedelta(minutes=1)
    assert len(tries) < 25


def test_a_case_that_cannot_go_on_holds_up_nobody_else(sqlite_url: str, opened: Open):
    store = opened(sqlite_url)
    desk = Clumsy(prepared(store), ValueError(), times=1)
    opened_cases(desk, 4)
    assert Worker(desk, store, "w1").run_once(START + PAUSE + INSTANT) == 3


def test_of_a_failure_only_its_kind_is_logged(sqlite_url: str, opened: Open):
    store = opened(sqlite_url)
    desk = Clumsy(prepared(store), ValueError("ZZCANARY"), times=1)
    opened_cases(desk, 1)
    with structlog.testing.capture_logs() as logged:
        Worker(desk, store, "w1").run_once(START + PAUSE + INSTANT)
    assert [(line["event"], line["element"], line["error"]) for line in logged] == [
        ("timer_not_fired", "care_pause", "ValueError")
    ]
    assert "ZZCANARY" not in repr(logged)


def test_the_loop_goes_on_after_a_round_that_failed_and_ends_when_told(sqlite_url: str, opened: Open, monkeypatch):
    monkeypatch.setattr("engine.worker.WAKE_SECONDS", 0.001)
    store = opened(sqlite_url)
    desk = prepared(store)
    (case,) = opened_cases(desk, 1)
    stop = threading.Event()

    class Flaky(Desk):
        rounds = 0

        def watch_duties(self, limit: int = 50) -> int:
            Flaky.rounds += 1
            if Flaky.rounds == 1:
                raise StoreBusy
            if Flaky.rounds == 3:
                stop.set()
            return 0

    with clock.at(START + PAUSE + INSTANT), structlog.testing.capture_logs() as logged:
        Worker(Flaky(store, desk.editions), store, "w1").run(stop)
    assert Flaky.rounds == 3
    assert [line["event"] for line in logged] == ["worker_round_failed"]
    assert len(fired(store, case)) == 1


@pytest.mark.parametrize("error", [StoreDamaged("a page"), StoreMoved()])
def test_a_round_that_met_what_no_waiting_mends_says_in_the_log_what_to_do(
    sqlite_url: str, opened: Open, monkeypatch, error: Exception
):
    monkeypatch.setattr("engine.worker.WAKE_SECONDS", 0.001)
    store, stop = opened(sqlite_url), threading.Event()

    def fail(*_: object) -> None:
        stop.set()
        raise error

    monkeypatch.setattr(store, "lease_timers", fail)
    with structlog.testing.capture_logs() as logged:
        Worker(prepared(store), store, "w1").run(stop)

    assert [line["said"] for line in logged] == [str(error)]


def test_a_drill_that_lets_hours_pass_does_not_move_a_live_timer(sqlite_url: str, opened: Open):
    live, drill = opened(sqlite_url), opened("sqlite://")
    desk, drilled = prepared(live), prepared(drill)
    (case,), (rehearsed,) = opened_cases(desk, 1), opened_cases(drilled, 1)
    virtual, done = threading.Event(), threading.Event()

    def play() -> None:
        with clock.at(START + timedelta(hours=10)):
            virtual.set()
            done.wait(10)
            Worker(drilled, drill, "drill").run_once(clock.now())

    thread = threading.Thread(target=play)
    thread.start()
    assert virtual.wait(10)
    with clock.at(START + PAUSE - INSTANT):
        assert Worker(desk, live, "live").run_once(clock.now()) == 0
    done.set()
    thread.join(10)
    assert fired(drill, rehearsed) == [("care_pause", START + timedelta(hours=10))]
    assert fired(live, case) == []


def test_late_duties_are_noted_in_the_same_round(sqlite_url: str, opened: Open):
    store = opened(sqlite_url)
    desk = prepared(store)
    answers = {**ANSWERS, "age_stated": 12, "incident_at": "2026-11-23T05:00:00+02:00"}
    with clock.at(START):
        case = desk.open_case(RECEPTION, "kacyiru", "reception", answers).case_id
    worker = Worker(desk, store, "w1")
    for hours in (19, 21, 22):
        worker.run_once(START + timedelta(hours=hours))
    kinds = [row.entry.kind for row in reversed(store.trail(case)) if row.entry.kind.startswith("duty.")]
    assert kinds == ["duty.opened", "duty.unheld", "duty.warned"]


def test_a_refusal_is_not_swallowed_by_the_rest_of_the_round(sqlite_url: str, opened: Open):
    store = opened(sqlite_url)
    desk = Clumsy(prepared(store), Refusal("busy", "Nothing was saved", status=503), times=1)
    opened_cases(desk, 3)
    with structlog.testing.capture_logs() as logged:
        assert Worker(desk, store, "w1").run_once(START + PAUSE + INSTANT) == 2
    assert [line["code"] for line in logged] == ["busy"]


def test_a_timer_that_keeps_failing_stops_its_case_for_a_supervisor_who_frees_it_after_the_repair(store: SqlStore):
    desk = prepared(store)
    (case,) = opened_cases(desk, 1)
    clumsy = Clumsy(desk, RuntimeError("a fault of ours"), times=12)
    worker = Worker(clumsy, store, "w1")
    now = START + PAUSE + INSTANT
    worker.run_once(now)
    assert store.read_file(case).stuck == ()  # type: ignore[union-attr]
    for _ in range(6):
        now += timedelta(minutes=1)
        worker.run_once(now)
    (stuck,) = store.read_file(case).stuck  # type: ignore[union-attr]
    assert (stuck.code, stuck.element) == ("fault", "care_pause")
    assert "fault of ours" not in stuck.why
    clumsy.times = 0
    supervisor = Person("p2", "Lea", {"kacyiru": frozenset({"supervisor"})})
    with clock.at(now):
        freed = clumsy.free_stuck(supervisor, case, stuck.id)
    assert not freed.stuck
    assert [element for element, _ in fired(store, case)] == ["care_pause"]
