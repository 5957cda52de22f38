"""All single edits of an edition, of its diagrams and of its rules."""

from __future__ import annotations

from collections.abc import Iterator

from engine.library import Library
from tests.mutants import drawn, written
from tests.mutants.edit import Edit


def edits(library: Library) -> Iterator[Edit]:
    """Every edit, always in the same order: file by file, as the files have it."""
    for path, data in library.files.items():
        if path.endswith(".bpmn"):
            yield from drawn.edits(path, data, library)
        elif path.startswith("rules/"):
            yield from written.edits(path, data, library)
