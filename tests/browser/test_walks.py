"""A child's and an adult's case walk through all roles to closure in a browser, with scripts and without."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

import pytest

from engine import clock
from engine.drills.vocabulary import Answer
from engine.model import Task
from tests.agreement import disagreements
from tests.browser.conftest import Watched
from tests.browser.staff import fill, send, sign_in, sign_out
from tests.survivors import ADULT, CHILD
from tests.walk import Walk
from tests.web.running import CENTRE, Hands, House

A_TASK_TAKES = timedelta(minutes=2)


def receive(seen: Watched, walk: Walk, role: str, door: str) -> None:
    """The survivor arrives: the case is opened in the browser."""
    page = seen.page
    sign_in(page, role)
    page.goto("/arrival")
    if page.locator(".doors").count():
        page.click(f".doors a[href$='/{door}']")
    library = walk.desk.library()
    fill(page, walk.filled(library.forms[library.pathway.doors[door].form]))
    send(page)
    sign_out(page)
    (walk.case_id,) = (row.case.id for row in walk.store.open_cases([CENTRE]))


def change_places(seen: Watched, role: str) -> str:
    """Whoever is at the screen leaves it (or was signed out by time), and another sits down."""
    leave = seen.page.locator("form[action='/sign-out'] button")
    if leave.count():
        leave.first.click()
    seen.page.context.clear_cookies()
    sign_in(seen.page, role)
    return role


def do(seen: Watched, walk: Walk, task: Task, checked: set[str]) -> None:
    """The one whose task it is finds it on the work list and does it."""
    page = seen.page
    page.click("nav a[href='/work']")
    page.click(f"#task-{task.id}")
    fill(page, walk.answers(task))
    if seen.javascript and task.form not in checked:
        seen.check_access()
        checked.add(task.form)
    send(page)
    assert walk.store.task(task.id) is None, f"{task.element}: {page.locator('main').inner_text()[:1000]}"
    seen.check_storage()


@pytest.mark.parametrize(
    ("told", "javascript"),
    [(CHILD, True), (ADULT, True), (CHILD, False)],
    ids=["a child", "an adult", "a child, without scripts"],
)
def test_a_case_walks_to_closure_in_the_browser(
    told: Mapping[str, Answer], javascript: bool, house: House, hands: Hands, window: Callable[..., Watched]
) -> None:
    seen = window(javascript=javascript)
    walk = Walk(house.desk, house.store, house.store.centres()[CENTRE], hands.moment)
    at_the_screen = ""
    served: set[str] = set()
    checked: set[str] = set()
    with clock.using(hands):
        walk.tell(told)
        receive(seen, walk, "reception", "reception")
        while walk.file().case.status == "open":
            hands.move(A_TASK_TAKES)
            walk.now = hands.moment
            tasks = walk.possible()
            if not tasks:
                walk.wait()
                hands.moment, at_the_screen = walk.now, ""
                continue
            task = next((task for task in tasks if task.role == at_the_screen), tasks[0])
            if task.role != at_the_screen:
                at_the_screen = change_places(seen, task.role)
                served.add(task.role)
            do(seen, walk, task, checked)

        file = walk.file()
        assert served >= {"reception", "medical", "psychosocial", "police", "coordinator"}
        assert [duty.rule for duty in file.duties if duty.open] == []
        assert file.stuck == ()
        assert disagreements(house.store, file.case.id) == []
