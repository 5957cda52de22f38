"""What every command and question of the Desk starts from: the case, its edition, and whether it may be seen."""

from __future__ import annotations

from typing import Protocol

from engine import access, clock
from engine.flow import Flows
from engine.library import Form, Library
from engine.model import Case, CaseFile, Person, Refusal
from engine.questions.reader import Reader
from engine.store.contract import Store, TaskRow


class Editions(Protocol):
    """The published content, by digest."""

    def current(self) -> Library: ...
    def get(self, digest: str) -> Library: ...


class DeskBase:
    """Holds the store, the editions, and each edition compiled once."""

    def __init__(self, store: Store, editions: Editions) -> None:
        self.store = store
        self.editions = editions
        self._flows: dict[str, Flows] = {}

    def _flows_of(self, digest: str) -> Flows:
        found = self._flows.get(digest)
        if found is None:
            found = self._flows[digest] = Flows(self.editions.get(digest))
        return found

    def _reader(self, person: Person, digest: str) -> Reader:
        return Reader(self.store, self._flows_of, self._flows_of(digest), person, clock.now())

    def _file(self, case_id: str) -> CaseFile:
        file = self.store.read_file(case_id)
        if file is None:
            raise access.not_found()
        return file

    def _case(self, person: Person, case_id: str, action: str) -> tuple[Case, Flows]:
        case = self.store.case(case_id)
        if case is None:
            raise access.not_found()
        flows = self._flows_of(case.edition)
        return access.require_case(flows.library, person, case, action), flows

    def _task_row(self, person: Person, task_id: str) -> TaskRow:
        row = self.store.task(task_id)
        if row is None:
            raise self._gone(task_id)
        access.require_task(self._flows_of(row.edition).library, person, row.task, row.centre)
        return row

    def _gone(self, task_id: str) -> Refusal:
        closed = self.store.closed_task(task_id)
        if closed is None:
            return access.not_found()
        by, how, at = closed
        account = self.store.account(id=by)
        params = {"by": account.name if account else by, "how": how, "at": at.isoformat()}
        return Refusal("task_gone", "This task is no longer open", status=409, params=params)

    def _correction_form(self, person: Person, case: Case, flows: Flows, name: str) -> Form:
        rule = flows.library.facts.get(name)
        asks = next((form for form in flows.library.forms.values() if name in form.properties), None)
        if rule is None or asks is None:
            raise access.not_found()
        if not rule.correctable or rule.group not in access.groups_seen(flows.library, person, case.current_centre):
            raise Refusal("not_yours", "This cannot be corrected by your role", status=403)
        return asks.only(name)
