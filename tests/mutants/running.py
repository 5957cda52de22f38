"""Looks at many edits, two at a time, and says meanwhile how far it is."""

from __future__ import annotations

import multiprocessing
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor

from tests.mutants.edit import Edit
from tests.mutants.noticing import Noticed, Watch

PROCESSES = 2
PATIENCE = 10.0
"""Seconds between two lines about how far it is."""

_watch: list[Watch] = []
"""What the processes of a pool ask; they begin as copies of the one that starts them."""


def look(edits: Sequence[Edit], watch: Watch) -> Iterator[tuple[Edit, Noticed]]:
    """Each edit with who noticed it, in their order."""
    watch.record, watch.findings, watch.passed  # noqa: B018  # read once, before there are two who need it
    _watch.append(watch)
    told = time.monotonic()
    try:
        with ProcessPoolExecutor(PROCESSES, multiprocessing.get_context("fork")) as pool:
            for number, (edit, noticed) in enumerate(zip(edits, pool.map(_look, edits), strict=True), 1):
                if time.monotonic() - told >= PATIENCE:
                    told = time.monotonic()
                    sys.stderr.write(f"{number} of {len(edits)}: {noticed.who}: {edit.what}\n")
                yield edit, noticed
    finally:
        _watch.clear()


def _look(edit: Edit) -> Noticed:
    (watch,) = _watch
    return watch.noticed(edit)
