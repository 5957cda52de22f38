"""A disk that is full: who is at a page is told that nothing was saved and keeps what they wrote, reading goes on,
nothing is half saved; and the same server saves again as soon as there is room.

The server is a process of its own. Its disk is full when a limit of the kernel on the size of its files
(RLIMIT_FSIZE) makes its writes fail, at any byte of a page."""

from __future__ import annotations

import resource
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from lxml import html

from engine.store.store import SqlStore
from tests.agreement import disagreements, everything
from tests.faults.amounts import ROOMS
from tests.faults.forks import Fork, Forks
from tests.faults.visitor import ANSWERS, Browser, Visitors, form_on, said
from tests.unit.content_samples import sample_files
from tests.web.running import CENTRE, write_content

STEP = 1500
"""Bytes by which one disk is larger than the one before: no page of the database is as small."""
INDEX = 64 * 1024
"""Bytes of SQLite's index of its log, at the most; the log itself has grown beyond them."""
TRIES = 100
"""Cases after which a disk must be full."""
OF_READS = {"trail", "trail_head"}
"""What may change although a person was told that nothing was saved: that they looked."""


@pytest.fixture
def server(sqlite_url: str, tmp_path: Path, processes: Forks) -> Fork:
    content = write_content(tmp_path / "content", sample_files())
    return processes.start("serve", database=sqlite_url, content=content)


class Disk:
    """What the server writes on; it has as much room as a test says."""

    def __init__(self, server: Fork, files: Path) -> None:
        self._server, self._files = server, files
        _, self._most = resource.prlimit(server.pid, resource.RLIMIT_FSIZE)

    def leave(self, room: int) -> None:
        """The log of the database begins anew: one that is used again from its beginning would need no room."""
        with closing(sqlite3.connect(self._files / "isange.db")) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        largest = max(path.stat().st_size for path in self._files.glob("isange.db*"))
        resource.prlimit(self._server.pid, resource.RLIMIT_FSIZE, (largest + room, self._most))

    def fill(self) -> None:
        """Nothing can be added any more: what one command found too little may be enough for a smaller one. The index
        of the log, which reading needs, lies below."""
        resource.prlimit(self._server.pid, resource.RLIMIT_FSIZE, (INDEX, self._most))

    def free(self) -> None:
        resource.prlimit(self._server.pid, resource.RLIMIT_FSIZE, (self._most, self._most))


def kept(store: SqlStore) -> dict[str, list[str]]:
    return {name: rows for name, rows in everything(store).items() if name not in OF_READS}


def arrivals_until_full(browser: Browser, store: SqlStore) -> tuple[httpx.Response, dict[str, list[str]]]:
    """Receives survivors until that is refused; gives the refusal, and what was kept before it."""
    path = f"/arrival/{CENTRE}/reception"
    for _ in range(TRIES):
        form = browser.form_of(path, **ANSWERS, age_stated="37")
        before = kept(store)
        answer = browser.http.post(path, data=form)
        if answer.status_code != 303:
            return answer, before
    raise AssertionError("The disk was never full")


def test_a_full_disk_is_told_keeps_what_was_written_and_is_got_over_without_a_restart(
    server: Fork,
    sqlite_url: str,
    tmp_path: Path,
    opened: Callable[..., SqlStore],
    visitors: Visitors,
    did: Callable[[str], None],
) -> None:
    store, disk, site = opened(sqlite_url), Disk(server, tmp_path), server.ask()
    browser, program = visitors.browser(site, "reception"), visitors.program(site, "reception")
    task = browser.receive()
    case_id = store.open_cases([CENTRE])[0].case.id
    for number in range(ROOMS):
        disk.leave(room=number * STEP)

        refused, before = arrivals_until_full(browser, store)

        assert refused.status_code == 503
        assert refused.headers["retry-after"] == "1"
        assert "This was not saved" in said(refused)
        assert "37" in said(refused)
        disk.fill()
        by_program = program.receive(f"key-{number}", age_stated=37)
        assert (by_program.status_code, by_program.json()["code"]) == (503, "busy")
        assert by_program.headers["retry-after"] == "1"
        assert kept(store) == before
        for path in ("/work", task, f"/cases/{case_id}"):
            browser.open(path)
        on_the_task = browser.http.post(task, data=browser.form_of(task, **ANSWERS, age_stated="38"))
        assert on_the_task.status_code == 503
        assert html.fromstring(on_the_task.text).xpath("//input[@name='age_stated']/@value") == ["38"]
        assert kept(store) == before

        disk.free()
        again = [form for form in html.fromstring(refused.text).find(".//main").iter("form")]
        assert browser.http.post(f"/arrival/{CENTRE}/reception", data=dict(again[0].form_values())).status_code == 303
        assert program.receive(f"key-{number}", age_stated=37).status_code == 201
        assert store.verify_trail() == []
    assert browser.http.post(task, data=form_on(html.fromstring(on_the_task.text))).status_code == 303
    browser.open("/work")
    reads = [row for row in store.trail(case_id, 10_000) if row.entry.kind == "case.read"]
    assert len(reads) == ROOMS, "Somebody read a case and it was never noted"
    assert [fault for row in store.open_cases([CENTRE], 10_000) for fault in disagreements(store, row.case.id)] == []
    did(f"a disk full at {ROOMS} sizes")
