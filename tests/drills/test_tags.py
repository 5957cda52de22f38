"""Tags in features/ name drills once each and duties that exist."""

from __future__ import annotations

from pathlib import Path

from engine.drills.reading import find_features, read_feature
from engine.library import Library

FEATURES = find_features((Path(__file__).parents[2] / "features",))


def tags(file: Path) -> set[str]:
    return {tag for drill in read_feature(file.name, file.read_text(encoding="utf-8")) for tag in drill.tags}


def test_each_file_is_one_numbered_drill_and_is_named_after_it() -> None:
    for file in FEATURES:
        [number] = [tag for tag in tags(file) if not tag.startswith("@duty:")]
        assert file.name.startswith(f"{number.removeprefix('@').lower()}_")


def test_a_duty_that_is_rehearsed_exists(library: Library) -> None:
    named = {tag.removeprefix("@duty:") for file in FEATURES for tag in tags(file) if tag.startswith("@duty:")}
    assert named
    assert named - set(library.duties) == set()
