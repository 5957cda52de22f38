"""What a step reads must be known by then: an unanswered question leaves the case stuck at the gateway."""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.analysis.assigned import Assigned, assigned
from engine.checks.analysis.guards import splits
from engine.checks.analysis.situations import Situations, with_derived
from engine.checks.analysis.space import TooLarge
from engine.checks.report import Finding, Witness, finding
from engine.expressions import Expression, names
from engine.library import Element, Library, Where

CODE = "definite-assignment"


def check(library: Library) -> Iterator[Finding]:
    facts = assigned(library)
    for split in splits(library):
        for flow, guard in split.guarded:
            asked = [guard, *(other for _, other in split.guarded if other is not guard)]
            yield from _unknown(facts, split.gateway, split.situations, asked, flow.where, f"the guard {flow.id}")
    for diagram in library.pathway.diagrams.values():
        for element in diagram.elements.values():
            if element.requires is not None:
                asked = [element.requires]
                situations = _situations(facts, element, asked)
                yield from _unknown(facts, element, situations, asked, element.where, "the precondition")
            if element.timer_kind == "date" and element.timer is not None:
                name = element.timer
                if name not in with_derived(library, facts.known(element.id)):
                    yield _finding(facts, element, element.where, "the timer", name, {name: None})


def _situations(facts: Assigned, element: Element, asked: list[Expression]) -> Situations | None:
    try:
        return Situations(facts.library, asked, facts.known(element.id))
    except TooLarge:
        return None


def _unknown(
    facts: Assigned,
    element: Element,
    situations: Situations | None,
    asked: list[Expression],
    where: Where,
    reader: str,
) -> Iterator[Finding]:
    """What is not known of the first that is asked does no harm where another is true: that way is taken."""
    if situations is None:
        return  # guards-complete says so
    read, *others = asked
    unknown = situations.unknown(read)
    for other in others:
        unknown &= ~situations.true(other)
    if not unknown:
        return
    witness = situations.witness(unknown, *asked)
    unset = sorted(name for name in names(read) if name in witness and witness[name] is None)
    if unset:
        yield _finding(facts, element, where, reader, unset[0], witness)


def _finding(facts: Assigned, element: Element, where: Where, reader: str, name: str, witness: Witness) -> Finding:
    message = (
        f"{name} may not be set when {element.id} is reached, but {reader} reads it. Ask for it on every way that "
        f"leads here, or test `{name} is unset` first"
    )
    path = facts.way_without(element.id, name)
    return finding(CODE, "error", message, where, elements=(element.id, name), path=path, witness=witness)
