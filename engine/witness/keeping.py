"""Keeps cases as drills beside others: those that break a duty, and those at which one begins."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from engine.drills import run_drills
from engine.drills.problems import Unreadable
from engine.drills.run import vocabulary_file
from engine.drills.vocabulary import FILE, Vocabulary
from engine.library import Library
from engine.prove.net import Net
from engine.witness.boundaries import boundary
from engine.witness.story import Story


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


@dataclass(frozen=True)
class Kept:
    """The drills of where a duty begins: their file and how many cases it tells; or why there is none. `fault`: they
    did not come out as they were written, which nobody but the checker is to blame for."""

    duty: str
    feature: Path | None = None
    cases: int = 0
    why: str = ""
    fault: bool = False


def keep_boundaries(library: Library, vocabulary: Vocabulary, folder: Path) -> Iterator[Kept]:
    """Writes drills of where each duty begins that comes to be owed, as they are found and played in the engine;
    takes away those of an earlier time that hold no more."""
    net, story = Net(library), Story(library, vocabulary)
    for duty in library.duties.values():
        if duty.form != "must":
            continue
        (folder / f"{duty.id}.feature").unlink(missing_ok=True)
        found = boundary(library, net, vocabulary, duty)
        if found is None:
            yield Kept(duty.id, why="no case was found in which it is owed and beside it one in which it is not")
            continue
        feature = keep_drill(Path(vocabulary.file), duty.id, story.boundary(found), folder)
        wrong = [result for result in run_drills(library, [feature]).results if result.status != "passed"]
        if wrong:
            feature.unlink()
            yield Kept(duty.id, why=f"{wrong[0].name}: {wrong[0].message}", fault=True)
        else:
            yield Kept(duty.id, feature, len(found.owed) + len(found.not_owed))
