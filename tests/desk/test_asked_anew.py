"""A correction offers the answers that are possible in the case as it stands, in words, and no other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from engine.drills.vocabulary import Answer
from engine.library import LANGUAGES, Form
from engine.model import CASE_SCOPE, Refusal
from engine.store.store import SqlStore
from tests.survivors import ADULT, CHILD
from tests.walk import Walk, published, shipped, walk_on

OWN_CHOICE = "own_choice"
FULL: dict[str, Answer] = {"stay_accepted": "full", "place_found": "safe_house"}


@pytest.fixture
def walks(store: SqlStore) -> Iterator[Walk]:
    with walk_on(store, published(store), {}) as walk:
        yield walk


def arrives(walk: Walk, told: Mapping[str, Answer], until: str) -> None:
    """Until a fact is recorded."""
    walk.tell(told)
    walk.arrive("reception", "reception")
    for _ in walk.on():
        if (until, CASE_SCOPE) in walk.file().facts:
            return
    raise AssertionError(f"Nobody recorded {until}")


def question(walk: Walk, role: str, name: str) -> Form:
    return walk.desk.fact(walk.person(role), walk.case_id, name).form


def offered(walk: Walk, role: str, name: str) -> set[str]:
    asked = question(walk, role, name).properties[name]
    return set(asked.get("items", asked)["enum"])


def correct(walk: Walk, role: str, name: str, value: str, **also: object) -> None:
    fact = walk.file().facts[name, CASE_SCOPE]
    change = (fact.recorded_at, value, "Misheard the first time")
    walk.desk.correct_fact(walk.person(role), walk.case_id, name, CASE_SCOPE, *change, also=also)


@pytest.mark.parametrize("wish", ["wants_police", "wants_safe_room"])
@pytest.mark.parametrize("said", ["yes", "no", "later"])
def test_whatever_she_said_it_can_be_corrected_to_what_she_meant_and_back(walks: Walk, wish: str, said: str) -> None:
    arrives(walks, {**ADULT, wish: said}, wish)

    assert offered(walks, "reception", wish) == {"yes", "no", "later"}
    other = "no" if said == "yes" else "yes"
    for value in (other, said):
        correct(walks, "reception", wish, value)
        assert walks.file().facts[wish, CASE_SCOPE].value == value


def test_the_place_of_a_child_is_not_corrected_to_one_she_chose_alone(walks: Walk) -> None:
    arrives(walks, {**CHILD, **FULL}, "place_found")

    assert OWN_CHOICE not in offered(walks, "psychosocial", "place_found")
    with pytest.raises(Refusal) as refused:
        correct(walks, "psychosocial", "place_found", OWN_CHOICE)
    assert [problem.field for problem in refused.value.problems] == ["place_found"]


def test_the_place_of_an_adult_is(walks: Walk) -> None:
    arrives(walks, {**ADULT, **FULL, "wants_safe_room": "yes"}, "place_found")

    correct(walks, "psychosocial", "place_found", OWN_CHOICE)

    assert walks.file().facts["place_found", CASE_SCOPE].value == OWN_CHOICE


def test_what_an_adult_chose_and_a_child_could_not_is_still_told_in_words(walks: Walk) -> None:
    arrives(walks, {**ADULT, **FULL, "wants_safe_room": "yes", "place_found": OWN_CHOICE}, "place_found")
    correct(walks, "reception", "birth_date", "2014-06-01")

    form = question(walks, "psychosocial", "place_found")

    assert OWN_CHOICE not in form.properties["place_found"]["enum"]
    assert all(form.texts[language][f"place_found.{OWN_CHOICE}"] for language in LANGUAGES)


def test_where_a_child_went_is_not_corrected_to_a_place_she_chose_alone_and_where_an_adult_went_is(
    store: SqlStore,
) -> None:
    for told, possible in ((ADULT, True), (CHILD, False)):
        with walk_on(store, published(store), {}) as walk:
            arrives(walk, {**told, "wants_safe_room": "yes", "stay_continues": "no"}, "discharge_to")

            assert (OWN_CHOICE in offered(walk, "psychosocial", "discharge_to")) == possible


@pytest.mark.parametrize("told", [ADULT, CHILD], ids=["adult", "child"])
def test_every_answer_that_a_correction_offers_has_its_words_in_every_language(
    walks: Walk, told: Mapping[str, Answer]
) -> None:
    walks.tell(told)
    walks.arrive("reception", "reception")
    walks.to_closure()
    seen = 0
    for role in shipped().roles:
        try:
            correctable = walks.desk.case(walks.person(role), walks.case_id).correctable
        except Refusal:
            continue
        for name in correctable:
            if (name, CASE_SCOPE) not in walks.file().facts:
                continue
            form = question(walks, role, name)
            asked = form.properties[name]
            for value in asked.get("items", asked).get("enum", ()):
                assert all(form.texts[language].get(f"{name}.{value}") for language in LANGUAGES), (name, value)
                seen += 1
    assert seen > 100


def test_a_correction_says_no_less_than_whoever_answers_first_must_say(walks: Walk) -> None:
    arrives(walks, {**CHILD, "age_known": "stated", "age_stated": 15}, "age_known")
    paper, birth = ("age_known", "documented"), "2009-06-01"

    form = question(walks, "reception", "age_known")

    assert set(form.properties) == {"age_known", "birth_date"}
    with pytest.raises(Refusal) as refused:
        correct(walks, "reception", *paper)
    assert [(one.field, one.code) for one in refused.value.problems] == [("birth_date", "required")]
    correct(walks, "reception", *paper, birth_date=birth)
    known = {name: fact for (name, _), fact in walks.file().facts.items()}
    assert (known["age_known"].value, str(known["birth_date"].value)) == ("documented", birth)
    assert (known["age_known"].corrects, known["birth_date"].corrects) == (True, False)
    lines = walks.desk.trail(walks.person("coordinator"), walks.case_id).items
    told = [
        (line.kind, line.params["field"]) for line in reversed(lines) if line.kind in ("fact.corrected", "fact.along")
    ]
    assert told == [("fact.corrected", "age_known"), ("fact.along", "birth_date")]


def test_a_consent_that_is_corrected_to_given_says_to_what_and_how(walks: Walk) -> None:
    refusing = {**ADULT, "wants_police": "yes", "police_consent": "no"}
    arrives(walks, refusing, "police_consent")

    with pytest.raises(Refusal) as refused:
        correct(walks, "medical", "police_consent", "yes")

    assert {one.field for one in refused.value.problems} == {"consent_scope", "consent_given_how"}
    given = {"consent_scope": ["account"], "consent_given_how": "signature"}
    correct(walks, "medical", "police_consent", "yes", **given)
    assert walks.file().facts["consent_scope", CASE_SCOPE].value == ("account",)


def test_what_is_known_already_is_not_asked_along(walks: Walk) -> None:
    arrives(walks, {**CHILD, "age_known": "stated", "age_stated": 15}, "age_known")
    correct(walks, "reception", "age_known", "documented", birth_date="2009-06-01")

    assert set(question(walks, "reception", "age_known").properties) == {"age_known"}
    correct(walks, "reception", "age_known", "stated")


def test_a_correction_that_is_sent_twice_is_done_once_though_what_is_said_along_is_asked_no_more(walks: Walk) -> None:
    arrives(walks, {**CHILD, "age_known": "stated", "age_stated": 15}, "age_known")
    seen, person = walks.file().facts["age_known", CASE_SCOPE].recorded_at, walks.person("reception")
    change = (walks.case_id, "age_known", CASE_SCOPE, seen, "documented", "A card", "pressed twice")

    first = walks.desk.correct_fact(person, *change, also={"birth_date": "2009-06-01"})
    again = walks.desk.correct_fact(person, *change)

    assert (first.replayed, again.replayed) == (False, True)
