"""What becomes possible at the same moment happens in one order: the file's, the manifest's (docs/content.md 6)."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from engine.model import Process
from engine.rules.state import State
from tests.unit.checks.drawn import drawn
from tests.unit.checks.edition import AGE, EXAMPLE, YES_NO, files, form
from tests.unit.keeping import Story

RULES = """\
facts:
- {id: leaves, title: {en: Leaves, fr: Part, rw: Aragenda}, type: choice, values: [yes, no], group: profile}
acts:
- {id: police.told, title: {en: Told, fr: Dit, rw: Kubwirwa}}
- {id: care.given, title: {en: Given, fr: Donné, rw: Gutangwa}}
parameters:
- {id: a_day, title: {en: A day, fr: Un jour, rw: Umunsi}, unit: hours, as_of: now, values: [{from: 2018-09-01, value: 24, cite: House rule, status: unverified}]}
"""  # noqa: E501  # content is written as its authors write it
TWO_DAYS = """\
- {id: two_days, title: {en: Two days, fr: Deux jours, rw: Iminsi ibiri}, unit: hours, as_of: now, values: [{from: 2018-09-01, value: 48, cite: House rule, status: unverified}]}
"""  # noqa: E501
NEWS = """\
anytime:
- {id: news, title: {en: News, fr: Nouvelles, rw: Amakuru}, form: news, roles: [reception]}
"""
FORMS = {"news": form({"wants_police": YES_NO, "leaves": YES_NO, "age": AGE})}


def story(main: str, example: str = "", rules: str = RULES, example_first: bool = False) -> Story:
    content = files(drawn(example) if example else "", rules, FORMS, re.sub(r'"f(\d+)"', r'"m\1"', drawn(main)))
    manifest = content["pathways/isange.yaml"].decode().replace("processes:\n", f"{NEWS}processes:\n")
    if example_first:
        manifest = manifest.replace(EXAMPLE, "").replace("processes:\n", f"processes:\n{EXAMPLE}")
    return Story({**content, "pathways/isange.yaml": manifest.encode()}, wants_police="no")


def acts(told: Story) -> list[str]:
    return [act.act for act in told.moves[-1].acts]


WAYS_OUT = """\
    start: start
    work: user arrival
    {events}
    after_one: user arrival
    after_two: user arrival
    over: end
    over_one: end
    over_two: end
    start -> work
    work -> over
    one -> after_one
    two -> after_two
    after_one -> over_one
    after_two -> over_two
"""
ONE = "one on work: conditional leaves == 'yes'"
TWO = "two on work: conditional age is not unset"
TWO_AT_LAST = "two on work: after a_day"


@pytest.mark.parametrize(("first", "second", "goes"), [(ONE, TWO, "after_one"), (TWO, ONE, "after_two")])
def test_of_two_events_that_would_interrupt_a_step_at_once_only_the_first_drawn_does(
    first: str, second: str, goes: str
) -> None:
    told = story(WAYS_OUT.format(events=f"{first}\n{second}"))
    told.tell("news", leaves="yes", age=20)
    assert told.open == [goes]


@pytest.mark.parametrize(
    ("first", "second", "goes"), [(ONE, TWO_AT_LAST, "after_one"), (TWO_AT_LAST, ONE, "after_two")]
)
def test_a_timer_that_is_due_now_and_a_condition_follow_the_same_rule(first: str, second: str, goes: str) -> None:
    told = story(WAYS_OUT.format(events=f"{first}\n{second}"))
    told.now += timedelta(hours=24)
    told.tell("news", leaves="yes")
    assert (told.open, told.file.timers) == ([goes], ())


@pytest.mark.parametrize(("first", "second"), [(ONE, TWO_AT_LAST), (TWO_AT_LAST, ONE)])
def test_a_timer_that_should_have_fired_earlier_goes_before_a_condition_that_is_true_now(
    first: str, second: str
) -> None:
    told = story(WAYS_OUT.format(events=f"{first}\n{second}"))
    told.now += timedelta(hours=25)
    told.tell("news", leaves="yes")
    assert told.open == ["after_two"]


@pytest.mark.parametrize("first", ["one", "two"])
def test_of_two_timers_the_worker_comes_too_late_for_the_one_that_was_due_first_fires(first: str) -> None:
    events = {"one": "one on work: after two_days", "two": TWO_AT_LAST}
    drawn_so = [events.pop(first), *events.values()]
    told = story(WAYS_OUT.format(events="\n".join(drawn_so)), rules=RULES + TWO_DAYS)
    told.now += timedelta(hours=72)
    told.wake()
    assert told.open == ["after_two"]


TERMINATED = """\
    start: start
    part: subprocess
    begin in part: start
    work in part: user arrival
    one in part beside work: conditional leaves == 'yes'
    two in part beside work: conditional leaves == 'yes'; care:acts="police.told"
    stop in part: terminate
    told in part: end; care:acts="care.given"
    done in part: end
    after: user arrival
    over: end
    start -> part
    part -> after
    begin -> work
    work -> done
    one -> stop
    two -> told
    after -> over
"""


def test_nothing_of_a_level_happens_once_it_is_terminated_and_what_stands_around_it_goes_on_once() -> None:
    told = story(TERMINATED)
    told.tell("news", leaves="yes")
    assert (told.open, acts(told)) == (["after"], [])
    assert told.moves[-1].passed == ("one", "stop", "part")


BRANCHES = """\
    start: start
    leave: conditional leaves == 'yes'
    split: parallel
    stop: terminate
    told: end; care:acts="police.told"
    start -> leave
    leave -> split
    split -> stop
    split -> told
"""


def test_a_branch_that_was_ready_beside_a_terminating_one_is_gone() -> None:
    told = story(BRANCHES)
    told.tell("news", leaves="yes")
    assert (told.running(), acts(told)) == ([], [])


WITHIN = """\
    start: start
    part: subprocess
    begin in part: start
    ask in part: user news
    done in part: end; care:acts="police.told"
    left on part: conditional leaves == 'yes'
    after_part: user arrival
    after_left: user arrival
    over: end
    over_left: end
    start -> part
    part -> after_part
    begin -> ask
    ask -> done
    left -> after_left
    after_part -> over
    after_left -> over_left
"""


def test_a_step_that_has_ended_is_interrupted_no_more_by_what_its_own_last_answer_made_true() -> None:
    told = story(WITHIN)
    told.complete("ask", leaves="yes")
    assert (told.open, acts(told)) == (["after_part"], ["police.told"])


def test_a_step_that_goes_on_is_interrupted() -> None:
    told = story(WITHIN)
    told.tell("news", leaves="yes")
    assert (told.open, acts(told)) == (["after_left"], [])


MAIN = """\
    start: start
    gone: conditional leaves == 'yes'
    over: end; care:acts="case.end"
    start -> gone
    gone -> over
"""
BESIDE = """\
    begin: start
    also_gone: conditional leaves == 'yes'
    told: end; care:acts="police.told"
    begin -> also_gone
    also_gone -> told
"""
LATER = """\
starts:
- process: example
  scope: case
  when: age is not unset
  because: {en: An example, fr: Un exemple, rw: Urugero}
  source: {cite: "House rule"}
"""


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize(("example_first", "done"), [(False, ["case.end"]), (True, ["police.told", "case.end"])])
def test_processes_that_started_together_take_turns_as_the_manifest_lists_them_however_they_were_read(
    example_first: bool, done: list[str], turned: bool
) -> None:
    told = story(MAIN, BESIDE, example_first=example_first)
    read = sorted(told.file.processes, key=lambda process: process.key, reverse=turned)
    told.file = replace(told.file, processes=tuple(read))
    told.tell("news", leaves="yes")
    assert (told.file.case.status, acts(told)) == ("closed", done)


@pytest.mark.parametrize(
    ("main", "beside", "done"),
    [("a_day", "two_days", ["case.end"]), ("two_days", "a_day", ["police.told", "case.end"])],
)
def test_of_two_processes_the_one_whose_timer_was_due_first_has_its_turn(
    main: str, beside: str, done: list[str]
) -> None:
    waits = "conditional leaves == 'yes'"
    told = story(MAIN.replace(waits, f"after {main}"), BESIDE.replace(waits, f"after {beside}"), RULES + TWO_DAYS)
    told.now += timedelta(hours=72)
    told.wake()
    assert (told.file.case.status, acts(told)) == ("closed", done)


def test_a_process_that_started_earlier_goes_first_whatever_the_manifest_says() -> None:
    told = story(MAIN, BESIDE, RULES + LATER, example_first=True)
    told.now += timedelta(hours=1)
    told.tell("news", age=20)
    told.tell("news", leaves="yes")
    assert acts(told) == ["case.end"]


CANCELLED = """\
    begin: start
    work: user arrival
    one beside work: conditional leaves == 'yes'; care:acts="police.told"
    two beside work: conditional leaves == 'yes'; care:acts="care.given"
    done: end
    done_one: end
    done_two: end
    begin -> work
    work -> done
    one -> done_one
    two -> done_two
"""


def test_rules_are_asked_before_the_next_event_fires() -> None:
    told = story(
        MAIN.replace("leaves == 'yes'", "age == 1"), CANCELLED, RULES + LATER + "  cancel_when: act.police.told\n"
    )
    told.tell("news", age=20)
    told.tell("news", leaves="yes")
    assert (told.running(), acts(told)) == (["case_main"], ["police.told"])


AGAIN = """\
starts:
- process: example
  scope: case
  again: changed
  when: "leaves == 'yes'"
  cancel_when: "leaves == 'no'"
  because: {en: An example, fr: Un exemple, rw: Urugero}
  source: {cite: "House rule"}
"""
SHORT = """\
    begin: start
    help: user arrival
    done: end
    begin -> help
    help -> done
"""
WORK = """\
    start: start
    work: user arrival
    over: end
    start -> work
    work -> over
"""


@pytest.mark.parametrize("turned", [False, True])
def test_of_a_process_that_begins_again_at_the_same_moment_the_last_one_counts_however_they_were_read(
    turned: bool,
) -> None:
    """In a drill time stands still between two steps."""
    told = story(WORK, SHORT, RULES + AGAIN)
    statuses = []
    for step in ("yes", "no", "yes", "done", "no", "yes", "no"):
        if step == "done":
            told.complete("help", wants_police="no")
        else:
            told.tell("news", leaves=step)
        told.file = replace(told.file, processes=tuple(sorted(told.file.processes, key=newest, reverse=turned)))
        statuses.append(State.of(told.file, told.library.pathway).process_status("example", "case"))
    assert statuses == ["running", "cancelled", "running", "done", "done", "running", "cancelled"]


def newest(process: Process) -> tuple[datetime, str]:
    return process.started_at, process.id
