"""Whoever receives a survivor is led to the step that stands first on their list, though nobody asks for the list."""

from __future__ import annotations

import pytest

from engine.store.store import SqlStore
from tests.survivors import ADULT, CHILD
from tests.walk import published, shipped, walk_on


@pytest.mark.parametrize("told", [CHILD, ADULT], ids=["a child", "an adult"])
@pytest.mark.parametrize("door", shipped().pathway.doors)
@pytest.mark.parametrize("threat", ["yes", "no"])
def test_the_first_step_after_an_arrival_is_the_one_that_stands_first(
    told: dict[str, object], door: str, threat: str, store: SqlStore
) -> None:
    with walk_on(store, published(store), {**told, "life_threat": threat}) as walk:
        role = sorted(shipped().pathway.doors[door].roles)[0]
        form, person = shipped().forms[shipped().pathway.doors[door].form], walk.person(role)

        opened = walk.desk.open_case(person, walk.centre.id, door, walk.filled(form))

        assert walk.desk.first_task(person, opened) == walk.desk.next_task(person, opened, elsewhere=False)
