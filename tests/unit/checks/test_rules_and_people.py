"""Lanes and roles, comparisons, timers, waits, parameters, acts, and what nothing uses."""

# ruff: noqa: E501  # content is written as its authors write it, one item a line

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from engine import clock
from engine.checks import acts, comparisons, lanes_and_roles, parameters, timers, unused, waits
from engine.content import from_files
from engine.library import Library
from tests.unit.checks.drawn import drawn
from tests.unit.checks.edition import files, found, library
from tests.unit.content_samples import LAW, changed, sample_files

ASK = drawn("begin: start\n ask: user ask_age\n finish: end\n begin -> ask\n ask -> finish")


def edited(path: str, old: str, new: str, xml: str = ASK) -> Library:
    content = files(xml)
    assert old in content[path].decode()
    return from_files({**content, path: content[path].decode().replace(old, new).encode()}, "rwanda")


# acts


def test_a_case_is_closed_by_a_person_and_never_by_itself():
    """What nobody completes cannot be refused, and would close a case over what is owed."""
    alone = drawn("""
        arrived: start
        closed: end; care:acts="case.end"
        arrived -> closed
    """)
    [finding] = [item for item in acts.check(library(main=alone)) if item.severity == "error"]
    assert finding.elements == ("closed",)
    assert "nobody completes it" in finding.message
    assert not [item for item in acts.check(library()) if item.severity == "error"]


# lanes and roles


def test_a_task_outside_of_all_lanes_is_done_by_nobody():
    bare = "<bpmn:laneSet id='l'><bpmn:lane id='l1' name='Reception' /></bpmn:laneSet>" + ASK
    [finding] = lanes_and_roles.check(library(bare.replace("<bpmn:laneSet id='l'>", '<bpmn:laneSet id="l">')))
    assert finding.message.startswith("ask stands in no lane")


@pytest.mark.parametrize(("action", "says"), [
    ("task.work", "Role reception is to work on"),
    ("case.open", "Role reception is to open a case at the door reception"),
])  # fmt: skip
def test_a_role_may_do_what_it_is_there_for(action: str, says: str):
    findings = list(lanes_and_roles.check(edited("rules/common/base.yaml", f"{action}, ", "")))
    assert findings
    assert all(item.message.startswith(says) and item.severity == "error" for item in findings)


def test_a_role_that_fills_an_anytime_form_may_record_facts():
    manifest = "anytime:\n- {id: change, title: {en: a, fr: b, rw: c}, form: arrival, roles: [reception]}\nprocesses:"
    allowed = files(ASK) | {
        "pathways/isange.yaml": files(ASK)["pathways/isange.yaml"].replace(b"processes:", manifest.encode())
    }
    assert list(lanes_and_roles.check(from_files(allowed, "rwanda"))) == []
    rules = allowed["rules/common/base.yaml"].replace(b", facts.record", b"")
    [finding] = lanes_and_roles.check(from_files({**allowed, "rules/common/base.yaml": rules}, "rwanda"))
    assert finding.message.startswith("Role reception is to fill change, but it may not facts.record")


def test_a_lane_that_no_diagram_draws_is_told():
    [finding] = lanes_and_roles.check(
        edited("pathways/isange.yaml", "{Reception: reception}", "{Reception: reception, Old: reception}")
    )
    assert (finding.severity, "'Old'" in finding.message) == ("info", True)


# comparisons

KINDS = """\
facts:
- {id: told, title: {en: Told, fr: Dit, rw: Yabwiwe}, type: text, group: profile}
- {id: seen_on, title: {en: Seen, fr: Vu, rw: Yabonetse}, type: date, group: profile}
- {id: seen_at, title: {en: Seen, fr: Vu, rw: Yabonetse}, type: datetime, group: profile}
- {id: parts, title: {en: Parts, fr: Parties, rw: Ibice}, type: choices, values: [x, y], group: profile}
- {id: alone, title: {en: Alone, fr: Seul, rw: Wenyine}, type: boolean, group: profile}
starts:
- process: case_main
  scope: case
  when: "%s"
  because: {en: a, fr: b, rw: c}
  source: {cite: x}
"""


def compared(expression: str) -> list[str]:
    return [item.message.split("`: ")[1] for item in comparisons.check(library(yaml=KINDS % expression))]


@pytest.mark.parametrize("expression", [
    "wants_police == 'no'", "wants_police in ('yes', 'no')", "'yes' != wants_police", "age < 18.5", "age in (1, 2)",
    "parts has 'x'", "alone", "alone == false", "seen_at < arrived_at_test", "told is unset", "process.case_main == 'done'",
    "duty_is", "case.duties_owed == 0", "act.case.end",
])  # fmt: skip
def test_comparisons_that_may_be_true(expression: str):
    known = {"seen_at < arrived_at_test": "seen_at < seen_at", "duty_is": "parts is not unset"}
    assert compared(known.get(expression, expression)) == []


@pytest.mark.parametrize(
    ("expression", "says"),
    [
        ("wants_police == 'maybe'", "wants_police is never 'maybe'. It is one of yes, no"),
        ("wants_police in ('yes', 'No')", "wants_police is never 'No'. Did you mean 'no'?"),
        ("wants_police == 3", "wants_police is never 3. It is one of yes, no"),
        ("wants_police < 'yes'", "wants_police is choice and has no order. Use == or in"),
        ("process.case_main == 'finished'", "process.case_main is never 'finished'. It is one of none, running, done, cancelled"),
        ("age == '18'", "age is a number"),
        ("age == true", "age is a number"),
        ("age", "age is integer, not true or false. Compare it with a value"),
        ("alone == 'yes'", "alone is true or false"),
        ("parts == 'x'", "parts holds several choices. Write `parts has '...'`"),
        ("parts in ('x', 'y')", "parts holds several choices. Write `parts has '...'`"),
        ("parts has 'z'", "parts is never 'z'. It is one of x, y"),
        ("wants_police has 'yes'", "wants_police holds one answer. Write `wants_police == '...'`"),
        ("told == 'help'", "told is free text, and nothing may be decided on free text. Ask for a choice"),
        ("seen_on == '2020-01-01'", "seen_on is a moment. Compare it with another moment, or derive a number from it"),
        ("seen_on < seen_at", "seen_on is date, but seen_at is datetime"),
        ("age < seen_at", "age is integer, but seen_at is datetime"),
    ],
)  # fmt: skip
def test_comparisons_that_are_never_true_or_cannot_be_made(expression: str, says: str):
    assert compared(expression) == [says]


# timers and visits


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("unit: hours\n  as_of: duty\n  values:\n  - {from: 2018-09-01, value: 24", "unit: count\n  as_of: duty\n  values:\n  - {from: 2018-09-01, value: 24",
         "The due time of welcome counts report_hours, whose unit is count"),
        ("earliest: incident_at", "earliest: birth_date", "Clock pep counts from birth_date, which is date"),
        ("anchor: incident_at", "anchor: birth_date", "Visit fu_2w counts from birth_date, which is date"),
        ("from: duty", "from: birth_date", "The limit of duty minor-report counts from birth_date, which is date"),
        ("opens: P10D", "opens: P20D", "Visit fu_2w opens at P20D, is due at P14D and closes at P18D"),
        ("closes: P18D", "closes: P13D", "Visit fu_2w opens at P10D, is due at P14D and closes at P13D"),
        ("at: P14D, opens: P10D, closes: P18D", "at: P2W, opens: P14D, closes: P14D", "Visit fu_2w opens at P14D, is due"),
    ],
)  # fmt: skip
def test_what_cannot_be_counted_is_told(old: str, new: str, says: str):
    messages = [item.message for item in timers.check(from_files(changed(LAW, old, new), "rwanda"))]
    assert any(message.startswith(says) for message in messages)


def test_a_visit_that_two_schedules_plan_is_told():
    whole = sample_files()[LAW].decode()
    again = whole[whole.index("- id: follow_up\n") :]
    for other, told in (("follow_up", 1), ("later", 0)):
        added = again.replace("- id: follow_up\n", "- id: twice\n").replace("id: fu_2w", f"id: fu_{other}")
        first = whole.replace("id: fu_2w", "id: fu_follow_up")
        edition = from_files({**sample_files(), LAW: (first + added).encode()}, "rwanda")
        messages = [item.message for item in timers.check(edition)]
        said = "Visit fu_follow_up is planned by follow_up and by twice, and held by follow_up_visit"
        assert sum(message.startswith(said) for message in messages) == told == len(messages)


def test_the_sample_counts_everything():
    assert list(timers.check(from_files(changed(LAW, "P14D", "P14D"), "rwanda"))) == []


# waits


def waiting(condition: str, yaml: str = "") -> list[str]:
    body = drawn(f"begin: start\n w: conditional {condition}\n finish: end\n begin -> w\n w -> finish")
    return [item.message for item in waits.check(library(body, yaml))]


@pytest.mark.parametrize(
    "condition",
    ["wants_police == 'no'", "process.case_main == 'done'", "act.case.end", "arrived_at is unset or age < 3"],
)
def test_what_can_happen_can_be_waited_for(condition: str):
    system = "facts:\n- {id: arrived_at, title: {en: Arrived, fr: Venu, rw: Yaje}, type: datetime, group: profile}\n"
    assert waiting(condition, system) == []


def test_a_fact_that_nobody_asks_for_is_waited_for_in_vain():
    fact = "facts:\n- {id: alone, title: {en: Alone, fr: Seul, rw: Wenyine}, type: boolean, group: profile}\n"
    [message] = waiting("alone", fact)
    assert "nothing that can happen changes alone" in message
    assert waiting("alone or wants_police == 'no'", fact) == []


def test_a_process_that_is_only_called_never_has_a_state():
    main = drawn(
        "m: start\n go: call example\n c: user arrival; care:acts=\"case.end\"\n w: conditional process.example == 'done'\n"
        "z: end\n m -> go\n go -> w\n w -> c\n c -> z"
    ).replace('"f', '"m_')
    [finding] = waits.check(library(ASK, "starts: []\n", main=main))
    assert "changes process.example" in finding.message


# parameters


def dated(*days: str, as_of: str = "now", status: str = "verified") -> Library:
    values = "".join(f"  - {{from: {day}, value: {n}, cite: x, status: {status}}}\n" for n, day in enumerate(days, 1))
    head = f"parameters:\n- id: limit\n  title: {{en: L, fr: L, rw: L}}\n  unit: hours\n  as_of: {as_of}\n  values:\n"
    return library(yaml=head + values)


def test_a_value_that_is_not_in_force_yet_is_an_error():
    with clock.at(datetime(2026, 1, 1, tzinfo=UTC)):
        [finding] = parameters.check(dated("2026-01-02"))
        assert (finding.severity, finding.message.split(". ")[0]) == (
            "error",
            "limit has no value before 2026-01-02, so none today",
        )
        assert list(parameters.check(dated("2026-01-01", "2030-01-01"))) == []


@pytest.mark.parametrize(("first", "count"), [("1925-12-31", 0), ("1926-01-01", 0), ("1927-01-01", 1)])
def test_what_counts_as_of_the_incident_reaches_back_a_lifetime(first: str, count: int):
    with clock.at(datetime(2026, 6, 1, tzinfo=UTC)):
        assert len(list(parameters.check(dated(first, as_of="incident")))) == count
        assert list(parameters.check(dated(first, as_of="arrival"))) == []


def test_unverified_values_are_one_note():
    [finding] = parameters.check(dated("2000-01-01", "2010-01-01", status="unverified"))
    assert (finding.severity, finding.elements) == ("info", ("limit",))
    assert finding.message == "1 of 2 parameters are unverified: limit. Confirm them"


# acts and what nothing uses


def test_a_case_that_nothing_closes_is_an_error():
    [finding] = acts.check(edited("pathways/bpmn/case_main.bpmn", ' care:acts="case.end"', ""))
    assert (finding.severity, finding.message.startswith("No step performs case.end")) == ("error", True)


def test_every_act_of_a_duty_or_clock_is_done_somewhere():
    findings = {
        item.elements
        for item in acts.check(from_files(changed(LAW, "stops: [survivor.told]", "stops: [police.notified]"), "rwanda"))
    }
    assert findings == {("minor-report", "police.notified"), ("pep", "police.notified")}


def test_an_act_of_no_use_is_told():
    [finding] = acts.check(
        edited("rules/common/base.yaml", "\nacts:\n", "\nacts:\n- {id: a.b, title: {en: a, fr: b, rw: c}}\n")
    )
    assert finding.message == "No step performs a.b and no rule speaks of it. Use it, or remove it"


@pytest.mark.parametrize(
    ("yaml", "what"),
    [
        ("groups:\n- {id: g, title: {en: a, fr: b, rw: c}}\n", "group g"),
        ("roles:\n- {id: r, title: {en: a, fr: b, rw: c}, sees: [profile], may: [task.work]}\n", "role r"),
        ("derived:\n- {id: d, title: {en: a, fr: b, rw: c}, kind: first_of, of: [age], type: integer, group: profile}\n", "derived fact d"),
        ("parameters:\n- {id: p, title: {en: a, fr: b, rw: c}, unit: hours, as_of: now, values: [{from: 2020-01-01, value: 1, cite: x}]}\n", "parameter p"),
    ],
)  # fmt: skip
def test_what_nothing_uses_is_told(yaml: str, what: str):
    assert [item.message for item in unused.check(library(yaml=yaml))] == [
        f"Nothing uses the {what}. Use it, or remove it"
    ]


def test_a_process_that_nothing_starts_or_calls_is_told():
    assert [(item.severity, item.message) for item in found("unused", library(ASK, "starts: []\n"))] == [
        ("error", "Nothing starts or calls the process example, so it never happens. Start it by a rule, or remove it")
    ]


def test_a_duty_that_waits_for_what_no_step_does_is_an_error():
    duty = (
        "acts:\n- {id: advice.given, title: {en: a, fr: b, rw: c}}\n"
        "duties:\n- {id: d, title: {en: a, fr: b, rw: c}, kind: law, never: case.end, without: [advice.given],"
        ' severity: block, holder: reception, source: {cite: "House rule"}}\n'
    )
    assert [item.severity for item in found("acts", library(yaml=duty))] == ["error"]


def test_a_rule_that_reads_a_decision_no_step_takes_is_told_what_to_read():
    table = (
        "facts:\n- {id: route, title: {en: a, fr: b, rw: c}, type: choice, values: [x], group: profile, value_titles: {x: {en: a, fr: b, rw: c}}}\n"
        "tables:\n- {id: route, title: {en: a, fr: b, rw: c}, inputs: [age], output: route, source: {cite: x}, rows:"
        " [{when: {}, then: x, because: {en: a, fr: b, rw: c}}]}\n"
        "starts:\n- {process: example, scope: case, when: \"route == 'x'\", because: {en: a, fr: b, rw: c}, source: {cite: x}}\n"
    )
    (item,) = found("never-set", library(ASK, table))
    assert "Read now.route, or let a business rule task decide by table route" in item.message
