"""The front door of the engine: one method a command or question, one transaction a method.

Faces, the worker and drills use nothing else. Who may do it is asked before anything is read out; what a
command changes is kept in one commit; every read of a case is an entry of the trail.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Protocol

from engine import access, clock
from engine.flow import Flows
from engine.forms import read_answers
from engine.library import Form, Library
from engine.model import CASE_SCOPE, Case, CaseFile, Move, Outcome, Person, Problem, Refusal, Task, Value, entry
from engine.moves.complete_task import complete_task
from engine.moves.correct_fact import correct_fact
from engine.moves.fire_timer import fire_timer, watch
from engine.moves.free_stuck import free_stuck
from engine.moves.open_case import open_case
from engine.moves.record_facts import record_facts
from engine.questions.board import board
from engine.questions.case_view import case_view, line
from engine.questions.reader import Reader
from engine.questions.task_view import task_view
from engine.questions.work_list import work_list
from engine.store.contract import (
    CaseChanged,
    CaseRow,
    CommandReused,
    DueTimer,
    Store,
    StoreBusy,
    TaskChanged,
    TaskRow,
)
from engine.views import Board, CaseView, DoorView, DutyView, FactView, Line, TaskView, WorkList

TRIES = 3
"""Times a move is computed anew when another one on the same case was kept first."""
HAPPENED_AT = "happened_at"
"""Reserved name among answers: when it was true in the world, if not now."""
AHEAD = timedelta(minutes=5)
"""How far a person's clock may run ahead of ours."""
CODE_LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
"""No letters or digits that are confused when read aloud or written by hand."""


class Editions(Protocol):
    """The published content, by digest."""

    def current(self) -> Library: ...
    def get(self, digest: str) -> Library: ...


class Desk:
    """Commands and questions. Made once by the composition root; holds no state but compiled editions."""

    def __init__(self, store: Store, editions: Editions) -> None:
        self.store = store
        self.editions = editions
        self._flows: dict[str, Flows] = {}

    # --- commands ---

    def open_case(
        self, person: Person, centre: str, door: str, answers: Mapping[str, object], command_id: str | None = None
    ) -> Outcome:
        """Receives a survivor at a centre by a door."""
        library = self.editions.current()
        roles = access.require(library, person, centre, "case.open")
        found = library.pathway.doors.get(door)
        if found is None or not roles & found.roles:
            raise Refusal("not_yours", "Your role does not receive people by this door", status=403)
        fingerprint = _fingerprint("open_case", person.id, centre, door, answers)
        if earlier := self._earlier(command_id, fingerprint):
            return earlier
        values, happened_at = self._answers(library.forms[found.form], library, answers)
        move = open_case(
            library,
            self._flows_of(library.digest),
            found,
            values,
            centre=centre,
            zone=self.store.centres()[centre].zone,
            code=self._new_code(),
            person=person.id,
            now=clock.now(),
            happened_at=happened_at,
            command_id=command_id,
            fingerprint=fingerprint,
        )
        return self._kept(lambda: move)

    def complete_task(
        self, person: Person, task_id: str, version: int, answers: Mapping[str, object], command_id: str | None = None
    ) -> Outcome:
        """Completes a task with answers. `version` is the task's, as the person saw it."""
        fingerprint = _fingerprint("complete_task", person.id, task_id, answers)
        if earlier := self._earlier(command_id, fingerprint):
            return earlier
        row = self._task_row(person, task_id)
        flows = self._flows_of(row.edition)
        self._check_held(row.task, person, version)
        values, happened_at = self._answers(flows.library.forms[row.task.form], flows.library, answers)

        def move() -> Move:
            file = self._file(row.task.case_id)
            task = next((task for task in file.tasks if task.id == task_id), None)
            if task is None:
                raise self._gone(task_id)
            self._check_held(task, person, version)
            return complete_task(
                flows.library,
                flows,
                file,
                task,
                values,
                person=person.id,
                now=clock.now(),
                happened_at=happened_at,
                command_id=command_id,
                fingerprint=fingerprint,
            )

        return self._kept(move, person=person, case_id=row.task.case_id, centre=row.centre, action="task.complete")

    def record_facts(
        self,
        person: Person,
        case_id: str,
        anytime_id: str,
        answers: Mapping[str, object],
        command_id: str | None = None,
    ) -> Outcome:
        """Records a form that may be filled at any time on a case."""
        fingerprint = _fingerprint("record_facts", person.id, case_id, anytime_id, answers)
        if earlier := self._earlier(command_id, fingerprint):
            return earlier
        case, flows = self._case(person, case_id, "facts.record")
        roles = access.require(flows.library, person, case.current_centre, "facts.record")
        form = flows.library.pathway.anytime.get(anytime_id)
        if form is None or not roles & form.roles:
            raise Refusal("not_yours", "Your role does not fill this form", status=403)
        values, happened_at = self._answers(flows.library.forms[form.form], flows.library, answers)
        return self._kept(
            lambda: record_facts(
                flows.library,
                flows,
                self._file(case_id),
                form,
                values,
                person=person.id,
                now=clock.now(),
                happened_at=happened_at,
                command_id=command_id,
                fingerprint=fingerprint,
            ),
            person=person,
            case_id=case_id,
            centre=case.current_centre,
            action="facts.record",
        )

    def correct_fact(
        self,
        person: Person,
        case_id: str,
        name: str,
        scope: str,
        value: object,
        reason: str,
        command_id: str | None = None,
    ) -> Outcome:
        """Corrects a fact that the person sees and may correct; a reason is required."""
        fingerprint = _fingerprint("correct_fact", person.id, case_id, name, scope, value, reason)
        if earlier := self._earlier(command_id, fingerprint):
            return earlier
        case, flows = self._case(person, case_id, "fact.correct")
        form = self._correction_form(person, case, flows, name)
        if not reason.strip():
            raise _invalid("reason", "required", "Say why it is corrected")
        values, _ = self._answers(form, flows.library, {name: value})

        def move() -> Move:
            file = self._file(case_id)
            if (name, scope) not in file.facts:
                raise access.not_found()
            return correct_fact(
                flows.library,
                flows,
                file,
                name,
                scope,
                values[name],
                reason.strip(),
                person=person.id,
                now=clock.now(),
                command_id=command_id,
                fingerprint=fingerprint,
            )

        return self._kept(move)

    def claim_task(self, person: Person, task_id: str, version: int) -> int:
        """Takes a task on; gives its new version. Refused while another holds it."""
        row = self._task_row(person, task_id)
        self._check_held(row.task, person, version)
        return self._hold(row, person, "task.claimed", replace(row.task, claimed_by=person.id, claimed_at=clock.now()))

    def release_task(self, person: Person, task_id: str, version: int) -> int:
        """Gives a task back so that a colleague may take it; gives its new version."""
        row = self._task_row(person, task_id)
        self._check_held(row.task, person, version)
        return self._hold(row, person, "task.released", replace(row.task, claimed_by=None, claimed_at=None))

    def save_answers(self, person: Person, task_id: str, answers: Mapping[str, object]) -> None:
        """Keeps a half-filled form for this person; only the names are checked."""
        row = self._task_row(person, task_id)
        form = self._flows_of(row.edition).library.forms[row.task.form]
        kept = {name: value for name, value in answers.items() if name in form.properties}
        self.store.save_answers(task_id, person.id, kept, clock.now())

    def free_stuck(self, person: Person, case_id: str, stuck_id: str, how: str = "retry", note: str = "") -> Outcome:
        """Has a stuck case tried again, after what was in the way is mended."""
        _, flows = self._case(person, case_id, "stuck.free")

        def move() -> Move:
            file = self._file(case_id)
            if all(stuck.id != stuck_id for stuck in file.stuck):
                raise access.not_found()
            return free_stuck(flows.library, flows, file, stuck_id, how, person=person.id, now=clock.now())

        return self._kept(move)

    def fire_timer(self, due: DueTimer) -> Outcome | None:
        """The worker's: fires a leased timer once. None when it is gone, not due, or its process is stuck."""
        for attempt in range(TRIES):
            file = self._file(due.case_id)
            flows = self._flows_of(file.case.edition)
            move = fire_timer(flows.library, flows, file, due.id, now=clock.now())
            if move is None:
                return None
            try:
                return self.store.keep(move, fence=(due.id, due.fence))
            except CaseChanged:
                if attempt == TRIES - 1:
                    raise
        return None

    def watch_duties(self, limit: int = 50) -> int:
        """Notes duties that became late or are about to; gives how many cases changed."""
        changed = 0
        for case_id in dict.fromkeys(case_id for case_id, _, _ in self.store.due_duties(clock.now(), limit)):
            file = self._file(case_id)
            flows = self._flows_of(file.case.edition)
            move = watch(flows.library, flows, file, now=clock.now())
            if move is not None:
                with suppress(CaseChanged):  # whoever changed the case meanwhile leaves it for the next round
                    self.store.keep(move)
                    changed += 1
        return changed

    # --- questions ---

    def library(self, digest: str | None = None) -> Library:
        """An edition, for names and diagrams; the newest published unless named."""
        return self.editions.get(digest) if digest else self.editions.current()

    def doors(self, person: Person, centre: str) -> tuple[DoorView, ...]:
        """The doors by which this person may receive at the centre."""
        library = self.editions.current()
        roles = access.roles_that_may(library, person, centre, "case.open")
        found = [door for door in library.pathway.doors.values() if roles & door.roles]
        return tuple(DoorView(door.id, door.title, library.forms[door.form]) for door in found)

    def work_list(self, person: Person, role: str | None = None, seen: str | None = None) -> WorkList:
        """What waits for the person. With `seen` (the etag drawn before) an unchanged list writes nothing."""
        reader = self._reader(person, self.editions.current().digest)
        listed = work_list(reader, role)
        if listed.etag != seen:
            count = str(len(listed.items))
            self.store.note(
                [entry("cases.listed", reader.now, person.id, centre, count=count) for centre in person.centres]
            )
        return listed

    def task(self, person: Person, task_id: str) -> TaskView:
        row = self._task_row(person, task_id)
        reader = self._reader(person, row.edition)
        self.store.note(
            [entry("task.read", reader.now, person.id, row.centre, row.task.case_id, element=row.task.element)]
        )
        return task_view(reader, row, self._file(row.task.case_id))

    def case(self, person: Person, case_id: str) -> CaseView:
        case, flows = self._case(person, case_id, "case.read")
        reader = self._reader(person, case.edition)
        groups = ", ".join(sorted(reader.groups(case.current_centre)))
        self.store.note([entry("case.read", reader.now, person.id, case.current_centre, case.id, groups=groups)])
        return case_view(reader, self._file(case_id))

    def find_case(self, person: Person, code: str) -> str:
        """The id of the case with this code at the person's centres; Refusal 404 otherwise."""
        found = self.store.case_by_code(person.centres, code.strip().upper())
        at = clock.now()
        self.store.note(
            [
                entry("case.searched", at, person.id, centre, found.id if found else None, found=str(bool(found)))
                for centre in ([found.current_centre] if found else person.centres)
            ]
        )
        if found is None:
            raise access.not_found()
        return self._case(person, found.id, "case.read")[0].id

    def fact(self, person: Person, case_id: str, name: str, scope: str = CASE_SCOPE) -> FactView:
        """A fact with its history and a form to correct it."""
        case, flows = self._case(person, case_id, "fact.correct")
        form = self._correction_form(person, case, flows, name)
        self.store.note([entry("case.read", clock.now(), person.id, case.current_centre, case.id, groups=name)])
        history = [f for f in self.store.facts_history(case_id) if f.name == name and f.scope == scope]
        return FactView(name, scope, flows.library.facts[name].title, tuple(history), form)

    def duties(self, person: Person, case_id: str) -> tuple[DutyView, ...]:
        case, _ = self._case(person, case_id, "case.read")
        reader = self._reader(person, case.edition)
        self.store.note([entry("case.read", reader.now, person.id, case.current_centre, case.id, groups="duties")])
        return reader.duties(self._file(case_id).duties)

    def trail(self, person: Person, case_id: str, before_seq: int | None = None) -> tuple[Line, ...]:
        case, _ = self._case(person, case_id, "trail.read")
        reader = self._reader(person, case.edition)
        self.store.note([entry("trail.read", reader.now, person.id, case.current_centre, case.id)])
        return tuple(line(reader, row) for row in self.store.trail(case_id, before_seq=before_seq))

    def board(self, person: Person) -> Board:
        library = self.editions.current()
        centres = [c for c in person.centres if access.roles_that_may(library, person, c, "board.read")]
        if not centres:
            raise Refusal("not_yours", "The board is for coordinators", status=403)
        found = board(self._reader(person, library.digest), centres)
        self.store.note(
            [entry("cases.listed", clock.now(), person.id, c, count=str(len(found.cases))) for c in centres]
        )
        return found

    def cases(self, person: Person, before: datetime | None = None) -> tuple[CaseRow, ...]:
        library = self.editions.current()
        centres = [c for c in person.centres if access.roles_that_may(library, person, c, "case.read")]
        rows = self.store.open_cases(centres, before=before) if centres else []
        self.store.note([entry("cases.listed", clock.now(), person.id, c, count=str(len(rows))) for c in centres])
        return tuple(rows)

    def next_task(self, person: Person, after: Outcome) -> str | None:
        """What this person should do next: on the same case first, then the top of their list."""
        reader = self._reader(person, self.editions.current().digest)
        listed = [one for one in work_list(reader, None).items if one.group != "waiting"]
        here = [one for one in listed if one.case_id == after.case_id]
        return next((one.id for one in [*here, *listed]), None)

    # --- within ---

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

    def _check_held(self, task: Task, person: Person, version: int) -> None:
        if task.claimed_by not in (None, person.id):
            holder = self.store.account(id=str(task.claimed_by))
            params = {"by": holder.name if holder else ""}
            raise Refusal("claimed_by_other", "A colleague holds this task", status=409, params=params)
        if task.version != version:
            raise Refusal("task_changed", "This task changed since you opened it. Look at it again.", status=409)

    def _hold(self, row: TaskRow, person: Person, kind: str, task: Task) -> int:
        noted = entry(kind, clock.now(), person.id, row.centre, task.case_id, element=task.element, role=task.role)
        kept = replace(task, version=task.version + 1)
        try:
            self.store.change_task(kept, task.version, [noted])
        except TaskChanged as error:
            raise Refusal("task_changed", "A colleague was faster. Look at it again.", status=409) from error
        except StoreBusy as error:
            raise _busy() from error
        return kept.version

    def _correction_form(self, person: Person, case: Case, flows: Flows, name: str) -> Form:
        rule = flows.library.facts.get(name)
        asks = next((form for form in flows.library.forms.values() if name in form.properties), None)
        if rule is None or asks is None:
            raise access.not_found()
        if not rule.correctable or rule.group not in access.groups_seen(flows.library, person, case.current_centre):
            raise Refusal("not_yours", "This cannot be corrected by your role", status=403)
        return asks.only(name)

    def _answers(
        self, form: Form, library: Library, answers: Mapping[str, object]
    ) -> tuple[dict[str, Value], datetime | None]:
        rest = {name: value for name, value in answers.items() if name != HAPPENED_AT}
        return read_answers(form, library.facts, rest), _happened_at(answers.get(HAPPENED_AT))

    def _new_code(self) -> str:
        while True:
            letters = "".join(secrets.choice(CODE_LETTERS) for _ in range(6))
            code = f"{letters[:3]}-{letters[3:]}"
            if not self.store.code_exists(code):
                return code

    def _earlier(self, command_id: str | None, fingerprint: str) -> Outcome | None:
        if command_id is None:
            return None
        try:
            return self.store.earlier(command_id, fingerprint)
        except CommandReused as error:
            raise _reused() from error

    def _kept(
        self,
        compute: Callable[[], Move],
        *,
        person: Person | None = None,
        case_id: str | None = None,
        centre: str = "",
        action: str = "",
    ) -> Outcome:
        """Computes and keeps a move, anew when the case moved on meanwhile. A refusal by a duty is noted."""
        for attempt in range(TRIES):
            try:
                return self.store.keep(compute())
            except CaseChanged as error:
                if attempt == TRIES - 1:
                    raise _busy() from error
            except TaskChanged as error:
                raise Refusal(
                    "task_changed", "This task changed since you opened it. Look at it again.", status=409
                ) from error
            except CommandReused as error:
                raise _reused() from error
            except StoreBusy as error:
                raise _busy() from error
            except Refusal as refusal:
                if person is not None and refusal.duties:
                    noted = entry("refused", clock.now(), person.id, centre, case_id, action=action, code=refusal.code)
                    self.store.note([noted])
                raise
        raise AssertionError("unreachable")


def _happened_at(value: object) -> datetime | None:
    if value is None or value == "":
        return None
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        raise _invalid(HAPPENED_AT, "moment", "Give a date and time with its time zone") from None
    if moment.tzinfo is None:
        raise _invalid(HAPPENED_AT, "moment", "Give a date and time with its time zone")
    if moment > clock.now() + AHEAD:
        raise _invalid(HAPPENED_AT, "future", "This lies in the future")
    return moment.astimezone(UTC)


def _invalid(field: str, code: str, message: str) -> Refusal:
    return Refusal("invalid_answers", "Some answers need another look", problems=(Problem(field, code, message),))


def _reused() -> Refusal:
    return Refusal("command_reused", "This was sent before with other content. Open the page again.", status=409)


def _busy() -> Refusal:
    return Refusal("busy", "Nothing was saved just now. Wait a moment and send it again.", status=503)


def _fingerprint(*parts: object) -> str:
    """Digest of a command's content, so that its id cannot be used for another."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()
