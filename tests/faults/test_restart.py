"""PostgreSQL ends and starts again while people and programs work: they are told so, nothing is lost or done twice,
and our process goes on without a restart, its worker too."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta

import httpx
import pytest
from lxml import html
from sqlalchemy import select

from engine import worker
from engine.store.open import migrate
from engine.store.store import SqlStore
from engine.store.tables import trail
from tests.agreement import disagreements
from tests.databases import PostgresServer, postgres_home
from tests.faults.amounts import RESTARTS
from tests.faults.visitor import ANSWERS, Program, Visitors, said
from tests.unit.content_samples import sample_files
from tests.web.running import CENTRE, Hands, House, house_at, served, write_content

PROGRAMS = 4
PATH = f"/arrival/{CENTRE}/reception"
MOMENT = 0.02
"""Seconds between two looks at something that comes about by itself."""


@pytest.fixture
def own_server() -> Iterator[PostgresServer]:
    server = PostgresServer(postgres_home())
    migrate(server.url("postgres"))
    yield server
    server.stop()


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def house(
    own_server: PostgresServer,
    tmp_path_factory: pytest.TempPathFactory,
    hands: Hands,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[House]:
    monkeypatch.setattr(worker, "WAKE_SECONDS", MOMENT)
    content = write_content(tmp_path_factory.mktemp("content"), sample_files())
    with house_at(own_server.url("postgres"), content, hands, worker=True) as built:
        yield built


class Sender:
    """A program that sends one command after the other, each until it is acknowledged."""

    def __init__(self, program: Program, name: str) -> None:
        self._program, self._name = program, name
        self.acknowledged: dict[str, str] = {}
        """Key -> the case that came of it."""
        self.refusals = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Sender:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.is_set():
            key = f"{self._name}-{len(self.acknowledged)}"
            while (answer := self._program.receive(key, age_stated=30)).status_code == 503:
                assert answer.headers["retry-after"] == "1"
                assert answer.json()["code"] in ("busy", "unsure")
                self.refusals += 1
                if self._stop.wait(MOMENT):
                    return
            assert answer.status_code == 201, answer.text
            self.acknowledged[key] = answer.json()["case_id"]

    def send_all_again(self) -> None:
        """Whatever was acknowledged before is answered as it was then."""
        for key, case_id in self.acknowledged.items():
            again = self._program.receive(key, age_stated=30).json()
            assert (again["case_id"], again["replayed"]) == (case_id, True)


def until(true: Callable[[], bool]) -> None:
    """Looks again and again; whoever runs the tests sees what it waits for when it never comes."""
    while not true():
        threading.Event().wait(MOMENT)


def fired(store: SqlStore) -> list[str]:
    with store.reading() as connection:
        return sorted(connection.execute(select(trail.c.case_id).where(trail.c.kind == "timer.fired")).scalars())


def test_a_database_that_restarts_under_load_loses_and_doubles_nothing(
    own_server: PostgresServer, house: House, hands: Hands, visitors: Visitors, did: Callable[[str], None]
) -> None:
    with served(house) as site:
        browser = visitors.browser(site.url, "reception")
        senders = [Sender(visitors.program(site.url, "reception"), str(number)) for number in range(PROGRAMS)]
        by_hand = 0
        with senders[0], senders[1], senders[2], senders[3]:
            for _ in range(RESTARTS):
                form = browser.form_of(PATH, **ANSWERS, age_stated="37")
                done = [len(sender.acknowledged) for sender in senders]
                until(lambda done=done: all(len(s.acknowledged) > n for s, n in zip(senders, done, strict=True)))
                told = [sender.refusals for sender in senders]
                own_server.crash()
                until(lambda told=told: all(s.refusals > n for s, n in zip(senders, told, strict=True)))
                check_told(browser.http.get("/work"), "Please wait a moment")
                refused = browser.http.post(PATH, data=form)
                check_told(refused, "This was not saved")
                assert "37" in said(refused)
                own_server.start()
                (again,) = html.fromstring(refused.text).find(".//main").iter("form")
                assert browser.http.post(PATH, data=dict(again.form_values())).status_code == 303
                by_hand += 1
                done = [len(sender.acknowledged) for sender in senders]
                until(lambda done=done: all(len(s.acknowledged) > n + 1 for s, n in zip(senders, done, strict=True)))
        keys = {key: case_id for sender in senders for key, case_id in sender.acknowledged.items()}
        for sender in senders:
            sender.send_all_again()
        cases = [row.case.id for row in house.store.open_cases([CENTRE], 100_000)]
        assert len(cases) == len(keys) + by_hand
        assert set(keys.values()) <= set(cases)
        hands.move(timedelta(hours=25))
        until(lambda: fired(house.store) == sorted(cases))
    assert house.store.verify_trail() == []
    assert [fault for case_id in cases[::10] for fault in disagreements(house.store, case_id)] == []
    did(
        f"{RESTARTS} restarts of PostgreSQL under load: {len(cases)} cases, {sum(s.refusals for s in senders)} refusals"
    )


def check_told(answer: httpx.Response, words: str) -> None:
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "1"
    assert words in said(answer)
