"""Every page in every state, one line each: what is looked at in all languages, wide and narrow.

A new page is covered by its line here; tests/house/test_routes.py fails for a page that has none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from playwright.sync_api import Page

from tests.browser.scene import DRAWER, SEVERAL, Scene
from tests.browser.staff import send
from tests.browser.ways import POINTER
from tests.web.running import CENTRE

Where = Callable[[Scene], str]
Deed = Callable[[Page, Scene], None]


@dataclass(frozen=True)
class Sight:
    """One page in one state: `login` (None: nobody) opens `path` and, to reach the state, does `deed` there."""

    name: str
    route: str
    login: str | None
    path: Where
    deed: Deed | None = None


def _at(path: str) -> Where:
    return lambda scene: path


def _case(rest: str = "") -> Where:
    return lambda scene: f"/cases/{scene.case}{rest}"


def _press(button: str) -> Deed:
    return lambda page, scene: POINTER.press(page.locator(button).first)


def _send_nothing(page: Page, scene: Scene) -> None:
    send(page)


def _write(field: str, text: str) -> Deed:
    def deed(page: Page, scene: Scene) -> None:
        page.fill(field, text)
        with page.expect_navigation():
            page.press(field, "Enter")

    return deed


def _send_stale(page: Page, scene: Scene) -> None:
    """A colleague changed the task meanwhile."""
    page.eval_on_selector("#answers [name=version]", "field => { field.value = '0' }")
    send(page)


def _send_unseen(page: Page, scene: Scene) -> None:
    """A colleague recorded the fact anew meanwhile."""
    page.eval_on_selector("#answers [name=shown_at]", "field => { field.value = '2020-01-01T00:00:00+00:00' }")
    page.check("#answers input[type=radio]")
    page.fill("#reason", "Misheard")
    send(page)


def _forge(page: Page, scene: Scene) -> None:
    page.eval_on_selector("#answers [name=csrf]", "field => { field.value = 'forged' }")
    send(page)


def _open(role: str) -> Where:
    return lambda scene: scene.task(role, lambda task: task.claimed_by is None)


def _held(scene: Scene) -> str:
    return scene.task("medical", lambda task: task.claimed_by is not None)


def _follow(link: str) -> Deed:
    def deed(page: Page, scene: Scene) -> None:
        page.goto(page.locator(link).first.get_attribute("href") or "")

    return deed


def _then(*deeds: Deed) -> Deed:
    def deed(page: Page, scene: Scene) -> None:
        for one in deeds:
            one(page, scene)

    return deed


def _leave_half_filled(page: Page, scene: Scene) -> None:
    """And open the page anew: it offers what was begun."""
    path = page.url.partition("?")[0]
    POINTER.check(page.locator("#answers input[type=radio]").first)
    POINTER.press(page.locator("[name=screen_language][aria-current]"))
    page.goto(path)


def _save_elsewhere(page: Page, scene: Scene) -> None:
    """And on this page otherwise: it had not shown that."""
    path, keep = page.url.partition("?")[0], page.locator("#answers button[formaction$='/keep']")
    POINTER.check(page.locator("#answers input[type=radio]").first)
    POINTER.press(keep)
    page.goto(path)
    page.eval_on_selector("#answers [name=saved_at]", "field => { field.value = 'never' }")
    POINTER.check(page.locator("#answers input[type=radio]").nth(1))
    POINTER.press(keep)


def _identify(page: Page, scene: Scene) -> None:
    page.eval_on_selector_all("details", "all => all.forEach((one) => { one.open = true })")
    POINTER.press(page.locator("form[action$='/identity'] button"))


ARRIVAL = f"/arrival/{CENTRE}"
SIGN_IN, LOCKED, WORK, TASK = "/sign-in", "/locked", "/work", "/tasks/<task_id>"
CASE, WAY, FORM, FACT, LEFT_OUT = (
    "/cases/<case_id>",
    "/cases/<case_id>/way/<process>",
    "/cases/<case_id>/forms/<anytime>",
    "/cases/<case_id>/facts/<name>/<place>",
    "/cases/<case_id>/left-out/<form_id>",
)
FIND, BOARD, HELP, DOORS, RECEIVE = "/find", "/board", "/help", "/arrival", "/arrival/<centre>/<door>"
PERSON = "/admin/people/who-police"
CORRECT, ANYTIME, LATER = _follow("a.correct"), _follow("a[href*='/forms/']"), _follow("#left-out a")

SIGHTS = (
    Sight("sign-in", SIGN_IN, None, _at("/sign-in")),
    Sight("sign-in, refused", SIGN_IN, None, _at("/sign-in"), _press("main form button")),
    Sight("locked", LOCKED, "locked", _at("/locked")),
    Sight("locked, refused", LOCKED, "locked", _at("/locked"), _press("main form button")),
    Sight("work list", WORK, "medical", _at("/work")),
    Sight("work list of two roles", WORK, SEVERAL, _at("/work")),
    Sight("work list, empty", WORK, "coordinator", _at("/work")),
    Sight("work list after keeping answers", WORK, "reception", _at("/work?kept=1")),
    Sight("task", TASK, "psychosocial", _open("psychosocial")),
    Sight("task, held by a colleague", TASK, SEVERAL, _held),
    Sight("task, with errors", TASK, "psychosocial", _open("psychosocial"), _send_nothing),
    Sight("task, changed meanwhile", TASK, "psychosocial", _open("psychosocial"), _send_stale),
    Sight("task, saved on another page", TASK, "psychosocial", _open("psychosocial"), _save_elsewhere),
    Sight(
        "task after another", TASK, "psychosocial", lambda scene: f"{_open('psychosocial')(scene)}?after={scene.case}"
    ),
    Sight("doors", DOORS, "reception", _at("/arrival")),
    Sight("doors, none", DOORS, "safe_room", _at("/arrival")),
    Sight("arrival, reception", RECEIVE, "reception", _at(f"{ARRIVAL}/reception")),
    Sight("arrival, hotline", RECEIVE, "reception", _at(f"{ARRIVAL}/hotline")),
    Sight("arrival, medical", RECEIVE, "medical", _at(f"{ARRIVAL}/medical")),
    Sight("arrival, police", RECEIVE, "police", _at(f"{ARRIVAL}/police")),
    Sight("arrival, half filled before", RECEIVE, "police", _at(f"{ARRIVAL}/police"), _leave_half_filled),
    Sight("arrival, with errors", RECEIVE, "reception", _at(f"{ARRIVAL}/reception"), _send_nothing),
    Sight("case", CASE, "medical", _case()),
    Sight("case, for reception", CASE, "reception", _case()),
    Sight("case, all steps", CASE, "medical", _case("?show=steps")),
    Sight("case, who looked", CASE, "coordinator", _case("?show=reads")),
    Sight("case, just done", CASE, "medical", _case("?after=1")),
    Sight("case, closed", CASE, "reception", lambda scene: f"/cases/{scene.closed}"),
    Sight("case, stuck", CASE, "coordinator", lambda scene: f"/cases/{scene.stuck}"),
    Sight("way", WAY, "medical", _case("/way/case_main")),
    Sight("way, large", WAY, "medical", _case("/way/medical_care?zoom=large")),
    Sight("way, whole", WAY, "medical", _case("/way/case_main?zoom=whole")),
    Sight("form of any time", FORM, "medical", _case(), ANYTIME),
    Sight("form of any time, with errors", FORM, "medical", _case(), _then(ANYTIME, _send_nothing)),
    Sight("correction", FACT, "medical", _case(), CORRECT),
    Sight("correction, changed meanwhile", FACT, "medical", _case(), _then(CORRECT, _send_unseen)),
    Sight("correction, with errors", FACT, "medical", _case(), _then(CORRECT, _send_nothing)),
    Sight("what was left out", LEFT_OUT, "reception", _case(), LATER),
    Sight("what was left out, with errors", LEFT_OUT, "reception", _case(), _then(LATER, _send_nothing)),
    Sight("identity", CASE, "reception", _case(), _identify),
    Sight("find", FIND, "reception", _at("/find")),
    Sight("find, nothing", FIND, "reception", _at("/find"), _write("#code", "KMT-000")),
    Sight("board", BOARD, "coordinator", _at("/board")),
    Sight("board, after freeing", BOARD, "coordinator", _at("/board?freed=1")),
    Sight("duties", "/duties", "coordinator", _at("/duties")),
    Sight("duties, none found", "/duties", "coordinator", _at("/duties?find=xyzzy")),
    Sight("help", HELP, "police", _at("/help")),
    Sight("who is here", "/rota", "coordinator", _at("/rota")),
    Sight("own account", "/account", "medical", _at("/account")),
    Sight("own password", "/account/password", "medical", _at("/account/password")),
    Sight("people", "/admin/people", "administrator", _at("/admin/people")),
    Sight("a new person", "/admin/people/new", "administrator", _at("/admin/people/new")),
    Sight("a person", "/admin/people/<person_id>", "administrator", _at(PERSON)),
    Sight("switching off", "/admin/people/<person_id>/disable", "administrator", _at(f"{PERSON}/disable")),
    Sight("a new password", "/admin/people/<person_id>/password", "administrator", _at(f"{PERSON}/password")),
    Sight("centres", "/admin/centres", "administrator", _at("/admin/centres")),
    Sight("a new centre", "/admin/centres/new", "administrator", _at("/admin/centres/new")),
    Sight("a centre", "/admin/centres/<centre>", "administrator", _at(f"/admin/centres/{CENTRE}")),
    Sight("not theirs", BOARD, "safe_room", _at("/board")),
    Sight("nothing there", WORK, "reception", _at("/nothing-here")),
    Sight("not from our page", RECEIVE, "reception", _at(f"{ARRIVAL}/reception"), _forge),
)
ELSEWHERE = {"/": "leads to the work list", "/static/<path:filename>": "files"}
"""Routes that are no page of their own -> why."""


def form_sights(forms: Iterable[str]) -> list[Sight]:
    """Every form of the content."""
    return [Sight(f"form {form}", RECEIVE, DRAWER, _at(f"{ARRIVAL}/draw_{form}")) for form in sorted(forms)]


def look(page: Page, scene: Scene, sight: Sight) -> None:
    """Sits down as the person of the sight, opens the page and brings it into its state, with all its parts open."""
    scene.sit_down(page.context, sight.login)
    page.goto(sight.path(scene))
    if sight.deed:
        sight.deed(page, scene)
    page.eval_on_selector_all("details", "all => all.forEach((one) => { one.open = true })")
