"""Finds the witness of a broken duty: a case sought along a course, told shortly, and walked in the real engine."""

from __future__ import annotations

from dataclasses import dataclass

from engine.drills.vocabulary import Answer, Vocabulary
from engine.library import DutyRule, Library
from engine.prove.net import Net
from engine.prove.proving import Course, Looked
from engine.witness.deeds import Deeds
from engine.witness.rehearsal import Rehearsal
from engine.witness.replay import replay
from engine.witness.search import DEEDS, breaking, search
from engine.witness.shrinking import shows, shrunk


@dataclass(frozen=True)
class Witness:
    """A case that broke a duty in the real engine: what was done, and by each deed the ids of the elements that the
    case passed, in order."""

    duty: str
    deeds: Deeds
    walk: tuple[tuple[str, ...], ...]

    @property
    def path(self) -> tuple[str, ...]:
        """All elements that it passed, in order."""
        return tuple(element for passed in self.walk for element in passed)

    @property
    def answers(self) -> dict[str, Answer]:
        """The answers that matter, by fact; of one that changed, what it was last."""
        return {fact: answer for deed in self.deeds for fact, answer in deed.answers.items()}


@dataclass(frozen=True)
class Finding:
    """What a search for a witness came to; `tried` is how many deeds it took, `whole` whether none was left to try."""

    witness: Witness | None
    tried: int
    whole: bool


def find(
    library: Library, net: Net, vocabulary: Vocabulary, duty: DutyRule, course: Course, most: int = DEEDS
) -> Finding:
    """A witness, if a case along the course breaks the duty. No more than `most` deeds are tried: the answer is always
    the same."""
    aim = breaking(net, duty, course)
    found = search(library, net, vocabulary, duty, aim, most)
    if found.deeds is None:
        return Finding(None, found.tried, found.whole)
    short = shrunk(found.deeds, shows(Rehearsal(library, vocabulary, duty), aim.reached))
    for deeds in (short, found.deeds):
        walked = replay(library, vocabulary, duty, deeds)
        if walked is not None:
            return Finding(Witness(duty.id, deeds, walked.walk), found.tried, found.whole)
    return Finding(None, found.tried, found.whole)


def is_exact(library: Library, net: Net, duty: DutyRule, looked: Looked, course: Course) -> bool:
    """Whether a course leaves nothing open, so that a case must be able to take it: all processes and all answers were
    followed, nothing came from elsewhere or by time, and no other duty is in the way."""
    asked = {name for form in library.forms.values() for name in form.properties}
    return (
        net.roots <= set(looked.processes)
        and asked <= looked.names
        and all(command.kind in ("open", "task") for command in course.commands)
        and all(rule == duty or rule.severity == "record" for rule in library.duties.values())
    )
