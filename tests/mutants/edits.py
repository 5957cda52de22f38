"""All single edits of an edition: what somebody could change in the diagrams, tables and duties without meaning to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.library import Library

KINDS = {
    "step": "a step dropped",
    "act": "an act dropped",
    "flow": "a flow redirected",
    "gateway": "a gateway swapped",
    "comparison": "a comparison flipped",
    "constant": "a constant shifted",
    "row": "a row of a table dropped",
    "limit": "a limit of a duty longer",
    "default": "a default removed",
    "start": "a start rule removed",
    "requires": "a requirement removed",
    "lane": "a step in another lane",
}


@dataclass(frozen=True)
class Edit:
    """One change. `element` is the id of the step, flow, table, duty or rule that was changed, `path` the file that it
    stands in, `more` what had to follow elsewhere: the names of what is gone."""

    kind: str
    element: str
    did: str
    path: str
    data: bytes
    more: tuple[tuple[str, bytes], ...] = ()

    @property
    def what(self) -> str:
        """What it did, in a sentence."""
        return f"{self.path}: {self.did}"

    def of(self, files: Mapping[str, bytes]) -> dict[str, bytes]:
        """The files of the edition, with this change."""
        return {**files, self.path: self.data, **dict(self.more)}


def edits(library: Library) -> Iterator[Edit]:
    """Every edit, always in the same order: file by file, as the files have it."""
    from tests.mutants import drawn, written

    for path, data in library.files.items():
        if path.endswith(".bpmn"):
            yield from drawn.edits(path, data, library)
        elif path.startswith("rules/"):
            yield from written.edits(path, data, library)
