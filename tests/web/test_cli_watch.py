"""`isange check --watch` answers each save, says what it still looks at, and never calls that proved."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import Pipe
from pathlib import Path
from typing import IO

import pytest

from engine.checks.report import DutyVerdict, Report
from tests.walk import ROOT
from tests.web.test_cli_check import BROKEN, MENDED, written
from web import cli
from web.settings import Settings
from web.watching import Watch

DUTIES = (DutyVerdict("first", "unproved", "block", 0.0, ""), DutyVerdict("second", "unproved", "block", 0.0, ""))
PROVED = DutyVerdict("first", "proved", "block", 1.0, "no course breaks it")


def watch(said: list[str], patience: float = 0.0) -> Watch:
    return Watch(Settings(), Path("content"), said.append, said.append, patience)


def test_an_answer_names_what_is_still_looked_at_and_calls_it_not_proved() -> None:
    said: list[str] = []
    ours, theirs = Pipe(duplex=False)
    for news in (Report("1234567890ab", (), DUTIES), PROVED):
        theirs.send(news)
    seen = iter([False, False, True])  # the file is saved again after the second piece of news
    assert not watch(said).answer([ours], lambda: next(seen))
    assert len(said) == 1
    assert "duties unproved (2)" in said[0]
    assert "it is still being looked at; enforced while cases run" in said[0]
    assert "duties proved" not in said[0]


def test_an_answer_that_nobody_waited_for_is_not_given() -> None:
    said: list[str] = []
    ours, theirs = Pipe(duplex=False)
    theirs.send(Report("1234567890ab", (), DUTIES))
    assert not watch(said).answer([ours], lambda: True)
    assert said == []


def test_a_check_that_dies_says_what_to_do() -> None:
    said: list[str] = []
    ours, theirs = Pipe(duplex=False)
    theirs.close()
    assert not watch(said).answer([ours], lambda: False)
    assert said == ["the check ended before it was done: save again, or run isange check"]


@contextmanager
def watching(folder: Path, proofs: Path) -> Iterator[IO[str]]:
    """What the command says about a folder; it ends as people end it, and leaves nothing behind."""
    environment = {**os.environ, "ISANGE_PROOFS": str(proofs), "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        [sys.executable, "-m", "web.cli", "check", str(folder), "--watch"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    with process:
        assert process.stdout is not None
        try:
            yield process.stdout
            os.killpg(process.pid, signal.SIGINT)  # as a terminal does
            _, complained = process.communicate()
            assert process.returncode == 0
            assert "Traceback" not in complained
            assert "waiting for the next save (Ctrl+C ends this)" in complained
        finally:
            process.kill()


def answer(said: IO[str]) -> str:
    """Up to the closing line of a report in which nothing is looked at any more."""
    before = report = ""
    while True:
        line = said.readline()
        assert line, before + report
        report += line
        if line.startswith(("edition", "unreadable")):
            if "still being looked at" not in report:
                return before + report
            before, report = before + report, ""


def test_each_save_is_checked_and_what_it_breaks_is_told(tmp_path: Path) -> None:
    folder = written(tmp_path / "content", MENDED)
    name = next(name for name, data in BROKEN.items() if MENDED[name] != data)
    with watching(folder, tmp_path / "proofs") as said:
        assert "duties proved (1): the_duty" in answer(said)
        (folder / name).write_bytes(BROKEN[name])
        broken = answer(said)
        assert f"saved: {name}" in broken
        assert "duties broken (1)" in broken
        (folder / name).write_bytes(b"<nothing that can be read")
        assert "unreadable: 1 error" in answer(said)
        (folder / name).unlink()
        without = answer(said)
        assert f"gone: {name}\n" in without
        assert "saved: " not in without
        (folder / name).write_bytes(MENDED[name])
        assert "duties proved (1): the_duty" in answer(said)


@pytest.mark.parametrize("flag", ["--lint", "--json", "--long", "--forget"])
def test_who_watches_asks_for_nothing_else(flag: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["check", "--watch", flag]) == 2
    assert f"leave out {flag}" in capsys.readouterr().err


def test_what_is_watched_is_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["check", str(tmp_path / "nowhere"), "--watch"]) == 2
    assert "There is no folder" in capsys.readouterr().err
