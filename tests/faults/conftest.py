"""What the fault tests share: processes that may be killed, and a word of what was done at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.faults.forks import Forks, forks
from tests.faults.visitor import Visitors


@pytest.fixture(scope="session")
def processes() -> Iterator[Forks]:
    with forks() as started:
        yield started


@pytest.fixture
def visitors() -> Iterator[Visitors]:
    came = Visitors()
    yield came
    came.leave()


@pytest.fixture
def did(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Has a sentence said when all is done."""
    return lambda what: request.node.user_properties.append(("did", what))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    said = [
        f"{what} ({report.nodeid.rsplit('/', 1)[-1]})"
        for report in terminalreporter.getreports("passed")
        if report.when == "call"
        for name, what in report.user_properties
        if name == "did"
    ]
    for line in sorted(said):
        terminalreporter.write_line(line)
