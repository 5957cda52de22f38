"""A step that waits for something must be able to get it: what it waits for has to be possible at all."""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.analysis.situations import Situations
from engine.checks.analysis.space import TooLarge
from engine.checks.analysis.uses import performed
from engine.checks.never_set import written
from engine.checks.report import Finding, finding
from engine.expressions import And, Compare, Expression, Literal_, Name, Not, Truth, Unset, names
from engine.library import Library

CODE = "waits"


def check(library: Library) -> Iterator[Finding]:
    for diagram in library.pathway.diagrams.values():
        for element in diagram.elements.values():
            if element.condition is None or element.kind != "conditional":
                continue
            fixed = [item for name in sorted(names(element.condition)) for item in _never_changes(library, name)]
            try:
                situations = Situations(library, [element.condition, *fixed])
            except TooLarge:
                continue  # too many situations to say that none of them lets it go on
            if not situations.true(And((element.condition, *fixed))):
                waiting = ", ".join(sorted({name for item in fixed for name in names(item)})) or "its condition"
                message = (
                    f"{element.id} would wait for ever: nothing that can happen changes {waiting}. Let a step, form or "
                    "rule change it, or wait for a time"
                )
                yield finding(CODE, "warning", message, element.where)


def _never_changes(library: Library, name: str) -> Iterator[Expression]:
    """What stays true of a name for want of anything that could change it."""
    prefix, _, rest = name.partition(".")
    if prefix == "process" and rest in library.pathway.diagrams and rest not in _begun(library):
        yield Compare(Name(name), "==", Literal_("none"))
    if prefix == "act" and rest in library.acts and rest not in {item.act.act for item in performed(library)}:
        yield Not(Truth(Name(name)))
    if name in library.facts and name not in written(library):
        yield Unset(Name(name), negated=False)


def _begun(library: Library) -> set[str]:
    """The processes that run on their own: the main one and those that rules and schedules start."""
    started = {start.process for start in library.starts} | {item.process for item in library.schedules.values()}
    return started | library.pathway.named
