"""What a form left out is answered later: only what nothing decides by, by whoever fills that form, and once."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest

from engine.checks.analysis.uses import names_read
from engine.content import from_files
from engine.drills.vocabulary import Answer
from engine.entries import ENTRY_KINDS
from engine.forms import visible
from engine.library import Library, controls_of
from engine.model import CaseFile, Refusal
from engine.questions.case_view import DONE
from engine.store.open import open_store
from engine.store.records import TrailRow
from engine.store.store import SqlStore
from engine.views import LeftOut
from tests.databases import KEYRING
from tests.survivors import ADULT, CHILD, REPORTING
from tests.walk import Walk, published, shipped, walk_on

FILES = shipped().files


@contextmanager
def walk_of(store: SqlStore, told: Mapping[str, Answer], steps: int, library: Library | None = None) -> Iterator[Walk]:
    """A case in which every question that needs no answer was left out, so many steps along."""
    with walk_on(store, published(store, library), told) as begun:
        begun.arrive("reception", "reception")
        for _ in range(steps):
            begun.pass_time(timedelta(minutes=1))
            begun.complete(begun.possible()[0])
        yield begun


@pytest.fixture(params=[ADULT, CHILD], ids=["adult", "child"])
def long_walk(request: pytest.FixtureRequest) -> Iterator[Walk]:
    with walk_of(open_store("sqlite://", KEYRING, shipped().is_apart), request.param, 18) as begun:
        yield begun


@pytest.fixture
def walk(store: SqlStore) -> Iterator[Walk]:
    with walk_of(store, ADULT, 3) as begun:
        yield begun


def offered(walk: Walk, role: str) -> tuple[LeftOut, ...]:
    return walk.desk.case(walk.person(role), walk.case_id).left_out


def everything(walk: Walk) -> list[tuple[str, LeftOut]]:
    """(role, what it may still answer), for each role that works on the case."""
    return [(role, late) for role in ("reception", "medical", "psychosocial") for late in offered(walk, role)]


def of_the_file(walk: Walk) -> LeftOut:
    (late,) = [late for late in offered(walk, "reception") if late.id == "open_file"]
    return late


def answer(walk: Walk, role: str, late: LeftOut, name: str, command: str | None = None, text: object = None) -> None:
    given = {name: text or some_answer(walk, name)}
    walk.desk.answer_later(walk.person(role), walk.case_id, late.id, given, command)


def some_answer(walk: Walk, name: str) -> object:
    rule = shipped().facts[name]
    match rule.type:
        case "choice":
            return rule.values[0]
        case "choices":
            return list(rule.values[:1])
        case "datetime":
            return walk.now.isoformat()
    return "said later"


def what_is_owed_and_open(file: CaseFile) -> object:
    return file.tasks, file.duties, file.clocks, file.timers, file.acts, [one.status for one in file.processes]


def refused(code: str) -> pytest.RaisesExc[Refusal]:
    return pytest.raises(Refusal, check=lambda refusal: refusal.code == code)


def test_whatever_comes_later_is_recorded_and_changes_nothing_else(long_walk: Walk) -> None:
    walk = long_walk
    late_ones = everything(walk)
    assert sum(len(late.form.properties) for _, late in late_ones) > 3
    assert not {name for _, late in late_ones for name in late.form.properties} & names_read(shipped())
    before = what_is_owed_and_open(walk.file())
    told = {}
    for role, late in late_ones:
        for name in late.form.properties:
            if name not in told:
                answer(walk, role, late, name)
                told[name] = f"form:{late.id}"
    after = walk.file()
    assert what_is_owed_and_open(after) == before
    assert {name: after.facts[name, "case"].source for name in told} == told
    assert everything(walk) == []


def test_who_does_not_fill_a_form_is_offered_nothing_of_it_and_can_answer_nothing(walk: Walk) -> None:
    late = of_the_file(walk)
    assert "open_file" not in {late.id for late in offered(walk, "medical")}
    assert offered(walk, "coordinator") == ()
    for role in ("medical", "psychosocial", "police", "safe_room", "coordinator"):
        with refused("not_found"):
            answer(walk, role, late, "phone")
    with refused("not_found"):
        answer(walk, "administrator", late, "phone")


def test_whoever_fills_a_form_in_their_lane_answers_it_later_though_they_record_nothing_at_any_time(
    store: SqlStore,
) -> None:
    recording = b"may: [case.open, case.read, task.work, facts.record, fact.correct, shift.own]"
    files = {path: data.replace(recording, b"may: [case.open, case.read, task.work]") for path, data in FILES.items()}
    with walk_of(store, ADULT, 3, from_files(files, "rwanda")) as walk:
        answer(walk, "reception", of_the_file(walk), "phone")
        assert walk.file().facts["phone", "case"].value == "said later"


def test_what_a_rule_reads_cannot_be_slipped_in_with_it(walk: Walk) -> None:
    late = of_the_file(walk)
    answers = {"phone": "0780000000", "wants_police": "yes"}
    with refused("invalid_answers"):
        walk.desk.answer_later(walk.person("reception"), walk.case_id, late.id, answers)
    assert ("phone", "case") not in walk.file().facts


def test_of_two_people_the_slower_one_is_told_who_answered(walk: Walk) -> None:
    late = of_the_file(walk)
    answer(walk, "reception", late, "phone", "first")
    answer(walk, "reception", late, "phone", "first")  # pressed twice
    with refused("answered_meanwhile") as told:
        answer(walk, "reception", late, "phone", "second", "0781111111")
    assert told.value.params["by"] == walk.person("reception").id
    assert told.value.status == 409
    assert told.value.params["questions"] == "Safe phone number"


def test_whoever_reaches_for_what_is_not_theirs_leaves_a_trace_also_by_looking_or_by_what_cannot_be_read(
    walk: Walk,
) -> None:
    def unreadable(_: object) -> dict[str, object]:
        raise Refusal("invalid_answers", "Some answers need another look")

    medical, late = walk.person("medical"), of_the_file(walk)
    reaches: list[Callable[[], object]] = [
        lambda: walk.desk.left_out(medical, walk.case_id, late.id),
        lambda: walk.desk.left_out(medical, walk.case_id, "nothing_of_that_name"),
        lambda: answer(walk, "medical", late, "phone"),
        lambda: walk.desk.answer_later(medical, walk.case_id, late.id, unreadable),
        lambda: walk.desk.answer_later(medical, walk.case_id, "nothing_of_that_name", {}),
    ]
    for number, reach in enumerate(reaches, 1):
        with refused("not_found"):
            reach()
        assert len(denied(walk)) == number
    with refused("invalid_answers"):  # theirs, and nobody's guess at what is not
        walk.desk.answer_later(walk.person("reception"), walk.case_id, late.id, unreadable)
    assert {(row.entry.person, row.entry.params["action"]) for row in denied(walk)} == {(medical.id, "task.work")}


def denied(walk: Walk) -> list[TrailRow]:
    return walk.store.trail(walk.case_id, kinds={"denied"})


def test_a_first_dose_before_the_assault_is_a_slip_wherever_it_is_written(store: SqlStore) -> None:
    with walk_of(store, ADULT, 3) as walk:
        assault = walk.file().facts["incident_at", "case"].value
        assert isinstance(assault, datetime)
        dose = {"pep_first_dose_at": (assault - timedelta(minutes=1)).isoformat()}
        too_early = walk.filled(shipped().forms["offer_pep"]) | dose
        medical = walk.person("medical")
        task = next(task for task in walk.on() if task.form == "offer_pep")
        with refused("invalid_answers") as slip:
            walk.desk.complete_task(medical, task.id, task.version, too_early)
        assert [(one.field, one.code) for one in slip.value.problems] == [("pep_first_dose_at", "out_of_order")]
        with refused("invalid_answers"):
            walk.desk.record_facts(medical, walk.case_id, "record_pep", too_early)
        in_time = {**too_early, "pep_first_dose_at": assault.isoformat()}
        walk.desk.complete_task(medical, task.id, task.version, in_time)
        first = walk.file().facts["pep_first_dose_at", "case"]
        with refused("invalid_answers"):
            change = (first.recorded_at, dose[first.name], "misheard")
            walk.desk.correct_fact(medical, walk.case_id, *first.key, *change)


def test_an_empty_form_is_asked_again(walk: Walk) -> None:
    late = offered(walk, "reception")[0]
    with refused("invalid_answers") as empty:
        walk.desk.answer_later(walk.person("reception"), walk.case_id, late.id, {})
    assert empty.value.problems[0].field == next(iter(late.form.properties))


def test_a_closed_case_takes_no_late_answers(long_walk: Walk) -> None:
    late = of_the_file(long_walk)
    for _ in long_walk.on():
        pass
    assert long_walk.file().case.status == "closed"
    assert everything(long_walk) == []
    with refused("not_found"):
        answer(long_walk, "reception", late, "phone")


@contextmanager
def withdrawn_report(store: SqlStore) -> Iterator[Walk]:
    """A case that was reported to the police with consent, which was then withdrawn."""
    with walk_on(store, published(store), REPORTING) as walk:
        walk.arrive("reception", "reception")
        for _ in walk.on():
            if walk.file().acts.get(("police.notified", "case")):
                break
        walk.tell({"police_consent": "no"})
        withdrawn = walk.filled(shipped().forms["consent_change"])
        walk.desk.record_facts(walk.person("reception"), walk.case_id, "change_consent", withdrawn)
        yield walk


def what_the_police_see(walk: Walk) -> object:
    view = walk.desk.case(walk.person("police"), walk.case_id, DONE)
    return view.facts, view.left_out, [line.kind for line in view.timeline]


def test_once_consent_is_withdrawn_no_late_answer_tells_the_police_anything(store: SqlStore) -> None:
    with withdrawn_report(store) as walk:
        sources = {fact.source.removeprefix("form:") for fact in walk.file().facts.values()}
        (report,) = [source for source in sources if source.startswith("adult_report")]
        seen = what_the_police_see(walk)

        with pytest.raises(Refusal):
            walk.desk.answer_later(walk.person("police"), walk.case_id, report, {"report_name": "N. N."})
        late_ones = everything(walk)
        for role, late in late_ones:
            for name in late.form.properties:
                if (name, "case") not in walk.file().facts:
                    answer(walk, role, late, name)

        assert late_ones
        assert what_the_police_see(walk) == seen


def test_once_consent_is_withdrawn_no_entry_of_any_kind_names_to_the_police_what_they_do_not_see(
    store: SqlStore,
) -> None:
    with withdrawn_report(store) as walk:
        for role, late in everything(walk):
            walk.desk.left_out(walk.person(role), walk.case_id, late.id)
            walk.desk.duties(walk.person(role), walk.case_id)
        for role in ("reception", "medical", "psychosocial"):
            for name in walk.desk.case(walk.person(role), walk.case_id).correctable:
                walk.desk.fact(walk.person(role), walk.case_id, name, why="care")
        police, library = walk.person("police"), shipped()

        lines = walk.desk.case(police, walk.case_id, frozenset(ENTRY_KINDS)).timeline
        for role in ("police", "medical", "coordinator"):
            walk.desk.case(walk.person(role), walk.case_id, frozenset(ENTRY_KINDS))

        seen = walk.desk._reader(police, library.digest).groups(walk.file())
        hidden = (library.groups.keys() - seen) | {fact.id for fact in library.facts.values() if fact.group not in seen}
        named = {word for line in lines for text in line.params.values() for word in text.split(", ")}
        assert named & hidden == set()
        assert named & {fact.id for fact in library.facts.values() if fact.group in seen}
        looked = [row.entry for row in walk.store.trail(walk.case_id, kinds={"case.read"})]
        assert {word for entry in looked for word in entry.params["groups"].split(", ")} <= library.groups.keys()
        assert any("clinical" in entry.params["groups"] for entry in looked)


def test_a_late_answer_to_a_case_that_is_closed_meanwhile_is_refused(
    long_walk: Walk, monkeypatch: pytest.MonkeyPatch
) -> None:
    late, looked = of_the_file(long_walk), long_walk.desk._answers

    def closing(*asked: Any) -> Any:
        monkeypatch.setattr(long_walk.desk, "_answers", looked)
        for _ in long_walk.on():
            pass
        return looked(*asked)

    monkeypatch.setattr(long_walk.desk, "_answers", closing)
    with refused("not_found"):
        answer(long_walk, "reception", late, "phone")
    assert ("phone", "case") not in long_walk.file().facts


@pytest.mark.parametrize(
    ("form", "said", "name"),
    [
        ("examination", {"wounds": "not_examined"}, "findings"),
        ("offer_pep", {"pep_answer": "declined"}, "pep_first_dose_at"),
        ("safety_plan", {"safety_plan_made": "declined"}, "safety_plan"),
    ],
)
def test_what_an_answer_says_was_refused_is_no_question_any_more(form: str, said: dict[str, str], name: str) -> None:
    asks = shipped().forms[form]
    otherwise = {**said, **dict.fromkeys(said, asks.properties[next(iter(said))]["enum"][0])}
    assert name in visible(asks, otherwise)
    assert name not in visible(asks, said)


def test_a_correction_makes_no_form_count_as_filled_in_that_never_was(walk: Walk) -> None:
    """She walked in: nobody answered a call, which asks for her language, too."""
    reception = walk.person("reception")
    before = {late.id for late in offered(walk, "reception")}
    for value in ("fr", "en"):
        language = walk.file().facts["language", "case"]
        walk.desk.correct_fact(reception, walk.case_id, *language.key, language.recorded_at, value, "misheard")
    assert {late.id for late in offered(walk, "reception")} == before
    with refused("not_found"):
        walk.desk.answer_later(reception, walk.case_id, "arrival_hotline", {"name_used": "N."})


def test_a_question_that_is_asked_no_more_when_its_late_answer_is_kept_is_refused_at_its_field(
    store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the look and the keeping, a colleague corrects the answer on which the question hangs."""
    form = json.loads(FILES["forms/open_file.json"])
    (control,) = [one for one in controls_of(form["uischema"]) if one["scope"] == "#/properties/contact_person"]
    condition = {"scope": "#/properties/age_known", "schema": {"const": "documented"}}
    control["rule"] = {"effect": "SHOW", "condition": condition}
    files = {**FILES, "forms/open_file.json": json.dumps(form).encode()}
    with walk_of(store, ADULT, 3, from_files(files, "rwanda")) as walk:
        reception, looked = walk.person("reception"), walk.desk._answers

        def correcting(*asked: Any, **more: Any) -> Any:
            monkeypatch.setattr(walk.desk, "_answers", looked)
            said = walk.file().facts["age_known", "case"]
            walk.desk.correct_fact(reception, walk.case_id, *said.key, said.recorded_at, "unknown", "misheard")
            return looked(*asked, **more)

        monkeypatch.setattr(walk.desk, "_answers", correcting)
        for _ in range(2):  # at once, and by whoever still has the page open
            with refused("invalid_answers") as gone:
                walk.desk.answer_later(reception, walk.case_id, "open_file", {"contact_person": "An aunt"})
            assert [(one.field, one.code) for one in gone.value.problems] == [("contact_person", "not_asked")]
        assert ("contact_person", "case") not in walk.file().facts


def test_a_correction_of_all_that_was_answered_does_not_hide_what_was_left_out(walk: Walk) -> None:
    other = {"age_known": "stated", "birth_date": "1991-04-10", "sex": "male", "child_then": "yes"}
    other["incident_at"] = (walk.now - timedelta(hours=9)).isoformat()
    late, reception = of_the_file(walk), walk.person("reception")
    answered = [fact for fact in walk.file().facts.values() if fact.source == f"form:{late.id}"]
    for fact in answered:
        change = (fact.name, "case", fact.recorded_at, other[fact.name], "misheard")
        also = {"age_stated": 34} if fact.name == "age_known" else {}
        walk.desk.correct_fact(reception, walk.case_id, *change, also=also)
    assert answered
    assert f"form:{late.id}" not in {fact.source for fact in walk.file().facts.values()}
    assert "phone" in of_the_file(walk).form.properties
