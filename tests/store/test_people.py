"""Accounts, sessions and the throttle of sign-in keep their promises."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.model import Centre
from engine.store.contract import Account, Session
from engine.store.store import SqlStore
from tests.store.build import HUYE, KIGALI, MONDAY, minutes

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


def test_an_account_is_found_by_login_and_by_id(store: SqlStore) -> None:
    store.add_account(AMA)

    assert store.account(login="ama@kigali") == AMA
    assert store.account(id="ama") == AMA
    assert store.account(login="ama") is None
    assert store.accounts() == [AMA]


def test_a_login_belongs_to_one_account(store: SqlStore) -> None:
    store.add_account(AMA)

    with pytest.raises(ValueError, match="already taken"):
        store.add_account(replace(AMA, id="other"))
    with pytest.raises(ValueError, match="already taken"):
        store.add_account(replace(AMA, login="other"))


def test_an_account_that_is_not_there_cannot_be_changed(store: SqlStore) -> None:
    for change in (
        lambda: store.set_language("nobody", "fr"),
        lambda: store.set_roles("nobody", {}),
        lambda: store.disable_account("nobody"),
    ):
        with pytest.raises(LookupError, match="account"):
            change()


@pytest.mark.parametrize("roles", [{"kigali": frozenset({"medical"})}, {}], ids=["lost role", "no role"])
def test_sessions_end_when_roles_change(store: SqlStore, roles: dict[str, frozenset[str]]) -> None:
    signed_in(store)

    store.set_roles("ama", roles)

    assert store.session("hash-1") is None
    assert store.session("hash-2") is None
    assert store.account(id="ama") == replace(AMA, roles=roles)


def test_sessions_end_when_an_account_is_disabled(store: SqlStore) -> None:
    signed_in(store)

    store.disable_account("ama")

    assert store.session("hash-1") is None
    assert store.session("hash-2") is None
    assert store.account(id="ama") == replace(AMA, disabled=True)


def test_sessions_go_on_when_only_the_language_or_the_hash_changes(store: SqlStore) -> None:
    signed_in(store)

    store.set_language("ama", "fr")
    store.renew_hash("ama", "$argon2id$1", "$argon2id$2")
    store.renew_hash("ama", "$argon2id$1", "$argon2id$3")

    assert store.session("hash-1") == HERE
    assert store.account(id="ama") == replace(AMA, language="fr", password_hash="$argon2id$2")


def test_a_disabled_account_stays_disabled_whatever_else_is_changed_of_it(store: SqlStore) -> None:
    store.add_account(AMA)
    store.disable_account("ama")

    store.set_language("ama", "fr")
    store.renew_hash("ama", "$argon2id$1", "$argon2id$2")
    store.set_roles("ama", {})

    kept = store.account(id="ama")
    assert kept is not None
    assert kept.disabled
    with pytest.raises(LookupError, match="disabled"):
        store.start_session(HERE)
    assert store.session("hash-1") is None


def test_a_token_is_kept_with_its_scopes_and_its_end_and_listed(store: SqlStore) -> None:
    signed_in(store)
    token = replace(HERE, token_hash="t", kind="token", scopes=frozenset({"b", "a"}), ends_at=MONDAY + minutes(9))
    store.start_session(token)

    assert store.session("t") == token
    assert store.tokens() == [token]
    store.start_session(replace(HERE, token_hash="u", scopes=frozenset()))
    assert store.session("u") == replace(HERE, token_hash="u", scopes=frozenset())


def test_another_person_s_sessions_go_on(store: SqlStore) -> None:
    signed_in(store)
    store.add_account(replace(AMA, id="ben", login="ben@kigali"))
    store.start_session(replace(HERE, token_hash="hash-3", person_id="ben"))

    store.disable_account("ama")

    assert store.session("hash-3") is not None


def test_a_session_remembers_when_it_was_seen_and_that_it_is_locked(store: SqlStore) -> None:
    signed_in(store)

    store.touch_session("hash-1", MONDAY + minutes(5), locked=True)

    assert store.session("hash-1") == replace(HERE, seen_at=MONDAY + minutes(5), locked=True)
    store.end_session("hash-1")
    assert store.session("hash-1") is None
    assert store.session("hash-2") is not None


def test_failed_sign_ins_are_counted_a_key_until_one_succeeds(store: SqlStore) -> None:
    assert store.failures("login:ama") == (0, None)
    assert [store.note_failure("login:ama", MONDAY + minutes(n)) for n in range(3)] == [1, 2, 3]
    assert store.note_failure("address:::1", MONDAY) == 1
    assert store.failures("login:ama") == (3, MONDAY + minutes(2))

    store.take_back_failures("login:ama", 1)
    assert store.failures("login:ama")[0] == 2
    store.take_back_failures("login:ama", 5)
    assert store.failures("login:ama")[0] == 0
    store.clear_failures("login:ama")

    assert store.failures("login:ama") == (0, None)
    assert store.failures("address:::1") == (1, MONDAY)
