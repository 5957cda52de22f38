"""What a step reads must be known by then, on every way that leads there."""

# ruff: noqa: E501  # content is written as its authors write it, one item a line

from __future__ import annotations

from engine.checks.definite_assignment import check
from engine.library import Library
from tests.unit.checks.drawn import drawn
from tests.unit.checks.edition import AGE, YES_NO, form, library

CONSENT = """\
facts:
- {id: consent, title: {en: Consent, fr: Accord, rw: Kwemera}, type: choice, values: [yes, no], group: profile}
"""
TABLE = """\
facts:
- {id: reporting, title: {en: Reporting, fr: Signalement, rw: Kumenyesha}, type: choice, values: [mandatory, choice], group: profile}
tables:
- id: reporting
  title: {en: Reporting, fr: Signalement, rw: Kumenyesha}
  inputs: [age]
  output: reporting
  source: {cite: "House rule"}
  rows:
  - {when: {age: "< 18"}, then: mandatory, because: {en: A child, fr: Un enfant, rw: Umwana}}
  - {when: {age: ">= 18"}, then: choice, because: {en: An adult, fr: Un adulte, rw: Mukuru}}
  - {when: {age: is unset}, then: unset, because: {en: Not known, fr: Inconnu, rw: Ntibizwi}}
"""
YOUNG_OR_OLD = """
    old: exclusive
    young: end
    grown: end
    old -> young when age < 18
    old -> grown otherwise
"""


def unset(library: Library) -> list[tuple[str, str]]:
    """(step, name) of each finding."""
    return [(item.elements[0], item.elements[1]) for item in check(library)]


def test_an_optional_question_is_not_an_answer():
    ask = drawn("begin: start\n ask: user arrival\n begin -> ask\n ask -> old" + YOUNG_OR_OLD)
    assert unset(library(ask)) == [("old", "age")]


def test_the_path_is_one_on_which_the_question_was_not_asked():
    half = drawn(
        """
        begin: start
        police: exclusive
        talk: user arrival
        ask: user ask_age
        meet: exclusive
        begin -> police
        police -> ask when wants_police == 'yes'
        police -> talk otherwise
        ask -> meet
        talk -> meet
        meet -> old
        """
        + YOUNG_OR_OLD
    )
    [finding] = check(library(half))
    assert finding.path == ("begin", "police", "talk", "meet", "old")
    assert finding.witness == {"age": None}


def test_asking_whether_it_is_unset_first_is_enough():
    careful = drawn(
        """
        begin: start
        old: exclusive
        young: end
        grown: end
        begin -> old
        old -> young when age is not unset and age < 18
        old -> grown otherwise
        """
    )
    assert unset(library(careful)) == []


def test_what_is_not_known_does_no_harm_where_another_way_is_open():
    guards = """
        begin: start
        way: exclusive
        a: end
        b: end
        begin -> way
        way -> a when %s
        way -> b when age < 18 and wants_police == 'no'
    """
    assert unset(library(drawn(guards % "wants_police != 'no' or age is unset"))) == []
    assert unset(library(drawn(guards % "wants_police != 'no'"))) == [("way", "age")]


def test_a_rule_that_starts_a_process_says_what_is_known_in_it():
    guard = drawn(
        """
        begin: start
        police: exclusive
        a: end
        b: end
        begin -> police
        police -> a when age < 18
        police -> b otherwise
        """
    )
    rule = 'starts:\n- {process: example, scope: case, when: "%s", because: {en: a, fr: b, rw: c}, source: {cite: x}}\n'
    assert unset(library(guard, rule % "age >= 0")) == []
    assert unset(library(guard, rule % "age is unset or age > 3")) == [("police", "age")]


def test_the_door_is_answered_before_anything_else():
    main = drawn(
        """
        begin: start
        police: exclusive
        close_case: user arrival; care:acts="case.end"
        a: end
        b: end
        begin -> police
        police -> close_case when wants_police == 'yes'
        police -> b otherwise
        close_case -> a
        """
    )
    assert unset(library(main=main)) == []


def test_what_follows_from_an_answer_is_known_behind_the_guard_that_asks_for_it():
    consent = form(
        {"wants_police": YES_NO, "consent": YES_NO},
        ["wants_police"],
        **{"if": {"properties": {"wants_police": {"const": "yes"}}, "required": ["wants_police"]}},
        then={"required": ["consent"]},
    )
    body = drawn(
        """
        begin: start
        ask: user consent
        police: exclusive
        agreed: exclusive
        a: end
        b: end
        c: end
        begin -> ask
        ask -> police
        police -> agreed when wants_police == 'yes'
        police -> c otherwise
        agreed -> a when consent == 'yes'
        agreed -> b otherwise
        """
    )
    assert unset(library(body, CONSENT, {"consent": consent})) == []
    again = body.replace('sourceRef="ask" targetRef="police"', 'sourceRef="ask" targetRef="again"') + drawn(
        "again: user arrival\n again -> again"
    ).replace('id="f1" sourceRef="again" targetRef="again"', 'id="f9" sourceRef="again" targetRef="police"')
    assert unset(library(again, CONSENT, {"consent": consent})) == [("agreed", "consent")]


def test_a_table_that_may_leave_its_output_unset_does_not_set_it():
    body = """
        begin: start
        decide: rule reporting
        way: exclusive
        a: end
        b: end
        decide -> way
        way -> a when reporting == 'mandatory'
        way -> b otherwise
    """
    assert unset(library(drawn(body + "begin -> decide"), TABLE)) == [("way", "reporting")]
    asked = drawn(body + "ask: user ask_age\n begin -> ask\n ask -> decide")
    assert unset(library(asked, TABLE)) == []


def test_what_a_table_says_now_is_unset_only_where_its_inputs_make_it_so():
    body = """
        begin: start
        way: exclusive
        a: end
        b: end
        way -> a when now.reporting == 'mandatory'
        way -> b otherwise
    """
    assert unset(library(drawn(body + "begin -> way"), TABLE)) == [("way", "now.reporting")]
    assert unset(library(drawn(body + "ask: user ask_age\n begin -> ask\n ask -> way"), TABLE)) == []


def test_what_any_parallel_branch_asked_is_known_behind_the_join():
    both = drawn(
        """
        begin: start
        fork: parallel
        one: user ask_age
        two: user arrival
        join: parallel
        begin -> fork
        fork -> one
        fork -> two
        one -> join
        two -> join
        join -> old
        """
        + YOUNG_OR_OLD
    )
    assert unset(library(both)) == []


def test_a_boundary_event_leaves_before_the_form_is_answered():
    left = drawn(
        """
        begin: start
        ask: user ask_age
        left on ask: conditional wants_police == 'no'
        meet: exclusive
        begin -> ask
        ask -> meet
        left -> meet
        meet -> old
        """
        + YOUNG_OR_OLD
    )
    [finding] = check(library(left))
    assert finding.path == ("begin", "ask", "left", "meet", "old")


def test_a_sub_process_hands_on_what_all_its_ends_know():
    inside = """
        begin: start
        sub: subprocess
        in_start in sub: start
        ask in sub: user ask_age
        in_end in sub: end
        in_start -> ask
        ask -> in_end
        begin -> sub
        sub -> old
    """
    assert unset(library(drawn(inside + YOUNG_OR_OLD))) == []
    early = inside + "maybe in sub: exclusive\n early in sub: end\n"
    early = early.replace(
        "in_start -> ask", "in_start -> maybe\n maybe -> ask when wants_police == 'yes'\n maybe -> early otherwise"
    )
    assert unset(library(drawn(early + YOUNG_OR_OLD))) == [("old", "age")]


def test_a_called_process_hands_on_what_it_asks():
    main = drawn(
        """
        arrived: start
        reception: call example
        old: exclusive
        close_case: user arrival; care:acts="case.end"
        m_young: end
        closed: end
        arrived -> reception
        reception -> old
        old -> m_young when age < 18
        old -> close_case otherwise
        close_case -> closed
        """
    ).replace('id="f', 'id="m')
    main = main.replace('default="f', 'default="m')
    asks = drawn("begin: start\n ask: user ask_age\n finish: end\n begin -> ask\n ask -> finish")
    talks = drawn(
        "begin: start\n ask: user arrival\n ask_again: user ask_age\n pick: exclusive\n finish: end\n"
        "begin -> pick\n pick -> ask when wants_police == 'no'\n pick -> ask_again otherwise\n"
        "ask -> finish2\n ask_again -> finish\n finish2: end"
    )
    none = "starts: []\n"
    assert unset(library(asks, none, main=main)) == []
    assert unset(library(talks, none, main=main)) == [("old", "age")]


def test_a_timer_that_waits_for_a_moment_needs_the_moment():
    moment = "facts:\n- {id: seen_at, title: {en: Seen, fr: Vu, rw: Yabonetse}, type: datetime, group: profile}\n"
    body = drawn("begin: start\n wait: until seen_at\n finish: end\n begin -> wait\n wait -> finish")
    asks = form({"seen_at": {"type": "string", "format": "date-time"}, "age": AGE}, ["seen_at"])
    assert unset(library(body, moment)) == [("wait", "seen_at")]
    asked = drawn(
        "begin: start\n ask: user seen\n wait: until seen_at\n finish: end\n begin -> ask\n ask -> wait\n wait -> finish"
    )
    assert unset(library(asked, moment, {"seen": asks})) == []


def test_a_precondition_reads_what_is_known_before_its_own_form():
    own = drawn(
        'begin: start\n ask: user ask_age; care:requires="age &lt; 18"\n finish: end\n begin -> ask\n ask -> finish'
    )
    assert unset(library(own)) == [("ask", "age")]


def test_a_loop_does_not_hide_the_first_round():
    loop = drawn(
        """
        begin: start
        again: exclusive
        more: exclusive
        ask: user ask_age
        finish: end
        begin -> again
        again -> more
        more -> finish when age < 18
        more -> ask otherwise
        ask -> again
        """
    )
    [finding] = check(library(loop))
    assert finding.path == ("begin", "again", "more")
