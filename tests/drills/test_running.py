"""A run says of each drill whether it holds, and if not, at which step and what is so instead."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from engine.drills import Report, Unreadable, run_drills
from engine.library import Library

GIVEN = """Feature: A girl of twelve
  Background:
    Given a survivor who is 12 years old
    And the assault happened 5 hours ago
    When reception receives her
"""


@pytest.fixture
def played(tmp_path: Path, library: Library, vocabulary_bytes: bytes) -> Any:
    def run(scenarios: str) -> Report:
        (tmp_path / "vocabulary.yaml").write_bytes(vocabulary_bytes)
        (tmp_path / "girl.feature").write_text(GIVEN + scenarios, encoding="utf-8")
        return run_drills(library, [tmp_path])

    return run


def test_what_does_not_hold_is_named_with_line_and_what_is_so_instead(played: Any) -> None:
    [result] = played("  Scenario: She left\n    Then reception has no task\n").results
    assert result.status == "failed"
    assert result.message == (
        'line 7: reception has no task: Open now: Reception social worker: "Explain rights and services"'
    )


def test_a_step_that_is_refused_fails_the_drill_with_the_words_of_the_refusal(played: Any) -> None:
    scenario = """  Scenario: Half a day of birth
    When reception does "Open the file"
      | fact       | answer      |
      | birth_date | some summer |
    Then no report exists
"""
    [result] = played(scenario).results
    assert result.status == "failed"
    assert result.message.startswith('line 7: reception does "Open the file": ')
    assert "birth_date" in result.message


def test_a_table_may_only_answer_what_the_task_asks(played: Any) -> None:
    scenario = """  Scenario: Too much said
    When reception does "Explain rights and services"
      | fact      | answer |
      | weight of | 3      |
    Then no report exists
"""
    assert "'weight of' is not a fact" in played(scenario).results[0].message
    assert (
        "does not ask: "
        in played(scenario.replace("weight of", "able_now ").replace("3     ", "yes   ")).results[0].message
    )


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ("Then the polise have no task", "polise is not a role here. Did you mean: police"),
        ('Then reception can do "Explain right and services"', '"explain rights and services"'),
        ("When five minutes go by", "Did you mean: "),
        ("Given reception has no task", "belongs after Then"),
        ("Then 5 minutes pass", "belongs after When"),
    ],
)
def test_an_unknown_sentence_is_undefined_and_the_nearest_ones_are_named(played: Any, step: str, said: str) -> None:
    [result] = played(f"  Scenario: Slip of the pen\n    {step}\n    Then no report exists\n").results
    assert result.status == "undefined"
    assert said in result.message
    assert result.message.startswith("line 7: ")


def test_the_report_is_the_contract_of_the_command_line(played: Any, library: Library) -> None:
    report = played(
        """  @slow
  Scenario: It holds
    Then the next task of reception is "Explain rights and services"
  Scenario: It does not
    Then the case is closed
  Scenario: Nobody understands it
    Then abracadabra
"""
    )
    told = json.loads(json.dumps(report.to_json()))
    assert {key: told[key] for key in ("edition", "passed", "failed", "undefined")} == {
        "edition": library.digest,
        "passed": 1,
        "failed": 1,
        "undefined": 1,
    }
    assert isinstance(told["ms"], int)
    holds, does_not, unknown = told["drills"]
    assert set(holds) == {"file", "line", "name", "tags", "status", "message", "path"}
    assert (holds["name"], holds["line"], holds["tags"], holds["status"]) == ("It holds", 7, ["@slow"], "passed")
    assert (does_not["status"], unknown["status"]) == ("failed", "undefined")
    assert told["coverage"]["covered"] == sorted(set(holds["path"]))
    assert set(told["coverage"]["covered"]) < set(told["coverage"]["elements"])
    assert told["coverage"]["share"] == round(len(set(holds["path"])) / len(told["coverage"]["elements"]), 4)
    assert not report.all_passed


def test_a_drill_walks_the_same_path_each_time(played: Any) -> None:
    scenario = "  Scenario: All of it\n    When everyone does their work\n    Then the case is closed\n"
    first, second = played(scenario), played(scenario)
    assert first.results == second.results
    assert first.results[0].path[0] != first.results[0].path[-1]
    assert first.all_passed


def test_a_vocabulary_that_names_what_is_not_there_is_unreadable(
    tmp_path: Path, library: Library, vocabulary_bytes: bytes
) -> None:
    (tmp_path / "girl.feature").write_text(GIVEN + "  Scenario: Early\n    Then x\n", encoding="utf-8")
    with pytest.raises(Unreadable, match=r"vocabulary\.yaml beside"):
        run_drills(library, [tmp_path])
    spoiled = vocabulary_bytes.replace(b"able_to_express: no", b"able_to_expres: no")
    (tmp_path / "vocabulary.yaml").write_bytes(spoiled)
    line = spoiled.split(b"able_to_expres:")[0].count(b"\n") + 1
    with pytest.raises(Unreadable, match=rf"vocabulary\.yaml:{line}: .*able_to_express"):
        run_drills(library, [tmp_path])


def test_every_file_that_cannot_be_read_is_named_before_any_is_played(
    tmp_path: Path, library: Library, vocabulary_bytes: bytes
) -> None:
    (tmp_path / "vocabulary.yaml").write_bytes(vocabulary_bytes)
    (tmp_path / "b.feature").write_text(GIVEN + "  Scenario: Early\n    Then x\n", encoding="utf-8")
    for name in ("a.feature", "c.feature"):
        (tmp_path / name).write_bytes(GIVEN.encode("utf-16"))

    with pytest.raises(Unreadable) as refused:
        run_drills(library, [tmp_path])
    first, second = str(refused.value).splitlines()
    assert ("a.feature" in first, "c.feature" in second) == (True, True)


def test_a_scenario_that_says_nothing_of_what_must_be_so_is_unreadable(played: Any) -> None:
    with pytest.raises(Unreadable, match=r"girl\.feature:6: Expected a Then under the scenario"):
        played("  Scenario: She came\n    When 2 days pass\n")


def test_tags_that_name_no_duty_are_told_with_their_lines_before_any_drill_is_played(
    tmp_path: Path, library: Library, vocabulary_bytes: bytes
) -> None:
    (tmp_path / "vocabulary.yaml").write_bytes(vocabulary_bytes)
    scenarios = "  @duty:minor-reprot @duty:minor-report\n  Scenario: One\n    Then x\n"
    (tmp_path / "girl.feature").write_text("@duty:nothing\n" + GIVEN + scenarios, encoding="utf-8")
    (tmp_path / "later.feature").write_text(GIVEN, encoding="utf-8")

    with pytest.raises(Unreadable) as refused:
        run_drills(library, [tmp_path])
    folder = f"{tmp_path}/"
    assert str(refused.value).replace(folder, "").splitlines() == [
        'girl.feature:1: There is no duty "nothing" to rehearse.',
        'girl.feature:7: There is no duty "minor-reprot" to rehearse. Did you mean "minor-report"?',
        "later.feature:1: Expected at least one Scenario: under the Feature:, but found none",
    ]
