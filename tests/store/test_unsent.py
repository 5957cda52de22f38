"""What was written and not sent is kept a page, in letters of any kind, and of one person only so much."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier

import pytest

from engine.store.records import Account
from engine.store.store import SqlStore
from engine.store.unsent import MOST_BYTES, MOST_PAGES
from tests.store.build import MONDAY, minutes, opening

PAGE = "/cases/1/forms/record_age"


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


def test_whoever_keeps_a_page_is_told_whether_it_is_kept(kept: SqlStore) -> None:
    def keep(at: datetime, over: datetime) -> bool:
        return kept.keep_unsent("ama", "/page", {"note": ["x"]}, at=at, since=MONDAY, over=over)

    later = MONDAY + minutes(1)
    assert keep(later, later)
    assert not keep(MONDAY, MONDAY)  # what was written later is kept already
    assert keep(later, later + minutes(1))


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


def kept_of(store: SqlStore, path: str = PAGE) -> list[str]:
    return [one.page for one in store.unsent_of("ama", path, MONDAY)]


def test_each_opening_of_a_page_keeps_its_own_and_the_page_knows_them_all(kept: SqlStore) -> None:
    others = [f"{PAGE}_2?draft=c", "/cases/1/forms/recordXage"]
    for number, page in enumerate((PAGE, f"{PAGE}?draft=b", f"{PAGE}?draft=a", *others)):
        write(kept, page, page, at=number)
    write(kept, f"{PAGE}?draft=d", person="ben")

    found = kept.unsent_of("ama", PAGE, MONDAY)
    assert [one.page for one in found] == [f"{PAGE}?draft=a", f"{PAGE}?draft=b", PAGE]
    assert all(one.fields == {"note": [one.page]} for one in found)
    assert [one.at for one in found] == [MONDAY + minutes(number) for number in (2, 1, 0)]
    assert kept.unsent_of("ama", PAGE, MONDAY + minutes(2)) == found[:1]

    kept.drop_unsent("ama", PAGE, f"{PAGE}?draft=a")
    assert kept_of(kept) == [f"{PAGE}?draft=b"]


def test_a_page_that_was_written_after_another_takes_its_place_unless_that_is_newer(kept: SqlStore) -> None:
    def go_on(page: str, after: str, over: float) -> None:
        moment = MONDAY + minutes(over)
        kept.keep_unsent("ama", page, {"note": ["more"]}, at=moment, since=MONDAY, over=moment, after=after)

    write(kept, f"{PAGE}?draft=a", at=5)
    go_on(f"{PAGE}?draft=b", f"{PAGE}?draft=a", over=5)
    assert kept_of(kept) == [f"{PAGE}?draft=a", f"{PAGE}?draft=b"]

    go_on(f"{PAGE}?draft=b", f"{PAGE}?draft=a", over=6)
    assert kept_of(kept) == [f"{PAGE}?draft=b"]


def test_of_a_page_that_was_emptied_nothing_is_kept_unless_what_stood_there_is_newer(kept: SqlStore) -> None:
    def emptied(over: float) -> bool:
        moment = MONDAY + minutes(over)
        return kept.keep_unsent("ama", PAGE, {}, at=moment, since=MONDAY, over=moment)

    write(kept, PAGE, at=5)
    assert (emptied(over=5), kept_of(kept)) == (False, [PAGE])
    assert (emptied(over=6), kept_of(kept)) == (False, [])


def test_what_a_page_leads_back_to_is_known_until_it_is_kept_anew(kept: SqlStore) -> None:
    def led_to() -> bool:
        return kept.unsent_of("ama", PAGE, MONDAY)[0].led_to

    write(kept, PAGE)
    assert not led_to()
    kept.lead_to_unsent("ama", PAGE)
    assert led_to()
    write(kept, PAGE, at=1)
    assert not led_to()


def sent(store: SqlStore, page: str) -> list[bool]:
    return [one.sent for one in store.unsent_of("ama", page, MONDAY)]


def test_what_was_written_is_sent_by_the_commit_that_keeps_its_command(kept: SqlStore) -> None:
    for page, command in (("/task", "c1"), ("/other", "c2"), ("/none", None)):
        kept.keep_unsent("ama", page, {"note": ["x"]}, at=MONDAY, since=MONDAY, over=MONDAY, command=command)

    kept.keep(opening(at=MONDAY + minutes(1), command_id="c1", fingerprint="f"))

    assert [sent(kept, page) for page in ("/task", "/other", "/none")] == [[True], [False], [False]]
    later = MONDAY + minutes(2)
    kept.keep_unsent("ama", "/task", {"note": ["y"]}, at=later, since=MONDAY, over=later, command="c1")
    assert sent(kept, "/task") == [False]  # it was not in what was sent


def test_what_was_sent_takes_nobodys_room(kept: SqlStore) -> None:
    names = [f"/page/{number}" for number in range(MOST_PAGES)]
    for number, name in enumerate(names):
        moment, command = MONDAY + minutes(number), "c1" if number > 1 else None
        kept.keep_unsent("ama", name, {"note": ["x"]}, at=moment, since=MONDAY, over=moment, command=command)
    kept.keep(opening(at=MONDAY + minutes(60), command_id="c1", fingerprint="f"))

    write(kept, "/new", at=61)
    write(kept, "/newer", at=62)

    assert pages(kept, [*names, "/new", "/newer"]) == [*names[:2], *names[4:], "/new", "/newer"]
