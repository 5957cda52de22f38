"""What is wrong with content: complaints that name file, line and element, and say what is accepted."""

from __future__ import annotations

from collections.abc import Iterable
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


class Notes:
    """Collects the complaints about one file, so that a person sees all of them at once."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.complaints: list[Complaint] = []

    def add(self, line: int, element: str, code: str, message: str) -> None:
        self.complaints.append(Complaint(Where(self.file, line, element), code, message))

    def where(self, line: int, element: str = "") -> Where:
        return Where(self.file, line, element)


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
    return f'"{word if len(word) <= 60 else word[:57] + "..."}"'
