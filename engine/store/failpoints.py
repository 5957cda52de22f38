"""Named points at which a test may kill the process, to prove that nothing is half done."""

from __future__ import annotations

import os
import signal

VARIABLE = "ISANGE_FAILPOINT"

FAILPOINTS = (
    "keep.before_begin",
    "keep.after_command",
    "keep.after_case",
    "keep.after_facts",
    "keep.after_processes",
    "keep.after_task",
    "keep.after_timer",
    "keep.after_duty",
    "keep.after_clock",
    "keep.after_act",
    "keep.after_stuck",
    "keep.after_trail",
    "keep.after_commit",
)


def reach(name: str) -> None:
    """Kills this process at once if the environment says so; else does nothing."""
    if os.environ.get(VARIABLE) == name:
        os.kill(os.getpid(), signal.SIGKILL)
