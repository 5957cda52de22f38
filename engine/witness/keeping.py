"""Keeps a witness as a drill beside others: a feature that fails until the content is mended."""

from __future__ import annotations

from pathlib import Path

from engine.drills.problems import Unreadable
from engine.drills.run import vocabulary_file
from engine.drills.vocabulary import FILE, Vocabulary
from engine.library import Library
from engine.witness.finding import Witness
from engine.witness.story import Story


def keep_drill(library: Library, vocabulary: Vocabulary, witness: Witness, folder: Path) -> Path:
    """Writes the feature into a folder, and the vocabulary that it speaks in unless one lies there or above; gives the
    path of the feature."""
    folder.mkdir(parents=True, exist_ok=True)
    feature = folder / f"{witness.duty}.feature"
    try:
        vocabulary_file(feature)
    except Unreadable:
        (folder / FILE).write_bytes(Path(vocabulary.file).read_bytes())
    duty = library.duties[witness.duty]
    feature.write_text(Story(library, vocabulary).feature(duty, witness.deeds), encoding="utf-8")
    return feature
