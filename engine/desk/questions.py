"""The questions of the Desk: each is answered as far as the person may see, and noted in the trail."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from engine import access, clock
from engine.desk import requests
from engine.desk.base import DeskBase, scope_at
from engine.desk.codes import read_code
from engine.entries import Entry, entry
from engine.library import Library
from engine.model import CASE_SCOPE, Case, CaseFile, Outcome, Person, Refusal
from engine.prove.record import RecordError, read_record
from engine.questions.board import board
from engine.questions.case_view import DONE, anytime_form, case_view, identity_view, lines, lines_of
from engine.questions.duties import duties_of
from engine.questions.meanwhile import half_filled, meanwhile
from engine.questions.pages import page_of_cases, page_of_tasks
from engine.questions.reader import Reader
from engine.questions.said import said_duties
from engine.questions.task_view import identity, recorded
from engine.questions.work_list import next_task, work_list
from engine.store.records import CaseKey, TaskKey
from engine.views import (
    AnytimeForm,
    Board,
    CaseItem,
    CaseView,
    DoorView,
    DutyView,
    FactView,
    IdentityView,
    Left,
    LeftOut,
    Line,
    Meanwhile,
    Page,
    SaidDuties,
    TaskForm,
    TaskItem,
    TaskView,
    Told,
    WorkList,
)

MOST = 100
"""Rows of a page, unless fewer are asked for."""


def never(_: object) -> bool:
    """Whoever asks has nothing yet that an answer could be the same as."""
    return False


def _looked(reader: Reader, case: Case, groups: Iterable[str]) -> Entry:
    """That somebody looked at a case: at which groups of it, never at which facts."""
    return entry(
        "case.read", reader.now, reader.person.id, case.current_centre, case.id, groups=", ".join(sorted(groups))
    )


def _identity_read(person: Person, case: Case, why: str) -> Entry:
    """That somebody read who the survivor is. Raises Refusal without a word for why."""
    requests.need_to_know(why)
    return entry("identity.read", clock.now(), person.id, case.current_centre, case.id, why=why)


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

    def centre_of(self, person: Person, id: str) -> str | None:
        """Where the case of this id, or of the task of this id, is now; None unless the person works there. It tells
        nothing of the case, and is not noted."""
        centre = self.store.centre_of(id)
        return centre if centre in person.centres else None

    def work_list(self, person: Person, role: str | None = None, seen: str | None = None, page: int = 1) -> WorkList:
        """What waits for the person. With `seen` (the etag drawn before) an unchanged list writes nothing."""
        reader = self._reader(person, self.editions.current().digest)
        listed = work_list(reader, role, page)
        if listed.etag != seen:
            self._note_listed(person, person.centres, len(listed.items))
        return listed

    def tasks(
        self,
        person: Person,
        role: str | None = None,
        after: TaskKey | None = None,
        limit: int = MOST,
        unchanged: Callable[[Page[TaskItem, TaskKey]], bool] = never,
    ) -> Page[TaskItem, TaskKey]:
        """A page of the open tasks of the person's roles, most urgent first. When `unchanged` says that the person has
        it already, nothing is written."""
        reader = self._reader(person, self.editions.current().digest)
        page = page_of_tasks(reader, role, after, limit)
        if not unchanged(page):
            self._note_listed(person, person.centres, len(page.items))
        return page

    def task(self, person: Person, task_id: str, unchanged: Callable[[TaskView], bool] = never) -> TaskView:
        """A task with its form. When `unchanged` says that the person has it already, nothing is written."""
        at_hand = self._open_task(person, task_id)
        view = self._task_view(person, at_hand)
        if not unchanged(view):
            centre, task = at_hand.row.centre, at_hand.row.task
            self._reads.note([entry("task.read", clock.now(), person.id, centre, task.case_id, element=task.element)])
        return view

    def meanwhile(self, person: Person, task_id: str, answers: Mapping[str, object], shown: datetime) -> Meanwhile:
        """What was recorded of an open task's questions since they were `shown` (`TaskView.shown`) to this person, who
        answers them otherwise."""
        at_hand = self._open_task(person, task_id)
        task, reader = at_hand.row.task, self._reader(person, at_hand.row.edition)
        return meanwhile(reader, at_hand.file, reader.library.forms[task.form], task.scope, answers, shown)

    def task_form(self, person: Person, task_id: str) -> TaskForm:
        """What a task of this person's asks, be it open or gone; of a gone one, what came of that, and of a done one
        what stands of its answers."""
        at_hand = self._at_hand(person, task_id)
        row, task, file = at_hand.row, at_hand.row.task, at_hand.file
        form = self._flows_of(row.edition).library.forms[task.form]
        reader = self._reader(person, row.edition)
        need = reader.need(file)
        asked = TaskForm(task.case_id, row.case_code, form, opens=need.opens(file))
        if at_hand.closed is None:  # it tells nothing of the survivor
            return asked
        self._reads.note([entry("task.read", clock.now(), person.id, row.centre, task.case_id, element=task.element)])
        _, how, at = at_hand.closed
        asked = replace(asked, changed=lines_of(reader, file, need, at))
        if how != "completed":
            return asked
        late = None
        with suppress(Refusal):
            late = self._left_out(reader, file, form.id)
        return replace(asked, recorded=recorded(reader, file, form, task.scope), left_out=late)

    def left_answers(self, person: Person, task_id: str) -> Left | None:
        """What this person had half-filled of a task of theirs that is gone, and did not send."""
        at_hand = self._at_hand(person, task_id)
        kept = self.store.left_answers(task_id, person.id)
        form = self._flows_of(at_hand.row.edition).library.forms[at_hand.row.task.form]
        return Left(form, *half_filled(kept)) if kept else None

    def drop_left(self, person: Person, task_id: str) -> None:
        """Takes away what this person saved of a task that is gone. Nothing of an open one."""
        self.store.drop_left(task_id, person.id)

    def case(
        self,
        person: Person,
        case_id: str,
        kinds: Collection[str] = DONE,
        before: int | None = None,
        unchanged: Callable[[CaseView], bool] = never,
    ) -> CaseView:
        """A case with the newest entries of these kinds in its timeline, or the newest before a number. When
        `unchanged` says that the person has it already, nothing is written."""
        file, reader = self._case(person, case_id, "case.read")
        case = file.case
        read = _looked(reader, case, reader.groups(file))
        if unchanged is never:  # noted first: the timeline tells of this look, too
            self._reads.note([read])
        view = case_view(reader, file, self._later_of(reader.library), kinds, before)
        if unchanged is not never and not unchanged(view):
            self._reads.note([read])
        return view

    def identity(self, person: Person, case_id: str, why: str) -> tuple[Told, ...]:
        """Who the survivor is, shown only when asked for; `why` is a word for the trail (a-z and _)."""
        file, reader = self._who_it_is(person, case_id)
        self.store.note([_identity_read(person, file.case, why)])
        return identity(reader, file)

    def identity_of(self, person: Person, case_id: str, why: str) -> IdentityView:
        """The same with what stands above the case, as a page shows it: the case is looked at, too."""
        file, reader = self._who_it_is(person, case_id)
        read = [_identity_read(person, file.case, why), _looked(reader, file.case, reader.groups(file))]
        self.store.note(read)
        return identity_view(reader, file)

    def _who_it_is(self, person: Person, case_id: str) -> tuple[CaseFile, Reader]:
        """The case, if the person may know who the survivor is; raises Refusal."""
        file, reader = self._case(person, case_id, "case.read")
        with self._noting_denied(person, file.case.current_centre, file.case.id, access.IDENTITY_READ):
            if not any(reader.library.groups[id].apart for id in reader.groups(file)):
                raise Refusal("not_yours", "Your role does not need to know who the survivor is", status=403)
        return file, reader

    def find_case(self, person: Person, code: str) -> str:
        """The id of the case with this code, however it was typed, at the person's centres; Refusal 404 otherwise, in
        the same words for a code that nobody has and for a case that is not theirs to know."""
        found = self.store.case_by_code(person.centres, read_code(code))
        at = clock.now()
        self._reads.note(
            [
                entry("case.searched", at, person.id, centre, found.id if found else None, found=str(bool(found)))
                for centre in ([found.current_centre] if found else person.centres)
            ]
        )
        if found is None:
            raise access.not_found()
        return self._case(person, found.id, "case.read")[0].case.id

    def fact(self, person: Person, case_id: str, name: str, scope: str = CASE_SCOPE, why: str = "") -> FactView:
        """A fact with its history and a form to correct it. `why` (see `identity`) is required of a fact that tells
        who the survivor is."""
        file, reader = self._case(person, case_id, "fact.correct")
        return self._fact_view(reader, file, name, scope, why)

    def fact_at(self, person: Person, case_id: str, name: str, place: str, why: str = "") -> FactView:
        """The same by a place that can stand in an address: `case`, or `VisitView.place`."""
        file, reader = self._case(person, case_id, "fact.correct")
        return self._fact_view(reader, file, name, scope_at(file, place), why)

    def _fact_view(self, reader: Reader, file: CaseFile, name: str, scope: str, why: str) -> FactView:
        person, case, library = reader.person, file.case, reader.library
        form = self._correction_form(reader, file, name, scope)
        fact = self._fact(file, name, scope)
        if library.is_apart(name):
            self.store.note([_identity_read(person, case, why)])
        self.store.note([_looked(reader, case, {library.facts[name].group})])
        history = [f for f in self.store.facts_history(case.id) if f.name == name and f.scope == scope]
        reader.know(one.person for one in history)
        names = {one.person: reader.name_of(one.person) for one in history}
        return FactView(name, scope, library.facts[name].title, tuple(history), names, form, fact.recorded_at)

    def anytime_form(self, person: Person, case_id: str, anytime_id: str) -> AnytimeForm:
        """A form that this person may fill now on the case; Refusal 404 when there is none of this name."""
        file, reader = self._case(person, case_id, "case.read")
        self._reads.note([_looked(reader, file.case, reader.groups(file))])
        found = anytime_form(reader, file, anytime_id)
        if found is None:
            raise access.not_found()
        return found

    def left_out(self, person: Person, case_id: str, form_id: str) -> LeftOut:
        """What a form that was filled in on the case left out, and this person may still answer (`answer_later`)."""
        file, reader = self._case(person, case_id, access.ANSWER_LATER)
        case = file.case
        late = self._theirs(reader, file, form_id)
        self._reads.note([_looked(reader, case, {reader.library.facts[name].group for name in late.form.properties})])
        return late

    def duties(self, person: Person, case_id: str) -> tuple[DutyView, ...]:
        file, reader = self._case(person, case_id, "case.read")
        views = duties_of(reader, file, reader.need(file))
        groups = {reader.library.duties[view.rule].group for view in views}
        self._reads.note([_looked(reader, file.case, {group for group in groups if group is not None})])
        return views

    def said_duties(self, person: Person) -> SaidDuties:
        """Every duty of the newest edition in plain sentences, for those who may have content checked."""
        self.require(person, "content.check")
        library = self.editions.current()
        published_at = next(at for digest, *_, at in self.store.editions() if digest == library.digest)
        kept = self.store.edition_proof(library.digest)
        record = None
        with suppress(RecordError):  # a record of another version: it can no longer be read here
            record = None if kept is None else read_record(kept)
        return SaidDuties(library.digest, published_at, said_duties(library, clock.now().date(), record))

    def trail(self, person: Person, case_id: str, before_seq: int | None = None, limit: int = MOST) -> Page[Line, int]:
        """A page of the case's entries that the person may read, newest first."""
        file, reader = self._case(person, case_id, "trail.read")
        case = file.case
        self.store.note([entry("trail.read", reader.now, person.id, case.current_centre, case.id)])
        rows = self.store.trail(case_id, limit, before_seq)
        shown = lines(reader, file, reader.need(file), rows)
        return Page(shown, rows[-1].seq if len(rows) == limit else None)

    def board(self, person: Person) -> Board:
        library = self.editions.current()
        centres = self._centres_where(person, "board.read")
        found = board(self._reader(person, library.digest), centres)
        self._note_listed(person, centres, len(found.cases))
        return found

    def cases(
        self,
        person: Person,
        after: CaseKey | None = None,
        limit: int = MOST,
        unchanged: Callable[[Page[CaseItem, CaseKey]], bool] = never,
    ) -> Page[CaseItem, CaseKey]:
        """A page of the open cases that the board shows, newest first. When `unchanged` says that the person has it
        already, nothing is written."""
        library = self.editions.current()
        centres = self._centres_where(person, "board.read")
        page = page_of_cases(self._reader(person, library.digest), centres, after, limit)
        if not unchanged(page):
            self._note_listed(person, centres, len(page.items))
        return page

    def actions(self, person: Person) -> frozenset[str]:
        """Everything that the person may do at one centre or another."""
        return access.actions_of(self.editions.current(), person)

    def require(self, person: Person, action: str) -> None:
        """Raises Refusal `not_yours` unless the person may do this at one centre or another."""
        self._centres_where(person, action)

    def _centres_where(self, person: Person, action: str) -> list[str]:
        library = self.editions.current()
        centres = [c for c in person.centres if access.roles_that_may(library, person, c, action)]
        if not centres:
            raise Refusal("not_yours", "Your role does not include this", status=403)
        return centres

    def _note_listed(self, person: Person, centres: Collection[str], count: int) -> None:
        at = clock.now()
        self._reads.note([entry("cases.listed", at, person.id, centre, count=str(count)) for centre in centres])

    def first_task(self, person: Person, opened: Outcome) -> str | None:
        """What this person should do first in the case that they opened. Nothing is asked of the database: nobody else
        can have done or taken it, unless this was sent before."""
        if opened.replayed:
            return self.next_task(person, opened, elsewhere=False)
        return next(iter(opened.opened), None)

    def next_task(self, person: Person, after: Outcome, *, elsewhere: bool = True) -> str | None:
        """What this person should do next: on the same case first, then (`elsewhere`) the top of their list."""
        return next_task(self._reader(person, self.editions.current().digest), after.case_id, elsewhere=elsewhere)
