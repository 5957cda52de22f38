"""The questions of the Desk: each is answered as far as the person may see, and noted in the trail."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import datetime

from engine import access, clock
from engine.desk import requests
from engine.desk.base import DeskBase
from engine.library import Library
from engine.model import CASE_SCOPE, Case, Outcome, Person, Refusal, entry
from engine.questions.board import board
from engine.questions.case_view import DONE, case_view, lines
from engine.questions.task_view import identity, task_view
from engine.questions.work_list import next_task, work_list
from engine.store.contract import (
    CaseRow,
)
from engine.views import Board, CaseView, DoorView, DutyView, FactView, Line, TaskForm, TaskView, Told, WorkList

WHY = re.compile(r"[a-z_]{2,40}")


class Questions(DeskBase):
    """What people and integrators may ask."""

    def library(self, digest: str | None = None) -> Library:
        """An edition, for names and diagrams; the newest published unless named."""
        return self.editions.get(digest) if digest else self.editions.current()

    def doors(self, person: Person, centre: str) -> tuple[DoorView, ...]:
        """The doors by which this person may receive at the centre."""
        library = self.editions.current()
        roles = access.roles_that_may(library, person, centre, "case.open")
        found = [door for door in library.pathway.doors.values() if roles & door.roles]
        return tuple(DoorView(door.id, door.title, library.forms[door.form]) for door in found)

    def work_list(self, person: Person, role: str | None = None, seen: str | None = None, page: int = 1) -> WorkList:
        """What waits for the person. With `seen` (the etag drawn before) an unchanged list writes nothing."""
        reader = self._reader(person, self.editions.current().digest)
        listed = work_list(reader, role, page)
        if listed.etag != seen:
            count = str(len(listed.items))
            self._reads.note(
                [entry("cases.listed", reader.now, person.id, centre, count=count) for centre in person.centres]
            )
        return listed

    def task(self, person: Person, task_id: str) -> TaskView:
        at_hand = self._open_task(person, task_id)
        row = at_hand.row
        reader = self._reader(person, row.edition)
        self._reads.note(
            [entry("task.read", reader.now, person.id, row.centre, row.task.case_id, element=row.task.element)]
        )
        return task_view(reader, row, at_hand.file)

    def task_form(self, person: Person, task_id: str) -> TaskForm:
        """What a task of this person's asks, be it open or done. Nothing of the survivor is in it, so that nothing is
        noted."""
        row = self._at_hand(person, task_id).row
        form = self._flows_of(row.edition).library.forms[row.task.form]
        return TaskForm(row.task.case_id, row.case_code, form)

    def case(self, person: Person, case_id: str, kinds: Collection[str] = DONE, before: int | None = None) -> CaseView:
        """A case with the newest entries of these kinds in its timeline, or the newest before a number."""
        case, flows = self._case(person, case_id, "case.read")
        reader = self._reader(person, case.edition)
        file = self._file(case_id)
        groups = ", ".join(sorted(reader.groups(file)))
        self._reads.note([entry("case.read", reader.now, person.id, case.current_centre, case.id, groups=groups)])
        return case_view(reader, file, kinds, before)

    def identity(self, person: Person, case_id: str, why: str) -> tuple[Told, ...]:
        """Who the survivor is, shown only when asked for; `why` is a word for the trail (a-z and _)."""
        case, flows = self._case(person, case_id, "case.read")
        with self._noting_denied(person, case.current_centre, case.id, "identity.read"):
            if not any(flows.library.groups[id].apart for id in self._groups(person, case)):
                raise Refusal("not_yours", "Your role does not need to know who the survivor is", status=403)
        self._note_identity_read(person, case, why)
        return identity(self._reader(person, case.edition), self._file(case_id))

    def _note_identity_read(self, person: Person, case: Case, why: str) -> None:
        if not WHY.fullmatch(why):
            raise requests.invalid("why", "required", "Choose why you need to know")
        self.store.note([entry("identity.read", clock.now(), person.id, case.current_centre, case.id, why=why)])

    def find_case(self, person: Person, code: str) -> str:
        """The id of the case with this code at the person's centres; Refusal 404 otherwise."""
        found = self.store.case_by_code(person.centres, code.strip().upper())
        at = clock.now()
        self._reads.note(
            [
                entry("case.searched", at, person.id, centre, found.id if found else None, found=str(bool(found)))
                for centre in ([found.current_centre] if found else person.centres)
            ]
        )
        if found is None:
            raise access.not_found()
        return self._case(person, found.id, "case.read")[0].id

    def fact(self, person: Person, case_id: str, name: str, scope: str = CASE_SCOPE, why: str = "") -> FactView:
        """A fact with its history and a form to correct it. `why` (see `identity`) is required of a fact that tells
        who the survivor is."""
        case, flows = self._case(person, case_id, "fact.correct")
        form = self._correction_form(person, case, flows, name)
        if flows.library.is_apart(name):
            self._note_identity_read(person, case, why)
        self.store.note([entry("case.read", clock.now(), person.id, case.current_centre, case.id, groups=name)])
        history = [f for f in self.store.facts_history(case_id) if f.name == name and f.scope == scope]
        return FactView(name, scope, flows.library.facts[name].title, tuple(history), form)

    def duties(self, person: Person, case_id: str) -> tuple[DutyView, ...]:
        case, _ = self._case(person, case_id, "case.read")
        reader = self._reader(person, case.edition)
        self._reads.note([entry("case.read", reader.now, person.id, case.current_centre, case.id, groups="duties")])
        file = self._file(case_id)
        need = reader.need(file)
        return reader.duties(duty for duty in file.duties if need.duty(duty))

    def trail(self, person: Person, case_id: str, before_seq: int | None = None) -> tuple[Line, ...]:
        case, _ = self._case(person, case_id, "trail.read")
        reader = self._reader(person, case.edition)
        self.store.note([entry("trail.read", reader.now, person.id, case.current_centre, case.id)])
        return lines(reader, reader.need(self._file(case_id)), self.store.trail(case_id, before_seq=before_seq))

    def board(self, person: Person) -> Board:
        library = self.editions.current()
        centres = [c for c in person.centres if access.roles_that_may(library, person, c, "board.read")]
        if not centres:
            raise Refusal("not_yours", "The board is for coordinators", status=403)
        found = board(self._reader(person, library.digest), centres)
        self._reads.note(
            [entry("cases.listed", clock.now(), person.id, c, count=str(len(found.cases))) for c in centres]
        )
        return found

    def cases(self, person: Person, before: datetime | None = None) -> tuple[CaseRow, ...]:
        library = self.editions.current()
        centres = [c for c in person.centres if access.roles_that_may(library, person, c, "case.read")]
        rows = self.store.open_cases(centres, before=before) if centres else []
        self._reads.note([entry("cases.listed", clock.now(), person.id, c, count=str(len(rows))) for c in centres])
        return tuple(rows)

    def next_task(self, person: Person, after: Outcome) -> str | None:
        """What this person should do next: on the same case first, then the top of their list."""
        return next_task(self._reader(person, self.editions.current().digest), after.case_id)
