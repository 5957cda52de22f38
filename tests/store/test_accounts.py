"""Accounts are found by name, changed by one person at a time, and never left without somebody who runs them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from engine.store.errors import AccountChanged, NobodyLeft
from engine.store.records import Account, Session
from engine.store.store import SqlStore
from tests.store.build import MONDAY, an_entry

AMA = Account("ama", "ama@kigali", "Ama", "$argon2id$1", "rw", {"kigali": frozenset({"reception", "medical"})})
HERE = Session("hash-1", "ama", MONDAY, MONDAY, locked=False, kind="browser", csrf="c")
RUNS = "runs_accounts"


def disabled(account: str = "ama") -> list[object]:
    return [an_entry("account.disabled", account=account)]


def test_an_account_is_found_by_login_and_by_id(store: SqlStore) -> None:
    store.add_account(AMA)

    assert store.account(login="ama@kigali") == AMA
    assert store.account(id="ama") == AMA
    assert store.account(login="ama") is None
    assert store.accounts() == [AMA]


def test_a_login_belongs_to_one_account(store: SqlStore) -> None:
    store.add_account(AMA)
    store.add_account(replace(AMA, id="ben", login="ben@kigali"))

    with pytest.raises(ValueError, match="already taken"):
        store.add_account(replace(AMA, id="other"))
    with pytest.raises(ValueError, match="already taken"):
        store.add_account(replace(AMA, login="other"))
    with pytest.raises(ValueError, match="already taken"):
        store.change_account("ben", 1, {"login": AMA.login}, [])


def test_only_what_is_changed_is_written_and_the_version_rises(store: SqlStore) -> None:
    store.add_account(AMA)
    roles = {"huye": frozenset({"medical"})}

    store.change_account("ama", 1, {"roles": roles, "start_until": MONDAY}, [])

    assert store.account(id="ama") == replace(AMA, roles=roles, start_until=MONDAY, version=2)


def test_of_two_who_change_one_account_the_second_is_told_and_leaves_no_trace(store: SqlStore) -> None:
    store.add_account(AMA)
    store.change_account("ama", 1, {"name": "Ama B."}, disabled())

    with pytest.raises(AccountChanged):
        store.change_account("ama", 1, {"disabled": True}, disabled(), sessions_end=MONDAY)
    with pytest.raises(AccountChanged):
        store.change_account("nobody", 1, {"disabled": True}, disabled())

    assert store.account(id="ama") == replace(AMA, name="Ama B.", version=2)
    assert [head.seq for head in store.trail_heads()] == [1]


def test_a_language_chosen_meanwhile_counts_as_a_change_and_a_stronger_hash_does_not(store: SqlStore) -> None:
    store.add_account(AMA)

    store.set_language("ama", "fr")
    store.renew_hash("ama", "$argon2id$1", "$argon2id$2")
    store.renew_hash("ama", "$argon2id$1", "$argon2id$3")

    assert store.account(id="ama") == replace(AMA, language="fr", password_hash="$argon2id$2", version=2)
    with pytest.raises(LookupError, match="account"):
        store.set_language("nobody", "fr")


@pytest.mark.parametrize("change", [{"disabled": True}, {"roles": {}}, {"password_hash": "$argon2id$9"}])
def test_sessions_end_with_a_change_that_says_so_and_no_others(store: SqlStore, change: dict[str, object]) -> None:
    store.add_account(AMA)
    store.add_account(replace(AMA, id="ben", login="ben@kigali"))
    for number, who in enumerate(("ama", "ama", "ben"), start=1):
        store.start_session(replace(HERE, token_hash=f"hash-{number}", person_id=who))

    store.change_account("ama", 1, {"name": "Ama B."}, [])
    assert len(store.sessions_of("ama")) == 2
    store.change_account("ama", 2, change, [], sessions_end=MONDAY)

    assert store.sessions_of("ama") == []
    assert len(store.sessions_of("ben")) == 1


def test_nobody_signs_in_with_a_disabled_account_whatever_else_is_changed_of_it(store: SqlStore) -> None:
    store.add_account(AMA)
    store.change_account("ama", 1, {"disabled": True}, [])
    store.change_account("ama", 2, {"roles": {}}, [])
    store.set_language("ama", "fr")

    with pytest.raises(LookupError, match="disabled"):
        store.start_session(HERE)
    assert store.session("hash-1") is None


# the last who runs accounts


def runner(id: str) -> Account:
    return replace(AMA, id=id, login=id, roles={"kigali": frozenset({RUNS})})


def test_the_last_who_holds_a_role_that_must_stay_held_keeps_it(store: SqlStore) -> None:
    for each in (AMA, runner("one"), runner("two")):
        store.add_account(each)
    store.change_account("one", 1, {"disabled": True}, [], held={RUNS})

    for change in ({"disabled": True}, {"roles": {"kigali": frozenset({"medical"})}}):
        with pytest.raises(NobodyLeft):
            store.change_account("two", 1, change, disabled("two"), sessions_end=MONDAY, held={RUNS})

    assert store.account(id="two") == runner("two")
    assert store.trail_heads() == []
    store.change_account("one", 2, {"disabled": False}, [], held={RUNS})
    store.change_account("two", 1, {"disabled": True}, [], held={RUNS})


def test_a_program_is_not_somebody_who_runs_accounts(store: SqlStore) -> None:
    store.add_account(runner("one"))
    store.add_account(replace(runner("program"), password_hash=""))

    with pytest.raises(NobodyLeft):
        store.change_account("one", 1, {"disabled": True}, disabled("one"), held={RUNS})


def test_where_nobody_held_it_before_nothing_is_held_back(store: SqlStore) -> None:
    store.add_account(replace(AMA, roles={RUNS: frozenset({"medical"})}))

    store.change_account("ama", 1, {"disabled": True}, [], held={RUNS})

    kept = store.account(id="ama")
    assert kept is not None
    assert kept.disabled


def test_two_who_disable_each_other_at_once_do_not_both_succeed(store: SqlStore) -> None:
    for each in ("one", "two"):
        store.add_account(runner(each))

    def disable(id: str) -> bool:
        try:
            store.change_account(id, 1, {"disabled": True}, disabled(id), held={RUNS})
        except NobodyLeft:
            return False
        return True

    with ThreadPoolExecutor(2) as both:
        done = list(both.map(disable, ("one", "two")))

    assert sorted(done) == [False, True]
    assert sorted(account.disabled for account in store.accounts()) == [False, True]


# finding


@pytest.fixture
def many(store: SqlStore) -> SqlStore:
    for number, (name, at) in enumerate(
        [("Immaculée Uwase", "kigali"), ("Jean Paul 100%", "huye"), ("Jean Claude", "huye-2"), ("Zoé_B", "kigali")]
    ):
        store.add_account(replace(AMA, id=str(number), login=f"p{number}", name=name, roles={at: frozenset({"huye"})}))
    return store


@pytest.mark.parametrize(
    ("words", "centre", "found"),
    [
        ("", None, ["Immaculée Uwase", "Jean Claude", "Jean Paul 100%", "Zoé_B"]),
        ("immaculee", None, ["Immaculée Uwase"]),
        ("UWASE IMM", None, ["Immaculée Uwase"]),
        ("jean", "huye", ["Jean Paul 100%"]),
        ("p3", None, ["Zoé_B"]),
        ("%", None, ["Jean Paul 100%"]),
        ("_", None, ["Zoé_B"]),
        ("jean zoe", None, []),
        ("", "elsewhere", []),
    ],
)
def test_people_are_found_by_words_and_centre(many: SqlStore, words: str, centre: str | None, found: list[str]) -> None:
    page = many.find_accounts(words, centre, disabled=False, start=0, limit=10)

    assert ([account.name for account in page.accounts], page.total) == (found, len(found))


def test_a_new_name_is_found_at_once_and_the_disabled_only_when_asked_for(many: SqlStore) -> None:
    many.change_account("0", 1, {"name": "Ève"}, [])
    many.change_account("0", 2, {"disabled": True}, [])

    assert many.find_accounts("eve p0", None, disabled=False, start=0, limit=10).total == 0
    assert many.find_accounts("eve p0", None, disabled=True, start=0, limit=10).total == 1
    assert many.find_accounts("uwase", None, disabled=True, start=0, limit=10).total == 0


def test_people_of_centres_are_those_who_work_at_one_and_may_sign_in(store: SqlStore) -> None:
    for login, centre, disabled in (
        ("zoe", "kigali", False),
        ("ama", "huye", False),
        ("eve", "kigali", True),
        ("ben", "nyanza", False),
    ):
        roles = {centre: frozenset({"medical"})}
        store.add_account(Account(login, login, login.title(), "-", "en", roles, disabled=disabled))

    assert [one.id for one in store.people_at(["kigali", "huye"], 9)] == ["ama", "zoe"]
    assert [one.id for one in store.people_at(["kigali", "huye"], 1)] == ["ama"]
    assert store.people_at([], 9) == []


def test_a_long_list_comes_in_pages(many: SqlStore) -> None:
    pages = [many.find_accounts("", None, disabled=False, start=start, limit=3) for start in (0, 3)]

    assert [[account.name for account in page.accounts] for page in pages] == [
        ["Immaculée Uwase", "Jean Claude", "Jean Paul 100%"],
        ["Zoé_B"],
    ]
    assert {page.total for page in pages} == {4}
