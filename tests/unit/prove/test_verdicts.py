"""A duty is proved when no drawn way breaks it, and never when one does."""

from __future__ import annotations

import pytest

from engine.library import Library
from engine.prove import verdicts
from tests.unit.checks.drawn import drawn
from tests.unit.checks.edition import form, library

ACTS = """\
acts:
- {id: police.told, title: {en: Told, fr: Dit, rw: Kubwirwa}}
- {id: consent.given, title: {en: Agreed, fr: Accord, rw: Yemeye}}
duties:
- id: the_duty
  title: {en: Duty, fr: Devoir, rw: Inshingano}
  kind: law
  severity: block
  holder: reception
  source: {cite: "House rule"}
"""
MUST = ACTS + "  must: police.told\n  before: case.end\n  when: \"wants_police == 'yes'\"\n"
NEVER_WITHOUT = ACTS + "  never: police.told\n  without: [consent.given]\n"
NEVER_UNLESS = ACTS + "  never: police.told\n  unless: \"wants_police == 'yes'\"\n  if_unknown: broken\n"
FORMS = {"nothing": form({"age": {"type": "integer", "minimum": 0, "maximum": 120}})}
TELL = 'care:form="nothing" care:acts="police.told"'
AGREE = 'care:form="nothing" care:acts="consent.given"'
CLOSE = 'name="Close" care:acts="case.end"'


def edition(main: str, rules: str) -> Library:
    return library(yaml=rules, forms=FORMS, main=drawn(main))


def said(library: Library) -> tuple[str, str]:
    (verdict,) = verdicts(library)
    return verdict.status, verdict.because


CHOICE = """\
start: start
asked: exclusive
tell: user nothing; name="Tell" care:acts="police.told"
met: exclusive
close: user nothing; name="Close" care:acts="case.end"
over: end
start -> asked
asked -> tell when wants_police == 'yes'
asked -> met otherwise
tell -> met
met -> close
close -> over
"""


def test_what_is_owed_by_an_answer_that_may_come_later_is_not_proved() -> None:
    status, because = said(edition(CHOICE, MUST))
    assert status == "unproved"
    assert because.endswith("enforced while cases run")
    assert "close" in because


STRAIGHT = """\
start: start
tell: user nothing; name="Tell" care:acts="police.told"
close: user nothing; name="Close" care:acts="case.end"
over: end
start -> tell
tell -> close
close -> over
"""


def test_what_is_done_on_every_way_is_proved() -> None:
    assert said(edition(STRAIGHT, MUST))[0] == "proved"


def test_an_act_that_is_drawn_behind_its_condition_is_proved_and_one_drawn_before_it_is_not() -> None:
    behind = STRAIGHT.replace("start -> tell", "start -> agree\nagree -> tell").replace(
        "tell: user", 'agree: user nothing; name="Agree" care:acts="consent.given"\ntell: user'
    )
    before = behind.replace(
        "start -> agree\nagree -> tell\ntell -> close", "start -> tell\ntell -> agree\nagree -> close"
    )
    assert said(edition(behind, NEVER_WITHOUT))[0] == "proved"
    assert said(edition(before, NEVER_WITHOUT))[0] == "unproved"


def test_a_drawn_precondition_proves_what_the_engine_would_otherwise_have_to_refuse() -> None:
    free = STRAIGHT
    held = STRAIGHT.replace('name="Tell"', 'name="Tell" care:requires="wants_police == \'yes\'"')
    assert said(edition(free, NEVER_UNLESS))[0] == "unproved"
    assert said(edition(held, NEVER_UNLESS))[0] == "proved"


def test_a_form_that_can_take_the_condition_back_is_seen() -> None:
    """What a step requires is asked before its answers, its acts come after them."""
    held = STRAIGHT.replace(
        'tell: user nothing; name="Tell"', 'tell: user arrival; name="Tell" care:requires="wants_police == \'yes\'"'
    )
    assert said(edition(held, NEVER_UNLESS))[0] == "unproved"


LOOP = """\
start: start
again: exclusive
agree: user nothing; name="Agree" care:acts="consent.given"
tell: user nothing; name="Tell" care:acts="police.told"
more: exclusive
close: user nothing; name="Close" care:acts="case.end"
over: end
start -> again
again -> agree
agree -> tell
tell -> more
more -> BACK when wants_police == 'yes'
more -> close otherwise
close -> over
"""


@pytest.mark.parametrize(("back", "status"), [("again", "proved"), ("told", "unproved")])
def test_each_round_of_a_loop_needs_its_own_consent(back: str, status: str) -> None:
    main = LOOP.replace("BACK", back)
    if back == "told":
        main = main.replace("agree -> tell", "agree -> told\ntold -> tell").replace(
            "more: ex", "told: exclusive\nmore: ex"
        )
    assert said(edition(main, NEVER_WITHOUT + "  scope: each\n"))[0] == status


PARALLEL = """\
start: start
both: parallel
agree: user nothing; name="Agree" care:acts="consent.given"
tell: user nothing; name="Tell" care:acts="police.told"
met: parallel
close: user nothing; name="Close" care:acts="case.end"
over: end
start -> both
both -> agree
both -> tell
agree -> met
tell -> met
met -> close
close -> over
"""


def test_every_order_of_parallel_branches_counts() -> None:
    assert said(edition(PARALLEL, NEVER_WITHOUT))[0] == "unproved"
    assert said(edition(PARALLEL, MUST))[0] == "proved"


JOINED = """\
start: start
both: parallel
agree: user nothing; name="Agree" care:acts="consent.given"
wait: user nothing; name="Wait"
inner: parallel
write: user nothing; name="Write"
call: user nothing; name="Call"
called: parallel
met: parallel
tell: user nothing; name="Tell" care:acts="police.told"
close: user nothing; name="Close" care:acts="case.end"
over: end
start -> both
both -> agree
both -> wait
wait -> inner
inner -> write
inner -> call
write -> called
call -> called
agree -> met
called -> met
met -> tell
tell -> close
close -> over
"""


def test_what_comes_behind_a_join_comes_once_all_branches_are_there() -> None:
    for rules in (NEVER_WITHOUT, MUST):
        (verdict,) = verdicts(edition(JOINED, rules))
        assert (verdict.status, verdict.vacuous) == ("proved", False)
    elsewhere = JOINED.replace("both -> agree", "tell -> agree").replace("agree -> met", "both -> met")
    elsewhere = elsewhere.replace("tell -> close", "agree -> close")
    assert said(edition(elsewhere, NEVER_WITHOUT))[0] == "unproved"


def test_a_small_budget_claims_nothing() -> None:
    (verdict,) = verdicts(edition(STRAIGHT, MUST), most=1)
    assert verdict.status == "unproved"
    assert "budget" in verdict.because


def test_only_the_duties_named_are_looked_at() -> None:
    assert list(verdicts(edition(STRAIGHT, MUST), duties=("another",))) == []


def test_whichever_of_two_events_may_fire_first_is_looked_at() -> None:
    """The engine decides which of two that become true together goes first; a proof must hold for both."""
    main = """\
        start: start
        work: user nothing; name="Work"
        agreed beside work: conditional wants_police == 'yes'; care:acts="consent.given"
        told beside work: conditional wants_police == 'yes'; care:acts="police.told"
        agreed_end: end
        told_end: end
        close: user nothing; name="Close" care:acts="case.end"
        over: end
        start -> work
        work -> close
        agreed -> agreed_end
        told -> told_end
        close -> over
    """
    assert said(edition(main, NEVER_WITHOUT))[0] == "unproved"


LATE = """\
    start: start
    work: user nothing; name="Work"
    told beside work: after a_day; care:acts="police.told[wants_police == 'yes']"
    agreed beside work: conditional wants_police == 'yes'; care:acts="consent.given"
    agreed_end: end
    told_end: end
    close: user nothing; name="Close" care:acts="case.end"
    over: end
    start -> work
    work -> close
    agreed -> agreed_end
    told -> told_end
    close -> over
"""
A_DAY = """\
parameters:
- {id: a_day, title: {en: A day, fr: Un jour, rw: Umunsi}, unit: hours, as_of: now, values: [{from: 2018-09-01, value: 24, cite: House rule, status: unverified}]}
"""  # noqa: E501  # content is written as its authors write it


def test_a_timer_that_is_due_may_fire_only_once_something_else_has_happened() -> None:
    """An answer is corrected while the timer is overdue: told for this answer, before the condition is looked at."""
    assert said(edition(LATE, NEVER_WITHOUT + A_DAY))[0] == "unproved"
    assert said(edition(LATE.replace("after a_day", "conditional age == 1"), NEVER_WITHOUT + A_DAY))[0] == "unproved"
    in_time = LATE.replace("[wants_police == 'yes']", "[wants_police == 'yes' and act.consent.given]")
    assert said(edition(in_time, NEVER_WITHOUT + A_DAY))[0] == "proved"


@pytest.mark.parametrize(
    "rules",
    [
        MUST.replace("wants_police == 'yes'", "wants_police == 'yes' and wants_police == 'no'"),
        MUST.replace("wants_police == 'yes'", "age > 120"),
        ACTS + "  must: police.told\n  after: consent.given\n",
        NEVER_WITHOUT.replace("without: [consent.given]", 'when: "age > 120"'),
        ACTS + '  always: "wants_police == \'yes\'"\n  when: "age > 120"\n',
    ],
)
def test_a_duty_that_no_case_comes_to_is_called_vacuous(rules: str) -> None:
    (verdict,) = verdicts(edition(CHOICE, rules))
    assert (verdict.status, verdict.vacuous, verdict.word) == ("proved", True, "vacuous"), verdict.because
    assert verdict.is_error


@pytest.mark.parametrize(
    "rules",
    [
        MUST,
        ACTS + "  never: consent.given\n  when: \"wants_police == 'no'\"\n",
        ACTS + "  always: \"wants_police is unset or wants_police in ('yes', 'no')\"\n",
    ],
)
def test_a_duty_that_some_case_comes_to_is_not(rules: str) -> None:
    held = 'care:requires="wants_police == \'yes\'" care:acts="consent.given"'
    asked = STRAIGHT.replace("tell: user", f"agree: user nothing; {held}\ntell: user")
    (verdict,) = verdicts(edition(asked.replace("start -> tell", "start -> agree\nagree -> tell"), rules))
    assert (verdict.status, verdict.vacuous) == ("proved", False)


CARE = """\
care: subprocess
begin in care: start
talk in care: user nothing; name="Talk"
eat in care: user nothing; name="Eat"
rest in care: user nothing; name="Rest"
cared in care: end
begin -> talk
talk -> eat
eat -> rest
rest -> cared
"""


def test_what_is_owed_on_every_way_can_still_be_done() -> None:
    (verdict,) = verdicts(edition(STRAIGHT, MUST))
    assert (verdict.status, verdict.progress) == ("proved", "shown"), verdict.because


def test_what_lies_behind_steps_that_matter_to_nothing_can_still_be_done() -> None:
    """Whoever does them one after the other comes to their end; where one may hold her for ever, that is not shown."""
    after = STRAIGHT.replace("tell: user", CARE + "tell: user").replace("start -> tell", "start -> care\ncare -> tell")
    (verdict,) = verdicts(edition(after, MUST))
    assert (verdict.status, verdict.progress) == ("proved", "shown"), verdict.because
    held = after.replace('name="Rest"', 'name="Rest" care:requires="age is not unset and age > 17"')
    (verdict,) = verdicts(edition(held, MUST))
    assert (verdict.status, verdict.progress) == ("proved", "not shown"), verdict.because


def test_a_case_that_can_neither_end_nor_do_what_is_owed_is_told() -> None:
    """She wants the police only once the way to them is behind her, and nobody can close the case."""
    shut = CHOICE.replace('case.end"', 'case.end" care:requires="duty.the_duty != \'owed\'"')
    (verdict,) = verdicts(edition(shut, MUST))
    assert (verdict.status, verdict.progress) == ("unproved", "lost"), verdict.because
    assert "nothing leads to what is owed any more" in verdict.because


def test_what_hangs_on_a_condition_that_is_not_looked_at_is_not_shown() -> None:
    hangs = STRAIGHT.replace('name="Tell"', 'name="Tell" care:requires="age is not unset and age > 17"')
    (verdict,) = verdicts(edition(hangs, MUST))
    assert (verdict.status, verdict.progress) == ("proved", "not shown"), verdict.because


TOLD_BY_RULE = """\
start_telling: start
tell: user nothing; name="Tell" care:acts="police.told"
told: end
start_telling -> tell
tell -> told
"""
AGREED = """\
start: start
agree: user nothing; name="Agree" care:acts="consent.given"
close: user nothing; name="Close" care:acts="case.end"
over: end
start -> agree
agree -> close
close -> over
"""
BY_RULE = """\
starts:
- process: example
  scope: case
  when: "act.consent.given"
  because: {en: An example, fr: Un exemple, rw: Urugero}
  source: {cite: "House rule"}
"""


@pytest.mark.parametrize(("again", "status"), [("", "proved"), ("  again: mistaken\n", "unproved")])
def test_what_began_by_mistake_may_begin_again_whenever_its_rule_holds(again: str, status: str) -> None:
    """That it was a mistake is told by facts that nobody follows here, as a date of birth."""
    rules = NEVER_WITHOUT + "  scope: each\n" + BY_RULE + again
    twice = library(xml=drawn(TOLD_BY_RULE).replace('id="f', 'id="told_'), yaml=rules, forms=FORMS, main=drawn(AGREED))

    assert said(twice)[0] == status
