"""What an administrator types: people and centres on the command line, and what it refuses to guess."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine.model import Centre
from tests.unit.content_samples import sample_files
from tests.web.running import CENTRE, KEY, Hands, house_at, write_content
from web import cli
from web.house import House

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def house(sqlite_url: str, tmp_path: Path) -> Iterator[House]:
    with house_at(sqlite_url, write_content(tmp_path / "content", sample_files()), Hands()) as house:
        yield house


@pytest.fixture
def run(house: House, sqlite_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs one command on that house; gives its exit code and all that it said."""
    monkeypatch.setenv("ISANGE_KEY", KEY)

    def one(*words: str) -> tuple[int, str]:
        try:
            status = cli.main([*words, "--demo", "--database", sqlite_url])
        except SystemExit as stopped:
            status = int(stopped.code or 0)
        said = capsys.readouterr()
        return status, said.out + said.err

    return one


def test_roles_are_taken_away_only_when_that_is_said(house: House, run: Run) -> None:
    def roles() -> object:
        return house.accounts.by_login("medical").roles

    status, said = run("person", "roles", "medical")

    assert (status, "--role CENTRE:ROLE" in said, "--no-role" in said) == (1, True, True)
    assert roles() == {CENTRE: frozenset({"medical"})}
    assert run("person", "roles", "medical", "--role", f"{CENTRE}:reception")[0] == 0
    assert roles() == {CENTRE: frozenset({"reception"})}
    assert run("person", "roles", "medical", "--no-role", "--role", f"{CENTRE}:reception")[0] == 2
    assert run("person", "roles", "medical", "--no-role")[0] == 0
    assert roles() == {}


@pytest.mark.parametrize("written", ["x", "kacyiru:", ":medical"])
def test_a_role_without_its_centre_is_told_how_it_is_written(run: Run, written: str) -> None:
    for words in (("person", "add", "new", "--role", written), ("token", "add", "new", "--role", written)):
        status, said = run(*words)
        assert (status, "expected CENTRE:ROLE, such as kigali:medical" in said) == (2, True)


def test_a_centre_is_changed_only_when_that_is_said(house: House, run: Run) -> None:
    before = house.store.centres()
    status, said = run("centre", "add", CENTRE, "--name", "Elsewhere", "--zone", "Africa/Kigali")

    assert (status, f"`isange centre change {CENTRE}` changes it" in said) == (1, True)
    assert house.store.centres() == before
    assert "needs --zone" in run("centre", "add", "huye", "--name", "Huye")[1]
    assert run("centre", "add", "huye", "--name", "Huye", "--zone", "Africa/Kigali", "--kind", "camp")[0] == 0
    assert run("centre", "change", "huye", "--name", "Huye South")[0] == 0
    assert house.store.centres()["huye"] == Centre("huye", "Huye South", "Africa/Kigali", "camp")
    assert run("centre", "change", "nowhere", "--name", "Nowhere")[0] == 1


def test_a_login_or_a_name_that_could_deceive_is_refused_in_words(house: House, run: Run) -> None:
    for words in (("person", "add"), ("token", "add", "--scope", "case.read")):
        status, said = run(*words, "rec\u0435ption", "--role", f"{CENTRE}:reception")
        assert (status, "login: A login has 1 to 200 characters: plain letters" in said) == (1, True)
        status, said = run(*words, "grace", "--name", "Grace \u202eUwase", "--role", f"{CENTRE}:reception")
        assert (status, "name: The name has characters that nobody can see" in said) == (1, True)
    status, said = run("centre", "change", CENTRE, "--name", "Kacyiru\u200b")
    assert (status, "nobody can see" in said) == (1, True)


@pytest.mark.parametrize(
    "words",
    [
        ("person", "add", "rec\u0435ption"),
        ("person", "add", "medical"),
        ("person", "add", "grace", "--name", "Grace \u202eUwase"),
        ("centre", "add", "Huye!", "--name", "Huye", "--zone", "Africa/Kigali"),
        ("centre", "add", "huye", "--name", "Huye\u200b", "--zone", "Africa/Kigali"),
    ],
)
def test_what_is_wrong_with_a_name_or_a_login_is_said_once_with_its_field(run: Run, words: tuple[str, ...]) -> None:
    status, said = run(*words)

    assert (status, len(said.splitlines())) == (1, 1), said
    assert said.startswith(("isange: login: ", "isange: name: ", "isange: id: "))


@pytest.mark.parametrize(
    ("zone", "advice"),
    [
        ("Mars/Olympus", "expected the one of the place, such as Africa/Kigali"),
        ("Africa/Kigale", "did you mean Africa/Kigali"),
        ("localtime", "expected the one of the place"),
        ("Factory", "expected the one of the place"),
    ],
)
def test_a_time_zone_of_no_place_is_refused_in_a_line_with_a_few_near_ones(run: Run, zone: str, advice: str) -> None:
    status, said = run("centre", "add", "huye", "--name", "Huye", "--zone", zone)

    assert (status, f'there is no place with the time zone "{zone}": {advice}' in said) == (2, True)
    assert len(said.splitlines()[-1]) < 200


def test_a_first_centre_that_is_refused_leaves_no_database_and_the_right_one_makes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ISANGE_KEY", KEY)
    file = tmp_path / "isange.db"
    where = ["--demo", "--database", f"sqlite:///{file}"]
    add = ["centre", "add", "huye", "--zone", "Africa/Kigali", "--name"]

    assert cli.main([*add, "Huye\u200b", *where]) == 1
    assert list(tmp_path.iterdir()) == []
    assert cli.main([*add, "Huye", *where]) == 0
    assert [one.name for one in tmp_path.iterdir()] == ["isange.db"]
    assert "Centre huye is added" in capsys.readouterr().out
