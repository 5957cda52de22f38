"""`isange check` and `isange drill` on bad folders and files: the exit code and the words that a person gets."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from engine.content import ContentError, load
from engine.drills.problems import Unreadable
from engine.drills.run import run_drills
from tests.fuzz.inputs import ROOT
from tests.unit.content_samples import CHOICE, COMMON, LAW, MAIN, sample_files
from tests.walk import shipped
from web import cli


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A content folder that can be read."""
    for path, data in sample_files().items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(data)
    return tmp_path


@pytest.mark.parametrize(
    ("path", "data", "line", "words"),
    [
        (MAIN, b"<not-xml", 1, "This is not XML"),
        (LAW, b"duties: [\n", 2, "This is not YAML"),
        (COMMON, b"facts: &a []\n", 1, "Anchors (&a) are not allowed"),
        (CHOICE, b'{"schema": {},\n}', 2, "This is not JSON"),
        (CHOICE, b'{"a": "\\ud800"}', 1, "The character U+D800 cannot be seen"),
        (LAW, b"#" * 300_000, 0, "Expected at most 256 kB, but the file is larger"),
    ],
)
def test_check_ends_with_2_and_names_file_and_line(
    folder: Path, path: str, data: bytes, line: int, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / path).write_bytes(data)

    assert cli.main(["check", str(folder), "--json"]) == 2
    found = json.loads(capsys.readouterr().out)["findings"]
    assert cli.main(["check", str(folder)]) == 2

    assert (path, line) in {(one["file"], one["line"]) for one in found if words in one["message"]}
    assert f"{path}:{line} " in capsys.readouterr().out or not line


def refused(folder: Path) -> list[tuple[str, str]]:
    with pytest.raises(ContentError) as error:
        load(folder)
    return [(one.where.file, one.code) for one in error.value.complaints]


def test_a_folder_that_is_not_there_is_named(folder: Path) -> None:
    assert refused(folder / "nowhere") == [(str(folder / "nowhere"), "no_folder")]


def test_what_is_no_file_is_named_and_not_waited_for(folder: Path) -> None:
    os.mkfifo(folder / "forms" / "pipe.json")

    assert refused(folder) == [("forms/pipe.json", "unknown_file")]


def test_a_name_that_is_no_text_can_be_told(folder: Path) -> None:
    (Path(os.fsdecode(os.fsencode(folder) + b"/rules/common/caf\xe9.yaml"))).write_bytes(b"groups: []\n")

    assert refused(folder) == [("rules/common/cafU+DCE9.yaml", "unknown_file")]


def test_a_terminal_without_our_letters_is_no_reason_to_fail(folder: Path) -> None:
    (folder / LAW).write_text("duties:\n- {id: é}\n", encoding="utf-8")

    ended = subprocess.run(
        [sys.executable, "-m", "web.cli", "check", str(folder)],
        cwd=ROOT,
        env=os.environ | {"PYTHONIOENCODING": "ascii"},
        capture_output=True,
        check=False,
    )

    assert ended.returncode == 2
    assert rb'but found "\xe9"' in ended.stdout
    assert ended.stderr == b""


FEATURE = "Feature: x\n  Scenario: y\n    Then it rains\n"


@pytest.fixture
def features(tmp_path: Path) -> Path:
    """A folder of drills: a feature, and the shipped vocabulary."""
    shutil.copy(ROOT / "features" / "vocabulary.yaml", tmp_path)
    (tmp_path / "x.feature").write_text(FEATURE, encoding="utf-8")
    return tmp_path


def test_drill_ends_with_2_and_names_file_and_line(features: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (features / "x.feature").write_text(FEATURE + "    Than it rains\n", encoding="utf-8")

    assert cli.main(["drill", str(features / "x.feature")]) == 2
    assert f"{features / 'x.feature'}:4: Expected" in capsys.readouterr().err


def test_a_folder_called_like_a_drill_is_searched_and_not_read(features: Path) -> None:
    (features / "deep.feature").mkdir()

    assert [one.status for one in run_drills(shipped(), [features]).results] == ["undefined"]


def test_a_sentence_that_stands_for_thousands_is_told_at_once(features: Path) -> None:
    words = (features / "vocabulary.yaml").read_text(encoding="utf-8")
    bomb = "".join(f"    it rains {n}: [{', '.join([f'it rains {n + 1}'] * 9)}]\n" for n in range(3))
    bomb += "    it rains 3: [the police have no task]\n    it rains: [it rains 0]\n"
    (features / "vocabulary.yaml").write_text(words.replace("  then:\n", f"  then:\n{bomb}", 1), encoding="utf-8")
    (features / "x.feature").write_text(
        "Feature: x\n  Scenario: y\n    When reception receives her\n    Then it rains\n", encoding="utf-8"
    )

    (result,) = run_drills(shipped(), [features]).results

    assert result.status == "undefined"
    assert "stands for more than 100 sentences" in result.message


def test_nothing_but_folders_is_nothing_to_play(tmp_path: Path) -> None:
    (tmp_path / "x.feature").mkdir()
    with pytest.raises(Unreadable, match=r"ends in \.feature"):
        run_drills(shipped(), [tmp_path])
