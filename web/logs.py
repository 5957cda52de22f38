"""The log: one JSON object a line on standard error, with no message or value that an exception carries."""

from __future__ import annotations

import logging
import sys
from contextlib import suppress
from pathlib import Path

import structlog


def configure() -> None:
    """Sends our own log lines and those of libraries to standard error as JSON."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=lambda *_: _Lines(sys.stderr),  # what it is when the line is written
    )
    logging.basicConfig(handlers=[_Libraries()], level=logging.WARNING, force=True)


class _Lines(structlog.PrintLogger):
    """Lines on standard error. One that cannot be written, because a disk is full or nobody reads along any more, is
    lost: it must not stop who is at work."""

    def msg(self, message: str) -> None:
        with suppress(OSError):
            super().msg(message)

    log = debug = info = warn = warning = fatal = failure = err = error = critical = exception = msg


class _Libraries(logging.Handler):
    """What libraries log: who, how bad, the kind of error and its place. Their words may hold data, but for
    the server's own (it cannot listen, it shuts down)."""

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[0] if record.exc_info else None
        structlog.get_logger("isange.library").log(
            record.levelno,
            "library",
            logger=record.name,
            at=f"{record.module}:{record.lineno}",
            error=error.__name__ if error else "",
            message=record.getMessage() if record.name.startswith("uvicorn") else "",
        )


def place_of(error: BaseException) -> str:
    """File and line where an exception arose: its message may hold data, so it is never logged."""
    frame = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    return f"{Path(frame.tb_frame.f_code.co_filename).name}:{frame.tb_lineno}" if frame else ""
