"""Says of each duty whether it is proved, broken by a case that was walked in the engine, or neither.

`verdicts` is the door. The prover (engine/prove) looks at more courses than cases can take; what it cannot rule out is
only a course. Here a concrete case is sought along it, with real forms and answers, and walked through the Desk.
Nothing is called broken before that (docs/proof.md, docs/decisions/0029).
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from engine.checks.report import DutyVerdict
from engine.drills.vocabulary import Vocabulary
from engine.library import DutyRule, Library
from engine.prove import BUDGET, verdict
from engine.prove.net import Net
from engine.prove.proving import SHARE_OF_PROGRESS, Answer, Looked, prove
from engine.witness.finding import Finding, Witness, find, is_exact
from engine.witness.search import DEEDS
from engine.witness.story import Story

__all__ = ["BUDGET", "Judged", "Story", "Witness", "judge", "judged"]


@dataclass(frozen=True)
class Judged:
    """The verdict on a duty, the prover's answer behind it, and the case that breaks it."""

    verdict: DutyVerdict
    answer: Answer
    witness: Witness | None = None
    drill: str = ""
    """A feature that plays this case, and passes once the content is mended."""


def judged(
    library: Library, vocabulary: Vocabulary, most: int = BUDGET, duties: Collection[str] = ()
) -> Iterator[Judged]:
    """What is to be said of each duty, or of those named, as it is found. `most` is what one proof may cost."""
    net = Net(library)
    for duty in library.duties.values():
        if not duties or duty.id in duties:
            yield judge(library, net, vocabulary, duty, most)


def judge(
    library: Library,
    net: Net,
    vocabulary: Vocabulary,
    duty: DutyRule,
    most: int = BUDGET,
    hint: Looked | None = None,
    deeds: int = DEEDS,
    progress: int = SHARE_OF_PROGRESS,
    *,
    again: int = 0,
) -> Judged:
    """What is to be said of one duty; `hint` is how finely to look first, `deeds` how many a search for a case that
    breaks it may try, `progress` what of the proof may go to seeing whether what is owed can always be done, and
    `again` to seeing that as it was seen before."""
    started = time.perf_counter()
    answer = prove(library, net, duty, most, hint, progress, again=again)
    found = find(library, net, vocabulary, duty, answer.course, deeds) if answer.course is not None else None
    ms = round((time.perf_counter() - started) * 1000, 1)
    if found is None:
        return Judged(verdict(duty, answer, ms), answer)
    if found.witness is None:
        return Judged(_not_shown(library, net, duty, answer, ms, found), answer)
    story = Story(library, vocabulary)
    drill = story.feature(duty, found.witness.deeds)
    return Judged(_broken(story, duty, found.witness, ms), answer, found.witness, drill)


def _broken(story: Story, duty: DutyRule, witness: Witness, ms: float) -> DutyVerdict:
    answers = {fact: tuple(said) if isinstance(said, list) else said for fact, said in witness.answers.items()}
    return DutyVerdict(
        duty.id,
        "broken",
        duty.severity,
        ms,
        "this case broke it in the engine",
        path=witness.path,
        witness=answers,
        story=story.lines(witness.deeds),
        walk=witness.walk,
    )


def _not_shown(library: Library, net: Net, duty: DutyRule, answer: Answer, ms: float, found: Finding) -> DutyVerdict:
    said = verdict(duty, answer, ms)
    because = f"{said.because}; no case was found that takes this course ({found.tried} deeds tried)"
    if found.whole and answer.course is not None and is_exact(library, net, duty, answer.looked, answer.course):
        because += "; nothing was left open on it, so this is a fault of the checker: please report it"
    return replace(said, because=because)
