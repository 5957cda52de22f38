"""Says of each duty whether it is proved, broken by a case that was walked in the engine, or neither.

`verdicts` is the door. The prover (engine/prove) looks at more courses than cases can take; what it cannot rule out is
only a course. Here a concrete case is sought along it, with real forms and answers, and walked through the Desk.
Nothing is called broken before that (docs/proof.md, docs/decisions/0029).
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator
from dataclasses import replace

from engine.checks.report import DutyVerdict
from engine.drills.vocabulary import Vocabulary
from engine.library import DutyRule, Library
from engine.prove import BUDGET, verdict
from engine.prove.net import Net
from engine.prove.proving import Answer, prove
from engine.witness.finding import Finding, Witness, find, is_exact
from engine.witness.story import Story

__all__ = ["BUDGET", "Story", "Witness", "judged"]


def judged(
    library: Library, vocabulary: Vocabulary, most: int = BUDGET, duties: Collection[str] = ()
) -> Iterator[tuple[DutyVerdict, Witness | None]]:
    """The verdict on each duty, or on those named, as it is found, with the case that breaks it. `most` is what one
    proof may cost."""
    net = Net(library)
    for duty in library.duties.values():
        if not duties or duty.id in duties:
            started = time.perf_counter()
            answer = prove(library, net, duty, most)
            found = find(library, net, vocabulary, duty, answer.course) if answer.course is not None else None
            ms = round((time.perf_counter() - started) * 1000, 1)
            if found is None:
                yield verdict(duty, answer, ms), None
            elif found.witness is None:
                yield _not_shown(library, net, duty, answer, ms, found), None
            else:
                yield _broken(library, vocabulary, duty, found.witness, ms), found.witness


def _broken(library: Library, vocabulary: Vocabulary, duty: DutyRule, witness: Witness, ms: float) -> DutyVerdict:
    answers = {fact: tuple(said) if isinstance(said, list) else said for fact, said in witness.answers.items()}
    return DutyVerdict(
        duty.id,
        "broken",
        duty.severity,
        ms,
        "this case broke it in the engine",
        path=witness.path,
        witness=answers,
        story=Story(library, vocabulary).lines(witness.deeds),
    )


def _not_shown(library: Library, net: Net, duty: DutyRule, answer: Answer, ms: float, found: Finding) -> DutyVerdict:
    said = verdict(duty, answer, ms)
    because = f"{said.because}; no case was found that takes this course ({found.tried} deeds tried)"
    if found.whole and answer.course is not None and is_exact(library, net, duty, answer.looked, answer.course):
        because += "; nothing was left open on it, so this is a fault of the checker: please report it"
    return replace(said, because=because)
