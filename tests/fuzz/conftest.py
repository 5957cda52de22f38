"""One worker for all tests of a process; in the end, all that its house kept must be whole."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.fuzz.watch import Watched, watched


@pytest.fixture(scope="session")
def worker() -> Iterator[Watched]:
    with watched() as one:
        yield one
        assert one.lost() == []
