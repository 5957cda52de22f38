"""Walks (engine/walks.py) on the shipped content, for the answers of tests/survivors.py."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from engine import clock, walks
from engine.content import load
from engine.desk import Desk
from engine.drills.vocabulary import FILE, Answer, Vocabulary, read_vocabulary
from engine.editions import Editions
from engine.library import Library
from engine.store.store import SqlStore

ROOT = Path(__file__).resolve().parents[1]


@cache
def shipped() -> Library:
    """The content of the release."""
    return load(ROOT)


@cache
def vocabulary() -> Vocabulary:
    """What drills call things and answer by themselves."""
    path = ROOT / "features" / FILE
    return read_vocabulary(str(path), path.read_bytes(), shipped())


def published(store: SqlStore, library: Library | None = None) -> Editions:
    """An edition (the shipped one) in force in an empty store, and the drills' centre."""
    library = library or shipped()
    store.add_centre(vocabulary().centre)
    store.publish(library.digest, library.jurisdiction, library.files, "author", "approver", vocabulary().begins)
    return Editions(store)


@dataclass
class Walk(walks.Walk):
    """A walk that speaks as the shipped drills do."""

    vocabulary: Vocabulary = field(default_factory=vocabulary)


@contextmanager
def walk_on(store: SqlStore, editions: Editions, told: Mapping[str, Answer]) -> Iterator[Walk]:
    """A walk on a store with a published edition; within it, time is the walk's."""
    walk = Walk(Desk(store, editions), store, vocabulary().centre, vocabulary().begins)
    with clock.using(lambda: walk.now):
        walk.tell(told)
        yield walk
