"""Facts that two people may be asked at once: in branches of a block, beside a step, and in two processes."""

# ruff: noqa: E501  # content is written as its authors write it, one item a line

from __future__ import annotations

import time
from collections.abc import Mapping

import pytest

from engine.checks import Finding, races
from engine.checks.analysis.beside import together
from engine.content import from_files
from tests.unit.checks.drawn import drawn
from tests.unit.checks.edition import YES_NO, bpmn, files, form, found, library
from tests.walk import shipped

FACTS = """\
facts:
- {id: hurt, title: {en: a, fr: b, rw: c}, type: choice, values: [yes, no], group: profile%s}
- {id: safe, title: {en: a, fr: b, rw: c}, type: choice, values: [yes, no], group: profile}
acts:
- {id: told.first, title: {en: a, fr: b, rw: c}}
- {id: told.last, title: {en: a, fr: b, rw: c}}
"""

READ = "- {process: case_main, scope: case, when: \"hurt == 'yes' or safe == 'no'\", because: {en: a, fr: b, rw: c}, source: {cite: x}}\n"

START = "- {process: example, scope: case, when: %s, because: {en: a, fr: b, rw: c}, source: {cite: x}%s}\n"

BLOCK = """
    begin: start
    fork: parallel
    one: user %s
    two: user %s
    join: parallel
    finish: end
    begin -> fork
    fork -> one
    fork -> two
    one -> join
    two -> join
    join -> finish
"""

FORMS = {
    "hurt": form({"hurt": YES_NO}, ["hurt"]),
    "hurt_again": form({"hurt": YES_NO}, ["hurt"], again=["hurt"]),
    "safe": form({"safe": YES_NO}, ["safe"]),
    "both": form({"hurt": YES_NO, "safe": YES_NO}, ["hurt", "safe"]),
}


def said(
    body: str,
    main: str = "",
    start: str = "age < 18",
    cancel: str = "",
    read: str = READ,
    scope: str = "",
    more: str = "",
) -> list[Finding]:
    ends = f", cancel_when: {cancel}" if cancel else ""
    rules = FACTS % scope + "starts:\n" + START % (start, ends) + read + more
    extra: dict[str, str] = {"main": main} if main else {}
    used = {name: data for name, data in FORMS.items() if f'care:form="{name}"' in drawn(body) + main}
    return found("races", library(drawn(body), rules, used, **extra))


def asked_in_main(steps: str) -> str:
    """A main process with these steps before it closes; the last of them leads to `close`."""
    body = drawn(f'm: start\n close: user arrival; care:acts="case.end"\n z: end\n close -> z\n{steps}')
    return body.replace('Flow id="f', 'Flow id="main_').replace('default="f', 'default="main_')


ASKS_HURT = asked_in_main("tell: user hurt\n m -> tell\n tell -> close")
ONE = "begin: start\n ask: user %s\n finish: end\n begin -> ask\n ask -> finish"


def test_a_question_in_two_branches_of_a_block_is_a_warning():
    [finding] = said(BLOCK % ("hurt", "hurt"))
    assert finding.severity == "warning"
    assert finding.message.startswith("one, two stand in branches of one block and ask hurt: ")
    assert finding.elements == ("one", "two", "hurt")
    assert said(BLOCK % ("hurt", "safe")) == []


def test_one_after_the_other_is_no_race():
    line = "begin: start\n one: user hurt\n two: user hurt\n finish: end\n begin -> one\n one -> two\n two -> finish"
    assert said(line) == []
    either = "begin: start\n pick: exclusive\n one: user hurt\n two: user hurt\n meet: exclusive\n finish: end\n begin -> pick\n pick -> one when age < 3\n pick -> two otherwise\n one -> meet\n two -> meet\n meet -> finish"
    assert said(either) == []


def test_a_fact_by_which_nothing_is_decided_is_no_race():
    assert said(BLOCK % ("hurt", "hurt"), read="") == []


def test_facts_that_the_same_steps_ask_are_told_together():
    [finding] = said(BLOCK % ("both", "both"))
    assert finding.elements == ("one", "two", "hurt", "safe")


def test_whoever_says_why_it_is_asked_again_means_to_overwrite():
    assert said(BLOCK % ("hurt", "hurt_again")) == []


def test_two_processes_that_may_run_at_once_are_an_info():
    [finding] = said(ONE % "hurt", main=ASKS_HURT)
    assert finding.severity == "info"
    assert finding.message.startswith("tell, ask may be open at the same time, and ask hurt: ")
    assert finding.elements == ("tell", "ask", "hurt")


def test_what_goes_on_beside_a_step_is_an_info():
    beside = """
        begin: start
        one: user hurt
        late beside one: conditional age > 99
        two: user hurt
        told: end
        finish: end
        begin -> one
        one -> finish
        late -> two
        two -> told
    """
    assert [item.elements for item in said(beside)] == [("one", "two", "hurt")]
    assert said(beside.replace("late beside one", "late on one")) == []


def test_two_events_of_one_step_may_lead_to_the_same_question_twice():
    twice = """
        begin: start
        one: user safe
        late beside one: conditional age > 99
        later beside one: conditional age > 98
        meet: exclusive
        two: user hurt
        told: end
        finish: end
        begin -> one
        one -> finish
        late -> meet
        later -> meet
        meet -> two
        two -> told
    """
    [finding] = said(twice)
    assert finding.message.startswith("two may be open at the same time in several runs, and ask hurt: ")


VISITS = """\
schedules:
- id: visits
  title: {en: a, fr: b, rw: c}
  process: example
  scope: visit
  when: age < 18
  source: {cite: x}
  visits: [{id: v, title: {en: a, fr: b, rw: c}, anchor: act.case.end, at: P14D, opens: P10D, closes: P18D, role: reception}]
"""


def test_two_visits_may_ask_what_belongs_to_the_case():
    assert [item.elements for item in said(ONE % "hurt", more=VISITS)] == [("ask", "hurt")]
    assert said(ONE % "hurt", scope=", scope: visit", more=VISITS) == []
    assert [item.elements for item in said(BLOCK % ("hurt", "hurt"), scope=", scope: visit", more=VISITS)] == [
        ("one", "two", "hurt")
    ]


def test_two_processes_that_call_the_same_one_do_so_one_at_a_time():
    """Which processes exclude each other is more than is followed: whoever drew the called one meant one run. One that
    is called and also starts by itself may run twice."""
    told = {item.elements[-1] for item in found("races", shipped())}
    assert told.isdisjoint({"danger_level", "safety_decision", "sex"})
    main = asked_in_main("go: call example\n m -> go\n go -> close")
    assert [item.elements for item in said(ONE % "hurt", main=main)] == [("ask", "hurt")]


def test_processes_that_end_each_other_by_their_rules_are_no_race():
    held = asked_in_main(
        "tell: user hurt\n gone on tell: conditional wants_police == 'yes'\n m -> tell\n tell -> close\n gone -> close"
    )
    assert said(ONE % "hurt", main=held, cancel="\"wants_police is unset or wants_police != 'yes'\"") == []
    assert len(said(ONE % "hurt", main=held, cancel="\"wants_police == 'yes'\"")) == 1


FIRST_TELL = 'tell: user hurt\n seen: user safe; care:acts="%s"\n m -> tell\n tell -> seen\n seen -> close'


def test_a_process_that_begins_when_the_step_is_over_is_no_race():
    before = asked_in_main(FIRST_TELL % "told.first")
    assert said(ONE % "hurt", main=before, start="act.told.first") == []
    assert len(said(ONE % "hurt", main=before, start="'act.told.first or age < 18'")) == 1
    after = 'at_first: user safe; care:acts="told.first"\n tell: user hurt\n m -> at_first\n at_first -> tell\n tell -> close'
    assert len(said(ONE % "hurt", main=asked_in_main(after), start="act.told.first")) == 1

    block = 'fork: parallel\n tell: user hurt\n seen: user safe; care:acts="told.first"\n join: parallel\n m -> fork\n fork -> tell\n fork -> seen\n tell -> join\n seen -> join\n join -> close'
    assert len(said(ONE % "hurt", main=asked_in_main(block), start="act.told.first")) == 1


def test_what_follows_a_reopening_never_runs_beside_the_main_process():
    library = shipped()
    main, reopened, review = (
        (library.pathway.main, "record_suspicion"),
        ("reopened", "all_ended_again"),
        ("decision_review", "review_changed_decision"),
    )
    assert together(library, main, reopened) == ""
    assert together(library, main, review) == together(library, reopened, review) == "processes"


LOOP = """
    meet: exclusive
    tell: user hurt; care:acts="told.first[hurt == 'no']"
    over: exclusive
    m -> meet
    meet -> tell
    tell -> over
    over -> meet when hurt == '%s'
    over -> close otherwise
"""


@pytest.mark.parametrize(("again_when", "count"), [("yes", 0), ("no", 1)])
def test_a_step_that_is_not_come_back_to_once_the_act_was_done_is_over(again_when: str, count: int):
    assert len(said(ONE % "hurt", main=asked_in_main(LOOP % again_when), start="act.told.first")) == count


@pytest.mark.parametrize("depth", [10, 24])
def test_processes_that_call_others_twice_over_and_over_are_passed_over_in_good_time(depth: int):
    content = files(drawn(ONE % "hurt"), FACTS % "" + READ.replace("- {", "starts:\n- {", 1), {"hurt": FORMS["hurt"]})
    listed = "".join(f"- {{id: p{n}, file: bpmn/p{n}.bpmn, title: {{en: a, fr: b, rw: c}}}}\n" for n in range(depth))
    content["pathways/isange.yaml"] = content["pathways/isange.yaml"].replace(b"names:", listed.encode() + b"names:")
    for n in range(depth):
        called = f"p{n + 1}" if n < depth - 1 else "example"
        twice = f"s{n}: start\n a{n}: call {called}\n b{n}: call {called}\n e{n}: end\n s{n} -> a{n}\n a{n} -> b{n}\n b{n} -> e{n}"
        content[f"pathways/bpmn/p{n}.bpmn"] = bpmn(f"p{n}", drawn(twice).replace('Flow id="f', f'Flow id="f{n}_'))
    start = "- {process: p0, scope: case, when: age < 18, because: {en: a, fr: b, rw: c}, source: {cite: x}}\n"
    content["rules/rwanda/example.yaml"] += start.encode()
    library, started = from_files(content, "rwanda"), time.process_time()
    assert list(races.check(library)) == []
    assert time.process_time() - started < 2


def test_the_shipped_content_names_what_two_services_may_ask_at_once():
    told: Mapping[str, Finding] = {item.elements[-1]: item for item in found("races", shipped())}
    assert {item.severity for item in told.values()} == {"info"}
    assert {"ask_missing", "ask_missing_here"} <= set(told["incident_until"].elements)
    assert {"judge_suspicion", "record_suspicion"} <= set(told["suspected_crime"].elements)
    assert "survivor_arrived" not in told  # the late welcome begins when nobody waits any more
