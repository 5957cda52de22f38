"""What is wrong with content: complaints that name file, line and element, and say what is accepted."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from engine.library import Where


@dataclass(frozen=True, slots=True)
class Complaint:
    """One thing that content may not say; `code` is a stable word for programs."""

    where: Where
    code: str
    message: str

    def __str__(self) -> str:
        return f"{self.where}: {self.message} [{self.code}]"


class ContentError(ValueError):
    """The content cannot be read; `complaints` holds everything that was found, in file order."""

    def __init__(self, complaints: Iterable[Complaint]) -> None:
        self.complaints = tuple(complaints)
        super().__init__("\n".join(str(complaint) for complaint in self.complaints))


class Unreadable(Exception):
    """A file stops making sense at a line: nothing after it can be read."""

    def __init__(self, line: int, code: str, message: str) -> None:
        super().__init__(message)
        self.line = line
        self.code = code
        self.message = message


MOST = 200
"""Complaints about one file; nobody reads more, and whatever makes so many is one thing."""
LONGEST_MESSAGE = 600
MOST_COMPARED = 50_000
"""Words that are looked at for suggestions, for one file: each takes a few microseconds."""


class Notes:
    """Collects the complaints about one file, so that a person sees all of them at once."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.complaints: list[Complaint] = []
        self._compared = 0

    def add(self, line: int, element: str, code: str, message: str) -> None:
        """Beyond MOST, only that there is more."""
        if len(message) > LONGEST_MESSAGE:
            message = message[: LONGEST_MESSAGE - 3] + "..."
        if len(self.complaints) < MOST:
            self.complaints.append(Complaint(self.where(line, element), code, shown(message)))
        elif len(self.complaints) == MOST:
            more = f"More than {MOST} things are wrong in this file: mend these first, then check again"
            self.complaints.append(Complaint(self.where(0), "too_many", more))

    def where(self, line: int, element: str = "") -> Where:
        return Where(shown(self.file), line, shown(element))

    def did_you_mean(self, word: str, known: Collection[str]) -> str:
        """As the function of this name, until a file has so many slips that looking would take long."""
        self._compared += len(known)
        return did_you_mean(word, known) if self._compared <= MOST_COMPARED else ""


def one_of(known: Iterable[str]) -> str:
    """`a, b or c`, in alphabetical order."""
    words = sorted(known)
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}" if words else "nothing"


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """' Did you mean "x"?' when `word` looks like a slip of something known, else ''."""
    close = get_close_matches(word, list(known), n=1, cutoff=0.7)
    return f' Did you mean "{close[0]}"?' if close else ""


def quoted(word: str) -> str:
    """`word` in quotation marks, cut short, so that a message stays readable."""
    return f'"{shown(word if len(word) <= 60 else word[:57] + "...")}"'


def shown(text: str) -> str:
    """The text in one line, each letter of it visible: no screen or log is disturbed by what a file holds."""
    if text.isprintable():
        return text
    return "".join(
        letter if letter.isprintable() else " " if letter.isspace() else f"U+{ord(letter):04X}" for letter in text
    )
