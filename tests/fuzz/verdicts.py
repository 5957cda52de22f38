"""What becomes of an input, and what must hold of every refusal: it names its place, in words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Literal
from urllib.parse import unquote

from tests.fuzz.inputs import Input

Outcome = Literal["refused", "found", "accepted"]
"""Refused when it was read; read, but a check (or a drill) found it wrong; nothing is wrong with it."""

LONGEST_MESSAGE = 900
_OURS_TO_QUOTE = re.compile(r"\"[^\"]*\"|'[^']*'| of: .*")
_NO_WORDS = re.compile(
    r"Traceback|<class|\bobject at 0x|\bNoneType\b|\b[A-Z]\w*(?:Error|Exception)\b|\b(?:dict|tuple|str|NoneType)\b"
    r"|\bb'|__\w+__|\[Errno|\bpydantic\b|\blxml\b|\bsqlite\b",
)


class Fault(AssertionError):
    """The program did not behave: what it said is not what a person can use."""


@dataclass(frozen=True, slots=True)
class Said:
    """One complaint: the file, the line (0 when the whole file is meant), the element or field, and the words."""

    file: str
    line: int
    element: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """`status` is that of the answer to a request, 0 for content."""

    outcome: Outcome
    said: tuple[Said, ...] = ()
    status: int = 0

    def to_dict(self) -> dict[str, object]:
        return asdict(self)


def in_words(message: str, given: Input) -> None:
    """Raises Fault unless it is one line that a person can read, without the program's own words. Those that stand in
    the input itself may be named: a message tells what was found there."""
    plain = _OURS_TO_QUOTE.sub("", message)
    if not message.strip():
        raise Fault("The message is empty")
    if not message.isprintable():
        raise Fault(f"The message would disturb a screen: {message!r}")
    if len(message) > LONGEST_MESSAGE:
        raise Fault(f"The message is too long to be read ({len(message)}): {message[:200]}")
    own = _spoken_of(plain)
    if own and (leaked := own - _spoken_of(_text(given))):
        raise Fault(f"The message speaks of {min(leaked)!r}: {message}")


def _spoken_of(text: str) -> set[str]:
    """The program's words in it, each as a whole: `street` does not speak of `str`."""
    return {found.group() for found in _NO_WORDS.finditer(text)}


def _text(given: Input) -> str:
    """All that was handed in."""
    headers = "\n".join(f"{name}: {value}" for name, value in given.headers)
    return f"{unquote(given.place)}\n{headers}\n{given.data.decode('utf-8', 'replace')}"


def refusal(outcome: Outcome, said: Iterable[Said], given: Input) -> Verdict:
    """The verdict on a changed file; raises Fault unless every complaint is in words and has a file."""
    every = tuple(said)
    for one in every:
        in_words(one.message, given)
        if not one.file or not one.code:
            raise Fault(f"The message names no file, or has no code: {one}")
    if not every:
        raise Fault("It was refused without a word")
    return Verdict(outcome, every)
