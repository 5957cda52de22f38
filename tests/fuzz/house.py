"""A house that is asked without a network: the real faces over a real store in a file, each request by hand."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import unquote, urlsplit
from uuid import uuid4

from engine import clock
from engine.model import CASE_SCOPE, CaseFile, Outcome, Person
from tests.fuzz.inputs import ROOT, Input
from tests.web.running import CENTRE, PASSWORD, Hands, house_at
from web.house import House
from web.serve import asgi

ROLE = "reception"
DOOR = "reception"
ARRIVAL = {"life_threat": "no", "able_to_express": "yes"}
MARKS = ("@CASE@", "@TASK@", "@VERSION@", "@CSRF@", "@COMMAND@", "@SEEN@")
"""What stands in a request for what only this house knows."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


class Asked:
    """The house, one person signed in at both faces, and a case with an open task of theirs."""

    def __init__(self, house: House, database: Path, hands: Hands) -> None:
        self.house, self._database, self._hands = house, database, hands
        self._app = asgi(house)
        self._loop = asyncio.Runner()
        self.person = Person(ROLE, ROLE.title(), {CENTRE: frozenset({ROLE})})
        self._token, _ = house.people.sign_in(ROLE, PASSWORD, "10.0.0.2", hands(), kind="api")
        self._sign_in()
        self.cases: list[str] = []
        self._task = ""

    def _sign_in(self) -> None:
        self._browser, _ = self.house.people.sign_in(ROLE, PASSWORD, "10.0.0.1", self._hands())
        signed = self.house.people.session(self._browser, self._hands())
        assert signed is not None
        self._csrf = signed.csrf

    def close(self) -> None:
        self._loop.close()

    def ready(self) -> CaseFile:
        """What is kept of the case, before the next request: the person signs in again when an earlier one hid the
        screen, and another case is opened when this one has no task of theirs left."""
        signed = self.house.people.session(self._browser, self._hands())
        if signed is None or signed.locked:
            self._sign_in()
        if self.cases:
            file = self.file()
            waiting = [task for task in file.tasks if task.role == ROLE]
            if waiting:
                self._task, self._version = waiting[0].id, waiting[0].version
                self._seen = file.facts[("life_threat", CASE_SCOPE)].recorded_at.isoformat().replace("+00:00", "Z")
                return file
        opened: Outcome = self.house.desk.open_case(self.person, CENTRE, DOOR, dict(ARRIVAL), str(uuid4()))
        self.cases.append(opened.case_id)
        return self.ready()

    def file(self) -> CaseFile:
        file = self.house.store.read_file(self.cases[-1])
        assert file is not None
        return file

    def ask(self, given: Input) -> Answer:
        """Sends the request as this person, with the marks filled in."""
        known = (self.cases[-1], self._task, str(self._version), self._csrf, str(uuid4()), self._seen)
        target, data = given.place.partition(" ")[2], given.data
        headers = dict(given.headers)
        for mark, value in zip(MARKS, known, strict=True):
            target, data = target.replace(mark, value), data.replace(mark.encode(), value.encode())
            headers = {name: text.replace(mark, value) for name, text in headers.items()}
        own = {"host": "localhost", "content-length": str(len(data))}
        own |= (
            {"authorization": f"Bearer {self._token}"} if given.sort == "api" else {"cookie": f"isange={self._browser}"}
        )
        with clock.using(self._hands):
            return self._loop.run(self._sent(given.place.partition(" ")[0], target, own | headers, data))

    async def _sent(self, method: str, target: str, headers: Mapping[str, str], data: bytes) -> Answer:
        address = urlsplit(target)
        sent = [{"type": "http.request", "body": data, "more_body": False}]
        came: list[dict[str, object]] = []

        async def receive() -> dict[str, object]:
            if sent:
                return sent.pop()
            await asyncio.sleep(3600)
            return {"type": "http.disconnect"}

        async def send(message: dict[str, object]) -> None:
            came.append(message)

        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": unquote(address.path),
            "raw_path": address.path.encode(errors="replace"),
            "query_string": address.query.encode(errors="replace"),
            "root_path": "",
            "headers": [
                (name.lower().encode("latin-1"), text.encode(errors="replace")) for name, text in headers.items()
            ],
            "client": ("10.0.0.9", 1),
            "server": ("localhost", 80),
            "state": {},
        }
        await self._app(scope, receive, send)  # type: ignore[arg-type]
        start = came[0]
        body = b"".join(bytes(message.get("body", b"")) for message in came[1:])  # type: ignore[arg-type]
        pairs = {name.decode().lower(): text.decode() for name, text in start["headers"]}  # type: ignore[attr-defined]
        return Answer(int(str(start["status"])), pairs, body)

    def lost(self) -> list[str]:
        """What is not whole any more: cases that cannot be read, the trail, the file of the database."""
        found = [str(fault) for fault in self.house.store.verify_trail()]
        with clock.using(self._hands):
            for case in self.cases:
                self.house.desk.case(self.person, case)
        with sqlite3.connect(self._database) as database:
            found += [row[0] for row in database.execute("PRAGMA integrity_check") if row[0] != "ok"]
        database.close()
        return found


@contextmanager
def asked() -> Iterator[Asked]:
    """Within it, a house of its own, on the shipped content."""
    with TemporaryDirectory(prefix="isange-fuzz-") as folder:
        database, hands = Path(folder) / "isange.db", Hands()
        with house_at(f"sqlite:///{database}", str(ROOT), hands) as house, clock.using(hands):
            one = Asked(house, database, hands)
            try:
                yield one
            finally:
                one.close()
