"""Events of a flow fire one at a time, the first in the drawing before the others, in new and in stored states."""

from __future__ import annotations

import json
from datetime import timedelta

from engine.library import Diagram
from engine.prove.shadow import ShadowedFlows
from tests.unit.drawing import World, diagram, library, step


def ids(text: str) -> str:
    """Short numbers written out as the ids that they stand for."""
    return f"00000000-0000-0000-0000-{int(text):012}"


SHAPE = diagram(
    "old",
    [
        step("s", "start"), step("split", "parallel"), step("u", "user"), step("late", "boundary_timer",
        attached_to="u", interrupting=False, timer="limit", timer_kind="duration"), step("remind", "user"),
        step("over", "end"), step("sub", "subprocess"), step("is", "start", parent="sub"),
        step("w", "conditional", parent="sub", condition="told == 'yes'"), step("iu", "user", parent="sub"),
        step("ie", "end", parent="sub"), step("join", "parallel"), step("e", "end"),
    ],
    """s -> split
    split -> u
    split -> sub
    late -> remind
    remind -> over
    is -> w
    w -> iu
    iu -> ie
    u -> join
    sub -> join
    join -> e""",
)  # fmt: skip

STORED = json.dumps(
    {
        "version": 1,
        "root": ids("1"),
        "tasks": [
            [ids("1"), None, 64, "Start", {}],
            [ids("2"), ids("1"), 64, "split", {}],
            [ids("3"), ids("2"), 64, "u.split", {}],
            [ids("4"), ids("2"), 32, "sub", {}],
            [ids("5"), ids("3"), 16, "u", {}],
            [ids("6"), ids("3"), 8, "late", {"event_value": "2026-11-23T12:00:00+00:00"}],
        ],
        "within": [
            {
                "parent": ids("4"),
                "spec": "sub",
                "root": ids("7"),
                "tasks": [
                    [ids("7"), None, 64, "Start", {}],
                    [ids("8"), ids("7"), 64, "is", {"event_fired": True}],
                    [ids("9"), ids("8"), 8, "w", {}],
                ],
            }
        ],
    }
).encode()
"""As releases wrote it that asked all events at once."""


def opened(shape: Diagram, snapshot: bytes, world: World, times: int) -> list[list[str]]:
    """The open tasks after each of so many turns."""
    flows, found = ShadowedFlows(library(shape)), []
    for _ in range(times):
        at = flows.advance(shape.key, snapshot, world)
        snapshot = at.snapshot
        found.append(sorted(task.element for task in at.tasks))
    return found


def test_a_state_that_was_stored_by_an_earlier_release_goes_on() -> None:
    world = World({"limit": 4, "told": "yes"})
    world.wait(4)
    assert opened(SHAPE, STORED, world, 3) == [["remind", "u"], ["iu", "remind", "u"], ["iu", "remind", "u"]]


def test_a_new_state_has_the_same_shape() -> None:
    fresh = json.loads(ShadowedFlows(library(SHAPE)).start("old", World({"limit": 4})).snapshot)
    stored = json.loads(STORED)
    assert [row[2:] for row in fresh["tasks"]] == [row[2:] for row in stored["tasks"]]
    assert [row[2:] for row in fresh["within"][0]["tasks"]] == [row[2:] for row in stored["within"][0]["tasks"]]


def test_a_condition_that_is_true_already_waits_its_turn() -> None:
    world = World({"limit": 4, "told": "yes"})
    started = ShadowedFlows(library(SHAPE)).start("old", world)
    assert [task.element for task in started.tasks] == ["u"]
    assert opened(SHAPE, started.snapshot, world, 1) == [["iu", "u"]]


def test_a_timer_waits_until_its_moment_and_fires_then() -> None:
    world = World({"limit": 4, "told": "no"})
    flows = ShadowedFlows(library(SHAPE))
    snapshot = flows.start("old", world).snapshot
    due = world.now + timedelta(hours=4)
    for before in (timedelta(minutes=1), timedelta(seconds=1), timedelta(microseconds=1)):
        world.now = due - before
        assert opened(SHAPE, snapshot, world, 1) == [["u"]]
    world.now = due
    assert opened(SHAPE, snapshot, world, 1) == [["remind", "u"]]
