"""What of a situation may still turn out otherwise: the answers that are to come, and what the case itself moves."""

from __future__ import annotations

from engine import clock
from engine.checks.analysis.blocks import Level, all_levels
from engine.checks.analysis.graph import reachable
from engine.checks.analysis.once import once
from engine.checks.analysis.situations import Situations
from engine.library import Library, Parameter
from engine.model import Value

_MOVING = frozenset({"act", "process", "duty", "clock", "case", "now"})
"""Names that change while a case goes on: acts are done, processes end, a table follows what it reads."""


def hopeless(situations: Situations, asked: int, blocked: int) -> int:
    """The situations that are asked and blocked, and stay so whatever is answered yet and whatever the case does
    meanwhile. An answer that was given stands, unless the diagram asks for it anew; that an act was done does not, for
    it could have been avoided."""
    space, possible = situations.space, situations.possible & _in_force(situations)
    way_out = possible & asked & ~blocked
    anew = _asked_anew(situations.library)
    for name, classes in space.classes.items():
        moving = name in anew or _moves(situations.library, name)
        for now, value in enumerate(classes):
            if moving or value is None:
                for then in range(len(classes)):
                    way_out |= space.moved(way_out, name, then, now)
    return possible & asked & blocked & ~way_out


def _moves(library: Library, name: str) -> bool:
    """Whether a name changes though nobody answers otherwise."""
    derived = library.derived.get(name)
    passing = derived is not None and derived.kind == "hours_between" and derived.of[-1] == "now"
    return passing or name.partition(".")[0] in _MOVING


@once
def _asked_anew(library: Library) -> frozenset[str]:
    """The facts that a step asks on a loop, or at each visit: what was answered stands only until then."""
    steps = [
        (diagram, element) for diagram in library.pathway.diagrams.values() for element in diagram.elements.values()
    ]
    visits = {schedule.process for schedule in library.schedules.values()}
    again = {step for level in all_levels(library) for step in level.whole if _is_on_loop(level, step)}
    again |= {element.id for diagram, element in steps if diagram.key in visits}
    known = 0
    while known < len(again):
        known = len(again)
        called = {element.called for _, element in steps if element.id in again}
        again |= {element.id for diagram, element in steps if element.parent in again or diagram.key in called}
    forms = [library.forms.get(element.form or "") for _, element in steps if element.id in again]
    return frozenset(name for form in forms if form is not None for name in form.properties)


def _is_on_loop(level: Level, step: str) -> bool:
    return step in reachable(level.whole, level.whole[step])


def _in_force(situations: Situations) -> int:
    """The situations without values of parameters by which nothing is judged any more."""
    found = situations.space.all
    for name in situations.space.classes:
        parameter = situations.library.parameters.get(name)
        if parameter is not None:
            current = 0
            for value in _judged_by(parameter):
                current |= situations.space.where(name, value)
            found &= current
    return found


def _judged_by(parameter: Parameter) -> set[Value]:
    """The values that a case may be judged by from now on: an incident may lie in the past, the rest does not."""
    days = [dated.valid_from for dated in parameter.values]
    today = clock.now().date()
    begun = [day for day in days if day <= today]
    first = min(days) if parameter.as_of == "incident" or not begun else max(begun)
    return {dated.value for dated in parameter.values if dated.valid_from >= first}
