"""A duty's monitor opens, is met, blocks, is cancelled by a correction and never by time passing."""

from __future__ import annotations

from itertools import combinations, product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import expressions
from engine.library import DutyException, DutyRule, Source, Where
from engine.rules.duties import Monitor, MonitorState

END = frozenset({"case.end"})
NOTHING: frozenset[str] = frozenset()


def rule(**given_: Any) -> DutyRule:
    plain: dict[str, Any] = {
        "id": "d", "title": {"en": "d"}, "kind": "law", "form": "must", "act": "police.notified", "always": None,
        "when": None, "before": "case.end", "after": None, "without": (), "unless": None, "revoked_by": (),
        "within": None, "scope": "case", "exceptions": (), "if_unknown": "broken", "severity": "block",
        "holder": "medical", "source": Source("test"), "where": Where("test.yaml"),
    }  # fmt: skip
    for name in ("when", "unless", "always"):
        if name in given_:
            given_[name] = expressions.parse(given_[name])
    return DutyRule(**{**plain, **given_})


class Course:
    """One case as the monitor of one duty sees it."""

    def __init__(self, duty: DutyRule, **facts: Any) -> None:
        self.monitor = Monitor(duty)
        self.facts: dict[str, Any] = facts
        self.state = MonitorState()
        self.look()

    def read(self, expression: expressions.Expression) -> bool | None:
        return expressions.evaluate(expression, self.facts.get)

    def blocks(self, *acts: str) -> bool:
        return self.monitor.breaks(self.state, frozenset(acts), self.read)

    def do(self, *acts: str, corrected: bool = False) -> None:
        self.state = self.monitor.step(self.state, frozenset(acts), self.read, self.read, corrected)

    def look(self, **facts: Any) -> str:
        self.facts.update(facts)
        self.do()
        return self.state.status

    def correct(self, **facts: Any) -> str:
        self.facts.update(facts)
        self.do(corrected=True)
        return self.state.status


def child_report() -> Course:
    return Course(rule(when="child == 'yes' and crime == 'yes'"))


def test_a_duty_opens_when_its_condition_is_known_and_closes_when_the_act_is_done() -> None:
    case = child_report()
    assert case.look(child="yes") == "idle"
    assert case.look(crime="yes") == "owed"
    case.do("police.notified")
    assert case.state.status == "met"
    assert not case.blocks("case.end")


def test_the_case_cannot_end_while_the_duty_is_owed() -> None:
    case = child_report()
    case.look(child="yes", crime="yes")
    assert case.blocks("case.end")


def test_the_act_and_the_end_in_one_step_are_in_order() -> None:
    case = child_report()
    case.look(child="yes", crime="yes")
    assert not case.blocks("case.end", "police.notified")


def test_what_nobody_asked_counts_at_the_end_but_opens_nothing_before() -> None:
    case = child_report()
    assert case.look() == "idle"
    assert case.blocks("case.end")


def test_what_nobody_asked_does_not_count_where_the_rule_ignores_it() -> None:
    case = Course(rule(when="child == 'yes'", if_unknown="ignore"))
    assert not case.blocks("case.end")


def test_a_condition_known_to_be_false_binds_nobody() -> None:
    case = child_report()
    assert case.look(child="no") == "idle"
    assert not case.blocks("case.end")


def test_an_act_done_before_the_duty_arose_counts() -> None:
    case = child_report()
    case.do("police.notified")
    assert case.look(child="yes", crime="yes") == "met"
    assert not case.blocks("case.end")


def test_a_correction_cancels_the_duty_and_a_later_one_opens_it_again() -> None:
    case = child_report()
    case.look(child="yes", crime="yes")
    assert case.look(child="no") == "cancelled"
    assert not case.blocks("case.end")
    assert case.look(child="yes") == "owed"


def test_time_passing_alone_never_cancels_what_is_owed() -> None:
    duty = Monitor(rule(when="window == 'open'"))
    then = {"window": "open"}
    state = duty.step(MonitorState(), NOTHING, lambda e: expressions.evaluate(e, then.get), lambda e: True)
    later = {"window": "closed"}
    state = duty.step(
        state,
        NOTHING,
        lambda e: expressions.evaluate(e, later.get),
        lambda e: expressions.evaluate(e, then.get),
    )
    assert state.status == "owed"


def test_an_exception_lifts_the_duty() -> None:
    exception = DutyException("declined", expressions.parse("medical == 'declined'"), "protocol")
    case = Course(rule(when="exposure == 'yes'", act="pep.offered", exceptions=(exception,)), exposure="yes")
    assert case.blocks("case.end")
    case.look(medical="declined")
    assert not case.blocks("case.end")


def test_never_without_blocks_until_every_act_was_done() -> None:
    case = Course(rule(form="never", act="safety.decided", without=("consulted.police", "consulted.medical")))
    assert case.blocks("safety.decided")
    case.do("consulted.police")
    assert case.blocks("safety.decided")
    case.do("consulted.medical")
    assert not case.blocks("safety.decided")


def test_a_new_round_needs_new_consultations() -> None:
    case = Course(rule(form="never", act="safety.decided", without=("consulted.police",), scope="each"))
    case.do("consulted.police")
    case.do("safety.decided")
    assert case.blocks("safety.decided")


def test_consent_withdrawn_takes_back_what_it_allowed() -> None:
    case = Course(rule(form="never", without=("consent.police",), revoked_by=("consent.withdrawn",)))
    case.do("consent.police")
    assert not case.blocks("police.notified")
    case.do("consent.withdrawn")
    assert case.blocks("police.notified")


def test_what_is_found_again_is_owed_again() -> None:
    case = Course(rule(act="crisis.answered", when="danger == 'yes'", revoked_by=("crisis.found",)))
    case.look(danger="yes")
    case.do("crisis.found")
    assert case.state.status == "owed"
    case.do("crisis.answered")
    assert (case.state.status, case.blocks("case.end")) == ("met", False)
    case.do("crisis.found")
    assert (case.state.status, case.blocks("case.end")) == ("owed", True)


def test_what_ceased_and_came_again_is_owed_again_where_each_time_counts() -> None:
    for scope, status in (("case", "met"), ("each", "owed")):
        case = Course(rule(act="crisis.answered", when="danger == 'yes'", scope=scope))
        case.look(danger="yes")
        case.do("crisis.answered")
        case.look(danger="no")
        assert not case.blocks("case.end")
        case.look(danger="yes")
        assert (case.state.status, case.blocks("case.end")) == (status, status == "owed")


KEPT = {"act": "crisis.answered", "when": "danger == 'yes'", "scope": "each", "ends_by": "correction"}


def test_what_only_a_correction_ends_stays_owed_when_the_question_is_answered_otherwise() -> None:
    case = Course(rule(**KEPT))
    assert case.look(danger="yes") == "owed"
    assert case.look(danger="no") == "owed"
    assert case.blocks("case.end")
    case.do("crisis.answered")
    assert (case.state, case.blocks("case.end")) == (MonitorState("met", frozenset({"done"})), False)
    assert case.look(danger="yes") == "met"  # nobody said otherwise in between
    case.look(danger="no")
    assert case.look(danger="yes") == "owed"


def test_what_only_a_correction_ends_ends_by_one_unless_it_was_asked_again_since() -> None:
    case = Course(rule(**KEPT), danger="yes")
    assert case.correct(danger="no") == "cancelled"
    case.look(danger="yes")
    case.look(danger="no")
    assert case.correct(danger="unknown") == "owed"
    assert case.look(danger="yes") == "owed"
    assert case.correct(danger="no") == "owed"


def test_a_correction_of_what_was_told_again_leaves_what_was_told_first() -> None:
    case = Course(rule(**KEPT, revoked_by=("crisis.found",)), danger="yes")
    case.do("crisis.found")
    assert case.correct(danger="no") == "owed"
    once = Course(rule(**KEPT, revoked_by=("crisis.found",)))
    once.facts["danger"] = "yes"
    once.do("crisis.found")
    assert once.state.status == "owed"
    assert once.correct(danger="no") == "cancelled"


def test_an_answer_that_is_owed_each_time_ends_by_a_correction_alone_where_the_rule_says_so() -> None:
    case = Course(rule(**{**KEPT, "after": "crisis.found"}), danger="yes")
    case.do("crisis.found")
    assert case.look(danger="no") == "owed"
    assert case.correct(danger="unknown") == "owed"
    case.do("crisis.answered")
    assert case.state == MonitorState("met")
    case.look(danger="yes")
    case.do("crisis.found")
    assert case.correct(danger="no") == "cancelled"


def test_never_unless_reads_consent_as_a_state() -> None:
    case = Course(rule(form="never", when="adult == 'yes'", unless="consent == 'yes'"), adult="yes", consent="yes")
    assert not case.blocks("police.notified")
    case.look(consent="no")
    assert case.blocks("police.notified")
    case.look(adult="no")
    assert not case.blocks("police.notified")


def test_a_never_rule_reads_what_is_not_known_as_binding() -> None:
    case = Course(rule(form="never", when="adult == 'yes'", unless="consent == 'yes'"))
    assert case.blocks("police.notified")


def test_each_collection_needs_its_own_seal() -> None:
    case = Course(rule(act="evidence.sealed", after="evidence.collected"))
    assert not case.blocks("case.end")
    case.do("evidence.collected")
    assert case.state.status == "owed"
    case.do("evidence.sealed")
    assert case.state.status == "met"
    case.do("evidence.collected")
    assert case.blocks("case.end")
    assert case.state.status == "owed"


def test_always_is_broken_as_soon_as_it_does_not_hold() -> None:
    case = Course(rule(form="always", act=None, always="alone == 'no'", when="child == 'yes'"), child="yes")
    case.look(alone="yes")
    assert case.state.status == "broken"


ACTS = st.sampled_from([NOTHING, END, frozenset({"police.notified"}), frozenset({"other.act"})])
FACTS = st.fixed_dictionaries({"child": st.sampled_from(["yes", "no", None]), "crime": st.sampled_from(["yes", None])})


@given(st.lists(st.tuples(ACTS, FACTS), max_size=12))
def test_no_course_of_events_ends_a_case_while_the_duty_is_owed(
    course: list[tuple[frozenset[str], Any]],
) -> None:
    case = child_report()
    for acts, facts in course:
        case.look(**facts)
        if case.monitor.breaks(case.state, acts, case.read):
            continue
        owed = case.state.owed
        case.do(*acts)
        assert not (owed and "case.end" in acts and "police.notified" not in acts)


@pytest.mark.parametrize("broken", ["ignore", "broken"])
def test_a_monitor_step_with_nothing_new_changes_nothing(broken: str) -> None:
    case = Course(rule(when="child == 'yes'", if_unknown=broken), child="yes")
    before = case.state
    case.do()
    assert case.state == before


RULES = [
    rule(
        form=form, when="a == 'yes'", before=before, after=after, without=without, scope=scope, if_unknown=unknown,
        revoked_by=revoked, ends_by=ends_by, **({} if unless is None else {"unless": unless}),
    )
    for form, before, after, without, unless in (
        ("must", "case.end", None, (), None), ("must", "case.end", "begun", (), None),
        ("must", None, "begun", (), None), ("never", "", None, ("first", "second"), None),
        ("never", "", None, (), "a is unset"), ("always", "", None, (), None),
    )
    for scope in ("case", "each")
    for unknown in ("broken", "ignore")
    for revoked in ((), ("taken_back",))
    for ends_by in ("facts", "correction")
    if unless is None or form == "never"
]  # fmt: skip
EVERY_ACT = ("police.notified", "case.end", "begun", "first", "second", "taken_back")


STEPS = [
    (frozenset(acts), now, then, corrected)
    for count in (0, 1, 2)
    for acts in combinations(EVERY_ACT, count)
    for now, then in product((True, False, None), repeat=2)
    for corrected in (True, False)
]


def test_what_is_over_is_never_owed_nor_broken_again() -> None:
    over = 0
    for duty in RULES:
        monitor, seen, todo = Monitor(duty), set[MonitorState](), [MonitorState()]
        while todo:
            state = todo.pop()
            seen.add(state)
            for acts, now, then, corrected in STEPS:
                after = monitor.step(state, acts, lambda _, said=now: said, lambda _, said=then: said, corrected)
                if state.status != "broken" and monitor.is_over(state):
                    over += 1
                    assert not monitor.breaks(state, acts, lambda _, said=now: said)
                    assert monitor.is_over(after)
                    assert after.status != "broken"
                if after not in seen:
                    seen.add(after)
                    todo.append(after)
    assert over
