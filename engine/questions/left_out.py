"""What forms that were filled in on an open case left out, and may still be answered: facts that the content marks so.

Nothing reads them: a proof knows answers that are given at a step and facts that are corrected (docs/proof.md), and
what no rule, table, condition or clock reads changes nothing that was proved. And nobody from outside sees them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from engine import access
from engine.checks.late_answers import may_come_later, who_fills
from engine.forms import visible
from engine.library import Form, Library
from engine.model import CASE_SCOPE, CaseFile, Fact
from engine.questions.reader import Reader
from engine.questions.task_view import json_value, recorded
from engine.views import LeftOut


class MayComeLater:
    """Of one edition: the facts that may come later, and the roles that fill each form."""

    def __init__(self, library: Library) -> None:
        self.facts = may_come_later(library)
        self.roles: Mapping[str, frozenset[str]] = who_fills(library)


def left_out(reader: Reader, file: CaseFile, later: MayComeLater) -> Iterator[LeftOut]:
    """By form, what this person may still answer; a question that several forms ask once."""
    listed: set[str] = set()
    for form, names in _late(reader, file, later):
        new = [name for name in names if name not in listed]
        listed |= set(new)
        if new:
            yield _view(file, form, new)


def left_out_of(reader: Reader, file: CaseFile, later: MayComeLater, form_id: str) -> LeftOut | None:
    """What this person may still answer of one form, be it nothing; None when it is not theirs to answer."""
    for form, names in _late(reader, file, later):
        if form.id == form_id:
            return replace(_view(file, form, names), recorded=recorded(reader, file, form))
    return None


def _view(file: CaseFile, form: Form, names: Iterable[str]) -> LeftOut:
    title = {language: texts["title"] for language, texts in form.texts.items() if "title" in texts}
    return LeftOut(form.id, file.case.code, title, form.only(*names, required=()), form)


def _late(reader: Reader, file: CaseFile, later: MayComeLater) -> Iterator[tuple[Form, list[str]]]:
    """Only of forms that the person's role fills, and of which they see what was answered: that a form was filled in
    tells something, too."""
    if file.case.status != "open":
        return
    library = reader.library
    roles = access.roles_that_may(library, reader.person, file.case.current_centre, access.ANSWER_LATER)
    groups = reader.groups(file)
    for form in _filled(reader, file, groups):
        if not roles & later.roles[form.id]:
            continue
        keys = ((name, (name, CASE_SCOPE)) for name in form.properties)
        stands = {name: json_value(file.facts[key].value) for name, key in keys if key in file.facts}
        free = [name for name in visible(form, stands) if name in later.facts and name not in stands]
        yield form, [name for name in free if library.facts[name].group in groups]


def _filled(reader: Reader, file: CaseFile, groups: frozenset[str]) -> Iterator[Form]:
    """The forms that were filled in, as far as these groups tell of it. Of what was corrected, the history tells where
    it came from."""
    library = reader.library
    seen = [fact for fact in file.facts.values() if fact.scope == CASE_SCOPE and fact.name in library.facts]
    seen = [fact for fact in seen if library.facts[fact.name].group in groups]
    filled = {_form_of(library, fact) for fact in seen}
    corrected = {fact.key for fact in seen if fact.corrects}
    if corrected:
        history = reader.store.facts_history(file.case.id)
        filled |= {_form_of(library, fact) for fact in history if fact.key in corrected}
    yield from (form for form in library.forms.values() if form.id in filled)


def _form_of(library: Library, fact: Fact) -> str | None:
    """The form that an answer comes from; None for what was decided, corrected or set by a rule."""
    kind, _, id = fact.source.partition(":")
    if kind == "door":
        return library.pathway.doors[id].form if id in library.pathway.doors else None
    return id if kind == "form" else None
