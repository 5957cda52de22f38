"""Walks a case through a browser: whoever has a task sits down at the one screen, does it, and leaves."""

from __future__ import annotations

from datetime import timedelta

from engine.model import Task
from tests.browser.conftest import Watched
from tests.browser.staff import fill, send, sign_in
from tests.walk import Walk
from tests.web.running import CENTRE, Hands

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
    page.click("form[action='/sign-out'] button")
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


def walk_to_closure(seen: Watched, walk: Walk, hands: Hands) -> set[str]:
    """Everyone does their tasks, and time passes where all must wait; gives the roles that were at the screen."""
    at_the_screen = ""
    served: set[str] = set()
    checked: set[str] = set()
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
    return served
