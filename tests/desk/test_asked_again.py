"""What is asked again on purpose, and what holds for one day only, is not answered already, wherever a case goes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

from engine.drills.vocabulary import Answer
from engine.model import Task
from engine.moves.complete_task import scope_of
from engine.store.store import SqlStore
from tests.survivors import ADULT, CHILD
from tests.walk import Walk, published, shipped, walk_on

ONCE_MORE: dict[str, Answer] = {
    "able_now": "no",
    "another_session": "yes",
    "danger_again": "yes",
    "stay_accepted": "full",
    "stay_continues": "yes",
    "suicide_risk": "yes",
    "survivor_arrived": "not_yet",
    "told_child": "not_possible",
    "suicide_asked": "yes",
    "visit_suicide": "yes",
}
"""What has a step come back."""
ENOUGH: dict[str, Answer] = {
    "able_now": "yes",
    "another_session": "no",
    "danger_again": "no",
    "stay_accepted": "yes",
    "stay_continues": "no",
    "suicide_risk": "no",
    "survivor_arrived": "yes",
    "told_child": "yes",
    "suicide_asked": "yes",
    "visit_suicide": "no",
}
AGAIN: dict[str, Answer] = {"wants_medical": "yes", "wants_psychosocial": "yes", "wants_safe_room": "yes"}
NEVER: dict[str, Answer] = {"wants_medical": "no", "wants_psychosocial": "no", "wants_safe_room": "no"}
IN_SHOCK: dict[str, Answer] = {"life_threat": "yes", "able_to_express": "no"}


def steps(walk: Walk, done: Counter[str]) -> Iterator[Task]:
    """The steps of a case until it is closed; what can come back does so once."""
    for task in walk.on():
        done[task.element] += 1
        walk.tell(ONCE_MORE if done[task.element] == 1 else ENOUGH)
        yield task


def twice(walk: Walk, door: str, done: Counter[str]) -> Iterator[Task]:
    """The steps of a case that ends, of which everything is wanted once more, and that ends again."""
    walk.arrive(door, "reception")
    yield from steps(walk, done)
    form = walk.desk.library().forms[walk.desk.library().pathway.anytime["change_choice"].form]
    for wishes in (NEVER, AGAIN):
        walk.tell(wishes)
        walk.desk.record_facts(walk.person("reception"), walk.case_id, "change_choice", walk.filled(form))
    yield from steps(walk, done)


@pytest.mark.parametrize(
    ("door", "told"), [("hotline", {**ADULT, **IN_SHOCK}), ("reception", CHILD)], ids=["adult", "child"]
)
def test_a_form_that_comes_again_begins_with_what_lasts_and_with_nothing_else(
    store: SqlStore, door: str, told: dict[str, Answer]
) -> None:
    library, done, met = shipped(), Counter[str](), set[str]()
    with walk_on(store, published(store), {**told, **AGAIN, "place_found": "bed_after_all"}) as walk:
        for task in twice(walk, door, done):
            view, facts = walk.desk.task(walk.person(task.role), task.id), walk.file().facts
            rules = {name: library.facts[name] for name in view.form.properties if not library.is_apart(name)}
            known = {name for name, rule in rules.items() if (name, scope_of(rule, task.scope)) in facts}
            lasting = {name for name in known if rules[name].lasting and not view.form.asks_again(name)}
            assert (view.saved.keys(), {one.name for one in view.before}) == (lasting, known - lasting), task.element
            met |= {task.element} if known - lasting else set()
    again = {step for step, times in done.items() if times > 1}
    assert again <= met
    assert len(again) > 20
