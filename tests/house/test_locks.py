"""The lock files give everyone the same bytes and tie nobody to an address."""

from __future__ import annotations

import re
import tomllib

import pytest

from tests.house.source import ROOT

LOCKS = ["requirements.lock", "requirements-test.lock"]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
ENTRY = re.compile(
    r"^([A-Za-z0-9._-]+)==([^ ;]+)( ;[^\\]*)? \\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)", re.MULTILINE
)


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def locked(name: str) -> dict[str, str]:
    """Package -> version in one lock file."""
    text = (ROOT / name).read_text(encoding="utf-8")
    return {normal(match[1]): match[2] for match in ENTRY.finditer(text)}


def pins(*extras: str) -> dict[str, str]:
    """Package -> version ('' when any) that pyproject.toml asks for."""
    asked = [*PROJECT["dependencies"], *(one for extra in extras for one in PROJECT["optional-dependencies"][extra])]
    split = [re.fullmatch(r"([\w.-]+)(?:\[[\w,]+\])?(?:==([\w.]+))?(?:; .+)?", one) for one in asked]
    assert all(split), "pin with == or not at all"
    return {normal(match[1]): match[2] or "" for match in split if match}


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_file_is_hashed_entries_and_nothing_else(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")

    assert ENTRY.sub("", text).strip() == ""
    assert "://" not in text
    assert len(locked(name)) > 20


@pytest.mark.parametrize(("name", "extras"), [(LOCKS[0], ("build",)), (LOCKS[1], ("build", "test"))])
def test_the_lock_holds_what_the_project_asks_for(name: str, extras: tuple[str, ...]) -> None:
    versions = locked(name)

    wanting = {package for package, version in pins(*extras).items() if versions.get(package) is None}
    differing = {package for package, version in pins(*extras).items() if version not in ("", versions.get(package))}
    assert (wanting, differing) == (set(), set()), "run make lock"


def test_tests_run_on_the_versions_that_people_run() -> None:
    tested = locked(LOCKS[1])

    assert {name: version for name, version in locked(LOCKS[0]).items() if tested.get(name) != version} == {}


def test_people_who_run_it_do_not_install_what_only_tests_need() -> None:
    only_tests = set(pins("test")) - set(pins("build"))

    assert only_tests & set(locked(LOCKS[0])) == set()
