"""Two people finish one task at once: one of them has done it, the other is told by whom and when."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from engine.store.store import SqlStore
from tests.agreement import disagreements
from tests.faults.amounts import RACES
from tests.faults.forks import Fork, Forks
from tests.faults.small import AGES, ANSWERS, CENTRE, NOW, arrive, small_house, someone
from tests.waiting import waiting

UNTIL_BOTH_ARE_READY = 1_000_000
"""Nanoseconds until two processes that were told to begin have both heard it."""


def race(racers: list[Fork], task: str) -> list[dict[str, Any]]:
    """What each of the two processes got, who were told to finish the task at the same moment."""
    moment = time.monotonic_ns() + UNTIL_BOTH_ARE_READY
    for racer in racers:
        racer.say(task=task, moment=moment)
    return [racer.hear() for racer in racers]


def test_of_two_people_who_finish_one_task_at_once_one_wins_and_the_other_is_told(
    store: SqlStore, database_url: str, processes: Forks, did: Callable[[str], None]
) -> None:
    won = dict.fromkeys(AGES, 0)
    at_once = 0
    with small_house(store) as desk:
        cases = [arrive(desk) for _ in range(RACES)]
        racers = [processes.start("colleague", database=database_url, person=person) for person in AGES]
        for number, case in enumerate(cases):
            results = race(racers if number % 2 else racers[::-1], case.opened[0])
            ana, ben = results if number % 2 else results[::-1]

            winner, loser = ("ana", ben) if ana["done"] else ("ben", ana)
            assert [ana["done"], ben["done"]].count(None) == 1
            assert loser["refused"] == {
                "code": "task_gone",
                "status": 409,
                "params": {"by": winner.title(), "how": "completed", "at": NOW.isoformat()},
            }
            won[winner] += 1
            at_once += ana["at"][0] < ben["at"][1] and ben["at"][0] < ana["at"][1]
            done = store.at_hand(case.opened[0])
            assert done is not None
            assert done.closed == (winner, "completed", NOW)
            told = [fact.value for fact in store.facts_history(case.case_id) if fact.name == "age_stated"]
            assert told == [AGES[winner]]
        assert store.verify_trail() == []
        assert [fault for case in cases[:: RACES // 10] for fault in disagreements(store, case.case_id)] == []
    assert at_once > RACES / 10, "The two were hardly ever at it together"  # on two cores that others use as well
    assert min(won.values()) > 0
    did(f"{RACES} races, {at_once} of them really at once; won by {won}")


def test_whoever_comes_after_the_race_is_told_the_same(store: SqlStore, database_url: str, processes: Forks) -> None:
    with small_house(store) as desk:
        task = arrive(desk).opened[0]
        desk.complete_task(someone("ana"), task, 1, ANSWERS)

        late = processes.start("colleague", database=database_url, person="ben").ask(task=task, moment=0)

    assert late["refused"]["params"] == {"by": "Ana", "how": "completed", "at": NOW.isoformat()}
    assert waiting(store, [CENTRE], ["reception"]) == []
