"""Which answers to a question are worth trying: one for every class of values that the content tells apart."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from functools import cached_property

from jsonschema import Draft202012Validator

from engine.checks.analysis.situations import row_condition
from engine.drills.steps.given import SINCE_BIRTHDAY, birthday
from engine.drills.vocabulary import Answer
from engine.expressions import Expression
from engine.forms.plausible import EARLIEST
from engine.library import Form, Library
from engine.model import Value
from engine.prove.classes import Partition, partition, settled
from engine.prove.focus import conditions_of

MOST = 8
"""Answers to one question that are tried; more are told apart by hardly any content."""


class Values:
    """The answers worth trying in one library, on the day on which its cases begin."""

    def __init__(self, library: Library, today: date) -> None:
        self.library = library
        self.today = today
        self._found: dict[tuple[str, str], tuple[Answer, ...]] = {}

    def of(self, form: Form, fact: str) -> tuple[Answer, ...]:
        """The answers to one question that its form accepts."""
        key = (form.id, fact)
        if key not in self._found:
            valid = Draft202012Validator(form.properties[fact]).is_valid
            answers = map(plain, dict.fromkeys(map(hashable, self._told_apart(fact))))
            accepted = [answer for answer in answers if self._moves(fact) or valid(answer)]
            self._found[key] = tuple(accepted[:MOST])
        return self._found[key]

    def _moves(self, fact: str) -> bool:
        return self.library.facts[fact].type == "datetime"  # written as so long ago

    def _told_apart(self, fact: str) -> Iterator[Answer]:
        rule = self.library.facts[fact]
        own = self._classes.get(fact)
        for value in own.representatives if own is not None else ():
            if value is not None and not isinstance(value, date | datetime):
                yield list(value) if isinstance(value, tuple) else value
        if rule.type == "boolean":
            yield from (True, False)
        if rule.type == "choice" and len(rule.values) <= MOST // 2:
            yield from rule.values
        for name, classes in self._classes.items():
            if name in self.library.derived and fact in self.library.derived[name].of + (
                (self.library.derived[name].otherwise or "",)
            ):
                yield from (
                    answer
                    for value in classes.representatives
                    if (answer := self._giving(rule.type, value)) is not None
                )

    def _giving(self, kind: str, value: Value | None) -> Answer | None:
        """The answer from which a number of years or hours is computed."""
        if not isinstance(value, int | float) or isinstance(value, bool) or value < 0:
            return None
        match kind:
            case "date":
                old = value > self.today.year - EARLIEST.year
                return None if old else birthday(self.today - SINCE_BIRTHDAY, int(value)).isoformat()
            case "datetime":
                return f"{int(value)} hours ago" if value else "now"
            case "integer" | "number":
                return int(value) if kind == "integer" else value
        return None

    @cached_property
    def _classes(self) -> dict[str, Partition]:
        names = [*self.library.facts, *self.library.derived]
        return partition(self.library, (settled(self.library, item) for item in self._expressions()), names)

    def _expressions(self) -> Iterator[Expression]:
        library = self.library
        for diagram in library.pathway.diagrams.values():
            for element in diagram.elements.values():
                yield from (item for item in (element.condition, element.requires) if item is not None)
                yield from (act.when for act in element.acts if act.when is not None)
            yield from (flow.condition for flow in diagram.flows.values() if flow.condition is not None)
        for duty in library.duties.values():
            yield from conditions_of(duty)
        for start in library.starts:
            yield from (item for item in (start.when, start.cancel_when) if item is not None)
        for table in library.tables.values():
            yield from map(row_condition, table.rows)
        for schedule in library.schedules.values():
            yield from (item for item in (schedule.when, schedule.cancel_when) if item is not None)
            yield from (visit.when for visit in schedule.visits if visit.when is not None)
        asked = [item.when for item in library.pathway.anytime.values()]
        asked += [clock.when for clock in library.clocks.values()]
        yield from (item for item in asked if item is not None)
        for door in library.pathway.doors.values():
            yield from (act.when for act in door.acts if act.when is not None)


Hashable = str | int | float | bool | tuple[str, ...]
"""An answer that can be told apart from others in a set."""


def hashable(answer: Answer) -> Hashable:
    return tuple(answer) if isinstance(answer, list) else answer


def plain(answer: Hashable) -> Answer:
    return list(answer) if isinstance(answer, tuple) else answer
