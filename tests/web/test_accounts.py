"""Accounts and centres as administrators run them: start passwords, what ends sessions, what is refused, the trail."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from engine.library import Role, Where
from engine.model import Centre, Refusal
from engine.store.records import Account
from engine.store.store import SqlStore
from web.accounts import NO_CENTRE, Accounts, Wanted
from web.centres import Centres, near_zones, seen_as, zones
from web.people import FRESH, People
from web.settings import Settings

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
OWN = "blue kettle seventeen lanterns"
SETTINGS = Settings(mode="demo", start_hours=24)
RUNS, CARES = "runs_all", "cares"
ROLES = {
    RUNS: Role(RUNS, {"en": "Runs"}, frozenset(), frozenset({"people.manage", "centres.manage"}), Where("")),
    CARES: Role(CARES, {"en": "Cares"}, frozenset({"some"}), frozenset({"case.read", "task.work"}), Where("")),
}
HERE = {"kigali": frozenset({CARES})}


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


@pytest.fixture
def kept(sqlite_url: str, opened: Callable[..., SqlStore]) -> SqlStore:
    store = opened(sqlite_url)
    for id in ("huye", "kigali"):
        store.add_centre(Centre(id, id.title(), "Africa/Kigali"))
    return store


@pytest.fixture
def people(kept: SqlStore) -> People:
    return People(kept, SETTINGS)


@pytest.fixture
def accounts(kept: SqlStore) -> Accounts:
    return Accounts(kept, lambda: ROLES, SETTINGS)


@pytest.fixture
def ana(accounts: Accounts) -> tuple[Account, str]:
    """Her account and its start password."""
    return accounts.add("boss", Wanted("Ana ", " Ana  M.", "fr", HERE), NOW)


def code_of(refused: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as caught:
        refused()
    return caught.value.code


def told(kept: SqlStore) -> list[tuple[str, str, str, str]]:
    with kept.reading() as connection:
        rows = connection.exec_driver_sql("SELECT centre, kind, person, params FROM trail ORDER BY centre, seq").all()
    return [tuple(row) for row in rows]  # type: ignore[misc]


def start(people: People, given: str, now: datetime = NOW) -> str:
    return people.sign_in("ana", given, "10.0.0.1", now)[0]


# start passwords


def test_a_start_password_can_be_read_out_and_nobody_keeps_it(ana: tuple[Account, str], kept: SqlStore) -> None:
    account, given = ana

    assert re.fullmatch(r"([a-hjkmnp-z2-9]{4}-){3}[a-hjkmnp-z2-9]{4}", given)
    assert (account.login, account.name, account.language, account.roles) == ("ana", "Ana M.", "fr", HERE)
    assert kept.account(login="ana") == account
    assert account.password_hash.startswith("$argon2id$")
    assert given not in repr(told(kept))


def test_with_a_start_password_all_that_opens_is_the_choice_of_ones_own(
    ana: tuple[Account, str], people: People
) -> None:
    token = start(people, ana[1])
    came_in = people.session(token, NOW)
    assert came_in is not None
    assert came_in.starting

    fresh = people.change_password(token, "", OWN, NOW + FRESH / 2)

    signed_in = people.session(fresh, NOW + FRESH / 2)
    assert signed_in is not None
    assert not signed_in.starting
    assert people.session(token, NOW + FRESH / 2) is None
    assert code_of(lambda: start(people, ana[1])) == "denied"
    assert start(people, OWN)


def test_a_start_password_works_for_a_day_and_then_says_why_not(ana: tuple[Account, str], people: People) -> None:
    late = start(people, ana[1], NOW + hours(23.9))

    assert people.session(late, NOW + hours(24)) is None
    assert code_of(lambda: start(people, ana[1], NOW + hours(24))) == "start_expired"
    assert code_of(lambda: start(people, "wrong", NOW + hours(24))) == "denied"


def test_a_program_cannot_come_in_with_a_start_password(ana: tuple[Account, str], people: People) -> None:
    assert code_of(lambda: people.sign_in("ana", ana[1], "10.0.0.1", NOW, kind="api")) == "start_password"


def test_who_left_the_screen_gives_the_start_password_once_more(ana: tuple[Account, str], people: People) -> None:
    token = start(people, ana[1])

    assert code_of(lambda: people.change_password(token, "", OWN, NOW + FRESH)) == "wrong_password"
    assert people.change_password(token, ana[1], OWN, NOW + FRESH)


def test_a_weak_password_the_old_one_and_one_without_the_old_one_are_refused(
    ana: tuple[Account, str], people: People
) -> None:
    token = start(people, ana[1])
    for weak in ("short", "ana.kigali.huye.2026", ana[1]):
        assert code_of(lambda weak=weak: people.change_password(token, "", weak, NOW)) == "weak_password"
    token = people.change_password(token, "", OWN, NOW)

    assert code_of(lambda: people.change_password(token, "not it", OWN + "!", NOW)) == "wrong_password"
    assert code_of(lambda: people.change_password(token, OWN, OWN, NOW)) == "weak_password"
    assert code_of(lambda: people.change_password("gone", OWN, OWN + "!", NOW)) == "signed_out"


def test_with_a_new_password_every_other_session_ends_api_tokens_too(ana: tuple[Account, str], people: People) -> None:
    token = people.change_password(start(people, ana[1]), "", OWN, NOW)
    elsewhere, _ = people.sign_in("ana", OWN, "10.0.0.2", NOW)
    program, _ = people.sign_in("ana", OWN, "10.0.0.3", NOW, kind="api")

    fresh = people.change_password(token, OWN, OWN + " again", NOW)

    assert [people.session(each, NOW) for each in (token, elsewhere)] == [None, None]
    assert people.api_session(program, NOW) is None
    assert people.session(fresh, NOW) is not None
    assert len(people.open_sessions(ana[0].id, NOW)) == 1


# what ends sessions


@pytest.fixture
def signed_in(ana: tuple[Account, str], people: People) -> list[str]:
    """Ana's tokens, at a screen and in a program, with a password of her own."""
    token = people.change_password(start(people, ana[1]), "", OWN, NOW)
    return [token, people.sign_in("ana", OWN, "10.0.0.3", NOW, kind="api")[0]]


def is_in(people: People, tokens: list[str]) -> list[bool]:
    return [people.session(tokens[0], NOW) is not None, people.api_session(tokens[1], NOW) is not None]


@pytest.mark.parametrize("change", ["disable", "other roles", "start password"])
def test_sessions_end_at_once_when_a_person_may_no_longer_what_they_could(
    change: str, signed_in: list[str], people: People, accounts: Accounts
) -> None:
    account = accounts.by_login("ANA")
    assert is_in(people, signed_in) == [True, True]
    match change:
        case "disable":
            accounts.disable("boss", account, account.version, NOW)
        case "other roles":
            accounts.change("boss", account, account.version, Wanted("ana", "Ana M.", "fr", {}), NOW)
        case _:
            accounts.reset_password("boss", account, account.version, NOW)

    assert is_in(people, signed_in) == [False, False]


def test_with_another_name_sessions_go_on(signed_in: list[str], people: People, accounts: Accounts) -> None:
    account = accounts.by_login("ana")

    assert accounts.change("boss", account, account.version, Wanted("ana.m", "Ana Mutoni", "rw", HERE), NOW)

    assert is_in(people, signed_in) == [True, True]
    assert accounts.by_login("ana.m").name == "Ana Mutoni"


def test_sessions_are_listed_while_they_are_open_and_ended_one_by_one(
    signed_in: list[str], people: People, ana: tuple[Account, str]
) -> None:
    screen, program = reversed(people.open_sessions(ana[0].id, NOW))
    assert people.open_sessions(ana[0].id, NOW + hours(0.5)) == []

    people.end_sessions(ana[0].id, ["nobody's", program.token_hash], "boss", NOW)

    assert people.open_sessions(ana[0].id, NOW) == [screen]


# what is refused


def test_whoever_runs_accounts_holds_no_role_that_sees_cases(accounts: Accounts, ana: tuple[Account, str]) -> None:
    for roles in ({"kigali": frozenset({RUNS, CARES})}, {"kigali": frozenset({RUNS}), "huye": frozenset({CARES})}):
        wanted = Wanted("ana", "Ana M.", "fr", roles)
        assert code_of(lambda w=wanted: accounts.change("boss", ana[0], 1, w, NOW)) == "managing_alone"
        assert code_of(lambda r=roles: accounts.add("boss", Wanted("bo", "Bo", "fr", r), NOW)) == "managing_alone"


def test_a_program_runs_no_accounts_and_has_no_password(accounts: Accounts) -> None:
    program = accounts.add_machine("system", Wanted("register", "Register", "en", {"kigali": frozenset({CARES})}), NOW)
    managing = Wanted("register", "Register", "en", {"kigali": frozenset({RUNS})})

    assert code_of(lambda: accounts.change("boss", program, 1, managing, NOW)) == "managing_machine"
    assert code_of(lambda: accounts.add_machine("boss", replace(managing, login="b"), NOW)) == "managing_machine"
    assert code_of(lambda: accounts.reset_password("boss", program, 1, NOW)) == "a_machine"


def test_the_last_who_runs_accounts_stays_and_nobody_resets_their_own_password(accounts: Accounts) -> None:
    boss, _ = accounts.add("system", Wanted("boss", "Boss", "en", {"kigali": frozenset({RUNS})}), NOW)

    assert code_of(lambda: accounts.disable(boss.id, boss, 1, NOW)) == "last_administrator"
    without = Wanted("boss", "Boss", "en", {})
    assert code_of(lambda: accounts.change(boss.id, boss, 1, without, NOW)) == "last_administrator"
    assert code_of(lambda: accounts.reset_password(boss.id, boss, 1, NOW)) == "own_password"
    other, _ = accounts.add(boss.id, Wanted("other", "Other", "en", {"huye": frozenset({RUNS})}), NOW)
    accounts.disable(other.id, boss, 1, NOW)


def test_everything_wrong_with_an_account_is_said_at_once(accounts: Accounts, ana: tuple[Account, str]) -> None:
    with pytest.raises(Refusal) as caught:
        accounts.add("boss", Wanted("a b", " ", "en", {"kigali": frozenset({RUNS, CARES})}), NOW)

    assert [problem.field for problem in caught.value.problems] == ["name", "login", "roles"]
    assert code_of(lambda: accounts.add("boss", Wanted("ANA", "Another", "en", {}), NOW)) == "login_taken"
    assert code_of(lambda: accounts.add("boss", Wanted("bo", "Bo", "xx", {}), NOW)) == "bad_language"
    nowhere = {"nowhere": frozenset({CARES})}
    assert code_of(lambda: accounts.add("boss", Wanted("bo", "Bo", "en", nowhere), NOW)) == "unknown_centre"
    nothing = {"kigali": frozenset({"cooks"})}
    assert code_of(lambda: accounts.add("boss", Wanted("bo", "Bo", "en", nothing), NOW)) == "unknown_role"


@pytest.mark.parametrize(
    "login", ["rec\u0435ption", "ana\u200b", "b\u00f3", "bo\u202e", "bo/2", "\uff42o", "x" * 201, ""]
)
def test_a_login_has_plain_letters_so_that_none_looks_like_another(
    accounts: Accounts, kept: SqlStore, login: str
) -> None:
    for add in (
        lambda: accounts.add("boss", Wanted(login, "Bo", "en", HERE), NOW),
        lambda: accounts.add_machine("boss", Wanted(login, "Bo", "en", HERE), NOW),
        lambda: accounts.add_with_password(login, "Bo", OWN, HERE),
    ):
        with pytest.raises(Refusal) as caught:
            add()
        assert [(one.field, one.code) for one in caught.value.problems] == [("login", "bad_login")]
    assert kept.accounts() == []


@pytest.mark.parametrize(
    "sign", [*"\u202a\u202e\u2066\u2069\u200b\u200d\u200e\u200f\ufeff\u00ad\x07\x9f\u3164", "\ud800"]
)
def test_a_name_has_nothing_that_nobody_can_see(accounts: Accounts, kept: SqlStore, sign: str) -> None:
    name = f"Grace {sign}Uwase"
    for add in (
        lambda: accounts.add("boss", Wanted("bo", name, "en", HERE), NOW),
        lambda: accounts.add_machine("boss", Wanted("bo", name, "en", HERE), NOW),
        lambda: accounts.add_with_password("bo", name, OWN, HERE),
        lambda: Centres(kept).add("boss", Centre("musanze", name, "Africa/Kigali"), NOW),
    ):
        with pytest.raises(Refusal) as caught:
            add()
        assert [(one.field, one.code) for one in caught.value.problems] == [("name", "unseen_letters")]
        assert sign not in caught.value.message
    assert kept.accounts() == []


def test_names_of_many_languages_and_logins_like_addresses_are_taken(accounts: Accounts) -> None:
    for number, name in enumerate(
        ("Immacul\u00e9e N\u2019Dri-M\u00fcller", "\u0641\u0627\u0637\u0645\u0629", "\u674e\u96ea", "Ana\u00a0M.")
    ):
        account, _ = accounts.add("boss", Wanted(f"A.b_c-{number}@House.example", name, "en", HERE), NOW)
        assert (account.login, account.name) == (f"a.b_c-{number}@house.example", " ".join(name.split()))


def test_who_had_such_a_login_and_name_before_keeps_them_and_their_way_in(
    accounts: Accounts, people: People, kept: SqlStore
) -> None:
    boss, _ = accounts.add("boss", Wanted("boss", "Boss", "en", {"huye": frozenset({RUNS})}), NOW)
    login, name = "rec\u0435ption", "Grace \u202eUwase"
    kept.add_account(Account("1", login, name, "-", "en", HERE))

    given = accounts.reset_password(boss.id, accounts.by_login(login.upper()), 1, NOW)
    assert people.sign_in(login, given, "10.0.0.1", NOW)
    elsewhere = {"huye": frozenset({CARES})}
    assert accounts.change(boss.id, accounts.get("1"), 2, Wanted(login, name, "fr", elsewhere), NOW)
    assert (accounts.get("1").login, accounts.get("1").name, accounts.get("1").roles) == (login, name, elsewhere)
    others = Wanted(login + "2", name + ".", "fr", elsewhere)
    assert code_of(lambda: accounts.change(boss.id, accounts.get("1"), 3, others, NOW)) == "unseen_letters"


def test_a_role_that_the_pathway_no_longer_has_may_stay_and_may_go(accounts: Accounts, kept: SqlStore) -> None:
    old = {"kigali": frozenset({"long_ago", CARES})}
    kept.add_account(Account("1", "old", "Old", "-", "en", old))
    account = accounts.get("1")

    assert accounts.change("boss", account, 1, Wanted("old", "Older", "en", old), NOW)
    assert accounts.change("boss", accounts.get("1"), 2, Wanted("old", "Older", "en", HERE), NOW)
    assert code_of(lambda: accounts.change("b", accounts.get("1"), 3, Wanted("old", "O", "en", old), NOW)) == (
        "unknown_role"
    )


def test_who_saw_an_older_state_changes_nothing(accounts: Accounts, ana: tuple[Account, str]) -> None:
    accounts.change("one", ana[0], 1, Wanted("ana", "Ana Mutoni", "fr", HERE), NOW)
    now = accounts.by_login("ana")

    for late in (
        lambda: accounts.change("two", now, 1, Wanted("ana", "Ana M.", "fr", {}), NOW),
        lambda: accounts.change("two", ana[0], 1, Wanted("ana", "Ana M.", "fr", {}), NOW),
        lambda: accounts.disable("two", now, 1, NOW),
        lambda: accounts.reset_password("two", now, 1, NOW),
    ):
        assert code_of(late) == "account_changed"
    assert accounts.by_login("ana") == now


# the trail


def test_every_change_is_an_entry_of_the_centres_concerned_and_names_nobody(
    accounts: Accounts, kept: SqlStore, people: People, ana: tuple[Account, str]
) -> None:
    account, given = ana
    moved = {"huye": frozenset({CARES})}
    token = people.change_password(start(people, given), "", OWN, NOW)
    assert accounts.change("boss", accounts.get(account.id), 2, Wanted("ana", "Ana Mutoni", "fr", moved), NOW)
    assert not accounts.change("boss", accounts.get(account.id), 3, Wanted("ana", "Ana Mutoni", "fr", moved), NOW)
    accounts.disable("boss", accounts.get(account.id), 3, NOW)
    accounts.enable("boss", accounts.get(account.id), 4, NOW)
    token, _ = people.sign_in("ana", OWN, "10.0.0.1", NOW)
    people.end_sessions(account.id, [one.token_hash for one in people.open_sessions(account.id, NOW)], "boss", NOW)
    accounts.reset_password("boss", accounts.get(account.id), 5, NOW)
    accounts.add("boss", Wanted("bo", "Bo", "en", {}), NOW)

    assert [(centre, kind, who) for centre, kind, who, _ in told(kept)] == [
        (NO_CENTRE, "account.added", "boss"),
        ("huye", "account.roles", "boss"),
        ("huye", "account.disabled", "boss"),
        ("huye", "account.enabled", "boss"),
        ("huye", "signed.in", account.id),
        ("huye", "sessions.ended", "boss"),
        ("huye", "password.reset", "boss"),
        ("kigali", "account.added", "boss"),
        ("kigali", "signed.in", account.id),
        ("kigali", "password.changed", account.id),
        ("kigali", "account.roles", "boss"),
        ("kigali", "account.changed", "boss"),
    ]
    assert not [row for row in told(kept) if re.search("ana|mutoni|kettle", repr(row), re.IGNORECASE)]
    assert kept.verify_trail() == []


# centres


def test_a_centre_is_added_and_changed_with_an_entry_of_its_own_chain(kept: SqlStore) -> None:
    centres = Centres(kept)
    added = centres.add("boss", Centre("musanze-1", " Musanze  one", "Africa/Kigali", "camp"), NOW)
    assert centres.change("boss", Centre("musanze-1", "Musanze", "Africa/Lusaka", "camp"), seen_as(added), NOW)
    as_now = seen_as(centres.get("musanze-1"))
    assert not centres.change("boss", Centre("musanze-1", "Musanze", "Africa/Lusaka", "camp"), as_now, NOW)

    assert kept.centres()["musanze-1"] == Centre("musanze-1", "Musanze", "Africa/Lusaka", "camp")
    assert told(kept) == [
        ("musanze-1", "centre.added", "boss", "{}"),
        ("musanze-1", "centre.changed", "boss", '{"fields":"name,zone"}'),
    ]
    late = Centre("musanze-1", "Other", "Africa/Kigali", "camp")
    assert code_of(lambda: centres.change("two", late, seen_as(added), NOW)) == "centre_changed"


@pytest.mark.parametrize(
    ("centre", "code"),
    [
        (Centre("Musanze", "Musanze", "Africa/Kigali"), "bad_centre_id"),
        (Centre("1musanze", "Musanze", "Africa/Kigali"), "bad_centre_id"),
        (Centre("-", "Musanze", "Africa/Kigali"), "bad_centre_id"),
        (Centre("new", "Musanze", "Africa/Kigali"), "reserved_centre_id"),
        (Centre("kigali", "Musanze", "Africa/Kigali"), "centre_taken"),
        (Centre("musanze", " ", "Africa/Kigali"), "bad_centre_name"),
        (Centre("musanze", "KIGALI", "Africa/Kigali"), "centre_name_taken"),
        (Centre("musanze", "Musanze", "Nowhere/Here"), "bad_zone"),
        (Centre("musanze", "Musanze", "localtime"), "bad_zone"),
        (Centre("musanze", "Musanze", "Factory"), "bad_zone"),
        (Centre("musanze", "Musanze", "Etc/GMT+2"), "bad_zone"),
        (Centre("musanze", "Musanze", "Africa/Kigali", "tent"), "bad_kind"),
    ],
)
def test_a_centre_that_people_could_not_use_is_refused(centre: Centre, code: str, kept: SqlStore) -> None:
    assert code_of(lambda: Centres(kept).add("boss", centre, NOW)) == code
    assert "Africa/Kigali" in zones()
    assert told(kept) == []


def test_a_centre_that_was_given_another_zone_before_may_be_renamed(kept: SqlStore) -> None:
    kept.add_centre(Centre("old", "Old", "UTC"))
    centres, seen = Centres(kept), seen_as(Centre("old", "Old", "UTC"))

    assert code_of(lambda: centres.change("boss", Centre("old", "Old", "GMT"), seen, NOW)) == "bad_zone"
    assert centres.change("boss", Centre("old", "New", "UTC"), seen, NOW)


@pytest.mark.parametrize(
    ("written", "near"),
    [
        ("africa/kigali", "Africa/Kigali"),
        ("Africa/Kigal", "Africa/Kigali"),
        ("Kigali", "Africa/Kigali"),
        ("Rwanda/Kigali", "Africa/Kigali"),
        ("new york", "America/New_York"),
    ],
)
def test_of_a_zone_that_is_not_known_a_few_near_ones_are_found(written: str, near: str) -> None:
    found = near_zones(written)

    assert found[0] == near
    assert len(found) <= 3
