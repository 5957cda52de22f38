"""All single edits of an edition, of its diagrams and of its rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from engine.library import Library
from tests.mutants import drawn, written
from tests.mutants.edit import Edit


def edits(library: Library) -> Iterator[Edit]:
    """Every edit, always in the same order: file by file, as the files have it."""
    for path, data in library.files.items():
        if path.endswith(".bpmn"):
            yield from _numbered(drawn.edits(path, data, library))
        elif path.startswith("rules/"):
            yield from _numbered(written.edits(path, data, library))


def _numbered(found: Iterable[Edit]) -> Iterator[Edit]:
    """What stands more than once in one condition is told apart by which of them is changed."""
    times: Counter[str] = Counter()
    for edit in found:
        times[edit.what] += 1
        number = times[edit.what]
        yield edit if number == 1 else replace(edit, did=f"{edit.did} (number {number})")
