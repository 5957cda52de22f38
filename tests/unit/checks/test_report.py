"""The report: JSON as the contract says, a text for people, and exit codes."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from engine.checks import DutyVerdict, Report, check, check_folder
from engine.library import Library
from tests.unit.checks.drawn import drawn
from tests.unit.checks.edition import files, library

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


DUTY = """\
duties:
- id: closed-in-time
  title: {en: Closed, fr: Clos, rw: Gufunga}
  kind: policy
  must: case.end
  when: "wants_police == 'yes'"
  severity: block
  holder: reception
  source: {cite: "House rule"}
"""
ON_ALL_PATHS = DutyVerdict("closed-in-time", "proved", "block", 1.5, "on all paths")


def prover(library: Library) -> Iterable[DutyVerdict]:
    return [replace(ON_ALL_PATHS, id=id_) for id_ in library.duties]


def test_every_duty_is_unproved_until_somebody_asks_for_proofs():
    report = check(library(yaml=DUTY)).to_json()
    assert report["duties"] == [
        {
            "id": "closed-in-time",
            "status": "unproved",
            "severity": "block",
            "ms": 0.0,
            "because": "no proof was asked for; enforced while cases run",
            "path": [],
            "witness": None,
            "story": [],
            "walk": [],
            "vacuous": False,
            "progress": "",
        }
    ]


def test_a_prover_gives_the_verdicts():
    assert check(library(yaml=DUTY), prover).duties == (ON_ALL_PATHS,)


def test_nothing_is_proved_of_content_with_an_error():
    (verdict,) = check(library(GUARD, DUTY), prover).duties
    assert (verdict.status, verdict.because) == ("unproved", "nothing is proved of content with an error")


def test_a_broken_duty_is_told_whole_and_fails_like_an_error():
    broken = replace(ON_ALL_PATHS, status="broken", because="this case broke it", story=("Somebody comes", "It ends"))
    report = Report("e", (), (broken, replace(ON_ALL_PATHS, id="kept")))
    assert report.exit_code == 1
    assert report.to_text().splitlines()[:7] == [
        "duties broken (1)",
        "  closed-in-time (block): this case broke it",
        "      Somebody comes",
        "      It ends",
        "",
        "duties proved (1): kept",
        "edition e: 0 error, 0 warning, 0 info, 0 ms",
    ]


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
