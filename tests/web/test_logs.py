"""A log that cannot be written stops nobody."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest
import structlog

from web import logs


class Full:
    """A stream on a full disk."""

    def write(self, _: str) -> int:
        raise OSError(28, "No space left on device")

    def flush(self) -> None:
        raise OSError(28, "No space left on device")


@pytest.fixture
def as_served() -> Iterator[None]:
    before = structlog.get_config()
    logs.configure()
    yield
    structlog.configure(**before)


@pytest.mark.usefixtures("as_served")
def test_a_line_that_finds_no_room_is_lost_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", Full())
    structlog.get_logger("isange").info("request", status=200)
    structlog.get_logger("isange").error("fault")


@pytest.mark.usefixtures("as_served")
def test_a_line_that_finds_room_is_one_json_object(capsys: pytest.CaptureFixture[str]) -> None:
    structlog.get_logger("isange").info("request", status=200)
    assert '"status": 200' in capsys.readouterr().err
