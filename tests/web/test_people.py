"""Signing in: argon2id, one answer for every wrong try, throttled per account and address; sessions that end."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from argon2 import PasswordHasher

from engine.model import Centre, Refusal
from engine.store.records import Account
from engine.store.store import SqlStore
from web.accounts import NO_CENTRE, Accounts
from web.passwords import Hashing, refuse_weak
from web.people import People
from web.settings import Settings
from web.throttle import ACCOUNT, ADDRESS, FORGET, HERE, Throttle

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
GOOD = "blue kettle seventeen lanterns"
SETTINGS = Settings(mode="demo")


def seconds(number: float) -> timedelta:
    return timedelta(seconds=number)


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


@pytest.fixture
def kept(sqlite_url: str, opened: Callable[..., SqlStore]) -> SqlStore:
    store = opened(sqlite_url)
    store.add_centre(Centre("kigali", "Kacyiru", "Africa/Kigali"))
    return store


@pytest.fixture
def people(kept: SqlStore) -> People:
    return People(kept, SETTINGS)


@pytest.fixture
def accounts(kept: SqlStore) -> Accounts:
    return Accounts(kept, dict, SETTINGS)


@pytest.fixture
def disable(accounts: Accounts) -> Callable[[str], None]:
    def by_login(login: str) -> None:
        account = accounts.by_login(login)
        accounts.disable("the administrator", account, account.version, NOW)

    return by_login


@pytest.fixture
def ana(accounts: Accounts) -> Account:
    return accounts.add_with_password("ana", "Ana M.", GOOD, {"kigali": frozenset({"some_role"})})


def refused(people: People, login: str, password: str, now: datetime = NOW, address: str = "10.0.0.1") -> Refusal:
    with pytest.raises(Refusal) as caught:
        people.sign_in(login, password, address, now)
    return caught.value


def test_the_right_password_gives_a_session_of_which_only_the_digest_is_kept(people: People, ana: Account, kept):
    token, account = people.sign_in(" ANA ", GOOD, "10.0.0.1", NOW)
    assert account == ana
    assert len(token) >= 43
    assert kept.session(token) is None
    assert kept.session(hashlib.sha256(token.encode()).hexdigest()) is not None
    signed_in = people.session(token, NOW)
    assert signed_in is not None
    assert (signed_in.person.id, signed_in.person.roles, signed_in.locked) == (ana.id, ana.roles, False)
    assert len(signed_in.csrf) >= 43
    assert signed_in.csrf != token


def test_passwords_are_kept_as_argon2id_of_at_least_the_recommended_cost(ana: Account):
    assert ana.password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert GOOD not in ana.password_hash


def test_unknown_wrong_and_disabled_get_the_same_answer(people: People, accounts: Accounts, ana: Account, disable):
    accounts.add_with_password("bo", "Bo", GOOD, {})
    disable("bo")
    answers = [refused(people, "ana", "wrong"), refused(people, "nobody", GOOD), refused(people, "bo", GOOD)]
    answers.append(refused(people, "ana", "x" * 5000))
    assert {(item.status, item.code, item.message) for item in answers} == {(401, "denied", answers[0].message)}


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """How dear each comparison of a password was that was made since: the kind and cost of its hash."""
    costs: list[str] = []
    verify = PasswordHasher.verify

    def counted(hasher: PasswordHasher, kept: str, password: str) -> bool:
        costs.append(kept.rsplit("$", 2)[0])
        return verify(hasher, kept, password)

    monkeypatch.setattr(PasswordHasher, "verify", counted)
    return costs


def test_for_unknown_wrong_and_disabled_the_same_work_is_done(
    people: People, accounts: Accounts, ana: Account, disable, hashed: list[str]
):
    accounts.add_with_password("bo", "Bo", GOOD, {})
    disable("bo")
    for login, password in {"ana": "wrong password here", "nobody": GOOD, "bo": GOOD}.items():
        refused(people, login, password)

    assert hashed == [ana.password_hash.rsplit("$", 2)[0]] * 3


def test_a_huge_password_is_refused_without_hashing(people: People, ana: Account, hashed: list[str]):
    refused(people, "ana", "x" * 10_000_000)

    assert hashed == []


def test_a_weaker_hash_is_renewed_at_sign_in(people: People, kept: SqlStore):
    old = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(GOOD)
    kept.add_account(Account("1", "old", "Old", old, "en", {}))
    token, _ = people.sign_in("old", GOOD, "10.0.0.1", NOW)
    account = kept.account(login="old")
    assert account is not None
    assert "m=19456,t=2,p=1" in account.password_hash
    assert people.session(token, NOW) is not None


def test_an_accent_may_be_typed_in_two_ways(people: People, accounts: Accounts):
    accounts.add_with_password("eve", "Eve", "cinq \u00e9toiles et demie", {})
    people.sign_in("eve", "cinq e\u0301toiles et demie", "10.0.0.1", NOW)


# the throttle


def test_after_some_failures_each_one_doubles_the_wait_up_to_a_minute():
    waits = [HERE.wait(number).total_seconds() for number in (0, 4, 5, 6, 7, 10, 11, 1000)]
    assert waits == [0, 0, 1, 2, 4, 32, 60, 60]


def test_a_login_is_throttled_where_it_was_tried_and_nowhere_else(people: People, accounts: Accounts, ana: Account):
    accounts.add_with_password("bo", "Bo", GOOD, {})
    for _ in range(HERE.free):
        refused(people, "ana", "wrong")
    hurried = refused(people, "ana", GOOD)
    assert (hurried.status, hurried.code, hurried.params) == (429, "throttled", {"seconds": "2"})
    people.sign_in("bo", GOOD, "10.0.0.1", NOW)
    people.sign_in("ana", GOOD, "10.0.0.99", NOW)
    people.sign_in("ana", GOOD, "10.0.0.1", NOW + seconds(1))
    assert refused(people, "ana", "wrong").code == "denied"  # a success begins the count anew


def test_nobody_elsewhere_can_keep_the_owner_of_a_login_out(people: People, ana: Account, kept: SqlStore):
    token, _ = people.sign_in("ana", GOOD, "10.0.0.1", NOW)
    for _ in range(ACCOUNT.free + 20):
        kept.note_failure(f"account:{hashlib.sha256(b'ana').hexdigest()}", NOW)
    assert refused(people, "ana", GOOD, address="10.9.9.9").code == "throttled"  # guessing is slowed all the same
    people.sign_in("ana", GOOD, "10.0.0.1", NOW)
    people.lock(token, NOW)
    people.unlock(token, GOOD, NOW)


def test_guesses_from_many_addresses_are_slowed_together(people: People, ana: Account, monkeypatch):
    monkeypatch.setattr("web.throttle.ACCOUNT", Throttle("login anywhere", 7, timedelta(seconds=30)))
    for number in range(7):
        refused(people, "ana", "wrong", address=f"10.0.0.{number}")
    assert refused(people, "ana", GOOD, address="10.0.0.99").code == "throttled"


def test_an_unknown_login_is_throttled_like_a_known_one(people: People, ana: Account):
    for login in ("ana", "nobody"):
        for _ in range(HERE.free):
            refused(people, login, "wrong")
    assert refused(people, "ana", GOOD).message == refused(people, "nobody", GOOD).message


def test_an_address_is_throttled_over_all_logins_and_forgiven_after_an_hour(people: People, ana: Account, kept):
    for _ in range(ADDRESS.free):
        kept.note_failure("address:10.0.0.1", NOW)
    assert refused(people, "ana", GOOD).code == "throttled"
    people.sign_in("ana", GOOD, "10.0.0.2", NOW)
    people.sign_in("ana", GOOD, "10.0.0.1", NOW + FORGET + seconds(1))
    assert kept.failures("address:10.0.0.1") == (0, None)


def test_somebody_guessing_at_an_address_locks_out_none_of_those_who_work_there(people: People, ana: Account, kept):
    token, _ = people.sign_in("ana", GOOD, "10.0.0.1", NOW)
    for _ in range(ADDRESS.free):
        kept.note_failure("address:10.0.0.1", NOW)
    people.sign_in("ana", GOOD, "10.0.0.1", NOW)
    people.lock(token, NOW)
    people.unlock(token, GOOD, NOW)
    assert refused(people, "nobody", GOOD).code == "throttled"


def test_mistyping_before_and_after_the_right_password_adds_up_to_nothing(people: People, ana: Account, kept):
    refused(people, "nobody", GOOD)
    for _ in range(3):
        refused(people, "ana", "wrong")
    assert kept.failures("address:10.0.0.1")[0] == 4
    people.sign_in("ana", GOOD, "10.0.0.1", NOW)
    refused(people, "ana", "wrong")
    assert kept.failures("address:10.0.0.1")[0] == 1  # another's stays


def test_a_locked_screen_is_slowed_by_its_own_wrong_passwords_alone(people: People, ana: Account, kept):
    token, _ = people.sign_in("ana", GOOD, "10.0.0.1", NOW)
    people.lock(token, NOW)
    for _ in range(HERE.free):
        with pytest.raises(Refusal, match="not your password"):
            people.unlock(token, "wrong", NOW)
    with pytest.raises(Refusal, match="Too many attempts"):
        people.unlock(token, GOOD, NOW)
    assert kept.failures("address:10.0.0.1") == (0, None)
    people.sign_in("ana", GOOD, "10.0.0.1", NOW)
    people.unlock(token, GOOD, NOW + seconds(1))


def test_the_throttle_survives_a_restart(people: People, ana: Account, kept: SqlStore):
    for _ in range(HERE.free):
        refused(people, "ana", "wrong")
    assert refused(People(kept, SETTINGS), "ana", GOOD).code == "throttled"


def test_not_more_than_two_are_hashed_at_once(people: People, ana: Account, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("web.passwords.WAIT_SECONDS", 0.01)
    with Hashing(), Hashing():
        assert refused(people, "ana", GOOD).status == 503
    people.sign_in("ana", GOOD, "10.0.0.1", NOW)


# sessions


@pytest.fixture
def token(people: People, ana: Account) -> str:
    return people.sign_in("ana", GOOD, "10.0.0.1", NOW)[0]


def test_an_idle_screen_locks_and_opens_again_with_the_password(people: People, token: str):
    before = people.session(token, NOW + minutes(4.9), active=False)
    locked = people.session(token, NOW + minutes(5))
    assert before is not None
    assert locked is not None
    assert (before.locked, locked.locked) == (False, True)
    with pytest.raises(Refusal, match="not your password"):
        people.unlock(token, "wrong", NOW + minutes(6))
    people.unlock(token, GOOD, NOW + minutes(6))
    opened = people.session(token, NOW + minutes(6))
    assert opened is not None
    assert not opened.locked


def test_a_click_keeps_the_session_awake_and_a_page_that_asks_by_itself_does_not(people: People, token: str):
    people.session(token, NOW + minutes(4))
    clicked = people.session(token, NOW + minutes(8.9), active=False)
    polled = people.session(token, NOW + minutes(9), active=False)
    assert clicked is not None
    assert polled is not None
    assert (clicked.locked, polled.locked) == (False, True)


def test_a_locked_screen_does_not_stay_awake_by_clicks(people: People, token: str):
    people.lock(token, NOW + minutes(1))
    for minute in range(2, 30):
        still = people.session(token, NOW + minutes(minute))
        assert still is not None
        assert still.locked
    assert people.session(token, NOW + minutes(31)) is None


def test_an_idle_session_ends_for_good_after_half_an_hour(people: People, token: str):
    assert people.session(token, NOW + minutes(30)) is None
    assert people.session(token, NOW + minutes(1)) is None
    with pytest.raises(Refusal, match="ended"):
        people.unlock(token, GOOD, NOW + minutes(31))


def test_a_busy_session_ends_with_the_shift(people: People, token: str):
    moment = NOW
    while moment + minutes(4) < NOW + minutes(12 * 60):
        moment += minutes(4)
        assert people.session(token, moment) is not None
    assert people.session(token, NOW + minutes(12 * 60)) is None


def test_signing_out_ends_this_session_alone(people: People, token: str):
    other, _ = people.sign_in("ana", GOOD, "10.0.0.1", NOW)
    people.sign_out(token, NOW)
    assert people.session(token, NOW) is None
    assert people.session(other, NOW) is not None


def test_an_api_token_never_locks_and_a_browser_token_is_none(people: People, token: str):
    api, _ = people.sign_in("ana", GOOD, "10.0.0.1", NOW, kind="api")
    later = people.api_session(api, NOW + minutes(20))
    assert later is not None
    assert not later.locked
    assert people.api_session(token, NOW) is None
    assert people.api_session("", NOW) is None


def test_an_api_token_opens_no_screen(people: People, ana: Account):
    api, _ = people.sign_in("ana", GOOD, "10.0.0.1", NOW, kind="api")
    assert people.session(api, NOW) is None
    assert people.api_session(api, NOW) is not None


def test_who_is_disabled_while_the_password_is_compared_does_not_come_in(
    people: People, ana: Account, monkeypatch: pytest.MonkeyPatch, disable: Callable[[str], None]
):
    compare = Hashing.matches

    def compared_and_disabled(self: Hashing, kept: str | None, password: str) -> bool:
        right = compare(self, kept, password)
        disable("ana")
        return right

    monkeypatch.setattr(Hashing, "matches", compared_and_disabled)
    assert refused(people, "ana", GOOD).code == "denied"


def test_the_language_chosen_is_the_persons_own_from_then_on(people: People, token: str):
    people.set_language(token, "rw", NOW)
    again, _ = people.sign_in("ana", GOOD, "10.0.0.1", NOW)
    for each in (token, again):
        signed_in = people.session(each, NOW)
        assert signed_in is not None
        assert (signed_in.language, signed_in.person.language) == ("rw", "rw")


# accounts and the trail


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("short words", "password_short"),
        ("x" * 1025, "password_long"),
        ("password12345", "password_common"),
        ("Isange-Kigali-2026", "password_common"),
        ("uwimana.claudine", "password_common"),
        ("abababababababab", "password_common"),
    ],
)
def test_a_password_that_others_would_guess_is_refused_with_the_reason(password: str, reason: str):
    with pytest.raises(Refusal) as caught:
        refuse_weak(password, ("c.uwimana", "Claudine Uwimana", "Kacyiru"))
    assert [problem.code for problem in caught.value.problems] == [reason]
    assert password not in caught.value.message


@pytest.mark.parametrize(
    "password", [GOOD, "correct horse battery staple", "vvw8#kq2Lz!m", "x1" * 4 + "abcdefgh9zyqr" * 5]
)
def test_a_long_password_of_ones_own_is_accepted(password: str):
    refuse_weak(password, ("ana", "Ana M.", "Kacyiru"))


def test_a_login_belongs_to_one_person(accounts: Accounts, ana: Account):
    with pytest.raises(Refusal, match="taken"):
        accounts.add_with_password("Ana", "Another", GOOD, {})


def test_sign_ins_are_in_the_trail_and_what_was_typed_is_not(people: People, ana: Account, kept: SqlStore):
    token, _ = people.sign_in("ana", GOOD, "10.0.0.1", NOW)
    refused(people, "ana", "ZZCANARY1")
    refused(people, "ZZCANARY2", GOOD)
    people.sign_out(token, NOW)
    with kept.reading() as connection:
        rows = connection.exec_driver_sql("SELECT centre, kind, person, params FROM trail ORDER BY centre, seq").all()
    assert [tuple(row[:3]) for row in rows] == [
        (NO_CENTRE, "sign_in.failed", "unknown"),
        ("kigali", "signed.in", ana.id),
        ("kigali", "sign_in.failed", "unknown"),
        ("kigali", "signed.out", ana.id),
    ]
    assert "ZZCANARY" not in repr(rows)
    assert kept.verify_trail() == []
