"""Codes that lead to no case slow whoever tries them, one after the other or all at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest

from engine.model import Person, Refusal
from tests.walk import ROOT
from tests.web.running import CENTRE, Hands, house_at
from tests.web.screen import ARRIVAL
from web.house import House
from web.lookup import find_case
from web.throttle import CODE, FORGET

pytestmark = pytest.mark.usefixtures("by_these_hands")
ANA = Person("who-psychosocial", "Ana", {CENTRE: frozenset({"psychosocial"})})
WRONG = "AAA-AAA"


@pytest.fixture
def looked_in(database_url: str, hands: Hands) -> Iterator[House]:
    with house_at(database_url, str(ROOT), hands) as house:
        yield house


def look(house: House, code: str, hands: Hands) -> int:
    try:
        find_case(house.desk, ANA, code, hands())
    except Refusal as refused:
        return refused.status
    return 200


def look_at_once(house: House, codes: list[str], hands: Hands) -> Counter[int]:
    start = Barrier(len(codes))

    def run(code: str) -> int:
        start.wait()
        return look(house, code, hands)

    with ThreadPoolExecutor(len(codes)) as pool:
        return Counter(pool.map(run, codes))


def test_of_many_codes_tried_at_once_no_more_are_answered_than_one_after_the_other(
    looked_in: House, hands: Hands
) -> None:
    assert look_at_once(looked_in, [WRONG] * 16, hands) == {404: CODE.free, 429: 16 - CODE.free}

    hands.move(timedelta(seconds=1))  # the first wait is over: one more try, however many ask
    assert look_at_once(looked_in, [WRONG] * 16, hands) == {404: 1, 429: 15}

    hands.move(FORGET + timedelta(seconds=1))
    assert look_at_once(looked_in, [WRONG] * 16, hands) == {404: CODE.free, 429: 16 - CODE.free}


def test_codes_that_lead_to_a_case_count_for_nothing(looked_in: House, hands: Hands) -> None:
    opener = Person("who-reception", "Reception", {CENTRE: frozenset({"reception"})})
    code = looked_in.desk.open_case(opener, CENTRE, "reception", ARRIVAL).case_code
    for _ in range(CODE.free - 1):
        assert look(looked_in, WRONG, hands) == 404

    assert [look(looked_in, code, hands) for _ in range(CODE.free)] == [200] * CODE.free
    assert [look(looked_in, WRONG, hands), look(looked_in, code, hands)] == [404, 429]
    hands.move(timedelta(seconds=1))
    assert [look(looked_in, code, hands) for _ in range(3)] == [200] * 3  # each leaves the wait where it was
