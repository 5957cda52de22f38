"""Thousands of timers, two workers at once, and workers that are killed (kill -9) while they fire them: each timer
fires once, and none early."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import orjson
from sqlalchemy import func, select

from engine.store.failpoints import FAILPOINTS
from engine.store.store import SqlStore
from engine.store.tables import timer, trail
from engine.worker import LEASE_SECONDS
from tests.agreement import disagreements
from tests.faults.amounts import KILLED_WORKERS, TIMERS
from tests.faults.forks import Fork, Forks, Killed
from tests.faults.small import CENTRE, NOW, PAUSES, arrive, small_house
from tests.waiting import waiting

PAUSE = timedelta(hours=1)
TICK = timedelta(microseconds=1)
LEASED = timedelta(seconds=LEASE_SECONDS) + TICK
Death = tuple[int, int]
"""(the how-manieth failpoint it dies at by itself, the how-manieth timer it is killed at); one of them counts."""
NEVER: Death = (0, -1)


class Crew:
    """Workers, one after the other in the same place: when one is killed, the next takes over."""

    def __init__(self, processes: Forks, database: str, name: str, deaths: list[Death]) -> None:
        self._processes, self._database, self._name, self._deaths = processes, database, name, deaths
        self.killed = self.fired = 0
        self._next()

    def _next(self) -> None:
        self._dies_at, self._killed_at = self._deaths.pop() if self._deaths else NEVER
        name = f"{self._name}-{self.killed}"
        self._worker: Fork = self._processes.start("fire", database=self._database, name=name, dies_at=self._dies_at)

    def work(self, now: datetime) -> None:
        """Fires what is due, by as many workers as it takes."""
        while True:
            self._worker.say(now=now.isoformat())
            try:
                self.fired += self._heard()
                return
            except Killed:
                self.killed += 1
                self._next()

    def _heard(self) -> int:
        while (heard := self._worker.hear()) == "firing":
            self._killed_at -= 1
            if self._killed_at == 0:
                self._worker.kill()
                while True:  # it may have said more, even that it is done, before it was gone: Killed ends this
                    self._worker.hear()
        return int(heard)


def deaths(number: int, longest_life: int) -> list[Death]:
    """How workers die: each second one by itself at a failpoint, the others in the middle of whatever they do."""
    chance = random.Random(11)
    lives = [chance.randint(1, longest_life) for _ in range(number)]
    points = [chance.randrange(len(FAILPOINTS)) for _ in range(number)]
    return [
        (life * len(FAILPOINTS) - point, -1) if turn % 2 else (0, life)
        for turn, (life, point) in enumerate(zip(lives, points, strict=True))
    ]


def next_moment(store: SqlStore, now: datetime) -> datetime | None:
    """When there is something to fire again: when the next timer is due, or the lease of a dead worker ends."""
    with store.reading() as connection:
        due: datetime | None = connection.execute(select(func.min(timer.c.ready_at))).scalar_one()
    return due and (now + LEASED if due < now else due + TICK)


def firings(store: SqlStore) -> dict[str, list[tuple[str, datetime]]]:
    """(element, when) of what fired, by case."""
    found: dict[str, list[tuple[str, datetime]]] = {}
    asked = select(trail.c.case_id, trail.c.params, trail.c.at).where(trail.c.kind == "timer.fired")
    with store.reading() as connection:
        for case_id, params, at in connection.execute(asked.order_by(trail.c.seq)):
            found.setdefault(case_id, []).append((orjson.loads(params)["element"], datetime.fromisoformat(at)))
    return found


def test_each_timer_fires_once_and_none_early_whoever_is_killed(
    store: SqlStore, database_url: str, processes: Forks, did: Callable[[str], None]
) -> None:
    timers, kills = TIMERS[store.dialect], KILLED_WORKERS[store.dialect]
    with small_house(store, PAUSES) as desk:
        cases = [arrive(desk).case_id for _ in range(timers // PAUSES)]
    dying = deaths(kills, longest_life=timers // kills)
    crews = [Crew(processes, database_url, name, dying) for name in ("one", "other")]
    moment: datetime | None = NOW + PAUSE
    rounds = 0
    with ThreadPoolExecutor(len(crews)) as both:
        while moment is not None:
            now = moment
            list(both.map(Crew.work, crews, [now] * len(crews)))
            assert rounds > 0 or firings(store) == {}, "Fired at its moment, and not after it"
            moment, rounds = next_moment(store, now), rounds + 1

    fired = firings(store)
    assert sorted(fired) == sorted(cases)
    for found in fired.values():
        assert [element for element, _ in found] == [f"pause_{number}" for number in range(PAUSES)]
        moments = [NOW, *(at for _, at in found)]
        assert all(at > before + PAUSE for before, at in zip(moments, moments[1:], strict=False))
    open_tasks = waiting(store, [CENTRE], ["reception"])
    assert Counter(row.task.case_id for row in open_tasks) == Counter(cases)
    assert store.verify_trail() == []
    assert [fault for case_id in cases[::50] for fault in disagreements(store, case_id)] == []
    assert sum(crew.killed for crew in crews) == kills
    assert all(crew.fired > 0 for crew in crews)
    did(f"{timers} timers fired once each, {kills} of their workers killed")
