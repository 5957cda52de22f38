"""Makes the databases of tests/databases.py known to every test, gives tests their files in memory, and no property a
time limit."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("isange", deadline=None)
settings.load_profile("isange")

pytest_plugins = ["tests.databases"]
_MEMORY = Path("/dev/shm")
_OWN = pytest.StashKey[Path]()


def pytest_configure(config: pytest.Config) -> None:
    """SQLite waits for the disk at every commit: where the machine has a place in memory, tests do not."""
    worker = hasattr(config, "workerinput")
    if not worker and config.option.basetemp is None and os.access(_MEMORY, os.W_OK):
        config.stash[_OWN] = Path(tempfile.mkdtemp(prefix="isange-tests-", dir=_MEMORY))
        config.option.basetemp = str(config.stash[_OWN] / "tests")


def pytest_unconfigure(config: pytest.Config) -> None:
    if _OWN in config.stash:
        shutil.rmtree(config.stash[_OWN], ignore_errors=True)
