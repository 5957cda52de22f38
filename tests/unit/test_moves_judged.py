"""Whether a step would break a duty is judged on the case as it is before its acts, and as it is after them."""

from __future__ import annotations

import pytest

from engine.model import Refusal
from tests.unit.checks.drawn import drawn
from tests.unit.checks.edition import files
from tests.unit.keeping import Story

ACTS = """\
acts:
- {id: care.offered, title: {en: Offered, fr: Proposé, rw: Gutangwa}}
- {id: care.given, title: {en: Given, fr: Donné, rw: Guhabwa}}
duties:
"""
DUTY = """\
- id: %s
  title: {en: A duty, fr: Un devoir, rw: Inshingano}
  kind: policy
  severity: block
  holder: reception
  source: {cite: House rule, status: unverified}
"""
ONE_STEP = """\
    start: start
    close: user arrival; care:acts="%s"
    over: end
    start -> close
    close -> over
"""


def story(acts: str, duty: str) -> Story:
    return Story(files(yaml=ACTS + DUTY % "given" + duty, main=drawn(ONE_STEP % acts)), wants_police="no")


OWED_ONCE_OFFERED = "  must: care.given\n  when: act.care.offered\n"
OWED_UNLESS_OFFERED = "  must: care.given\n  when: not act.care.offered\n"


@pytest.mark.parametrize("duty", [OWED_ONCE_OFFERED, OWED_UNLESS_OFFERED])
def test_a_step_cannot_close_the_case_on_a_duty_that_its_own_act_opens_or_closes(duty: str) -> None:
    told = story("care.offered; case.end", duty)
    with pytest.raises(Refusal) as refused:
        told.complete("close", wants_police="yes")
    assert (refused.value.code, refused.value.duties) == ("duty_blocks", ("given",))
    assert (told.open, told.value("wants_police"), told.file.acts) == (["close"], "no", {})


def test_a_step_that_also_does_what_is_owed_closes_the_case() -> None:
    told = story("care.offered; care.given; case.end", OWED_ONCE_OFFERED)
    told.complete("close", wants_police="yes")
    assert told.file.case.status == "closed"


@pytest.mark.parametrize("condition", ["act.care.offered", "not act.care.offered"])
def test_an_act_that_must_never_be_done_is_refused_by_what_another_act_of_the_step_makes_true(condition: str) -> None:
    told = story("care.offered; care.given; case.end", f"  never: care.given\n  when: {condition}\n")
    with pytest.raises(Refusal):
        told.complete("close", wants_police="yes")
