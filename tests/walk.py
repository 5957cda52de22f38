"""Walks (engine/walks.py) on the shipped content, for the answers of tests/survivors.py."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest

from engine import clock, content, editions, walks
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


@contextmanager
def read_once(library: Library) -> Iterator[None]:
    """Within it, editions and houses take this library for its files, which they would read into the same again."""

    def from_files(files: Mapping[str, bytes], jurisdiction: str) -> Library:
        same = (files, jurisdiction) == (library.files, library.jurisdiction)
        return library if same else content.from_files(files, jurisdiction)

    with pytest.MonkeyPatch.context() as instead:
        instead.setattr(editions, "from_files", from_files)
        if library is shipped():
            instead.setattr(content, "load", lambda *place: library if place == (ROOT, "rwanda") else load(*place))
        yield


def published(store: SqlStore, library: Library | None = None) -> Editions:
    """An edition (the shipped one) in force in an empty store, and the drills' centre."""
    library = library or shipped()
    store.add_centre(vocabulary().centre)
    store.publish(library.digest, library.jurisdiction, library.files, "author", "approver", vocabulary().begins)
    found = Editions(store)
    with read_once(library):
        found.get(library.digest)
    return found


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
