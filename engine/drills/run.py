"""Runs drills: reads features and their vocabulary, plays each on a stage of its own, and reports."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from engine.drills.opening import open_stage
from engine.drills.problems import DrillFailed, Undefined, Unreadable
from engine.drills.reading import MAX_BYTES, Drill, DrillStep, find_features, read_feature, text_of
from engine.drills.report import DrillResult, Report, Status
from engine.drills.sentences import Sentences
from engine.drills.stage import Stage
from engine.drills.steps import STEPS
from engine.drills.vocabulary import FILE, Vocabulary, plain_vocabulary, read_vocabulary
from engine.drills.words import LibraryWords
from engine.library import Library
from engine.model import Refusal
from engine.reading import node
from engine.reading.complaints import did_you_mean, quoted
from engine.reading.text import bytes_of


def run_drills(library: Library, paths: Sequence[Path]) -> Report:
    """Plays the drills in these feature files, or in the folders named. Raises Unreadable, before any is played, and
    tells of every file that cannot be read."""
    started = time.perf_counter()
    spoken: dict[Path, tuple[Vocabulary, Sentences]] = {}
    read: list[tuple[Path, Drill]] = []
    unreadable: list[Unreadable] = []
    for file in find_features(tuple(paths)):
        try:
            drills = _drills_of(file)
            read += [(vocabulary_file(file), drill) for drill in drills]
        except Unreadable as error:
            unreadable.append(error)
        else:
            unreadable += of_no_duty(library, drills)
    if unreadable:
        raise _all(unreadable)
    for lies_in in dict.fromkeys(lies_in for lies_in, _ in read):
        vocabulary = read_vocabulary(str(lies_in), bytes_of(lies_in, node.MAX_BYTES), library)
        spoken[lies_in] = vocabulary, sentences_for(library, vocabulary)
    results = tuple(play(library, *spoken[lies_in], drill) for lies_in, drill in read)
    milliseconds = round((time.perf_counter() - started) * 1000)
    return Report(library.digest, results, elements_of(library), milliseconds)


def of_no_duty(library: Library, drills: Sequence[Drill]) -> list[Unreadable]:
    """What is to be said of tags that name a duty which the content does not have: once for each tag."""
    unknown = {(drill.file, line, duty): None for drill in drills for duty, line in drill.duties}
    return [
        Unreadable(file, line, f"There is no duty {quoted(duty)} to rehearse.{did_you_mean(duty, library.duties)}")
        for file, line, duty in unknown
        if duty not in library.duties
    ]


def _drills_of(file: Path) -> tuple[Drill, ...]:
    return read_feature(str(file), text_of(str(file), bytes_of(file, MAX_BYTES)))


def _all(unreadable: Sequence[Unreadable]) -> Unreadable:
    """One that tells of all of them, a line each."""
    first, *others = unreadable
    return Unreadable(first.file, first.line, "\n".join([first.message, *map(str, others)]))


def sentences_for(library: Library, vocabulary: Vocabulary) -> Sentences:
    """All sentences that drills of this library may use with this vocabulary."""
    return Sentences(STEPS, vocabulary, LibraryWords(library, vocabulary))


def play(library: Library, vocabulary: Vocabulary, sentences: Sentences, drill: Drill) -> DrillResult:
    """Plays one drill to its end, or to the first step that cannot be done or does not hold."""
    status: Status = "passed"
    message = ""
    with open_stage(library, vocabulary) as stage:
        for step in drill.steps:
            try:
                take(stage, sentences, step)
            except Undefined as problem:
                status, message = "undefined", f"line {step.line}: {problem}"
                break
            except DrillFailed as problem:
                status, message = "failed", f"line {step.line}: {step.text}: {problem}"
                break
        path = tuple(stage.path)
    return DrillResult(drill.file, drill.line, drill.name, drill.tags, status, message, path)


def take(stage: Stage, sentences: Sentences, step: DrillStep) -> None:
    """Does what one step says. Raises Undefined, or DrillFailed when it does not hold or is refused."""
    try:
        sentences.perform(stage, step.kind, step.text, step.table)
    except Refusal as refusal:
        fields = "; ".join(f"{problem.field}: {problem.message}" for problem in refusal.problems)
        raise DrillFailed(f"{refusal.message}. {fields}" if fields else refusal.message) from refusal


def vocabulary_file(feature: Path) -> Path:
    """The vocabulary that lies beside a feature file, or in the nearest folder above it. Raises Unreadable."""
    for folder in feature.resolve().parents:
        if (folder / FILE).is_file():
            return folder / FILE
    raise Unreadable(str(feature), 0, f"Expected a {FILE} beside the feature, or in a folder above it")


def vocabulary_of(library: Library, folder: Path) -> Vocabulary:
    """The vocabulary in a folder of drills; a plain one where there is none. Raises Unreadable."""
    file = folder / FILE
    if not file.is_file():
        return plain_vocabulary(library)
    return read_vocabulary(str(file), bytes_of(file, node.MAX_BYTES), library)


def elements_of(library: Library) -> tuple[str, ...]:
    """The ids of everything in the diagrams that a case can pass, sorted."""
    return tuple(sorted(id for diagram in library.pathway.diagrams.values() for id in diagram.elements))
