"""Commands on what was recorded before: a fact that is corrected, an answer that was left out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType

from engine import access, clock
from engine.desk import requests
from engine.desk.commands import Answers, Commands
from engine.forms import problem
from engine.library import Form
from engine.model import CASE_SCOPE, CaseFile, Move, Outcome, Person, Refusal
from engine.moves.answer_later import answer_later
from engine.moves.correct_fact import correct_fact
from engine.questions.reader import Reader

NOTHING: Mapping[str, object] = MappingProxyType({})


class Corrections(Commands):
    """Both are for those who see what they change."""

    def correct_fact(
        self,
        person: Person,
        case_id: str,
        name: str,
        scope: str,
        seen: datetime,
        value: object,
        reason: str,
        command_id: str | None = None,
        also: Mapping[str, object] = NOTHING,
    ) -> Outcome:
        """Corrects a fact that the person sees and may correct; a reason is required. `seen` is the `recorded_at` of
        the fact as the person saw it: refused when another was recorded since, or when the value stands already.
        `also` are the answers that must be given along with this value (`FactView.form`)."""
        # not of `also`: what was said along is known when the same is sent again, and is asked no more
        fingerprint = requests.fingerprint("correct_fact", person.id, case_id, name, scope, value, reason)
        if earlier := self._earlier(command_id, fingerprint):
            return earlier
        found, reader = self._case(person, case_id, "fact.correct")
        flows = reader.flows
        self._correction_form(reader, found, name, scope)
        if not reason.strip():
            raise requests.invalid("reason", "required", "Say why it is corrected")

        def move(file: CaseFile) -> Move:
            form = self._correction_form(reader, file, name, scope)
            values, _ = self._answers(person, form, flows.library, {**also, name: value}, file)
            self._check_fact_seen(file, name, scope, seen)
            if self._fact(file, name, scope).value == values[name]:
                raise requests.wrong(problem(form, name, "unchanged", person.language))
            return correct_fact(
                flows.library,
                flows,
                file,
                name,
                scope,
                values,
                reason.strip(),
                person=person.id,
                now=clock.now(),
                command_id=command_id,
                fingerprint=fingerprint,
            )

        return self._kept_once(reader, case_id, command_id, fingerprint, move)

    def answer_later(
        self,
        person: Person,
        case_id: str,
        form_id: str,
        answers: Answers,
        command_id: str | None = None,
    ) -> Outcome:
        """Records answers that were left out when this form was filled in on the case (`left_out`). Refused when one of
        them was recorded meanwhile, by whom it says."""
        found, reader = self._case(person, case_id, access.ANSWER_LATER)
        flows = reader.flows
        whole = flows.library.forms.get(form_id) or self._theirs(reader, found, form_id).whole
        given = self._read(reader, found, whole, answers)
        fingerprint = requests.fingerprint("answer_later", person.id, case_id, form_id, given)
        if earlier := self._earlier(command_id, fingerprint):
            return earlier
        form = self._theirs(reader, found, form_id).form
        self._check_unanswered(reader, found, whole, given)
        self._check_asked(reader, whole, form, given)
        values, happened_at = self._answers(person, form, flows.library, given, found)
        if not values:
            first = next(iter(form.properties or whole.properties))
            raise requests.wrong(problem(whole, first, "one_needed", person.language))

        def move(file: CaseFile) -> Move:
            still = self._left_out(reader, file, form_id)  # which may have been closed meanwhile
            self._check_unanswered(reader, file, whole, values)
            self._check_asked(reader, whole, still.form, values)
            return answer_later(
                flows.library,
                flows,
                file,
                form_id,
                values,
                person=person.id,
                now=clock.now(),
                happened_at=happened_at,
                command_id=command_id,
                fingerprint=fingerprint,
            )

        return self._kept_once(reader, case_id, command_id, fingerprint, move)

    def _check_fact_seen(self, file: CaseFile, name: str, scope: str, seen: datetime) -> None:
        fact = self._fact(file, name, scope)
        if fact.recorded_at != seen:
            raise Refusal("fact_changed", "This fact changed since you read it", status=409, params=self._by(fact))

    def _read(self, reader: Reader, file: CaseFile, whole: Form, answers: Answers) -> Mapping[str, object]:
        """The answers, read by the whole form. Whether they are theirs to give comes before what is wrong with them."""
        if not callable(answers):
            return answers
        try:
            return answers(whole.only(*whole.properties, required=()))
        except Refusal:
            self._theirs(reader, file, whole.id)
            raise

    def _check_unanswered(self, reader: Reader, file: CaseFile, whole: Form, answers: Iterable[str]) -> None:
        """Raises Refusal when some of these answers, of those that the person sees, were recorded meanwhile."""
        groups, rules = reader.groups(file), reader.library.facts
        keys = [(name, CASE_SCOPE) for name in answers if name in whole.properties and rules[name].group in groups]
        stand = [file.facts[key] for key in keys if key in file.facts]
        if stand:
            params = self._said_by(stand, whole, reader)
            raise Refusal("answered_meanwhile", "A colleague has answered this meanwhile", status=409, params=params)

    def _check_asked(self, reader: Reader, whole: Form, form: Form, answers: Iterable[str]) -> None:
        """Raises Refusal when the form, as the case stands, does not ask some of these any more."""
        later = self._later_of(reader.library).facts & whole.properties.keys()
        gone = [name for name in answers if name in later and name not in form.properties]
        if gone:
            raise requests.wrong(*(problem(whole, name, "not_asked", reader.person.language) for name in gone))
