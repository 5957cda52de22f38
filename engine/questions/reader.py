"""What every question needs at hand: who asks, when, of which library, and the people's names."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from engine import access
from engine.flow import Flows
from engine.library import ClockRule, Element, Library, Source
from engine.model import CASE_SCOPE, CaseFile, Clock, Duty, Fact, Person, Text, Value
from engine.questions.awake import Rota
from engine.questions.need import Need
from engine.questions.purpose import Purpose
from engine.rules.sight import Sight
from engine.rules.state import State
from engine.store.contract import Store
from engine.views import ClockView, DutyView, HolderView, Told


@dataclass(frozen=True)
class Reader:
    """One question of one person at one moment, read with the words of one edition."""

    store: Store
    flows_of: Callable[[str], Flows]
    """The compiled edition of a digest."""
    flows: Flows
    person: Person
    now: datetime
    rota: Rota
    """Who is on shift and on call at the person's centres."""
    purpose: Purpose
    """What the steps of the edition in force are for, whichever edition a case is pinned to."""
    names: dict[str, str | None] = field(default_factory=dict)
    """Names of people by id, as far as they were asked for; None for an id that is nobody's."""

    @property
    def library(self) -> Library:
        return self.flows.library

    def pinned(self, edition: str) -> Reader:
        """The same question, read with the words of the edition that a case is pinned to."""
        return self if edition == self.library.digest else replace(self, flows=self.flows_of(edition))

    def know(self, people: Iterable[str]) -> None:
        """Asks for the names of all these people at once."""
        unknown = sorted(set(people) - self.names.keys())
        if unknown:
            self.names.update(dict.fromkeys(unknown, None) | self.store.names_of(unknown))

    def name_of(self, person_id: str) -> str:
        self.know([person_id])
        return self.names[person_id] or person_id

    def role_title(self, role: str) -> Text:
        found = self.library.roles.get(role)
        return found.title if found else {"en": role}

    def door_title(self, door: str) -> Text:
        found = self.library.pathway.doors.get(door)
        return found.title if found else {"en": door}

    def element(self, id: str) -> Element | None:
        try:
            return self.flows.element(id)
        except KeyError:
            return None

    def element_title(self, id: str) -> Text:
        """A step in people's words: its form's title, else its name in the diagram; or a clock's title."""
        if id in self.library.clocks:
            return self.library.clocks[id].title
        element = self.element(id)
        if element is not None and element.form in self.library.forms:
            form = self.library.forms[str(element.form)]
            return {language: texts.get("title", id) for language, texts in form.texts.items()}
        return self.element_name(id)

    def element_name(self, id: str) -> Text:
        element = self.element(id)
        own = {"en": element.name} if element is not None else {"en": id}
        return {**own, **self.library.pathway.names.get(id, {})}

    def process_title(self, key: str) -> Text:
        found = self.library.pathway.diagrams.get(key)
        return found.title if found else {"en": key}

    def clock(self, clock: Clock) -> ClockView:
        rule: ClockRule = self.library.clocks[clock.rule]
        if clock.answered_at is not None:
            state = "answered"
        elif clock.ends_latest is None:
            state = "unknown"
        else:
            state = "open" if self.now <= clock.ends_latest else "closed"
        return ClockView(
            rule=clock.rule,
            title=rule.title,
            state=state,  # type: ignore[arg-type]  # one of the four above
            until=clock.ends_earliest,
            possible_until=clock.ends_latest,
            cite=rule.source.cite,
            verified=_verified(rule.source),
        )

    def clocks(self, clocks: Iterable[Clock], roles: Iterable[str]) -> tuple[ClockView, ...]:
        """The clocks that these roles are shown, soonest end first."""
        held = set(roles)
        shown = [self.clock(clock) for clock in clocks if self._shown(clock, held)]
        return tuple(sorted(shown, key=lambda view: (view.state != "open", view.until or self.now)))

    def _shown(self, clock: Clock, roles: set[str]) -> bool:
        rule = self.library.clocks.get(clock.rule)
        return rule is not None and bool(rule.shown_to & roles)

    def holder(self, centre: str, role: str, duty: str = "") -> HolderView | None:
        """Who of a centre holds what a role owes; None: nobody awake."""
        awake = self.rota.holder(self.library, centre, role, duty)
        if awake is None:
            return None
        names = tuple(sorted(self.rota.name(person) for person in awake.people))
        return HolderView(awake.role, self.role_title(awake.role), awake.kind, names, awake.role != role)

    def duty(self, duty: Duty, centre: str) -> DutyView:
        """A duty of a case that is now at this centre."""
        rule = self.library.duties[duty.rule]
        return DutyView(
            rule=duty.rule,
            scope=duty.scope,
            status=duty.status,
            sentence=rule.title,
            kind=rule.kind,
            severity=rule.severity,
            holder=duty.holder,
            holder_title=self.role_title(duty.holder),
            opened_at=duty.opened_at,
            due_at=duty.due_at,
            closed_at=duty.closed_at,
            because=duty.because,
            cite=rule.source.cite,
            verified=_verified(rule.source),
            held_by=self.holder(centre, duty.holder, duty.rule) if duty.open else None,
        )

    def duties(self, duties: Iterable[Duty], centre: str) -> tuple[DutyView, ...]:
        """Duties that ever mattered, open ones first, soonest due first."""
        known = (duty for duty in duties if duty.status != "idle" and duty.rule in self.library.duties)
        views = [self.duty(duty, centre) for duty in known]
        far = datetime.max.replace(tzinfo=self.now.tzinfo)
        return tuple(sorted(views, key=lambda v: (v.status not in ("owed", "late"), v.due_at or far, v.rule)))

    def sight(self, file: CaseFile, scope: str = CASE_SCOPE) -> Sight:
        return Sight(self.library, State.of(file, self.library.pathway), self.now, file.zone, scope)

    def told(self, fact: Fact) -> Told:
        rule = self.library.facts[fact.name]
        return Told(
            name=fact.name,
            title=rule.title,
            value=fact.value,
            value_title=self.value_title(fact.name, fact.value),
            recorded_at=fact.recorded_at,
            happened_at=fact.happened_at,
            source=fact.source,
        )

    def value_title(self, name: str, value: Value) -> Text | None:
        """A choice in words: from the vocabulary, else from a form that asks it; None for free values."""
        rule = self.library.facts[name]
        if not isinstance(value, str | tuple) or rule.type not in ("choice", "choices"):
            return None
        values = value if isinstance(value, tuple) else (value,)
        titles = [self._one_title(name, one) for one in values]
        languages = {language for title in titles for language in title} or {"en"}
        return {language: ", ".join(title.get(language, "") for title in titles) for language in languages}

    def _one_title(self, name: str, value: str) -> Text:
        rule = self.library.facts[name]
        if value in rule.value_titles:
            return rule.value_titles[value]
        for form in self.library.forms.values():
            found = {lang: texts[f"{name}.{value}"] for lang, texts in form.texts.items() if f"{name}.{value}" in texts}
            if found:
                return found
        return {"en": value}

    def seen(self, file: CaseFile, scope: str, groups: frozenset[str]) -> tuple[Told, ...]:
        """What is known on a scope of what these groups see, oldest first."""
        rules = self.library.facts
        facts = [
            fact
            for fact in file.facts.values()
            if fact.scope == scope and fact.name in rules and rules[fact.name].group in groups
        ]
        return tuple(self.told(fact) for fact in sorted(facts, key=lambda fact: (fact.recorded_at, fact.name)))

    def correctable(self, file: CaseFile, seen: Iterable[Told]) -> tuple[str, ...]:
        """Those of the facts that the person sees which they may correct."""
        if not access.roles_that_may(self.library, self.person, file.case.current_centre, "fact.correct"):
            return ()
        asked = {name for form in self.library.forms.values() for name in form.properties}
        return tuple(one.name for one in seen if self.library.facts[one.name].correctable and one.name in asked)

    def groups(self, file: CaseFile) -> frozenset[str]:
        """The field groups that the person sees of this case."""
        return access.groups_seen(self.library, self.person, file.case.current_centre, self.sight(file).holds)

    def need(self, file: CaseFile) -> Need:
        """What the person may learn of this case."""
        return self._need(file.case.current_centre, self.groups(file))

    def need_at(self, centre: str) -> Need:
        """What the person may learn of every case that is at this centre."""
        return self._need(centre, access.groups_seen(self.library, self.person, centre))

    def _need(self, centre: str, groups: frozenset[str]) -> Need:
        oversees = bool(access.roles_that_may(self.library, self.person, centre, "board.read"))
        return Need(self.library, self.person.roles_at(centre), groups, oversees)


def _verified(source: Source) -> bool:
    return source.status == "verified"
