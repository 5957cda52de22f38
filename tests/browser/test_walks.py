"""A child's and an adult's case walk through all roles to closure in a browser, on a narrow screen: by keyboard alone
and without scripts at once, and with a pointer. (Journey by journey, each way by itself: test_journeys.py.)"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from engine import clock
from engine.drills.vocabulary import Answer
from tests.agreement import disagreements
from tests.browser.conftest import Watched
from tests.browser.walking import receive, walk_to_closure
from tests.browser.ways import KEYBOARD
from tests.survivors import ADULT, CHILD
from tests.walk import Walk, shipped
from tests.web.running import CENTRE, Hands, House

EVERYONE = {"reception", "medical", "psychosocial", "police", "coordinator"}
CANARY = "ZZCANARY"


@pytest.fixture
def walk(house: House, hands: Hands) -> Walk:
    return Walk(house.desk, house.store, house.store.centres()[CENTRE], hands.moment)


def check_the_end(walk: Walk) -> None:
    file = walk.file()
    assert file.case.status == "closed"
    assert [duty.rule for duty in file.duties if duty.open] == []
    assert file.stuck == ()
    assert disagreements(walk.store, walk.case_id) == []


def test_a_childs_case_walks_to_closure_by_keyboard_alone_and_without_scripts(
    walk: Walk, hands: Hands, window: Callable[..., Watched]
) -> None:
    seen = window(javascript=False)
    with clock.using(hands):
        walk.tell(CHILD)
        receive(seen, walk, "reception", "reception", KEYBOARD)

        served = walk_to_closure(seen, walk, hands, KEYBOARD)

        assert served >= EVERYONE | {"safe_room"}
        check_the_end(walk)


def test_an_adults_case_walks_to_closure_and_leaves_no_trace_of_her_words(
    walk: Walk,
    hands: Hands,
    window: Callable[..., Watched],
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:
    seen = window()
    with clock.using(hands):
        walk.tell(ADULT | words_in_every_text())
        receive(seen, walk, "reception", "reception")

        served = walk_to_closure(seen, walk, hands)

        assert served >= EVERYONE
        check_the_end(walk)
        facts = walk.file().facts.values()
        logged, complained = capfd.readouterr()
        told = [*seen.public, logged, complained, *(str(row.entry) for row in walk.store.trail(walk.case_id, 10_000))]
        kept = [path.read_bytes() for path in tmp_path.glob("isange.db*")]

    assert len([fact for fact in facts if CANARY in str(fact.value)]) > 10
    assert len(kept) > 0
    assert (logged + complained).count("request") > 100  # wherever another test has sent it
    for secret in (CANARY, str(ADULT["birth_date"])):
        assert [text for text in told if secret in text] == []
        assert [len(data) for data in kept if secret.encode() in data] == []


def words_in_every_text() -> dict[str, Answer]:
    """An answer to every question that takes text, as long as the shortest of them allows."""
    return {fact.id: f"{CANARY} {fact.id}"[:30] for fact in shipped().facts.values() if fact.type == "text"}
