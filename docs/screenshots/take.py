"""Takes the pictures of the pages from a demo house: the README's, or every page into a folder to look at.

python docs/screenshots/take.py            renews docs/screenshots/worklist.png
python docs/screenshots/take.py FOLDER     every page, wide and narrow, in three languages
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from engine.library import LANGUAGES
from web.demo import PASSWORD

HERE = Path(__file__).parent
PORT = 8719
HOUSE = f"http://127.0.0.1:{PORT}"
WIDE, NARROW = {"width": 1280, "height": 860}, {"width": 360, "height": 740}
README_LOGIN, ADMINISTRATOR_LOGIN = "medical", "administrator"


@contextmanager
def demo_house() -> Iterator[None]:
    """A demo on a database of its own, as anyone starts it."""
    with tempfile.TemporaryDirectory() as folder:
        env = {**os.environ, "ISANGE_DATABASE": f"sqlite:///{folder}/isange.db"}
        command = [sys.executable, "-m", "web.cli", "serve", "--demo", "--port", str(PORT)]
        server = subprocess.Popen(  # noqa: S603  # our own program
            command, env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        next(line for line in server.stdout or () if str(PORT) in line)  # it listens now
        try:
            yield
        finally:
            server.terminate()
            server.wait(10)


def sign_in(page: Page, login: str) -> None:
    page.goto(f"{HOUSE}/sign-in")
    page.fill("#login", login)
    page.fill("#password", PASSWORD)
    page.click("main form button")


def pages_of_a_case(page: Page) -> Iterator[str]:
    """Shows the pages of the first task and its case, one after another; gives their names."""
    page.goto(f"{HOUSE}/work")
    page.locator(".row__title").first.click()
    yield "task"
    case = page.locator(".over a.code").get_attribute("href")
    page.click("#answers .govuk-button-group button >> nth=0")
    yield "task-again"
    page.goto(f"{HOUSE}{case}")
    yield "case"
    page.locator(".service__way").first.click()
    yield "way"
    page.goto(f"{HOUSE}{case}")
    correct = page.locator("a.correct").first
    correct.evaluate("link => { link.closest('details').open = true }")
    correct.click()
    yield "correct"


def every_page(page: Page, login: str) -> Iterator[str]:
    """Shows every page as one person sees it, and names it."""
    page.goto(HOUSE)
    yield "sign-in"
    sign_in(page, login)
    yield "work"
    yield from pages_of_a_case(page)
    for path in ("arrival", "find", "board", "rota", "help", "nothing-here"):
        page.goto(f"{HOUSE}/{path}")
        yield path
    for path in ("account", "account/password"):
        page.goto(f"{HOUSE}/{path}")
        yield path.replace("/", "-")
    page.keyboard.press("F9")
    page.wait_for_selector("input[type=password]")
    yield "hidden"


def pages_of_administrators(page: Page, login: str) -> Iterator[str]:
    """Shows the pages of people and centres, and names them."""
    sign_in(page, login)
    for path in ("people", "people/new", "centres", "centres/new"):
        page.goto(f"{HOUSE}/admin/{path}")
        yield path.replace("/", "-")
    page.goto(f"{HOUSE}/admin/people")
    page.locator(".row__title").last.click()
    person = page.url
    yield "person"
    for path in ("disable", "password"):
        page.goto(f"{person}/{path}")
        yield f"person-{path}"


def take(folder: Path | None) -> None:
    with demo_house(), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        if folder is None:
            page = browser.new_page(viewport=WIDE)
            sign_in(page, README_LOGIN)
            page.screenshot(path=HERE / "worklist.png")
            return
        for language in LANGUAGES:
            for name, size in (("wide", WIDE), ("narrow", NARROW)):
                context = browser.new_context(viewport=size)
                page = context.new_page()
                for login, pages in ((README_LOGIN, every_page), (ADMINISTRATOR_LOGIN, pages_of_administrators)):
                    sign_in(page, login)
                    page.click(f"button[name=language][value={language}]")
                    context.clear_cookies(name="isange")
                    for shown in pages(page, login):
                        page.screenshot(path=folder / f"{shown}-{name}-{language}.png", full_page=True)
                    context.clear_cookies(name="isange")


if __name__ == "__main__":
    chosen = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    if chosen:
        chosen.mkdir(parents=True, exist_ok=True)
    take(chosen)
