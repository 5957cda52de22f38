"""What becomes of a computed name whose inputs the focus does not follow: an age, a clock, what a table says now.

Following all that an age is computed from would multiply every state by it. Instead each change (a form, a correction,
time, a process that starts) is worked out once, exactly, in a space of the inputs alone: from which values of the name
it may lead to which. The main space then holds the name and not its inputs.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING

from engine import expressions
from engine.checks.analysis.space import TooLarge
from engine.library import Library
from engine.model import Value
from engine.prove.classes import Partition
from engine.prove.focus import Focus, inputs_of, inside
from engine.prove.standing import Control

if TYPE_CHECKING:
    from engine.prove.writing import Writing

Change = Callable[["Writing", int], int]
"""What a command makes of valuations, in whichever space."""


class Computed:
    """One computed name in a space of its inputs."""

    def __init__(self, name: str, partition: Partition, writing: Writing) -> None:
        """Raises ValueError when the values of the name are not told apart there as they are here."""
        self.writing = writing
        self.data = writing.data
        self._every = writing.possible()
        self._classes = len(partition.representatives)
        table = self.data.tables.get(name)
        values = self.data.space.classes[name] if table is None else {row.then for row in table.rows}
        if table is not None and partition.index(None) is not None:  # it may say nothing, though no row says so
            values = {*values, None}
        self._asked = tuple((_index(partition, value), _question(name, value)) for value in values)
        self._reads = self.data.reads(question for _, question in self._asked)
        self._columns = None if table is not None else self._columns_of(name)
        self._found: dict[Hashable, tuple[tuple[int, ...], ...]] = {}

    def _columns_of(self, name: str) -> tuple[int, ...]:
        columns = [0] * self._classes
        for at, (index, _) in enumerate(self._asked):
            columns[index] |= self.data.column(name, at)
        return tuple(columns)

    def beginning(self, control: Control) -> tuple[int, ...]:
        """The classes that the name may have in a case of which nothing is known."""
        return self._read(self.writing.start(control), control)

    def leads(self, why: Hashable, change: Change, before: Control, after: Control) -> tuple[tuple[int, ...], ...]:
        """For each class of the name, those that it may have after a change; `why` names the change."""
        key = (why, self.standing(before), self.standing(after))
        found = self._found.get(key)
        if found is None:
            found = self._found[key] = tuple(
                self._read(change(self.writing, self._every & where), after) for where in self._where(before)
            )
        return found

    def _read(self, valuations: int, control: Control) -> tuple[int, ...]:
        return tuple(index for index, where in enumerate(self._where(control)) if valuations & where)

    def _where(self, control: Control) -> tuple[int, ...]:
        """The valuations in which the name is of each class."""
        if self._columns is not None:
            return self._columns
        columns = [0] * self._classes
        for index, question in self._asked:
            columns[index] |= self.data.outcomes(question, control).true
        return tuple(columns)

    def standing(self, control: Control) -> tuple[object, ...]:
        """All that its value depends on of where a case stands."""
        return tuple([read(control) for read in self._reads])


def computed_of(library: Library, focus: Focus, make: Callable[[Library, Focus], Writing]) -> dict[str, Computed]:
    """The names of a focus whose inputs it does not follow, as far as there is room for these."""
    found: dict[str, Computed] = {}
    for name in sorted(focus.names):
        inputs = inputs_of(library, name)
        if inputs <= focus.names:
            continue
        partition = focus.valuations.partitions[name]
        try:
            found[name] = Computed(name, partition, make(library, inside(library, focus, name)))
        except (TooLarge, ValueError):
            continue
    return found


def _index(partition: Partition, value: Value | None) -> int:
    index = partition.index(value)
    if index is None:
        raise ValueError(f"{partition.name} is told apart otherwise")
    return index


def _question(name: str, value: Value | None) -> expressions.Expression:
    named = expressions.Name(name)
    if isinstance(value, str | int | float):
        return expressions.Compare(named, "==", expressions.Literal_(value))
    return expressions.Unset(named, negated=False)
