"""Duties that cannot be met together: what one demands another forbids, and orders in which nothing comes first."""

# ruff: noqa: E501  # content is written as its authors write it, one item a line

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from engine import clock
from engine.checks import Finding
from tests.unit.checks.drawn import drawn
from tests.unit.checks.edition import found, library, shipped_with

ACTS = "acts:\n" + "".join(f"- {{id: {act}.done, title: {{en: a, fr: b, rw: c}}}}\n" for act in "abcd")

STEPS = drawn("""
    begin: start
    first: user ask_age; care:acts="a.done"
    second: user ask_age; care:acts="b.done"
    third: user ask_age; care:acts="c.done"
    finish: end
    begin -> first
    first -> second
    second -> third
    third -> finish
""")


def said(*duties: str, more: str = "", steps: str = STEPS) -> list[Finding]:
    """What is said of duties, each written as the keys that matter; `block` unless another severity is given."""
    listed = "".join(
        f"- {{id: d{number}, title: {{en: a, fr: b, rw: c}}, kind: policy, holder: reception, source: {{cite: x}}, "
        f"{duty}{'' if 'severity' in duty else ', severity: block'}}}\n"
        for number, duty in enumerate(duties, 1)
    )
    return found("contradictions", library(steps, ACTS + more + "duties:\n" + listed))


CHILD_REPORT = "must: a.done, when: 'age < 18'"
CONSENT = "never: a.done, unless: \"wants_police == 'yes'\""


def test_what_one_duty_demands_and_another_forbids_is_told_with_the_case_in_which_it_happens():
    [finding] = said(CHILD_REPORT, CONSENT)
    assert finding.severity == "error"
    assert finding.message.startswith("Duty d1 demands a.done, but duty d2 forbids a.done in the same case")
    assert finding.elements == ("d1", "d2", "a.done")
    assert finding.witness is not None
    assert finding.witness["wants_police"] == "no"
    assert finding.witness["age"] in range(18)


def test_the_shipped_law_would_contradict_itself_if_consent_were_asked_at_every_age():
    changed = shipped_with("rules/rwanda/law.yaml", "when: \"now.protection == 'adult'\"\n  never", "never")
    [finding] = found("contradictions", changed)
    assert finding.duty == "minor-report"
    assert "demands report.filed and with it police.notified, but duty adult-consent forbids" in finding.message
    assert finding.witness is not None
    assert finding.witness["police_consent"] == "no"


@pytest.mark.parametrize(
    "forbidding",
    [
        "never: a.done, when: 'age >= 18', unless: \"wants_police == 'yes'\"",
        "never: a.done, unless: \"wants_police == 'yes' or age < 18\"",
        "never: a.done, when: \"wants_police == 'no'\", exceptions: [{id: e, when: 'age < 18', cite: x}]",
        "never: a.done, when: \"wants_police == 'no'\", override: {roles: [reception], reason: required}",
        "never: b.done, unless: \"wants_police == 'yes'\"",
    ],
)
def test_what_is_taken_out_of_one_of_them_is_no_contradiction(forbidding: str):
    assert said(CHILD_REPORT, forbidding) == []


def test_a_case_that_is_taken_out_of_what_is_demanded_is_no_contradiction():
    refused = "exceptions: [{id: refused, when: \"wants_police is not unset and wants_police == 'no'\", cite: x}]"
    assert said(f"{CHILD_REPORT}, {refused}", CONSENT) == []
    agreed = refused.replace("'no'", "'yes'")
    assert len(said(f"{CHILD_REPORT}, {agreed}", CONSENT)) == 1


def test_what_only_has_to_be_asked_yet_is_no_contradiction():
    """Until the question is answered the act waits; that is what the second duty is for."""
    assert said("must: a.done, when: 'age < 18'", "never: a.done, unless: 'wants_police is not unset'") == []
    assert said("must: a.done, when: \"wants_police == 'yes'\"", CONSENT) == []


def test_what_another_act_lifts_is_no_contradiction():
    assert said(CHILD_REPORT, "never: a.done, unless: act.b.done") == []
    assert said(CHILD_REPORT, "never: a.done, when: 'not act.b.done'") == []
    assert said(CHILD_REPORT, "never: a.done, when: act.b.done") == []  # do it before


def test_what_was_done_to_make_a_duty_owed_is_not_undone():
    assert len(said("must: a.done, after: b.done", "never: a.done, when: act.b.done")) == 1


def test_what_a_loop_asks_again_may_be_answered_otherwise_next_time():
    """`It goes on` today is no contradiction with what must be done when it ends."""
    ends = "never: a.done, unless: \"wants_police == 'no'\""
    demanded = "must: a.done, after: b.done"
    assert len(said(demanded, ends)) == 1
    loop = STEPS.replace("ask_age", "arrival") + drawn("""
        begin2: exclusive
        daily: user arrival
        daily_over: exclusive
        begin2 -> daily
        daily -> daily_over
        daily_over -> begin2 when wants_police == 'yes'
    """).replace('id="f', 'id="g')
    looped = loop.replace('sourceRef="third" targetRef="finish"', 'sourceRef="third" targetRef="begin2"')
    leave = '<bpmn:sequenceFlow id="leave" sourceRef="daily_over" targetRef="finish" />'
    looped = looped.replace('id="daily_over"  />', 'id="daily_over" default="leave" />') + leave
    assert 'default="leave"' in looped
    assert said(demanded, ends, steps=looped) == []


def test_a_step_that_has_to_come_first_must_be_allowed_as_well():
    [finding] = said(CHILD_REPORT, "never: a.done, without: [b.done]", "never: b.done, when: \"wants_police == 'no'\"")
    assert finding.message.startswith(
        "Duty d1 demands a.done, which may be done only after b.done (duty d2), but duty d3 forbids b.done"
    )
    assert finding.elements == ("d1", "d2", "d3", "b.done")
    assert said(CHILD_REPORT, "never: a.done, without: [b.done]") == []
    assert said(CHILD_REPORT, "never: a.done, without: [b.done], when: 'age > 20'", "never: b.done") == []


def test_a_step_that_has_to_come_first_must_be_possible():
    [finding] = said(
        CHILD_REPORT,
        "never: a.done, without: [b.done]",
        steps=STEPS.replace('care:acts="b.done"', 'care:acts="b.done" care:requires="wants_police == \'yes\'"'),
    )
    assert "but no step that does b.done may be done in such a case" in finding.message
    assert finding.witness is not None
    assert finding.witness["wants_police"] == "no"
    both = STEPS.replace('care:acts="b.done"', 'care:acts="b.done" care:requires="wants_police == \'yes\'"').replace(
        'care:acts="c.done"', 'care:acts="b.done"'
    )
    assert said(CHILD_REPORT, "never: a.done, without: [b.done]", steps=both) == []


@pytest.mark.parametrize(
    ("duties", "acts"),
    [
        (["never: a.done, without: [b.done]", "never: b.done, without: [a.done]"], 2),
        (
            [
                "never: a.done, without: [b.done]",
                "never: b.done, without: [c.done]",
                "never: c.done, without: [a.done]",
            ],
            3,
        ),
        (["must: a.done, before: b.done", "never: a.done, without: [b.done]"], 2),
        (["must: a.done, before: b.done", "must: b.done, before: a.done"], 2),
        (["never: a.done, without: [c.done, b.done]", "must: a.done, before: b.done, when: 'age < 18'"], 2),
    ],
)
def test_orders_that_chase_each_other_are_told(duties: list[str], acts: int):
    [finding] = said(*duties)
    assert finding.message.startswith("No act can come first: ")
    assert finding.message.count(" only after ") == acts
    assert finding.severity == "error"


@pytest.mark.parametrize(
    "duties",
    [
        ["never: a.done, without: [b.done]", "never: b.done, without: [c.done]"],
        ["never: a.done, without: [b.done], when: 'age < 18'", "never: b.done, without: [a.done], when: 'age >= 18'"],
        ["never: a.done, without: [b.done], unless: act.d.done", "never: b.done, without: [a.done]"],
        ["never: a.done, without: [b.done]", "must: a.done, after: b.done"],
        ["never: a.done, without: [a.done]"],
        [
            "never: a.done, without: [b.done], override: {roles: [reception], reason: required}",
            "never: b.done, without: [a.done]",
        ],
    ],
)
def test_orders_in_which_something_can_come_first_are_not(duties: list[str]):
    assert said(*duties) == []


def test_what_one_step_does_together_is_in_any_order():
    chasing = ["never: a.done, without: [b.done]", "never: b.done, without: [a.done]"]
    together = STEPS.replace('care:acts="a.done"', 'care:acts="a.done; b.done"')
    assert said(*chasing, steps=together) == []


def test_duties_that_do_not_both_block_are_a_warning():
    assert [item.severity for item in said(CHILD_REPORT + ", severity: warn", CONSENT)] == ["warning"]
    chasing = said("never: a.done, without: [b.done], severity: record", "never: b.done, without: [a.done]")
    assert [item.severity for item in chasing] == ["warning"]


def test_orders_of_many_acts_are_looked_through_in_good_time():
    acts = [f"x{number}.done" for number in range(14)]
    more = "".join(f"- {{id: {act}, title: {{en: a, fr: b, rw: c}}}}\n" for act in acts)
    every = [f"never: {act}, without: [{', '.join(other for other in acts if other != act)}]" for act in acts]
    assert len(said(f"must: {acts[0]}, when: age < 18", *every, more=more)) > 14


PARAMETER = """\
parameters:
- id: limit
  title: {en: Limit, fr: Limite, rw: Igihe}
  unit: years
  as_of: %s
  values:
  - {from: 1900-01-01, value: 21, cite: x, status: verified}
  - {from: 2020-01-01, value: 18, cite: x, status: verified}
"""


@pytest.mark.parametrize(("as_of", "count"), [("incident", 1), ("now", 0), ("arrival", 0)])
def test_a_value_by_which_nothing_is_judged_any_more_makes_no_contradiction(as_of: str, count: int):
    with clock.at(datetime(2026, 1, 1, tzinfo=UTC)):
        younger = "never: a.done, when: age >= 18 and age < limit"
        assert len(said("must: a.done, when: age >= 18", younger, more=PARAMETER % as_of)) == count
