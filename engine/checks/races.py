"""A fact that decides something should not be asked by two people at once who do not know of each other."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations_with_replacement

from engine.checks.analysis.beside import How, together
from engine.checks.analysis.excluded import exclude_each_other
from engine.checks.analysis.occurrences import Occurrence, homes, occurrences
from engine.checks.analysis.uses import names_read
from engine.checks.report import Finding, finding
from engine.library import AGAIN, FactRule, Library
from engine.model import CASE_SCOPE

CODE = "races"

PLACES = 200
"""A question that stands at more places is not looked at: every two of them would have to be compared."""


def check(library: Library) -> Iterator[Finding]:
    read, asking = names_read(library), _asking(library)
    asked_by: dict[tuple[Occurrence, ...], list[FactRule]] = {}
    for fact in library.facts.values():
        if fact.id in read:
            asked_by.setdefault(asking.get(fact.id, ()), []).append(fact)
    for steps, facts in asked_by.items():
        for of_case in (True, False):
            listed = [fact.id for fact in facts if (fact.scope == CASE_SCOPE) == of_case]
            if listed:
                for in_block, at_once in _at_once(library, steps, of_case):
                    yield _race(library, in_block, at_once, listed)


def _at_once(library: Library, steps: tuple[Occurrence, ...], of_case: bool) -> Iterator[tuple[bool, tuple[str, ...]]]:
    """Those of the steps that may be open at the same time: in branches of one block, and otherwise."""
    pairs: dict[bool, set[str]] = {True: set(), False: set()}
    for one, other in combinations_with_replacement(steps, 2):
        how = _how(library, one, other, of_case)
        if how:
            pairs[how == "branches"] |= {one[-1], other[-1]}
    for in_block, found in pairs.items():
        if found:
            yield in_block, tuple(dict.fromkeys(step[-1] for step in steps if step[-1] in found))


def _asking(library: Library) -> dict[str, tuple[Occurrence, ...]]:
    """Fact -> the steps that ask it as if nobody had: a form that says why it asks again is meant to overwrite, and so
    are corrections and forms of any time. What tables decide follows the same facts wherever it is decided."""
    found: dict[str, list[Occurrence]] = {}
    for at, element in occurrences(library).items():
        form = library.forms.get(element.form or "")
        if form is not None:
            for name in form.properties:
                if f"{name}.{AGAIN}" not in form.texts.get("en", {}):
                    found.setdefault(name, []).append(at)
    return {name: tuple(steps) for name, steps in found.items() if len(steps) <= PLACES}


def _how(library: Library, one: Occurrence, other: Occurrence, of_case: bool) -> How:
    """How both may be open and mean the same fact: each visit has its own, unless it is one of the case."""
    how = together(library, one, other)
    if how == "processes" and not of_case or _is_same_run(library, one, other):
        return ""
    return "" if how and exclude_each_other(library, one, other) else how


def _is_same_run(library: Library, one: Occurrence, other: Occurrence) -> bool:
    """Whether two processes come to both steps by calling the same one. It is drawn for one run at a time; which of the
    processes exclude each other is more than is followed here."""
    called = [{homes(library)[step].key for step in at[1:]} - {at[0]} for at in (one, other)]
    return one[0] != other[0] and bool(called[0] & called[1])


def _race(library: Library, in_block: bool, steps: tuple[str, ...], facts: list[str]) -> Finding:
    listed, asked = ", ".join(steps), ", ".join(facts)
    if in_block:
        message = (
            f"{listed} stand in branches of one block and ask {asked}: two people may be asked at once, and of their "
            "answers the one given last counts, unseen by the other. Ask it in one branch, before the block, or as a "
            "fact of its own in each"
        )
    else:
        message = (
            f"{listed} may be open at the same time{_by_itself(steps)}, and ask {asked}: of two answers the one given "
            "last counts, unseen by whoever gave the other. If that is not meant, ask it in one place, or say on a "
            f"form why it asks again (the text {facts[0]}.{AGAIN})"
        )
    where = homes(library)[steps[0]].elements[steps[0]].where
    return finding(CODE, "warning" if in_block else "info", message, where, elements=(*steps, *facts))


def _by_itself(steps: tuple[str, ...]) -> str:
    return "" if len(steps) > 1 else " in several runs"
