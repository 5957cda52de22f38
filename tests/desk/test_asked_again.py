"""What is asked again on purpose is not answered already, wherever a whole case comes by."""

from __future__ import annotations

from engine.store.store import SqlStore
from tests.survivors import ADULT
from tests.walk import published, walk_on


def test_no_step_answers_by_itself_what_it_asks_again(store: SqlStore) -> None:
    told = {**ADULT, "another_session": "yes"}
    asked: list[str] = []
    with walk_on(store, published(store), told) as walk:
        walk.arrive("hotline", "reception")
        for task in walk.on():
            known = {name for name, scope in walk.file().facts if scope == "case"}
            view = walk.desk.task(walk.person(task.role), task.id)
            again = {name for name in view.form.properties if view.form.asks_again(name)}
            assert not again & view.saved.keys()
            assert {told.name for told in view.before} == again & known
            asked += sorted(again & known)
            if asked.count("suicide_risk") > 1:
                break
    assert len(set(asked)) > 3
