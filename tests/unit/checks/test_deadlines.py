"""Duties that the diagram itself makes late, and those that are late though everybody keeps to their own due time."""

# ruff: noqa: E501  # content is written as its authors write it, one item a line

from __future__ import annotations

import pytest

from engine.checks import Finding
from engine.content import from_files
from tests.unit.checks.drawn import drawn
from tests.unit.checks.edition import MAIN, YES_NO, files, form, found, library, shipped_with

TIMES = """\
acts:
- {id: harm.found, title: {en: a, fr: b, rw: c}}
- {id: help.given, title: {en: a, fr: b, rw: c}}
parameters:
- {id: pause, title: {en: a, fr: b, rw: c}, unit: days, as_of: now, values: [{from: 2000-01-01, value: 2, cite: x}]}
- {id: limit, title: {en: a, fr: b, rw: c}, unit: hours, as_of: duty, values: [{from: 2000-01-01, value: 24, cite: x}]}
- {id: short, title: {en: a, fr: b, rw: c}, unit: hours, as_of: duty, values: [{from: 2000-01-01, value: 20, cite: x}]}
"""

DUTY = """\
duties:
- {id: help-in-time, title: {en: a, fr: b, rw: c}, kind: law, %s, must: help.given, within: {parameter: limit, from: %s},
   severity: %s, holder: reception, source: {cite: x}}
"""

AFTER = "after: harm.found"

WAIT_BETWEEN = """
    begin: start
    find: user ask_age; care:acts="harm.found"
    rest: after pause
    help: user ask_age; care:acts="help.given"
    finish: end
    begin -> find
    find -> rest
    rest -> help
    help -> finish
"""


def said(
    body: str,
    owed: str = AFTER,
    start: str = "act",
    severity: str = "block",
    more: str = "",
    times: str = TIMES,
    main: str = MAIN,
) -> list[Finding]:
    return found("deadlines", library(drawn(body), times + more + DUTY % (owed, start, severity), main=main))


def without_wait(body: str = WAIT_BETWEEN) -> str:
    return body.replace("rest: after pause", "rest: user ask_age")


def test_a_timer_on_the_only_way_makes_a_duty_late_whatever_anybody_does():
    [finding] = said(WAIT_BETWEEN)
    assert finding.message.startswith(
        "Duty help-in-time is late whatever anybody does: after find the quickest way to help.given at help takes 2 days"
        " (rest 2 days), and the duty gives 1 day (limit)"
    )
    assert finding.severity == "error"
    assert finding.elements == ("help-in-time", "find", "rest", "help")
    assert finding.path == ("find", "rest", "help")
    assert said(without_wait()) == []


@pytest.mark.parametrize(("severity", "told"), [("block", "error"), ("warn", "warning"), ("record", "warning")])
def test_how_bad_it_is_goes_by_what_the_duty_does(severity: str, told: str):
    assert [item.severity for item in said(WAIT_BETWEEN, severity=severity)] == [told]


@pytest.mark.parametrize(("hours", "count"), [(47, 1), (48, 0)])
def test_a_wait_that_just_fits_is_in_time(hours: int, count: int):
    times = TIMES.replace("value: 24", f"value: {hours}")
    assert len(said(WAIT_BETWEEN, times=times)) == count


def test_of_several_values_the_shortest_wait_and_the_longest_limit_count():
    wait = TIMES.replace(
        "{from: 2000-01-01, value: 2, cite: x}",
        "{from: 2000-01-01, value: 2, cite: x}, {from: 2020-01-01, value: 1, cite: x}",
    )
    assert said(WAIT_BETWEEN, times=wait) == []
    limit = "{from: 2000-01-01, value: 24, cite: x}, {from: 2020-01-01, value: %s, cite: x}"
    longer = TIMES.replace("{from: 2000-01-01, value: 24, cite: x}", limit % 50)
    assert said(WAIT_BETWEEN, times=longer) == []
    [finding] = said(WAIT_BETWEEN, times=TIMES.replace("{from: 2000-01-01, value: 24, cite: x}", limit % 30))
    assert "the duty gives 30 hours (limit, by its longest value)" in finding.message


def test_the_quickest_way_counts():
    quick = without_wait().replace(
        "find -> rest",
        "find -> pick\n pick: exclusive\n long: after pause\n pick -> long when age < 18\n pick -> rest otherwise\n long -> rest",
    )
    assert said(quick) == []
    beside = (
        WAIT_BETWEEN.replace("rest -> help", "rest -> late\n late: end")
        + """
        soon on asked: after short
        find -> asked
        asked: user ask_age
        asked -> finish
        soon -> help
    """
    )
    assert said(beside.replace("find -> rest\n", "")) == []
    assert len(said(beside.replace("find -> rest\n", "").replace("after short", "after pause"))) == 1


def test_a_join_waits_for_the_slowest_branch():
    block = (
        without_wait().replace("find -> rest", "find -> fork").replace("rest -> help", "rest -> join\n join -> help")
        + """
        fork: parallel
        join: parallel
        long: after pause
        fork -> rest
        fork -> long
        long -> join
    """
    )
    assert len(said(block)) == 1
    inside = """
        begin: start
        fork: parallel
        find: user ask_age; care:acts="harm.found"
        long: after pause
        join: parallel
        help: user ask_age; care:acts="help.given"
        finish: end
        begin -> fork
        fork -> find
        fork -> long
        find -> join
        long -> join
        join -> help
        help -> finish
    """
    assert said(inside) == []  # the other branch may have waited already
    afterwards = inside.replace("join -> help", "join -> rest\n rest: after pause\n rest -> help")
    assert len(said(afterwards)) == 1


def test_what_may_be_open_already_is_in_time():
    branches = """
        begin: start
        fork: parallel
        find: user ask_age; care:acts="harm.found"
        rest: after pause
        help: user ask_age; care:acts="help.given"
        join: parallel
        finish: end
        begin -> fork
        fork -> find
        fork -> rest
        rest -> help
        find -> join
        help -> join
        join -> finish
    """
    assert said(branches) == []
    aside = (
        WAIT_BETWEEN.replace("rest: after pause", "rest beside find: after pause")
        .replace("find -> rest", "find -> finish")
        .replace("help -> finish", "help -> helped\n helped: end")
    )
    assert said(aside) == []
    before = (
        WAIT_BETWEEN.replace("begin -> find", "begin -> look\n look -> find")
        + """
        look: user ask_age
        soon beside look: after short
        care: user ask_age; care:acts="help.given"
        cared: end
        soon -> care
        care -> cared
    """
    )
    assert said(before) == []


def test_what_a_step_does_itself_is_in_time():
    assert said(WAIT_BETWEEN.replace('"harm.found"', '"harm.found; help.given"')) == []


def test_a_moment_that_a_timer_waits_for_may_have_passed():
    moment = "facts:\n- {id: seen_at, title: {en: a, fr: b, rw: c}, type: datetime, group: profile}\n"
    assert said(WAIT_BETWEEN.replace("after pause", "at seen_at"), more=moment) == []


def test_a_way_over_a_called_process_and_back_counts():
    calling = drawn("""
        m: start
        go: call example
        nap: after pause
        help: user arrival; care:acts="help.given"
        close: user arrival; care:acts="case.end"
        z: end
        m -> go
        go -> nap
        nap -> help
        help -> close
        close -> z
    """).replace('id="f', 'id="main_')
    find = 'begin: start\n find: user ask_age; care:acts="harm.found"\n done: end\n begin -> find\n find -> done'
    [finding] = said(find, more="starts: []\n", main=calling)
    assert finding.path == ("find", "done", "nap", "help")
    assert said(find, more="starts: []\n", main=calling.replace("pause", "short")) == []


def test_a_way_into_a_called_process_counts():
    calling = drawn("""
        m: start
        find: user arrival; care:acts="harm.found"
        go: call example
        close: user arrival; care:acts="case.end"
        z: end
        m -> find
        find -> go
        go -> close
        close -> z
    """)
    calling = calling.replace('Flow id="f', 'Flow id="main_')
    [finding] = said(HELPING, more="starts: []\n", main=calling)
    assert finding.path == ("find", "go", "begin", "rest", "help")


STARTED = """\
starts:
- {process: example, scope: case, when: %s, because: {en: a, fr: b, rw: c}, source: {cite: x}}
"""

FINDING_MAIN = (
    drawn("""
    m: start
    find: user arrival; care:acts="harm.found"
    close: user arrival; care:acts="case.end"
    z: end
    m -> find
    find -> close
    close -> z
""")
    .replace('id="f', 'id="main_')
    .replace('id="main_ind"', 'id="find"')
)

HELPING = 'begin: start\n rest: after pause\n help: user ask_age; care:acts="help.given"\n done: end\n begin -> rest\n rest -> help\n help -> done'


def test_a_process_that_the_act_starts_takes_its_time():
    [finding] = said(HELPING, more=STARTED % "act.harm.found", main=FINDING_MAIN)
    assert finding.path == ("find", "begin", "rest", "help")


def test_a_process_that_may_have_begun_before_is_not_counted():
    """Whatever waits in it may be over by then; only where it surely begins later the wait is forced."""
    assert said(HELPING, more=STARTED % "'wants_police is not unset'", main=FINDING_MAIN) == []
    assert len(said(HELPING, more=STARTED % "\"wants_police == 'yes'\"", main=FINDING_MAIN)) == 1


def test_a_process_that_starts_with_what_makes_the_duty_owed_takes_its_time():
    started = STARTED % "'age < 18'"
    assert len(said(HELPING, "when: age < 18", "duty", more=started, main=FINDING_MAIN)) == 1
    assert said(HELPING, "when: age < 18", "duty", more=STARTED % "'age < 20'", main=FINDING_MAIN) == []


def test_with_the_case_every_process_begins():
    started = STARTED % "'wants_police is not unset'"
    [finding] = said(HELPING, "when: \"wants_police == 'yes'\"", "duty", more=started)
    assert finding.path == ("arrived", "begin", "rest", "help")


def test_what_may_be_recorded_at_any_time_is_in_time():
    body = drawn(WAIT_BETWEEN)
    entry = "anytime:\n- {id: at_once, title: {en: a, fr: b, rw: c}, form: arrival, roles: [reception], acts: help.given}\nprocesses:"
    content = files(body, TIMES + DUTY % (AFTER, "act", "block"))
    content["pathways/isange.yaml"] = content["pathways/isange.yaml"].replace(b"processes:", entry.encode())
    assert found("deadlines", from_files(content, "rwanda")) == []


ASKED = WAIT_BETWEEN.replace('; care:acts="harm.found"', "")


def test_a_condition_makes_a_duty_owed_where_its_last_fact_is_asked():
    [finding] = said(ASKED, "when: age < 18", "duty")
    assert finding.path == ("find", "rest", "help")


def test_a_duty_that_needs_more_than_is_known_there_does_not_arise_there():
    """The age is asked before the wait, whether anybody was hurt after it: only then the duty is owed."""
    hurt = "facts:\n- {id: hurt, title: {en: a, fr: b, rw: c}, type: choice, values: [yes, no], group: profile}\n"
    assert said(ASKED, "when: [age < 18, \"hurt == 'yes'\"]", "duty", more=hurt) == []
    assert len(said(ASKED, "when: [age < 18, \"wants_police == 'yes'\"]", "duty")) == 1


def test_a_duty_arises_only_where_something_that_it_needs_is_asked():
    """Whoever is helped at once is in time, whatever waits on the other way, where something else is asked."""
    either = (
        ASKED.replace("find -> rest", "find -> pick")
        + """
        pick: exclusive
        soon: user ask_age; care:acts="help.given"
        talk: user chat
        pick -> soon when age < 3
        pick -> talk otherwise
        talk -> rest
        soon -> finish
    """
    )
    chat = {"chat": form({"wants_police": YES_NO}, ["wants_police"], again=["wants_police"])}
    soon = either.replace("soon: user ask_age", "soon: user chat").replace("help: user ask_age", "help: user chat")
    duty = TIMES + DUTY % ("when: age < 18", "duty", "block")
    assert found("deadlines", library(drawn(soon), duty, chat)) == []


def test_a_duty_does_not_arise_where_a_guard_on_the_way_rules_it_out():
    guarded = ASKED.replace(
        "begin -> find",
        "begin -> pick\n pick: exclusive\n pick -> find when wants_police == 'no'\n pick -> finish otherwise",
    )
    when = "when: [age < 18, \"wants_police == '%s'\"]"
    assert said(guarded, when % "yes", "duty") == []
    assert len(said(guarded, when % "no", "duty")) == 1
    assert said(ASKED, when % "yes", "duty", more=STARTED % "\"wants_police == 'no'\"") == []


def test_a_duty_that_arises_with_the_case_is_late_when_the_case_waits_first():
    waiting = drawn("""
        m: start
        nap: after pause
        help: user arrival; care:acts="help.given"
        close: user arrival; care:acts="case.end; harm.found"
        z: end
        m -> nap
        nap -> help
        help -> close
        close -> z
    """).replace('id="f', 'id="main_')
    owed = TIMES + DUTY % ("when: \"wants_police == 'yes'\"", "duty", "block")
    [finding] = found("deadlines", library(yaml=owed, main=waiting))
    assert finding.path == ("m", "nap", "help")


def test_a_duty_that_is_owed_while_a_process_runs_arises_when_it_starts():
    [finding] = said(HELPING, "when: \"process.example == 'running'\"", "duty")
    assert finding.path == ("begin", "rest", "help")


@pytest.mark.parametrize(("future", "count"), [("", 1), (", future: true", 0)])
def test_a_limit_that_counts_from_a_moment_counts_unless_the_moment_may_lie_ahead(future: str, count: int):
    moment = f"facts:\n- {{id: seen_at, title: {{en: a, fr: b, rw: c}}, type: datetime, group: profile{future}}}\n"
    findings = said(WAIT_BETWEEN, start="seen_at", more=moment)
    assert len(findings) == count
    assert all("(limit, counted from seen_at, which is no later)" in item.message for item in findings)


DUE = without_wait().replace("rest: user ask_age", 'rest: user ask_age; care:due="short"')


def test_due_times_that_together_last_longer_than_the_limit_are_told_as_an_estimate():
    [finding] = said(DUE.replace('care:acts="help.given"', 'care:acts="help.given" care:due="short"'))
    assert finding.severity == "info"
    assert finding.message.startswith(
        "Duty help-in-time may be late though everybody keeps to their own due time. An estimate: "
    )
    assert "takes 40 hours (rest 20 hours, help 20 hours)" in finding.message
    assert said(DUE) == []


def test_a_step_that_is_left_by_its_timer_does_not_take_its_due_time():
    left = DUE.replace('care:due="short"', 'care:due="pause"') + "soon on rest: after short\n soon -> help\n"
    assert said(left) == []
    [finding] = said(left, times=TIMES.replace("value: 24", "value: 10"))
    assert "takes 20 hours (soon 20 hours)" in finding.message


def test_the_shipped_stay_would_be_too_long_if_it_were_looked_at_every_ten_days():
    old = "unit: hours\n  as_of: now\n  values: [{from: 2000-01-01, value: 24"
    [finding] = found("deadlines", shipped_with("rules/rwanda/parameters.yaml", old, old.replace("24", "240")))
    assert (finding.duty, finding.severity) == ("safe-room-left-safely", "error")
    assert finding.path[0] == "welcome_guest"
    assert finding.path[-1] == "leave_safely"
