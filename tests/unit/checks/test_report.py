"""The report: JSON as the contract says, a text for people, and exit codes."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from engine.checks import DutyVerdict, check, check_folder
from engine.content import from_files
from engine.library import Library
from tests.unit.checks.drawn import drawn
from tests.unit.checks.edition import files, library
from tests.unit.content_samples import sample_files

GUARD = drawn(
    """
    begin: start
    old: exclusive
    a: end
    b: end
    begin -> old
    old -> a when age < 18
    old -> b otherwise
    """
)


def written(folder: Path, content: dict[str, bytes]) -> Path:
    for path, data in content.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    return folder


def test_the_json_has_exactly_the_keys_of_the_contract():
    report = json.loads(json.dumps(check(library(GUARD)).to_json()))
    assert set(report) == {"edition", "ms", "findings", "duties", "bounds"}
    [finding] = report["findings"]
    assert finding | {"message": "", "line": 0} == {
        "code": "definite-assignment",
        "severity": "error",
        "message": "",
        "file": "pathways/bpmn/example.bpmn",
        "line": 0,
        "elements": ["old", "age"],
        "path": ["begin", "old"],
        "witness": {"age": None},
        "duty": None,
        "fix": None,
    }


def test_every_duty_is_unproved_until_there_is_a_prover():
    report = check(from_files(sample_files(), "rwanda")).to_json()
    assert report["duties"] == [
        {
            "id": "minor-report",
            "status": "unproved",
            "severity": "block",
            "ms": 0.0,
            "because": "no proof was asked for (isange prove); enforced while cases run",
            "path": [],
            "witness": None,
            "story": [],
            "vacuous": False,
            "progress": "",
        }
    ]


def test_a_prover_gives_the_verdicts():
    def prover(library: Library) -> Iterable[DutyVerdict]:
        return [DutyVerdict(id, "proved", duty.severity, 1.5, "on all paths") for id, duty in library.duties.items()]

    assert [verdict.status for verdict in check(from_files(sample_files(), "rwanda"), prover).duties] == ["proved"]


def test_a_folder_without_faults_ends_with_0_and_one_with_errors_with_1(tmp_path: Path):
    good = check_folder(written(tmp_path / "good", files()), "rwanda")
    bad = check_folder(written(tmp_path / "bad", files(GUARD)), "rwanda")
    assert (good.exit_code, good.findings, len(good.edition)) == (0, (), 64)
    assert (bad.exit_code, bad.count("error")) == (1, 1)


def test_warnings_and_infos_are_no_failure():
    report = check(library(yaml="groups:\n- {id: g, title: {en: a, fr: b, rw: c}}\n"))
    assert (report.exit_code, report.count("info")) == (0, 1)


def test_what_cannot_be_read_ends_with_2_and_says_where(tmp_path: Path):
    broken = files() | {"rules/common/base.yaml": b"facts:\n- {id: age, id: age}\n"}
    report = check_folder(written(tmp_path, broken), "rwanda")
    assert (report.exit_code, report.edition) == (2, "")
    assert {(item.severity, item.file, item.line) for item in report.findings} == {
        ("error", "rules/common/base.yaml", 2)
    }
    assert report.to_text().endswith(f"unreadable: {len(report.findings)} error, 0 warning, 0 info, {report.ms:.0f} ms")


def test_a_folder_that_is_not_there_cannot_be_read(tmp_path: Path):
    assert check_folder(tmp_path / "nowhere", "rwanda").exit_code == 2


def test_the_text_names_file_line_way_and_example_worst_first():
    text = check(library(GUARD, "groups:\n- {id: g, title: {en: a, fr: b, rw: c}}\n")).to_text()
    lines = text.splitlines()
    assert lines[0] == "error (1)"
    assert lines[1].startswith("  pathways/bpmn/example.bpmn:")
    assert "definite-assignment: age may not be set when old is reached" in lines[1]
    assert lines[2:4] == ["      on the way begin > old", "      for example age not set"]
    assert lines[5] == "info (1)"
    assert lines[-1].startswith("edition ")
    assert "1 error, 0 warning, 1 info" in lines[-1]
