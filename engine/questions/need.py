"""Need to know: which duties, steps, decisions and entries of a case a person may learn of, not only which facts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from engine.library import Anytime, Diagram, Door, Library
from engine.model import Duty, Entry, Process, Task


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

    def duty(self, duty: Duty) -> bool:
        return self._duty(duty.rule, duty.holder)

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

    def element(self, id: str) -> bool:
        """A step: of a diagram that the person may know of, or in their own lane; a form that is in no diagram; or a
        clock."""
        diagram = self.diagram_of(id)
        if diagram is not None:
            return self._holds(self._lane_role(diagram, id)) or self._sees(diagram.group)
        clock = self.library.clocks.get(id)
        if clock is not None:
            return self.oversees or bool(clock.shown_to & self.roles)
        asked = self.library.pathway.anytime.get(id) or self.library.pathway.doors.get(id)
        return self.oversees or (asked is not None and self._form(asked.form))

    def diagram_of(self, element: str) -> Diagram | None:
        return next((one for one in self.library.pathway.diagrams.values() if element in one.elements), None)

    def entry(self, entry: Entry) -> bool:
        """Whether the person may read an entry of the trail."""
        return self.oversees or all(self._param(entry, name, value) for name, value in entry.params.items())

    def cut(self, entry: Entry) -> Entry:
        """The entry with the names of only those fields that the person sees."""
        if self.oversees or "fields" not in entry.params:
            return entry
        seen = [name for name in entry.params["fields"].split(", ") if self._fact(name)]
        return replace(entry, params={**entry.params, "fields": ", ".join(seen)})

    def _param(self, entry: Entry, name: str, value: str) -> bool:
        match name:
            case "element":
                return self._holds(entry.params.get("role", "")) or self.element(value)
            case "process":  # where a step is named too, the step tells it already
                return "element" in entry.params or self.process(value)
            case "duty":
                known = self.library.duties.get(value)
                return self._duty(value, known.holder if known else "")
            case "table":
                table = self.library.tables.get(value)
                return table is not None and self._fact(table.output)
            case "field":
                return self._fact(value)
            case "form":
                return self._form(value)
        return True

    def _form(self, id: str) -> bool:
        pathway = self.library.pathway
        asked: list[Anytime | Door] = [*pathway.anytime.values(), *pathway.doors.values()]
        if any(one.form == id and self.roles & one.roles for one in asked):
            return True
        form = self.library.forms.get(id)
        return form is not None and all(self._fact(name) for name in form.properties)

    def _fact(self, name: str) -> bool:
        rule = self.library.facts.get(name)
        return rule is not None and rule.group in self.groups

    def _sees(self, group: str | None) -> bool:
        return group is None or group in self.groups

    def _holds(self, role: str) -> bool:
        return self.oversees or role in self.roles

    def _lane_role(self, diagram: Diagram, element: str) -> str:
        return self.library.pathway.lanes.get(diagram.elements[element].lane, "")
