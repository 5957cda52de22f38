"""Who checks content with several processes and is killed leaves none of them behind."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

from tests.faults.test_restart import until
from tests.walk import ROOT


def helpers_of(process: int) -> list[int]:
    """The processes that it began, also those that its threads began."""
    lists = Path(f"/proc/{process}/task").glob("*/children")
    return [int(child) for each in lists for child in each.read_text().split()]


def lives(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_a_check_that_is_killed_leaves_no_process_behind() -> None:
    command = [sys.executable, "-m", "web.cli", "check", "--forget"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    check = subprocess.Popen(command, cwd=ROOT, **quiet)  # type: ignore[call-overload]
    try:
        until(lambda: len(helpers_of(check.pid)) > 1 or check.poll() is not None)
        helpers = helpers_of(check.pid)
        assert len(helpers) > 1
    finally:
        check.send_signal(signal.SIGKILL)
        check.wait()

    until(lambda: not any(map(lives, helpers)))
