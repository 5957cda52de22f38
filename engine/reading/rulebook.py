"""All rule files of an edition together: each id is defined once, whichever file it stands in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Protocol, TypeVar

from engine.library import (
    Act,
    ClockRule,
    Derived,
    DutyRule,
    FactRule,
    Group,
    Parameter,
    Role,
    Schedule,
    StartRule,
    Table,
    Where,
)
from engine.reading.complaints import Complaint, Notes, quoted
from engine.reading.fields import Fields
from engine.reading.read_rules import read_clocks, read_duties, read_schedules, read_starts, read_tables
from engine.reading.read_vocabulary import (
    read_acts,
    read_derived,
    read_facts,
    read_groups,
    read_parameters,
    read_roles,
)
from engine.reading.rules_schema import ITEMS
from engine.reading.yaml_strict import read_yaml


class _Named(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def where(self) -> Where: ...


Item = TypeVar("Item", bound=_Named)


class Rulebook:
    """The rules of `files` (those under rules/), by kind and id; what is wrong goes to `complaints`."""

    def __init__(self, files: Mapping[str, bytes], complaints: list[Complaint]) -> None:
        self.complaints = complaints
        self.sections = list(_sections(files, complaints))
        self.groups: dict[str, Group] = self._all(read_groups)
        self.roles: dict[str, Role] = self._all(read_roles)
        self.facts: dict[str, FactRule] = self._all(read_facts)
        self.acts: dict[str, Act] = self._all(read_acts)
        self.parameters: dict[str, Parameter] = self._all(read_parameters)
        self.derived: dict[str, Derived] = self._all(read_derived)
        self.tables: dict[str, Table] = self._all(read_tables)
        self.duties: dict[str, DutyRule] = self._all(read_duties)
        self.clocks: dict[str, ClockRule] = self._all(read_clocks)
        self.schedules: dict[str, Schedule] = self._all(read_schedules)
        self.starts: list[StartRule] = [rule for section in self.sections for rule in read_starts(section)]
        self._check_readable_names()
        for section in self.sections:
            complaints += section.notes.complaints

    def _all(self, read: Callable[[Fields], Iterator[Item]]) -> dict[str, Item]:
        found: dict[str, Item] = {}
        for section in self.sections:
            for item in read(section):
                self._once(item, found.get(item.id))
                found.setdefault(item.id, item)
        return found

    def _once(self, item: _Named, first: _Named | None) -> None:
        """Within one file the list itself was already checked."""
        if first is not None and first.where.file != item.where.file:
            message = f"{quoted(item.id)} is already defined at {first.where.file}:{first.where.line}"
            self.complaints.append(Complaint(item.where, "duplicate_id", message))

    def _check_readable_names(self) -> None:
        """Expressions read facts, derived facts and parameters by one name: it means one of them."""
        seen: dict[str, _Named] = {}
        kinds: tuple[Mapping[str, _Named], ...] = (self.facts, self.derived, self.parameters)
        for kind in kinds:
            for id, item in kind.items():
                if id in seen:
                    message = f"{quoted(id)} already names something else at {seen[id].where}: expressions read both"
                    self.complaints.append(Complaint(item.where, "duplicate_id", message))
            seen |= kind


def _sections(files: Mapping[str, bytes], complaints: list[Complaint]) -> Iterator[Fields]:
    """The top level of every rule file."""
    for path, data in files.items():
        if not path.startswith("rules/"):
            continue
        notes = Notes(path)
        root = read_yaml(data, notes)
        if root is None:
            complaints += notes.complaints
        else:
            yield Fields(root, notes, "", ITEMS)
