"""What may be answered later must change nothing, and tell nobody outside anything."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from engine.access import ANSWER_LATER
from engine.checks.analysis.repeated import repeated
from engine.checks.analysis.uses import names_read
from engine.checks.report import Finding, finding
from engine.library import FactRule, Library
from engine.model import CASE_SCOPE

CODE = "late-answers"
OFTEN = (
    "form {form}, which asks it, may be filled in more than once in a case, and nobody could see to which time an "
    "answer belongs: what comes late is added when it is asked the next time, or in a form of any time"
)
UNUSABLE = (
    "nobody could do so: of those who fill a form that asks it, and do tasks, none sees its group and something else "
    "that the form asks"
)


def check(library: Library) -> Iterator[Finding]:
    refused = _refused(library)
    for fact in library.facts.values():
        if why := refused.get(fact.id):
            message = f"{fact.id} may be answered later, but {why}. Take out `later`"
            yield finding(CODE, "error", message, fact.where, elements=(fact.id,))


def may_come_later(library: Library) -> frozenset[str]:
    """The facts that are marked, and of which nothing speaks against it."""
    refused = _refused(library)
    return frozenset(fact.id for fact in library.facts.values() if fact.later and fact.id not in refused)


def who_fills(library: Library) -> Mapping[str, frozenset[str]]:
    """Form -> the roles that fill it: in their lane, at a door, or at any time."""
    pathway = library.pathway
    found: dict[str, set[str]] = defaultdict(set)
    for diagram in pathway.diagrams.values():
        for element in diagram.elements.values():
            if element.form is not None:
                found[element.form].add(pathway.lanes.get(element.lane, ""))
    for door in pathway.doors.values():
        found[door.form] |= door.roles
    for anytime in pathway.anytime.values():
        found[anytime.form] |= anytime.roles
    return {form: frozenset(found[form]) for form in library.forms}


def _refused(library: Library) -> dict[str, str]:
    """Marked fact -> why it may not be marked."""
    read, outside, usable, often = names_read(library), _seen_outside(library), _usable(library), _often(library)
    reasons = {fact.id: _why_not(fact, read, outside, usable) for fact in library.facts.values() if fact.later}
    return {name: why or often[name] for name, why in reasons.items() if why or name in often}


def _often(library: Library) -> dict[str, str]:
    """Fact -> why nobody could see to which of several times an answer to it belongs."""
    steps = repeated(library)
    elements = [element for diagram in library.pathway.diagrams.values() for element in diagram.elements.values()]
    asking = {element.form for element in elements if element.id in steps}
    asking |= {anytime.form for anytime in library.pathway.anytime.values()}
    forms = [form for form in library.forms.values() if form.id in asking]
    return {name: OFTEN.format(form=form.id) for form in forms for name in form.properties}


def _usable(library: Library) -> set[str]:
    """The facts that somebody could answer later: who fills a form that asks it, may do so, and sees both its group and
    something else of what the form was told."""
    fills, found = who_fills(library), set()
    for form in library.forms.values():
        asked = [library.facts[name] for name in form.properties if name in library.facts]
        for role in (library.roles[id] for id in fills[form.id] if id in library.roles):
            seen = {fact.id for fact in asked if fact.scope == CASE_SCOPE and fact.group in role.sees}
            if ANSWER_LATER in role.may and len(seen) > 1:
                found |= seen
    return found


def _seen_outside(library: Library) -> dict[str, str]:
    """Group -> a role that sees it without belonging to every case: of some groups its sight depends on the case."""
    return {
        group: role.id for role in library.roles.values() if role.sees_when for group in (*role.sees, *role.sees_when)
    }


def _why_not(fact: FactRule, read: set[str], outside: dict[str, str], usable: set[str]) -> str:
    if fact.id in read:
        return (
            "rules, tables, steps or limits read it, and no proof counts on an answer that comes at any time: what is "
            "learned late has a form of any time"
        )
    if fact.group in outside:
        return f"its group is seen by {outside[fact.group]}, who must learn nothing once consent has ended"
    if fact.scope != CASE_SCOPE:
        return f"it belongs to a {fact.scope}, and nobody could see to which"
    if not fact.correctable:
        return "it cannot be corrected, so that a slip would stay"
    return "" if fact.id in usable else UNUSABLE
