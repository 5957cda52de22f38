"""What an edit is: one thing that somebody could change in the content without meaning to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

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
