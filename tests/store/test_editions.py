"""A published edition stays as it was published."""

from __future__ import annotations

from engine.entries import entry
from engine.store.store import SqlStore
from tests.store.build import MONDAY, minutes


def test_an_edition_gives_back_its_bytes_and_who_published_it(store: SqlStore) -> None:
    files = {"pathways/isange.yaml": b"id: isange\r\n", "forms/a.json": bytes(range(256))}
    assert store.publish("d1", "rwanda", files, "ama", "ben", MONDAY)

    assert store.edition_files("d1") == ("rwanda", files)
    assert store.edition_files("d2") is None
    assert store.editions() == [("d1", "rwanda", "ama", "ben", MONDAY)]


def test_the_newest_edition_comes_first_even_within_one_moment(store: SqlStore) -> None:
    for digest in ("b", "c", "a"):
        store.publish(digest, "rwanda", {}, "ama", "ben", MONDAY)

    assert [row[0] for row in store.editions()] == ["a", "c", "b"]


def test_publishing_again_changes_nothing(store: SqlStore) -> None:
    store.publish("d1", "rwanda", {"a": b"1"}, "ama", "ben", MONDAY)

    later = MONDAY + minutes(1)
    entries = [entry("edition.published", later, "eve", "kigali", edition="d1")]
    assert not store.publish("d1", "rwanda", {"a": b"2"}, "eve", "eve", later, proof=b"{}", entries=entries)

    assert store.edition_proof("d1") is None
    assert store.trail_heads() == []
    assert store.edition_files("d1") == ("rwanda", {"a": b"1"})
    assert store.editions() == [("d1", "rwanda", "ama", "ben", MONDAY)]


def test_an_edition_keeps_the_proof_that_it_was_published_with(store: SqlStore) -> None:
    entries = [entry("edition.published", MONDAY, "ben", "kigali", edition="d1")]
    assert store.publish("d1", "rwanda", {}, "ama", "ben", MONDAY, proof=b'{"duties": []}', entries=entries)
    assert store.publish("d2", "rwanda", {}, "ama", "ben", MONDAY)

    assert store.edition_proof("d1") == b'{"duties": []}'
    assert store.edition_proof("d2") is None
    assert [head.centre for head in store.trail_heads()] == ["kigali"]
    assert store.verify_trail() == []
