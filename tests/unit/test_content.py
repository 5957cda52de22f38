"""The sample edition loads, whole and with everything where it was written."""

from __future__ import annotations

from engine.content import from_files
from tests.unit.content_samples import sample_files


def test_the_smallest_edition_loads() -> None:
    library = from_files(sample_files(), "rwanda")

    assert library.pathway.main == "case_main"
