"""What the steps of an edition are for: which are urgent in themselves, which duties and clocks each one serves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property

from engine.library import Diagram, DutyRule, Element, Library


class Purpose:
    """Asked of the edition in force, for cases of every edition: the order of work is about where to look now, and
    what is urgent from today on is urgent in the cases that are open, too (decision 31)."""

    def __init__(self, library: Library) -> None:
        self._library = library

    @cached_property
    def urgent(self) -> frozenset[str]:
        """Steps that are urgent in themselves, as content declares it (`care:urgent`)."""
        return frozenset(element.id for _, element in self._steps() if element.urgent)

    @cached_property
    def duties(self) -> frozenset[tuple[str, str]]:
        """(step, duty): doing the step meets the duty, or is what another duty demands before the step that meets it
        and is drawn in the same diagram. Only duties that the step's role may know of."""
        return frozenset(
            (element.id, duty.id)
            for duty in self._library.duties.values()
            if duty.form == "must" and duty.act is not None
            for diagram, acting in self._doing[duty.act].items()
            for element in [*acting, *self._before(diagram, acting)]
            if self._knows(element, duty)
        )

    @cached_property
    def urgent_duties(self) -> frozenset[str]:
        """Duties that an urgent step does what is owed of: they come before all that have a limit, with or without."""
        urgent = self.urgent
        return frozenset(
            duty.id
            for duty in self._library.duties.values()
            if duty.form == "must" and duty.act is not None
            if any(element.id in urgent for acting in self._doing[duty.act].values() for element in acting)
        )

    @cached_property
    def clocks(self) -> frozenset[tuple[str, str]]:
        """(step, clock): doing the step may answer the clock."""
        return frozenset(
            (element.id, clock.id)
            for clock in self._library.clocks.values()
            for act in clock.stops
            for elements in self._doing[act].values()
            for element in elements
        )

    @cached_property
    def pressing(self) -> frozenset[str]:
        """Clocks that a duty demands to be answered within a limit of its own, however long their window is: the sooner
        the better. The others may be answered as long as they run."""
        soon = {duty.act for duty in self._library.duties.values() if duty.form == "must" and duty.within}
        return frozenset(clock.id for clock in self._library.clocks.values() if soon.intersection(clock.stops))

    @cached_property
    def _doing(self) -> dict[str, dict[str, list[Element]]]:
        """Act -> diagram -> the steps that do it."""
        found: dict[str, dict[str, list[Element]]] = defaultdict(lambda: defaultdict(list))
        for diagram, element in self._steps():
            for act in element.acts:
                found[act.act][diagram.key].append(element)
        return found

    def _steps(self) -> Iterator[tuple[Diagram, Element]]:
        for diagram in self._library.pathway.diagrams.values():
            for element in diagram.elements.values():
                if element.kind == "user":
                    yield diagram, element

    def _before(self, diagram: str, acting: list[Element]) -> Iterator[Element]:
        """The steps of the diagram that a duty demands before what these do."""
        done = {act.act for element in acting for act in element.acts}
        for duty in self._library.duties.values():
            if duty.form == "never" and duty.act in done:
                for demanded in duty.without:
                    yield from self._doing[demanded].get(diagram, ())

    def _knows(self, element: Element, duty: DutyRule) -> bool:
        role = self._library.roles.get(self._library.pathway.lanes.get(element.lane, ""))
        return role is not None and (
            role.id == duty.holder or duty.group is None or duty.group in role.sees or "board.read" in role.may
        )
