"""The commands of the Desk: each checks who asks, computes one move, and keeps it in one commit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime

from engine import access, clock
from engine.desk import requests
from engine.desk.codes import new_code
from engine.desk.holding import AsSeen, Holding
from engine.forms import HAPPENED_AT, check_times, read_answers
from engine.library import Anytime, Form, Library
from engine.model import CASE_SCOPE, CaseFile, Move, Outcome, Override, Person, Refusal, Value
from engine.moves.complete_task import complete_task
from engine.moves.fire_timer import fire_timer, stop_here, watch
from engine.moves.free_stuck import free_stuck
from engine.moves.open_case import open_case
from engine.moves.record_facts import record_facts
from engine.questions.meanwhile import half_filled, newer, shown_at, to_keep
from engine.questions.reader import Reader
from engine.questions.task_view import filled_with
from engine.store.errors import CaseChanged, CommandReused, StoreBusy
from engine.store.records import Arriving, DueTimer

TRIES = 3
"""Times a move is computed anew when another one on the same case was kept first."""
NOBODY_GOES_ON = Override()

Answers = Mapping[str, object] | Callable[[Form], Mapping[str, object]]
"""Answers, JSON-shaped by property of the form; or what reads them once the form is known (it may raise Refusal)."""


Written = Mapping[str, object] | Callable[[Form, Mapping[str, object]], Mapping[str, object] | None]
"""Answers to a task's form; or what reads them once the form is known, and what it stands filled with (it gives None
when there is nothing to keep)."""


class Commands(Holding):
    """What people, the worker and integrators may do."""

    def open_case(
        self, person: Person, centre: str, door: str, answers: Mapping[str, object], command_id: str | None = None
    ) -> Outcome:
        """Receives a survivor at a centre by a door."""
        library = self.editions.current()
        roles = access.require(library, person, centre, "case.open")
        found = library.pathway.doors.get(door)
        if found is None or not roles & found.roles:
            raise Refusal("not_yours", "Your role does not receive people by this door", status=403)
        fingerprint = requests.fingerprint("open_case", person.id, centre, door, answers)
        need = self._reader(person, library.digest).need_at(centre)

        def move() -> Move | Outcome:
            code, arriving = self._new_code(centre, command_id)
            if arriving.earlier is not None:
                return arriving.earlier(fingerprint)
            values, happened_at = self._answers(person, library.forms[found.form], library, answers)
            opened = open_case(
                library,
                self._flows_of(library.digest),
                found,
                values,
                centre=centre,
                zone=arriving.zone,
                code=code,
                person=person.id,
                now=clock.now(),
                happened_at=happened_at,
                command_id=command_id,
                fingerprint=fingerprint,
            )
            return need.move(opened)

        return self._kept(move)

    def complete_task(
        self,
        person: Person,
        task_id: str,
        version: int,
        answers: Answers,
        command_id: str | None = None,
        as_seen: AsSeen = None,
        override: Override = NOBODY_GOES_ON,
        shown: datetime | None = None,
    ) -> Outcome:
        """Completes a task with answers. `version` is the task's, as the person saw it; `as_seen` may ask for more:
        that nothing shown with the task has changed either; `shown` (`TaskView.shown`) for less: that nothing that is
        answered otherwise here was recorded since. `override`: why they go on past the duties that they saw to stand
        in the way, where their role may."""

        def move() -> Move | Outcome:
            at_hand = self._at_hand(person, task_id, command_id)
            task, file = at_hand.row.task, at_hand.file
            flows = self._flows_of(at_hand.row.edition)
            form = flows.library.forms[task.form]
            given = answers(form) if callable(answers) else answers
            fingerprint = requests.fingerprint("complete_task", person.id, task_id, given, override=override)
            if at_hand.earlier is not None:
                return at_hand.earlier(fingerprint)
            if at_hand.closed is not None:
                raise self._gone(at_hand.closed)
            self._check_held(task, person, version)
            self._check_seen(at_hand, person, as_seen)
            values, happened_at = self._answers(person, form, flows.library, given, file)
            going_on = requests.overriding(override, person.roles_at(at_hand.row.centre))
            reader = self._reader(person, at_hand.row.edition)
            self._check_shown(reader, file, form, task.scope, values, shown)
            requires = flows.element(task.element).requires
            with (
                self._noting_refused(person, file.case, "task.complete"),
                self._saying_why_not(reader, file, requires, task.scope),
            ):
                done = complete_task(
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
                    override=going_on,
                )
            return reader.need(file).move(done)

        return self._kept(move)

    def record_facts(
        self,
        person: Person,
        case_id: str,
        anytime_id: str,
        answers: Answers,
        command_id: str | None = None,
        override: Override = NOBODY_GOES_ON,
        shown: datetime | None = None,
    ) -> Outcome:
        """Records a form that may be filled at any time on a case. `override`, `shown` (`CaseView.shown`): see
        `complete_task`."""

        def fingerprint(given: Mapping[str, object]) -> str:
            return requests.fingerprint("record_facts", person.id, case_id, anytime_id, given, override=override)

        def move() -> Move | Outcome:
            found = self.store.case_at_hand(case_id, command_id)
            if found.earlier is not None and not callable(answers):
                return found.earlier(fingerprint(answers))
            file, reader = self._admitted(person, found.file, "facts.record")
            flows, case = reader.flows, file.case
            asked, form = self._anytime(reader, file, anytime_id)
            given = answers(form) if callable(answers) else answers
            if found.earlier is not None:
                return found.earlier(fingerprint(given))
            values, happened_at = self._answers(person, form, flows.library, given, file)
            requests.check_answered(form, values, person.language)
            going_on = requests.overriding(override, person.roles_at(case.current_centre))
            self._check_shown(reader, file, form, CASE_SCOPE, values, shown)
            noting = self._noting_refused(person, case, "facts.record")
            with noting, self._saying_why_not(reader, file, asked.when):
                done = record_facts(
                    flows.library,
                    flows,
                    file,
                    asked,
                    values,
                    person=person.id,
                    now=clock.now(),
                    happened_at=happened_at,
                    command_id=command_id,
                    fingerprint=fingerprint(given),
                    override=going_on,
                )
            return reader.need(file).move(done)

        return self._kept(move)

    def _anytime(self, reader: Reader, file: CaseFile, anytime_id: str) -> tuple[Anytime, Form]:
        """What may be filled at any time, and its form; Refusal unless a role of the person's fills it here."""
        library = reader.library
        roles = access.require(library, reader.person, file.case.current_centre, "facts.record")
        asked = library.pathway.anytime.get(anytime_id)
        if asked is None or not roles & asked.roles:
            raise Refusal("not_yours", "Your role does not fill this form", status=403)
        return asked, library.forms[asked.form]

    def save_answers(
        self,
        person: Person,
        task_id: str,
        answers: Written,
        shown: datetime | None = None,
        knows: Callable[[datetime | None], bool] = lambda saved_at: True,
    ) -> datetime | None:
        """Keeps a half-filled form for this person, as it was `shown` (`TaskView.shown`) to them; only the names are
        checked. Gives when they saved it last themselves (`TaskView.saved_at`). Answers that are read here are kept as
        the person left them, and not saved by them.

        What they saved themselves is replaced by answers that are read here only if their page `knows` of it; else
        these are not kept."""
        at_hand = self._open_task(person, task_id)
        row, file = at_hand.row, at_hand.file
        reader = self._reader(person, row.edition)
        form = reader.library.forms[row.task.form]
        now, known = clock.now(), True
        if callable(answers):
            stands, saved_at = half_filled(self.store.saved_answers(task_id, person.id) or {})
            known = knows(saved_at)
            given = answers(form, filled_with(reader, file, form, row.task, stands if known else {}))
        else:
            given, saved_at = answers, now
        if given is not None and known:
            kept = to_keep(reader, file, form, row.task.scope, given, shown or shown_at(file), saved_at)
            self.store.save_answers(task_id, person.id, kept, now)
        return saved_at

    def free_stuck(self, person: Person, case_id: str, stuck_id: str, how: str = "retry", note: str = "") -> Outcome:
        """Has a stuck case tried again, after what was in the way is mended."""
        _, reader = self._case(person, case_id, "stuck.free")
        flows = reader.flows

        def move() -> Move:
            file = self._file(case_id)
            if all(stuck.id != stuck_id for stuck in file.stuck):
                raise access.not_found()
            freed = free_stuck(flows.library, flows, file, stuck_id, how, person=person.id, now=clock.now())
            return reader.need(file).move(freed)

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

    def stop_at_timer(self, due: DueTimer) -> None:
        """The worker's: a timer fails for a fault of ours; the case is stuck there, for a supervisor to see."""
        file = self._file(due.case_id)
        flows = self._flows_of(file.case.edition)
        move = stop_here(flows.library, flows, file, due.process_id, due.element, now=clock.now())
        if move is not None:
            with suppress(CaseChanged):  # someone was at the case: the next failure tells again
                self.store.keep(move)

    def watch_duties(self, limit: int = 50) -> int:
        """Notes duties that became late or are about to, and reads that still wait to be noted; gives how many cases
        changed."""
        self._reads.note([])
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

    def _answers(
        self,
        person: Person,
        form: Form,
        library: Library,
        answers: Mapping[str, object],
        file: CaseFile | None = None,
    ) -> tuple[dict[str, Value], datetime | None]:
        """The answers to a form, typed, of the case of this file, and when they were true. Raises Refusal."""
        rest = {name: value for name, value in answers.items() if name != HAPPENED_AT}
        values = read_answers(form, library.facts, rest, person.language)
        check_times(form, library.facts, values, clock.now(), person.language, file.facts if file else {})
        return values, requests.moment(answers.get(HAPPENED_AT))

    def _check_shown(
        self,
        reader: Reader,
        file: CaseFile,
        form: Form,
        scope: str,
        values: Mapping[str, Value],
        shown: datetime | None,
    ) -> None:
        """Raises Refusal when something else was recorded since of what is answered here; also where it is said to be
        shown at a time to come, which would hide it."""
        if shown is not None and shown > clock.now() + requests.AHEAD:
            raise requests.invalid("shown", "future", "This lies in the future")
        since = newer(reader, file, form, scope, shown) if shown is not None else ()
        others = [
            fact
            for fact in since
            if fact.name not in form.properties or (fact.name in values and values[fact.name] != fact.value)
        ]
        if others:
            params = self._said_by(others, form, reader)
            raise Refusal("recorded_meanwhile", "This was recorded otherwise meanwhile", status=409, params=params)

    def _new_code(self, centre: str, command_id: str | None) -> tuple[str, Arriving]:
        """A code that no case has, with what was read of the centre and of the command along with it."""
        while True:
            code = new_code()
            arriving = self.store.arriving(centre, code, command_id)
            if not arriving.taken:
                return code, arriving

    def _kept(self, compute: Callable[[], Move | Outcome]) -> Outcome:
        """Computes and keeps a move, anew when the case moved on meanwhile; or gives what was kept before."""
        for attempt in range(TRIES):
            try:
                made = compute()
                return made if isinstance(made, Outcome) else self.store.keep(made)
            except CaseChanged as error:
                if attempt == TRIES - 1:
                    raise requests.busy(error) from error
            except CommandReused as error:
                raise requests.reused() from error
            except StoreBusy as error:
                raise requests.busy(error) from error
        raise AssertionError("unreachable")
