"""Keeps cases as drills beside others, which stay as they are: those that break a duty, and where one begins."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from engine.drills import run_drills
from engine.drills.problems import Unreadable
from engine.drills.run import vocabulary_file
from engine.drills.vocabulary import FILE, Vocabulary
from engine.library import DutyRule, Library
from engine.prove.net import Net
from engine.witness.boundaries import boundary
from engine.witness.story import BOUNDARY, WITNESS, Story, tags

LONGEST_LINE = 1000
"""How much of a file is read to know whether it is ours: more than a duty's id is long."""


class NotKept(Exception):
    """Drills that cannot be written where somebody wanted them; `str()` names the files and says what to do."""


def keep_drill(vocabulary: Path, duty: str, text: str, folder: Path, mark: str = WITNESS) -> Path:
    """Writes the feature of a duty into a folder, and the vocabulary file that it speaks by unless one lies there or
    above; gives the path of the feature. Raises NotKept."""
    refuse_others(folder, [duty], mark)
    feature = _feature(folder, duty)
    with _writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
    try:
        vocabulary_file(feature)
    except Unreadable:
        plain = vocabulary.read_bytes()
        with _writing(folder / FILE):
            (folder / FILE).write_bytes(plain)
    with _writing(feature):
        feature.write_text(text, encoding="utf-8")
    return feature


def refuse_others(folder: Path, duties: Iterable[str], mark: str) -> None:
    """Raises NotKept naming each file in the way of the drills of these duties that was not written here."""
    others = [path for path in (_feature(folder, duty) for duty in duties) if not _is_ours(path, mark)]
    if others:
        raise NotKept("\n".join(f"{path} is not ours: name another folder" for path in others))


def _is_ours(feature: Path, mark: str) -> bool:
    """Whether it may be replaced: nothing lies there, or a drill that begins as those with this mark do."""
    if not os.path.lexists(feature):
        return True
    if feature.is_symlink() or not feature.is_file():
        return False
    try:
        with feature.open("rb") as file:
            first = file.readline(LONGEST_LINE)
    except OSError:  # whoever may not read it did not write it
        return False
    return first.strip() == tags(feature.stem, mark).encode()


def _feature(folder: Path, duty: str) -> Path:
    return folder / f"{duty}.feature"


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise NotKept(f"{path} cannot be written ({error.strerror}): name another folder") from error


@dataclass(frozen=True)
class Kept:
    """The drills of where a duty begins: their file and how many cases it tells; or why there is none. `fault`: they
    did not come out as they were written, which nobody but the checker is to blame for."""

    duty: str
    feature: Path | None = None
    cases: int = 0
    why: str = ""
    fault: bool = False


def beginning(library: Library) -> list[DutyRule]:
    """The duties that begin somewhere: those that demand an act."""
    return [duty for duty in library.duties.values() if duty.form == "must"]


def keep_boundaries(library: Library, vocabulary: Vocabulary, folder: Path) -> Iterator[Kept]:
    """Writes drills of where each duty begins that comes to be owed, as they are found and played in the engine;
    takes away those of an earlier time that hold no more. Raises NotKept, before anything is touched, where files of
    somebody else are in the way."""
    begin = beginning(library)
    refuse_others(folder, [duty.id for duty in begin], BOUNDARY)
    net, story = Net(library), Story(library, vocabulary)
    for duty in begin:
        with _writing(_feature(folder, duty.id)):
            _feature(folder, duty.id).unlink(missing_ok=True)
        found = boundary(library, net, vocabulary, duty)
        if found is None:
            yield Kept(duty.id, why="no case was found in which it is owed and beside it one in which it is not")
            continue
        feature = keep_drill(Path(vocabulary.file), duty.id, story.boundary(found), folder, BOUNDARY)
        wrong = [result for result in run_drills(library, [feature]).results if result.status != "passed"]
        if wrong:
            feature.unlink()
            yield Kept(duty.id, why=f"{wrong[0].name}: {wrong[0].message}", fault=True)
        else:
            yield Kept(duty.id, feature, len(found.owed) + len(found.not_owed))
