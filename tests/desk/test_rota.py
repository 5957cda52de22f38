"""Who is here: shifts, the plan of who is on call, who holds a duty at each moment, and that it is never silent."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from engine import clock
from engine.content import from_files
from engine.desk import Desk
from engine.editions import Editions
from engine.model import Centre, Person, Refusal
from engine.store.records import Account
from engine.store.store import SqlStore
from engine.views import DutyView
from engine.worker import Worker
from tests.unit.content_samples import COMMON, LAW, MAIN, sample_files

NOW = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)
"""18:00 at the centre."""
HOUR = timedelta(hours=1)
TICK = timedelta(microseconds=1)
CHILD = {"wants_medical": "later", "birth_date": "2012-05-01", "incident_at": "2026-11-23T05:00:00+02:00"}
BOSS_ROLE = (
    "- {id: boss, title: {en: Coordinator, fr: Chef, rw: Umuhuzabikorwa}, sees: [], "
    "may: [case.read, board.read, shift.own, rota.plan]}\n"
)


def files() -> dict[str, bytes]:
    """The sample, in which the report is held by reception, else by medical, else by the coordinator."""
    found = sample_files()
    for path, old, new in [
        (LAW, "holder: reception", "holder: [reception, medical, boss]"),
        (COMMON, "\nfacts:", f"{BOSS_ROLE}\nfacts:"),
        (COMMON, "task.work, facts.record]", "task.work, facts.record, shift.own]"),
        (COMMON, "may: [case.read, task.work]", "may: [case.read, task.work, shift.own]"),
    ]:
        text = found[path].decode()
        assert old in text
        found[path] = text.replace(old, new, 1).encode()
    return found


def someone(id: str, *roles: str, centre: str = "kigali") -> Person:
    return Person(id, id.title(), {centre: frozenset(roles)})


ANA = someone("ana", "reception")
BEN = someone("ben", "reception", "medical")
MED = someone("med", "medical")
BOSS = someone("boss", "boss")
FAR = someone("far", "boss", centre="huye")


@pytest.fixture
def desk(store: SqlStore) -> Iterator[Desk]:
    library = from_files(files(), "rwanda")
    for centre in ("kigali", "huye"):
        store.add_centre(Centre(centre, centre.title(), "Africa/Kigali"))
    for person in (ANA, BEN, MED, BOSS, FAR):
        store.add_account(Account(person.id, person.id, person.name, "-", "en", person.roles))
    store.publish(library.digest, library.jurisdiction, library.files, "a", "b", NOW)
    with clock.at(NOW):
        yield Desk(store, Editions(store))


def opened(desk: Desk) -> str:
    return desk.open_case(ANA, "kigali", "reception", CHILD).case_id


def held(desk: Desk, case: str, at: datetime = NOW) -> str:
    """`role, how, names` of whoever holds the report, as everyone sees it; 'nobody' when nobody awake does."""
    with clock.at(at):
        (duty,) = desk.duties(ANA, case)
        pages = [*desk.case(ANA, case).duties, *(view for of, _, view in desk.board(BOSS).duties if of == case)]
        pages += [view for item in desk.work_list(ANA).items for view in item.duties]
    assert [page.held_by for page in pages] == [duty.held_by] * len(pages)
    assert [page.unheld for page in pages] == [duty.held_by is None] * len(pages)
    return said(duty)


def said(duty: DutyView) -> str:
    by = duty.held_by
    return f"{by.role}, {by.kind}, {' '.join(by.people)}" if by else "nobody"


def plan(desk: Desk, who: str, role: str, starts: float, ends: float) -> int:
    return desk.plan_call(BOSS, "kigali", who, role, [(NOW + starts * HOUR, NOW + ends * HOUR)])


def refused(code: str, status: int) -> Any:
    return pytest.raises(Refusal, check=lambda refusal: (refusal.code, refusal.status) == (code, status))


def test_a_duty_goes_from_whoever_is_here_to_whoever_is_called_to_the_next_role_and_to_nobody(desk: Desk) -> None:
    case = opened(desk)
    assert held(desk, case) == "nobody"

    desk.start_shift(MED, "kigali", 10 * HOUR)
    assert held(desk, case) == "medical, shift, Med"
    plan(desk, "ben", "reception", 2, 13)
    assert held(desk, case, NOW + 2 * HOUR - TICK) == "medical, shift, Med"
    assert held(desk, case, NOW + 2 * HOUR) == "reception, call, Ben"
    desk.start_shift(ANA, "kigali", 4 * HOUR)
    assert held(desk, case) == "reception, shift, Ana"
    assert held(desk, case, NOW + 4 * HOUR) == "reception, call, Ben"
    assert held(desk, case, NOW + 13 * HOUR) == "nobody"


def test_people_of_one_name_stand_on_the_rota_with_their_logins(desk: Desk, store: SqlStore) -> None:
    twin = replace(someone("ben2", "medical"), name="Ben")
    store.add_account(Account(twin.id, twin.id, twin.name, "-", "en", twin.roles))
    desk.start_shift(twin, "kigali", 12 * HOUR)
    plan(desk, "ben", "medical", 2, 13)
    plan(desk, "med", "medical", 2, 13)

    (rota,) = desk.who_is_here(BOSS)

    assert [one.name for one in rota.here] == ["Ben (ben2)"]
    assert [one.name for one in rota.calls] == ["Ben (ben)", "Med"]
    assert {name for _, name, _, _ in rota.people} == {"Ana", "Ben (ben)", "Ben (ben2)", "Boss", "Med"}
    assert [one.name for one in desk.board(BOSS).here] == ["Ben (ben2)"]


def test_a_shift_is_in_all_roles_of_the_person_and_ends_when_they_leave(desk: Desk, store: SqlStore) -> None:
    case = opened(desk)

    assert desk.start_shift(BEN, "kigali", 12 * HOUR) is True
    assert desk.start_shift(BEN, "kigali", 12 * HOUR) is False
    (here,) = desk.who_is_here(ANA)
    assert [(one.name, one.turn.role) for one in here.here] == [("Ben", "medical"), ("Ben", "reception")]
    assert desk.work_list(BEN).shifts[0].until == NOW + 12 * HOUR
    assert desk.work_list(ANA).shifts[0].until is None

    with clock.at(NOW + HOUR):
        assert desk.leave(BEN) == 2
        assert desk.leave(BEN) == 0
    assert held(desk, case, NOW + HOUR) == "nobody"
    kinds = [kind for kind in trail_of(store) if kind.startswith("shift.")]
    assert kinds == ["shift.started", "shift.ended"]


def trail_of(store: SqlStore) -> list[str]:
    with store.reading() as connection:
        return list(connection.exec_driver_sql("SELECT kind FROM trail WHERE centre = 'kigali' ORDER BY seq").scalars())


def test_what_a_role_owes_stands_on_its_list_while_no_step_of_it_leads_there(desk: Desk, store: SqlStore) -> None:
    content = files()
    content[MAIN] = content[MAIN].replace(b'care:acts="case.end"', b'care:acts="police.notified; case.end"')
    library = from_files(content, "rwanda")
    store.publish(library.digest, library.jurisdiction, library.files, "a", "b", NOW + HOUR)
    with clock.at(NOW + HOUR):
        desk = Desk(store, Editions(store))
        case = opened(desk)
        first = desk.work_list(ANA)
        assert [(id, duty.rule, said(duty)) for id, _, duty in first.owed] == [(case, "minor-report", "nobody")]
        assert (first.items[0].element, first.items[0].served) == ("welcome", 0)
        assert desk.work_list(BEN, "reception").owed == first.owed
        assert desk.work_list(BEN, "medical").owed == desk.work_list(MED).owed == desk.work_list(FAR).owed == ()
        desk.start_shift(ANA, "kigali", 10 * HOUR)
        assert desk.work_list(ANA).etag != first.etag

        desk.complete_task(ANA, first.items[0].id, first.items[0].version, {"wants_medical": "later"})
        nothing_to_do = desk.work_list(ANA)
        assert (nothing_to_do.items, len(nothing_to_do.owed)) == ((), 1)
        aid = next(item for item in desk.work_list(MED).items if item.case_id == case)
        desk.complete_task(MED, aid.id, aid.version, {"wants_medical": "later"})

        (closing,) = desk.work_list(ANA).items
        assert [duty.rule for duty in closing.duties[: closing.served]] == ["minor-report"]
        assert desk.work_list(ANA).owed == ()


def test_a_fall_back_sees_on_its_list_what_it_holds_while_it_is_awake_and_no_longer(desk: Desk) -> None:
    case = opened(desk)
    assert desk.work_list(MED).meanwhile == ()
    desk.start_shift(MED, "kigali", 10 * HOUR)
    before = desk.work_list(MED)

    ((id, _, duty),) = before.meanwhile
    assert (id, duty.rule, duty.holder, said(duty)) == (case, "minor-report", "reception", "medical, shift, Med")
    assert duty.held_by is not None
    assert duty.held_by.meanwhile
    assert desk.work_list(BOSS).meanwhile == ()
    desk.start_shift(ANA, "kigali", 10 * HOUR)
    assert desk.work_list(MED).meanwhile == ()
    assert desk.work_list(MED).etag != before.etag


def test_the_case_names_who_is_responsible_for_each_role_that_has_something_to_do(desk: Desk) -> None:
    case = opened(desk)
    assert [(title["en"], by) for title, by in desk.case(ANA, case).responsible] == [("Reception", None)]

    desk.start_shift(ANA, "kigali", 10 * HOUR)
    ((_, by),) = desk.case(ANA, case).responsible
    assert by is not None
    assert (by.people, by.meanwhile) == (("Ana",), False)


def test_people_are_put_on_call_once_in_a_role_they_have_at_times_that_lie_ahead(desk: Desk) -> None:
    assert plan(desk, "ben", "medical", 2, 13) == 1
    assert plan(desk, "ben", "medical", 2, 13) == 0
    for starts, ends in ((2, 14), (1, 3), (12, 20), (3, 4)):
        with refused("invalid_answers", 422) as twice:
            plan(desk, "ben", "medical", starts, ends)
        assert [(problem.field, problem.code) for problem in twice.value.problems] == [("day", "already_on_call")]
    assert plan(desk, "ben", "reception", 2, 14) == 1
    assert plan(desk, "ben", "medical", 13, 14) == 1
    for who, role in (("ana", "medical"), ("far", "boss"), ("nobody", "medical")):
        with refused("not_of_role", 422):
            plan(desk, who, role, 2, 13)
    for starts, ends in ((2, 2), (3, 2), (-5, 0), (0, 24 * 31 + 1), (24 * 366, 24 * 366 + 1)):
        with refused("invalid_answers", 422):
            plan(desk, "ben", "medical", starts, ends)
    assert plan(desk, "ben", "medical", -5, 0.5) == 1
    with refused("not_yours", 403):
        desk.plan_call(ANA, "kigali", "ana", "reception", [(NOW, NOW + HOUR)])
    with refused("not_yours", 403):
        desk.plan_call(FAR, "kigali", "ana", "reception", [(NOW, NOW + HOUR)])


def test_a_coordinator_takes_somebody_off_and_ends_the_shift_of_who_forgot_to_leave(desk: Desk) -> None:
    plan(desk, "med", "medical", -1, 13)
    desk.start_shift(BEN, "kigali", 12 * HOUR)
    (here,) = desk.who_is_here(BOSS)
    (call,) = here.calls

    for person, code, status in ((FAR, "not_found", 404), (ANA, "not_yours", 403)):
        with refused(code, status):
            desk.take_off(person, call.turn.id)
    with refused("not_found", 404):
        desk.take_off(BOSS, "never")
    desk.take_off(BOSS, call.turn.id)
    with refused("not_planned", 409):
        desk.take_off(BOSS, call.turn.id)
    desk.take_off(BOSS, here.here[0].turn.id)
    (here,) = desk.who_is_here(BOSS)
    assert (here.here, here.calls) == ((), ())


def test_gaps_of_the_coming_day_are_told_for_each_role_that_holds_duties(desk: Desk) -> None:
    desk.start_shift(ANA, "kigali", 2 * HOUR)
    plan(desk, "ben", "reception", 3, 13)
    (here,) = desk.who_is_here(BOSS)
    hours = [((gap.starts_at - NOW) / HOUR, (gap.ends_at - NOW) / HOUR) for gap in here.gaps]

    assert hours == [(2, 3), (13, 24)]
    assert {gap.role_title["en"] for gap in here.gaps} == {"Reception"}


def test_only_who_may_plan_is_told_whom_to_plan_and_another_centre_is_not_there(desk: Desk) -> None:
    desk.start_shift(ANA, "kigali", 2 * HOUR)
    (boss,), (ana,), (far,) = (desk.who_is_here(person) for person in (BOSS, ANA, FAR))

    assert [(person, role) for person, _, role, _ in boss.people] == [
        ("ana", "reception"), ("ben", "medical"), ("ben", "reception"), ("boss", "boss"), ("med", "medical"),
    ]  # fmt: skip
    assert (ana.people, ana.may_plan) == ((), False)
    assert (far.centre, far.here) == ("huye", ())


def test_who_lost_the_role_holds_nothing(desk: Desk, store: SqlStore) -> None:
    case = opened(desk)
    desk.start_shift(ANA, "kigali", 10 * HOUR)
    ana = store.account(id="ana")
    assert ana is not None
    store.change_account("ana", ana.version, {"roles": {"kigali": frozenset({"medical"})}}, [])

    assert held(desk, case) == "nobody"


def test_a_duty_that_nobody_awake_holds_is_noted_once_by_the_worker(desk: Desk, store: SqlStore) -> None:
    desk.start_shift(MED, "kigali", 2 * HOUR)
    case = opened(desk)
    worker = Worker(desk, store, "w")

    def noted_at(hours: float) -> int:
        worker.run_once(NOW + hours * HOUR)
        return len(store.trail(case, kinds={"duty.unheld"}))

    assert noted_at(1) == 0  # medical holds it meanwhile
    assert noted_at(2 + 9 / 60) == 0  # people change over
    assert noted_at(2 + 11 / 60) == 1
    assert noted_at(3) == 1
    (row,) = store.trail(case, kinds={"duty.unheld"})
    assert (row.entry.person, row.entry.params) == ("system", {"duty": "minor-report", "holder": "reception"})
    assert store.verify_trail() == []


def test_a_late_duty_nobody_held_is_told_on_the_case(desk: Desk) -> None:
    case = opened(desk)
    with clock.at(NOW + HOUR):
        assert desk.note_unheld() == 1
        assert desk.note_unheld() == 0
        lines = [line for line in desk.case(ANA, case).timeline if line.kind == "duty.unheld"]

    assert [line.names["duty"]["en"] for line in lines] == ["A child's case is reported"]


def test_the_rota_costs_one_statement_however_many_duties_there_are(desk: Desk, store: SqlStore) -> None:
    opened(desk)
    desk.start_shift(ANA, "kigali", 10 * HOUR)
    desk.board(FAR)  # the first entry of a centre's trail costs more
    first = [statements(store, ask) for ask in questions(desk)]
    for _ in range(6):
        opened(desk)
    plan(desk, "ben", "medical", -1, 13)

    after = [statements(store, ask) for ask in questions(desk)]

    assert [len(asked) for asked in after] == [len(asked) for asked in first]
    assert [sum("FROM turn" in one for one in asked) for asked in after] == [1] * len(after)


def questions(desk: Desk) -> list[Any]:
    case = next(iter(item.case.id for item in desk.cases(BOSS).items))
    two = replace(BOSS, roles={"kigali": frozenset({"boss"}), "huye": frozenset({"boss"})})
    return [
        lambda: desk.board(BOSS),
        lambda: desk.board(two),
        lambda: desk.work_list(ANA),
        lambda: desk.case(ANA, case),
        lambda: desk.duties(ANA, case),
    ]


def statements(store: SqlStore, ask: Any) -> list[str]:
    """What was asked of the database."""
    found: list[str] = []

    @contextmanager
    def listening() -> Iterator[None]:
        def note(*args: Any) -> None:
            found.append(" ".join(args[2].split()))

        event.listen(store.engine, "before_cursor_execute", note)
        try:
            yield
        finally:
            event.remove(store.engine, "before_cursor_execute", note)

    with listening():
        ask()
    return [one for one in found if one.startswith("SELECT")]
