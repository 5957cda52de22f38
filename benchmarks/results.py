"""Writes a table of figures into benchmarks/README.md, between the marks of its section, and judges them."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

README = Path(__file__).with_name("README.md")


def commit() -> str:
    """The commit that was measured; says so when files were changed since, but for the tables themselves."""

    def git(*words: str) -> str:
        command = ["git", *words]
        return subprocess.run(command, capture_output=True, text=True, cwd=README.parent, check=True).stdout.strip()

    changed = git(
        "status", "--porcelain", "--untracked-files=no", "--", ":/", f":(exclude,top)benchmarks/{README.name}"
    )
    return git("rev-parse", "--short=10", "HEAD") + (" and changes" if changed else "")


BEGUN_AT = commit()
"""Said of figures whose run takes long: what was checked out when it began."""


@dataclass(frozen=True, slots=True)
class Bound:
    """What a figure must not exceed."""

    what: str
    most: float
    found: float

    @property
    def row(self) -> str:
        found = f"{self.found:,.2f}" if self.found < 1000 else f"{self.found:,.0f}"
        return f"| {self.what} | {self.most:,g} | {found} | {'yes' if self.found <= self.most else '**no**'} |"


def judged(bounds: Iterable[Bound]) -> Iterator[str]:
    """A table of what was to be reached, and whether it was."""
    yield "| to be reached | at most | measured | held |"
    yield "|---|---|---|---|"
    yield from (bound.row for bound in bounds)


def write_section(name: str, table: str) -> None:
    """Replaces what stands between `<!-- name -->` and `<!-- /name -->`; raises ValueError when they are not there."""
    text = README.read_text()
    begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    before, _, rest = text.partition(begin)
    _, found, after = rest.partition(end)
    if not found:
        raise ValueError(f"Expected {begin} and {end} in {README.name}")
    README.write_text(f"{before}{begin}\n{where()}\n\n{table}\n{end}{after}")


def where() -> str:
    """What was measured, on what, and when."""
    load = ", ".join(f"{number:.1f}" for number in os.getloadavg())
    return (
        f"Commit {BEGUN_AT}, {datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, Python {platform.python_version()}, "
        f"{sys.platform}; load when it ended (1, 5, 15 minutes): {load}."
    )
