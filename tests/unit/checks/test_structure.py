"""Parallel blocks, loops and dead ends, each broken in every way a drawing tool allows."""

# ruff: noqa: E501  # content is written as its authors write it, one item a line

from __future__ import annotations

import pytest

from engine.checks import block_structure, loops, reachability
from engine.checks.analysis.blocks import all_levels
from engine.checks.analysis.waiting import passes_at_once
from engine.library import Library
from tests.unit.checks.drawn import drawn
from tests.unit.checks.edition import found, library
from tests.unit.drawing import diagram, step
from tests.unit.drawing import library as small_library

BLOCK = """
    begin: start
    fork: parallel
    one: user ask_age
    two: user ask_age
    join: parallel
    finish: end
    begin -> fork
    fork -> one
    fork -> two
    one -> join
    two -> join
    join -> finish
"""


def said(body: str, check: str = "block-structure") -> list[str]:
    return [item.message for item in found(check, library(drawn(body)))]


def test_a_block_of_two_branches_is_sound():
    assert said(BLOCK) == []


def test_blocks_may_stand_in_blocks_and_branches_may_split_and_merge():
    nested = (
        BLOCK.replace("fork -> two", "fork -> inner").replace("two -> join", "two -> inner_join")
        + """
        inner: parallel
        three: exclusive
        a: user ask_age
        merge: exclusive
        inner_join: parallel
        inner -> two
        inner -> three
        three -> a when wants_police == 'yes'
        three -> merge otherwise
        a -> merge
        merge -> inner_join
        inner_join -> join
    """
    )
    assert said(nested) == []


def test_a_branch_that_ends_lets_the_join_wait_for_ever():
    leaving = BLOCK.replace("two -> join", "two -> over\n over: end").replace(
        "one -> join", "one -> join\n one2 -> join"
    )
    leaving = leaving.replace("fork -> one", "fork -> one\n fork -> one2\n one2: user ask_age")
    [finding] = found("block-structure", library(drawn(leaving)))
    assert finding.message.startswith("The branches of fork do not all come to one join")
    assert finding.path == ("fork", "two", "over")


def test_a_terminating_end_leaves_the_block_too():
    stopping = BLOCK.replace(
        "two -> join",
        "two -> pick\n pick: exclusive\n stop: terminate\n pick -> join otherwise\n"
        "pick -> stop when wants_police == 'no'",
    )
    [finding] = found("block-structure", library(drawn(stopping)))
    assert finding.path == ("fork", "two", "pick", "stop")


def test_branches_that_meet_in_an_exclusive_gateway_would_do_what_follows_twice():
    assert said(BLOCK.replace("join: parallel", "join: exclusive")) == [
        "The branches of fork meet in join, which is no parallel gateway. Join them in one first"
    ]


def test_a_choice_that_comes_to_a_parallel_join_waits_for_ever():
    [message] = said(
        BLOCK.replace("fork: parallel", "fork: exclusive")
        .replace("fork -> one", "fork -> one otherwise")
        .replace("fork -> two", "fork -> two when wants_police == 'yes'")
    )
    assert message.startswith("join joins branches that no fork opened together")


def test_a_branch_comes_to_its_join_once():
    twice = BLOCK.replace(
        "two -> join",
        "two -> pick\n pick: exclusive\n pick -> join otherwise\n three: user ask_age\n"
        "pick -> three when wants_police == 'no'\n three -> join",
    )
    [message] = said(twice)
    assert message.startswith("A branch of fork comes to join on 2 ways (pick, three)")


def test_branches_share_no_step():
    shared = BLOCK.replace("one -> join", "one -> both\n both: user ask_age\n both -> join").replace(
        "two -> join", "two -> pick\n pick: exclusive\n pick -> both when wants_police == 'no'\n pick -> join otherwise"
    )
    assert said(shared)[0] == "Two branches of fork share both before the join join. Keep them apart"


def test_nothing_jumps_into_a_branch():
    jumping = BLOCK.replace(
        "begin -> fork",
        "begin -> pick\n pick: exclusive\n meet: exclusive\n pick -> fork otherwise\n"
        "pick -> meet when wants_police == 'no'",
    ).replace("fork -> one", "fork -> meet\n meet -> one")
    assert any(
        message.startswith("f2 jumps into a branch of fork") or "jumps into a branch of fork" in message
        for message in said(jumping)
    )


def test_a_gateway_either_merges_or_splits():
    both = (
        "begin: start\n g: exclusive\n ask: user ask_age\n finish: end\n begin -> g\n g -> ask otherwise\n"
        "ask -> g\n g -> finish when age < 18"
    )
    assert said(both) == ["g merges and splits at once. Draw two gateways, one after the other"]


def test_a_fork_on_a_loop_belongs_into_a_sub_process():
    loop = BLOCK.replace("begin -> fork", "begin -> again\n again: exclusive\n again -> fork").replace(
        "join -> finish", "join -> more\n more: exclusive\n more -> finish otherwise\n more -> again when age < 18"
    )
    assert "fork forks on a loop. Put what runs in parallel into a sub-process of its own" in said(loop)
    inside = """
        begin: start
        again: exclusive
        sub: subprocess
        s in sub: start
        fork in sub: parallel
        one in sub: user ask_age
        two in sub: user ask_age
        join in sub: parallel
        e in sub: end
        more: exclusive
        finish: end
        begin -> again
        again -> sub
        s -> fork
        fork -> one
        fork -> two
        one -> join
        two -> join
        join -> e
        sub -> more
        more -> again when age < 18
        more -> finish otherwise
    """
    assert said(inside) == []
    assert said(inside, "loops") == []


def test_what_begins_beside_a_step_has_its_own_end():
    beside = (
        "begin: start\n ask: user ask_age\n note beside ask: conditional wants_police == 'no'\n talk: user arrival\n"
        "finish: end\n begin -> ask\n note -> talk\n ask -> finish\n"
    )
    assert said(beside + "over: end\n talk -> over") == []
    assert said(beside + "talk -> finish") == []
    back = beside.replace("ask -> finish", "ask -> meet\n meet: exclusive\n meet -> finish") + "talk -> meet"
    assert said(back) == [
        "What note begins runs beside its step, but it comes back to meet, which would then be done twice. Give it an "
        "end of its own"
    ]


def test_beside_a_step_in_a_branch_the_block_stays_sound():
    assert said(BLOCK + "note beside two: conditional wants_police == 'no'\n over: end\n note -> over") == []


def test_a_gateway_with_one_way_in_and_one_way_out_is_told_as_a_warning():
    idle = "begin: start\n g: exclusive\n ask: user ask_age\n finish: end\n begin -> g\n g -> ask\n ask -> finish"
    [finding] = block_structure.check(library(drawn(idle)))
    assert (finding.severity, finding.elements) == ("warning", ("g",))


# loops

ROUND = """
    begin: start
    again: exclusive
    more: exclusive
    finish: end
    begin -> again
    more -> again when wants_police == 'yes'
    more -> finish otherwise
"""


def rounds(body: str, yaml: str = "") -> list[str]:
    return [item.message for item in loops.check(library(drawn(body), yaml))]


PAUSE = """\
parameters:
- id: pause
  title: {en: Pause, fr: Pause, rw: Akaruhuko}
  unit: hours
  as_of: now
  values:
  - {from: 2020-01-01, value: 2, cite: "House rule", status: verified}
"""


@pytest.mark.parametrize("kind", ["user ask_age", "after pause"])
def test_a_task_or_a_timer_makes_a_loop_wait(kind: str):
    assert rounds(ROUND + f"w: {kind}\n again -> w\n w -> more", PAUSE) == []


def test_a_condition_that_holds_already_does_not():
    [message] = rounds(ROUND + "w: conditional wants_police == 'yes'\n again -> w\n w -> more")
    assert "never waits for a person or a time" in message


def test_conditions_that_exclude_each_other_cannot_all_pass_in_one_moment():
    assert rounds(ROUND + "w: conditional wants_police == 'no'\n again -> w\n w -> more") == []


def test_an_act_done_on_the_loop_may_open_the_next_condition():
    [message] = rounds(
        ROUND + 'one: conditional not act.case.end; care:acts="case.end"\n two: conditional act.case.end\n'
        "again -> one\n one -> two\n two -> more"
    )
    assert "again, one, two, more" in message


def test_a_condition_may_interrupt_a_task_before_anybody_touches_it():
    spin = """
        begin: start
        again: exclusive
        ask: user ask_age
        gone on ask: conditional wants_police == 'no'
        finish: end
        begin -> again
        again -> ask
        ask -> finish
        gone -> again
    """
    assert rounds(spin) == [
        "The loop over again, ask, gone never waits for a person or a time, so it would run for ever. Put a task or a "
        "timer on it"
    ]
    assert (
        rounds(spin.replace("gone on ask: conditional wants_police == 'no'", "gone on ask: after pause"), PAUSE) == []
    )


def test_a_task_that_is_left_before_anybody_touches_it_does_none_of_its_acts():
    left = """
        begin: start
        again: exclusive
        ask: user ask_age; care:acts="case.end"
        gone on ask: conditional act.case.end
        finish: end
        begin -> again
        again -> ask when not act.case.end
        again -> finish otherwise
        ask -> finish
        gone -> again
    """
    assert rounds(left) == []
    assert len(rounds(left.replace("when not act.case.end", "when wants_police == 'no'"))) == 1


def test_a_sub_process_waits_when_every_way_through_it_does():
    sub = (
        ROUND
        + "w: subprocess\n s in w: start\n ask in w: user ask_age\n e in w: end\n again -> w\n w -> more\n ask -> e\n"
    )
    assert rounds(sub + "s -> ask") == []
    [message] = rounds(
        sub + "p in w: exclusive\n e2 in w: end\n s -> p\n p -> ask when wants_police == 'no'\n p -> e2 otherwise"
    )
    assert "again, w, more" in message


def test_a_called_process_waits_when_every_way_through_it_does():
    main = drawn(
        'm: start\n g: exclusive\n go: call example\n h: exclusive\n z: end\n c: user arrival; care:acts="case.end"\n'
        "m -> c\n c -> g\n g -> go\n go -> h\n h -> g when wants_police == 'yes'\n h -> z otherwise"
    ).replace('"f', '"m_')

    def of(body: str) -> list[str]:
        return [item.message for item in loops.check(library(drawn(body), "starts: []\n", main=main))]

    assert of("s: start\n ask: user ask_age\n e: end\n s -> ask\n ask -> e") == []
    [message] = of("s: start\n e: end\n s -> e")
    assert "g, go, h" in message


def test_no_loop_runs_inside_a_parallel_branch():
    inside = BLOCK.replace("fork -> two", "fork -> again\n again: exclusive\n again -> two").replace(
        "two -> join", "two -> more\n more: exclusive\n more -> again when age < 18\n more -> join otherwise"
    )
    [message] = rounds(inside)
    assert "runs inside a parallel branch of fork" in message


def test_a_process_that_calls_itself_is_told():
    def calling(body: str) -> Library:
        return library(drawn(body))

    assert [item.message for item in loops.check(calling("s: start\n c: call example\n e: end\n s -> c\n c -> e"))] == [
        "example calls itself, directly or through others. Let a rule start it instead"
    ]


# dead ends


def test_steps_that_only_reach_each_other_are_told_together():
    island = (
        "begin: start\n finish: end\n a: user ask_age\n b: exclusive\n c: exclusive\n begin -> finish\n b -> a\n a -> c\n"
        "c -> b when age < 18\n c -> over otherwise\n over: end"
    )
    [finding] = reachability.check(library(drawn(island)))
    assert set(finding.elements) == {"a", "b", "c", "over"}
    assert "can never be reached from the start" in finding.message


def test_a_boundary_event_is_a_way_on():
    out = (
        "begin: start\n ask: user ask_age\n again: exclusive\n left on ask: conditional wants_police == 'no'\n finish: end\n"
        "begin -> again\n again -> ask\n ask -> again\n left -> finish"
    )
    assert list(reachability.check(library(drawn(out)))) == []


def test_a_sub_process_needs_an_end_of_its_own():
    endless = (
        "begin: start\n sub: subprocess\n s in sub: start\n g in sub: exclusive\n ask in sub: user ask_age\n finish: end\n"
        "begin -> sub\n sub -> finish\n s -> g\n g -> ask\n ask -> g"
    )
    [finding] = reachability.check(library(drawn(endless)))
    assert set(finding.elements) == {"s", "g", "ask"}


def test_processes_that_call_each_other_many_times_are_looked_at_once_each() -> None:
    """Each calls the next twice: followed call by call, the last of forty would be met a million million times."""
    depth = 40
    inner = [
        diagram(
            f"p{number}",
            [
                step(f"begin{number}", "start"),
                step(f"one{number}", "call", called=f"p{number + 1}"),
                step(f"two{number}", "call", called=f"p{number + 1}"),
                step(f"over{number}", "end"),
            ],
            f"begin{number} -> one{number}\none{number} -> two{number}\ntwo{number} -> over{number}",
        )
        for number in range(depth)
    ]
    last = diagram(f"p{depth}", [step("begin", "start"), step("over", "end")], "begin -> over")
    drawn_ = small_library(*inner, last)
    for level in all_levels(drawn_):
        ways = passes_at_once(drawn_, level)
        assert all(ways[element.id] for element in level.elements if element.kind == "call")


def test_a_step_that_only_an_event_at_its_border_leads_out_of_leads_nowhere() -> None:
    """A token that is done there would be lost, and whatever called the process would wait for it or not, as it comes."""
    open_ended = """
        begin: start
        talk: user ask_age
        late beside talk: after patience
        finish: end
        begin -> talk
        late -> finish
    """
    patience = "parameters:\n- id: patience\n  title: {en: P, fr: P, rw: P}\n  unit: hours\n  as_of: now\n  values:\n  - {from: 2018-09-01, value: 24, cite: House rule, status: unverified}\n"
    assert [item.message for item in found("reachability", library(drawn(open_ended), patience))] == [
        "talk leads nowhere once it is done: only an event at its border goes on. Connect it to what comes next, or to "
        "an end"
    ]
