"""What every command and question of the Desk starts from: the case, its edition, and whether it may be seen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Protocol

from engine import access, clock
from engine.desk.reads import Reads
from engine.entries import entry
from engine.expressions import Expression
from engine.flow import Flows
from engine.forms import label
from engine.library import FactRule, Form, Library
from engine.model import CASE_SCOPE, Case, CaseFile, Fact, Person, Refusal
from engine.prove.shadow import ShadowedFlows
from engine.questions.asking import asking
from engine.questions.awake import Rota
from engine.questions.blocked import blocked
from engine.questions.left_out import MayComeLater, left_out_of
from engine.questions.purpose import Purpose
from engine.questions.reader import Reader
from engine.questions.task_view import task_view
from engine.questions.visits import hidden
from engine.store.contract import Store
from engine.store.records import AtHand
from engine.views import LeftOut, TaskView


class Editions(Protocol):
    """The published content, by digest."""

    def current(self) -> Library: ...
    def get(self, digest: str) -> Library: ...
    def told(self, newest: str, now: datetime) -> None: ...


class DeskBase:
    """Holds the store, the editions, and each edition compiled once."""

    def __init__(self, store: Store, editions: Editions) -> None:
        self.store = store
        self.editions = editions
        self._reads = Reads(store)
        self._flows: dict[str, Flows] = {}
        self._purposes: dict[str, Purpose] = {}
        self._later: dict[str, MayComeLater] = {}

    def _flows_of(self, digest: str) -> Flows:
        found = self._flows.get(digest)
        if found is None:
            found = self._flows[digest] = ShadowedFlows(self.editions.get(digest))
        return found

    def _reader(self, person: Person, digest: str) -> Reader:
        now = clock.now()
        rota = Rota(self.store, person.centres, now)
        purpose = self._purpose_of(self.editions.current())
        return Reader(self.store, self._flows_of, self._flows_of(digest), person, now, rota, purpose)

    def _purpose_of(self, library: Library) -> Purpose:
        return self._purposes.setdefault(library.digest, Purpose(library))

    def _later_of(self, library: Library) -> MayComeLater:
        found = self._later.get(library.digest)
        if found is None:
            found = self._later[library.digest] = MayComeLater(library)
        return found

    def _file(self, case_id: str) -> CaseFile:
        file = self.store.read_file(case_id)
        if file is None:
            raise access.not_found()
        return file

    def _case(self, person: Person, case_id: str, action: str) -> tuple[CaseFile, Reader]:
        """The case, if the person may do this to it. To those who would be shown nothing of it, and at other centres,
        it is as if it were not there."""
        return self._admitted(person, self.store.read_file(case_id), action)

    def _admitted(self, person: Person, file: CaseFile | None, action: str) -> tuple[CaseFile, Reader]:
        """The same of a case that was read already, or is not there."""
        if file is None:
            raise access.not_found()
        case = file.case
        reader = self._reader(person, case.edition)
        with self._noting_denied(person, case.current_centre, case.id, action):
            self._require_case(reader, file, action)
        return file, reader

    def _require_case(self, reader: Reader, file: CaseFile, action: str) -> None:
        if not reader.need(file).opens(file):
            raise access.not_found()
        access.require(reader.library, reader.person, file.case.current_centre, action)

    def _at_hand(self, person: Person, task_id: str, command_id: str | None = None) -> AtHand:
        """The task, open or not, with its case, for those whose it is. Raises Refusal for all others."""
        found = self.store.at_hand(task_id, command_id)
        if found is None:
            raise access.not_found()
        row = found.row
        with self._noting_denied(person, row.centre, row.task.case_id, "task.work"):
            self._require_task(person, found)
        return found

    def _require_task(self, person: Person, found: AtHand) -> None:
        """Raises Refusal unless the task is theirs. Whose it is, only those learn who may open the case: to others the
        task is as little there as the case."""
        row = found.row
        try:
            access.require_task(self._flows_of(row.edition).library, person, row.task, row.centre)
        except Refusal:
            if not self._reader(person, row.edition).need(found.file).opens(found.file):
                raise access.not_found() from None
            raise

    def _open_task(self, person: Person, task_id: str) -> AtHand:
        """The open task. Whose it is comes first: only they learn that it is no longer open, and who closed it."""
        found = self._at_hand(person, task_id)
        if found.closed is not None:
            raise self._gone(found.closed)
        return found

    def _task_view(self, person: Person, at_hand: AtHand) -> TaskView:
        return task_view(self._reader(person, at_hand.row.edition), at_hand.row, at_hand.file)

    @contextmanager
    def _noting_denied(self, person: Person, centre: str, case_id: str, action: str) -> Iterator[None]:
        """Who reaches for what is not theirs leaves a trace at the centre whose case it is."""
        try:
            yield
        except Refusal:
            self._reads.note([entry("denied", clock.now(), person.id, centre, case_id, action=action)])
            raise

    @contextmanager
    def _noting_refused(self, person: Person, case: Case, action: str) -> Iterator[None]:
        """What a duty forbids is noted with the case, and refused."""
        try:
            yield
        except Refusal as refusal:
            if refusal.duties:
                at = clock.now()
                noted = entry("refused", at, person.id, case.current_centre, case.id, action=action, code=refusal.code)
                self.store.note([noted])
            raise

    @contextmanager
    def _saying_why_not(
        self, reader: Reader, file: CaseFile, requires: Expression | None, scope: str = CASE_SCOPE
    ) -> Iterator[None]:
        """What must come about first is said to those whose step or form is not possible now."""
        try:
            yield
        except Refusal as refusal:
            why = blocked(reader, file, requires, reader.need(file), scope) if refusal.code == "requires" else None
            if why is None:
                raise
            message = f"{refusal.message}. It is possible once {why.sentence['en']}"
            params = {"what": why.sentence.get(reader.person.language) or why.sentence["en"]}
            raise Refusal(refusal.code, message, status=refusal.status, params=params) from refusal

    def _gone(self, closed: tuple[str, str, datetime]) -> Refusal:
        by, how, at = closed
        params = {"by": self._name_of(by), "how": how, "at": at.isoformat()}
        return Refusal("task_gone", "This task is no longer open", status=409, params=params)

    def _name_of(self, person_id: str) -> str:
        account = self.store.account(id=person_id)
        return account.name if account else person_id

    def _by(self, fact: Fact) -> dict[str, str]:
        """Who recorded a fact, and when, for a sentence."""
        return {"by": self._name_of(fact.person), "at": fact.recorded_at.isoformat()}

    def _said_by(self, facts: Sequence[Fact], form: Form, reader: Reader) -> dict[str, str]:
        """The same of the newest of several, and what they are called: as the form asks it, if it does."""
        language, rules = reader.person.language, reader.library.facts
        called = [
            label(form, fact.name, language) if fact.name in form.properties else rules[fact.name].title[language]
            for fact in facts
        ]
        return {"questions": ", ".join(called), **self._by(max(facts, key=lambda fact: fact.recorded_at))}

    def _fact(self, file: CaseFile, name: str, scope: str) -> Fact:
        """The fact as it stands; Refusal when it was never recorded in this scope."""
        fact = file.facts.get((name, scope))
        if fact is None:
            raise access.not_found()
        return fact

    def _correction_form(self, reader: Reader, file: CaseFile, name: str, scope: str) -> Form:
        """Asks one fact anew; Refusal when the person may not correct it. What a visit recorded is as little there as
        the visit, for those who may not know of it."""
        rule = reader.library.facts.get(name)
        asks = asking(reader.library, reader.sight(file, scope), file, name, scope)
        if rule is None or asks is None or scope in hidden(file, reader.need(file)):
            raise access.not_found()
        with self._noting_denied(reader.person, file.case.current_centre, file.case.id, "fact.correct"):
            if not may_correct(reader, file, rule):
                raise Refusal("not_yours", "This cannot be corrected by your role", status=403)
        return asks

    def _left_out(self, reader: Reader, file: CaseFile, form_id: str) -> LeftOut:
        """What this form left out, be it nothing any more; Refusal when it is not this person's to answer."""
        late = left_out_of(reader, file, self._later_of(reader.library), form_id)
        if late is None:
            raise access.not_found()
        return late

    def _theirs(self, reader: Reader, file: CaseFile, form_id: str) -> LeftOut:
        """The same, for those who ask for it: who reaches for what is not theirs leaves a trace."""
        with self._noting_denied(reader.person, file.case.current_centre, file.case.id, access.ANSWER_LATER):
            return self._left_out(reader, file, form_id)


def may_correct(reader: Reader, file: CaseFile, rule: FactRule) -> bool:
    """Whether the fact may be corrected at all, and tells what the person sees of this case."""
    return rule.correctable and rule.group in reader.groups(file)


def scope_at(file: CaseFile, place: str) -> str:
    """Of what stands at a place of the case: the case itself, or one of its processes by its id, for the scope of a
    visit says which visit it is, and an address is kept by browsers. What is no place has no facts."""
    scopes = {CASE_SCOPE: CASE_SCOPE, **{process.id: process.scope for process in file.processes}}
    return scopes.get(place, "")
