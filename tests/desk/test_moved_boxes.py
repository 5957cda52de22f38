"""Moving every box of every diagram changes nothing for anyone: same tasks, same order, same decisions."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from engine.content import from_files
from engine.drills.vocabulary import Answer
from engine.library import Library
from engine.store.store import SqlStore
from tests.desk.moved_boxes import with_moved_boxes
from tests.survivors import ADULT, CHILD, REPORTING
from tests.walk import published, shipped, walk_on

Story = list[tuple[str, ...]]


def story(store: SqlStore, library: Library, told: Mapping[str, Answer]) -> Story:
    """Everything the trail says of a case that walked to closure, but the name of the edition."""
    with walk_on(store, published(store, library), told) as walk:
        walk.arrive("reception", "reception")
        walk.to_closure()
        rows = store.trail(walk.case_id, limit=10_000)
    return [
        (row.entry.kind, row.entry.at.isoformat(), *(v for k, v in sorted(row.entry.params.items()) if k != "edition"))
        for row in reversed(rows)
        if not row.entry.kind.endswith(".read")
    ]


@pytest.mark.parametrize("told", [CHILD, ADULT, REPORTING], ids=["a child", "an adult", "an adult who reports"])
def test_moving_every_box_changes_nothing(told: Mapping[str, Answer], opened: Callable[..., SqlStore]) -> None:
    moved = from_files(with_moved_boxes(shipped().files, seed=1), shipped().jurisdiction)

    drawn, redrawn = (story(opened("sqlite://"), library, told) for library in (shipped(), moved))

    assert moved.digest != shipped().digest
    assert [place for d in moved.pathway.diagrams.values() for place in d.drawing.shapes.values()] != [
        place for d in shipped().pathway.diagrams.values() for place in d.drawing.shapes.values()
    ]
    assert len([line for line in drawn if line[0] == "task.completed"]) > 20
    assert redrawn == drawn
