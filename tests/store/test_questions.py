"""Lists show what is open at the asked centres, the most urgent first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from engine.model import CaseFile, Clock, Duty, Stuck
from engine.store.errors import TaskChanged
from engine.store.records import CaseRow
from engine.store.store import SqlStore
from tests.store.build import MONDAY, a_case, a_decision, a_task, a_timer, closed, going_on, minutes, opening
from tests.waiting import waiting

Read = Callable[..., CaseFile]


def test_the_tasks_of_a_case_come_due_first_then_oldest(store: SqlStore) -> None:
    case = a_case()
    tasks = (
        a_task(case.id, "young", opened_at=MONDAY + minutes(2)),
        a_task(case.id, "old", opened_at=MONDAY + minutes(1)),
        a_task(case.id, "due later", due_at=MONDAY + minutes(90)),
        a_task(case.id, "due", due_at=MONDAY + minutes(60)),
    )
    store.keep(opening(case, tasks=tasks))

    rows = store.tasks_of_case(case.id)

    assert [row.task.id for row in rows] == ["due", "due later", "old", "young"]
    assert (rows[0].case_code, rows[0].centre, rows[0].door) == (case.code, "kigali", "reception")
    assert (rows[0].case_opened_at, rows[0].edition) == (MONDAY, "e1")
    assert store.task("due") == rows[0]


@pytest.mark.parametrize("limit", [1, 2, 50])
def test_pages_of_open_cases_together_are_the_whole_list_although_some_opened_at_one_moment(
    store: SqlStore, limit: int
) -> None:
    for n in range(7):
        store.keep(opening(a_case(f"case-{n}", opened_at=MONDAY + minutes(n // 3))))
    whole = store.open_cases(["kigali"])

    read: list[CaseRow] = []
    while page := store.open_cases(["kigali"], limit, read[-1].key if read else None):
        read += page

    assert read == whole
    assert [row.case.id[-1] for row in whole] == ["6", "3", "4", "5", "0", "1", "2"]


def test_open_tasks_are_those_of_the_asked_roles_and_centres(store: SqlStore) -> None:
    kigali, huye = a_case("case-1", "kigali"), a_case("case-2", "huye")
    store.keep(opening(kigali, tasks=(a_task(kigali.id, "k-reception"), a_task(kigali.id, "k-medical", "medical"))))
    store.keep(opening(huye, tasks=(a_task(huye.id, "h-reception"),)))

    def ids(centres: list[str], roles: list[str]) -> set[str]:
        return {row.task.id for row in waiting(store, centres, roles)}

    assert ids(["kigali"], ["reception"]) == {"k-reception"}
    assert ids(["kigali", "huye"], ["reception", "medical"]) == {"k-reception", "k-medical", "h-reception"}
    assert ids([], ["reception"]) == set()
    assert ids(["kigali"], []) == set()


def test_tasks_follow_their_case_to_another_centre(store: SqlStore) -> None:
    case = a_case()
    store.keep(opening(case, tasks=(a_task(case.id, "t1"),)))

    store.keep(going_on(case, replace(case, current_centre="huye")))

    assert waiting(store, ["kigali"], ["reception"]) == []
    assert [row.centre for row in waiting(store, ["huye"], ["reception"])] == ["huye"]
    assert store.case_by_code(["kigali"], case.code) is None
    assert store.case_by_code(["huye"], case.code) == replace(case, current_centre="huye", version=1)


def test_a_task_that_never_was_is_neither_open_nor_closed(store: SqlStore) -> None:
    assert store.task("none") is None
    assert store.at_hand("none") is None
    assert store.tasks_of_case("none") == []


def test_open_cases_come_newest_first_in_pages_with_what_is_open_in_them(store: SqlStore) -> None:
    duty = Duty("case-2", "report", "case", "late", (), "medical")
    met = Duty("case-2", "counsel", "case", "met", (), "medical")
    for number in (1, 2, 3):
        case = a_case(f"case-{number}", opened_at=MONDAY + minutes(number))
        tasks = tuple(a_task(case.id, f"{number}-{n}") for n in range(number))
        store.keep(opening(case, tasks=tasks, duties=(duty, met) if number == 2 else ()))
    closed = a_case("case-4")
    store.keep(opening(closed))
    store.keep(going_on(closed, replace(closed, status="closed", closed_at=MONDAY)))

    page = store.open_cases(["kigali"], limit=2)

    assert [(row.case.id, row.open_tasks, row.open_duties) for row in page] == [("case-3", 3, 0), ("case-2", 2, 1)]
    assert [row.case.id for row in store.open_cases(["kigali"], after=page[-1].key)] == ["case-1"]
    assert store.open_cases(["huye"]) == []


def test_the_open_cases_count_only_tasks_that_are_open(store: SqlStore) -> None:
    case = a_case()
    store.keep(opening(case, tasks=(a_task(case.id, "t1"), a_task(case.id, "t2"))))

    store.keep(going_on(case, task_closed=((a_task(case.id, "t1"), "withdrawn"),)))

    assert store.open_cases(["kigali"]) == [CaseRow(replace(case, version=1), open_tasks=1, open_duties=0)]
    assert closed(store, "t1") == ("ama", "withdrawn", MONDAY)


def test_open_duties_come_due_first_and_only_of_open_cases(store: SqlStore) -> None:
    case, closed = a_case("case-1"), a_case("case-2")
    soon = Duty(case.id, "soon", "case", "owed", (), "medical", MONDAY, MONDAY + minutes(5))
    late = Duty(case.id, "late", "case", "late", (), "medical", MONDAY, MONDAY + minutes(1))
    never = Duty(case.id, "never", "case", "owed", (), "police", MONDAY)
    met = Duty(case.id, "met", "case", "met", (), "police", MONDAY)
    store.keep(opening(case, duties=(soon, late, never, met)))
    store.keep(opening(closed, duties=(replace(soon, case_id=closed.id),)))
    store.keep(going_on(closed, replace(closed, status="closed", closed_at=MONDAY)))

    rows = store.open_duties(["kigali"])

    assert [duty for _, duty in rows] == [late, soon, never]
    assert rows[0][0] == CaseRow(case, open_tasks=0, open_duties=3)
    assert store.open_duties(["huye"]) == []
    assert [duty for _, duty in store.open_duties(["kigali"], 1, ["never", "soon"])] == [soon]
    assert [duty for _, duty in store.open_duties(["kigali"], urgent=["never"])] == [never, late, soon]
    assert store.number_of_cases(["kigali", "huye"]) == 1


def test_open_duties_are_asked_for_by_centre_and_rule(store: SqlStore) -> None:
    here, far = a_case("case-1"), a_case("case-2", centre="huye")
    for case in (here, far):
        soon = Duty(case.id, "soon", "case", "owed", (), "medical", MONDAY, MONDAY + minutes(5))
        store.keep(opening(case, duties=(soon, replace(soon, rule="late", due_at=MONDAY))))

    def found(*asked: tuple[str, str], limit: int = 9) -> list[tuple[str, str]]:
        return [(row.case.id, duty.rule) for row, duty in store.open_duties_of(asked, limit)]

    assert found(("kigali", "soon"), ("huye", "late")) == [("case-2", "late"), ("case-1", "soon")]
    assert found(("kigali", "soon"), ("huye", "late"), limit=1) == [("case-2", "late")]
    assert (found(("huye", "never")), found()) == ([], [])


def test_duties_are_found_that_no_open_step_of_their_holder_serves(store: SqlStore) -> None:
    case, other, closed = a_case("case-1"), a_case("case-2"), a_case("case-3")
    soon = Duty(case.id, "soon", "case", "owed", (), "medical", MONDAY, MONDAY + minutes(5))
    late = replace(soon, rule="late", status="late", due_at=MONDAY + minutes(1))
    met = replace(soon, rule="met", status="met")
    police = replace(soon, rule="police", holder="police")
    step = a_task(case.id, "t1", "reception", element="help")
    store.keep(opening(case, tasks=(step,), duties=(soon, late, met, police)))
    step = a_task(other.id, "t2", "medical", element="help")
    store.keep(opening(other, tasks=(step,), duties=(replace(soon, case_id=other.id), replace(late, case_id=other.id))))
    store.keep(opening(closed, duties=(replace(soon, case_id=closed.id),)))
    store.keep(going_on(closed, replace(closed, status="closed", closed_at=MONDAY)))

    def found(*asked: tuple[str, str], limit: int = 9) -> list[tuple[str, str]]:
        serving = [("help", "soon"), ("other", "late")]
        return [(row.case.id, duty.rule) for row, duty in store.owed_without_step(asked, serving, limit)]

    assert found(("kigali", "medical")) == [("case-1", "late"), ("case-2", "late"), ("case-1", "soon")]
    assert found(("kigali", "medical"), limit=1) == [("case-1", "late")]
    ((_, first),) = store.owed_without_step([("kigali", "medical")], [("help", "soon")], 1, ["soon"])
    assert (first.case_id, first.rule) == ("case-1", "soon")
    assert found(("kigali", "police"), ("huye", "medical")) == [("case-1", "police")]
    assert found() == found(("huye", "medical")) == []
    assert len(store.owed_without_step([("kigali", "medical")], [])) == 4
    store.keep(going_on(other, task_closed=((step, "done"),)))
    assert found(("kigali", "medical"))[2:] == [("case-1", "soon"), ("case-2", "soon")]


def test_stuck_rows_are_listed_until_they_are_freed(store: SqlStore) -> None:
    case = a_case()
    stuck = Stuck("s1", case.id, "p1", "gateway", "unknown_guard", "why", MONDAY)
    store.keep(opening(case, stuck=(stuck, replace(stuck, id="s2", opened_at=MONDAY + minutes(1)))))

    assert [(row.id, found.id) for row, found in store.open_stuck(["kigali"])] == [("case-1", "s1"), ("case-1", "s2")]
    store.keep(going_on(case, stuck=(replace(stuck, freed_at=MONDAY, freed_by="ama"),)))

    assert [found.id for _, found in store.open_stuck(["kigali"])] == ["s2"]


def test_clocks_and_duties_are_given_by_case(store: SqlStore) -> None:
    for number in (1, 2):
        id = f"case-{number}"
        clock, duty = Clock(id, "pep", MONDAY, None), Duty(id, "report", "case", "met", (), "medical")
        store.keep(opening(a_case(id), clocks=(clock,), duties=(duty,)))

    assert store.clocks_of(["case-2", "none"]) == {"case-2": [Clock("case-2", "pep", MONDAY, None)]}
    assert store.duties_of(["case-1"]) == {"case-1": [Duty("case-1", "report", "case", "met", (), "medical")]}
    assert store.clocks_of([]) == {}


def test_decisions_are_kept_with_the_row_that_fired_and_why(store: SqlStore) -> None:
    first, second = a_decision("reporting", "adult_choice", row=2), a_decision("reporting", "mandatory")
    case = a_case()
    store.keep(opening(case, decisions=(first,)))

    store.keep(going_on(case, decisions=(second,)))

    assert store.decisions(case.id) == [first, second]


def test_half_filled_answers_belong_to_one_person_and_end_with_the_task(store: SqlStore, read: Read) -> None:
    case = a_case()
    store.keep(opening(case, tasks=(a_task(case.id, "t1"),)))
    store.save_answers("t1", "ama", {"story": "begun", "services": ["medical"], "weight": 31.5, "known": None}, MONDAY)
    store.save_answers("t1", "ama", {"story": "longer"}, MONDAY)

    assert store.saved_answers("t1", "ama") == {"story": "longer"}
    assert store.saved_answers("t1", "ben") is None

    done = ((a_task(case.id, "t1"), "completed"),)
    store.keep(going_on(read().case, task_closed=done))

    assert store.saved_answers("t1", "ama") is None
    with pytest.raises(TaskChanged):
        store.save_answers("t1", "ama", {}, MONDAY)


@pytest.mark.parametrize(
    ("closer", "how", "left"), [("ama", "completed", []), ("ben", "completed", ["t1"]), ("ama", "withdrawn", ["t1"])]
)
def test_answers_that_were_not_sent_are_their_writers_to_read_for_half_a_day(
    store: SqlStore, read: Read, closer: str, how: str, left: list[str]
) -> None:
    case = a_case()
    store.keep(opening(case, tasks=(a_task(case.id, "t1"), a_task(case.id, "t2"))))
    for task, person in (("t1", "ama"), ("t2", "ama"), ("t1", "zoe")):
        store.save_answers(task, person, {"story": person}, MONDAY)
    store.keep(replace(going_on(read().case, task_closed=((a_task(case.id, "t1"), how),)), person=closer))
    soon, late = MONDAY + timedelta(hours=12) - minutes(1), MONDAY + timedelta(hours=12, minutes=1)

    def found(person: str = "ama", at: datetime = soon) -> list[str]:
        return [row.task.id for row in store.left_behind(person, at, 9)]

    store.tidy(soon, 9)
    assert (found(), found("zoe"), found("ben"), found(at=late)) == (left, ["t1"], [], [])
    assert store.left_answers("t1", "ama") == ({"story": "ama"} if left else None)
    assert store.left_answers("t2", "ama") is None
    for task in ("t1", "t2"):
        store.drop_left(task, "ama")
    assert (found(), found("zoe")) == ([], ["t1"])
    store.tidy(late, 9)
    assert (found(), store.left_answers("t1", "zoe")) == ([], None)
    assert store.saved_answers("t2", "ama") == {"story": "ama"}


def test_it_is_known_where_a_case_and_a_task_are(store: SqlStore) -> None:
    case = a_case(centre="huye")
    store.keep(opening(case, tasks=(a_task(case.id, "t1"),)))

    assert [store.centre_of(id) for id in (case.id, "t1", "nothing")] == ["huye", "huye", None]


def test_a_changed_timer_counts_from_its_new_moment(store: SqlStore, read: Read) -> None:
    store.keep(opening(timers=(a_timer("case-1", "t1", MONDAY + minutes(5)),)))

    store.keep(going_on(read().case, timers=(a_timer("case-1", "t1", MONDAY + minutes(50)),)))

    assert store.lease_timers(MONDAY + minutes(49), "w", 60) == []
    assert [timer.due_at for timer in read().timers] == [MONDAY + minutes(50)]
