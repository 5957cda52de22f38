"""What brute force answers of small pathways whose answer anyone can see."""

from __future__ import annotations

from typing import Any

import pytest

from tests.oracle import paper
from tests.oracle.brute import Brute, TooMany, Way
from tests.oracle.compare import told
from tests.oracle.generate import pathways, read
from tests.oracle.paper import Drawing
from tests.oracle.paper import Way as Line
from tests.oracle.walking import Both

REPORT = {"must": "police.told", "when": ["crime == 'yes'"], "if_unknown": "broken"}


def small(drawing: Drawing, duty: dict[str, Any]) -> dict[str, bytes]:
    """An edition of one diagram and one duty; a crime is asked at the door if anybody knows, and may be told later."""
    facts = paper.fact("crime", ("yes", "no")) + paper.fact("door", ("front",))
    facts += f"- {{id: arrived_at, title: {paper.words('arrived')}, type: datetime, group: care}}\n"
    names = "".join(f"- {{id: {act}, title: {paper.words('act')}}}\n" for act in ("police.told", "case.end"))
    doors, news = paper.entry("front", "arrival", ""), paper.entry("news", "telling", "")
    rules = f"parameters:\n{paper.parameter('short', 24)}"
    return {
        "pathways/small.yaml": paper.manifest("main", ["main"], doors, news).encode(),
        "pathways/bpmn/main.bpmn": drawing.written(),
        "rules/common/words.yaml": f"{paper.ROLES}facts:\n{facts}acts:\n{names}".encode(),
        "rules/rwanda/law.yaml": f"{rules}duties:\n{paper.duty('report', duty)}".encode(),
        "forms/arrival.json": paper.form({"crime": ("yes", "no")}, [], None),
        "forms/telling.json": paper.form({"crime": ("yes", "no")}, ["crime"], None),
    }


def way_to_break(drawing: Drawing, duty: dict[str, Any]) -> Way | None:
    files = small(drawing, duty)
    assert read(files) is not None
    return Brute(files).answer().ways["report"]


def tasks(*acts: str, requires: str = "") -> Drawing:
    """Tasks one after the other, each with its acts; the first requires something."""
    drawing = Drawing("main")
    steps = [drawing.node("startEvent", "")]
    for number, act in enumerate(acts):
        attributes = {"care__acts": act, **({"care__requires": requires} if requires and not number else {})}
        steps.append(drawing.node("userTask", "", care__form="arrival", **attributes))
    steps.append(drawing.node("endEvent", ""))
    drawing.ways += [Line(one, other, "") for one, other in zip(steps, steps[1:], strict=False)]
    return drawing


def test_a_report_that_every_way_makes_is_made() -> None:
    assert way_to_break(tasks("police.told", "case.end"), REPORT) is None


def test_what_nobody_asked_counts_at_the_limit_if_the_law_says_so() -> None:
    way = way_to_break(tasks("police.told[crime == 'yes']", "case.end"), REPORT)
    assert way is not None
    assert told(way) == "open front > do main_2 > do main_3"
    known_only = REPORT | {"if_unknown": "ignore"}
    way = way_to_break(tasks("police.told[crime == 'yes']", "case.end"), known_only)
    assert way is not None
    assert told(way) == "open front > do main_2 > do main_3 (crime=yes)"


def test_what_was_owed_counts_at_the_limit_though_the_form_that_closes_says_otherwise() -> None:
    known_only = REPORT | {"if_unknown": "ignore"}
    way = way_to_break(tasks("police.told[crime == 'yes']", "case.end[crime == 'no']"), known_only)
    assert way is not None
    assert told(way).endswith("(crime=yes) > do main_3 (crime=no)")


def test_a_drawn_precondition_keeps_a_duty_but_for_what_the_form_itself_takes_back() -> None:
    consent = {"never": "police.told", "unless": "crime == 'yes'"}
    stands = "crime is not unset and crime == 'yes'"
    way = way_to_break(tasks("police.told", "case.end", requires=stands), consent)
    assert way is not None
    assert told(way) == "open front (crime=yes) > do main_2 (crime=no)"
    assert way_to_break(tasks(f"police.told[{stands}]", "case.end"), consent) is None


def test_time_may_interrupt_a_task_at_any_moment() -> None:
    drawing = tasks("police.told", "case.end")
    late = drawing.node("boundaryEvent", "", paper.timer("late", "short"), attachedToRef="main_2")
    close = drawing.node("userTask", "", care__form="arrival", care__acts="case.end")
    drawing.ways += [Line(late, close, ""), Line(close, drawing.node("endEvent", ""), "")]
    way = way_to_break(drawing, REPORT)

    assert way is not None
    assert [command.kind for command in way] == ["open", "time", "do"]


def test_more_states_than_the_budget_are_not_looked_at() -> None:
    with pytest.raises(TooMany):
        Brute(small(tasks("", "", "case.end"), REPORT), budget=3).answer()


def test_a_way_that_does_not_wait_breaks_the_duty_in_the_engine_too() -> None:
    """Where no time passes, whatever brute force does, people could do."""
    broken = 0
    for _, files, _ in pathways(range(1000, 1030)):
        try:
            answer = Brute(files, budget=400).answer()
        except TooMany:
            continue
        for duty, way in answer.ways.items():
            if way is None or any(command.kind == "time" for command in way):
                continue
            both = Both(files)
            assert all([both.say(command) for command in way])
            rule = next(rule for rule in both.brute.content.duties if rule.id == duty)
            assert both.story is not None
            noted = {entry.params["duty"] for entry in both.story.moves[-1].entries if entry.kind == "duty.broken"}
            assert duty in noted or rule.after  # a response stays owed after its limit
            broken += 1

    assert broken > 10
