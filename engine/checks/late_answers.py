"""What may be answered later must change nothing, and tell nobody outside anything."""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.analysis.uses import names_read
from engine.checks.report import Finding, finding
from engine.library import FactRule, Library
from engine.model import CASE_SCOPE

CODE = "late-answers"


def check(library: Library) -> Iterator[Finding]:
    read, outside = names_read(library), _seen_outside(library)
    for fact in library.facts.values():
        why = _why_not(fact, read, outside) if fact.later else ""
        if why:
            message = f"{fact.id} may be answered later, but {why}. Take out `later`"
            yield finding(CODE, "error", message, fact.where, elements=(fact.id,))


def may_come_later(library: Library) -> frozenset[str]:
    """The facts that are marked, and of which nothing speaks against it."""
    read, outside = names_read(library), _seen_outside(library)
    marked = (fact for fact in library.facts.values() if fact.later)
    return frozenset(fact.id for fact in marked if not _why_not(fact, read, outside))


def _seen_outside(library: Library) -> dict[str, str]:
    """Group -> a role that sees it without belonging to every case: of some groups its sight depends on the case."""
    return {
        group: role.id for role in library.roles.values() if role.sees_when for group in (*role.sees, *role.sees_when)
    }


def _why_not(fact: FactRule, read: set[str], outside: dict[str, str]) -> str:
    if fact.id in read:
        return (
            "rules, tables, steps or limits read it, and no proof counts on an answer that comes at any time: what is "
            "learned late has a form of any time"
        )
    if fact.group in outside:
        return f"its group is seen by {outside[fact.group]}, who must learn nothing once consent has ended"
    if fact.scope != CASE_SCOPE:
        return f"it belongs to a {fact.scope}, and nobody could see to which"
    return "" if fact.correctable else "it cannot be corrected, so that a slip would stay"
