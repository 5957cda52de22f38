"""What was written and not sent is kept a page, in letters of any kind, and of one person only so much."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from engine.store.records import Account
from engine.store.store import SqlStore
from engine.store.unsent import MOST_BYTES, MOST_PAGES
from tests.store.build import MONDAY, minutes


@pytest.fixture
def kept(store: SqlStore) -> SqlStore:
    for id in ("ama", "ben"):
        store.add_account(Account(id, f"{id}@kigali", id.title(), "$argon2id$1", "rw", {"kigali": frozenset()}))
    return store


def write(store: SqlStore, page: str, text: str = "a few words", person: str = "ama", at: float = 0) -> None:
    moment = MONDAY + minutes(at)
    store.keep_unsent(person, page, {"note": [text]}, at=moment, since=MONDAY, over=moment)


def pages(store: SqlStore, names: list[str], person: str = "ama") -> list[str]:
    return [name for name in names if store.unsent(person, name, MONDAY) is not None]


def test_the_oldest_pages_of_a_person_give_way_and_nobody_elses(kept: SqlStore) -> None:
    names = [f"/page/{number}" for number in range(MOST_PAGES + 3)]
    write(kept, "/of-ben", person="ben")
    for number, name in enumerate(names):
        write(kept, name, at=number)

    assert pages(kept, names) == names[3:]
    assert pages(kept, ["/of-ben"], "ben") == ["/of-ben"]
    assert kept.unsent("ama", names[-1], MONDAY) == {"note": ["a few words"]}


def test_what_is_long_pushes_out_the_oldest_but_never_itself(kept: SqlStore) -> None:
    third = "a" * (MOST_BYTES // 3)
    for number, name in enumerate(("/first", "/second", "/third")):
        write(kept, name, third, at=number)
    assert pages(kept, ["/first", "/second", "/third"]) == ["/second", "/third"]

    write(kept, "/longest", "a" * (MOST_BYTES + 1), at=0)
    assert pages(kept, ["/first", "/second", "/third", "/longest"]) == ["/longest"]


def test_pages_that_are_sent_at_once_are_counted_together(kept: SqlStore) -> None:
    names = [f"/page/{number}" for number in range(2 * MOST_PAGES)]
    start = Barrier(len(names))

    def send(name: str) -> None:
        start.wait()
        write(kept, name)

    with ThreadPoolExecutor(len(names)) as pool:
        list(pool.map(send, names))

    assert len(pages(kept, names)) == MOST_PAGES


def test_letters_of_any_kind_come_back_as_they_were_written(kept: SqlStore) -> None:
    write(kept, "/page", 'é ñ 字 🙂 " \\ \n')

    assert kept.unsent("ama", "/page", MONDAY) == {"note": ['é ñ 字 🙂 " \\ \n']}
