"""Takes the pictures of the pages from a demo house: the README's, or every page into a folder to look at.

python -m docs.screenshots.take            renews docs/screenshots/worklist.png
python -m docs.screenshots.take FOLDER     every page in every state, wide and narrow, in three languages
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from engine.library import LANGUAGES
from tests.browser.scene import content_with_doors, scene_at
from tests.browser.sights import SIGHTS, look
from web.demo import PASSWORD

HERE = Path(__file__).parent
PORT = 8719
HOUSE = f"http://127.0.0.1:{PORT}"
WIDE, NARROW = ViewportSize(width=1280, height=860), ViewportSize(width=360, height=740)
SIZES = {"wide": WIDE, "narrow": NARROW}
README_LOGIN = "medical"


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


def take_the_readmes() -> None:
    with demo_house(), chromium() as browser:
        page = browser.new_page(viewport=WIDE)
        sign_in(page, README_LOGIN)
        page.screenshot(path=HERE / "worklist.png")


def take_all(folder: Path) -> None:
    """Every page in every state that tests/browser/sights.py names."""
    with tempfile.TemporaryDirectory() as made, chromium() as browser:
        content = content_with_doors(Path(made) / "content")
        (Path(made) / "house").mkdir()
        with scene_at(Path(made) / "house", content) as scene:
            for language, (width, size) in product(LANGUAGES, SIZES.items()):
                page = browser.new_page(viewport=size, base_url=scene.address)
                page.goto("/sign-in")
                page.click(f"button[name=language][value={language}]")
                scene.speak(language)
                for sight in SIGHTS:
                    look(page, scene, sight)
                    name = sight.name.replace(", ", "-").replace(" ", "-")
                    page.screenshot(path=folder / f"{name}-{width}-{language}.png", full_page=True)
                page.close()


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])


if __name__ == "__main__":
    if len(sys.argv) > 1:
        chosen = Path(sys.argv[1])
        chosen.mkdir(parents=True, exist_ok=True)
        take_all(chosen)
    else:
        take_the_readmes()
