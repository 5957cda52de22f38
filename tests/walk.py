"""Walks cases through the real Desk and store as the centre's people would, with time moved by hand.

The stage is that of drills: whoever a task waits for does it, and answers what nobody was told about as the
drills' vocabulary says.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from engine import clock
from engine.content import from_files, load
from engine.desk import Desk
from engine.drills.answers import fill_in
from engine.drills.stage import Stage
from engine.drills.vocabulary import FILE, Vocabulary, read_vocabulary
from engine.editions import Editions
from engine.library import Library
from engine.model import Task
from engine.store.store import SqlStore

ROOT = Path(__file__).resolve().parents[1]
TOO_LONG = 300
"""Steps after which a walk that has not ended never will."""


@cache
def shipped() -> Library:
    """The content of the release."""
    return load(ROOT)


@cache
def vocabulary() -> Vocabulary:
    """What the drills call things and answer by themselves."""
    path = ROOT / "features" / FILE
    return read_vocabulary(str(path), path.read_bytes(), shipped())


def published(store: SqlStore, files: Mapping[str, bytes] | None = None) -> Editions:
    """An edition in force in an empty store (the shipped one, or these files), at the drills' centre."""
    library = from_files(files, shipped().jurisdiction) if files else shipped()
    store.add_centre(vocabulary().centre)
    store.publish(library.digest, library.jurisdiction, library.files, "author", "approver", vocabulary().begins)
    return Editions(store)


@contextmanager
def stage_on(store: SqlStore, editions: Editions, now: datetime | None = None) -> Iterator[Stage]:
    """A stage on a store with a published edition; within it, time is the stage's."""
    stage = Stage(
        library=editions.current(),
        vocabulary=vocabulary(),
        desk=Desk(store, editions),
        store=store,
        now=(now or vocabulary().begins).astimezone(UTC),
        path=[],
    )
    with clock.using(lambda: stage.now):
        yield stage


def answers(stage: Stage, task: Task) -> dict[str, object]:
    """What the person of this task would answer now."""
    view = stage.desk.task(stage.person(task.role), task.id)
    return fill_in(view.form, stage.told, view.saved, stage.vocabulary.defaults, stage.moment)


def possible(stage: Stage) -> list[Task]:
    """Open tasks that may be done now, oldest first."""
    return [task for task in stage.tasks() if stage.desk.task(stage.person(task.role), task.id).blocked is None]


def wait(stage: Stage) -> bool:
    """Lets time pass until the next timer has fired; False when the case waits for none."""
    moments = [timer.due_at for timer in stage.file().timers]
    if moments:
        stage.pass_time(max(min(moments) - stage.now, timedelta(0)))
    return bool(moments)


def walk_on(stage: Stage) -> Iterator[Task]:
    """Does one task after the other, waiting for time where nobody has anything to do, until the case is closed.

    Gives each task before it is done: a caller may do it itself."""
    for _ in range(TOO_LONG):
        if stage.file().case.status == "closed":
            return
        tasks = possible(stage)
        if not tasks:
            assert wait(stage), f"Nobody can do anything, and no time is waited for: {stage.path[-5:]}"
            continue
        yield tasks[0]
        if any(task.id == tasks[0].id for task in stage.tasks()):
            stage.complete(tasks[0], {})
    raise AssertionError(f"The case did not end; it passed {stage.path[-20:]}")
