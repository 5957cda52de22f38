"""A form that asks something and is sent without an answer records nothing."""

from __future__ import annotations

import pytest

from engine.model import Refusal
from engine.store.store import SqlStore
from tests.survivors import ADULT
from tests.walk import published, walk_on

ALL_OPTIONAL = "change_choice"


def test_a_form_without_an_answer_is_refused_and_changes_nothing(store: SqlStore) -> None:
    with walk_on(store, published(store), ADULT) as walk:
        walk.arrive("reception", "reception")
        while ALL_OPTIONAL not in {one.id for one in walk.desk.case(walk.person("reception"), walk.case_id).anytime}:
            walk.complete(walk.possible()[0])
        before = walk.file().case.version

        with pytest.raises(Refusal) as refused:
            walk.desk.record_facts(walk.person("reception"), walk.case_id, ALL_OPTIONAL, {})

    assert [problem.code for problem in refused.value.problems] == ["one_needed"]
    assert walk.file().case.version == before
