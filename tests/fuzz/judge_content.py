"""Reads a changed file as `isange check` and `isange drill` do, within the shipped edition."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import PurePosixPath

from engine.checks import check
from engine.content import Complaint, ContentError, from_files
from engine.drills.problems import Undefined, Unreadable
from engine.drills.reading import read_feature, text_of
from engine.drills.run import of_no_duty, play, sentences_for
from engine.drills.sentences import Sentences
from engine.drills.vocabulary import Vocabulary, read_vocabulary
from engine.library import Library
from engine.reading.complaints import Notes
from engine.reading.read_diagram import read_diagram
from engine.reading.read_forms import read_form
from engine.reading.rulebook import Rulebook
from tests.fuzz.inputs import VOCABULARY, Input
from tests.fuzz.verdicts import Fault, Said, Verdict, refusal
from tests.walk import shipped, vocabulary

PACK = "rwanda"
MOST_DRILLS = 20


def content(given: Input) -> Verdict:
    """The verdict on a diagram, a rule file, the manifest or a form."""
    complaints = _alone(given)
    if complaints:  # the edition would say the same: the whole is read only where nothing is wrong with the part
        return refusal("refused", map(_said, complaints), given)
    try:
        library = from_files({**shipped().files, given.place: given.data}, PACK)
    except ContentError as error:
        return refusal("refused", map(_said, error.complaints), given)
    found = [item for item in check(library).findings if item.severity != "info"]
    if not found:
        return Verdict("accepted")
    said = (Said(item.file, item.line, " ".join(item.elements), item.code, item.message) for item in found)
    return refusal("found", said, given)


def _alone(given: Input) -> list[Complaint]:
    """What is said of the one file."""
    notes, name = Notes(given.place), PurePosixPath(given.place).stem
    complaints: list[Complaint] = []
    if given.sort == "bpmn":
        read_diagram(name, {"en": name}, given.data, notes)
    elif given.sort == "schema":
        read_form(name, given.data, notes)
    elif given.place.startswith("rules/"):
        Rulebook({given.place: given.data}, complaints)
    return complaints + notes.complaints


def _said(complaint: Complaint) -> Said:
    where = complaint.where
    return Said(where.file, where.line, where.element, complaint.code, complaint.message)


def feature(given: Input, before_playing: Callable[[], None]) -> Verdict:
    """The verdict on a feature file, whose first drill is played, or on the vocabulary."""
    try:
        if given.place == VOCABULARY:
            words = read_vocabulary(given.place, given.data, shipped())
            sentences_for(shipped(), words)
            return Verdict("accepted")
        drills = read_feature(given.place, text_of(given.place, given.data))
        if unknown := of_no_duty(shipped(), drills):
            raise unknown[0]
    except Unreadable as error:
        return refusal("refused", [Said(error.file, error.line, "", "unreadable", error.message)], given)
    library, spoken, sentences = _spoken()
    for drill in drills[:MOST_DRILLS]:
        for step in drill.steps:
            try:
                sentences.find(step.kind, step.text)
            except Undefined as error:
                return refusal("found", [Said(drill.file, step.line, "", "undefined", str(error))], given)
    before_playing()
    result = play(library, spoken, sentences, drills[0])
    if result.status == "passed":
        return Verdict("accepted")
    if not result.message.startswith("line "):
        raise Fault(f"The drill does not say which line did not hold: {result.message}")
    return refusal("found", [Said(result.file, result.line, "", result.status, result.message)], given)


def warm_up() -> None:
    """Reads once what every input is judged against."""
    check(shipped())
    _spoken()


@cache
def _spoken() -> tuple[Library, Vocabulary, Sentences]:
    return shipped(), vocabulary(), sentences_for(shipped(), vocabulary())
