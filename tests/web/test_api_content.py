"""Content is checked and drilled over the API as on the command line, one run at a time, within limits."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from engine.model import Refusal
from tests.unit.content_samples import sample_files
from tests.walk import ROOT
from tests.web.running import PASSWORD, Hands, house_at, served
from web.api.app import PREFIX
from web.cli_content import checked
from web.house import House
from web.runs import Runs
from web.settings import Settings

DRILL = "features/d16_in_shock.feature"
OWN = "features/own.feature"
OWN_DRILLS = """\
Feature: Our own
  Scenario Outline: She is 12
    Given a survivor who is 12 years old
    And the assault happened 5 hours ago
    When reception receives her alone
    And medical records that a crime is suspected
    Then age at arrival is <age>

    Examples:
      | age |
      | 12  |
      | 13  |
"""


@pytest.fixture(scope="module")
def house(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    database = tmp_path_factory.mktemp("content") / "isange.db"
    database.write_bytes(sqlite_template.read_bytes())
    with house_at(f"sqlite:///{database}", "", Hands()) as house:
        yield house


@pytest.fixture(scope="module")
def api(house: House) -> Iterator[httpx.Client]:
    with served(house) as address, httpx.Client(base_url=address.url + PREFIX, timeout=300) as client:
        yield client


def signed_in(api: httpx.Client, login: str) -> httpx.Client:
    token = api.post("/sessions", json={"login": login, "password": PASSWORD}).json()["token"]
    api.headers["Authorization"] = f"Bearer {token}"
    return api


@pytest.fixture(scope="module")
def coordinator(api: httpx.Client) -> httpx.Client:
    return signed_in(api, "coordinator")


def texts(files: dict[str, bytes]) -> dict[str, str]:
    return {path: data.decode() for path, data in files.items()}


def without_times(report: object) -> object:
    if isinstance(report, dict):
        return {key: without_times(value) for key, value in report.items() if key != "ms"}
    return [without_times(one) for one in report] if isinstance(report, list) else report


def test_the_published_edition_is_checked_as_on_the_command_line(coordinator: httpx.Client, house: House) -> None:
    report = coordinator.post("/checks", json={}).json()

    assert report["edition"] == house.editions.current().digest
    said, _ = checked(house.settings, ROOT, lambda line: None, lint=False)
    assert without_times(report) == without_times(said.to_json())
    assert {duty["status"] for duty in report["duties"]} == {"proved", "unproved"}


def test_posted_content_is_checked_and_what_cannot_be_read_is_a_report_too(coordinator: httpx.Client) -> None:
    files = texts(sample_files())
    files["rules/rwanda/law.yaml"] = "duties: [\n"

    bad = coordinator.post("/checks", json={"files": files}).json()

    assert bad["edition"] == ""
    assert [(one["severity"], one["file"]) for one in bad["findings"]] == [("error", "rules/rwanda/law.yaml")]


def test_chosen_drills_of_the_house_run_on_the_published_edition(coordinator: httpx.Client, house: House) -> None:
    report = coordinator.post("/drills", json={"drills": [DRILL]}).json()

    assert report["edition"] == house.editions.current().digest
    assert report["passed"] == len(report["drills"]) > 0
    assert {one["file"] for one in report["drills"]} == {DRILL}
    assert len(report["coverage"]["covered"]) > 10


def test_drills_of_ones_own_run_on_the_published_edition(coordinator: httpx.Client) -> None:
    report = coordinator.post("/drills", json={"files": {OWN: OWN_DRILLS}}).json()

    assert [(one["file"], one["status"]) for one in report["drills"]] == [(OWN, "passed"), (OWN, "failed")]
    assert "age at arrival is 13" in report["drills"][1]["message"]


def test_a_drill_that_cannot_be_read_is_refused_naming_the_line_and_no_folder_of_ours(
    coordinator: httpx.Client,
) -> None:
    answer = coordinator.post("/drills", json={"files": {OWN: "Featur x\n"}})

    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (422, "unreadable")
    assert problem["detail"].startswith(f"{OWN}:1: Expected Feature:")


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("/drills", {"drills": ["features/none.feature"]}, 422, "no_such_drill"),
        ("/drills", {"files": {OWN: OWN_DRILLS.replace("Then age", "And age")}}, 422, "unreadable"),
        ("/drills", {"files": {OWN: f"@duty:nothing-at-all\n{OWN_DRILLS}"}}, 422, "unreadable"),
        ("/checks", {"edition": "none"}, 422, "invalid_answers"),
        ("/checks", {"files": {"../etc/passwd": ""}}, 400, "invalid_request"),
        ("/checks", {"files": {"rules/../../x.yaml": ""}}, 400, "invalid_request"),
        ("/checks", {"files": {"forms/a": "", "forms/a/b": ""}}, 400, "invalid_request"),
        ("/checks", {"files": {"forms/a.json": "{}"}, "edition": "x"}, 400, "invalid_request"),
        ("/checks", {"jurisdiction": "rwanda"}, 400, "invalid_request"),
        ("/checks", {"files": {"forms/a.json": "{}"}, "jurisdiction": "--demo"}, 400, "invalid_request"),
        ("/checks", {"files": {f"forms/{n}.json": "{}" for n in range(501)}}, 400, "invalid_request"),
    ],
)
def test_what_cannot_be_run_is_refused_with_what_to_do(
    coordinator: httpx.Client, path: str, body: object, status: int, code: str
) -> None:
    answer = coordinator.post(path, json=body)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert len(answer.json()["detail"]) > 20


@pytest.mark.parametrize("more", [{}, {"edition": "none"}])
def test_a_folder_without_files_is_not_taken_for_the_newest_edition(
    coordinator: httpx.Client, more: dict[str, str]
) -> None:
    for path in ("/checks", "/drills"):
        answer = coordinator.post(path, json={"files": {}} | more)

        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_answers")
        assert [one["field"] for one in answer.json()["problems"]] == ["files"]


def test_a_whole_folder_of_content_may_be_sent_where_other_bodies_are_small(api: httpx.Client) -> None:
    large, none = {"files": {"forms/a.json": "x" * 600_000}}, {"Authorization": "none"}
    for path, status in (("/checks", 401), ("/drills", 401), ("/sessions", 413), ("/cases", 413)):
        assert api.post(path, json=large, headers=none).status_code == status


def test_a_second_run_at_the_same_time_is_told_to_wait(coordinator: httpx.Client, house: House) -> None:
    with house.runs.running:
        answers = [coordinator.post(path, json={}) for path in ("/checks", "/drills")]

    for answer in answers:
        assert (answer.status_code, answer.json()["code"], answer.headers["retry-after"]) == (503, "busy", "5")
        assert "Idempotency-Key" not in answer.json()["detail"], "neither takes one"


def test_a_run_that_takes_too_long_is_stopped_and_the_next_one_may_begin() -> None:
    runs = Runs(Settings(run_seconds=0))
    for _ in range(2):
        with pytest.raises(Refusal, check=lambda refusal: (refusal.code, refusal.status) == ("too_long", 422)):
            runs.drill(sample_files(), "rwanda")


def test_a_run_knows_no_setting_of_the_house(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ISANGE_NO_SUCH_SETTING", "would be refused by name")

    assert Runs(Settings()).check(sample_files(), "rwanda")["edition"]


def test_only_roles_that_may_have_content_checked_and_drilled(api: httpx.Client, coordinator: httpx.Client) -> None:
    held = coordinator.headers["Authorization"]
    for path in ("/checks", "/drills"):
        answer = signed_in(api, "reception").post(path, json={})
        assert (answer.status_code, answer.json()["code"]) == (403, "not_yours")
    api.headers["Authorization"] = held
