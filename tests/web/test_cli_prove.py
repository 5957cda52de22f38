"""`isange prove` says of each duty whether any case can break it, and claims nothing that it did not look at."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.unit.checks.edition import files
from tests.unit.witness.gaps import GAPS, VOCABULARY
from web import cli


def prove(*words: str) -> int:
    return cli.main(["prove", *words])


def test_a_duty_behind_a_drawn_precondition_is_proved(capsys: pytest.CaptureFixture[str]) -> None:
    assert prove("--duty", "evidence-consent") == 0
    said = capsys.readouterr().out
    assert said.startswith("proved    evidence-consent")
    assert said.endswith("1 of 1 duties proved, 0 broken, 0 vacuous\n")


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


GAP = "a wish is withdrawn while the report is being written"


@pytest.fixture
def gap(tmp_path: Path) -> Path:
    """A folder of content through which a duty can be broken, with the vocabulary of its drills."""
    for name, data in {**GAPS[GAP].files(mended=False), "features/vocabulary.yaml": VOCABULARY.encode()}.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(data)
    return tmp_path


def test_a_broken_duty_is_told_with_the_case_that_breaks_it(gap: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert prove(str(gap), "--json") == 1
    (duty,) = json.loads(capsys.readouterr().out)["duties"]
    assert duty["status"] == "broken"
    assert duty["path"][-1] == "tell"
    assert duty["witness"] == {"wants_police": "no"}
    assert duty["story"][-1].startswith('Reception does "Tell the police"')


def test_a_broken_duty_is_told_line_by_line(gap: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert prove(str(gap)) == 1
    said = capsys.readouterr().out
    assert said.startswith("broken    the_duty")
    assert 'Reception fills in "Change the wish" (' in said
    assert said.endswith("0 of 1 duties proved, 1 broken, 0 vacuous\n")


def test_the_drill_of_a_broken_duty_is_written_and_fails(
    gap: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    drills = tmp_path / "gaps"
    assert prove(str(gap), "--drills", str(drills)) == 1
    assert sorted(path.name for path in drills.iterdir()) == ["the_duty.feature", "vocabulary.yaml"]
    capsys.readouterr()

    assert cli.main(["drill", str(drills), "--content", str(gap)]) == 1
    assert "1 failed" in capsys.readouterr().out


def test_drills_are_not_written_in_words_that_the_content_does_not_have(
    gap: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (gap / "features" / "vocabulary.yaml").unlink()
    assert prove(str(gap), "--drills", str(tmp_path / "gaps")) == 2
    assert "vocabulary.yaml" in capsys.readouterr().err
