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


_armed: str | None = None


def arm() -> None:
    """Takes from the environment at which point this process is to die; `open_store` does it."""
    global _armed  # noqa: PLW0603  # looked at thirteen times in each commit, where the environment is slow to ask
    _armed = os.environ.get(VARIABLE)


def reach(name: str) -> None:
    """Kills this process at once if it is armed for this point; else does nothing."""
    if name == _armed:
        os.kill(os.getpid(), signal.SIGKILL)
