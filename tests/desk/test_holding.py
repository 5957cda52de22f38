"""Nobody's absence keeps a survivor waiting: a held task is taken over, or given back when its holder has gone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine import clock
from engine.desk import Desk
from engine.model import Person
from engine.store.records import Account, Session
from engine.store.store import SqlStore
from engine.worker import Worker
from tests.desk.test_rota import ANA, BEN, BOSS, HOUR, NOW, desk, held, opened, plan, refused, said, someone

__all__ = ["desk"]
CLOE = someone("cloe", "reception")
MINUTE = timedelta(minutes=1)


@pytest.fixture
def task(desk: Desk, store: SqlStore) -> str:
    """One that Ana holds."""
    store.add_account(Account("cloe", "cloe", "Cloe", "-", "en", CLOE.roles))
    for person in (ANA, CLOE):
        store.start_session(Session(f"of {person.id}", person.id, NOW, NOW, locked=False, kind="browser", csrf="-"))
    opened(desk)
    (item,) = desk.work_list(ANA).items
    desk.claim_task(ANA, item.id, item.version)
    return item.id


def holder(desk: Desk, task: str) -> str | None:
    return next(item for item in desk.work_list(CLOE).items if item.id == task).claimed_by


def version(desk: Desk, task: str) -> int:
    return next(item for item in desk.work_list(CLOE).items if item.id == task).version


def changed(store: SqlStore, person: Person, **change: object) -> None:
    account = store.account(id=person.id)
    assert account is not None
    store.change_account(person.id, account.version, change, [])  # type: ignore[arg-type]


def told(desk: Desk, store: SqlStore, kind: str) -> list[tuple[str, str]]:
    """(who did it, of whom) of the entries of this kind."""
    (case,) = {item.case_id for item in desk.work_list(CLOE).items}
    return [(row.entry.person, row.entry.params["who"]) for row in store.trail(case, kinds=[kind])]


def test_a_colleague_takes_over_what_somebody_holds_and_the_trail_tells_from_whom(
    desk: Desk, store: SqlStore, task: str
) -> None:
    seen = version(desk, task)
    with refused("claimed_by_other", 409):
        desk.claim_task(CLOE, task, seen)
    taken = desk.claim_task(CLOE, task, seen, over=True)
    assert told(desk, store, "task.taken_over") == [("cloe", "ana")]
    with refused("claimed_by_other", 409):
        desk.complete_task(ANA, task, taken, {"wants_medical": "later"})
    desk.complete_task(CLOE, task, taken, {"wants_medical": "later"})


def test_only_what_was_seen_is_taken_over_and_only_by_the_role(desk: Desk, task: str) -> None:
    with refused("task_changed", 409):
        desk.claim_task(CLOE, task, version(desk, task) - 1, over=True)
    with refused("not_yours", 403):
        desk.claim_task(BOSS, task, version(desk, task), over=True)
    assert holder(desk, task) == "ana"


def test_taking_over_what_nobody_holds_is_taking_it(desk: Desk, store: SqlStore, task: str) -> None:
    free = desk.release_task(ANA, task, version(desk, task))
    desk.claim_task(CLOE, task, free, over=True)
    assert (holder(desk, task), told(desk, store, "task.taken_over")) == ("cloe", [])


def test_whoever_leaves_gives_back_what_they_hold(desk: Desk, store: SqlStore) -> None:
    desk.start_shift(ANA, "kigali", 10 * HOUR)
    opened(desk)
    (item,) = desk.work_list(ANA).items
    desk.claim_task(ANA, item.id, item.version)
    assert desk.work_list(BEN).items[0].group == "waiting"

    desk.leave(ANA)

    assert [(item.claimed_by, item.group) for item in desk.work_list(BEN).items] == [(None, "now")]
    (row,) = store.trail(item.case_id, kinds=["task.given_back"])
    assert (row.entry.person, row.entry.params["who"]) == ("system", "ana")


def test_whoever_leaves_gives_back_what_they_hold_elsewhere_too_but_a_coordinator_ends_one_centre_alone(
    desk: Desk, store: SqlStore
) -> None:
    ana = Person("ana", "Ana", {centre: frozenset({"reception"}) for centre in ("kigali", "huye")})
    changed(store, ana, roles=ana.roles)
    far = desk.open_case(ana, "huye", "reception", {"wants_medical": "later"}).case_id

    def hold() -> str:
        (item,) = (item for item in desk.work_list(ana).items if item.case_id == far)
        desk.claim_task(ana, item.id, item.version)
        return item.id

    def holder_there() -> str | None:
        return next(item.claimed_by for item in desk.work_list(ana).items if item.case_id == far)

    desk.start_shift(ana, "kigali", 10 * HOUR)
    hold()
    (rota,) = desk.who_is_here(BOSS)
    desk.take_off(BOSS, rota.here[0].turn.id)
    assert holder_there() == "ana"

    with clock.at(NOW + MINUTE):
        desk.start_shift(ana, "kigali", 10 * HOUR)
    with clock.at(NOW + 2 * MINUTE):
        desk.leave(ana)
        assert holder_there() is None


def test_a_shift_that_ends_by_itself_gives_back_within_a_minute(desk: Desk, store: SqlStore) -> None:
    worker = Worker(desk, store, "w")
    desk.start_shift(ANA, "kigali", HOUR)
    opened(desk)
    (item,) = desk.work_list(ANA).items
    desk.claim_task(ANA, item.id, item.version)
    for later, by in ((HOUR - MINUTE, "ana"), (HOUR + MINUTE, None)):
        worker.run_once(NOW + later)
        with clock.at(NOW + later):
            assert desk.work_list(BEN).items[0].claimed_by == by


def test_whoever_is_neither_on_shift_nor_signed_in_holds_nothing(desk: Desk, store: SqlStore, task: str) -> None:
    store.forget_session("of ana")
    with clock.at(NOW):
        desk.start_shift(ANA, "kigali", HOUR)
        assert desk.give_back() == 0
    with clock.at(NOW + 2 * HOUR):
        assert (desk.give_back(), holder(desk, task)) == (1, None)


def test_whoever_takes_a_task_and_signs_out_without_a_shift_gives_it_back(
    desk: Desk, store: SqlStore, task: str
) -> None:
    assert desk.give_back() == 0
    store.forget_session("of ana")
    assert (desk.give_back(), holder(desk, task)) == (1, None)


def test_a_screen_that_is_left_alone_gives_back_what_was_taken_there(desk: Desk, store: SqlStore, task: str) -> None:
    for later, given in ((HOUR - MINUTE, 0), (HOUR + MINUTE, 1)):
        with clock.at(NOW + later):
            assert desk.give_back() == given


def test_whoever_was_never_on_shift_or_comes_again_keeps_what_they_hold(desk: Desk, store: SqlStore, task: str) -> None:
    assert desk.give_back() == 0
    with clock.at(NOW + HOUR):
        desk.start_shift(ANA, "kigali", HOUR)
    with clock.at(NOW + 3 * HOUR):
        desk.start_shift(ANA, "kigali", HOUR)
        assert (desk.give_back(), holder(desk, task)) == (0, "ana")


def test_a_shift_before_it_was_taken_says_nothing(desk: Desk, store: SqlStore) -> None:
    store.start_session(Session("of ana", ANA.id, NOW, NOW, locked=False, kind="browser", csrf="-"))
    opened(desk)
    desk.start_shift(ANA, "kigali", 20 * MINUTE)
    with clock.at(NOW + 30 * MINUTE):
        (item,) = desk.work_list(ANA).items
        desk.claim_task(ANA, item.id, item.version)
        assert desk.give_back() == 0


@pytest.mark.parametrize(
    "change",
    [{"disabled": True}, {"roles": {"kigali": frozenset({"medical"})}}, {"roles": {"huye": frozenset({"reception"})}}],
    ids=["may not sign in any more", "has another role", "is at another centre"],
)
def test_who_has_gone_holds_nothing(desk: Desk, store: SqlStore, task: str, change: dict[str, object]) -> None:
    changed(store, ANA, **change)
    assert (desk.give_back(), desk.give_back()) == (1, 0)
    assert holder(desk, task) is None
    assert told(desk, store, "task.given_back") == [("system", "ana")]


def test_what_others_hold_for_long_hides_nobody_who_has_gone(desk: Desk, store: SqlStore, task: str) -> None:
    opened(desk)
    other = next(item for item in desk.work_list(CLOE).items if item.claimed_by is None)
    with clock.at(NOW + MINUTE):
        desk.claim_task(CLOE, other.id, other.version)
    changed(store, CLOE, disabled=True)
    assert desk.give_back(limit=1) == 1
    assert [item.claimed_by for item in desk.work_list(BEN).items if item.id == other.id] == [None]


def test_a_program_whose_tokens_are_revoked_holds_nothing(desk: Desk, store: SqlStore, task: str) -> None:
    program = someone("register", "reception")
    store.add_account(Account("register", "register", "Register", "", "en", program.roles))
    desk.claim_task(program, task, version(desk, task), over=True)
    assert desk.give_back() == 1


def test_a_program_is_never_called_and_never_awake(desk: Desk, store: SqlStore) -> None:
    case = opened(desk)
    store.add_account(Account("register", "register", "Register", "", "en", {"kigali": frozenset({"reception"})}))
    (rota,) = desk.who_is_here(BOSS)
    assert "register" not in {id_ for id_, *_ in rota.people}
    with refused("not_of_role", 422):
        plan(desk, "register", "reception", 0, 2)
    assert held(desk, case) == "nobody"
    assert said(desk.duties(ANA, case)[0]) == "nobody"
