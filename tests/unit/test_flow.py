"""The flow walks diagrams as the house profile promises, whether it is saved between steps or not."""

from __future__ import annotations

import json

import pytest

from engine.flow import CaseWorkflow, FlowError, Standing
from engine.library import Diagram
from engine.prove.shadow import ShadowedFlows
from tests.unit.drawing import World, diagram, library, step


class Walk:
    """One process, saved and restored between all steps."""

    def __init__(self, world: World, *diagrams: Diagram) -> None:
        self.flows = ShadowedFlows(library(*diagrams))
        self.key = diagrams[0].key
        self.world = world
        self.at: Standing = self.flows.start(self.key, world)

    @property
    def open(self) -> list[str]:
        return sorted(task.element for task in self.at.tasks)

    def do(self, element: str) -> None:
        task = next(task for task in self.at.tasks if task.element == element)
        self.at = self.flows.complete(self.key, self.at.snapshot, task.id, self.world)

    def wait(self, hours: float = 0) -> None:
        self.world.wait(hours)
        self.at = self.flows.advance(self.key, self.at.snapshot, self.world)


def line(count: int) -> Diagram:
    steps = [step("s", "start"), *(step(f"u{n}", "user") for n in range(count)), step("e", "end")]
    names = [one.id for one in steps]
    return diagram("line", steps, "\n".join(f"{a} -> {b}" for a, b in zip(names, names[1:], strict=False)))


def test_a_sequence_of_six_hundred_steps_runs_to_its_end_and_its_state_stays_small() -> None:
    walk = Walk(World(), line(600))
    largest = 0
    for number in range(600):
        largest = max(largest, len(walk.at.snapshot))
        walk.do(f"u{number}")
    assert walk.at.ended
    assert largest < 1500


def test_a_gateway_takes_the_way_whose_guard_is_true() -> None:
    shape = diagram(
        "choice",
        [step("s", "start"), step("g", "exclusive"), step("a", "user"), step("b", "user"), step("e", "end")],
        "s -> g\ng -> a when x == 'yes'\ng -> b otherwise\na -> e\nb -> e",
    )
    assert Walk(World({"x": "yes"}), shape).open == ["a"]
    assert Walk(World({"x": "no"}), shape).open == ["b"]


def test_a_guard_that_reads_what_is_not_known_is_stuck_and_never_guessed() -> None:
    shape = diagram(
        "choice",
        [step("s", "start"), step("g", "exclusive"), step("a", "user"), step("b", "user"), step("e", "end")],
        "s -> g\ng -> a when x == 'yes'\ng -> b otherwise\na -> e\nb -> e",
    )
    with pytest.raises(FlowError) as stuck:
        Walk(World(), shape)
    assert (stuck.value.code, stuck.value.element) == ("guard_unknown", "g")


def test_two_true_guards_are_stuck_so_that_no_drawing_order_decides() -> None:
    shape = diagram(
        "choice",
        [step("s", "start"), step("g", "exclusive"), step("a", "user"), step("b", "user"), step("e", "end")],
        "s -> g\ng -> a when x > 1\ng -> b when x > 2\na -> e\nb -> e",
    )
    with pytest.raises(FlowError) as stuck:
        Walk(World({"x": 3}), shape)
    assert stuck.value.code == "ways_overlap"


PARALLEL = diagram(
    "both",
    [
        step("s", "start"), step("split", "parallel"), step("a", "user"), step("b", "user"), step("b2", "user"),
        step("join", "parallel"), step("after", "user"), step("e", "end"),
    ],
    "s -> split\nsplit -> a\nsplit -> b\nb -> b2\na -> join\nb2 -> join\njoin -> after\nafter -> e",
)  # fmt: skip


@pytest.mark.parametrize("order", [["a", "b", "b2"], ["b", "a", "b2"], ["b", "b2", "a"]])
def test_a_join_waits_for_every_branch_in_any_order(order: list[str]) -> None:
    walk = Walk(World(), PARALLEL)
    for element in order:
        assert "after" not in walk.open
        walk.do(element)
    assert walk.open == ["after"]
    walk.do("after")
    assert walk.at.ended


LOOPED_BLOCK = diagram(
    "rounds",
    [
        step("s", "start"), step("m", "exclusive"), step("sub", "subprocess"), step("again", "exclusive"),
        step("e", "end"),
        step("is", "start", parent="sub"), step("split", "parallel", parent="sub"), step("a", "user", parent="sub"),
        step("b", "user", parent="sub"), step("join", "parallel", parent="sub"), step("decide", "user", parent="sub"),
        step("ie", "end", parent="sub"),
    ],
    """s -> m
    m -> sub
    sub -> again
    again -> m when more == 'yes'
    again -> e otherwise
    is -> split
    split -> a
    split -> b
    a -> join
    b -> join
    join -> decide
    decide -> ie""",
)  # fmt: skip


def test_a_parallel_block_in_a_looped_sub_process_joins_correctly_in_every_round() -> None:
    world = World({"more": "yes"})
    walk = Walk(world, LOOPED_BLOCK)
    for round_ in range(60):
        first, second = ("a", "b") if round_ % 2 else ("b", "a")
        walk.do(first)
        assert walk.open == [second]
        walk.do(second)
        world.facts["more"] = "yes" if round_ < 59 else "no"
        walk.do("decide")
    assert walk.at.ended


def test_a_loop_of_three_hundred_rounds_keeps_its_state_small() -> None:
    shape = diagram(
        "visits",
        [step("s", "start"), step("m", "exclusive"), step("u", "user"), step("g", "exclusive"), step("e", "end")],
        "s -> m\nm -> u\nu -> g\ng -> m when more == 'yes'\ng -> e otherwise",
    )
    walk = Walk(World({"more": "yes"}), shape)
    walk.do("u")
    first = len(walk.at.snapshot)
    for _ in range(300):
        walk.do("u")
    assert len(walk.at.snapshot) == first


def boundary(interrupting: bool, kind: str = "boundary_timer", **more: object) -> Diagram:
    return diagram(
        "edge",
        [
            step("s", "start"), step("u", "user"),
            step("late", kind, attached_to="u", interrupting=interrupting, **more),
            step("remind", "user"), step("after", "user"), step("e", "end"), step("e2", "end"),
        ],
        "s -> u\nu -> after\nlate -> remind\nremind -> e2\nafter -> e",
    )  # fmt: skip


def test_an_interrupting_timer_takes_the_task_away_when_it_is_due_and_not_before() -> None:
    walk = Walk(World({"limit": 4}), boundary(True, timer="limit", timer_kind="duration"))
    walk.wait(3.9)
    assert walk.open == ["u"]
    walk.wait(0.2)
    assert walk.open == ["remind"]
    walk.do("remind")
    assert walk.at.ended


def test_a_timer_that_does_not_interrupt_adds_a_task_once() -> None:
    walk = Walk(World({"limit": 4}), boundary(False, timer="limit", timer_kind="duration"))
    walk.wait(5)
    assert walk.open == ["remind", "u"]
    walk.wait(50)
    assert walk.open == ["remind", "u"]
    walk.do("u")
    walk.do("after")
    assert walk.open == ["remind"]
    walk.do("remind")
    assert walk.at.ended


def test_finishing_the_task_ends_its_timer() -> None:
    walk = Walk(World({"limit": 4}), boundary(True, timer="limit", timer_kind="duration"))
    assert [timer.element for timer in walk.at.timers] == ["late"]
    walk.do("u")
    assert walk.at.timers == ()
    walk.wait(100)
    assert walk.open == ["after"]


def test_a_condition_is_level_triggered_over_the_case() -> None:
    world = World({"consent": "yes"})
    walk = Walk(world, boundary(True, "boundary_conditional", condition="consent != 'yes'"))
    assert [wait.condition for wait in walk.at.waits] == ["consent != 'yes'"]
    walk.wait()
    assert walk.open == ["u"]
    world.facts["consent"] = "withdrawn"
    walk.wait()
    assert walk.open == ["remind"]


def test_a_called_process_runs_within_and_its_end_goes_on_with_the_caller() -> None:
    inner = diagram("inner", [step("is", "start"), step("iu", "user"), step("ie", "end")], "is -> iu\niu -> ie")
    outer = diagram(
        "outer",
        [step("s", "start"), step("c", "call", called="inner"), step("u", "user"), step("e", "end")],
        "s -> c\nc -> u\nu -> e",
    )
    walk = Walk(World(), outer, inner)
    assert walk.open == ["iu"]
    walk.do("iu")
    assert walk.open == ["u"]
    walk.do("u")
    assert walk.at.ended


def test_a_rule_task_decides_before_the_gateway_behind_it_looks() -> None:
    shape = diagram(
        "rule",
        [step("s", "start"), step("r", "rule", table="way"), step("g", "exclusive"), step("a", "user"),
         step("b", "user"), step("e", "end")],
        "s -> r\nr -> g\ng -> a when way == 'decided'\ng -> b otherwise\na -> e\nb -> e",
    )  # fmt: skip
    assert Walk(World(), shape).open == ["a"]


def test_a_step_cannot_be_completed_twice() -> None:
    walk = Walk(World(), line(2))
    snapshot, task = walk.at.snapshot, walk.at.tasks[0]
    walk.do("u0")
    with pytest.raises(FlowError) as refused:
        walk.flows.complete("line", walk.at.snapshot, task.id, walk.world)
    assert refused.value.code == "not_ready"
    assert snapshot != walk.at.snapshot


def test_a_cycle_without_people_is_stopped_by_the_step_budget() -> None:
    shape = diagram(
        "spin",
        [step("s", "start"), step("m", "exclusive"), step("g", "exclusive"), step("e", "end")],
        "s -> m\nm -> g\ng -> m when x == 'yes'\ng -> e otherwise",
    )
    with pytest.raises(FlowError) as stuck:
        Walk(World({"x": "yes"}), shape)
    assert stuck.value.code == "runs_in_circles"


def test_no_fact_is_ever_in_the_state_and_no_other_script_engine_can_be_set() -> None:
    world = World({"x": "secret-answer"})
    walk = Walk(world, PARALLEL)
    walk.do("a")
    assert b"secret" not in walk.at.snapshot
    assert set(json.loads(walk.at.snapshot)) == {"version", "root", "tasks", "within"}
    workflow = CaseWorkflow(walk.flows._specs["both"], walk.flows._specs, world)
    with pytest.raises(TypeError):
        workflow.script_engine = object()
    with pytest.raises(FlowError):
        workflow.script_engine.execute(workflow.task_tree, "import os")


def test_a_terminate_end_ends_everything() -> None:
    shape = diagram(
        "stop",
        [step("s", "start"), step("split", "parallel"), step("a", "user"), step("b", "user"),
         step("t", "terminate"), step("e", "end")],
        "s -> split\nsplit -> a\nsplit -> b\na -> t\nb -> e",
    )  # fmt: skip
    walk = Walk(World(), shape)
    walk.do("a")
    assert walk.at.ended
