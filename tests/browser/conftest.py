"""A real Chromium before a real house on a free port, whose clock tests move; every page is watched.

Whatever the page's own rules of security refuse, any error of a script, and anything that stays in the browser's
storage fails the test that opened the page.
"""

from __future__ import annotations

import json
import os
import signal
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page, Playwright, sync_playwright

from tests.walk import ROOT
from tests.web.running import Hands, House, house_at, served

CHROMIUM = "/usr/bin/chromium"
MARK = f"--isange-tests-of={os.getpid()}"
"""No flag that Chromium knows: it tells this process's browser from all others."""
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking", MARK]
SEVERAL_TABS = pytest.mark.flaky(reruns=1, only_rerun=[r"TargetClosedError", r"(Page|Target) crashed"])
"""Of tests that open several tabs: Chromium was seen to crash under them, and not to answer. Then, and only then, such
a test is run once more, in another browser."""
MOST_SECONDS = 150
"""Of one test with its fixtures, under load; some calls of Playwright know no limit of their own."""
STANDARD = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], "resultTypes": ["violations"]}
STRUCTURE = STANDARD | {"rules": {"color-contrast": {"enabled": False}}}
"""Without the colours, which are the same in every language and cost most."""
VIOLATIONS = "(found) => found.violations.flatMap((one) => one.nodes.map((node) => [one.id, node.html]))"
STORED = "() => JSON.stringify([{...localStorage}, Object.keys(sessionStorage)])"
MAY_STAY = "[{},[]]", '[{},["htmx-current-path-for-history"]]'
TELL_REFUSED = """addEventListener("securitypolicyviolation", (event) =>
    console.error(`refused by the content security policy: ${event.effectiveDirective} ${event.blockedURI}`));"""


@dataclass
class Watched:
    """A page and what went wrong on it."""

    page: Page
    javascript: bool
    wrong: list[str] = field(default_factory=list)
    public: list[str] = field(default_factory=list)
    """Addresses that were asked for and titles that were shown: what stays in histories and on task bars."""

    def note(self, message: ConsoleMessage) -> None:
        if message.type == "error" and "Failed to load resource" not in message.text:  # a 422 is an answer
            self.wrong.append(message.text)

    def check_storage(self) -> None:
        self.public.append(self.page.title())
        stored = self.page.evaluate(STORED)
        if stored not in MAY_STAY:
            self.wrong.append(f"kept in the browser: {stored}")

    def check_access(self, what: str = "", options: Mapping[str, Any] | None = None) -> None:
        """Notes what keeps people with assistive technology from using the page as it is now."""
        run = f"axe.run({json.dumps(dict(options or STANDARD))}).then({VIOLATIONS})"
        for rule, html in self.page.evaluate(f"{AXE_SCRIPT};\n{run}"):
            if not _known(rule, html):
                self.wrong.append(f"{what or self.page.url}: {rule}: {html}")


def _known(rule: str, html: str) -> bool:
    """govuk-frontend tells on a choice whether it shows another question; tested with assistive technology, so
    it stays although ARIA does not list it there (alphagov/govuk-frontend, conditional radios and checkboxes)."""
    return rule == "aria-allowed-attr" and "govuk-" in html and "aria-expanded" in html


@dataclass
class Chromium:
    """A browser, and another one when that has been ended."""

    playwright: Playwright
    browser: Browser | None = None

    def new_context(self, **options: Any) -> BrowserContext:
        if self.browser is None or not self.browser.is_connected():
            self.browser = self.playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        return self.browser.new_context(**options)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    with sync_playwright() as playwright:
        chromium = Chromium(playwright)
        yield chromium
        if chromium.browser:
            chromium.browser.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """No test stands for ever: its browser is ended, so that the call which waits for it raises where it stands."""
    timer = threading.Timer(MOST_SECONDS, _end_browser, [item])
    timer.start()
    try:
        return (yield)
    finally:
        timer.cancel()


def _end_browser(item: pytest.Item) -> None:
    item.add_report_section("call", "browser", f"ended: the test stood for {MOST_SECONDS} s in the call shown above")
    for started in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):  # it has ended meanwhile
            if MARK.encode() in started.read_bytes().split(b"\0"):
                os.kill(int(started.parent.name), signal.SIGKILL)


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def house(sqlite_url: str, hands: Hands) -> Iterator[House]:
    """A house with the shipped content on an empty database."""
    with house_at(sqlite_url, str(ROOT), hands) as built:
        yield built


@pytest.fixture
def site(house: House) -> Iterator[str]:
    """Where the house is served, without a slash at the end."""
    with served(house) as address:
        yield address.url


def _close(context: BrowserContext) -> None:
    """Its pages rest first: Chromium was seen never to answer the closing of pages that had arrived that moment."""
    for page in context.pages:
        with suppress(Error):  # it has crashed or was closed by its test
            page.goto("about:blank")
    context.close()


@contextmanager
def watched_window(chromium: Chromium, site: str, javascript: bool) -> Iterator[Watched]:
    context = chromium.new_context(
        base_url=site, java_script_enabled=javascript, viewport={"width": 360, "height": 740}, locale="en"
    )
    context.set_default_timeout(15_000)
    context.add_init_script(TELL_REFUSED)
    watched = Watched(context.new_page(), javascript)
    watched.page.on("console", watched.note)
    watched.page.on("request", lambda request: watched.public.append(request.url))
    watched.page.on("pageerror", lambda error: watched.wrong.append(str(error)))
    try:
        yield watched
    finally:
        _close(context)


@pytest.fixture
def window(chromium: Chromium, site: str) -> Iterator[Callable[..., Watched]]:
    """Opens watched pages at the house: `window(javascript=False)`; the test fails for what went wrong on them."""
    opened: list[Watched] = []
    with ExitStack() as windows:

        def open_one(javascript: bool = True) -> Watched:
            opened.append(windows.enter_context(watched_window(chromium, site, javascript)))
            return opened[-1]

        yield open_one
    assert [wrong for watched in opened for wrong in watched.wrong] == []
