"""What expressions see of a case: every name of docs/content.md 3, read from the case as it stands now."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from engine import expressions
from engine.library import Derived, Library, Parameter
from engine.model import CASE_SCOPE, Value
from engine.rules import periods
from engine.rules.tables import fired

ARRIVAL = "arrived_at"
INCIDENT = "incident_at"
"""The two moments whose law may count (docs/content.md, system facts)."""


class Ground(Protocol):
    """The state of a case that a sight reads."""

    def fact(self, name: str, scope: str) -> Value | None: ...
    def act_at(self, act: str, scope: str) -> datetime | None: ...
    def process_status(self, key: str, scope: str) -> str: ...
    def duty_status(self, rule: str) -> str: ...
    @property
    def duties_owed(self) -> int: ...
    @property
    def processes_running(self) -> int: ...


class Sight:
    """Reads names for one scope at one moment; call it with a name. Unknown names raise KeyError."""

    def __init__(self, library: Library, ground: Ground, now: datetime, zone: str, scope: str = CASE_SCOPE) -> None:
        self.library = library
        self.ground = ground
        self.now = now
        self.zone = ZoneInfo(zone)
        self.scope = scope

    def at(self, moment: datetime) -> Sight:
        """The same facts, read as if the time were `moment`."""
        return Sight(self.library, self.ground, moment, self.zone.key, self.scope)

    def holds(self, expression: expressions.Expression) -> bool | None:
        return expressions.evaluate(expression, self)

    def __call__(self, name: str) -> Value | None:
        if "." in name:
            return self._dotted(name)
        if name in self.library.parameters:
            return self.parameter(self.library.parameters[name])
        if name in self.library.derived:
            return self._derived(self.library.derived[name])
        if name in self.library.facts:
            return self.fact(name)
        raise KeyError(name)

    def fact(self, name: str) -> Value | None:
        value = self.ground.fact(name, self.scope) if self.scope != CASE_SCOPE else None
        return self.ground.fact(name, CASE_SCOPE) if value is None else value

    def moment(self, name: str) -> datetime | None:
        """A moment by name: a fact or derived fact, or `act.<id>` for when it was last done."""
        if name.startswith("act."):
            return self._act(name.removeprefix("act."))
        value = self(name)
        return value if isinstance(value, datetime) else None

    def parameter(self, parameter: Parameter) -> Value | None:
        """The value in force on the day that counts; None before the first."""
        day = self._day(parameter)
        current = [dated.value for dated in parameter.values if dated.valid_from <= day]
        return current[-1] if current else None

    def length(self, parameter_id: str) -> timedelta:
        parameter = self.library.parameters[parameter_id]
        value = self.parameter(parameter)
        if value is None:
            raise ValueError(f"{parameter_id} has no value in force on the day that counts")
        return periods.length(parameter, value)

    def _day(self, parameter: Parameter) -> date:
        anchor = {"incident": INCIDENT, "arrival": ARRIVAL}.get(parameter.as_of)
        moment = self.ground.fact(anchor, CASE_SCOPE) if anchor else None
        return self._local(moment if isinstance(moment, datetime) else self.now)

    def _local(self, value: Value) -> date:
        if isinstance(value, datetime):
            return value.astimezone(self.zone).date()
        if isinstance(value, date):
            return value
        raise ValueError("Expected a day or a moment")

    def _act(self, act: str) -> datetime | None:
        return self.ground.act_at(act, self.scope) or self.ground.act_at(act, CASE_SCOPE)

    def _dotted(self, name: str) -> Value | None:
        kind, _, rest = name.partition(".")
        if kind == "now":
            table = self.library.table_of(rest)
            if table is None:
                raise KeyError(name)
            row = fired(table, self)
            return table.rows[row].then if row is not None else None
        if kind == "act":
            return self._act(rest) is not None
        if kind == "process":
            status = self.ground.process_status(rest, self.scope)
            return self.ground.process_status(rest, CASE_SCOPE) if status == "none" else status
        if kind == "duty":
            return self.ground.duty_status(rest)
        if kind == "clock":
            return self.clock(rest)
        if name == "case.duties_owed":
            return self.ground.duties_owed
        if name == "case.processes_running":
            return self.ground.processes_running
        raise KeyError(name)

    def clock(self, id: str) -> str:
        """'unknown' while no time is known, else 'open' until the latest plausible end, then 'closed'."""
        rule = self.library.clocks[id]
        start = self.moment(rule.latest)
        if start is None:
            return "unknown"
        return "open" if self.now - start <= self.length(rule.hours) else "closed"

    def _derived(self, derived: Derived) -> Value | None:
        if derived.kind == "first_of":
            return next((value for value in map(self, derived.of) if value is not None), None)
        if derived.kind in ("least_age", "most_age"):
            return self._age_then(derived)
        if derived.kind == "reaches_age":
            return self._reaches_age(derived)
        start = self(derived.of[0])
        end: Value | None = self.now if derived.of[1] == "now" else self(derived.of[1])
        if start is None:
            return self(derived.otherwise) if derived.otherwise else None
        if end is None:
            return None
        if derived.kind == "completed_years":
            return periods.completed_years(self._local(start), self._local(end))
        if isinstance(start, datetime) and isinstance(end, datetime):
            return (end - start) / timedelta(hours=1)
        raise ValueError(f"Expected two moments for {derived.id}")

    def _reaches_age(self, derived: Derived) -> datetime | None:
        born, years = map(self, derived.of)
        if born is None or not isinstance(years, int):
            return None
        return datetime.combine(periods.completes(self._local(born), years), time(), self.zone)

    def _age_then(self, derived: Derived) -> int | None:
        """From an age that was told: whoever told it may be about to turn, or just have turned, a year older. Whole
        years apart, to the day, everyone has had as many birthdays as years have passed."""
        age, told, then = (self(name) for name in derived.of)
        if not isinstance(age, int) or told is None or then is None:
            return None
        first, last = sorted((self._local(then), self._local(told)))
        years = periods.completed_years(first, last)
        unsure = 0 if (first.month, first.day) == (last.month, last.day) else 1
        if self._local(then) <= self._local(told):
            return age - years - (unsure if derived.kind == "least_age" else 0)
        return age + years + (unsure if derived.kind == "most_age" else 0)
