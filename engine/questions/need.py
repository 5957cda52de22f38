"""Need to know: which duties, steps, decisions and entries of a case a person may learn of, not only which facts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from engine.entries import Entry
from engine.expressions import names
from engine.library import Anytime, Diagram, Door, Library
from engine.model import CaseFile, Duty, Move, Process, Task
from engine.moves.open_case import DOOR
from engine.rules.sight import ARRIVAL

TELLING = frozenset({"door", "duty", "element", "field", "form", "process", "table"})
"""Params of entries that say what an entry tells of."""


@dataclass(frozen=True, slots=True)
class Need:
    """What one person may learn of one case. A thing is shown when they see every field group that it tells
    something of, when their role holds that duty or that task, or when they oversee the centre (`board.read`)."""

    library: Library
    roles: frozenset[str]
    """The person's roles at the case's centre."""
    groups: frozenset[str]
    """The field groups they see of this case."""
    oversees: bool

    def opens(self, file: CaseFile) -> bool:
        """Whether the person may open the case: something of it is theirs to do, or to see. To all others it is as if
        it were not there."""
        return (
            self.oversees
            or any(self.fact(name) for name, _ in file.facts)
            or any(task.role in self.roles for task in file.tasks)
            or any(duty.open and duty.holder in self.roles for duty in file.duties)
            or any(self._clock(clock.rule) for clock in file.clocks)
            or (bool(file.stuck) and self._frees)
        )

    @property
    def _frees(self) -> bool:
        """Whether a stuck case is theirs to free."""
        return any("stuck.free" in self.library.roles[role].may for role in self.roles if role in self.library.roles)

    @property
    def whole(self) -> bool:
        """The case as a whole: that somebody looked at it, that it was opened again."""
        return self.process(self.library.pathway.main)

    @property
    def door(self) -> bool:
        """By which door the survivor came."""
        return self.oversees or self.fact(DOOR)

    @property
    def arrival(self) -> bool:
        """When the survivor came."""
        return self.oversees or self.fact(ARRIVAL)

    def duty(self, duty: Duty) -> bool:
        return self._duty(duty.rule, duty.holder)

    def duty_of(self, rule: str) -> bool:
        """The same, of a rule."""
        known = self.library.duties.get(rule)
        return self._duty(rule, known.holder if known else "")

    def _duty(self, rule: str, holder: str) -> bool:
        known = self.library.duties.get(rule)
        return self._holds(holder) or (known is not None and self._sees(known.group))

    def process(self, key: str) -> bool:
        """All of a service: that it runs, and what it waits for."""
        diagram = self.library.pathway.diagrams.get(key)
        return self.oversees or (diagram is not None and self._sees(diagram.group))

    def service(self, process: Process, tasks: Iterable[Task]) -> bool:
        """A service of which the person sees nothing else shows when they have a task in it."""
        return self.process(process.key) or any(
            task.process_id == process.id and task.role in self.roles for task in tasks
        )

    def task(self, process: str, role: str) -> bool:
        return self._holds(role) or self.process(process)

    def visit(self, id: str, process: str, role: str) -> bool:
        """A visit that is planned, for what it is: its title, and its day, tell of every answer that it hangs on."""
        if self._holds(role):
            return True
        found = ((schedule, one) for schedule in self.library.schedules.values() for one in schedule.visits)
        schedule, visit = next(((s, one) for s, one in found if one.id == id), (None, None))
        if schedule is None or visit is None or not self.process(process):
            return False
        read = names(schedule.when) | {visit.anchor} | (names(visit.when) if visit.when is not None else set())
        return all(self._tells(name) for name in read)

    def _tells(self, name: str) -> bool:
        """Whether the person sees what a name is answered or computed with; that an act was done is told elsewhere."""
        derived = self.library.derived.get(name)
        if derived is not None:
            return self._sees(derived.group)
        return name.startswith("act.") or name in self.library.parameters or self.fact(name.removeprefix("now."))

    def element(self, id: str) -> bool:
        """A step: of a diagram that the person may know of, or in their own lane; a form that is in no diagram; or a
        clock."""
        diagram = self.diagram_of(id)
        if diagram is not None:
            return self._holds(self._lane_role(diagram, id)) or self._sees(diagram.group)
        if id in self.library.clocks:
            return self.oversees or self._clock(id)
        asked = self.library.pathway.anytime.get(id) or self.library.pathway.doors.get(id)
        return self.oversees or (asked is not None and self._form(asked.form))

    def diagram_of(self, element: str) -> Diagram | None:
        return next((one for one in self.library.pathway.diagrams.values() if element in one.elements), None)

    def entry(self, entry: Entry) -> bool:
        """Whether the person may read an entry of the trail. One that says nothing of what it tells of (that somebody
        looked at the case) tells of the case as a whole."""
        if self.oversees:
            return True
        if not entry.params.keys() & TELLING:
            return self.whole
        return all(self._param(entry, name, value) for name, value in entry.params.items())

    def move(self, move: Move) -> Move:
        """The move, which tells of what it did no more than the person may know, and of tasks those that are theirs:
        here and when it is sent again."""
        told, tables = move.outcome, self.library.tables
        tasks = {task.id: task for task in move.tasks if task.role in self.roles}
        outcome = replace(
            told,
            opened=tuple(sorted((id for id in told.opened if id in tasks), key=lambda id: self._order(tasks[id]))),
            duties_opened=tuple(filter(self.duty_of, told.duties_opened)),
            duties_closed=tuple(filter(self.duty_of, told.duties_closed)),
            decisions=tuple(id for id in told.decisions if self.oversees or self.fact(tables[id].output)),
        )
        return replace(move, outcome=outcome)

    def _order(self, task: Task) -> tuple[bool, bool, datetime]:
        """Urgent steps first, then by when they are due."""
        diagram = self.diagram_of(task.element)
        urgent = diagram is not None and diagram.elements[task.element].urgent
        return not urgent, task.due_at is None, task.due_at or task.opened_at

    def cut(self, entry: Entry) -> Entry:
        """The entry with the names of only those fields and groups that the person sees; of what somebody looked at,
        nobody is told more than groups."""
        shown = dict(entry.params)
        if "fields" in shown and not self.oversees:
            shown["fields"] = _those(shown["fields"], filter(self.fact, self.library.facts))
        if "groups" in shown:
            shown["groups"] = _those(shown["groups"], self.library.groups if self.oversees else self.groups)
        return entry if shown == entry.params else replace(entry, params=shown)

    def _param(self, entry: Entry, name: str, value: str) -> bool:
        match name:
            case "door":  # the moment of the entry is that of the arrival
                return self.door and self.arrival
            case "element":
                return self._holds(entry.params.get("role", "")) or self.element(value)
            case "process":  # where a step is named too, the step tells it already
                return "element" in entry.params or self.process(value)
            case "duty":
                return self.duty_of(value)
            case "table":
                table = self.library.tables.get(value)
                return table is not None and self.fact(table.output)
            case "field":
                return self.fact(value)
            case "form":
                return self._form(value)
        return True

    def _form(self, id: str) -> bool:
        pathway = self.library.pathway
        asked: list[Anytime | Door] = [*pathway.anytime.values(), *pathway.doors.values()]
        if any(one.form == id and self.roles & one.roles for one in asked):
            return True
        form = self.library.forms.get(id)
        return form is not None and all(self.fact(name) for name in form.properties)

    def fact(self, name: str) -> bool:
        """What was said or decided of this."""
        rule = self.library.facts.get(name)
        return rule is not None and rule.group in self.groups

    def _clock(self, rule: str) -> bool:
        clock = self.library.clocks.get(rule)
        return clock is not None and bool(clock.shown_to & self.roles)

    def _sees(self, group: str | None) -> bool:
        return group is None or group in self.groups

    def _holds(self, role: str) -> bool:
        return self.oversees or role in self.roles

    def _lane_role(self, diagram: Diagram, element: str) -> str:
        return self.library.pathway.lanes.get(diagram.elements[element].lane, "")


def _those(names: str, seen: Iterable[str]) -> str:
    known = frozenset(seen)
    return ", ".join(name for name in names.split(", ") if name in known)
