"""What a visit recorded is read on the case and by the next visit, and corrected, by those who may know of the visit
and see its facts, and by nobody else."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from engine.drills.vocabulary import Answer
from engine.model import CASE_SCOPE, Refusal, Task
from engine.rules import schedules
from engine.store.store import SqlStore
from engine.views import CaseView, VisitTold, VisitView
from tests.survivors import ADULT, CHILD
from tests.walk import Walk, published, walk_on
from tests.web.statements import counted

PEP = "visit:pep_3_days"
"""A visit that tells of a treatment: reception and psychosocial may not know of it."""
NEXT_DAY = "visit:safe_next_day"
WEEK = "visit:week_1"
BY_PHONE: dict[str, Answer] = {"contact_channel": "phone", "contact_used": "phone"}


@pytest.fixture
def walk(store: SqlStore) -> Iterator[Walk]:
    with walk_on(store, published(store), {**ADULT, **BY_PHONE}) as begun:
        begun.arrive("reception", "reception")
        yield begun


def note(scope: str) -> str:
    return f"Written at {scope}"


def hold(walk: Walk, task: Task, **answers: Answer) -> None:
    given = {**walk.answers(task), **answers}
    walk.desk.complete_task(walk.person(task.role), task.id, task.version, given)


def until(walk: Walk, scope: str, element: str = "") -> Task:
    """The next step of a visit, or of this name; every visit held before has its notes."""
    for task in walk.on():
        if task.scope == scope and task.element in (element or task.element):
            return task
        if task.form == "visit":
            hold(walk, task, visit_notes=note(task.scope))
    raise AssertionError(f"There was no step {element} of {scope}")


def missed(walk: Walk, scope: str, element: str) -> Task:
    """The next step of this name, when nobody comes and time passes; the visit could still be held."""
    while not (found := [task for task in walk.possible() if (task.scope, task.element) == (scope, element)]):
        walk.wait()
    return found[0]


def until_after(walk: Walk, scope: str, **answers: Answer) -> None:
    hold(walk, until(walk, scope), **{"visit_notes": note(scope), **answers})


def case(walk: Walk, role: str) -> CaseView:
    return walk.desk.case(walk.person(role), walk.case_id)


def visit(walk: Walk, role: str, scope: str) -> VisitView:
    (found,) = [one for one in case(walk, role).visits if one.scope == scope]
    return found


def notes(walk: Walk, role: str) -> list[object]:
    """As the page of the case shows them, in its order."""
    return [told.value for one in case(walk, role).visits for told in one.facts if told.name == "visit_notes"]


def read_at(walk: Walk, task: Task) -> tuple[VisitTold, ...]:
    return walk.desk.task(walk.person(task.role), task.id).visits


def said(visits: tuple[VisitTold, ...]) -> list[tuple[str | None, object]]:
    """(title, notes) of each visit."""
    return [
        (one.title and one.title["en"], told.value)
        for one in visits
        for told in one.facts
        if told.name == "visit_notes"
    ]


def test_what_a_visit_recorded_is_read_on_the_case_by_those_who_may_know_of_the_visit_newest_first(walk: Walk) -> None:
    until_after(walk, WEEK)

    assert notes(walk, "medical") == [note(WEEK), note(PEP), note(NEXT_DAY)]
    for role in ("reception", "psychosocial"):
        assert notes(walk, role) == [note(WEEK), note(NEXT_DAY)]
        assert PEP not in {one.scope for one in case(walk, role).visits}
        assert note(PEP) not in repr(case(walk, role))
    assert visit(walk, "coordinator", PEP).facts == ()  # it is done, and what was said is not theirs
    for role in ("coordinator", "police"):
        assert "Written at" not in repr(case(walk, role))
    assert visit(walk, "medical", PEP).status == "done"


def test_what_the_engine_planned_a_visit_with_is_no_answer_and_what_is_planned_has_none(walk: Walk) -> None:
    until_after(walk, PEP)

    shown = {told.name for one in case(walk, "medical").visits for told in one.facts}
    assert shown == {"visit_outcome", "suicide_asked", "visit_notes"}
    assert not shown & set(schedules.FACTS)
    assert (visit(walk, "medical", WEEK).facts, visit(walk, "medical", WEEK).correctable) == ((), ())


def test_the_next_visit_reads_what_the_earlier_ones_recorded_under_their_titles(walk: Walk) -> None:
    pep = until(walk, PEP)
    assert said(read_at(walk, pep)) == [("The day after going home", note(NEXT_DAY))]
    hold(walk, pep, visit_notes=note(PEP))

    week = until(walk, WEEK)
    assert said(read_at(walk, week)) == [("The day after going home", note(NEXT_DAY))]
    assert "pep" not in repr(read_at(walk, week)).casefold()
    hold(walk, week, visit_notes=note(WEEK))
    assert said(read_at(walk, until(walk, "visit:weeks_2"))) == [
        ("After one week", note(WEEK)),
        ("Third day of PEP", note(PEP)),
        ("The day after going home", note(NEXT_DAY)),
    ]


def test_whose_step_of_a_visit_it_is_reads_what_the_visit_recorded_and_not_what_it_was_for(walk: Walk) -> None:
    until_after(walk, PEP, visit_suicide="yes")

    keep_safe = until(walk, PEP, "keep_safe_at_visit")
    assert keep_safe.role == "psychosocial"
    first, *others = read_at(walk, keep_safe)
    assert (first.title, first.due_at) == (None, None)
    assert {told.name: told.value for told in first.facts} == {
        "visit_outcome": "well",
        "suicide_asked": "yes",
        "visit_notes": note(PEP),
    }
    assert said(tuple(others)) == [("The day after going home", note(NEXT_DAY))]
    assert "pep" not in repr([told.title for told in first.facts]).casefold()
    assert PEP not in {one.scope for one in case(walk, "psychosocial").visits}


def test_what_the_step_asks_itself_is_not_told_beside_it(walk: Walk) -> None:
    contact = attempted_in_vain(walk)
    (own,) = [one for one in read_at(walk, contact) if one.title is None]

    asked = walk.desk.task(walk.person(contact.role), contact.id).form.properties
    assert {"contact_result", "attempts_made"} <= asked.keys()
    assert {told.name for told in own.facts} == {"contact_next"}  # which a table decided


def attempted_in_vain(walk: Walk) -> Task:
    """The second attempt to reach somebody who did not come to a visit, of which reception may not know."""
    until(walk, PEP)
    hold(walk, missed(walk, PEP, "try_contact"), contact_result="not_reached", attempts_made=1)
    return missed(walk, PEP, "try_contact")


def test_a_visit_to_which_nobody_came_shows_how_it_was_tried_to_reach_them(walk: Walk) -> None:
    attempted_in_vain(walk)

    tried = {told.name: told.value for told in visit(walk, "medical", PEP).facts}
    assert tried["contact_result"] == "not_reached"
    assert tried["attempts_made"] == 1


def test_what_a_visit_recorded_is_corrected_by_those_who_read_it_and_the_next_visit_reads_that(walk: Walk) -> None:
    until_after(walk, PEP)
    shown = visit(walk, "medical", PEP)
    assert set(shown.correctable) == {told.name for told in shown.facts}
    assert visit(walk, "coordinator", PEP).correctable == ()

    fact = walk.desk.fact(walk.person("medical"), walk.case_id, "visit_notes", shown.scope)
    walk.desk.correct_fact(
        walk.person("medical"), walk.case_id, fact.name, fact.scope, fact.recorded_at, "Put right", "Mistyped"
    )

    assert "Put right" in notes(walk, "medical")
    assert note(PEP) not in notes(walk, "medical")
    assert ("Third day of PEP", "Put right") in said(read_at(walk, until(walk, "visit:weeks_2")))


@pytest.mark.parametrize("role", ["reception", "psychosocial"])
def test_for_those_who_may_not_know_of_a_visit_nothing_of_it_is_there_to_correct(walk: Walk, role: str) -> None:
    until_after(walk, PEP)
    seen = walk.file().facts["visit_notes", PEP].recorded_at
    person, told = walk.person(role), []
    for scope in (PEP, "visit:pep_end", "visit:of_nobody"):
        with pytest.raises(Refusal) as refused:
            walk.desk.fact(person, walk.case_id, "visit_notes", scope)
        told.append((refused.value.code, refused.value.status, refused.value.message))
        with pytest.raises(Refusal):
            walk.desk.correct_fact(person, walk.case_id, "visit_notes", scope, seen, "Put right", "Mistyped")

    assert {(code, status) for code, status, _ in told} == {("not_found", 404)}
    assert len(set(told)) == 1
    assert walk.desk.fact(person, walk.case_id, "visit_notes", NEXT_DAY).history[0].value == note(NEXT_DAY)


def test_to_read_what_visits_recorded_asks_nothing_more_of_the_database(walk: Walk) -> None:
    def asked(task: Task) -> list[int]:
        numbers = []
        for read in (lambda: case(walk, "medical"), lambda: read_at(walk, task)):
            with counted(walk.store) as statements:
                read()
            numbers.append(len(statements))
        return numbers

    first = until(walk, PEP)
    before = asked(first)
    hold(walk, first, visit_notes=note(PEP))
    assert asked(until(walk, "visit:weeks_2")) == before


def test_a_finished_visit_tells_whoever_was_slower_what_stands_of_it(walk: Walk) -> None:
    task = until(walk, PEP)
    hold(walk, task, visit_notes=note(PEP))

    recorded = {told.name: told.value for told in walk.desk.task_form(walk.person("medical"), task.id).recorded}
    assert recorded["visit_notes"] == note(PEP)
    assert recorded["visit_outcome"] == "well"


def test_a_visit_that_was_moved_is_shown_once(walk: Walk) -> None:
    until(walk, PEP)
    at = walk.file().facts["incident_at", CASE_SCOPE]
    before = visit(walk, "medical", WEEK).due_at
    walk.desk.correct_fact(
        walk.person("medical"), walk.case_id, at.name, at.scope, at.recorded_at, "2026-03-01T23:00+02:00", "Misheard"
    )

    assert len([process for process in walk.file().processes if process.scope == WEEK]) == 2
    assert visit(walk, "medical", WEEK).status == "planned"
    assert visit(walk, "medical", WEEK).due_at < before


def test_what_was_found_out_about_a_child_who_did_not_come_is_read_with_the_visit(store: SqlStore) -> None:
    with walk_on(store, published(store), {**CHILD, **BY_PHONE}) as walk:
        walk.arrive("reception", "reception")
        until(walk, WEEK)
        for number in (1, 2, 3):
            attempt = missed(walk, WEEK, "try_contact")
            hold(walk, attempt, contact_result="not_reached", attempts_made=number)
        hold(walk, missed(walk, WEEK, "review_missed_child"))
        hold(walk, missed(walk, WEEK, "ask_welfare"), welfare_words="That she was expected")
        record = missed(walk, WEEK, "record_welfare")
        (own,) = [one for one in read_at(walk, record) if one.title is None]
        assert "That she was expected" in [told.value for told in own.facts]
        assert "After one week" not in {one.title["en"] for one in read_at(walk, record) if one.title}
        hold(walk, record, welfare_result="safe", welfare_notes="At her aunt's")

        for role in ("reception", "medical", "psychosocial"):
            found = {told.name: told.value for told in visit(walk, role, WEEK).facts}
            assert found["attempts_made"] == 3
            assert found["welfare_notes"] == "At her aunt's"
            assert "lost_decision" not in found
        assert [told.name for told in visit(walk, "coordinator", WEEK).facts] == ["lost_decision"]
