"""Programs get tokens of their own: for some actions, for some days, shown once, and revoked at once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from engine.model import SYSTEM, Refusal
from tests.unit.content_samples import sample_files
from tests.web.running import CENTRE, KEY, PASSWORD, Hands, house_at, served, write_content
from web import cli
from web.accounts import Wanted
from web.api.app import PREFIX
from web.api.guard import PUBLIC, SCOPES, SESSION_END
from web.house import House

RECEPTION = {CENTRE: frozenset({"reception"})}


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def house(sqlite_url: str, tmp_path: Path, hands: Hands) -> Iterator[House]:
    with house_at(sqlite_url, write_content(tmp_path / "content", sample_files()), hands) as house:
        yield house


@pytest.fixture
def api(house: House) -> Iterator[httpx.Client]:
    with served(house) as address, httpx.Client(base_url=address.url + PREFIX) as client:
        yield client


def issued(house: House, hands: Hands, *scopes: str, days: int = 30, login: str = "register") -> tuple[str, str]:
    """(token, its id)."""
    token, one = house.tokens.issue(login, "Register", RECEPTION, frozenset(scopes), days, hands())
    return token, one.id


def with_token(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_a_token_opens_what_it_was_issued_for_and_nothing_else(api: httpx.Client, house: House, hands: Hands) -> None:
    token, _ = issued(house, hands, "task.work")
    document = api.get("/openapi.json").json()
    asked = 0
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            scope = operation["x-action"]
            if scope in (PUBLIC, SESSION_END):
                continue
            assert operation["security"] == [{"HTTPBearer": [scope]}]
            answer = api.request(method, path.format(id="x", form="y", edition="e"), headers=with_token(token))
            if scope == "task.work":
                assert answer.status_code in (200, 400, 404), (method, path)
                continue
            problem = answer.json()
            assert (answer.status_code, problem["code"]) == (403, "missing_scope"), (method, path)
            assert scope in problem["detail"]
            assert answer.headers["www-authenticate"] == f'Bearer error="insufficient_scope", scope="{scope}"'
            asked += 1
    assert asked > 10


def test_who_the_survivor_is_needs_a_scope_of_its_own(api: httpx.Client, house: House, hands: Hands) -> None:
    opener, _ = issued(house, hands, "case.open", "case.read")
    reader, _ = issued(house, hands, "identity.read", login="reader")
    arrival = {"centre": CENTRE, "door": "reception", "answers": {"wants_medical": "later"}}
    opened = api.post("/cases", json=arrival, headers={**with_token(opener), "Idempotency-Key": "a"}).json()
    path = f"/cases/{opened['case_id']}/identity"

    refused = api.post(path, json={"why": "call_back"}, headers=with_token(opener))

    assert (refused.status_code, refused.json()["code"]) == (403, "missing_scope")
    assert "identity.read" in refused.json()["detail"]
    assert api.post(path, json={"why": "call_back"}, headers=with_token(reader)).status_code == 200
    medical = api.post("/sessions", json={"login": "medical", "password": PASSWORD}).json()
    assert "identity.read" not in medical["scopes"]


def test_a_scope_gives_nothing_that_the_roles_of_the_program_do_not(
    api: httpx.Client, house: House, hands: Hands
) -> None:
    token, _ = issued(house, hands, *SCOPES)
    assert api.get("/tasks", headers=with_token(token)).status_code == 200
    answer = api.get("/cases", headers=with_token(token))
    assert (answer.status_code, answer.json()["code"]) == (403, "not_yours")


def test_a_token_does_not_idle_out_but_ends_on_its_day(api: httpx.Client, house: House, hands: Hands) -> None:
    token, _ = issued(house, hands, "task.work", days=30)
    hands.move(timedelta(days=29, hours=23))
    assert api.get("/tasks", headers=with_token(token)).status_code == 200
    hands.move(timedelta(hours=1))
    assert api.get("/tasks", headers=with_token(token)).status_code == 401


def test_a_revoked_token_and_one_of_a_disabled_account_are_dead_at_once(
    api: httpx.Client, house: House, hands: Hands
) -> None:
    first, id = issued(house, hands, "task.work")
    second, _ = house.tokens.issue("register", "", {}, frozenset({"task.work"}), 1, hands())
    house.tokens.revoke(id, hands())
    assert api.get("/tasks", headers=with_token(first)).status_code == 401
    assert api.get("/tasks", headers=with_token(second)).status_code == 200
    account = house.store.account(login="register")
    assert account is not None
    house.accounts.disable(SYSTEM.id, account, account.version, hands())
    assert api.get("/tasks", headers=with_token(second)).status_code == 401
    with pytest.raises(Refusal, check=lambda refusal: refusal.code == "disabled"):
        house.tokens.issue("register", "", {}, frozenset({"task.work"}), 1, hands())


def test_only_the_digest_of_a_token_is_kept_and_lists_say_when_it_was_last_used(
    api: httpx.Client, house: House, hands: Hands
) -> None:
    token, id = issued(house, hands, "task.work")
    (kept,) = house.store.tokens()
    assert kept.token_hash == hashlib.sha256(token.encode()).hexdigest()
    assert kept.token_hash.startswith(id)
    assert [one.seen_at for one in house.tokens.all()] == [None]
    hands.move(timedelta(days=2))
    api.get("/tasks", headers=with_token(token))
    assert [one.seen_at for one in house.tokens.all()] == [hands()]


def test_issuing_and_revoking_are_in_the_trail_without_the_token(house: House, hands: Hands) -> None:
    token, id = issued(house, hands, "task.work")
    house.tokens.revoke(id, hands())
    with house.store.engine.connect() as connection:
        lines = connection.exec_driver_sql("SELECT kind, params FROM trail WHERE kind LIKE 'token.%'").all()
    assert [kind for kind, _ in lines] == ["token.issued", "token.revoked"]
    assert token not in repr(lines)
    assert house.store.verify_trail() == []


@pytest.mark.parametrize("password", ["", PASSWORD, "the hash that unknown logins are compared with"])
def test_nobody_signs_in_as_a_program(api: httpx.Client, house: House, hands: Hands, password: str) -> None:
    issued(house, hands, "task.work")
    answer = api.post("/sessions", json={"login": "register", "password": password})
    assert (answer.status_code, answer.json()["code"]) == (401, "denied")


@pytest.mark.parametrize(
    ("login", "roles", "scopes", "days", "code"),
    [
        ("reception", {}, {"task.work"}, 30, "a_person"),
        ("new", {}, {"task.work"}, 30, "no_roles"),
        ("new", RECEPTION, set(), 30, "no_scopes"),
        ("new", RECEPTION, {"everything"}, 30, "unknown_scope"),
        ("new", RECEPTION, {"board.read", "trail.read"}, 30, "useless_scopes"),
        ("new", {CENTRE: frozenset({"nobody"})}, {"case.open"}, 30, "unknown_role"),
        ("new", RECEPTION, {"task.work"}, 0, "bad_days"),
        ("new", RECEPTION, {"task.work"}, 10_000, "bad_days"),
    ],
)
def test_what_no_token_can_be_issued_for_is_refused(
    house: House, hands: Hands, login: str, roles: dict[str, frozenset[str]], scopes: set[str], days: int, code: str
) -> None:
    with pytest.raises(Refusal, check=lambda refusal: refusal.code == code):
        house.tokens.issue(login, "", roles, frozenset(scopes), days, hands())
    assert house.store.tokens() == []
    assert house.store.account(login="new") is None


@pytest.mark.parametrize(("roles", "code"), [({}, "no_roles"), (RECEPTION, "has_roles")])
def test_a_program_that_has_no_role_any_more_gets_no_token(
    house: House, hands: Hands, roles: dict[str, frozenset[str]], code: str
) -> None:
    issued(house, hands, "case.open", login="bare")
    account = house.accounts.by_login("bare")
    house.accounts.change("boss", account, account.version, Wanted("bare", account.name, "en", {}), hands())
    with pytest.raises(Refusal, check=lambda refusal: refusal.code == code):
        house.tokens.issue("bare", "", roles, frozenset({"case.open"}), 30, hands())


def test_a_person_may_narrow_the_token_they_sign_in_for(api: httpx.Client) -> None:
    who = {"login": "reception", "password": PASSWORD}
    whole = api.post("/sessions", json=who).json()
    narrow = api.post("/sessions", json=who | {"scopes": ["task.work", "trail.read"]}).json()
    assert whole["scopes"] == ["case.open", "case.read", "edition.read", "facts.record", "identity.read", "task.work"]
    assert narrow["scopes"] == ["task.work"]  # the other is not hers to give
    assert api.get("/tasks", headers=with_token(narrow["token"])).status_code == 200
    answer = api.get("/editions", headers=with_token(narrow["token"]))
    assert (answer.status_code, answer.json()["code"]) == (403, "missing_scope")
    assert api.get("/editions", headers=with_token(whole["token"])).status_code == 200
    assert api.post("/sessions", json=who | {"scopes": ["everything"]}).status_code == 400


@pytest.mark.parametrize("scopes", [["trail.read", "content.check"], []])
def test_a_token_that_would_open_nothing_is_refused_and_not_made(
    api: httpx.Client, house: House, scopes: list[str]
) -> None:
    answer = api.post("/sessions", json={"login": "reception", "password": PASSWORD, "scopes": scopes})
    problem = answer.json()

    assert (answer.status_code, problem["code"]) == (422, "invalid_answers")
    assert [(one["field"], one["code"]) for one in problem["problems"]] == [("scopes", "not_held")]
    account = house.store.account(login="reception")
    assert account is not None
    assert house.store.sessions_of(account.id) == []
    wrong = api.post("/sessions", json={"login": "reception", "password": "wrong", "scopes": scopes})
    assert wrong.status_code == 401  # nobody learns what a role may without the password


def test_the_administrator_issues_lists_and_revokes_on_the_command_line(
    sqlite_url: str, tmp_path: Path, hands: Hands, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    content = write_content(tmp_path / "content", sample_files())
    with house_at(sqlite_url, content, hands):  # leaves a database with a centre and people
        pass
    monkeypatch.setenv("ISANGE_KEY", KEY)

    def run(*words: str) -> list[str]:
        assert cli.main(["token", *words, "--demo", "--database", sqlite_url]) == 0
        return capsys.readouterr().out.splitlines()

    token, _ = run("add", "register", "--role", f"{CENTRE}:reception", "--scope", "task.work", "--days", "7")
    (line,) = run("list")
    assert line.startswith("register: id ")
    assert line.endswith("not used yet, for task.work")
    assert token not in line
    run("revoke", line.split()[2].rstrip(","))
    assert run("list") == ["No tokens are issued"]
    assert cli.main(["token", "revoke", "none", "--demo", "--database", sqlite_url]) == 1
