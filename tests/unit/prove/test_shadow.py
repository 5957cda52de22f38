"""Where the net would not come to, no case comes; what it allows is never held up."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.flow import FlowError, Flows, Place, Standing
from engine.flow.steps import Parallel
from engine.library import Diagram
from engine.prove.shadow import Shadow, ShadowedFlows
from tests.unit.drawing import World, diagram, library, step
from tests.walk import shipped

BRANCHES = diagram(
    "branches",
    [
        step("s", "start"),
        step("split", "parallel"),
        step("a", "user"),
        step("b", "user"),
        step("join", "parallel"),
        step("last", "user"),
        step("e", "end"),
    ],
    "s -> split\nsplit -> a\nsplit -> b\na -> join\nb -> join\njoin -> last\nlast -> e",
)
WATCHED = diagram(
    "watched",
    [
        step("s", "start"),
        step("inside", "subprocess"),
        step("is", "start", parent="inside"),
        step("iu", "user", parent="inside"),
        step("ie", "end", parent="inside"),
        step("late", "boundary_timer", attached_to="inside", interrupting=True, timer="limit"),
        step("told", "boundary_timer", attached_to="inside", interrupting=False, timer="warning"),
        step("warn", "user"),
        step("after", "user"),
        step("e", "end"),
        step("we", "end"),
    ],
    "s -> inside\nis -> iu\niu -> ie\ninside -> e\nlate -> after\nafter -> e\ntold -> warn\nwarn -> we",
)


def at(*elements: str, came: str = "") -> tuple[Place, ...]:
    return tuple(sorted(Place((), element, came) for element in elements))


# --- where the net leads ---


def test_a_branch_waits_for_the_other_and_they_go_on_together() -> None:
    net = Shadow(library(BRANCHES))
    arrived = tuple(sorted((Place((), "b"), Place((), "join", "a"))))
    assert net.after("branches", (), "") == {at("a", "b")}
    assert net.after("branches", at("a", "b"), "a") == {arrived}
    assert net.after("branches", arrived, "b") == {at("last")}
    assert net.after("branches", at("last"), "last") == {()}


def test_what_fires_at_a_border_takes_away_only_what_it_interrupts() -> None:
    net = Shadow(library(WATCHED))
    begun = tuple(sorted((*at("late", "told"), Place(("inside",), "iu"))))
    warned = tuple(sorted((*at("late", "warn"), Place(("inside",), "iu"))))
    assert net.after("watched", (), "") == {begun}
    assert net.after("watched", begun, "told") == {warned}
    assert net.after("watched", warned, "late") == {at("after", "warn")}
    assert net.after("watched", begun, "iu") == {()}


def test_nothing_fires_and_nothing_moves() -> None:
    assert Shadow(library(BRANCHES)).after("branches", at("a", "b"), "") == {at("a", "b")}


def test_of_two_that_are_alike_it_does_not_say_which_border_goes_with_which() -> None:
    twice = diagram(
        "twice",
        [
            step("s", "start"),
            step("split", "parallel"),
            step("g", "exclusive"),
            step("u", "user"),
            step("late", "boundary_timer", attached_to="u", interrupting=False, timer="limit"),
            step("e", "end"),
            step("le", "end"),
        ],
        "s -> split\nsplit -> g\nsplit -> g\ng -> u\nu -> e\nlate -> le",
    )
    net = Shadow(library(twice))
    (begun,) = net.after("twice", (), "") or ()
    assert [place.element for place in begun] == ["late", "late", "u", "u"]
    assert net.after("twice", begun, "late") is None


@pytest.mark.parametrize("process", sorted(Shadow(shipped()).net.roots))
def test_it_leads_somewhere_from_wherever_the_shipped_processes_come_to(process: str) -> None:
    net = Shadow(shipped())
    todo, seen = list(net.after(process, (), "") or ()), set[tuple[Place, ...]]()
    while todo and len(seen) < 60:
        where = todo.pop(0)
        if not where or where in seen or len(set(where)) < len(where):  # of two at one step, which one left?
            continue
        seen.add(where)
        for place in where:
            if not place.came:
                after = net.after(process, where, place.element)
                assert after
                todo += after
    assert seen


# --- an engine that errs ---


def errs(flows: Flows, drawn: Diagram) -> None:
    """From here on the engine follows another drawing than the net."""
    flows.__dict__["_specs"] = Flows(library(drawn))._specs


def redirected(drawn: Diagram, flow: str, target: str) -> Diagram:
    return replace(drawn, flows={**drawn.flows, flow: replace(drawn.flows[flow], target=target)})


def done(flows: Flows, standing: Standing, element: str, world: World) -> Standing:
    task = next(task for task in standing.tasks if task.element == element)
    return flows.complete("branches", standing.snapshot, task.id, world)


def test_an_engine_that_follows_the_drawing_is_not_held_up() -> None:
    flows, world = ShadowedFlows(library(BRANCHES)), World()
    standing = flows.start("branches", world)
    for element in ("b", "a", "last"):
        standing = done(flows, standing, element, world)
    assert standing.ended


def test_a_join_of_three_is_not_held_up_either() -> None:
    """Of branches that wait at a join, SpiffWorkflow lets only the last one wait, and calls the others cancelled."""
    shape = diagram(
        "branches",
        [*BRANCHES.elements.values(), step("c", "user")],
        "s -> split\nsplit -> a\nsplit -> b\nsplit -> c\na -> join\nb -> join\nc -> join\njoin -> last\nlast -> e",
    )
    flows, world = ShadowedFlows(library(shape)), World()
    standing = flows.start("branches", world)
    for element in ("b", "a"):
        standing = done(flows, standing, element, world)
    assert [place.came or place.element for place in standing.places or ()] == ["c", "a", "b"]
    for element in ("c", "last"):
        standing = done(flows, standing, element, world)
    assert standing.ended


def test_a_join_that_does_not_wait_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    flows, world = ShadowedFlows(library(BRANCHES)), World()
    standing = flows.start("branches", world)
    monkeypatch.setattr(Parallel, "_check_threshold_structured", lambda *_: (True, []))
    monkeypatch.setattr(Parallel, "_check_threshold_unstructured", lambda *_: (True, []))
    with pytest.raises(FlowError) as found:
        done(flows, standing, "a", world)
    assert (found.value.code, found.value.element) == ("off_course", "last")


def test_an_engine_that_starts_elsewhere_is_found_out() -> None:
    flows = ShadowedFlows(library(BRANCHES))
    errs(flows, redirected(BRANCHES, "branches_f0", "last"))
    with pytest.raises(FlowError, match="where the diagram does not lead"):
        flows.start("branches", World())


@pytest.mark.parametrize(("flow", "target"), [("branches_f5", "e"), ("branches_f5", "a"), ("branches_f3", "last")])
def test_an_engine_that_goes_another_way_is_found_out(flow: str, target: str) -> None:
    flows, world = ShadowedFlows(library(BRANCHES)), World()
    standing = flows.start("branches", world)
    errs(flows, redirected(BRANCHES, flow, target))
    with pytest.raises(FlowError, match="where the diagram does not lead"):
        done(flows, done(flows, standing, "a", world), "b", world)


def test_an_event_that_fires_without_being_awaited_is_found_out() -> None:
    shape = replace(WATCHED, key="branches")
    flows, world = ShadowedFlows(library(shape)), World({"limit": 5, "warning": 3})
    standing = flows.start("branches", world)
    errs(flows, redirected(shape, "watched_f6", "after"))
    world.wait(4)
    with pytest.raises(FlowError, match="where the diagram does not lead"):
        flows.advance("branches", standing.snapshot, world)
