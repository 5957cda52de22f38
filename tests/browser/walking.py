"""Walks a case through a browser: whoever has a task sits down at the one screen, does it, and leaves."""

from __future__ import annotations

from datetime import timedelta

from engine.model import Task
from tests.browser.conftest import Watched
from tests.browser.staff import fill, send, sign_in, sign_out
from tests.browser.ways import POINTER, Way
from tests.walk import Walk
from tests.web.running import CENTRE, Hands
from web.staff.guard import LOCAL_COOKIE

A_TASK_TAKES = timedelta(minutes=2)


def receive(seen: Watched, walk: Walk, role: str, door: str, by: Way = POINTER) -> None:
    """The survivor arrives: the case is opened in the browser."""
    page = seen.page
    sign_in(page, role, by)
    by.press(page.locator("nav a[href='/arrival']"))
    if page.locator(".doors").count():
        by.press(page.locator(f".doors a[href$='/{door}']"))
    library = walk.desk.library()
    fill(page, walk.filled(library.forms[library.pathway.doors[door].form]), by)
    send(page, by)
    (walk.case_id,) = (row.case.id for row in walk.store.open_cases([CENTRE]))
    sign_out(page, by)


def change_places(seen: Watched, role: str, by: Way, tokens: dict[str, str]) -> None:
    """Another sits down at the screen: signs in, or goes on with the session they left open, if time has not ended
    it. `tokens` are those of the sessions, by role."""
    context, page = seen.page.context, seen.page
    context.clear_cookies()
    if role in tokens:
        context.add_cookies([{"name": LOCAL_COOKIE, "value": tokens[role], "url": page.url}])
        page.goto("/work")
        if page.url.endswith("/work"):
            return
        context.clear_cookies()
    sign_in(page, role, by)
    tokens[role] = next(cookie["value"] for cookie in context.cookies() if cookie["name"] == LOCAL_COOKIE)


def do(seen: Watched, walk: Walk, task: Task, by: Way) -> None:
    """The one whose task it is finds it on the work list and does it."""
    page = seen.page
    if not page.url.endswith("/work"):
        by.press(page.locator("nav a[href='/work']"))
    by.press(page.locator(f"#task-{task.id}"))
    fill(page, walk.answers(task), by)
    send(page, by)
    assert walk.store.task(task.id) is None, f"{task.element}: {page.locator('main').inner_text()[:1000]}"
    seen.check_storage()


def walk_to_closure(seen: Watched, walk: Walk, hands: Hands, by: Way = POINTER) -> set[str]:
    """Everyone does their tasks, and time passes where all must wait; gives the roles that were at the screen."""
    at_the_screen = ""
    served: dict[str, str] = {}
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
            at_the_screen = task.role
            change_places(seen, task.role, by, served)
        do(seen, walk, task, by)
    return set(served)
