"""`isange prove` says of each duty whether any case can break it, and claims nothing that it did not look at."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.unit.checks.edition import files
from web import cli


def prove(*words: str) -> int:
    return cli.main(["prove", *words])


def test_a_duty_behind_a_drawn_precondition_is_proved(capsys: pytest.CaptureFixture[str]) -> None:
    assert prove("--duty", "evidence-consent") == 0
    said = capsys.readouterr().out
    assert said.startswith("proved    evidence-consent")
    assert said.endswith("1 of 1 duties proved\n")


def test_programs_get_the_verdicts_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert prove("--duty", "rights-first", "--json") == 0
    said = json.loads(capsys.readouterr().out)
    assert [(duty["id"], duty["status"], duty["severity"]) for duty in said["duties"]] == [
        ("rights-first", "proved", "block")
    ]


def test_a_small_budget_claims_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert prove("--duty", "rights-first", "--budget", "5") == 0
    said = capsys.readouterr().out
    assert said.startswith("unproved  rights-first")
    assert "enforced while cases run" in said


def test_a_duty_that_is_not_there_is_named_with_those_that_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert prove("--duty", "no-such-duty") == 2
    said = capsys.readouterr().err
    assert "no-such-duty" in said
    assert "rights-first" in said


def test_nothing_is_proved_of_content_with_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, data in files(main='<bpmn:startEvent id="arrived" />').items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(data)
    assert prove(str(tmp_path)) == 1
    assert "isange check" in capsys.readouterr().err
