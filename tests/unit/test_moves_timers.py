"""A timer that waits for a moment is due at that moment as it is known now, whenever it was set."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.flow import Flows
from engine.moves.fire_timer import fire_timer
from tests.unit.checks.drawn import drawn
from tests.unit.checks.edition import AGE, YES_NO, files, form
from tests.unit.keeping import START, Story

RULES = """\
facts:
- {id: meeting_at, title: {en: Meeting, fr: Rendez-vous, rw: Guhura}, type: datetime, future: true, group: profile}
- {id: reserve_at, title: {en: In reserve, fr: De réserve, rw: Ikindi}, type: datetime, future: true, group: profile}
derived:
- {id: agreed_at, title: {en: Agreed, fr: Convenu, rw: Byumvikanyweho}, kind: first_of, of: [meeting_at, reserve_at], type: datetime, group: profile}
acts:
- {id: they.met, title: {en: Met, fr: Vus, rw: Bahuye}}
parameters:
- {id: a_day, title: {en: A day, fr: Un jour, rw: Umunsi}, unit: hours, as_of: now, values: [{from: 2018-09-01, value: 24, cite: House rule, status: unverified}]}
"""  # noqa: E501  # content is written as its authors write it
MOMENT = {"type": "string", "format": "date-time"}
WINDOW = """\
clocks:
- {id: window, title: {en: Window, fr: Délai, rw: Igihe}, earliest: meeting_at, latest: meeting_at, hours: a_day, stops: [they.met], shown_to: [reception], source: {cite: "House rule"}}
starts:
- {process: example, scope: case, when: "clock.window == 'closed'", because: {en: Over, fr: Fini, rw: Byarangiye}, source: {cite: "House rule"}}
"""  # noqa: E501
NEWS = """\
anytime:
- {id: news, title: {en: News, fr: Nouvelles, rw: Amakuru}, form: news, roles: [reception]}
"""
FORMS = {
    "agree": form({"meeting_at": MOMENT, "reserve_at": MOMENT}),
    "news": form({"meeting_at": MOMENT, "reserve_at": MOMENT, "age": AGE, "wants_police": YES_NO}),
}
MEETING = """\
    start: start
    agree: user agree
    meet: {event}
    met: user arrival
    over: end
    start -> agree
    agree -> meet
    meet -> met
    met -> over
"""
BESIDE = """\
    start: start
    agree: user agree
    work: user arrival
    {events}
    after_one: user arrival
    after_two: user arrival
    over: end
    over_one: end
    over_two: end
    start -> agree
    agree -> work
    work -> over
    one -> after_one
    two -> after_two
    after_one -> over_one
    after_two -> over_two
"""


def in_days(days: float) -> datetime:
    return START + timedelta(days=days)


def story(main: str) -> Story:
    return telling(files(yaml=RULES, forms=FORMS, main=drawn(main)))


def telling(content: dict[str, bytes]) -> Story:
    manifest = content["pathways/isange.yaml"].decode().replace("processes:\n", f"{NEWS}processes:\n")
    return Story({**content, "pathways/isange.yaml": manifest.encode()}, wants_police="no")


def meeting(event: str = "at meeting_at", **answers: datetime) -> Story:
    told = story(MEETING.format(event=event))
    told.complete("agree", **(answers or {"meeting_at": in_days(400)}))
    return told


def window() -> Story:
    """A process starts once a day is over since the meeting, which begins now."""
    told = telling(files(xml=drawn(MEETING.format(event="user arrival")), yaml=RULES + WINDOW, forms=FORMS))
    told.tell("news", meeting_at=START)
    return told


def fired(told: Story) -> list[str]:
    entries = [entry for move in told.moves for entry in move.entries]
    return [entry.params["element"] for entry in entries if entry.kind == "timer.fired"]


def waiting(told: Story) -> list[tuple[str, datetime]]:
    return [(timer.element, timer.due_at) for timer in told.file.timers]


def test_a_day_that_was_put_down_a_year_too_late_and_is_corrected_comes_on_its_day() -> None:
    told = meeting()
    told.correct("meeting_at", in_days(3))
    assert waiting(told) == [("meet", in_days(3))]
    told.wait(days=2)
    assert (told.open, fired(told)) == ([], [])
    told.wait(days=2)
    assert (told.open, fired(told), told.file.timers) == (["met"], ["meet"], ())


def test_one_that_is_moved_to_a_later_day_does_not_come_on_the_old_one() -> None:
    told = meeting(meeting_at=in_days(1))
    told.tell("news", meeting_at=in_days(5))
    told.wait(days=4)
    assert told.open == []
    told.wait(days=2)
    assert (told.open, fired(told)) == (["met"], ["meet"])


def test_one_whose_corrected_day_is_over_comes_at_once_and_once() -> None:
    told = meeting()
    told.wait(days=4)
    move = told.correct("meeting_at", in_days(3))
    assert (told.open, told.file.timers) == (["met"], ())
    assert [timer.id for timer in move.timers_cleared] == [timer.id for timer in told.moves[1].timers]
    assert move.timers == ()
    told.wait(days=500)
    assert fired(told) == ["meet"]


def test_the_row_of_a_timer_that_is_moved_stays_the_same_row() -> None:
    told = meeting()
    (before,) = told.file.timers
    move = told.correct("meeting_at", in_days(3))
    assert (move.timers, move.timers_cleared) == ((replace(before, due_at=in_days(3)),), ())
    told.tell("news", age=30)
    assert told.moves[-1].timers == ()


def test_a_moment_that_is_computed_moves_with_what_it_is_computed_from() -> None:
    told = meeting("at agreed_at", reserve_at=in_days(9))
    assert waiting(told) == [("meet", in_days(9))]
    told.tell("news", meeting_at=in_days(2))
    assert waiting(told) == [("meet", in_days(2))]
    told.correct("meeting_at", in_days(4))
    assert waiting(told) == [("meet", in_days(4))]


def test_news_that_came_late_move_nothing() -> None:
    told = meeting(meeting_at=in_days(2))
    told.wait(days=1)
    told.tell("news", happened_at=START - timedelta(hours=1), meeting_at=in_days(9))
    assert waiting(told) == [("meet", in_days(2))]


def test_a_moment_that_is_not_known_any_more_leaves_its_timer_as_it_is() -> None:
    told = meeting(meeting_at=in_days(2))
    known = {key: fact for key, fact in told.file.facts.items() if key[0] != "meeting_at"}
    told.file = replace(told.file, facts=known)
    told.tell("news", age=30)
    assert (waiting(told), told.file.stuck) == ([("meet", in_days(2))], ())
    told.wait(days=3)
    assert told.open == ["met"]


def test_a_length_of_time_is_counted_from_when_the_wait_began_whatever_is_told_since() -> None:
    told = meeting("after a_day")
    told.wait(hours=20)
    told.tell("news", age=30)
    assert waiting(told) == [("meet", in_days(1))]


def test_a_timer_that_was_kept_with_another_day_is_moved_and_not_fired_when_it_is_read_anew() -> None:
    """As an earlier release left it, which did not move timers."""
    told = meeting(meeting_at=in_days(1))
    corrected = replace(told.file.facts[("meeting_at", "case")], value=in_days(6))
    told.file = replace(told.file, facts={**told.file.facts, corrected.key: corrected})
    (timer,) = told.file.timers
    told.now = in_days(2)
    move = fire_timer(told.library, told.flows, told.file, timer.id, now=told.now)
    assert move is not None
    assert ([one.due_at for one in move.timers], move.timers_cleared, move.tasks) == ([in_days(6)], (), ())


@pytest.mark.parametrize(("meeting_at", "goes"), [(in_days(3), "after_one"), (in_days(0.5), "after_two")])
def test_one_whose_corrected_moment_is_over_fires_in_the_usual_order(meeting_at: datetime, goes: str) -> None:
    told = story(BESIDE.format(events="one on work: after a_day\ntwo on work: at meeting_at"))
    told.complete("agree", meeting_at=in_days(400))
    told.now = in_days(4)
    told.correct("meeting_at", meeting_at)
    assert (told.open, told.file.timers) == ([goes], ())


def test_two_timers_of_one_process_are_moved_together() -> None:
    told = story(BESIDE.format(events="one beside work: at reserve_at\ntwo on work: at meeting_at"))
    told.complete("agree", meeting_at=in_days(400), reserve_at=in_days(300))
    told.tell("news", meeting_at=in_days(3), reserve_at=in_days(2))
    assert sorted(waiting(told)) == [("one", in_days(2)), ("two", in_days(3))]
    told.wait(days=4)
    assert (told.open, fired(told)) == (["after_one", "after_two"], ["one", "two"])


@given(st.lists(st.tuples(st.integers(1, 20), st.integers(0, 5)), max_size=6))
@settings(max_examples=40)
def test_however_often_it_is_moved_it_comes_once_on_the_day_told_last_and_never_early(
    told_and_waited: list[tuple[int, int]],
) -> None:
    told, day, came = meeting(meeting_at=in_days(10)), 10, False
    for next_day, days in told_and_waited:
        told.tell("news", meeting_at=in_days(next_day))
        day = day if came else next_day
        came = came or in_days(day) <= told.now
        assert (fired(told), waiting(told)) == ((["meet"], []) if came else ([], [("meet", in_days(day))]))
        told.wait(days=days)
        came = came or in_days(day) < told.now
        assert fired(told) == (["meet"] if came else [])


@given(
    st.sampled_from(["at meeting_at", "after a_day"]),
    st.lists(st.integers(-(10**6) * 90, (10**6) * 90) | st.integers(-2, 2), min_size=1, max_size=4),
)
@settings(max_examples=60)
def test_whatever_somebody_records_around_its_moment_it_comes_then_and_not_before(
    event: str, around: list[int]
) -> None:
    """Microseconds before and after it."""
    told, due = meeting(event, meeting_at=in_days(1)), in_days(1)
    for beside in sorted(around):
        told.now = due + timedelta(microseconds=beside)
        told.tell("news", age=30)
        assert (fired(told), told.file.stuck) == (["meet"] if beside >= 0 else [], ())


@given(st.lists(st.integers(-90, 90), min_size=1, max_size=4))
@settings(max_examples=40)
def test_whatever_somebody_records_around_its_end_a_window_closes_after_its_last_moment(around: list[int]) -> None:
    """Seconds before and after it; a rule starts a process once the window is closed."""
    told = window()
    for beside in sorted(around):
        told.now = in_days(1) + timedelta(seconds=beside)
        told.tell("news", age=30)
        assert ("example" in told.running(), told.file.stuck) == (beside > 0, ())


def test_a_case_whose_timers_stay_does_not_read_its_flows(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a timer costs that nothing moves: no state is read for it."""

    def never(*_: object) -> None:
        raise AssertionError("The flow was read")

    told = meeting()
    monkeypatch.setattr(Flows, "move_timers", never)
    told.tell("news", age=30)
    told.correct("meeting_at", in_days(400), "The same day, written anew")
    assert waiting(told) == [("meet", in_days(400))]
