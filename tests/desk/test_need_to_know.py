"""Need to know: nobody learns by a duty, a step, a line or a back door what their role does not see as a fact."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from engine import clock
from engine.content import from_files
from engine.desk import Desk
from engine.editions import Editions
from engine.model import Centre, Outcome, Person, Refusal, entry
from engine.questions.case_view import READS
from engine.store.contract import Account
from engine.store.store import SqlStore
from tests.unit.content_samples import COMMON, LAW, MANIFEST, sample_files

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
ROLES = """\
- {id: police, title: {en: Police, fr: Police, rw: Polisi}, sees: [{group: profile, when: "now.protection == 'child'"}], may: [case.read, task.work]}
- {id: boss, title: {en: Coordinator, fr: Chef, rw: Umuhuzabikorwa}, sees: [], may: [case.read, trail.read, board.read]}
"""  # noqa: E501  # written as content is
YES = {"wants_medical": "yes", "care_accepted": ["photographs"], "incident_at": "2026-11-23T05:00:00+02:00"}
CHILD = {**YES, "birth_date": "2012-05-01", "weight_kg": 40, "words": "ZZCANARY"}
ADULT = {**CHILD, "birth_date": "1990-05-01"}


def files() -> dict[str, bytes]:
    """The sample, in which the medical service and the report are clinical, and there are police and a coordinator."""
    found = sample_files()
    changes = [
        (MANIFEST, "rw: Ubuvuzi}}", "rw: Ubuvuzi}, group: clinical}"),
        (LAW, "holder: reception", "holder: reception\n  group: clinical"),
        (COMMON, "\nfacts:", f"{ROLES}\nfacts:"),
        (COMMON, "task.work, facts.record]", "task.work, facts.record, fact.correct, trail.read]"),
        (COMMON, "group: identity, correctable: false", "group: identity"),
    ]
    for path, old, new in changes:
        text = found[path].decode()
        assert old in text
        found[path] = text.replace(old, new, 1).encode()
    return found


def someone(id: str, **roles: str) -> Person:
    return Person(id, id.title(), {centre: frozenset({role}) for centre, role in roles.items()})


ANA = someone("ana", kigali="reception")
MED = someone("med", kigali="medical")
POL = someone("pol", kigali="police")
BOSS = someone("boss", kigali="boss")
FAR = someone("far", huye="reception")
TWO = someone("two", kigali="police", huye="medical")


@pytest.fixture
def desk(store: SqlStore) -> Iterator[Desk]:
    library = from_files(files(), "rwanda")
    for centre in ("kigali", "huye"):
        store.add_centre(Centre(centre, centre.title(), "Africa/Kigali"))
    for person in (ANA, MED, POL, BOSS, FAR, TWO):
        store.add_account(Account(person.id, person.id, person.name, "-", "en", person.roles))
    store.publish(library.digest, library.jurisdiction, library.files, "a", "b", NOW)
    with clock.at(NOW):
        yield Desk(store, Editions(store))


def opened(desk: Desk, answers: dict[str, Any] = CHILD) -> Outcome:
    return desk.open_case(ANA, "kigali", "reception", answers)


def refused(code: str, status: int) -> Any:
    return pytest.raises(Refusal, check=lambda refusal: (refusal.code, refusal.status) == (code, status))


def denied(store: SqlStore, case: str) -> list[tuple[str, str]]:
    return [(row.entry.person, row.entry.params["action"]) for row in store.trail(case, kinds={"denied"})]


def test_a_role_that_does_not_see_a_group_learns_of_no_service_duty_mark_or_line_that_tells_of_it(desk: Desk) -> None:
    case = opened(desk).case_id
    with clock.at(NOW + timedelta(hours=4, minutes=1)):
        (due,) = desk.store.lease_timers(clock.now(), "w", 30)
        desk.fire_timer(due)
        seen, whole = desk.case(POL, case), desk.case(MED, case)

    assert {service.key for service in whole.services} == {"case_main", "medical_care"}
    assert [service.key for service in seen.services] == ["case_main"]
    assert [duty.rule for duty in whole.duties] == ["minor-report"]
    assert (seen.duties, desk.duties(POL, case)) == ((), ())
    assert "medical_care" in whole.passed
    assert "medical_care" not in {*seen.here, *seen.passed}
    for told in ("medical_care", "care_pause", "minor-report", "weight_kg", "care_accepted"):
        assert told not in repr(seen.timeline)
    assert {"medical_care", "care_pause", "minor-report"} <= {
        value for one in whole.timeline for value in one.params.values()
    }
    assert [one.kind for one in seen.timeline if one.kind == "case.opened"] == ["case.opened"]


def test_who_holds_a_duty_or_fills_a_form_knows_of_it(desk: Desk) -> None:
    case = opened(desk).case_id
    held = desk.case(ANA, case)

    assert [duty.rule for duty in held.duties] == ["minor-report"]
    assert {"duty.opened", "facts.recorded"} <= {one.kind for one in held.timeline}
    (recorded,) = [one for one in held.timeline if one.kind == "facts.recorded"]
    assert "birth_date" in recorded.params["fields"]
    assert "weight_kg" not in recorded.params["fields"]
    assert [service.key for service in held.services] == ["case_main"]


def test_a_coordinator_sees_what_is_done_and_owed_but_no_facts(desk: Desk) -> None:
    case = opened(desk).case_id
    seen = desk.case(BOSS, case)

    assert {service.key for service in seen.services} == {"case_main", "medical_care"}
    assert [duty.rule for duty in seen.duties] == ["minor-report"]
    assert {"process.started", "facts.recorded"} <= {one.kind for one in seen.timeline}
    assert seen.facts == ()


def test_a_group_may_be_seen_of_those_cases_only_of_which_a_condition_is_true(desk: Desk) -> None:
    def facts(case: Outcome) -> set[str]:
        return {fact.name for _, facts in desk.case(POL, case.case_id).facts for fact in facts}

    assert "birth_date" in facts(opened(desk))
    assert facts(opened(desk, ADULT)) == set()
    assert facts(opened(desk, YES)) == set()


def test_reads_however_many_hide_nothing_that_was_done(desk: Desk, store: SqlStore) -> None:
    case = opened(desk).case_id
    task = desk.work_list(ANA).items[0]
    desk.complete_task(ANA, task.id, task.version, {"wants_medical": "later"})
    before = desk.case(MED, case)
    store.note([entry("case.read", NOW, "med", "kigali", case, groups="clinical") for _ in range(215)])

    after = desk.case(MED, case)

    assert after.timeline == before.timeline
    assert "welcome" in after.passed["case_main"]
    assert after.passed == before.passed
    assert after.earlier is None


def test_a_long_timeline_is_read_page_by_page(desk: Desk, store: SqlStore) -> None:
    case = opened(desk).case_id
    store.note([entry("case.read", NOW, "med", "kigali", case, groups="clinical") for _ in range(215)])

    first = desk.case(MED, case, READS)
    rest = desk.case(MED, case, READS, first.earlier)

    assert len(first.timeline) == 200
    assert first.earlier == first.timeline[-1].seq
    assert {one.kind for one in rest.timeline} == {"case.read"}
    assert len(rest.timeline) == 216 - 200
    assert rest.earlier is None


def test_who_the_survivor_is_is_filled_into_no_form_but_the_persons_own_draft(desk: Desk) -> None:
    opened(desk)
    task = desk.work_list(ANA).items[0].id

    assert "ZZCANARY" not in repr(desk.task(ANA, task))
    assert desk.task(ANA, task).saved["birth_date"] == "2012-05-01"
    desk.save_answers(ANA, task, {"words": "ZZOWN"})
    assert desk.task(ANA, task).saved == {"words": "ZZOWN"}


def test_the_history_of_who_the_survivor_is_is_shown_to_those_who_say_why_and_noted(
    desk: Desk, store: SqlStore
) -> None:
    case = opened(desk).case_id

    with refused("invalid_answers", 422):
        desk.fact(ANA, case, "words")
    assert store.trail(case, kinds={"identity.read"}) == []
    assert desk.fact(ANA, case, "words", why="correct").history[0].value == "ZZCANARY"
    (noted,) = store.trail(case, kinds={"identity.read"})
    assert noted.entry.params == {"why": "correct"}
    assert desk.fact(ANA, case, "birth_date").history != ()


def test_a_role_at_one_centre_opens_no_clock_at_another(desk: Desk) -> None:
    case = opened(desk, {**CHILD, "wants_medical": "later"})
    watched = {code for _, code, _ in desk.work_list(MED).clocks}

    assert watched == {case.case_code}
    assert desk.work_list(TWO).clocks == ()
    assert desk.work_list(TWO, "medical").clocks == ()


def test_whoever_reaches_for_what_is_not_theirs_leaves_a_trace(desk: Desk, store: SqlStore) -> None:
    case = opened(desk).case_id
    task = desk.work_list(ANA).items[0].id
    for ask in (
        lambda: desk.case(FAR, case),
        lambda: desk.task(POL, task),
        lambda: desk.identity(MED, case, "care"),
        lambda: desk.trail(POL, case),
    ):
        with pytest.raises(Refusal):
            ask()

    assert denied(store, case) == [
        ("pol", "trail.read"),
        ("med", "identity.read"),
        ("pol", "task.work"),
        ("far", "case.read"),
    ]
    desk.case(ANA, case)
    assert len(denied(store, case)) == 4


def test_whoever_was_slower_sees_of_a_done_task_what_their_role_may_see(desk: Desk, store: SqlStore) -> None:
    case = opened(desk, {"wants_medical": "later"}).case_id
    task = desk.work_list(ANA).items[0]
    ben = replace(ANA, id="ben")
    assert desk.task_form(ben, task.id).recorded == ()
    desk.complete_task(ANA, task.id, task.version, {**CHILD, "weight_kg": 41})

    recorded = {told.name: told.value for told in desk.task_form(ben, task.id).recorded}

    assert recorded["wants_medical"] == "yes"
    assert not {"weight_kg", "care_accepted", "words"} & set(recorded)
    assert "words" in desk.task_form(ben, task.id).form.properties
    assert [row.entry.person for row in store.trail(case, kinds={"task.read"})] == ["ben", "ben"]


def test_that_a_task_is_closed_and_by_whom_is_told_only_to_those_whose_it_was(desk: Desk, store: SqlStore) -> None:
    case = opened(desk).case_id
    task = desk.work_list(ANA).items[0]
    desk.complete_task(ANA, task.id, task.version, {"wants_medical": "later"})

    with refused("not_found", 404):
        desk.task(FAR, task.id)
    with refused("not_yours", 403):
        desk.complete_task(POL, task.id, task.version, {"wants_medical": "later"})
    with refused("task_gone", 409):
        desk.task(replace(ANA, id="ben"), task.id)
    with refused("not_found", 404):
        desk.task(ANA, "never")
    assert denied(store, case) == [("pol", "task.work"), ("far", "task.work")]
