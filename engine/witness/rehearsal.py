"""Does deeds to a case in memory with the engine's own moves, as a drill's stage does them through the Desk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from engine.drills.answers import Moment, fill_in, in_time
from engine.drills.broken import broke, refused_for
from engine.drills.stage import TICK
from engine.drills.vocabulary import Answer, Vocabulary
from engine.entries import Entry
from engine.flow import Flows
from engine.forms import check_times, read_answers
from engine.library import DutyRule, Form, Library
from engine.model import CASE_SCOPE, Case, CaseFile, Move, Refusal, Task, Value
from engine.moves.complete_task import complete_task, scope_of
from engine.moves.correct_fact import correct_fact
from engine.moves.fire_timer import fire_timer, watch
from engine.moves.open_case import open_case
from engine.moves.record_facts import record_facts
from engine.questions.asking import asking
from engine.questions.task_view import json_value
from engine.rules.sight import Sight
from engine.rules.state import State
from engine.witness.deeds import Deed, Deeds
from engine.witness.memory import after

MOMENTS = 200
"""Timers that may fire while one deed lets time pass: more, and they set each other for ever."""


class NotPossible(Exception):
    """The deed cannot be done to the case as it stands."""


@dataclass(frozen=True)
class Standing:
    """Where a case stands after some deeds. `told` is what the survivor is held to have said, by fact; `passed` are
    the elements passed by the last deed, `broken` whether the duty was broken by it."""

    file: CaseFile
    now: datetime
    told: Mapping[str, Answer]
    deeds: Deeds = ()
    entries: tuple[Entry, ...] = ()
    passed: tuple[str, ...] = ()
    broken: bool = False


class Rehearsal:
    """Cases of one library in which one duty is watched."""

    def __init__(self, library: Library, vocabulary: Vocabulary, duty: DutyRule) -> None:
        self.library = library
        self.vocabulary = vocabulary
        self.duty = duty
        self.flows = Flows(library)
        self.zone = ZoneInfo(vocabulary.centre.zone)

    def all(self, deeds: Deeds) -> Standing:
        """Where a case stands after these deeds, or after the one that broke the duty. Raises NotPossible."""
        standing = self.do(None, deeds[0])
        for deed in deeds[1:]:
            if standing.broken:
                break
            standing = self.do(standing, deed)
        return standing

    def do(self, standing: Standing | None, deed: Deed) -> Standing:
        """Where the case stands after a deed. Raises NotPossible."""
        if standing is None:
            if deed.kind != "open":
                raise NotPossible("No case is open")
            return self._open(deed)
        try:
            match deed.kind:
                case "do":
                    return self._complete(standing, deed)
                case "record":
                    return self._record(standing, deed)
                case "correct":
                    return self._correct(standing, deed)
                case "wait":
                    return self._wait(standing, deed)
        except Refusal as refusal:
            if refused_for(self.duty, refusal, self._acts(deed)):
                last = self.flows.element(deed.what).id if deed.kind == "do" else deed.what
                return replace(standing, deeds=(*standing.deeds, deed), passed=(last,), broken=True)
            raise NotPossible(refusal.code) from refusal
        raise NotPossible("A case is open already")

    # --- what may be known and answered ---

    def moment(self, now: datetime) -> Moment:
        return Moment(now, self.zone)

    def answers(
        self, form: Form, standing: Standing | None, deed: Deed, known: Mapping[str, object]
    ) -> dict[str, object]:
        """All answers that whoever does the deed gives, JSON-shaped."""
        now = self.vocabulary.begins.astimezone(UTC) if standing is None else standing.now
        at = self.moment(now)
        said = {name: self._in_time(name, answer, at) for name, answer in deed.answers.items()}
        told = {**(standing.told if standing else {}), **said}
        return fill_in(form, told, known, self.vocabulary.defaults, at)

    def known(self, standing: Standing, form: Form, role: str, scope: str) -> dict[str, object]:
        """What is already known of a form's questions, as far as a role sees it on its task's page."""
        sees = self.library.roles[role].sees
        found: dict[str, object] = {}
        for name in form.properties:
            rule = self.library.facts.get(name)
            fact = standing.file.facts.get((name, scope_of(rule, scope)))
            if fact is not None and rule is not None and rule.group in sees and not self.library.is_apart(name):
                found[name] = json_value(fact.value)
        return found

    def asking(self, standing: Standing, name: str) -> Form | None:
        """With which question a fact is corrected."""
        file = standing.file
        sight = Sight(self.library, State.of(file, self.library.pathway), standing.now, self.zone.key)
        return asking(self.library, sight, file, name, CASE_SCOPE)

    def task(self, standing: Standing, element: str) -> Task:
        """The open task at a step, the oldest if there are several. Raises NotPossible."""
        found = next((task for task in standing.file.tasks if task.element == element), None)
        if found is None:
            raise NotPossible("no_task")
        return found

    def person(self, role: str) -> str:
        return f"drill.{role}"

    def _in_time(self, name: str, answer: Answer, at: Moment) -> Answer:
        return in_time(answer, self.library.facts[name], at) if isinstance(answer, str) else answer

    def _typed(self, form: Form, answers: Mapping[str, object], now: datetime) -> dict[str, Value]:
        values = read_answers(form, self.library.facts, answers)
        check_times(form, self.library.facts, values, now)
        return values

    def _acts(self, deed: Deed) -> frozenset[str]:
        pathway = self.library.pathway
        if deed.kind == "do":
            return frozenset(act.act for act in self.flows.element(deed.what).acts)
        acts = pathway.anytime[deed.what].acts if deed.kind == "record" else ()
        return frozenset(act.act for act in acts)

    # --- the deeds ---

    def _open(self, deed: Deed) -> Standing:
        door = self.library.pathway.doors[deed.what]
        form = self.library.forms[door.form]
        now = self.vocabulary.begins.astimezone(UTC)
        told = {name: self._in_time(name, answer, self.moment(now)) for name, answer in deed.answers.items()}
        try:
            move = open_case(
                self.library,
                self.flows,
                door,
                self._typed(form, self.answers(form, None, deed, {}), now),
                centre=self.vocabulary.centre.id,
                zone=self.zone.key,
                code="-",
                person=self.person(deed.role),
                now=now,
            )
        except Refusal as refusal:
            if refused_for(self.duty, refusal, frozenset(act.act for act in door.acts)):
                return Standing(self._no_case(deed.what, now), now, told, (deed,), (), (deed.what,), broken=True)
            raise NotPossible(refusal.code) from refusal
        return self._kept(None, move, deed, now, told)

    def _no_case(self, door: str, now: datetime) -> CaseFile:
        """What is kept of a case whose opening is refused: nothing."""
        centre = self.vocabulary.centre.id
        case = Case("", "", centre, centre, self.library.digest, door, now)
        return CaseFile(case, {}, (), (), (), (), (), {}, (), self.zone.key)

    def _complete(self, standing: Standing, deed: Deed) -> Standing:
        task = self.task(standing, deed.what)
        form = self.library.forms[task.form]
        known = self.known(standing, form, task.role, task.scope)
        answers = self._typed(form, self.answers(form, standing, deed, known), standing.now)
        move = complete_task(
            self.library,
            self.flows,
            standing.file,
            task,
            answers,
            person=self.person(task.role),
            now=standing.now,
            happened_at=standing.now - deed.ago if deed.ago else None,
        )
        return self._kept(standing, move, deed, standing.now)

    def _record(self, standing: Standing, deed: Deed) -> Standing:
        anytime = self.library.pathway.anytime[deed.what]
        form = self.library.forms[anytime.form]
        facts = standing.file.facts.items()
        known = {name: json_value(fact.value) for (name, scope), fact in facts if scope == CASE_SCOPE}
        answers = self._typed(form, self.answers(form, standing, deed, known), standing.now)
        move = record_facts(
            self.library,
            self.flows,
            standing.file,
            anytime,
            answers,
            person=self.person(deed.role),
            now=standing.now,
            happened_at=standing.now - deed.ago if deed.ago else None,
        )
        return self._kept(standing, move, deed, standing.now)

    def _correct(self, standing: Standing, deed: Deed) -> Standing:
        at = self.moment(standing.now)
        said = {name: self._in_time(name, answer, at) for name, answer in deed.answers.items()}
        asks = self.asking(standing, deed.what)
        fact = standing.file.facts.get((deed.what, CASE_SCOPE))
        if fact is None or asks is None:
            raise NotPossible("unknown")
        values = self._typed(asks, self.answers(asks, standing, deed, {}), standing.now)
        if fact.value == values[deed.what]:
            raise NotPossible("unchanged")
        move = correct_fact(
            self.library,
            self.flows,
            standing.file,
            deed.what,
            CASE_SCOPE,
            values,
            "-",
            person=self.person(deed.role),
            now=standing.now,
        )
        return self._kept(standing, move, deed, standing.now, {**standing.told, **said})

    def _wait(self, standing: Standing, deed: Deed) -> Standing:
        until = standing.now + deed.length
        here = replace(standing, passed=(), deeds=(*standing.deeds, deed))
        for _ in range(MOMENTS):
            due = self.next_due(here, until)
            if due is None:
                return replace(here, now=max(here.now, until))
            here = self._what_is_due(replace(here, now=max(here.now, due + TICK)))
            if here.broken:
                return here
        raise NotPossible("Time never passes")

    def next_due(self, standing: Standing, until: datetime) -> datetime | None:
        """The next moment at which something becomes due, if it comes before `until`."""
        moments = [timer.due_at for timer in standing.file.timers]
        moments += [duty.note_at for duty in standing.file.duties if duty.note_at is not None]
        return min((at for at in moments if at <= until), default=None)

    def _what_is_due(self, standing: Standing) -> Standing:
        deeds = standing.deeds
        for timer in sorted(standing.file.timers, key=lambda timer: timer.due_at):
            if timer.due_at < standing.now and not standing.broken:
                move = fire_timer(self.library, self.flows, standing.file, timer.id, now=standing.now)
                standing = self._went_on(standing, move)
        standing = self._went_on(standing, watch(self.library, self.flows, standing.file, now=standing.now))
        if any(timer.due_at < standing.now for timer in standing.file.timers) and not standing.broken:
            raise NotPossible("A timer does not fire")
        return replace(standing, deeds=deeds)

    def _went_on(self, standing: Standing, move: Move | None) -> Standing:
        if move is None:
            return standing
        passed = standing.passed
        on = self._kept(standing, move, None, standing.now)
        return replace(on, passed=(*passed, *on.passed))

    def _kept(
        self,
        standing: Standing | None,
        move: Move,
        deed: Deed | None,
        now: datetime,
        told: Mapping[str, Answer] | None = None,
    ) -> Standing:
        file = after(standing.file if standing else None, move, self.zone.key)
        entries = (*(standing.entries if standing else ()), *move.entries)
        deeds = (*(standing.deeds if standing else ()), *([deed] if deed else []))
        broken = broke(self.duty, entries)
        if file.stuck and not broken:
            raise NotPossible("stuck")
        held = told if told is not None else standing.told if standing else {}
        return Standing(file, now, held, deeds, entries, move.passed, broken)
