"""Commands on what was recorded before: a fact that is corrected, an answer that was left out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from engine import access, clock
from engine.desk import requests
from engine.desk.base import scope_at
from engine.desk.commands import Answers, Commands
from engine.forms import problem
from engine.library import Form
from engine.model import CASE_SCOPE, CaseFile, Move, Outcome, Person, Refusal
from engine.moves.answer_later import answer_later
from engine.moves.correct_fact import correct_fact
from engine.questions.reader import Reader

NOTHING: Mapping[str, object] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Correction:
    """What somebody sends to correct a fact."""

    seen: datetime
    """The `recorded_at` of the fact as they saw it."""
    answers: Mapping[str, object]
    """The right value by the name of the fact, and what must be said along with it."""
    reason: str


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
        sent = Correction(seen, {**also, name: value}, reason)

        def move() -> Move | Outcome:
            found = self.store.case_at_hand(case_id, command_id)
            if found.earlier is not None:
                return found.earlier(_fingerprint(person, case_id, name, scope, sent))
            file, reader = self._admitted(person, found.file, "fact.correct")
            form = self._correction_form(reader, file, name, scope)
            return self._corrected(reader, file, form, name, scope, sent, command_id)

        return self._kept(move)

    def correct_fact_at(
        self,
        person: Person,
        case_id: str,
        name: str,
        place: str,
        read: Callable[[Form], Correction],
        command_id: str | None = None,
        why: str = "",
    ) -> Outcome:
        """The same by a place that can stand in an address (`fact_at`, also of `why`), of what is read once the form is
        known (it may raise Refusal)."""

        def move() -> Move | Outcome:
            found = self.store.case_at_hand(case_id, command_id)
            file, reader = self._admitted(person, found.file, "fact.correct")
            scope = scope_at(file, place)
            form = self._correction_form(reader, file, name, scope)
            self._fact(file, name, scope)
            if reader.library.is_apart(name):
                requests.need_to_know(why)
            sent = read(form)
            if found.earlier is not None:
                return found.earlier(_fingerprint(person, case_id, name, scope, sent))
            return self._corrected(reader, file, form, name, scope, sent, command_id)

        return self._kept(move)

    def _corrected(
        self,
        reader: Reader,
        file: CaseFile,
        form: Form,
        name: str,
        scope: str,
        sent: Correction,
        command_id: str | None,
    ) -> Move:
        person, flows = reader.person, reader.flows
        if not sent.reason.strip():
            raise requests.invalid("reason", "required", "Say why it is corrected")
        values, _ = self._answers(person, form, flows.library, sent.answers, file)
        self._check_fact_seen(file, name, scope, sent.seen)
        if self._fact(file, name, scope).value == values[name]:
            raise requests.wrong(problem(form, name, "unchanged", person.language))
        corrected = correct_fact(
            flows.library,
            flows,
            file,
            name,
            scope,
            values,
            sent.reason.strip(),
            person=person.id,
            now=clock.now(),
            command_id=command_id,
            fingerprint=_fingerprint(person, file.case.id, name, scope, sent),
        )
        return reader.need(file).move(corrected)

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

        def move() -> Move | Outcome:
            found = self.store.case_at_hand(case_id, command_id)
            file, reader = self._admitted(person, found.file, access.ANSWER_LATER)
            flows = reader.flows
            whole = flows.library.forms.get(form_id) or self._theirs(reader, file, form_id).whole
            given = self._read(reader, file, whole, answers)
            fingerprint = requests.fingerprint("answer_later", person.id, case_id, form_id, given)
            if found.earlier is not None:
                return found.earlier(fingerprint)
            form = self._theirs(reader, file, form_id).form
            self._check_unanswered(reader, file, whole, given)
            self._check_asked(reader, whole, form, given)
            values, happened_at = self._answers(person, form, flows.library, given, file)
            requests.check_answered(form if form.properties else whole, values, person.language)
            answered = answer_later(
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
            return reader.need(file).move(answered)

        return self._kept(move)

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


def _fingerprint(person: Person, case_id: str, name: str, scope: str, sent: Correction) -> str:
    """Not of what is said along: that is known when the same is sent again, and is asked no more."""
    value = sent.answers.get(name)
    return requests.fingerprint("correct_fact", person.id, case_id, name, scope, value, sent.reason)
