"""Whether the page of a form would be shown to a person now: the house itself asks, so nothing is told but that, and
nothing is noted."""

from __future__ import annotations

from contextlib import suppress

from engine.access import ANSWER_LATER
from engine.desk.base import DeskBase, may_correct, scope_at
from engine.model import CaseFile, Person, Refusal
from engine.questions.case_view import anytime
from engine.questions.reader import Reader


class Pages(DeskBase):
    """One question a kind of page."""

    def opens_task(self, person: Person, task_id: str) -> bool:
        """Of a task, be it done meanwhile: then its page shows what the person had written."""
        found = self.store.at_hand(task_id)
        if found is None:
            return False
        with suppress(Refusal):
            self._require_task(person, found)
            return True
        return False

    def opens_form(self, person: Person, case_id: str, anytime_id: str) -> bool:
        """Of a form that may be filled at any time on a case."""
        opened = self._opened(person, case_id, "case.read")
        return opened is not None and any(form.id == anytime_id for form in anytime(*opened))

    def opens_fact(self, person: Person, case_id: str, name: str, place: str) -> bool:
        """Of a fact to correct, by its place (`fact_at`)."""
        opened = self._opened(person, case_id, "fact.correct")
        if opened is None:
            return False
        reader, file = opened
        rule = reader.library.facts.get(name)
        return rule is not None and may_correct(reader, file, rule) and (name, scope_at(file, place)) in file.facts

    def opens_left_out(self, person: Person, case_id: str, form_id: str) -> bool:
        """Of what a form left out."""
        opened = self._opened(person, case_id, ANSWER_LATER)
        with suppress(Refusal):
            return opened is not None and bool(self._left_out(*opened, form_id))
        return False

    def _opened(self, person: Person, case_id: str, action: str) -> tuple[Reader, CaseFile] | None:
        with suppress(Refusal):
            file = self._file(case_id)
            reader = self._reader(person, file.case.edition)
            self._require_case(reader, file, action)
            return reader, file
        return None
