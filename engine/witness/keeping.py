"""Keeps a witness as a drill beside others: a feature that fails until the content is mended."""

from __future__ import annotations

from pathlib import Path

from engine.drills.problems import Unreadable
from engine.drills.run import vocabulary_file
from engine.drills.vocabulary import FILE


def keep_drill(vocabulary: Path, duty: str, text: str, folder: Path) -> Path:
    """Writes the feature of a duty into a folder, and the vocabulary file that it speaks by unless one lies there or
    above; gives the path of the feature."""
    folder.mkdir(parents=True, exist_ok=True)
    feature = folder / f"{duty}.feature"
    try:
        vocabulary_file(feature)
    except Unreadable:
        (folder / FILE).write_bytes(vocabulary.read_bytes())
    feature.write_text(text, encoding="utf-8")
    return feature
