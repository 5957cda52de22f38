"""A wait must have an end in time: else nobody would ever be told that it lasts too long."""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.analysis.beside import together
from engine.checks.analysis.limits import is_limited
from engine.checks.analysis.occurrences import Occurrence, homes, occurrences
from engine.checks.report import Finding, finding
from engine.expressions import names
from engine.library import Element, Library

CODE = "endless-waits"


def check(library: Library) -> Iterator[Finding]:
    tasks: dict[str, dict[str, Element]] = {}
    answers: dict[str, tuple[Element, list[str]]] = {}
    for at, element in occurrences(library).items():
        if element.kind == "user" and not is_limited(library, at):
            tasks.setdefault(homes(library)[element.id].key, {})[element.id] = element
        if element.kind == "conditional" and not is_limited(library, at):
            unasked = _unasked(library, at, element)
            if unasked:
                answers[element.id] = element, unasked
    for process, waiting in tasks.items():
        yield _task(process, tuple(waiting.values()))
    for element, unasked in answers.values():
        yield _answer(element, unasked)


def _unasked(library: Library, at: Occurrence, element: Element) -> list[str]:
    """The facts that it waits for and that nobody has a task to ask meanwhile. What waits for an act, a process or a
    duty waits for the steps of others, and each of them is looked at by itself."""
    waited_for = names(element.condition) if element.condition is not None else frozenset()
    meanwhile = (step for other, step in occurrences(library).items() if together(library, at, other))
    forms = (library.forms.get(step.form or "") for step in meanwhile)
    asked = {name for form in forms if form is not None for name in form.properties}
    return sorted(waited_for & library.facts.keys() - asked)


def _task(process: str, waiting: tuple[Element, ...]) -> Finding:
    listed = ", ".join(element.id for element in waiting)
    message = (
        f"Nobody would ever be told that one of these steps of {process} still waits: {listed}. Say how long each may "
        "wait (care:due), let a timer at its border lead on, or say in a duty within which time it is done"
    )
    return finding(CODE, "info", message, waiting[0].where, elements=tuple(element.id for element in waiting))


def _answer(element: Element, unasked: list[str]) -> Finding:
    message = (
        f"Nobody would ever be told that {element.id} still waits for an answer, and nobody has a task to ask "
        f"{', '.join(unasked)} meanwhile. Let a timer run beside it, or a task that asks"
    )
    return finding(CODE, "info", message, element.where, elements=(element.id, *unasked))
