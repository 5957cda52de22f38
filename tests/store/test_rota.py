"""The rota on both databases: who counts at which moment, nothing twice, and each duty noted once as held by nobody."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from functools import partial
from threading import Barrier

import pytest

from engine.entries import Entry, entry
from engine.model import Duty, Turn
from engine.store.records import Account, Owed
from engine.store.store import SqlStore
from tests.store.build import MONDAY, a_case, a_task, an_entry, given_back, going_on, minutes, opening

AMA = Account("ama", "ama", "Ama", "-", "rw", {"kigali": frozenset({"medical", "reception"}), "huye": frozenset()})
BEN = Account("ben", "ben", "Ben", "-", "en", {"kigali": frozenset({"medical"}), "huye": frozenset({"medical"})})
TICK = timedelta(microseconds=1)
SHIFT = minutes(480)
NOW = minutes(0)


@pytest.fixture
def store(store: SqlStore) -> SqlStore:
    store.add_account(AMA)
    store.add_account(BEN)
    return store


def a_turn(id: str, person: str = "ama", role: str = "medical", centre: str = "kigali", **more: object) -> Turn:
    values = {"kind": "call", "starts_at": MONDAY, "ends_at": MONDAY + SHIFT} | more
    return Turn(id=id, person=person, role=role, centre=centre, **values)  # type: ignore[arg-type]


def planned(turn: Turn) -> tuple[Turn, Entry]:
    told = {"who": turn.person, "role": turn.role, "from": "", "until": ""}
    return turn, entry("call.planned", MONDAY, "boss", turn.centre, **told)


def plan(store: SqlStore, *turns: Turn) -> int | None:
    return store.plan_turns(dict(planned(one) for one in turns))


def came(turn: Turn) -> Entry:
    return entry("shift.started", turn.starts_at, turn.person, turn.centre, roles=turn.role, until="")


def on_rota(store: SqlStore, *centres: str, since: timedelta = NOW, until: timedelta | None = None) -> list[str]:
    last = since if until is None else until
    return [row.turn.id for row in store.rota(centres or ("kigali",), MONDAY + since, MONDAY + last)]


def written(store: SqlStore, kind: str) -> int:
    with store.reading() as connection:
        return [*connection.exec_driver_sql("SELECT kind FROM trail").scalars()].count(kind)


def test_a_turn_counts_from_its_first_moment_until_just_before_its_last(store: SqlStore) -> None:
    plan(store, a_turn("t"))

    assert on_rota(store, since=-TICK) == []
    assert on_rota(store) == ["t"]
    assert on_rota(store, since=SHIFT - TICK) == ["t"]
    assert on_rota(store, since=SHIFT) == []
    assert on_rota(store, since=-minutes(60), until=minutes(0)) == ["t"]
    assert on_rota(store, since=-minutes(60), until=-TICK) == []


def test_the_rota_is_of_the_centres_asked_in_order_of_time_with_names(store: SqlStore) -> None:
    late = a_turn("late", "ben", starts_at=MONDAY + minutes(1))
    plan(store, late, a_turn("early"), a_turn("elsewhere", "ben", centre="huye"))

    assert [(row.turn.id, row.name) for row in store.rota(["kigali"], MONDAY, MONDAY + SHIFT)] == [
        ("early", "Ama"),
        ("late", "Ben"),
    ]
    assert store.turn("late") == late
    assert store.turn("never") is None
    assert on_rota(store, "huye", "kigali") == ["early", "elsewhere"]
    assert store.rota([], MONDAY, MONDAY + SHIFT) == []


def change(store: SqlStore, id: str, **fields: object) -> None:
    """As an administrator does."""
    account = store.account(id=id)
    assert account is not None
    store.change_account(
        id, account.version, fields, [an_entry("account.changed", account=id, fields=",".join(fields))]
    )


def test_whoever_lost_the_role_or_the_account_counts_no_more(store: SqlStore) -> None:
    plan(store, a_turn("a"), a_turn("a2", role="reception"), a_turn("b", "ben"))
    change(store, "ama", roles={"kigali": frozenset({"reception"})})
    assert on_rota(store) == ["a2", "b"]
    change(store, "ben", disabled=True)
    assert on_rota(store) == ["a2"]


def test_a_turn_ends_with_the_role_and_does_not_come_back_with_it(store: SqlStore) -> None:
    now, ahead = a_turn("now", kind="shift"), a_turn("ahead", starts_at=MONDAY + minutes(60))
    plan(store, now, ahead, a_turn("other", role="reception"), a_turn("ben", "ben"))

    change(store, "ama", roles={"kigali": frozenset({"reception"})})
    change(store, "ama", roles=AMA.roles)
    change(store, "ben", disabled=True)
    change(store, "ben", disabled=False)

    assert on_rota(store, until=SHIFT) == ["other"]
    assert store.turn("ahead") is None


def test_what_is_planned_twice_is_kept_and_written_down_once(store: SqlStore) -> None:
    assert plan(store, a_turn("t"), a_turn("u", "ben")) == 2
    assert plan(store, a_turn("again"), a_turn("v", role="reception")) == 1

    assert on_rota(store) == ["t", "v", "u"]
    assert written(store, "call.planned") == 3


def test_of_two_plans_at_once_that_overlap_one_is_kept(store: SqlStore) -> None:
    for number in range(10):
        day = MONDAY + timedelta(days=number)
        both = [
            a_turn(f"{number}-{late}", starts_at=day + late * timedelta(hours=1), ends_at=day + SHIFT)
            for late in (0, 1)
        ]
        with ThreadPoolExecutor(2) as hands:
            kept = list(hands.map(partial(plan, store), both))
        assert sorted(map(str, kept)) == ["1", "None"]
    assert written(store, "call.planned") == 10


def test_one_shift_however_often_it_is_begun(store: SqlStore) -> None:
    barrier = Barrier(4)

    def begin(number: int) -> bool:
        shift = a_turn(f"s{number}", kind="shift", starts_at=MONDAY + number * TICK)
        barrier.wait()
        return store.start_shift([shift, replace(shift, id=f"r{number}", role="reception")], [came(shift)])

    with ThreadPoolExecutor(4) as pool:
        begun = sorted(pool.map(begin, range(4)))

    # one that came "before" the first may still begin: the others find it there
    assert begun[-1] is True
    assert written(store, "shift.started") == begun.count(True)
    assert len({row.turn.role for row in store.rota(["kigali"], MONDAY + minutes(1), MONDAY + minutes(1))}) == 2
    late = a_turn("late", kind="shift", starts_at=MONDAY + minutes(5))
    assert store.start_shift([late], [came(late)]) is False
    assert store.start_shift([replace(late, starts_at=MONDAY + minutes(900), ends_at=MONDAY + 3 * SHIFT)], [came(late)])


def test_nobody_whose_account_is_disabled_comes_on_shift(store: SqlStore) -> None:
    change(store, "ama", disabled=True)
    shift = a_turn("s", kind="shift")

    with pytest.raises(LookupError, match="disabled"):
        store.start_shift([shift], [came(shift)])


def test_a_turn_ends_now_and_one_that_has_not_begun_goes(store: SqlStore) -> None:
    ahead = a_turn("ahead", "ben", starts_at=MONDAY + minutes(60))
    plan(store, a_turn("running"), ahead)

    noted = [planned(ahead)[1]]
    ended = store.end_turns([a_turn("running"), ahead], MONDAY + minutes(30), noted)

    assert ended == 2
    assert on_rota(store, since=minutes(30) - TICK, until=2 * SHIFT) == ["running"]
    assert on_rota(store, since=minutes(30), until=2 * SHIFT) == []
    assert store.end_turns([a_turn("running")], MONDAY + minutes(31), noted) == 0
    assert written(store, "call.planned") == 3


def test_turns_of_several_centres_end_together_and_are_told_where_one_did(store: SqlStore) -> None:
    running, far = a_turn("running"), a_turn("far", "ben", centre="huye")
    plan(store, running, far)
    store.end_turns([far], MONDAY + minutes(5), [])
    case = a_case()
    task = a_task(case.id, "t1", claimed_by="ama", claimed_at=MONDAY)
    store.keep(opening(case, tasks=(task,)))
    told = [entry("shift.ended", MONDAY, "ama", centre, who="ama", role="medical") for centre in ("kigali", "huye")]

    assert store.end_turns([running, far], MONDAY + minutes(9), told, [given_back(task)]) == 1

    assert (written(store, "shift.ended"), written(store, "task.given_back")) == (1, 1)
    assert store.held_tasks(9) == []


def test_the_rota_of_long_ago_is_forgotten_and_stays_in_the_trail(store: SqlStore) -> None:
    plan(store, a_turn("old"), a_turn("elsewhere", "ben", centre="huye"))
    now = MONDAY + SHIFT + timedelta(days=31)
    shift = a_turn("s", kind="shift", starts_at=now + TICK, ends_at=now + SHIFT)
    store.start_shift([shift], [came(shift)])

    assert [store.turn(id) is None for id in ("old", "elsewhere", "s")] == [True, False, False]
    assert written(store, "call.planned") == 2


def a_duty(case_id: str, rule: str, **more: object) -> Duty:
    values = {"scope": "case", "status": "owed", "flags": (), "holder": "medical", "opened_at": MONDAY} | more
    return Duty(case_id=case_id, rule=rule, **values)  # type: ignore[arg-type]


def test_each_open_duty_is_noted_once_each_time_it_opens(store: SqlStore) -> None:
    case = a_case()
    store.keep(opening(case, duties=(a_duty(case.id, "report"), a_duty(case.id, "done", status="met"))))
    owed = Owed("kigali", "e1", "report", "medical")

    assert store.owed_unnoted() == [owed]
    assert store.note_unheld(replace(owed, rule="done"), MONDAY, "system", 9) == 0
    assert store.note_unheld(owed, MONDAY, "system", 9) == 1
    assert store.note_unheld(owed, MONDAY, "system", 9) == 0
    assert store.owed_unnoted() == []
    (row,) = store.trail(case.id, kinds={"duty.unheld"})
    assert (row.entry.params, row.entry.centre) == ({"duty": "report", "holder": "medical"}, "kigali")

    again = a_duty(case.id, "report", status="late", opened_at=MONDAY + minutes(9))
    store.keep(going_on(case, duties=(again,)))
    assert store.owed_unnoted() == [owed]
    assert store.note_unheld(owed, MONDAY, "system", 9) == 1


def test_a_closed_case_owes_nobody_and_many_are_noted_a_few_at_a_time(store: SqlStore) -> None:
    for number in range(3):
        case = a_case(f"case-{number}")
        store.keep(opening(case, duties=(a_duty(case.id, "report"),)))
    store.keep(going_on(a_case("case-2"), replace(a_case("case-2"), status="closed", closed_at=MONDAY)))
    (owed,) = store.owed_unnoted()

    assert [store.note_unheld(owed, MONDAY, "system", 1) for _ in range(3)] == [1, 1, 0]
    assert store.verify_trail() == []


def test_two_workers_note_a_duty_once(store: SqlStore) -> None:
    case = a_case()
    store.keep(opening(case, duties=tuple(a_duty(case.id, f"d{number}") for number in range(4))))
    barrier = Barrier(2)

    def note(_: int) -> int:
        barrier.wait()
        return sum(store.note_unheld(owed, MONDAY, "system", 9) for owed in store.owed_unnoted())

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(note, range(2))) == 4

    assert len(store.trail(case.id, kinds={"duty.unheld"})) == 4
