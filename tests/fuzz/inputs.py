"""What is thrown at Isange: one changed file, or one request; and the files and requests that it was made from."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

ROOT = Path(__file__).resolve().parents[2]

Sort = Literal["bpmn", "yaml", "schema", "feature", "post", "api", "trap"]
"""A trap is no sort of content: it shows that the watch notices (traps.py)."""
SORTS: tuple[Sort, ...] = ("bpmn", "yaml", "schema", "feature", "post", "api")

VOCABULARY = "features/vocabulary.yaml"
_GLOBS: dict[Sort, tuple[str, ...]] = {
    "bpmn": ("pathways/bpmn/*.bpmn",),
    "yaml": ("pathways/*.yaml", "rules/*/*.yaml"),
    "schema": ("forms/*.json",),
    "feature": ("features/*.feature", VOCABULARY),
}


@dataclass(frozen=True, slots=True)
class Input:
    """`place` is the path of a file of the content, or the method and target of a request (`POST /find`).

    A request has header lines, and marks in its text for what only the house knows (house.py)."""

    sort: Sort
    place: str
    data: bytes
    headers: tuple[tuple[str, str], ...] = ()

    def to_json(self) -> str:
        """One line that `from_json` reads back."""
        data = base64.b64encode(self.data).decode()
        return json.dumps({"sort": self.sort, "place": self.place, "data": data, "headers": self.headers})

    @classmethod
    def from_json(cls, line: str) -> Input:
        read = json.loads(line)
        headers = tuple((name, value) for name, value in read["headers"])
        return cls(read["sort"], read["place"], base64.b64decode(read["data"]), headers)


@cache
def shipped_files(sort: Sort) -> dict[str, bytes]:
    """The shipped files of a sort of content, by path."""
    found = sorted(path for glob in _GLOBS[sort] for path in ROOT.glob(glob))
    return {path.relative_to(ROOT).as_posix(): path.read_bytes() for path in found}


def shipped_inputs(sort: Sort) -> Iterator[Input]:
    """The shipped files of a sort as inputs that must be accepted."""
    return (Input(sort, path, data) for path, data in shipped_files(sort).items())
