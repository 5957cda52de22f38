"""The connection to the database breaks after a commit and before its answer: nobody says that nothing was saved."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import make_url

from engine.model import Refusal
from engine.store.store import SqlStore
from tests.faults.small import AGES, ANSWERS, arrive, small_house, someone

SOCKET = ".s.PGSQL.5432"
WRITES, COMMIT = b"INSERT INTO command", b"COMMIT\x00"


class Line:
    """The line between a store and its server; it can be told to swallow the answer to the next commit and break."""

    def __init__(self, folder: Path, server: str) -> None:
        self.swallow = False
        self._server = server
        self._door = socket.socket(socket.AF_UNIX)
        self._door.bind(str(folder / SOCKET))
        self._door.listen()
        self._ends: list[socket.socket] = [self._door]
        threading.Thread(target=self._answer, daemon=True).start()

    def _answer(self) -> None:
        while True:
            try:
                near, _ = self._door.accept()
            except OSError:
                return
            far = socket.socket(socket.AF_UNIX)
            far.connect(self._server)
            self._ends += [near, far]
            threading.Thread(target=self._carry, args=(near, far), daemon=True).start()
            threading.Thread(target=self._carry, args=(far, near), daemon=True).start()

    def _carry(self, one: socket.socket, other: socket.socket) -> None:
        writes = False
        try:
            while data := one.recv(65536):
                writes = writes or WRITES in data
                if self.swallow and writes and COMMIT in data:
                    self.swallow = False
                    one.shutdown(socket.SHUT_RDWR)
                    other.sendall(data)
                    return
                other.sendall(data)
        except OSError:
            return
        finally:
            for end in (one, other):
                end.close()

    def close(self) -> None:
        self._door.shutdown(socket.SHUT_RDWR)
        for end in self._ends:
            end.close()


@pytest.fixture
def line(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Line, str]]:
    """A line to a database, and the address of its near end."""
    url, folder = make_url(postgres_url), tmp_path_factory.mktemp("l")
    line = Line(folder, f"{url.query['host']}/{SOCKET}")
    yield line, url.update_query_dict({"host": str(folder)}).render_as_string(hide_password=False)
    line.close()


def test_a_lost_answer_is_told_as_uncertain_and_the_same_command_tells(
    line: tuple[Line, str], opened: Callable[..., SqlStore]
) -> None:
    wire, url = line
    store = opened(url)
    with small_house(store) as desk:
        case = arrive(desk)
        send = (someone("ana"), case.opened[0], 1, {**ANSWERS, "age_stated": AGES["ana"]}, "command")
        wire.swallow = True

        with pytest.raises(Refusal) as told:
            desk.complete_task(*send)

        assert (told.value.code, told.value.status) == ("unsure", 503)
        assert desk.complete_task(*send).replayed
        assert [fact.value for fact in store.facts_history(case.case_id) if fact.name == "age_stated"] == [AGES["ana"]]
    assert store.verify_trail() == []
