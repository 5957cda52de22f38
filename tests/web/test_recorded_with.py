"""The page of a case says beside a duty that no open step does where it is recorded, once it is done."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.model import CASE_SCOPE
from tests.survivors import ADULT
from tests.walk import Walk
from tests.web.running import CENTRE, Hands, House
from tests.web.screen import Screen

pytestmark = pytest.mark.usefixtures("by_these_hands")
LATE, HERE = "Nobody who thinks of ending their life is left alone", "Once it is done, record it here"


@pytest.fixture
def case(house: House, hands: Hands) -> str:
    """The path of a case in which she is found to think of ending her life by a correction, after the step."""
    walk = Walk(house.desk, house.store, house.store.centres()[CENTRE], hands.moment)
    walk.tell({**ADULT, "another_session": "yes"})
    walk.arrive("reception", "reception")
    for _ in walk.on():
        if fact := walk.file().facts.get(("suicide_risk", CASE_SCOPE)):
            change = (fact.recorded_at, "yes", "She said so at the door")
            walk.desk.correct_fact(walk.person("psychosocial"), walk.case_id, fact.name, CASE_SCOPE, *change)
            break
    hands.moment = max(hands.moment, walk.now)
    return f"/cases/{walk.case_id}"


def beside(screen: Screen, duty: str) -> list[tuple[str, list[str]]]:
    """What stands beside a duty on where it is recorded, and where its links lead."""
    (line,) = [one for one in screen.page.xpath("//li[contains(@class, 'duty')]") if duty in one.text_content()]
    told = [one for one in line.xpath("./p") if HERE in one.text_content()]
    return [(" ".join(one.text_content().split()), one.xpath(".//a/@href")) for one in told]


def test_whoever_fills_the_form_is_led_there_and_who_oversees_reads_who_does(
    case: str, as_: Callable[[str], Screen]
) -> None:
    words = f"{HERE}: The survivor was kept safe in a crisis"

    assert beside(as_("psychosocial").open(case), LATE) == [(words, [f"{case}/forms/record_crisis"])]
    assert beside(as_("coordinator").open(case), LATE) == [
        (f"{words} (Reception social worker, Medical, Psychosocial)", [])
    ]

    screen = as_("psychosocial").open(f"{case}/forms/record_crisis")
    screen.press("Record what was agreed", crisis_steps=["presence"])
    assert LATE not in " ".join(
        one.text_content() for one in screen.open(case).page.xpath("//li[contains(@class, 'duty--owed')]")
    )
