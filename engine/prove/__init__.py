"""Proves that no course of a case can break a duty, over the very diagrams, forms and tables that run.

`verdicts` is the door; engine/witness looks for a case that breaks what is not proved. A duty is *proved* when the
fixpoint over every course is free of a break, with the engine's own blocking switched off; everything else is
*unproved*, with the reason, and still enforced while cases run (docs/proof.md, docs/decisions/0025). No answer is ever
a guess: what is not looked at is left open, and a search that ends early claims nothing.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator

from engine.checks.report import DutyVerdict, Progress
from engine.library import DutyRule, Library
from engine.prove.net import Net
from engine.prove.proving import BUDGET, Answer, prove

__all__ = ["BUDGET", "verdict", "verdicts"]

_NOT_SHOWN = " (that people can do it wherever it is owed is not shown yet)"
_LATENESS = "it is owed once {} is late or broken, and when that is no proof follows; enforced while cases run"


def verdicts(library: Library, most: int = BUDGET, duties: Collection[str] = ()) -> Iterator[DutyVerdict]:
    """The verdict on each duty, or on those named, as it is found. `most` is what one duty may cost."""
    net = Net(library)
    for duty in library.duties.values():
        if not duties or duty.id in duties:
            started = time.perf_counter()
            answer = prove(library, net, duty, most)
            ms = round((time.perf_counter() - started) * 1000, 1)
            yield verdict(duty, answer, ms)


def verdict(duty: DutyRule, answer: Answer, ms: float) -> DutyVerdict:
    """What an answer says of a duty."""
    if duty.makes_good is not None:
        return DutyVerdict(duty.id, "unproved", duty.severity, ms, _LATENESS.format(duty.makes_good))
    nobody = (
        f"; as if nobody overrode it, which {', '.join(duty.override)} may do with a reason" if duty.override else ""
    )
    if answer.never_arises:
        because = "nothing can break it, for no case ever comes to what it speaks of: see its condition and its acts"
        return DutyVerdict(duty.id, "proved", duty.severity, ms, because, vacuous=True)
    if answer.proved:
        seen = ", ".join(answer.looked.processes) or "none"
        kept = {"shown": ", and wherever it is owed people can still do it", "not shown": _NOT_SHOWN, "": ""}
        progress: Progress = "" if duty.form != "must" else "shown" if answer.surely_done else "not shown"
        because = f"no course breaks it{kept[progress]}: {answer.states} states, processes followed: {seen}{nobody}"
        return DutyVerdict(duty.id, "proved", duty.severity, ms, because, progress=progress)
    if answer.dead_end is not None:
        because = f"no course breaks it, but on this one nothing leads to what is owed any more: {answer.dead_end.told}"
        because += f"; enforced while cases run{nobody}"
        return DutyVerdict(duty.id, "unproved", duty.severity, ms, because, progress="lost")
    shown = "it may break, though no case has shown it yet"
    because = f"the budget is spent ({answer.why})" if answer.why else shown
    if answer.course is not None:
        because += f"; to be ruled out: {answer.course.told}"
    return DutyVerdict(duty.id, "unproved", duty.severity, ms, f"{because}; enforced while cases run{nobody}")
