"""The quickest way from where a duty arises to what it demands, as far as it is sure that there is no quicker one."""

from __future__ import annotations

from datetime import timedelta

from engine.checks.analysis.arising import applies, may_hold
from engine.checks.analysis.beside import together
from engine.checks.analysis.occurrences import Occurrence, doing, homes, occurrences, starts_inside
from engine.checks.analysis.quickest import Quickest, Wait
from engine.checks.analysis.situations import Situations
from engine.checks.analysis.space import TooLarge
from engine.expressions import Expression, Literal_, Name, Or, Truth
from engine.library import DutyRule, Library

Way = tuple[timedelta, tuple[Occurrence, ...]]
"""How long it takes, and the steps: first the one at which the duty arises, last one that does what it demands."""


def quickest(library: Library, duty: DutyRule, step: Occurrence, wait: Wait) -> Way | None:
    """None where it may be done at once, or where no way leads there. Other processes begin at the same time."""
    steps_doing = doing(library, duty.act)
    if step in steps_doing or _at_any_time(library, duty):
        return None
    open_then = [at for at in occurrences(library) if at[0] == step[0] and _may_be_open(library, step, at)]
    begins = [
        start for process in {at[0] for at in steps_doing} - {step[0]} for start in starts_inside(library, (process,))
    ]
    ways = Quickest(library, wait, step, open_then, begins)
    times = [(ways.done[at], at) for at in steps_doing if at in ways.done]
    if not times:
        return None
    time, at = min(times)
    return time, (step, *ways.way(at))


def is_sure(library: Library, duty: DutyRule, step: Occurrence) -> bool:
    """Whether there are cases in which the duty arises at this step, and every other process that could do what it
    demands has not begun before, so that it does not stand before the very step."""
    others = {at[0] for at in doing(library, duty.act)} - {step[0]}
    if _opens_the_case(library, step):
        return may_hold(library, step, applies(duty), _NOTHING)
    if others & library.pathway.named:
        return False
    needing = [process for process in others if needs(library, duty, process)]
    rest = [when for process in sorted(others - set(needing)) for when in _begins(library, process)]
    return may_hold(library, step, applies(duty), Or(tuple(rest)) if rest else _NOTHING)


_NOTHING = Literal_(value=False)


def _may_be_open(library: Library, step: Occurrence, other: Occurrence) -> bool:
    """Whether another step of the same process may be open when this one is done: an event around it, too."""
    around = homes(library)[other[-1]].elements[other[-1]].attached_to
    outside = around is not None and (*other[:-1], around) == step[: len(other)] != step
    return outside or together(library, step, other) in ("branches", "beside")


def _at_any_time(library: Library, duty: DutyRule) -> bool:
    return any(act.act == duty.act for anytime in library.pathway.anytime.values() for act in anytime.acts)


def _opens_the_case(library: Library, step: Occurrence) -> bool:
    return len(step) == 2 and step[0] == library.pathway.main and occurrences(library)[step].kind == "start"


def needs(library: Library, duty: DutyRule, process: str) -> bool:
    """Whether the process begins only with what makes the duty owed."""
    begins = _begins(library, process)
    owed = Truth(Name(f"act.{duty.after}")) if duty.after is not None else applies(duty)
    try:
        situations = Situations(library, [*begins, owed])
    except TooLarge:
        return False
    return bool(begins) and not any(situations.true(when) & ~situations.true(owed) for when in begins)


def _begins(library: Library, process: str) -> list[Expression]:
    starts = [start.when for start in library.starts if start.process == process]
    return [*starts, *(schedule.when for schedule in library.schedules.values() if schedule.process == process)]
