"""The Desk on both databases: who may, what is kept, what happens when two people do it at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from engine import clock
from engine.content import from_files
from engine.desk import Desk
from engine.editions import Editions
from engine.flow import Flows
from engine.model import Centre, Fact, FactKey, Outcome, Person, Refusal
from engine.store.records import Account
from engine.store.sealed import SealedFacts
from engine.store.store import SqlStore
from tests.unit.content_samples import COMMON, MAIN, MANIFEST, changed

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
RECEPTION = "may: [case.open, case.read, task.work, facts.record]"
FILES = changed(COMMON, RECEPTION, RECEPTION.replace("]", ", fact.correct, stuck.free, trail.read, board.read]"))
ONCE = changed(MANIFEST, 'when: "wants_medical is not unset"', """when: "wants_medical != 'no'\"""")
FILES[MANIFEST] = ONCE[MANIFEST]  # a form that is not for twice
CHILD = {"wants_medical": "later", "birth_date": "2012-05-01", "incident_at": "2026-11-23T05:00:00+02:00"}


def someone(id: str, *roles: str, centre: str = "kigali") -> Person:
    return Person(id, id.title(), {centre: frozenset(roles)})


ANA = someone("ana", "reception")
BEN = someone("ben", "reception")
MED = someone("med", "medical")
FAR = someone("far", "reception", "medical", centre="huye")


@pytest.fixture
def desk(store: SqlStore) -> Iterator[Desk]:
    library = from_files(FILES, "rwanda")
    for centre in ("kigali", "huye"):
        store.add_centre(Centre(centre, centre.title(), "Africa/Kigali"))
    for person in (ANA, BEN, MED, FAR):
        store.add_account(Account(person.id, person.id, person.name, "-", "en", person.roles))
    store.publish(library.digest, library.jurisdiction, library.files, "a", "b", NOW)
    with clock.at(NOW):
        yield Desk(store, Editions(store))


def opened(desk: Desk, **answers: Any) -> Outcome:
    return desk.open_case(ANA, "kigali", "reception", {**CHILD, **answers})


def first_task(desk: Desk, person: Person) -> tuple[str, int]:
    one = desk.work_list(person).items[0]
    return one.id, one.version


def refused(code: str, status: int) -> Any:
    return pytest.raises(Refusal, check=lambda refusal: (refusal.code, refusal.status) == (code, status))


def test_a_case_walks_from_hand_to_hand(desk: Desk) -> None:
    case = opened(desk)
    task, version = first_task(desk, ANA)
    done = desk.complete_task(ANA, task, version, {"wants_medical": "later"})
    assert desk.work_list(ANA).items == ()
    aid = desk.work_list(MED).items[0]
    assert (done.opened, aid.case_code) == ((), case.case_code)  # it is for a colleague
    assert desk.next_task(MED, done) == aid.id
    desk.complete_task(MED, aid.id, aid.version, {"wants_medical": "later"})
    assert desk.work_list(ANA).items[0].element == "close_case"


def test_a_completed_task_opens_only_the_answers_that_a_rule_reads(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a case knows grows with its age; what a task costs must not."""
    opened(desk, interpreter=True)
    task, version = first_task(desk, ANA)
    read: set[str] = set()

    def noting(facts: SealedFacts, key: FactKey) -> Fact:
        read.add(key[0])
        return opens(facts, key)

    opens = SealedFacts.__getitem__
    monkeypatch.setattr(SealedFacts, "__getitem__", noting)
    desk.complete_task(ANA, task, version, {"wants_medical": "later"})

    assert "birth_date" in read
    assert "interpreter" not in read


def test_the_next_task_is_one_of_another_case_only_when_that_is_asked_for(desk: Desk) -> None:
    opened(desk)
    desk.complete_task(ANA, *first_task(desk, ANA), {"wants_medical": "later"})
    other = opened(desk)
    (waiting,) = desk.work_list(MED).items
    assert waiting.case_id != other.case_id
    assert desk.next_task(MED, other) == waiting.id
    assert desk.next_task(MED, other, elsewhere=False) is None
    assert desk.next_task(ANA, other, elsewhere=False) == first_task(desk, ANA)[0]


def test_only_the_role_of_a_task_may_see_and_do_it(desk: Desk) -> None:
    opened(desk)
    task, version = first_task(desk, ANA)
    with refused("not_yours", 403):
        desk.task(MED, task)
    with refused("not_yours", 403):
        desk.complete_task(MED, task, version, {"wants_medical": "later"})
    with refused("not_yours", 403):
        desk.open_case(MED, "kigali", "reception", CHILD)


def test_another_centre_is_as_if_it_were_not_there(desk: Desk) -> None:
    case = opened(desk)
    task, version = first_task(desk, ANA)
    assert desk.work_list(FAR).items == ()
    with refused("not_found", 404):
        desk.case(FAR, case.case_id)
    with refused("not_found", 404):
        desk.find_case(FAR, case.case_code)
    with refused("not_found", 404):
        desk.complete_task(FAR, task, version, {"wants_medical": "later"})
    with refused("not_yours", 403):
        desk.open_case(FAR, "kigali", "reception", CHILD)


def test_a_case_is_found_by_its_code_however_it_is_typed(desk: Desk) -> None:
    case = opened(desk)
    first, _, last = case.case_code.partition("-")
    for typed in (
        f"{first}-{last}",
        first + last,
        f" {first} {last}",
        f"{first}{last}".lower(),
        f"{first}\u2013{last}",
    ):
        assert desk.find_case(ANA, typed) == case.case_id
    for typed in ("", first, f"{first}{last}{last}", "\ud800-\x00"):
        with refused("not_found", 404):
            desk.find_case(ANA, typed)


def test_a_person_sees_only_the_field_groups_of_their_role(desk: Desk) -> None:
    case = opened(desk, wants_medical="yes", care_accepted=["photographs"], words="ZZCANARY", weight_kg=50)
    seen = {fact.name for _, facts in desk.case(ANA, case.case_id).facts for fact in facts}
    assert "birth_date" in seen
    assert "weight_kg" not in seen
    medical = {fact.name for _, facts in desk.case(MED, case.case_id).facts for fact in facts}
    assert "weight_kg" in medical
    assert "words" not in medical


def test_who_the_survivor_is_is_shown_only_when_asked_for_and_noted_with_why(desk: Desk) -> None:
    case = opened(desk, wants_medical="yes", care_accepted=["photographs"], words="ZZCANARY")
    page = desk.case(ANA, case.case_id)
    assert "ZZCANARY" not in repr(page)
    assert page.has_identity
    assert [(fact.name, fact.value) for fact in desk.identity(ANA, case.case_id, "care")] == [("words", "ZZCANARY")]
    noted = desk.trail(ANA, case.case_id).items
    assert any(line.kind == "identity.read" and line.params == {"why": "care"} for line in noted)
    with refused("invalid_answers", 422):
        desk.identity(ANA, case.case_id, "")
    with refused("not_yours", 403):
        desk.identity(MED, case.case_id, "care")


def test_the_same_command_twice_has_one_effect_and_gives_the_first_result(desk: Desk) -> None:
    first = desk.open_case(ANA, "kigali", "reception", CHILD, command_id="once")
    again = desk.open_case(ANA, "kigali", "reception", CHILD, command_id="once")
    assert (again.case_id, again.replayed) == (first.case_id, True)
    assert len(desk.work_list(ANA).items) == 1
    with refused("command_reused", 409):
        desk.open_case(ANA, "kigali", "reception", {**CHILD, "wants_medical": "no"}, command_id="once")


def test_a_task_done_twice_is_told_who_was_faster(desk: Desk) -> None:
    opened(desk)
    task, version = first_task(desk, ANA)
    desk.complete_task(ANA, task, version, {"wants_medical": "later"})
    with refused("task_gone", 409) as gone:
        desk.complete_task(BEN, task, version, {"wants_medical": "later"})
    assert gone.value.params["by"] == "Ana"


def test_a_task_is_held_by_one_and_can_be_given_back(desk: Desk) -> None:
    opened(desk)
    task, version = first_task(desk, ANA)
    held = desk.claim_task(ANA, task, version)
    with refused("claimed_by_other", 409):
        desk.complete_task(BEN, task, held, {"wants_medical": "later"})
    assert desk.work_list(BEN).items[0].group == "waiting"
    free = desk.release_task(ANA, task, held)
    with refused("task_changed", 409):
        desk.complete_task(BEN, task, version, {"wants_medical": "later"})
    desk.complete_task(BEN, task, free, {"wants_medical": "later"})


def test_wrong_answers_are_named_by_field_and_never_repeated(desk: Desk) -> None:
    opened(desk)
    task, version = first_task(desk, ANA)
    with refused("invalid_answers", 422) as wrong:
        desk.complete_task(ANA, task, version, {"wants_medical": "ZZCANARY"})
    assert [problem.field for problem in wrong.value.problems] == ["wants_medical"]
    assert "ZZCANARY" not in str(wrong.value) + str(wrong.value.problems)


def test_a_moment_in_the_future_is_refused_and_one_in_the_past_is_kept(desk: Desk, store: SqlStore) -> None:
    with refused("invalid_answers", 422):
        opened(desk, happened_at="2026-11-24T08:00:00+00:00")
    case = opened(desk, happened_at="2026-11-23T02:00:00+00:00")
    arrived = store.read_file(case.case_id).facts[("arrived_at", "case")]  # type: ignore[union-attr]
    assert arrived.value == NOW - timedelta(hours=6)
    assert arrived.recorded_at == NOW


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("incident_at", "2027-11-23T05:00:00+02:00", "future"),
        ("incident_at", "9999-12-30T05:00:00+02:00", "future"),
        ("incident_at", "1026-11-23T05:00:00+02:00", "too_long_ago"),
        ("birth_date", "2090-01-01", "future"),
        ("birth_date", "0001-02-03", "too_long_ago"),
    ],
)
def test_a_mistyped_year_is_refused_before_any_window_is_counted_from_it(
    desk: Desk, field: str, value: str, code: str
) -> None:
    with refused("invalid_answers", 422) as wrong:
        opened(desk, **{field: value})
    assert [(problem.field, problem.code) for problem in wrong.value.problems] == [(field, code)]


@pytest.fixture
def in_order(store: SqlStore) -> Desk:
    """A desk of an edition in which nothing happens before the day of birth."""
    facts = FILES[COMMON].decode()
    ordered = facts.replace("{id: incident_at, ", "{id: incident_at, not_before: birth_date, ", 1)
    library = from_files({**FILES, COMMON: ordered.encode()}, "rwanda")
    store.add_centre(Centre("kigali", "Kigali", "Africa/Kigali"))
    store.publish(library.digest, library.jurisdiction, library.files, "a", "b", NOW)
    return Desk(store, Editions(store))


def test_a_range_ends_after_it_begins(in_order: Desk) -> None:
    with clock.at(NOW), refused("invalid_answers", 422) as wrong:
        opened(in_order, birth_date="2026-11-23", incident_at="2026-11-22T05:00:00+02:00")
    assert [(problem.field, problem.code) for problem in wrong.value.problems] == [("incident_at", "out_of_order")]


def test_a_moment_of_the_very_day_does_not_lie_before_it(in_order: Desk) -> None:
    with clock.at(NOW):
        opened(in_order, birth_date="2026-11-23", incident_at="2026-11-23T01:30:00+02:00")


def test_closing_is_refused_with_the_duties_and_the_refusal_is_noted(desk: Desk) -> None:
    case = opened(desk)
    desk.complete_task(ANA, *first_task(desk, ANA), {"wants_medical": "later"})
    desk.complete_task(MED, *first_task(desk, MED), {"wants_medical": "later"})
    with refused("duty_blocks", 422) as blocked:
        desk.complete_task(ANA, *first_task(desk, ANA), {"wants_medical": "later"})
    assert blocked.value.duties == ("minor-report",)
    assert desk.trail(ANA, case.case_id).items[1].kind == "refused"


def test_a_correction_asks_a_reason_and_keeps_the_history(desk: Desk) -> None:
    case = opened(desk)
    fact = (case.case_id, "birth_date", "case", NOW)
    with refused("invalid_answers", 422):
        desk.correct_fact(ANA, *fact, "1990-01-01", " ")
    done = desk.correct_fact(ANA, *fact, "1990-01-01", "card shown")
    assert done.duties_closed == ("minor-report",)
    history = desk.fact(ANA, case.case_id, "birth_date").history
    assert len(history) == 2
    with refused("not_yours", 403):
        desk.correct_fact(MED, *fact, "1990-01-01", "card shown")


def test_a_fact_that_a_colleague_corrected_meanwhile_is_not_corrected_unseen(desk: Desk) -> None:
    case = opened(desk)
    birth, later = (case.case_id, "birth_date", "case"), NOW + timedelta(minutes=5)
    seen = desk.fact(ANA, *birth).recorded_at
    with clock.at(later):
        desk.correct_fact(BEN, *birth, seen, "2012-06-01", "card shown", "of-ben")
        with refused("fact_changed", 409) as changed:
            desk.correct_fact(ANA, *birth, seen, "1990-01-01", "misheard")
        assert changed.value.params == {"by": "Ben", "at": later.isoformat()}
        assert desk.correct_fact(BEN, *birth, seen, "2012-06-01", "card shown", "of-ben").replayed
        now = desk.fact(ANA, *birth)
        assert len(now.history) == 2
        desk.correct_fact(ANA, *birth, now.recorded_at, "1990-01-01", "misheard")


def test_a_correction_to_what_stands_already_is_refused_and_recorded_nowhere(desk: Desk, store: SqlStore) -> None:
    case = opened(desk)
    birth, incident = (case.case_id, "birth_date", "case"), (case.case_id, "incident_at", "case")
    before = len(store.trail(case.case_id))
    for fact, same in ((birth, CHILD["birth_date"]), (incident, "2026-11-23T03:00:00+00:00")):
        with refused("invalid_answers", 422) as wrong:
            desk.correct_fact(ANA, *fact, NOW, same, "misheard", "again")
        (problem,) = wrong.value.problems
        assert (problem.field, problem.code) == (fact[1], "unchanged")
        assert same not in repr(problem)
    assert len(store.trail(case.case_id)) == before
    assert not desk.correct_fact(ANA, *birth, NOW, "1990-01-01", "misheard", "again").replayed
    assert desk.correct_fact(ANA, *birth, NOW, "1990-01-01", "misheard", "again").replayed


def test_a_fact_is_corrected_only_where_it_was_recorded(desk: Desk) -> None:
    case = opened(desk)
    elsewhere = (case.case_id, "birth_date", "visit 1")
    with refused("not_found", 404):
        desk.fact(ANA, *elsewhere)
    with refused("not_found", 404):
        desk.correct_fact(ANA, *elsewhere, NOW, "1990-01-01", "card shown")


def test_what_is_sent_twice_at_once_gives_the_first_result_twice(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    case = opened(desk)
    birth, later = (case.case_id, "birth_date", "case", NOW), NOW + timedelta(minutes=5)
    commands = (
        partial(desk.record_facts, ANA, case.case_id, "change_choice", {"wants_medical": "no"}, "choice"),
        partial(desk.correct_fact, ANA, *birth, "1990-01-01", "card shown", "correction"),
    )
    for command in commands:
        twins = []

        def read_before_the_twin(*asked: str, command: partial[Outcome] = command, twins: Any = twins) -> Any:
            monkeypatch.undo()
            found = desk.store.case_at_hand(*asked)
            twins.append(command())
            return found

        monkeypatch.setattr(desk.store, "case_at_hand", read_before_the_twin)
        with clock.at(later):
            answered = command()
        assert [twin.replayed for twin in twins] == [False]
        assert answered == replace(twins[0], replayed=True)


def test_every_read_of_a_case_is_in_the_trail_and_an_unchanged_list_is_not(desk: Desk, store: SqlStore) -> None:
    case = opened(desk)
    desk.case(MED, case.case_id)
    desk.task(ANA, first_task(desk, ANA)[0])
    kinds = [(row.entry.kind, row.entry.person) for row in store.trail(case.case_id)]
    assert ("case.read", "med") in kinds
    assert ("task.read", "ana") in kinds
    listed = desk.work_list(ANA)
    before = store.verify_trail(), len(store.trail(case.case_id))
    desk.work_list(ANA, seen=listed.etag)
    assert (store.verify_trail(), len(store.trail(case.case_id))) == before


def test_a_trail_is_read_page_by_page(desk: Desk) -> None:
    case = opened(desk)
    whole = desk.trail(ANA, case.case_id).items
    assert [line.seq for line in whole] == sorted((line.seq for line in whole), reverse=True)
    first = desk.trail(ANA, case.case_id, limit=3)
    rest = desk.trail(ANA, case.case_id, before_seq=whole[2].seq)
    assert [line.seq for line in first.items[1:]] == [line.seq for line in whole[:2]]  # the first tells of `whole`
    assert first.after == whole[1].seq
    assert ([line.seq for line in rest.items], rest.after) == ([line.seq for line in whole[3:]], None)


def test_half_filled_answers_wait_for_their_author_and_go_when_the_task_is_done(desk: Desk, store: SqlStore) -> None:
    opened(desk)
    task, version = first_task(desk, ANA)
    desk.save_answers(ANA, task, {"words": "half a sentence", "made_up": "x"})
    known = desk.task(BEN, task).saved
    assert desk.task(ANA, task).saved == {**known, "words": "half a sentence"}
    assert "words" not in desk.task(BEN, task).saved
    desk.complete_task(ANA, task, version, {"wants_medical": "later"})
    assert store.saved_answers(task, "ana") is None


def test_answers_to_a_task_that_is_done_are_gone_soon_and_nobody_elses(
    desk: Desk, store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(desk)
    task, version = first_task(desk, ANA)
    keep = store.keep

    def keep_after_a_colleague_saved(move: Any) -> Outcome:
        monkeypatch.undo()
        desk.save_answers(BEN, task, {"words": "half a sentence"})
        return keep(move)

    monkeypatch.setattr(store, "keep", keep_after_a_colleague_saved)
    desk.save_answers(ANA, task, {"words": "mine"})
    desk.complete_task(ANA, task, version, {"wants_medical": "later"})
    opened(desk)
    other, _ = first_task(desk, ANA)
    desk.save_answers(ANA, other, {"words": "of another case"})

    def kept() -> set[tuple[str, str]]:
        with store.reading() as connection:
            return {tuple(row) for row in connection.exec_driver_sql("SELECT task_id, person FROM saved_answers")}

    store.tidy(NOW, 1)
    assert kept() == {(other, "ana"), (task, "ben")}  # who did not send it may still read it
    assert [one for one, *_ in desk.work_list(BEN).left_behind] == [task]
    assert desk.work_list(ANA).left_behind == ()
    store.tidy(NOW + timedelta(hours=13), 1)
    assert kept() == {(other, "ana")}


def test_an_engine_that_goes_astray_leaves_the_case_where_it_was_with_what_was_answered(desk: Desk) -> None:
    """Should SpiffWorkflow come to where the net of the proofs does not, a supervisor is told, and it is tried again
    once the program is mended."""
    case = opened(desk, birth_date="2001-05-01")
    task, version = first_task(desk, ANA)
    flows = desk._flows_of(desk.editions.current().digest)
    sound = flows._specs
    strays = changed(
        MAIN, 'sourceRef="which_way" targetRef="close_case"', 'sourceRef="which_way" targetRef="first_aid"'
    )
    vars(flows)["_specs"] = Flows(from_files({**FILES, MAIN: strays[MAIN]}, "rwanda"))._specs

    assert desk.complete_task(ANA, task, version, {"wants_medical": "later", "age_stated": 25}).stuck

    ((_, code, stuck, _),) = desk.board(ANA).stuck
    assert (code, stuck.code, stuck.element) == (case.case_code, "off_course", "give_aid")
    file = desk.store.read_file(case.case_id)
    assert file is not None
    assert file.facts["age_stated", "case"].value == 25
    assert [task.element for task in file.tasks] == ["welcome"]

    vars(flows)["_specs"] = sound
    assert not desk.free_stuck(ANA, case.case_id, stuck.id).stuck
    assert [item.element for item in desk.work_list(ANA).items] == ["close_case"]


def test_the_board_is_for_those_who_may_and_shows_what_is_owed_and_stuck(desk: Desk) -> None:
    case = desk.open_case(ANA, "kigali", "reception", {"wants_medical": "later", "incident_at": CHILD["incident_at"]})
    desk.complete_task(ANA, *first_task(desk, ANA), {"wants_medical": "later"})
    board = desk.board(ANA)
    assert [(code, stuck.element) for _, code, stuck, _ in board.stuck] == [(case.case_code, "decide_protection")]
    desk.record_facts(ANA, case.case_id, "change_choice", {"wants_medical": "later", "birth_date": "2012-05-01"})
    freed = desk.free_stuck(ANA, case.case_id, board.stuck[0][2].id)
    assert not freed.stuck
    assert [item.element for item in desk.work_list(MED).items] == ["give_aid"]
    opened(desk)
    assert [duty.rule for _, _, duty in desk.board(ANA).duties] == ["minor-report"]
    with refused("not_yours", 403):
        desk.board(MED)


def test_a_due_timer_fires_once_through_its_lease(desk: Desk, store: SqlStore) -> None:
    opened(desk, wants_medical="yes", care_accepted=["examination"])
    with clock.at(NOW + timedelta(hours=5)):
        due = store.lease_timers(clock.now(), "w1", 30)
        assert [timer.element for timer in due] == ["care_pause"]
        assert store.lease_timers(clock.now(), "w2", 30) == []
        assert desk.fire_timer(due[0]) is not None
        assert desk.fire_timer(due[0]) is None


def test_late_duties_are_noted_once(desk: Desk) -> None:
    case = opened(desk)
    with clock.at(NOW + timedelta(hours=25)):
        assert desk.watch_duties() == 1
        assert desk.watch_duties() == 0
        assert [duty.status for duty in desk.duties(ANA, case.case_id)] == ["late"]
