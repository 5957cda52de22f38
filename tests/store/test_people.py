"""Centres, sessions and the throttle of sign-in keep their promises."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.model import Centre
from engine.store.errors import CentreChanged
from engine.store.records import Account, Session, Visitor
from engine.store.store import SqlStore
from engine.store.tidying import AT_REST
from tests.store.build import HUYE, KIGALI, MONDAY, an_entry, minutes

AMA = Account("ama", "ama@kigali", "Ama", "$argon2id$1", "rw", {"kigali": frozenset({"reception", "medical"})})
HERE = Session("hash-1", "ama", MONDAY, MONDAY, locked=False, kind="browser", csrf="c")


def signed_in(store: SqlStore) -> None:
    store.add_account(AMA)
    store.start_session(HERE)
    store.start_session(replace(HERE, token_hash="hash-2", kind="api"))


def test_centres_are_kept_by_id_and_may_be_renamed(store: SqlStore) -> None:
    store.add_centre(Centre("huye", "Huye District", "Africa/Kigali", "camp"))

    assert store.centres() == {"kigali": KIGALI, "huye": Centre("huye", "Huye District", "Africa/Kigali", "camp")}
    assert HUYE not in store.centres().values()


def test_a_centre_changes_only_while_it_is_as_it_was_seen(store: SqlStore) -> None:
    renamed = replace(HUYE, name="Huye District")
    store.change_centre(renamed, HUYE, [an_entry("centre.changed", "huye", fields="name")])

    with pytest.raises(CentreChanged):
        store.change_centre(replace(HUYE, kind="camp"), HUYE, [an_entry("centre.changed", "huye", fields="kind")])
    with pytest.raises(CentreChanged):
        store.change_centre(HUYE, None, [an_entry("centre.added", "huye")])

    assert store.centres()["huye"] == renamed
    assert [head.seq for head in store.trail_heads()] == [1]


def test_a_token_is_kept_with_its_scopes_and_its_end_and_listed(store: SqlStore) -> None:
    signed_in(store)
    token = replace(HERE, token_hash="t", kind="token", scopes=frozenset({"b", "a"}), ends_at=MONDAY + minutes(9))
    store.start_session(token)

    assert store.session("t") == token
    assert store.tokens() == [token]
    store.start_session(replace(HERE, token_hash="u", scopes=frozenset()))
    assert store.session("u") == replace(HERE, token_hash="u", scopes=frozenset())


def test_whoever_asks_is_read_with_the_centres_and_whether_something_of_theirs_was_not_sent(store: SqlStore) -> None:
    signed_in(store)
    assert store.visitor("hash-1") == Visitor(HERE, AMA, {"huye": HUYE, "kigali": KIGALI}, unsent=False)

    store.keep_unsent("ama", "/arrival", {"name": ["Ada"]}, at=MONDAY, since=MONDAY, over=MONDAY)
    store.add_account(replace(AMA, id="ben", login="ben@kigali"))
    store.start_session(replace(HERE, token_hash="hash-3", person_id="ben"))

    assert [store.visitor(f"hash-{n}").unsent for n in (1, 2, 3)] == [True, True, False]  # type: ignore[union-attr]
    assert store.visitor("hash-4") is None


def test_whoever_asks_about_a_case_is_told_where_it_is_in_the_same_breath(store: SqlStore) -> None:
    signed_in(store)
    assert store.visitor("hash-1", about="nothing").where == ""  # type: ignore[union-attr]
    store.publish("e1", "rwanda", {"rules/a.yaml": b"a"}, "ama", "ben", MONDAY)
    assert store.visitor("hash-1").edition == "e1"  # type: ignore[union-attr]
    store.publish("e0", "rwanda", {"rules/a.yaml": b"b"}, "ama", "ben", MONDAY)
    found = store.visitor("hash-1")
    assert found is not None
    assert found.edition == store.editions()[0][0] == "e0"


def test_a_sign_of_life_opens_no_screen_that_is_hidden(store: SqlStore) -> None:
    signed_in(store)
    store.touch_session("hash-1", MONDAY + minutes(1), True)
    store.touch_session("hash-1", MONDAY + minutes(2), False)
    kept = store.session("hash-1")
    assert kept is not None
    assert kept.locked
    assert kept.seen_at == MONDAY + minutes(1)


def test_sessions_of_a_person_are_listed_and_ended_by_name(store: SqlStore) -> None:
    signed_in(store)
    store.add_account(replace(AMA, id="ben", login="ben@kigali"))
    store.start_session(replace(HERE, token_hash="hash-3", person_id="ben"))

    ended = an_entry("sessions.ended", account="ama", count="1")
    store.end_sessions("ama", {"hash-2", "hash-3"}, MONDAY, [ended])

    assert [one.token_hash for one in store.sessions_of("ama")] == ["hash-1"]
    assert [one.token_hash for one in store.sessions_of("ben")] == ["hash-3"]
    assert [head.seq for head in store.trail_heads()] == [1]


def test_a_browsers_session_stays_known_as_ended_until_it_is_tidied_away_and_a_programs_is_forgotten(
    store: SqlStore,
) -> None:
    signed_in(store)
    store.start_session(replace(HERE, token_hash="hash-3"))

    store.end_sessions("ama", {"hash-1", "hash-2"}, MONDAY)
    store.end_sessions("ama", {"hash-1"}, MONDAY + minutes(5))
    store.confirm_session("hash-1", MONDAY + minutes(6))

    kept = store.session("hash-1")
    assert kept is not None
    assert kept.ended_at == MONDAY
    assert store.session("hash-2") is None
    store.tidy(MONDAY + AT_REST, 1)
    assert store.session("hash-1") is not None
    store.tidy(MONDAY + AT_REST + minutes(1), 1)
    assert (store.session("hash-1"), store.session("hash-3")) == (None, replace(HERE, token_hash="hash-3"))


def test_a_session_remembers_when_its_password_was_given_again(store: SqlStore) -> None:
    signed_in(store)
    store.touch_session("hash-1", MONDAY, locked=True)

    store.confirm_session("hash-1", MONDAY + minutes(7))

    later = MONDAY + minutes(7)
    assert store.session("hash-1") == replace(HERE, seen_at=later, confirmed_at=later)


def test_a_session_remembers_when_it_was_seen_and_that_it_is_locked(store: SqlStore) -> None:
    signed_in(store)

    store.touch_session("hash-1", MONDAY + minutes(5), locked=True)

    assert store.session("hash-1") == replace(HERE, seen_at=MONDAY + minutes(5), locked=True)
    store.forget_session("hash-1")
    assert store.session("hash-1") is None
    assert store.session("hash-2") is not None


def test_failed_sign_ins_are_counted_a_key_until_one_succeeds(store: SqlStore) -> None:
    assert store.failures("login:ama") == (0, None)
    assert [store.note_failure("login:ama", MONDAY + minutes(n)) for n in range(3)] == [1, 2, 3]
    assert store.note_failure("address:::1", MONDAY) == 1
    assert store.failures("login:ama") == (3, MONDAY + minutes(2))

    assert store.failures_of(["login:ama", "address:::1", "login:ben"]) == {
        "login:ama": (3, MONDAY + minutes(2)),
        "address:::1": (1, MONDAY),
    }

    store.clear_failures("login:ama")

    assert store.failures("login:ama") == (0, None)
    assert store.failures("address:::1") == (1, MONDAY)


def test_who_signs_in_is_forgiven_their_own_failures_and_no_others(store: SqlStore) -> None:
    store.note_failures(["here", "here", "here", "shared", "shared", "shared", "shared", "few", "other"], MONDAY)

    store.forgive_failures("here", ["shared", "few", "never"], "known", MONDAY + minutes(1))
    store.forgive_failures("here", ["shared"], "known", MONDAY + minutes(2))

    counted = {key: number for key, (number, _) in store.failures_of(["here", "shared", "few", "other"]).items()}
    assert counted == {"shared": 1, "few": 0, "other": 1}
    assert store.failures("known")[1] == MONDAY + minutes(2)
