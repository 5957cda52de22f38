"""What forms that were filled in on an open case left out, and may still be answered: facts that the content marks so.

Nothing reads them: a proof knows answers that are given at a step and facts that are corrected (docs/proof.md), and
what no rule, table, condition or clock reads changes nothing that was proved."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from engine import access
from engine.checks.analysis.uses import names_read
from engine.forms import visible
from engine.library import FactRule, Form, Library
from engine.model import CASE_SCOPE, CaseFile, Fact, FactKey
from engine.questions.reader import Reader
from engine.questions.task_view import json_value
from engine.views import LeftOut


class MayComeLater:
    """Of one edition: the facts that may come later, and the roles that fill each form."""

    def __init__(self, library: Library) -> None:
        self.facts = {fact.id for fact in library.facts.values() if fact.later} - names_read(library)
        self.roles: Mapping[str, frozenset[str]] = _who_fills(library)


def left_out(reader: Reader, file: CaseFile, later: MayComeLater) -> Iterator[LeftOut]:
    """By form and scope, what this person may still answer; a question that several forms ask once."""
    listed: set[FactKey] = set()
    for form, scope, names in _late(reader, file, later):
        new = [name for name in names if (name, scope) not in listed]
        listed |= {(name, scope) for name in new}
        if new:
            yield _view(form, scope, new)


def left_out_of(reader: Reader, file: CaseFile, later: MayComeLater, form_id: str, scope: str) -> LeftOut | None:
    """What this person may still answer of one form, be it nothing; None when it is not theirs to answer."""
    for form, where, names in _late(reader, file, later):
        if (form.id, where) == (form_id, scope):
            return _view(form, where, names)
    return None


def _view(form: Form, scope: str, names: Iterable[str]) -> LeftOut:
    title = {language: texts["title"] for language, texts in form.texts.items() if "title" in texts}
    return LeftOut(form.id, scope, title, form.only(*names, required=()), form)


def _late(reader: Reader, file: CaseFile, later: MayComeLater) -> Iterator[tuple[Form, str, list[str]]]:
    """Only of forms that the person's role fills, and of which they see what was answered: that a form was filled in
    tells something, too."""
    if file.case.status != "open":
        return
    library, centre = reader.library, file.case.current_centre
    roles = access.roles_that_may(library, reader.person, centre, "facts.record")
    groups = reader.groups(file)
    for form, scope in _filled(library, file, groups):
        if not roles & later.roles[form.id]:
            continue
        stands = {name: file.facts[name, scope] for name in form.properties if (name, scope) in file.facts}
        asked = visible(form, {name: json_value(fact.value) for name, fact in stands.items()})
        names = [name for name in asked if name in later.facts and name not in stands]
        yield form, scope, [name for name in names if _offered(library.facts[name], scope, groups)]


def _who_fills(library: Library) -> Mapping[str, frozenset[str]]:
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


def _offered(rule: FactRule, scope: str, groups: frozenset[str]) -> bool:
    return rule.correctable and rule.group in groups and (rule.scope == CASE_SCOPE) == (scope == CASE_SCOPE)


def _filled(library: Library, file: CaseFile, groups: frozenset[str]) -> Iterator[tuple[Form, str]]:
    """The forms that were filled in, with the scope of what was answered, as far as these groups tell of it."""
    filled = {
        (_form_of(library, fact), fact.scope)
        for fact in file.facts.values()
        if fact.name in library.facts and library.facts[fact.name].group in groups
    }
    for form in library.forms.values():
        for scope in sorted(scope for id, scope in filled if id == form.id):
            yield form, scope


def _form_of(library: Library, fact: Fact) -> str | None:
    """The form that an answer comes from; None for what was decided, corrected or set by a rule."""
    kind, _, id = fact.source.partition(":")
    if kind == "door":
        return library.pathway.doors[id].form if id in library.pathway.doors else None
    return id if kind == "form" else None
