"""Walks the deeds of a search in the real engine: the Desk, an empty store, people of the right roles, real forms."""

from __future__ import annotations

from dataclasses import dataclass

from engine.drills.answers import in_time
from engine.drills.broken import broke, refused_for
from engine.drills.opening import open_stage
from engine.drills.problems import DrillFailed
from engine.drills.stage import Stage
from engine.drills.vocabulary import Answer, Vocabulary
from engine.library import DutyRule, Library
from engine.model import CASE_SCOPE, Refusal
from engine.witness.deeds import Deed, Deeds


@dataclass(frozen=True)
class Replayed:
    """A case that broke the duty: of each deed the ids of the elements that the case passed by it, in order, the step
    that was refused last among them."""

    walk: tuple[tuple[str, ...], ...]


def replay(library: Library, vocabulary: Vocabulary, duty: DutyRule, deeds: Deeds) -> Replayed | None:
    """What came of the deeds; None unless the last of them, and none before, breaks the duty."""
    walk: list[tuple[str, ...]] = []
    with open_stage(library, vocabulary) as stage:
        for number, deed in enumerate(deeds):
            before = len(stage.path)
            last = number == len(deeds) - 1
            refused: tuple[str, ...] = ()
            try:
                _do(stage, deed)
            except DrillFailed:
                return None
            except Refusal as refusal:
                if not last or not refused_for(duty, refusal, _acts(stage, deed)):
                    return None
                refused = (deed.what,)
            walk.append((*stage.path[before:], *refused))
            if refused or broke(duty, stage.entries()):
                return Replayed(tuple(walk)) if last else None
    return None


def _do(stage: Stage, deed: Deed) -> None:
    """Raises Refusal, and DrillFailed where a drill would fail."""
    answers = {name: _now(stage, name, answer) for name, answer in deed.answers.items()}
    match deed.kind:
        case "open":
            stage.tell(answers)
            stage.arrive(deed.what, deed.role)
        case "do":
            task = next((task for task in stage.tasks() if task.element == deed.what), None)
            if task is None:
                raise DrillFailed(f"{deed.what} is not open")
            stage.complete(task, answers, deed.ago)
        case "record":
            stage.record(deed.role, deed.what, answers, deed.ago)
        case "correct":
            fact = stage.file().facts.get((deed.what, CASE_SCOPE))
            if fact is None:
                raise DrillFailed(f"{deed.what} is not known")
            stage.correct(deed.role, fact, answers[deed.what], "-")
        case "wait":
            stage.pass_time(deed.length)


def _now(stage: Stage, fact: str, answer: Answer) -> Answer:
    return in_time(answer, stage.library.facts[fact], stage.moment) if isinstance(answer, str) else answer


def _acts(stage: Stage, deed: Deed) -> frozenset[str]:
    pathway = stage.library.pathway
    match deed.kind:
        case "open":
            acts = pathway.doors[deed.what].acts
        case "record":
            acts = pathway.anytime[deed.what].acts
        case "do":
            acts = next(d.elements[deed.what].acts for d in pathway.diagrams.values() if deed.what in d.elements)
        case _:
            acts = ()
    return frozenset(act.act for act in acts)
