"""Some dozens of cases, each walked through the real Desk as its survivor and chance would have it: the samples."""

from __future__ import annotations

import multiprocessing
import random
import signal
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from engine import clock
from engine.desk import Desk
from engine.drills.opening import OneEdition
from engine.drills.vocabulary import Vocabulary
from engine.library import Library
from engine.model import Refusal
from engine.store.encryption import Keyring
from engine.store.open import open_store
from engine.store.samples import Sample
from engine.store.store import SqlStore
from engine.walks import Walk
from web.demo_answers import invent

SAID = 0.3
"""How much of what could be asked a survivor answers in a way of their own; the rest as anybody would."""
MOST_STEPS = 90
"""A walk that takes longer is left out."""
LOOKS = 0.3
"""How often somebody opens the page of the case before a task."""
PAUSE = timedelta(minutes=3), timedelta(minutes=45)
DAY = timedelta(days=1)
NOBODY = Keyring({1: bytes(32)})
"""Of the samples alone: the cases that are made of them have keys of their own."""


@dataclass(frozen=True, slots=True)
class Walked:
    """A sample, and when it began and ended, or was left."""

    sample: Sample
    begun: datetime
    ended: datetime

    @property
    def closed(self) -> bool:
        return bool(self.sample.archive)


def walked(library: Library, vocabulary: Vocabulary, seed: int, closed: int, left: int) -> list[Walked]:
    """So many cases that were closed, and then so many that are still on their way, walked by several processes."""
    wanted = [(number < closed, f"{seed}:{number}") for number in range(closed + left)]
    with multiprocessing.get_context("fork").Pool(initializer=_begin, initargs=([library, vocabulary],)) as pool:
        return pool.starmap(_one, wanted, chunksize=1)


def _begin(content: list[Any]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who is told to stop is the one that waits for this
    _content.extend(content)


_content: list[Any] = []
"""Of a process that walks: the library and the vocabulary."""


def _one(to_closure: bool, seed: str) -> Walked:
    """The first case of this kind that chance makes."""
    library, vocabulary = _content
    chance = random.Random(seed)  # noqa: S311  # invented data, nothing secret
    while True:
        with closing(open_store("sqlite://", NOBODY, library.is_apart)) as store:
            found = _walked(store, library, vocabulary, chance, to_closure)
        if found is not None:
            return found


def _walked(
    store: SqlStore, library: Library, vocabulary: Vocabulary, chance: random.Random, to_closure: bool
) -> Walked | None:
    """None when chance made a case of the other kind, one that cannot go on, or one with no end."""
    store.add_centre(vocabulary.centre)
    begins = vocabulary.begins + DAY * chance.random()
    walk = Walk(Desk(store, OneEdition(library)), store, vocabulary.centre, begins, vocabulary)
    with clock.using(lambda: walk.now), suppress(Refusal):
        walk.told = _told(library, chance, walk)
        door = chance.choice([door for door in library.pathway.doors.values() if door.roles])
        walk.arrive(door.id, min(door.roles))
        steps = MOST_STEPS if to_closure else chance.randint(1, MOST_STEPS // 3)
        for _ in range(steps):
            if not _step(walk, chance):
                break
        file = walk.file()
        if to_closure != (file.case.status == "closed") or file.stuck:
            return None
        if to_closure and (file.tasks or file.timers or any(duty.open for duty in file.duties)):
            return None  # it would not be archived
        sample = store.sample(walk.case_id, archive=to_closure)
        return Walked(sample, begins, walk.now)
    return None


def _told(library: Library, chance: random.Random, walk: Walk) -> dict[str, Any]:
    """What a survivor chosen by chance answers."""
    asked = {name: rule for form in library.forms.values() for name, rule in form.properties.items()}
    born = walk.vocabulary.born
    said = {name: rule for name, rule in sorted(asked.items()) if name == born or chance.random() < SAID}
    return invent({"properties": said}, chance, walk.now)


def _step(walk: Walk, chance: random.Random) -> bool:
    """Somebody does a task, or time passes; False when the case is closed or waits for nothing."""
    file = walk.file()
    if file.case.status == "closed":
        return False
    # ids are random: of their order nothing may depend
    tasks = sorted(file.tasks, key=lambda task: (task.opened_at, task.process_key, task.element, task.scope))
    chance.shuffle(tasks)
    for task in tasks:
        walk.pass_time(PAUSE[0] + (PAUSE[1] - PAUSE[0]) * chance.random())
        if walk.store.task(task.id) is None:
            return True  # it was withdrawn meanwhile
        if chance.random() < LOOKS:
            with suppress(Refusal):  # not every role may
                walk.desk.case(walk.person(task.role), walk.case_id)
        with suppress(Refusal):  # a duty stands before it
            walk.complete(task)
            return True
    if not file.timers:
        return False
    walk.wait()
    return True
