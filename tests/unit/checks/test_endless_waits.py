"""Waits that nothing ends: which steps they are, and what counts as an end."""

# ruff: noqa: E501  # content is written as its authors write it, one item a line

from __future__ import annotations

import pytest

from engine.checks import Finding
from tests.unit.checks.drawn import drawn
from tests.unit.checks.edition import found, library
from tests.walk import shipped

RULES = """\
acts:
- {id: first.done, title: {en: a, fr: b, rw: c}}
- {id: help.given, title: {en: a, fr: b, rw: c}}
parameters:
- {id: soon, title: {en: a, fr: b, rw: c}, unit: hours, as_of: now, values: [{from: 2000-01-01, value: 2, cite: x}]}
"""

DUTY = "{id: %s, title: {en: a, fr: b, rw: c}, kind: law, severity: block, holder: reception, source: {cite: x}, %s}"

WITHIN = "within: {parameter: soon, from: duty}"

LINE = """
    begin: start
    first: user ask_age; care:acts="first.done"
    middle: user ask_age
    help: user ask_age; care:acts="help.given"
    finish: end
    begin -> first
    first -> middle
    middle -> help
    help -> finish
"""

MAIN = drawn(
    'm: start\n close: user arrival; care:acts="case.end" care:due="soon"\n z: end\n m -> close\n close -> z'
).replace('id="f', 'id="main_')


def said(body: str, *duties: str, more: str = "") -> list[Finding]:
    listed = "".join(f"- {DUTY % (f'd{number}', duty)}\n" for number, duty in enumerate(duties, 1))
    return found(
        "endless-waits", library(drawn(body), RULES + more + (f"duties:\n{listed}" if duties else ""), main=MAIN)
    )


def waiting(body: str, *duties: str, more: str = "") -> list[str]:
    return [step for item in said(body, *duties, more=more) for step in item.elements]


def test_all_steps_of_a_process_that_nothing_ends_are_told_together():
    [finding] = said(LINE)
    assert finding.severity == "info"
    assert finding.elements == ("first", "middle", "help")
    assert finding.message.startswith(
        "Nobody would ever be told that one of these steps of example still waits: first, middle, help."
    )


@pytest.mark.parametrize("event", ["soon_over on middle: after soon", "soon_over beside middle: after soon"])
def test_a_due_time_or_a_timer_at_the_border_is_an_end(event: str):
    assert waiting(LINE.replace("middle: user ask_age", 'middle: user ask_age; care:due="soon"')) == ["first", "help"]
    assert waiting(LINE + f"{event}\n late: end\n soon_over -> late") == ["first", "help"]


def test_a_condition_at_the_border_is_no_end():
    assert waiting(LINE + "gone on middle: conditional age > 99\n late: end\n gone -> late") == [
        "first",
        "middle",
        "help",
    ]


def test_a_timer_at_the_border_of_what_is_around_is_an_end_for_all_within():
    inside = """
        begin: start
        sub: subprocess
        s in sub: start
        first in sub: user ask_age
        e in sub: end
        late on sub: after soon
        finish: end
        stop: end
        begin -> sub
        s -> first
        first -> e
        sub -> finish
        late -> stop
    """
    assert waiting(inside) == []
    assert waiting(inside.replace("late on sub: after soon", "late on sub: conditional age > 99")) == ["first"]


def test_a_timer_in_another_branch_of_the_block_is_an_end():
    block = """
        begin: start
        fork: parallel
        first: user ask_age
        alarm: after soon
        join: parallel
        finish: end
        begin -> fork
        fork -> first
        fork -> alarm
        first -> join
        alarm -> join
        join -> finish
    """
    assert waiting(block) == []
    assert waiting(block.replace("alarm: after soon", "alarm: user ask_age")) == ["first", "alarm"]
    same = block.replace("fork -> first", "fork -> nap\n nap: after soon\n nap -> first")
    assert waiting(same.replace("alarm: after soon", "alarm: user ask_age")) == ["first"]


def test_a_duty_with_a_limit_that_demands_what_the_step_does_is_an_end():
    limited = f"after: first.done, must: help.given, {WITHIN}"
    assert "help" not in waiting(LINE, limited)
    assert "help" in waiting(LINE, limited.replace(f", {WITHIN}", ""))
    assert "help" in waiting(LINE, "never: help.given, without: [first.done]")


def test_a_step_that_comes_before_such_an_act_by_another_duty_has_the_same_end():
    limited, order = f"when: age < 18, must: help.given, {WITHIN}", "never: help.given, without: [first.done]"
    assert waiting(LINE, limited, order) == ["middle"]
    assert waiting(LINE, limited) == ["first", "middle"]


def test_a_limit_that_runs_while_the_step_waits_is_an_end():
    """Whoever holds up what is owed is told with it, once it is late: by then the duty has been owed for long."""
    assert waiting(LINE, f"after: first.done, must: help.given, {WITHIN}") == ["first"]
    interrupted = LINE.replace(
        "first -> middle", "first -> help\n gone on first: conditional age > 99\n gone -> middle"
    )
    assert waiting(interrupted, f"after: first.done, must: help.given, {WITHIN}") == ["first", "middle"]
    aside = LINE.replace("middle -> help", "middle -> finish").replace(
        "first -> middle", "first -> pick\n pick: exclusive\n pick -> middle otherwise\n pick -> help when age < 3"
    )
    assert waiting(aside, f"after: first.done, must: help.given, {WITHIN}") == ["first", "middle"]


def test_a_limit_that_runs_since_the_process_started_is_an_end():
    started = (
        "starts:\n- {process: example, scope: case, when: %s, because: {en: a, fr: b, rw: c}, source: {cite: x}}\n"
    )
    limited = f"when: age < 18, must: help.given, {WITHIN}"
    assert waiting(LINE, limited, more=started % "age < 18") == []
    assert waiting(LINE, limited, more=started % "age < 20") == ["first", "middle"]


def test_an_act_that_stops_a_clock_has_an_end():
    moment = "facts:\n- {id: seen_at, title: {en: a, fr: b, rw: c}, type: datetime, group: profile}\n"
    clock = "clocks:\n- {id: c, title: {en: a, fr: b, rw: c}, earliest: seen_at, latest: seen_at, hours: soon, stops: [help.given], shown_to: [reception], source: {cite: x}}\n"
    assert waiting(LINE, more=moment + clock) == ["first", "middle"]


def condition(text: str, more: str = "") -> list[str]:
    body = f"begin: start\n hold: conditional {text}\n finish: end\n begin -> hold\n hold -> finish\n{more}"
    return [item.message for item in said(body)]


HURT = "facts:\n- {id: hurt, title: {en: a, fr: b, rw: c}, type: choice, values: [yes, no], group: profile}\n"


def test_a_wait_for_an_answer_that_nobody_has_a_task_to_ask_for_is_told():
    body = "begin: start\n hold: conditional hurt == 'yes'\n finish: end\n begin -> hold\n hold -> finish"
    [finding] = said(body, more=HURT)
    assert finding.message.startswith(
        "Nobody would ever be told that hold still waits for an answer, and nobody has a task to ask hurt meanwhile"
    )
    assert finding.elements == ("hold", "hurt")


def test_a_wait_for_what_others_do_or_are_asked_ends_with_their_steps():
    assert condition("process.case_main == 'done'") == []
    assert condition("act.case.end") == []
    assert condition("wants_police == 'no'") == []  # the step that closes the case asks it


def test_a_wait_for_an_answer_with_a_timer_beside_it_has_an_end():
    body = """
        begin: start
        fork: parallel
        hold: conditional hurt == 'yes'
        alarm: after soon
        join: parallel
        finish: end
        begin -> fork
        fork -> hold
        fork -> alarm
        hold -> join
        alarm -> join
        join -> finish
    """
    assert said(body, more=HURT) == []


def test_the_shipped_report_is_not_told_to_wait_for_ever_for_its_limit_runs():
    told = {step for item in found("endless-waits", shipped()) for step in item.elements}
    assert told.isdisjoint(
        {"tell_child", "plan_before_contact", "ask_before_report", "file_report", "acknowledge_report"}
    )
    assert "consent_stands" in told
