"""A drill's virtual time is its own: a live case beside it does not age."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from engine import clock
from engine.desk import Desk
from engine.drills.opening import OneEdition
from engine.drills.reading import read_feature
from engine.drills.report import DrillResult
from engine.drills.run import play
from engine.drills.sentences import Sentences
from engine.drills.stage import Stage
from engine.drills.vocabulary import Vocabulary
from engine.library import Library
from engine.store.open import migrate, open_store
from engine.worker import Worker
from tests.databases import KEYRING

ARRIVAL = (
    ("given", "a survivor who is 12 years old"),
    ("given", "the assault happened 1 hour ago"),
    ("when", "reception receives her with her mother"),
    ("when", "medical records that a crime is suspected"),
)
SEVENTY_HOURS = """Feature: Time passes in a drill
  Scenario: Seventy hours
    Given a survivor who is 12 years old
    And the assault happened 1 hour ago
    When reception receives her with her mother
    And medical records that a crime is suspected
    And 70 hours pass
    Then the report is late
    And medical sees that PEP is possible for 1 hour
"""


@pytest.fixture
def live(tmp_path: Path, library: Library, vocabulary: Vocabulary) -> Stage:
    """A case on a database in a file and on the system's clock, as staff have it."""
    url = f"sqlite:///{tmp_path / 'live.db'}"
    migrate(url)
    store = open_store(url, KEYRING)
    store.add_centre(vocabulary.centre)
    return Stage(library, vocabulary, Desk(store, OneEdition(library)), store, clock.now())


def test_seventy_hours_of_a_drill_do_not_move_the_timers_of_a_live_case(
    live: Stage, library: Library, vocabulary: Vocabulary, sentences: Sentences
) -> None:
    for kind, said in ARRIVAL:
        sentences.perform(live, kind, said)
    before = live.file()
    results: list[DrillResult] = []
    [drill] = read_feature("time.feature", SEVENTY_HOURS)

    def seventy_hours() -> None:
        results.append(play(library, vocabulary, sentences, drill))

    seventy_hours()
    beside = threading.Thread(target=seventy_hours)
    beside.start()
    beside.join()
    fired = Worker(live.desk, live.store, "live").run_once(clock.now())

    assert [(result.status, result.message) for result in results] == [("passed", "")] * 2
    assert len(before.timers) > 0
    assert fired == 0
    assert live.file() == before
    live.store.close()
