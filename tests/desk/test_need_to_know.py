"""Need to know: nobody learns by a duty, a step, a line or a back door what their role does not see as a fact."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from engine import clock
from engine.content import from_files
from engine.desk import Desk
from engine.editions import Editions
from engine.entries import entry
from engine.model import Centre, Outcome, Person, Refusal
from engine.questions.case_view import READS
from engine.questions.need import Need
from engine.store.records import Account
from engine.store.store import SqlStore
from tests.unit.content_samples import CHOICE, COMMON, LAW, MAIN, MANIFEST, sample_files

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
ROLES = """\
- {id: police, title: {en: Police, fr: Police, rw: Polisi}, sees: [{group: profile, when: "now.protection == 'child'"}], may: [case.read, task.work]}
- {id: boss, title: {en: Coordinator, fr: Chef, rw: Umuhuzabikorwa}, sees: [], may: [case.read, trail.read, board.read]}
"""  # noqa: E501  # written as content is
FACTS = """\
- {id: door, title: {en: Door, fr: Porte, rw: Umuryango}, type: choice, values: [reception], value_titles: {reception: {en: Reception, fr: Accueil, rw: Kwakira}}, group: arrival, correctable: false}
- {id: arrived_at, title: {en: Came, fr: Venue, rw: Yaje}, type: datetime, group: arrival, correctable: false}
"""  # noqa: E501
YES = {"wants_medical": "yes", "care_accepted": ["photographs"], "incident_at": "2026-11-23T05:00:00+02:00"}
CHILD = {**YES, "birth_date": "2012-05-01", "weight_kg": 40, "words": "ZZCANARY"}
ADULT = {**CHILD, "birth_date": "1990-05-01"}


def files() -> dict[str, bytes]:
    """The sample, in which the medical service and the report are clinical, there are police and a coordinator, and how
    somebody came is known to those who care for them."""
    found = sample_files()
    changes = [
        (MANIFEST, "rw: Ubuvuzi}}", "rw: Ubuvuzi}, group: clinical}"),
        (LAW, "holder: reception", "holder: reception\n  group: clinical"),
        (COMMON, "\nroles:", "- {id: arrival, title: {en: Arrival, fr: Venue, rw: Kuza}}\n\nroles:"),
        (COMMON, "\nfacts:\n", f"{ROLES}\nfacts:\n{FACTS}"),
        (COMMON, "sees: [identity, profile]", "sees: [identity, profile, arrival]"),
        (COMMON, "sees: [profile, clinical]", "sees: [profile, clinical, arrival]"),
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
    assert "process.started" in {one.kind for one in seen.timeline}


def test_a_step_shows_above_its_questions_what_its_form_names_and_its_role_sees(store: SqlStore) -> None:
    changed = files()
    both = Person("both", "Both", {"kigali": frozenset({"reception", "medical"})})
    shows = b'{\n  "shows": ["words", "weight_kg", "arrived_at"],\n  "schema"'
    changed[CHOICE] = changed[CHOICE].replace(b'{\n  "schema"', shows, 1)
    library = from_files(changed, "rwanda")
    store.add_centre(Centre("kigali", "Kigali", "Africa/Kigali"))
    store.publish(library.digest, library.jurisdiction, library.files, "a", "b", NOW)
    with clock.at(NOW):
        desk = Desk(store, Editions(store))
        opened(desk)
        (item,) = desk.work_list(ANA).items
        less, more = (desk.task(who, item.id).shows for who in (ANA, both))

    assert [told.name for told in less] == ["arrived_at"]
    assert [told.name for told in more] == ["weight_kg", "arrived_at"]
    assert "ZZCANARY" not in repr((less, more))


def test_how_and_when_the_survivor_came_is_told_to_those_alone_who_see_these_facts(desk: Desk) -> None:
    case = opened(desk).case_id
    seen, whole, overseen = desk.case(POL, case), desk.case(MED, case), desk.case(BOSS, case)

    assert (seen.case.door, seen.case.opened_at) == (None, None)
    assert "case.opened" not in {one.kind for one in seen.timeline}
    for view in (whole, overseen):
        assert (view.case.door, view.case.opened_at) == ({"en": "Reception", "fr": "Accueil", "rw": "Kwakira"}, NOW)
        assert "case.opened" in {one.kind for one in view.timeline}
    assert desk.work_list(ANA).items[0].door == whole.case.door


def test_to_those_who_would_be_shown_nothing_of_a_case_it_is_as_if_it_were_not_there(
    desk: Desk, store: SqlStore
) -> None:
    case = opened(desk, ADULT)
    for ask in (desk.case, desk.duties, desk.trail):
        with refused("not_found", 404):
            ask(POL, case.case_id)
    answers = []
    for code in (case.case_code, "ZZZ-999"):
        with pytest.raises(Refusal) as refusal:
            desk.find_case(POL, code)
        answers.append((refusal.value.code, refusal.value.status, refusal.value.message, refusal.value.params))

    assert answers[0] == answers[1]
    assert denied(store, case.case_id) == [
        ("pol", "case.read"),
        ("pol", "trail.read"),
        ("pol", "case.read"),
        ("pol", "case.read"),
    ]
    assert desk.find_case(BOSS, case.case_code) == case.case_id
    child = opened(desk, CHILD)
    assert desk.find_case(POL, child.case_code) == child.case_id


def test_a_task_of_a_case_that_is_not_theirs_to_open_is_as_little_there_as_the_case(
    desk: Desk, store: SqlStore
) -> None:
    case = opened(desk, ADULT)
    task = desk.work_list(ANA).items[0].id
    asks: tuple[Callable[[Person, str], object], ...] = (
        desk.task,
        desk.task_form,
        lambda person, task: desk.claim_task(person, task, 1),
        lambda person, task: desk.release_task(person, task, 1),
        lambda person, task: desk.save_answers(person, task, {}),
        lambda person, task: desk.complete_task(person, task, 1, {}),
    )

    for ask in asks:
        answers = []
        for asked in (task, "no-such-task"):
            with pytest.raises(Refusal) as refusal:
                ask(POL, asked)
            answers.append((refusal.value.code, refusal.value.status, refusal.value.message, refusal.value.params))
        assert answers[0] == answers[1]
        assert answers[0][:2] == ("not_found", 404)
        with refused("not_yours", 403):  # who may open the case learns that it is another's
            ask(BOSS, task)
    assert denied(store, case.case_id) == [("boss", "task.work"), ("pol", "task.work")] * len(asks)


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


def test_what_is_theirs_to_do_or_to_watch_is_reason_enough_to_open_a_case(desk: Desk, store: SqlStore) -> None:
    file = store.read_file(opened(desk).case_id)
    assert file is not None
    nothing = replace(file, facts={}, tasks=(), duties=(), clocks=())
    met = tuple(replace(duty, status="met") for duty in file.duties)
    for role, found in (
        ("reception", replace(nothing, tasks=file.tasks)),
        ("reception", replace(nothing, duties=file.duties)),
        ("medical", replace(nothing, clocks=file.clocks)),
    ):
        assert Need(desk.library(), frozenset({role}), frozenset(), oversees=False).opens(found)
        assert not Need(desk.library(), frozenset({"police"}), frozenset(), oversees=False).opens(found)
    for found in (nothing, replace(nothing, duties=met)):
        assert not Need(desk.library(), frozenset({"reception"}), frozenset(), oversees=False).opens(found)


def test_a_group_may_be_seen_of_those_cases_only_of_which_a_condition_is_true(desk: Desk) -> None:
    def facts(case: Outcome) -> set[str]:
        return {fact.name for _, facts in desk.case(POL, case.case_id).facts for fact in facts}

    assert "birth_date" in facts(opened(desk))
    for others in (ADULT, YES):
        with refused("not_found", 404):
            facts(opened(desk, others))


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
    known = desk.task(ANA, task).saved
    desk.save_answers(ANA, task, {"words": "ZZOWN"})
    assert desk.task(ANA, task).saved == {**known, "words": "ZZOWN"}


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


def test_what_a_command_did_is_told_as_far_as_one_may_know_of_the_case(desk: Desk, store: SqlStore) -> None:
    content = files()
    content[LAW] = content[LAW].replace(b"holder: reception", b"holder: medical")
    content[MANIFEST] = content[MANIFEST].replace(b"rw: Dosiye}}", b"rw: Dosiye}, group: clinical}")
    library = from_files(content, "rwanda")
    own = desk.open_case(ANA, "kigali", "reception", CHILD, "own")
    store.publish(library.digest, library.jurisdiction, library.files, "a", "b", NOW + timedelta(hours=1))
    with clock.at(NOW + timedelta(hours=1)):
        house = Desk(store, Editions(store))
        told = house.open_case(ANA, "kigali", "reception", CHILD, "not-hers")
        again = house.open_case(ANA, "kigali", "reception", CHILD, "not-hers")
        task = house.task(ANA, told.opened[0]).item
        done = house.complete_task(ANA, task.id, task.version, {"wants_medical": "later"})

    assert (own.duties_opened, told.duties_opened) == (("minor-report",), ())
    assert again == replace(told, replayed=True)
    file = store.read_file(told.case_id)
    assert file is not None
    assert [(task.element, task.role) for task in file.tasks] == [("give_aid", "medical")]
    assert (done.opened, done.decisions) == ((), ("protection",))


def test_a_step_that_must_wait_says_what_for_as_far_as_one_may_know_of_it(desk: Desk, store: SqlStore) -> None:
    content = files()
    main = content[MAIN].decode()
    demand = "care:requires=\"case.processes_running == 0 and duty.minor-report != 'owed' and weight_kg is not unset\""
    content[MAIN] = main.replace('id="welcome" name="Welcome"', f'id="welcome" name="Welcome" {demand}').encode()
    content[MANIFEST] = content[MANIFEST].replace(b"rw: Ubuvuzi}, group: clinical}", b"rw: Ubuvuzi}}")
    library = from_files(content, "rwanda")
    store.publish(library.digest, library.jurisdiction, library.files, "a", "b", NOW + timedelta(hours=1))

    def waits_for(house: Desk, answers: dict[str, Any]) -> str:
        task = house.task(ANA, house.open_case(ANA, "kigali", "reception", answers).opened[0])
        if task.blocked is None:
            return ""
        with pytest.raises(Refusal) as refused:
            house.complete_task(replace(ANA, language="fr"), task.item.id, task.item.version, {"wants_medical": "no"})
        assert refused.value.params == {"what": task.blocked.sentence["fr"]}
        assert refused.value.message.endswith(f"It is possible once {task.blocked.sentence['en']}")
        return task.blocked.sentence["en"]

    report = "this is owed no more: A child's case is reported"
    with clock.at(NOW + timedelta(hours=1)):
        house = Desk(store, Editions(store))
        assert waits_for(house, CHILD) == f"this is over: Medical care, A visit; {report}"
        assert waits_for(house, {**ADULT, "wants_medical": "no"}) == ""
        assert waits_for(house, {"wants_medical": "no"}) == "something that you are not shown"
    content[MANIFEST] = content[MANIFEST].replace(b"rw: Ubuvuzi}}", b"rw: Ubuvuzi}, group: clinical}")
    library = from_files(content, "rwanda")
    store.publish(library.digest, library.jurisdiction, library.files, "a", "b", NOW + timedelta(hours=2))
    with clock.at(NOW + timedelta(hours=2)):
        shown = waits_for(Desk(store, Editions(store)), CHILD)
    assert shown == f"this is over: something that you are not shown, A visit; {report}"
