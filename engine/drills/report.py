"""What came of a run of drills: a result each, and which elements of the library the drills passed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Status = Literal["passed", "failed", "undefined"]


@dataclass(frozen=True, slots=True)
class DrillResult:
    """One drill. `message` names the step that did not hold and what is so instead; `path` are the ids of the
    elements that the case passed, in order."""

    file: str
    line: int
    name: str
    tags: tuple[str, ...]
    status: Status
    message: str
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """All results. `elements` are the ids of everything the library can pass, sorted; `ms` is the time taken."""

    edition: str
    results: tuple[DrillResult, ...]
    elements: tuple[str, ...]
    ms: int

    def count(self, status: Status) -> int:
        return sum(result.status == status for result in self.results)

    @property
    def all_passed(self) -> bool:
        return all(result.status == "passed" for result in self.results)

    @property
    def covered(self) -> tuple[str, ...]:
        """The elements that at least one drill passed, sorted."""
        passed = {element for result in self.results for element in result.path}
        return tuple(element for element in self.elements if element in passed)

    @property
    def share(self) -> float:
        """How much of the library the drills passed, from 0 to 1."""
        return len(self.covered) / len(self.elements) if self.elements else 0.0

    def to_json(self) -> dict[str, object]:
        """The shape that `isange drill --json` prints (docs/drills.md)."""
        return {
            "edition": self.edition,
            "passed": self.count("passed"),
            "failed": self.count("failed"),
            "undefined": self.count("undefined"),
            "ms": self.ms,
            "drills": [
                {
                    "file": result.file,
                    "line": result.line,
                    "name": result.name,
                    "tags": list(result.tags),
                    "status": result.status,
                    "message": result.message,
                    "path": list(result.path),
                }
                for result in self.results
            ],
            "coverage": {
                "elements": list(self.elements),
                "covered": list(self.covered),
                "share": round(self.share, 4),
            },
        }

    def lines(self) -> Iterator[str]:
        """The report as people read it in a terminal."""
        file = ""
        for result in self.results:
            if result.file != file:
                file = result.file
                yield file
            yield f"  {result.status:<9}  {result.name} (line {result.line})"
            if result.message:
                yield f"             {result.message}"
        counts = f"{self.count('passed')} passed, {self.count('failed')} failed, {self.count('undefined')} undefined"
        yield f"{counts}, in {self.ms / 1000:.1f} s. The drills pass {self.share:.0%} of the pathway's elements."
