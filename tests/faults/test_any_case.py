"""Whatever people answer, correct, change and wait for: the law holds, no case is forgotten, the trail verifies."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, event, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from engine import clock
from engine.desk import Desk
from engine.drills.answers import fill_in
from engine.library import Form
from engine.model import CASE_SCOPE, CaseFile, Outcome, Person, Refusal
from engine.store.open import open_store
from engine.store.tidying import AT_REST
from tests.agreement import disagreements
from tests.databases import KEYRING
from tests.faults.amounts import ANY_CASES, LONG
from tests.faults.answering import answer_to, answers_to
from tests.walk import Walk, published, shipped, vocabulary

LIBRARY = shipped()
MAJORITY = 18
"""What the law of the shipped content says; written here again, so that the content cannot agree with itself."""
A_WHILE = [timedelta(minutes=5), timedelta(hours=3), timedelta(hours=20), timedelta(hours=70), timedelta(days=15)]


def completed_years(born: date, on: date) -> int:
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def is_protected(file: CaseFile) -> bool:
    """True when the facts say: a child at the incident or at arrival, or somebody whose age nobody knows."""
    known = {name: fact.value for (name, scope), fact in file.facts.items() if scope == CASE_SCOPE}
    zone = ZoneInfo(file.zone)
    ages: list[int] = []
    for moment in (known.get("incident_at"), known.get("arrived_at")):
        born = known.get("birth_date")
        if isinstance(born, date) and isinstance(moment, datetime):
            ages.append(completed_years(born, moment.astimezone(zone).date()))
        elif born is None and isinstance(stated := known.get("age_stated"), int):
            ages.append(stated)
    return any(age < MAJORITY for age in ages) if ages else known.get("age_known") == "unknown"


def must_report(file: CaseFile) -> bool:
    suspected = file.facts.get(("suspected_crime", CASE_SCOPE))
    told_police = ("police.notified", CASE_SCOPE) in file.acts
    return is_protected(file) and suspected is not None and suspected.value in ("yes", "unknown") and not told_police


def tried(command: Callable[[], Outcome]) -> Outcome | None:
    """The outcome, or None when the person was told to act differently; anything else is a fault of ours."""
    try:
        return command()
    except Refusal as refusal:
        if refusal.status >= 500:
            raise
        event(f"refused: {refusal.code}")
        return None


class AnyCase(RuleBasedStateMachine):
    """One case in the hands of people who do whatever they may."""

    house: Desk

    @initialize(data=st.data())
    def arrive(self, data: st.DataObject) -> None:
        self.walk = Walk(self.house, self.house.store, vocabulary().centre, vocabulary().begins)  # type: ignore[arg-type]
        self.time = clock.using(lambda: self.walk.now)
        self.time.__enter__()
        door = data.draw(st.sampled_from(sorted(LIBRARY.pathway.doors.values(), key=lambda door: door.id)))
        person = self.walk.person(sorted(door.roles)[0])
        form = LIBRARY.forms[door.form]
        chosen, least = self.any_answers(data, form), fill_in(form, {}, {}, {}, self.walk.moment)
        opened = [
            tried(partial(self.house.open_case, person, self.walk.centre.id, door.id, a)) for a in (chosen, least)
        ]
        self.walk.case_id = next(outcome.case_id for outcome in opened if outcome is not None)
        self.last: tuple[Person, str, int, dict[str, Any], Outcome, datetime] | None = None

    def any_answers(self, data: st.DataObject, form: Form, known: dict[str, Any] | None = None) -> dict[str, Any]:
        chosen = data.draw(answers_to(form, self.walk.now), label=form.id)
        return fill_in(form, chosen, known or {}, {}, self.walk.moment)

    @rule(data=st.data(), times=st.integers(1, 5))
    def work_on(self, data: st.DataObject, times: int) -> None:
        for _ in range(times):
            self.complete_a_task(data)

    def complete_a_task(self, data: st.DataObject) -> None:
        tasks = sorted(self.walk.possible(), key=lambda task: (task.element, task.scope))
        if not tasks:
            return
        task = data.draw(st.sampled_from(tasks), label="task")
        person = self.walk.person(task.role)
        view = self.house.task(person, task.id)
        answers = self.any_answers(data, view.form, dict(view.saved))
        outcome = tried(
            lambda: self.house.complete_task(person, task.id, task.version, answers, command_id=f"c-{task.id}")
        )
        if outcome is not None:
            event(f"done: {task.element}")
            self.last = (person, task.id, task.version, answers, outcome, self.walk.now)

    @precondition(lambda self: self.last is not None)
    @rule()
    def send_the_last_form_twice(self) -> None:
        """It is known again, or long after, when commands are forgotten, refused: never done twice."""
        assert self.last is not None
        person, task_id, version, answers, outcome, at = self.last
        before = self.walk.file()

        again = tried(lambda: self.house.complete_task(person, task_id, version, answers, command_id=f"c-{task_id}"))

        if again is None:
            assert self.walk.now - at >= AT_REST
        else:
            assert again.replayed
            assert (again.opened, again.closed) == (outcome.opened, outcome.closed)
        assert self.walk.file() == before

    @rule(data=st.data())
    def fill_in_a_form_of_any_time(self, data: st.DataObject) -> None:
        form = data.draw(st.sampled_from(sorted(LIBRARY.pathway.anytime.values(), key=lambda form: form.id)))
        person = self.walk.person(sorted(form.roles)[0])
        answers = self.any_answers(data, LIBRARY.forms[form.form])
        if tried(lambda: self.house.record_facts(person, self.walk.case_id, form.id, answers)):
            event(f"recorded: {form.id}")

    @rule(data=st.data())
    def correct_a_fact(self, data: st.DataObject) -> None:
        person = self.walk.person("medical")
        for name in ("birth_date", "suspected_crime", "age_known", "incident_at"):
            fact = self.walk.file().facts.get((name, CASE_SCOPE))
            if fact is None or not data.draw(st.booleans(), label=f"correct {name}"):
                continue
            form = next(form for form in LIBRARY.forms.values() if name in form.properties)
            value = data.draw(answer_to(form.properties[name], self.walk.now), label=name)
            seen = (self.walk.case_id, name, CASE_SCOPE, fact.recorded_at)
            if tried(partial(self.house.correct_fact, person, *seen, value, "misheard")):
                event(f"corrected: {name}")

    @rule(length=st.sampled_from(A_WHILE))
    def let_time_pass(self, length: timedelta) -> None:
        self.walk.pass_time(length)

    @invariant()
    def a_report_that_the_law_demands_is_owed_and_keeps_the_case_open(self) -> None:
        file = self.walk.file()
        if must_report(file):
            duty = next((duty for duty in file.duties if duty.rule == "minor-report"), None)
            assert duty is not None
            assert duty.open, duty.status
            event("a report is owed")
            assert file.case.status == "open"

    @invariant()
    def no_blocking_duty_is_closed_away(self) -> None:
        file = self.walk.file()
        if file.case.status == "closed":
            event("closed")
            blocking = [d.rule for d in file.duties if d.open and LIBRARY.duties[d.rule].severity == "block"]
            assert blocking == []

    @invariant()
    def an_open_case_waits_for_somebody_or_something(self) -> None:
        file = self.walk.file()
        assert [(stuck.element, stuck.code) for stuck in file.stuck if stuck.freed_at is None] == []
        if file.case.status == "open":
            waits = [wait for process in file.processes if process.status == "running" for wait in process.waits]
            assert file.tasks or waits or [timer for timer in file.timers if timer.process_id]

    @invariant()
    def no_timer_is_forgotten(self) -> None:
        assert [timer.element for timer in self.walk.file().timers if timer.due_at < self.walk.now] == []

    def teardown(self) -> None:
        if hasattr(self, "walk"):
            self.time.__exit__(None, None, None)
            assert disagreements(self.house.store, self.walk.case_id) == []  # type: ignore[arg-type]


def test_any_case_keeps_the_law_and_is_never_forgotten() -> None:
    groups, facts = LIBRARY.groups, LIBRARY.facts
    store = open_store("sqlite://", KEYRING, lambda fact: groups[facts[fact].group].apart)
    try:
        AnyCase.house = Desk(store, published(store))
        run = settings(
            max_examples=ANY_CASES,
            stateful_step_count=30,
            derandomize=not LONG,
            suppress_health_check=list(HealthCheck),
        )
        run_state_machine_as_test(AnyCase, settings=run)
    finally:
        store.close()
