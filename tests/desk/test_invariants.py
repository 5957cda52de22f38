"""What must hold of every case of the shipped pathway, whatever is answered (docs/invariants.md): what no single duty
says."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable

import pytest

from engine.checks.texts import every_text
from engine.expressions import names
from engine.library import Element
from engine.model import Refusal
from engine.rules.state import State
from engine.store.store import SqlStore
from tests.survivors import ADULT, REPORTING
from tests.walk import Walk, published, shipped, walk_on

LIFE = "life_threat"
MONEY = re.compile(r"\b(pay\w*|fees?|prices?|costs?|invoices?|money|francs?|deposit)\b", re.IGNORECASE)
CHOICES = ("wants_medical", "wants_psychosocial", "wants_safe_room", "wants_police")


@pytest.fixture
def store(sqlite_url: str, opened: Callable[..., SqlStore]) -> SqlStore:
    """Of one kind: what is asked here, the content answers."""
    return opened(sqlite_url)


def steps() -> list[Element]:
    return [element for diagram in shipped().pathway.diagrams.values() for element in diagram.elements.values()]


# I1: the report about a child ends only by what two people said


def test_only_an_adult_or_two_people_end_a_report_that_is_owed() -> None:
    (rule,) = [rule for rule in shipped().starts if rule.process == "mandatory_report"]
    assert rule.cancel_when is not None
    assert names(rule.cancel_when) == {
        "now.protection",
        "suspected_crime",
        "no_crime_confirmed",
        "process.suspicion_review",
        "act.report.filed",
    }
    confirms = [step for step in steps() if step.form == "suspicion_review"]
    assert {step.lane for step in confirms} == {"Coordinator"}
    assert not shipped().facts["no_crime_confirmed"].correctable


# I5: a life in danger comes before any other question


def test_every_door_asks_first_whether_a_life_is_in_danger_and_cannot_be_passed_without_an_answer() -> None:
    doors = shipped().pathway.doors.values()
    for door in doors:
        form = shipped().forms[door.form]
        assert LIFE in form.schema["required"], door.id
        assert next(iter(form.properties)) == LIFE, door.id
    assert len(doors) == 4


def test_help_starts_by_rule_whenever_a_life_is_in_danger() -> None:
    started = {rule.process: names(rule.when) for rule in shipped().starts}
    assert all(LIFE in started[process] for process in ("emergency", "send_help"))


# I7: refusing one service never removes another


def test_no_service_hangs_on_the_choice_about_another() -> None:
    about = defaultdict(set)
    for rule in shipped().starts:
        for name in names(rule.when) | (names(rule.cancel_when) if rule.cancel_when else frozenset()):
            about[name].add(rule.process)
    assert all(about[choice] for choice in CHOICES)
    assert len(set().union(*(about[choice] for choice in CHOICES))) == sum(len(about[choice]) for choice in CHOICES)


@pytest.mark.parametrize("refused", CHOICES)
def test_whoever_refuses_one_service_keeps_the_others(store: SqlStore, refused: str) -> None:
    editions, every = published(store), {**REPORTING, **dict.fromkeys(CHOICES, "yes")}
    with walk_on(store, editions, every) as walk:
        whole = _running_once_the_file_is_open(walk)
    with walk_on(store, editions, {**every, refused: "no"}) as walk:
        left = _running_once_the_file_is_open(walk)
    assert left < whole
    assert len(whole - left) == 1


def _running_once_the_file_is_open(walk: Walk) -> set[str]:
    walk.arrive("reception", "reception")
    opened = False
    for task in walk.on():
        if opened:
            break
        opened = task.element == "open_the_file"
    return {process.key for process in walk.file().processes if process.status == "running"}


# I8: no payment


def test_nothing_in_the_pathway_asks_for_money() -> None:
    library = shipped()
    ids = [*library.facts, *library.acts, *library.forms, *(step.id for step in steps())]
    said = [text.get("en", "") for _, text, _ in every_text(library)]
    said += [words for form in library.forms.values() for words in form.texts["en"].values()]
    said += [step.name for step in steps()]
    assert [word for word in (*map(_spaced, ids), *said) if MONEY.search(word)] == []
    assert MONEY.search("Pay the fee")


def _spaced(id: str) -> str:
    return id.replace("_", " ").replace(".", " ")


# I9: the story is asked once


ALTERNATIVES = ({"other_place", "other_place_child"},)
"""Forms of which a person meets one: which of them, is decided by the diagram."""


def test_no_account_is_asked_of_everybody_in_two_places() -> None:
    library = shipped()
    asked = defaultdict(set)
    for form in library.forms.values():
        for name in form.schema.get("required", ()):
            rule = library.facts[name]
            if rule.type == "text" and not name.startswith("officer"):
                asked[name].add(form.id)
    assert {name: forms for name, forms in asked.items() if len(forms) > 1 and forms not in ALTERNATIVES} == {}
    for step in steps():
        for act in step.acts:
            assert act.act != "story.asked" or act.when is not None, step.id


# I11: every wait has an owner


def test_every_task_is_in_the_lane_of_a_role_and_every_silent_wait_is_for_people_or_a_time() -> None:
    library = shipped()
    states = ("process.", "case.", "act.", "duty.")
    for step in steps():
        if step.kind == "user":
            assert step.lane in library.pathway.lanes, step.id
        if step.kind == "conditional" and step.condition is not None:
            owned = [name for name in names(step.condition) if name.startswith(states) or name in _asked()]
            assert owned, step.id


def _asked() -> set[str]:
    return {name for form in shipped().forms.values() for name in form.properties}


# I14: consent withdrawn stops what waits, in the same transaction


@pytest.mark.parametrize("scope", [["account"], ["account", "identity"]], ids=["unnamed", "named"])
def test_once_consent_is_withdrawn_no_open_task_can_tell_the_police(store: SqlStore, scope: list[str]) -> None:
    tells = {step.id for step in steps() if any(act.act == "police.notified" for act in step.acts)}
    with walk_on(store, published(store), {**REPORTING, "consent_scope": scope}) as walk:
        walk.arrive("reception", "reception")
        for task in walk.on():
            if task.element in tells:
                break
        assert {task.element for task in walk.possible()} & tells
        before = walk.file().case.version
        _withdraw(walk)
        assert walk.file().case.version == before + 1, "one transaction"
        assert not {task.element for task in walk.possible()} & tells
        assert not any(act == "police.notified" for act, _ in walk.file().acts)


@pytest.mark.parametrize("answers", [ADULT, REPORTING], ids=["no police", "police"])
def test_an_adult_whose_consent_never_stood_is_never_reported(store: SqlStore, answers: dict[str, object]) -> None:
    """I2 and I3: whatever else is chosen."""
    with walk_on(store, published(store), {**answers, "police_consent": "no"}) as walk:  # type: ignore[dict-item]
        walk.arrive("reception", "reception")
        for _ in walk.on():
            assert not any(act == "police.notified" for act, _ in walk.file().acts)


def _withdraw(walk: Walk) -> None:
    form = shipped().forms[shipped().pathway.anytime["change_consent"].form]
    walk.told["police_consent"] = "no"
    walk.desk.record_facts(walk.person("medical"), walk.case_id, "change_consent", walk.filled(form))


# I12: no closing over what is owed


def test_the_case_that_walks_to_its_end_leaves_nothing_owed(store: SqlStore) -> None:
    with walk_on(store, published(store), REPORTING) as walk:
        walk.arrive("reception", "reception")
        for task in walk.on():
            state = State.of(walk.file(), shipped().pathway)
            if task.element == "review_and_close" and state.duties_owed:
                with pytest.raises(Refusal):
                    walk.complete(task)
        assert not [duty.rule for duty in walk.file().duties if duty.open]
