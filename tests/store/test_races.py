"""Whoever comes at once with others is served once, told apart, and leaves one sound trail."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest

from engine.model import CaseFile, Outcome
from engine.store.errors import CaseChanged
from engine.store.store import SqlStore
from tests.store.build import MONDAY, a_case, a_fact, a_task, an_entry, closed, going_on, opening

Read = Callable[..., CaseFile]


def at_once(count: int, act: Callable[[int], object]) -> list[object]:
    """What each of `count` threads got or raised."""
    start = Barrier(count)

    def run(number: int) -> object:
        start.wait()
        try:
            return act(number)
        except CaseChanged as why:
            return type(why)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


@pytest.mark.parametrize("round", range(5))
def test_one_command_sent_many_times_at_once_has_one_effect_and_one_outcome(
    store: SqlStore, read: Read, round: int
) -> None:
    store.keep(opening(tasks=(a_task("case-1", "t1"),)))
    first = Outcome("case-1", "K-case-1", "t1", opened=("t2",))
    move = going_on(read().case, command_id="c1", fingerprint="f", outcome=first, facts=(a_fact("age", 9),))

    outcomes = at_once(8, lambda _: store.keep(move))

    assert sorted(outcomes, key=lambda o: o.replayed) == [first] + [replace(first, replayed=True)] * 7  # type: ignore[attr-defined]
    assert len(store.facts_history("case-1")) == 1


@pytest.mark.parametrize("round", range(5))
def test_two_people_who_finish_one_task_at_once_are_told_apart(store: SqlStore, read: Read, round: int) -> None:
    store.keep(opening(tasks=(a_task("case-1", "t1"),)))
    case = read().case

    def finish(number: int) -> Outcome:
        return store.keep(
            going_on(
                case,
                person=f"person-{number}",
                task_closed=((a_task("case-1", "t1"), "completed"),),
                facts=(a_fact("by", number),),
            )
        )

    results = at_once(4, finish)

    assert len([result for result in results if isinstance(result, Outcome)]) == 1
    winner = [isinstance(result, Outcome) for result in results].index(True)
    assert closed(store, "t1") == (f"person-{winner}", "completed", MONDAY)
    assert [fact.value for fact in store.facts_history("case-1")] == [winner]


def test_many_cases_at_once_leave_one_sound_trail(store: SqlStore) -> None:
    def work(number: int) -> None:
        for n in range(5):
            case = a_case(f"case-{number}-{n}")
            store.keep(opening(case))
            store.keep(going_on(case, entries=(an_entry(),)))

    at_once(8, work)

    assert store.verify_trail() == []
    assert [head.seq for head in store.trail_heads()] == [80]
    assert len(store.open_cases(["kigali"])) == 40
