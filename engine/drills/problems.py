"""What may go wrong with a drill: it cannot be read, or it does not hold."""

from __future__ import annotations


class Unreadable(Exception):
    """A feature or vocabulary file that cannot be read at all; `str()` names file, line and what to do."""

    def __init__(self, file: str, line: int, message: str) -> None:
        super().__init__(f"{file}:{line}: {message}" if line else f"{file}: {message}")
        self.file = file
        self.line = line
        self.message = message


class DrillFailed(AssertionError):
    """A step of a drill does not hold; the message says what was expected and what is so, in words."""


class Undefined(Exception):
    """No sentence, or more than one, fits a step; the message names the nearest known sentences."""
