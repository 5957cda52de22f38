"""How long people wait for a page: the work list and a completed task, eight people at once, on both databases.

`python -m benchmarks.http [--write]` serves the shipped content in a process of its own and sits eight people, each
with a connection of their own, before it: each looks at the work list, opens a task, completes it with what the
drills' vocabulary answers, and goes on. Nobody thinks: this is the busiest eight people can be. Another process asks
the database what to answer, outside of what is timed."""

from __future__ import annotations

import argparse
import http.client
import multiprocessing
import os
import random
import re
import statistics
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from benchmarks.results import write_section
from engine import clock
from engine.model import Person, Refusal
from engine.store.open import migrate
from tests.databases import PostgresServer, postgres_home
from tests.survivors import ADULT, CHILD, REPORTING
from tests.walk import ROOT, Walk, vocabulary
from tests.web.running import CENTRE, KEY, PASSWORD, house_at, served
from web.house import House, build
from web.settings import Settings
from web.staff import forms
from web.staff.show import Show
from web.words import Words

PEOPLE = ("reception", "reception", "medical", "medical", "psychosocial", "psychosocial", "police", "coordinator")
CASES = 150
SECONDS = 30


def _system_time() -> datetime:
    return datetime.now(UTC)


def serve(database: str, told: Any) -> None:
    """Serves until it is told to end; tells its port. What it logs is not of interest here."""
    sys.stdout = open(os.devnull, "w")  # noqa: SIM115  # for as long as the process lives
    with house_at(database, str(ROOT), _system_time, idle_minutes=600) as house, served(house) as address:  # type: ignore[arg-type]
        told.send(address.port)
        told.recv()


class AtScreen:
    """One person before a browser: keeps the connection and the cookie."""

    def __init__(self, port: int, role: str, password: str = PASSWORD) -> None:
        self.role = role
        self._connection = http.client.HTTPConnection("127.0.0.1", port)
        self._cookie = ""
        self.took: dict[str, list[float]] = defaultdict(list)
        self.post("/sign-in", {"login": role, "password": password})

    def get(self, path: str) -> str:
        return self._ask("GET", path)[1]

    def post(self, path: str, fields: dict[str, Any]) -> tuple[int, str, float]:
        return self._ask("POST", path, urlencode(fields, doseq=True))

    def _ask(self, method: str, path: str, body: str | None = None) -> tuple[int, str, float]:
        headers = {"Cookie": self._cookie, "Host": "127.0.0.1", "Sec-Fetch-Site": "same-origin"}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        began = time.perf_counter()
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        text = answer.read().decode()
        took = (time.perf_counter() - began) * 1000
        if cookie := answer.getheader("Set-Cookie"):
            self._cookie = cookie.split(";")[0]
        if method == "GET":
            self.took[path.split("/")[1]].append(took)
        return answer.status, text, took


def work(screen: AtScreen, house: House, until: float, luck: random.Random) -> None:
    """Looks at the list, opens a task near its top, completes it; receives a survivor when nothing waits."""
    person = Person(screen.role, screen.role, {CENTRE: frozenset({screen.role})})
    while time.perf_counter() < until:
        listed = re.findall(r'id="task-([0-9a-f-]+)"', screen.get("/work"))
        if not listed:
            time.sleep(0.05)
            continue
        task_id = luck.choice(listed[:12])
        page = screen.get(f"/tasks/{task_id}")
        hidden = dict(re.findall(r'name="(csrf|version|command)" value="([^"]+)"', page))
        row = house.store.task(task_id)
        if row is None or len(hidden) < 3:
            continue  # a colleague was quicker
        walk = Walk(house.desk, house.store, house.store.centres()[CENTRE], clock.now(), case_id=row.task.case_id)
        walk.tell(luck.choice((ADULT, CHILD, REPORTING)))
        try:
            view = house.desk.task(person, task_id)
        except Refusal:  # quicker since the page came
            continue
        if view.blocked is not None:
            continue
        raw = forms.raw_of(
            walk.filled(view.form, view.saved), view.form, Show(Words("en", "Africa/Kigali"), clock.now())
        )
        status, _, took = screen.post(f"/tasks/{task_id}", {**raw, **hidden})
        screen.took["complete" if status == 303 else f"refused {status}"].append(took)


def measure(database: str) -> dict[str, list[float]]:
    here, there = multiprocessing.Pipe()
    server = multiprocessing.get_context("spawn").Process(target=serve, args=(database, there))
    server.start()
    port = here.recv()
    house = build(Settings(database=database, content=str(ROOT), mode="demo", key_text=KEY, worker=False))
    receive(house)
    screens = [AtScreen(port, role) for role in PEOPLE]
    until = time.perf_counter() + SECONDS
    threads = [
        threading.Thread(target=work, args=(screen, house, until, random.Random(n))) for n, screen in enumerate(screens)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    here.send("end")
    server.join()
    house.close()
    took: dict[str, list[float]] = defaultdict(list)
    for screen in screens:
        for what, times in screen.took.items():
            took[what] += times
    return took


def receive(house: House) -> None:
    """A centre with survivors who came today."""
    walk = Walk(house.desk, house.store, house.store.centres()[CENTRE], clock.now())
    for number in range(CASES):
        walk.told = {}
        walk.tell((ADULT, CHILD, REPORTING)[number % 3])
        walk.arrive("reception", "reception")


@contextmanager
def databases() -> Iterator[dict[str, str]]:
    server = PostgresServer(postgres_home())
    server.run("CREATE DATABASE bench")
    with tempfile.TemporaryDirectory() as folder:
        yield {"SQLite": f"sqlite:///{Path(folder) / 'isange.db'}", "PostgreSQL": server.url("bench")}
    server.stop()


def rows() -> Iterator[str]:
    yield "| database | what | number | p50 ms | p95 ms |"
    yield "|---|---|---|---|---|"
    with databases() as urls:
        for name, url in urls.items():
            if name == "PostgreSQL":
                migrate(url)
            for what, times in sorted(measure(url).items()):
                if len(times) > 20:
                    p95 = statistics.quantiles(times, n=20)[-1]
                    yield f"| {name} | {what} | {len(times)} | {statistics.median(times):.0f} | {p95:.0f} |"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--write", action="store_true", help="into benchmarks/README.md")
    chosen = parser.parse_args()
    vocabulary()
    table = "\n".join(rows())
    print(table)
    if chosen.write:
        write_section("http", table)


if __name__ == "__main__":
    main()
