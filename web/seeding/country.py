"""A country of invented centres, people and cases, loaded into a new database by several processes at once."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing.context import ForkProcess
from multiprocessing.queues import Queue
from queue import Empty
from typing import Any

from engine import clock
from engine.drills.vocabulary import FILE, read_vocabulary
from engine.model import Centre
from engine.store.bulk import Loading
from engine.store.errors import StoreBusy, StoreDamaged
from engine.store.open import trouble_with
from engine.store.store import SqlStore
from engine.walks import person_id
from web import demo
from web.house import House, bring_up, build, fill_new, starting, told_plainly
from web.key import new_key_gone_if_it_fails
from web.seeding.cloning import CODES, Plan, batches
from web.seeding.sampling import Walked, walked
from web.settings import Settings, SettingsError

WAITING = 6
"""Batches that may wait to be written, so that memory stays small."""
ZONE = "Africa/Kigali"
DAYS_OF_A_YEAR = 365
MOST_YEARS = 100
OPEN_IN_100 = 3
"""Of a hundred cases so many are open, unless somebody says how many."""
EVERY = 2.0
"""Seconds between two lines of progress."""
_fork = multiprocessing.get_context("fork")
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Size:
    """How large a country: cases (and how many of them are open), centres, years; `samples` is how many of the cases
    are walked through the pathway, to be the models of the others."""

    cases: int
    open: int
    centres: int
    years: int
    samples: int
    seed: int

    def __post_init__(self) -> None:
        """Raises SettingsError for a country that cannot be."""
        if not 0 <= self.open <= self.cases or min(self.cases, self.centres, self.years, self.samples - 1) < 1:
            raise SettingsError(
                "Expected at least one case, centre and year, two samples, and no more open cases than cases"
            )
        if self.years > MOST_YEARS or self.cases > CODES:
            raise SettingsError(f"Expected at most {MOST_YEARS} years and {CODES:,} cases")


def usually_open(cases: int) -> int:
    """How many of so many cases are open: 30,000 of a million, and one of a handful."""
    return -(-cases * OPEN_IN_100 // 100)


def make(settings: Settings, size: Size, say: Say) -> None:
    """A new database with a country, telling how far it is. When that fails there is no file, and of a database on a
    server it is said that what is in it is of no use.

    Raises SettingsError when there is a database already, or one that is not empty, or that would not stay."""
    if settings.sqlite_file is None and settings.database.startswith("sqlite"):
        raise SettingsError("A database in memory ends with the command. Name a file with --database")
    with starting(settings), told_plainly(), new_key_gone_if_it_fails(settings):
        if settings.sqlite_file is None:
            _fill_server(settings, size, say)
        elif settings.sqlite_file.exists():
            raise SettingsError(f"{settings.sqlite_file} is there already. Name a new one with --database")
        else:
            fill_new(settings, lambda house: seed(house, size, say))


def _fill_server(settings: Settings, size: Size, say: Say) -> None:
    if trouble_with(settings.database) == "empty":
        bring_up(settings)
    with closing(build(settings)) as house:
        if house.store.accounts() or house.store.centres():
            raise SettingsError("There are people in this database already. Name a new one with --database")
        try:
            seed(house, size, say)
        except BaseException:
            say("The load was broken off: drop this database and make it anew, what is in it is of no use")
            raise


def seed(house: House, size: Size, say: Say) -> None:
    """Fills the empty database of a house."""
    began = time.monotonic()
    say("Walking some cases through the pathway")
    samples = _samples(house, size)
    centres = [Centre(f"centre-{n:02}", f"Centre {n:02} (invented)", ZONE) for n in range(1, size.centres + 1)]
    for centre in centres:
        house.store.add_centre(centre)
    demo.add_people(house, centres)
    plans = list(_plans(house, size, centres))
    house.store.close()  # no connection may go into another process
    gc.disable()  # see _make; the process ends when this is done
    done, told, ready = 0, 0.0, time.monotonic() - began
    with _made(plans, samples, house.store) as made:
        for number in made:
            done += number
            spent = time.monotonic() - began
            if spent - told >= EVERY:
                told = spent
                left = _left(done, size.cases, spent - ready) if done < size.cases else "writing the last of the trail"
                say(f"{done:,} of {size.cases:,} cases, {_length(spent)}, {left}")
    say(f"All {done:,} cases are written; counting rows for the database to plan by")
    house.store.loaded()
    say(f"{done:,} cases at {size.centres} centres in {_length(time.monotonic() - began)}")


def _samples(house: House, size: Size) -> list[Walked]:
    library = house.editions.current()
    path = house.settings.content_folder / "features" / FILE
    vocabulary = read_vocabulary(str(path), path.read_bytes(), library)
    left = min(max(size.samples * 2 // 5, 1), size.open)
    closed = min(size.samples - left, size.cases - size.open)
    return walked(library, vocabulary, size.seed, closed, left)


def _plans(house: House, size: Size, centres: Sequence[Centre]) -> Iterator[Plan]:
    """The cases spread evenly."""
    until = clock.now()
    accounts = house.store.accounts()
    first = 0
    for number, centre in enumerate(centres):
        left, total = (_share(whole, number, size.centres) for whole in (size.open, size.cases))
        people = {person_id(role): one.id for one in accounts for role in one.roles.get(centre.id, ())}
        yield Plan(
            centre=centre.id,
            people=dict(sorted(people.items(), reverse=True)),  # of two ids the longer first
            closed=total - left,
            left=left,
            first=first,
            until=until,
            since=until - timedelta(days=DAYS_OF_A_YEAR * size.years),
            seed=f"{size.seed}:{centre.id}",
        )
        first += total


def _share(whole: int, number: int, of: int) -> int:
    return whole * (number + 1) // of - whole * number // of


@contextmanager
def _made(plans: Sequence[Plan], samples: Sequence[Walked], store: SqlStore) -> Iterator[Iterator[int]]:
    """How many cases more are in the database, again and again; several processes make them."""
    out: Queue[Any] = _fork.Queue(WAITING)
    number = min(os.cpu_count() or 1, len(plans))
    makers = [_fork.Process(target=_make, args=(plans[n::number], samples, store, out)) for n in range(number)]
    for maker in makers:
        maker.start()
    try:
        with store.loading() as load:
            yield _received(out, makers, load)
    finally:
        for maker in makers:
            maker.terminate()
            maker.join()


def _make(plans: Sequence[Plan], samples: Sequence[Walked], store: SqlStore, out: Queue[Any]) -> None:
    """Loads what it makes where several processes may, else sends it to be loaded."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who is told to stop is the one that waits for this
    gc.disable()  # nothing here refers to itself, and looking for what does takes a fifth of the time
    try:
        with store.loading() if store.loads_at_once else nullcontext() as load:
            for plan in plans:
                for number, batch in batches(plan, samples, store.keyring):
                    if load:
                        load.add(batch)
                    out.put((number, {} if load else batch))
        out.put(None)
    except (StoreBusy, StoreDamaged) as error:
        out.put(type(error))


def _received(out: Queue[Any], makers: Sequence[ForkProcess], load: Loading) -> Iterator[int]:
    working = len(makers)
    while working:
        try:
            made = out.get(timeout=EVERY)
        except Empty:
            if any(maker.exitcode for maker in makers):
                raise RuntimeError("A process that makes cases ended too early; what it said stands above") from None
            continue
        if made is None:
            working -= 1
            continue
        if isinstance(made, type):  # of the database, in one of the processes
            raise made("")
        number, batch = made
        load.add(batch)
        yield number


def _length(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02} s"


def _left(done: int, of: int, spent: float) -> str:
    return f"about {_length(spent * (of - done) / done)} left" if done else "just begun"
