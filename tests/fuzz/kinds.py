"""A kind of bad input: a named change of a named sort of content, what becomes of it, and what is said of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from tests.fuzz.inputs import Input, Sort, shipped_files
from tests.fuzz.verdicts import Outcome

Make = Callable[[Random], Input]
Bytes = Callable[[bytes, Random], bytes]


@dataclass(frozen=True, slots=True)
class Kind:
    """`says` stands in what is said of it, as `code: message`; `name` begins with its sort."""

    name: str
    make: Make
    outcome: Outcome = "refused"
    says: str = ""
    status: int = 0
    """Of the answer to a request."""

    @property
    def sort(self) -> Sort:
        return self.name.partition(":")[0]  # type: ignore[return-value]

    def input(self) -> Input:
        """One input of this kind, always the same."""
        return self.make(Random(self.name))


def slip(
    name: str, pattern: str, becomes: str, says: str, outcome: Outcome = "refused", file: str = "", count: int = 1
) -> Kind:
    """Somewhere in a shipped file of the sort, what the pattern finds becomes something else."""
    return Kind(name, _somewhere(name, re.compile(pattern, re.MULTILINE), becomes, file, count), outcome, says)


def _somewhere(name: str, pattern: re.Pattern[str], becomes: str, file: str, count: int) -> Make:
    sort: Sort = name.partition(":")[0]  # type: ignore[assignment]

    def make(chance: Random) -> Input:
        texts = {path: data.decode() for path, data in shipped_files(sort).items() if file in path}
        places = [path for path, text in texts.items() if pattern.search(text)]
        path = chance.choice(places)
        found = chance.choice(list(pattern.finditer(texts[path])))
        text = texts[path][: found.start()] + found.expand(becomes) * count + texts[path][found.end() :]
        return Input(sort, path, text.encode())

    return make


def whole(name: str, change: Bytes, says: str, outcome: Outcome = "refused", file: str = "") -> Kind:
    """A shipped file of the sort, changed as a whole."""
    sort: Sort = name.partition(":")[0]  # type: ignore[assignment]

    def make(chance: Random) -> Input:
        files = {path: data for path, data in shipped_files(sort).items() if file in path}
        path = chance.choice(sorted(files))
        return Input(sort, path, change(files[path], chance))

    return Kind(name, make, outcome, says)


def encodings(sort: Sort) -> list[Kind]:
    """What careless tools and broken disks do to any file."""

    def cut(data: bytes, chance: Random) -> bytes:
        return data[: len(data) * chance.randrange(3, 8) // 10]

    def middle(piece: bytes) -> Bytes:
        def insert(data: bytes, chance: Random) -> bytes:
            half = data[: len(data) // 2].decode(errors="ignore").encode()  # between two letters, not within one
            return half + piece + data[len(half) :]

        return insert

    pieces = [] if sort == "feature" else [whole(f"{sort}: cut short", cut, "")]  # a drill may end after any step
    return [
        *pieces,
        whole(f"{sort}: empty file", lambda data, _: b"", ""),
        whole(f"{sort}: only spaces", lambda data, _: b" \n \n", ""),
        whole(f"{sort}: UTF-16", lambda data, _: data.decode().encode("utf-16"), "Expected UTF-8"),
        whole(f"{sort}: UTF-32", lambda data, _: data.decode().encode("utf-32"), ""),
        whole(f"{sort}: byte order mark", lambda data, _: b"\xef\xbb\xbf" + data, "byte order mark"),
        whole(f"{sort}: one byte of Latin-1", middle(b"\xe9"), "Expected UTF-8"),
        whole(f"{sort}: half of a letter", lambda data, _: data + b"\xf0\x9f\x98", "Expected UTF-8"),
        whole(f"{sort}: NUL", middle(b"\x00"), "U+0000"),
        whole(f"{sort}: escape sequence of a terminal", middle(b"\x1b[2J"), "U+001B"),
        whole(f"{sort}: letters that turn the direction", middle("\u202e".encode()), "U+202E"),
        whole(f"{sort}: larger than is read", lambda data, _: data + b" " * (2 * 1024**2), "larger"),
        whole(f"{sort}: a picture", lambda data, _: b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "Expected UTF-8"),
        whole(f"{sort}: written twice", lambda data, _: data + data, ""),
    ]
