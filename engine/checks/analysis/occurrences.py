"""Every step where it stands in a running process: in a called process it stands once for each step that calls it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice

from engine.checks.analysis.once import once
from engine.library import Diagram, Element, Library
from engine.model import CASE_SCOPE

Occurrence = tuple[str, ...]
"""The process that runs, then the calls and sub-processes around the step, the outermost first, then the step."""

LIMIT = 10_000
"""Steps that stand at more places are not followed: processes that call others twice double them each time."""


@once
def occurrences(library: Library) -> Mapping[Occurrence, Element]:
    """In the order of the manifest and the files; none where calls of calls make them more than LIMIT."""
    diagrams, begun = library.pathway.diagrams, begun_processes(library)
    every = (
        found
        for key, diagram in diagrams.items()
        if key in begun
        for found in _inside(library, diagram, (key,), frozenset({key}))
    )
    found = dict(islice(every, LIMIT + 1))
    return found if len(found) <= LIMIT else {}


@once
def homes(library: Library) -> Mapping[str, Diagram]:
    """Step -> the diagram that it is drawn in."""
    diagrams = library.pathway.diagrams.values()
    return {element: diagram for diagram in diagrams for element in diagram.elements}


def doing(library: Library, act: str | None) -> tuple[Occurrence, ...]:
    """Where an act is done."""
    return _doing(library).get(act or "", ())


@once
def _doing(library: Library) -> Mapping[str, tuple[Occurrence, ...]]:
    found: dict[str, tuple[Occurrence, ...]] = {}
    for at, element in occurrences(library).items():
        for act in {done.act for done in element.acts}:
            found[act] = (*found.get(act, ()), at)
    return found


def starts_inside(library: Library, around: Occurrence) -> tuple[Occurrence, ...]:
    """Where the inside of a call or sub-process begins; of a process, when it is named alone."""
    return _starts(library).get(around, ())


@once
def _starts(library: Library) -> Mapping[Occurrence, tuple[Occurrence, ...]]:
    found: dict[Occurrence, tuple[Occurrence, ...]] = {}
    for at, element in occurrences(library).items():
        if element.kind == "start":
            found[at[:-1]] = (*found.get(at[:-1], ()), at)
    return found


def begun_processes(library: Library) -> frozenset[str]:
    """The processes that run on their own: those that the engine itself, rules and schedules start."""
    started = {start.process for start in library.starts} | {item.process for item in library.schedules.values()}
    return frozenset(started | library.pathway.named)


def several(library: Library, process: str) -> bool:
    """Whether several of this process may run in one case at the same time."""
    return process in _several(library)


@once
def _several(library: Library) -> frozenset[str | None]:
    visits = {schedule.process for schedule in library.schedules.values()}
    scoped = {start.process for start in library.starts if start.scope != CASE_SCOPE}
    return frozenset(visits | scoped | {library.pathway.review})


def _inside(
    library: Library, diagram: Diagram, around: Occurrence, calling: frozenset[str]
) -> Iterator[tuple[Occurrence, Element]]:
    for element in diagram.elements.values():
        at = (*around, *_parents(diagram, element), element.id)
        yield at, element
        called = library.pathway.diagrams.get(element.called or "")
        if called is not None and called.key not in calling:
            yield from _inside(library, called, at, calling | {called.key})


def _parents(diagram: Diagram, element: Element) -> Occurrence:
    parent = diagram.elements.get(element.parent)
    return () if parent is None else (*_parents(diagram, parent), parent.id)
