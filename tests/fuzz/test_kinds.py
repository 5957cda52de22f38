"""Every kind of bad input is refused in words, at its place; what is harmless is accepted; nothing is lost."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.fuzz import kinds_api, kinds_bpmn, kinds_feature, kinds_post, kinds_schema, kinds_yaml
from tests.fuzz.inputs import SORTS
from tests.fuzz.kinds import Kind
from tests.fuzz.watch import Watched

CATALOGUE: tuple[Kind, ...] = (
    *kinds_bpmn.KINDS,
    *kinds_yaml.KINDS,
    *kinds_schema.KINDS,
    *kinds_feature.KINDS,
    *kinds_post.KINDS,
    *kinds_api.KINDS,
)
PLANNED = 300
OF_THE_WHOLE_FILE = frozenset({"too_large", "too_many", "unreadable", "unlisted_file"})


@pytest.mark.parametrize("kind", CATALOGUE, ids=lambda kind: kind.name)
def test_a_bad_input_is_refused_in_words_at_its_place(kind: Kind, worker: Watched) -> None:
    given = kind.input()

    judged = worker.judge(given)

    assert judged.fault == ""
    assert judged.outcome == kind.outcome, judged
    assert kind.status in (0, judged.status), judged
    told = [one for one in judged.said if kind.says in f"{one['code']}: {one['message']}"]
    assert told or kind.outcome == "accepted", judged.said
    assert all(one["file"] for one in judged.said)
    assert kind.outcome == "accepted" or any(
        one["line"] or one["element"] or one["code"] in OF_THE_WHOLE_FILE or kind.status for one in told
    )


def test_there_are_as_many_kinds_as_were_planned_and_each_has_a_name_of_its_own() -> None:
    names = Counter(kind.name for kind in CATALOGUE)

    assert [name for name, count in names.items() if count > 1] == []
    assert len(names) >= PLANNED
    assert {kind.sort for kind in CATALOGUE} == set(SORTS)


def test_most_kinds_are_refused_and_few_are_harmless() -> None:
    outcomes = Counter(kind.outcome for kind in CATALOGUE)

    assert outcomes["refused"] + outcomes["found"] > 10 * outcomes["accepted"]
